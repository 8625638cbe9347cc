//! The site as it is served: the newest plan, what was made of it, and what is wrong with it.
//!
//! In: plans, and faults of a project that cannot be planned. Out: pages, made when they are first asked for. Promise: an [`Edition`]
//! never changes, except that it remembers; a new plan is a new edition, and nothing is carried over from one to the next but pages that
//! stand in where the new one has errors.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use avocet_plugin::{Artifact, Diagnostic, PageId, Route};

use crate::config::CheckSettings;
use crate::pipeline::Plan;
use crate::report;

/// Bytes of pages that an edition remembers at most.
const MOST_REMEMBERED: usize = 64 << 20;
/// Pages that stand in for those that cannot be made.
const MOST_KEPT: usize = 32;
/// Pages that had errors and are looked at again in the next edition before anything is said.
const MOST_SUSPECTS: usize = 50;

/// A file, or why it cannot be made.
#[derive(Clone)]
pub(super) enum Made {
    Bytes(Arc<[u8]>),
    /// A file of the content folder.
    Copy(Arc<str>),
    Faulty,
}

/// A plan, with the files that were asked for.
pub(super) struct Edition {
    pub(super) plan: Plan,
    made: Mutex<Remembered>,
    /// All that is wrong, once somebody has looked at everything.
    checked: OnceLock<Vec<Diagnostic>>,
}

#[derive(Default)]
struct Remembered {
    pages: BTreeMap<String, Made>,
    faults: BTreeMap<String, Diagnostic>,
    bytes: usize,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Edition {
    pub(super) fn new(plan: Plan) -> Self {
        Self { plan, made: Mutex::default(), checked: OnceLock::new() }
    }

    /// The file of a route: made when it is first asked for.
    pub(super) fn made(&self, route: &Route) -> Made {
        if let Some(made) = lock(&self.made).pages.get(&route.output) {
            return made.clone();
        }
        let rendered = self.plan.render(route);
        let mut remembered = lock(&self.made);
        let made = match rendered {
            Ok(Artifact::Bytes(bytes)) => Made::Bytes(bytes.into()),
            Ok(Artifact::Copy(file)) => Made::Copy(file),
            Err(fault) => {
                remembered.faults.insert(route.output.clone(), fault);
                Made::Faulty
            }
        };
        if let Made::Bytes(bytes) = &made {
            remembered.bytes += bytes.len();
            if remembered.bytes > MOST_REMEMBERED {
                remembered.pages.clear();
                remembered.bytes = bytes.len();
            }
        }
        remembered.pages.insert(route.output.clone(), made.clone());
        made
    }

    /// What is wrong, as far as it is known.
    fn said(&self) -> Vec<Diagnostic> {
        let mut said = self.plan.diagnostics.clone();
        match self.checked.get() {
            Some(all) => said.extend(all.iter().cloned()),
            None => {
                said.extend(self.plan.said_of((0..self.plan.site.all.len()).map(PageId)));
                said.extend(lock(&self.made).faults.values().cloned());
            }
        }
        said
    }

    /// Whether somebody has looked at everything.
    pub(super) fn is_checked(&self) -> bool {
        self.checked.get().is_some()
    }

    /// Makes everything, to know all that is wrong, and keeps nothing of it; stops when it is no longer `wanted`.
    pub(super) fn check(&self, wanted: impl Fn() -> bool + Sync) {
        let said = self.plan.render_while(|_, _| Ok(()), &wanted);
        if wanted() {
            let _ = self.checked.set(said);
        }
    }
}

/// Decides which problems are errors.
pub type Refine = dyn Fn(&CheckSettings, Vec<Diagnostic>) -> Vec<Diagnostic> + Send + Sync;

/// What is served now.
pub(super) struct Site {
    edition: RwLock<Option<Arc<Edition>>>,
    /// Why the project cannot be planned; the edition before it is shown then.
    broken: Mutex<Vec<Diagnostic>>,
    /// What was said last.
    said: Mutex<Arc<Vec<Diagnostic>>>,
    kept: Mutex<VecDeque<(String, Arc<[u8]>)>>,
    refine: Arc<Refine>,
}

impl Site {
    pub(super) fn new(refine: Arc<Refine>) -> Self {
        Self { edition: RwLock::default(), broken: Mutex::default(), said: Mutex::default(), kept: Mutex::default(), refine }
    }

    /// The newest edition; none while the project never could be planned.
    pub(super) fn edition(&self) -> Option<Arc<Edition>> {
        self.edition.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a new edition in the place of the old one, and gives both.
    pub(super) fn replace(&self, plan: Plan) -> (Option<Arc<Edition>>, Arc<Edition>) {
        let new = Arc::new(Edition::new(plan));
        let old = self.edition.write().unwrap_or_else(PoisonError::into_inner).replace(Arc::clone(&new));
        (old, new)
    }

    /// Says why the project cannot be planned; with nothing, that it can be again.
    pub(super) fn set_broken(&self, faults: Vec<Diagnostic>) {
        *lock(&self.broken) = faults;
    }

    /// What is wrong, as far as it is known, sorted.
    pub(super) fn said(&self) -> Arc<Vec<Diagnostic>> {
        Arc::clone(&lock(&self.said))
    }

    /// Gathers what is wrong anew; gives it if it is not what was said before.
    pub(super) fn news(&self) -> Option<Arc<Vec<Diagnostic>>> {
        let (mut all, edition) = (lock(&self.broken).clone(), self.edition());
        if let Some(edition) = edition.as_ref().filter(|_| all.is_empty()) {
            all = (self.refine)(&edition.plan.project.config.check, edition.said());
        }
        let all = report::sorted(all);
        let mut said = lock(&self.said);
        (**said != all).then(|| {
            *said = Arc::new(all);
            Arc::clone(&said)
        })
    }

    /// Whether the site has errors, as far as it is known.
    pub(super) fn is_faulty(&self) -> bool {
        self.said().iter().any(Diagnostic::is_error)
    }

    /// Makes those files of a new edition that had errors in the old one, so that nothing which is wrong still is taken for mended.
    pub(super) fn look_again(&self, old: &Edition, new: &Edition) {
        if old.is_checked() || self.is_faulty() {
            let said = self.said();
            let files: BTreeSet<&str> = said.iter().filter_map(|fault| Some(fault.place.as_ref()?.file.as_str())).collect();
            let pages = new.plan.site.all.iter().filter(|page| files.contains(&*page.shown));
            let routes = pages.filter_map(|page| new.plan.routes.of("page", &page.source));
            let failed: Vec<String> = lock(&old.made).faults.keys().cloned().collect();
            let failed = failed.iter().filter_map(|output| new.plan.routes.to(output));
            for route in routes.chain(failed).take(MOST_SUSPECTS) {
                new.made(route);
            }
        }
    }

    /// Keeps a good page, to stand in for one that cannot be made.
    pub(super) fn keep(&self, path: &str, page: &Arc<[u8]>) {
        let mut kept = lock(&self.kept);
        kept.retain(|(known, _)| known != path);
        kept.push_back((path.to_owned(), Arc::clone(page)));
        if kept.len() > MOST_KEPT {
            kept.pop_front();
        }
    }

    /// The last good page at this path.
    pub(super) fn kept(&self, path: &str) -> Option<Arc<[u8]>> {
        lock(&self.kept).iter().find(|(known, _)| known == path).map(|(_, page)| Arc::clone(page))
    }
}
