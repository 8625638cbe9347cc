//! The site as it is served: the newest plan, what was made of it, and what is wrong with it.
//!
//! In: plans, and faults of a project that cannot be planned. Out: pages, made when they are first asked for. Invariant: an [`Snapshot`]
//! never changes, except that it remembers; a new plan is a new snapshot, and nothing is carried over from one to the next but pages that
//! stand in where the new one has errors.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use avocet_plugin::{Artifact, Diagnostic, Route, RouteKey};

use super::hosting::{self, Resource};
use crate::config::CheckSettings;
use crate::pipeline::{Plan, Session};
use crate::report;

/// Bytes of pages that a snapshot remembers at most.
const MAX_CACHED_BYTES: usize = 64 << 20;
/// Pages that stand in for those that cannot be made.
const MAX_GOOD_PAGES: usize = 32;
/// Pages that had errors and are looked at again in the next snapshot before anything is said.
const MAX_RECHECKED: usize = 50;

/// A file, or why it cannot be made.
#[derive(Clone)]
pub(super) enum Rendered {
    Bytes(Arc<[u8]>),
    /// A file of the content folder.
    Copy(Arc<str>),
    Failed,
}

/// A plan, with the files that were asked for.
pub(super) struct Snapshot {
    pub(super) plan: Arc<Plan>,
    pub(super) session: Session,
    files: Mutex<RenderedFiles>,
    /// All diagnostics, once every file was rendered.
    checked: OnceLock<Vec<Diagnostic>>,
}

#[derive(Default)]
struct RenderedFiles {
    by_output: BTreeMap<String, Rendered>,
    errors: BTreeMap<String, Diagnostic>,
    bytes: usize,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Snapshot {
    pub(super) fn new(plan: Plan, before: Option<&Self>) -> Self {
        let session = Session::after(plan, before.map(|before| &before.session));
        Self { plan: Arc::clone(&session.plan), session, files: Mutex::default(), checked: OnceLock::new() }
    }

    /// The file of a route: made when it is first asked for.
    pub(super) fn rendered(&self, route: &Route) -> Rendered {
        if let Some(made) = lock(&self.files).by_output.get(&route.output) {
            return made.clone();
        }
        let rendered = self.session.render(route);
        let mut files = lock(&self.files);
        let made = match rendered {
            Ok(Artifact::Bytes(bytes)) => Rendered::Bytes(bytes.into()),
            Ok(Artifact::Copy(file)) => Rendered::Copy(file),
            Err(error) => {
                files.errors.insert(route.output.clone(), error);
                Rendered::Failed
            }
        };
        if let Rendered::Bytes(bytes) = &made {
            files.bytes += bytes.len();
            if files.bytes > MAX_CACHED_BYTES {
                files.by_output.clear();
                files.bytes = bytes.len();
            }
        }
        files.by_output.insert(route.output.clone(), made.clone());
        made
    }

    /// The diagnostics that are known.
    fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut diagnostics = self.plan.diagnostics.clone();
        match self.checked.get() {
            Some(all) => diagnostics.extend(all.iter().cloned()),
            None => {
                diagnostics.extend(self.session.body_diagnostics(self.plan.index.site.ids()));
                diagnostics.extend(lock(&self.files).errors.values().cloned());
            }
        }
        diagnostics
    }

    /// Whether every file was rendered.
    pub(super) fn is_checked(&self) -> bool {
        self.checked.get().is_some()
    }

    /// Renders every file for its diagnostics, and keeps none of them; stops when it is no longer `wanted`.
    pub(super) fn check(&self, wanted: impl Fn() -> bool + Sync) {
        let diagnostics = self.session.check_all(&wanted);
        if wanted() {
            let _ = self.checked.set(diagnostics);
        }
    }
}

/// Decides which problems are errors.
pub type SeverityPolicy = dyn Fn(&CheckSettings, Vec<Diagnostic>) -> Vec<Diagnostic> + Send + Sync;

/// What is served now.
pub(super) struct ServedSite {
    snapshot: RwLock<Option<Arc<Snapshot>>>,
    /// Why the project cannot be planned; the snapshot before it is shown then.
    project_errors: Mutex<Vec<Diagnostic>>,
    /// The diagnostics that were reported last.
    diagnostics: Mutex<Arc<Vec<Diagnostic>>>,
    /// The last snapshot without errors, while the newest one has some or nobody has looked at all of it.
    good: Mutex<Option<Arc<Snapshot>>>,
    /// Good pages that were asked for, by their paths.
    good_pages: Mutex<VecDeque<(String, Arc<[u8]>)>>,
    severities: Arc<SeverityPolicy>,
}

