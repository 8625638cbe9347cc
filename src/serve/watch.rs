//! What wakes the preview: events of the disk, or a clock where there are none. Folders in, "look again" out.
//!
//! Invariant: an event says only that something may have changed, and which files to look at first; what did is found out by looking. So a
//! lost event costs time and nothing else: a slow clock looks at everything, and when it finds what no event told of (a network folder, a
//! limit of the system), it looks often from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// After an event it waits until the disk is quiet for so long, since an editor saves in several steps,
const QUIET: Duration = Duration::from_millis(5);
/// but not longer than this after a few events, and than that after many (a `git checkout`).
const LONGEST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT_FOR_MANY: Duration = Duration::from_millis(500);
const MANY: usize = 64;
/// A second look after one that found something: files of a folder that is new may have come before it was watched, and some disks tell
/// the time so coarsely that a second change in one step shows later only.
const SECOND_LOOK: Duration = Duration::from_millis(300);
/// The clock, where events come and where they do not.
const SLOW: Duration = Duration::from_secs(2);
const OFTEN: Duration = Duration::from_secs(1);
/// Looking is to take this part of the time at most.
const MOST_EFFORT: u32 = 50;
/// What the clock finds before any event so often is taken for a disk without events.
const UNTOLD: u32 = 2;

/// Why the preview looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// Something happened on the disk.
    Event,
    /// It is time.
    Clock,
    /// The preview ends.
    Stop,
}

/// What a watcher hears.
enum Signal {
    Disk(notify::Result<Event>),
    Stop,
}

/// Ends the wait of a watcher.
#[derive(Clone)]
pub(super) struct Stop(Sender<Signal>);

impl Stop {
    pub(super) fn stop(&self) {
        let _ = self.0.send(Signal::Stop);
    }
}

/// Waits for something to look at.
pub(super) struct Watch {
    signals: Receiver<Signal>,
    sender: Sender<Signal>,
    /// None where the clock alone wakes.
    watcher: Option<RecommendedWatcher>,
    watched: BTreeMap<PathBuf, bool>,
    next_look: Instant,
    slow: Duration,
    untold: u32,
    writes: Writes,
}

/// Files that were written to.
#[derive(Default)]
struct Writes {
    /// All since the last look; none when something else may have changed.
    files: Option<BTreeSet<PathBuf>>,
    /// Those that some program is still writing: emptied, perhaps, and not filled again.
    unfinished: BTreeSet<PathBuf>,
}

impl Watch {
    /// A watcher that watches nothing yet.
    pub(super) fn new() -> Self {
        let (sender, signals) = channel();
        let to = sender.clone();
        let watcher = notify::recommended_watcher(move |event| drop(to.send(Signal::Disk(event)))).ok();
        let slow = if watcher.is_some() { SLOW } else { OFTEN };
        Self {
            signals,
            sender,
            watcher,
            watched: BTreeMap::new(),
            next_look: Instant::now() + slow,
            slow,
            untold: 0,
            writes: Writes::default(),
        }
    }

    pub(super) fn stopper(&self) -> Stop {
        Stop(self.sender.clone())
    }

