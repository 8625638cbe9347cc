//! Errors of pages that nobody asked for: in the background, all files of the newest snapshot are rendered, and written if that is asked for.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::site::{Snapshot, lock};
use super::{PreviewEvent, Shared};
use crate::pipeline;

/// The pause after a change, and between two tries: the pages that somebody waits for come first.
const PAUSE: Duration = Duration::from_millis(500);

impl Shared {
    /// The thread that looks for errors in all pages when there is time, and writes the output if it is asked to.
    pub(super) fn spawn_checker(self: &Arc<Self>) -> JoinHandle<()> {
        let (send, snapshots) = channel::<Arc<Snapshot>>();
        if let Some(snapshot) = self.site.snapshot() {
            let _ = send.send(snapshot);
        }
        *lock(&self.check) = Some(send);
        let shared = Arc::clone(self);
        thread::spawn(move || {
            // One processor is left to the pages that somebody waits for.
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
            while let Ok(snapshot) = snapshots.recv() {
                // Of several that have come meanwhile the newest alone is worth a look.
                let snapshot = snapshots.try_iter().last().unwrap_or(snapshot);
                let generation = shared.generation.load(Ordering::Acquire);
                let newest = || shared.generation.load(Ordering::Acquire) == generation && !shared.stopping.load(Ordering::Acquire);
                let wanted = || newest() && !shared.looking.load(Ordering::Acquire);
                thread::sleep(PAUSE);
                while newest() && !snapshot.is_checked() {
                    match &pool {
                        Ok(pool) => pool.install(|| snapshot.check(wanted)),
                        Err(_) => snapshot.check(wanted),
                    }
                    if snapshot.is_checked() {
                        shared.report();
                        snapshot.session.save(true);
                        shared.write(&snapshot);
                    } else {
                        thread::sleep(PAUSE);
                    }
                }
            }
        })
    }

    /// Writes the output folder, if that is asked for and the site has no errors.
    fn write(&self, snapshot: &Snapshot) {
        if self.options.write && !self.site.has_errors() {
            let project = &snapshot.plan.project;
            let built = pipeline::write(&snapshot.session, &|diagnostics| (self.options.severities)(&project.config.check, diagnostics));
            if let Some(report) = built.report.filter(|report| report.written + report.pruned > 0) {
                (self.options.on_event)(PreviewEvent::Written(report.written, report.pruned));
            }
        }
    }
}
