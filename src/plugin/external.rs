//! A plugin that is no part of this program: what a site says of it in, calls out, answers in. It need not know what answers.
//!
//! Invariant: an answer is a function of the plugin's files, its settings, its inputs and the call, so it is found by a hash of these.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use avocet_plugin::protocol::{Answer, Call, PageData, Problem};
use avocet_plugin::{Diagnostic, Page, Place, RouteKey, SiteIndex, codes};

use super::manifest::Manifest;
use super::package::{FOLDER, MANIFEST};
use crate::cache::Cache;

/// Failures after which a plugin is not asked any more for the files of one plan.
const MAX_FAILURES: usize = 3;

/// What takes less time is not remembered: it is as fast to ask again.
const WORTH_KEEPING: Duration = Duration::from_millis(1);

/// What answers calls.
pub(super) trait Backend: Send + Sync {
    /// The answer to a call; nothing if it failed too often before its turn came.
    fn call(&self, request: &Request) -> Result<Answer, Option<Box<Diagnostic>>>;
}

/// A call, for what answers it.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    /// An object of JSON.
    pub(super) json: &'a [u8],
    /// All pages, if they have to be told before.
    pub(super) pages: Option<&'a PagesMessage>,
    /// How often the plugin failed for this plan.
    pub(super) failures: &'a AtomicUsize,
}

impl Request<'_> {
    /// Whether it failed too often to be asked once more.
    pub(super) fn is_given_up(&self) -> bool {
        self.failures.load(Ordering::Acquire) >= MAX_FAILURES
    }

    /// Counts a failure, before the turn of the next call comes.
    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::AcqRel);
    }
}

/// The metadata of all pages, as a message.
pub(super) struct PagesMessage {
    pub(super) hash: [u8; 32],
    pub(super) json: Vec<u8>,
}

/// All pages of the index with this identity.
type PagesOf = Option<(Arc<()>, Arc<PagesMessage>)>;

/// A plugin of one project.
pub(super) struct External {
    /// Its name.
    pub(super) name: String,
    /// What it says of itself.
    pub(super) manifest: Manifest,
    /// A hash of all that its answers depend on besides the calls.
    pub(super) identity: [u8; 32],
    /// What answers.
    pub(super) backend: Box<dyn Backend>,
    /// Answers of earlier runs.
    pub(super) answers: Arc<Cache<Arc<str>>>,
    /// How often it failed for this plan.
    pub(super) failures: AtomicUsize,
    /// The pages that it was given last.
    pub(super) pages: Mutex<PagesOf>,
}

impl External {
    /// Asks it. The diagnostic has no place yet.
    pub(super) fn ask(&self, call: &Call, pages: Option<&PagesMessage>) -> Result<Answer, Box<Diagnostic>> {
        let json = serde_json::to_vec(call).unwrap_or_default();
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.identity).update(pages.map_or(&[0; 32], |pages| &pages.hash)).update(&json);
        let key = *hasher.finalize().as_bytes();
        let known = self.answers.find(&key).and_then(|answer| serde_json::from_str(&answer).ok());
        if let Some(answer) = known {
            return self.checked(call, answer);
        }
        let began = Instant::now();
        let request = Request { json: &json, pages, failures: &self.failures };
        let answer = self.backend.call(&request).map_err(|error| error.unwrap_or_else(|| Box::new(self.given_up())))?;
        if began.elapsed() >= WORTH_KEEPING
            && let Ok(answer) = serde_json::to_string(&answer)
        {
            self.answers.put(key, answer.into());
        }
        self.checked(call, answer)
    }

    /// Refuses what would be lost in silence.
    fn checked(&self, call: &Call, answer: Answer) -> Result<Answer, Box<Diagnostic>> {
        let may_warn = matches!(call, Call::Transform { .. } | Call::Read { .. });
        if answer.warnings.is_empty() || may_warn {
            return Ok(answer);
        }
        let message = format!("the plugin `{}` warns where only `transform` and `read` may warn", self.name);
        Err(Box::new(codes::PLUGIN_PROTOCOL.report(message).help("answer with `error` instead")))
    }

    fn given_up(&self) -> Diagnostic {
        let message = format!("the plugin `{}` failed {MAX_FAILURES} times, and is not asked for the rest", self.name);
        codes::FAILED_PLUGIN.report(message).at(self.place()).help("put right what it failed at first")
    }

    /// Its manifest, as the place of what has no other.
    pub(super) fn place(&self) -> Place {
        Place::file(format!("{FOLDER}/{}/{MANIFEST}", self.name))
    }

    /// A problem that it tells, of a kind of its own or else a failure.
    pub(super) fn problem(&self, problem: &Problem) -> Diagnostic {
        let error = codes::FAILED_PLUGIN.report(format!("{} (the plugin `{}`)", problem.message, self.name));
        with_help(error, problem)
    }

    /// A warning of it about this page.
    pub(super) fn warning(&self, problem: &Problem, place: Place) -> Diagnostic {
        let warning = codes::PLUGIN_WARNING.report(format!("{} (the plugin `{}`)", problem.message, self.name));
        with_help(warning, problem).at(place)
    }

    /// All pages of a site, made when they are first needed.
    pub(super) fn pages(&self, index: &SiteIndex) -> Arc<PagesMessage> {
        let mut known = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((identity, pages)) = &*known
            && Arc::ptr_eq(identity, index.identity())
        {
            return Arc::clone(pages);
        }
        let all: Vec<PageData> = index.site.all.iter().map(|page| page_data(page, index)).collect();
        let json = serde_json::to_vec(&Call::Pages { pages: &all }).unwrap_or_default();
        let pages = Arc::new(PagesMessage { hash: *blake3::hash(&json).as_bytes(), json });
        *known = Some((Arc::clone(index.identity()), Arc::clone(&pages)));
        pages
    }
}

fn with_help(diagnostic: Diagnostic, problem: &Problem) -> Diagnostic {
    match &problem.help {
        Some(help) => diagnostic.help(help.clone()),
        None => diagnostic,
    }
}

/// The metadata of a page.
pub(super) fn page_data<'a>(page: &'a Page, index: &'a SiteIndex) -> PageData<'a> {
    PageData::new(page, index.routes.of(RouteKey::Page(&page.source)).map_or("", |route| &route.url))
}

/// Where the text `near` stands in a page; the page if there is none.
pub(super) fn place_near(page: &Page, near: Option<&String>) -> Place {
    near.map_or_else(|| Place::file(page.display_path.clone()), |near| page.place_near(near))
}

/// Texts by path.
pub(super) type Texts = BTreeMap<String, String>;