impl ServedSite {
    pub(super) fn new(severities: Arc<SeverityPolicy>) -> Self {
        Self {
            snapshot: RwLock::default(),
            project_errors: Mutex::default(),
            diagnostics: Mutex::default(),
            good: Mutex::default(),
            good_pages: Mutex::default(),
            severities,
        }
    }

    /// The newest snapshot; none while the project never could be planned.
    pub(super) fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a new snapshot in the place of the old one, and gives both.
    pub(super) fn replace(&self, plan: Plan) -> (Option<Arc<Snapshot>>, Arc<Snapshot>) {
        let new = Arc::new(Snapshot::new(plan, self.snapshot().as_deref()));
        let old = self.snapshot.write().unwrap_or_else(PoisonError::into_inner).replace(Arc::clone(&new));
        if !self.has_errors() {
            lock(&self.good).clone_from(&old);
        }
        (old, new)
    }

    /// Sets why the project cannot be planned; nothing when it can be again.
    pub(super) fn set_project_errors(&self, errors: Vec<Diagnostic>) {
        *lock(&self.project_errors) = errors;
    }

    /// The diagnostics that are known, sorted.
    pub(super) fn diagnostics(&self) -> Arc<Vec<Diagnostic>> {
        Arc::clone(&lock(&self.diagnostics))
    }

    /// Collects the diagnostics again; returns them if they have changed.
    pub(super) fn new_diagnostics(&self) -> Option<Arc<Vec<Diagnostic>>> {
        let (mut all, snapshot) = (lock(&self.project_errors).clone(), self.snapshot());
        if let Some(snapshot) = snapshot.as_ref().filter(|_| all.is_empty()) {
            all = (self.severities)(&snapshot.plan.project.config.check, snapshot.diagnostics());
        }
        let all = report::sorted(all);
        if snapshot.is_some_and(|snapshot| snapshot.is_checked()) && !all.iter().any(Diagnostic::is_error) {
            lock(&self.good).take();
        }
        let mut known = lock(&self.diagnostics);
        (**known != all).then(|| {
            *known = Arc::new(all);
            Arc::clone(&known)
        })
    }

    /// Whether the site has errors, as far as it is known.
    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics().iter().any(Diagnostic::is_error)
    }

    /// Makes those files of a new snapshot that had errors in the old one, so that nothing which is wrong still is taken for fixed.
    pub(super) fn recheck(&self, old: &Snapshot, new: &Snapshot) {
        if old.is_checked() || self.has_errors() {
            let diagnostics = self.diagnostics();
            let files: BTreeSet<&str> = diagnostics.iter().filter_map(|error| Some(error.place.as_ref()?.file.as_str())).collect();
            let pages = new.plan.index.site.all.iter().filter(|page| files.contains(&*page.display_path));
            let routes = pages.filter_map(|page| new.plan.index.routes.of(RouteKey::Page(&page.source)));
            let failed: Vec<String> = lock(&old.files).errors.keys().cloned().collect();
            let failed = failed.iter().filter_map(|output| new.plan.index.routes.to(output));
            for route in routes.chain(failed).take(MAX_RECHECKED) {
                new.rendered(route);
            }
        }
    }

    /// Remembers a good page, to stand in for one that cannot be rendered.
    pub(super) fn keep(&self, path: &str, page: &Arc<[u8]>) {
        let mut pages = lock(&self.good_pages);
        pages.retain(|(known, _)| known != path);
        pages.push_back((path.to_owned(), Arc::clone(page)));
        if pages.len() > MAX_GOOD_PAGES {
            pages.pop_front();
        }
    }

    /// The last good page at this path: as it was shown, or as the last snapshot without errors has it.
    pub(super) fn last_good(&self, path: &str) -> Option<Arc<[u8]>> {
        let shown = lock(&self.good_pages).iter().find(|(known, _)| known == path).map(|(_, page)| Arc::clone(page));
        shown.or_else(|| {
            let good = lock(&self.good).clone()?;
            let Resource::File(route) = hosting::find(&good.plan, path) else { return None };
            match good.rendered(route) {
                Rendered::Bytes(page) if route.redirect().is_none() && hosting::mime(&route.output).starts_with("text/html") => Some(page),
                _ => None,
            }
        })
    }
}