    /// Watches these folders and no others, each with or without what is below it. Those that are not there yet are watched as soon as
    /// they are. Gives the reason when the clock takes over.
    pub(super) fn follow(&mut self, folders: &[(PathBuf, bool)]) -> Option<String> {
        let wanted = |path: &Path, deep: bool| folders.iter().any(|(folder, whole)| folder == path && *whole == deep);
        let gone: Vec<PathBuf> = self.watched.iter().filter(|(path, deep)| !wanted(path, **deep)).map(|(path, _)| path.clone()).collect();
        let watcher = self.watcher.as_mut()?;
        for path in gone {
            let _ = watcher.unwatch(&path);
            self.watched.remove(&path);
        }
        for (path, deep) in folders {
            if self.watched.contains_key(path) {
                continue;
            }
            match watcher.watch(path, if *deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive }) {
                Ok(()) => {
                    self.watched.insert(path.clone(), *deep);
                    // What was written here before nobody told.
                    self.writes.files = None;
                }
                Err(error) if is_absent(&error) => {}
                Err(error) => {
                    let why = match error.kind {
                        ErrorKind::MaxFilesWatch => "the system's limit of watched folders is reached".to_owned(),
                        _ => "the system does not tell what changes here".to_owned(),
                    };
                    return Some(self.poll(why));
                }
            }
        }
        None
    }

    /// Lets the clock take over.
    fn poll(&mut self, why: String) -> String {
        self.watcher = None;
        self.watched.clear();
        self.slow = OFTEN;
        why
    }

    /// What the last look found, and how long it took. Gives the reason when the clock takes over.
    pub(super) fn looked(&mut self, wake: Wake, found: bool, took: Duration) -> Option<String> {
        let pause = if found { SECOND_LOOK } else { self.slow };
        self.next_look = Instant::now() + pause.max(took * MOST_EFFORT.min(if found { 1 } else { MOST_EFFORT }));
        match wake {
            Wake::Event if found => self.untold = 0,
            Wake::Clock if found && self.watcher.is_some() && !self.hears_soon() => self.untold += 1,
            _ => {}
        }
        (self.untold >= UNTOLD && self.watcher.is_some()).then(|| self.poll("its disk does not tell what changes".into()))
    }

    /// Whether the event of what was found is only late.
    fn hears_soon(&mut self) -> bool {
        match self.signals.recv_timeout(Duration::from_millis(100)) {
            Ok(signal) => {
                let told = matches!(&signal, Signal::Disk(Ok(event)) if concerns(event));
                let _ = self.sender.send(signal);
                told
            }
            Err(_) => false,
        }
    }

    /// The files that alone may have changed since the last look, if events told that: written to, and none made, removed or renamed.
    pub(super) fn written(&mut self, wake: Wake) -> Option<BTreeSet<PathBuf>> {
        let written = self.writes.files.replace(BTreeSet::new());
        written.filter(|_| wake == Wake::Event)
    }

    /// Waits until there is something to look at.
    pub(super) fn wait(&mut self) -> Wake {
        loop {
            match self.signals.recv_timeout(self.next_look.saturating_duration_since(Instant::now())) {
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return Wake::Stop,
                Err(RecvTimeoutError::Timeout) => return Wake::Clock,
                Ok(Signal::Disk(event)) => {
                    if self.heard(event) {
                        return self.drain();
                    }
                }
            }
        }
    }

    /// Waits until the disk is quiet, and no file is in the middle of being written.
    fn drain(&mut self) -> Wake {
        let began = Instant::now();
        let mut events = 1;
        let wake = loop {
            let longest = if events > MANY { LONGEST_WAIT_FOR_MANY } else { LONGEST_WAIT };
            let left = longest.saturating_sub(began.elapsed());
            match self.signals.recv_timeout(if self.writes.unfinished.is_empty() { left.min(QUIET) } else { left }) {
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => break Wake::Stop,
                Err(RecvTimeoutError::Timeout) => break Wake::Event,
                Ok(Signal::Disk(event)) => events += usize::from(self.heard(event)),
            }
            if left.is_zero() {
                break Wake::Event;
            }
        };
        self.writes.unfinished.clear();
        wake
    }

    /// Whether there is something to look at. A watched folder that was taken away has to be watched anew.
    fn heard(&mut self, event: notify::Result<Event>) -> bool {
        let Ok(event) = event else {
            self.writes.files = None;
            return true;
        };
        // Linux alone tells when a file is closed.
        if cfg!(target_os = "linux") {
            match event.kind {
                EventKind::Modify(ModifyKind::Data(_)) => self.writes.unfinished.extend(event.paths.iter().cloned()),
                EventKind::Access(AccessKind::Close(AccessMode::Write)) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
                    self.writes.unfinished.retain(|file| !event.paths.contains(file));
                }
                _ => {}
            }
        }
        match &mut self.writes.files {
            Some(written) if is_write(&event) => written.extend(event.paths.iter().cloned()),
            _ if concerns(&event) => self.writes.files = None,
            _ => {}
        }
        if matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) {
            for path in &event.paths {
                if self.watched.remove(path).is_some()
                    && let Some(watcher) = &mut self.watcher
                {
                    let _ = watcher.unwatch(path);
                }
            }
        }
        concerns(&event)
    }
}

/// Whether something may have changed. That a file was read is none: the preview reads files itself.
fn concerns(event: &Event) -> bool {
    event.need_rescan() || !matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

/// Whether the files that it names were written to, and nothing else happened.
fn is_write(event: &Event) -> bool {
    use AccessKind::Close;
    let write = matches!(event.kind, EventKind::Modify(ModifyKind::Data(_)) | EventKind::Access(Close(AccessMode::Write)));
    write && !event.need_rescan()
}

fn is_absent(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_for_event(watch: &mut Watch) {
        let began = Instant::now();
        while watch.wait() != Wake::Event {
            watch.looked(Wake::Clock, false, Duration::ZERO);
            assert!(began.elapsed() < Duration::from_secs(60), "no event came");
        }
    }

    #[test]
    fn a_folder_that_is_taken_away_and_made_again_is_watched_again() {
        let site = tempfile::tempdir().unwrap();
        let content = site.path().join("content");
        let folders = [(site.path().to_owned(), false), (content.clone(), true)];
        std::fs::create_dir(&content).unwrap();
        let mut watch = Watch::new();
        assert_eq!(watch.follow(&folders), None);
        std::fs::remove_dir(&content).unwrap();
        wait_for_event(&mut watch);
        watch.follow(&folders);
        std::fs::create_dir(&content).unwrap();
        wait_for_event(&mut watch);
        watch.follow(&folders);
        std::fs::write(content.join("a.md"), "a").unwrap();
        wait_for_event(&mut watch);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_is_emptied_is_not_looked_at_before_it_is_written() {
        use std::io::Write;
        let site = tempfile::tempdir().unwrap();
        let file = site.path().join("a.md");
        std::fs::write(&file, "old").unwrap();
        let mut watch = Watch::new();
        watch.follow(&[(site.path().to_owned(), false)]);
        let writer = std::thread::spawn({
            let file = file.clone();
            move || {
                let mut file = std::fs::File::create(file).unwrap();
                std::thread::sleep(QUIET * 2);
                file.write_all(b"new").unwrap();
            }
        });
        wait_for_event(&mut watch);
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        writer.join().unwrap();
    }

    #[test]
    fn what_the_clock_finds_before_any_event_makes_it_look_often() {
        let mut watch = Watch::new();
        assert_eq!(watch.looked(Wake::Clock, true, Duration::ZERO), None);
        assert!(watch.looked(Wake::Clock, true, Duration::ZERO).is_some());
        assert_eq!(watch.looked(Wake::Clock, true, Duration::ZERO), None, "it is said once");
    }
}
