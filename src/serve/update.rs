//! What follows from a change of the files: they are looked at, planned, and what is served changes; who listens is told.
//!
//! Invariant: an event only says that something may have changed. What did is found by looking, so that no event has to be trusted.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use avocet_plugin::RouteKey;

use super::hosting::{self, Resource};
use super::site::{Rendered, Snapshot, lock};
use super::watch::{Wake, Watch};
use super::{PreviewEvent, PreviewOptions, Shared};
use crate::pipeline::{self, Replan, Timings};
use crate::project::Project;

/// Changed sources whose pages are compared, to tell how many changed.
const MAX_COMPARED: usize = 20;

/// What changed from one plan to the next.
struct Update {
    changes: Vec<String>,
    took: Duration,
    timings: Timings,
}

impl Shared {
    /// Updates at each wake, until it is stopped.
    pub(super) fn watch(&self, mut watch: Watch) {
        loop {
            let wake = watch.wait();
            if wake == Wake::Stop {
                return;
            }
            let began = Instant::now();
            self.looking.store(wake == Wake::Event, Ordering::Release);
            let found = self.update(Some(&mut watch), wake, began);
            self.looking.store(false, Ordering::Release);
            if let Some(why) = watch.looked(wake, found, began.elapsed()) {
                (self.options.on_event)(PreviewEvent::Polling(&why));
            }
        }
    }

    /// Reads what has changed, and plans again if something has. Returns whether it has.
    pub(super) fn update(&self, mut watch: Option<&mut Watch>, wake: Wake, began: Instant) -> bool {
        let PreviewOptions { root, overrides, registry, .. } = &self.options;
        let old = self.site.snapshot();
        let before = old.as_ref().map(|snapshot| &*snapshot.plan.project);
        let project = Project::reopen(root, overrides, registry, before);
        if let Some(why) = watch.as_mut().and_then(|watch| watch.follow(&self.folders(project.as_ref().ok().or(before)))) {
            (self.options.on_event)(PreviewEvent::Polling(&why));
        }
        let project = match project {
            Ok(project) => Arc::new(project),
            Err(errors) => {
                self.site.set_project_errors(errors);
                return self.report();
            }
        };
        let replan = match &old {
            Some(old) => pipeline::replan(&project, &old.plan, watch.and_then(|watch| watch.written(wake)).as_ref()),
            None => Some(Replan { plan: pipeline::plan(&project), changes: Vec::new(), timings: Timings::new() }),
        };
        self.site.set_project_errors(Vec::new());
        let Some(Replan { plan, changes, timings }) = replan else { return self.report() };
        self.generation.fetch_add(1, Ordering::AcqRel);
        let (old, new) = self.site.replace(plan);
        self.changed(old.as_deref(), &new, &Update { changes, took: began.elapsed(), timings });
        if let Some(check) = &*lock(&self.check) {
            let _ = check.send(new);
        }
        true
    }

    /// Reports a new snapshot: to tabs whose page has changed, and new diagnostics to all.
    fn changed(&self, old: Option<&Snapshot>, new: &Snapshot, update: &Update) {
        let Some(old) = old else {
            self.report();
            return;
        };
        let Update { changes, took, timings } = update;
        let mut pages = changed_outputs(old, new, changes);
        self.site.recheck(old, new);
        let diagnostics = self.site.new_diagnostics();
        pages.extend(self.tabs.update(Some(old), new, self.site.has_errors()).iter().filter_map(|path| output(new, path)));
        pages.sort();
        pages.dedup();
        (self.options.on_event)(PreviewEvent::Changed { files: changes, pages: pages.len(), took: *took, timings });
        if let Some(diagnostics) = diagnostics {
            self.tabs.errors(&diagnostics);
            (self.options.on_event)(PreviewEvent::Problems(&diagnostics));
        }
    }

    /// The folders that a project is made from, and whether with all that is below them.
    fn folders(&self, project: Option<&Project>) -> Vec<(PathBuf, bool)> {
        let root = &self.options.root;
        let mut folders = vec![(root.clone(), false)];
        let parent =
            |file: &PathBuf| file.parent().map(|folder| if folder.as_os_str().is_empty() { ".".into() } else { folder.to_owned() });
        folders.extend(self.options.overrides.file.iter().filter_map(parent).map(|folder| (folder, false)));
        folders.extend(["templates", "includes", "themes", "plugins"].map(|name| (root.join(name), true)));
        if let Some(project) = project {
            folders.push((project.content(), true));
            let inputs = project.plugins.iter().flat_map(|plugin| &plugin.inputs).map(avocet_plugin::Input::folder);
            folders.extend(inputs.map(|(folder, depth)| (root.join(folder), depth != Some(1))));
        }
        // Events name absolute paths, whatever is watched.
        for (folder, _) in &mut folders {
            *folder = std::path::absolute(&*folder).unwrap_or_else(|_| folder.clone());
        }
        // What is watched with all below it need not be watched alone.
        let whole: Vec<PathBuf> = folders.iter().filter(|(_, deep)| *deep).map(|(folder, _)| folder.clone()).collect();
        folders.retain(|(folder, deep)| *deep || !whole.iter().any(|whole| folder.starts_with(whole)));
        folders.sort();
        folders.dedup();
        folders
    }
}

/// The outputs of changed sources whose bytes are others now.
fn changed_outputs(old: &Snapshot, new: &Snapshot, changes: &[String]) -> Vec<String> {
    let mut outputs = Vec::new();
    if changes.len() > MAX_COMPARED {
        return outputs;
    }
    let bytes = |snapshot: &Snapshot, output: &str| match snapshot.plan.index.routes.to(output).map(|route| snapshot.rendered(route)) {
        Some(Rendered::Bytes(bytes)) => Some(bytes),
        _ => None,
    };
    for snapshot in [old, new] {
        for file in changes {
            let source = snapshot.plan.index.site.all.iter().find(|page| page.display_path == *file).map(|page| &page.source);
            outputs
                .extend(source.and_then(|source| snapshot.plan.index.routes.of(RouteKey::Page(source))).map(|route| route.output.clone()));
        }
    }
    outputs.sort();
    outputs.dedup();
    outputs.retain(|output| bytes(old, output) != bytes(new, output));
    outputs
}

/// The output path that stands at a path.
fn output(snapshot: &Snapshot, path: &str) -> Option<String> {
    match hosting::find(&snapshot.plan, path) {
        Resource::File(route) => Some(route.output.clone()),
        _ => Some(path.to_owned()),
    }
}
