//! What was computed for the files of a plan, so that nothing is computed twice. It is all that changes in the pipeline.
//!
//! Invariant: every file is the same with an empty memo. What is found by page or by list holds for one plan, and a new plan begins
//! without it; what is found by the hash of its content, as highlighted code is, goes from plan to plan and from run to run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

use avocet_plugin::{Body, Content, Diagnostic, PageId, SiteIndex};

use super::Plan;
use super::aggregate::OutputFile;
use crate::images::ImageSizes;
use crate::stages::convert::{ConvertMemo, HighlightedCode, LinkSource};
use crate::theme::Values;

/// Whole bodies that are kept at most.
const MAX_CACHED_BODIES: usize = 200;

/// What was computed for one plan.
pub(super) struct Memo {
    /// Values of pages and lists, for templates.
    pub(super) values: Values,
    /// What conversion asked.
    pub(super) convert: ConvertMemo,
    /// Files that are made of all finished pages.
    pub(super) aggregates: OnceLock<Vec<OutputFile>>,
    /// Of each page its links with where each was written, if somebody wants them.
    pub(super) link_sources: Option<Vec<OnceLock<Vec<LinkSource>>>>,
    /// Of each page the body without HTML and contents: all bodies of a large site would fill the memory.
    excerpts: Vec<OnceLock<Body>>,
    bodies: BodyCache,
}

impl Memo {
    /// An empty memo, but for the code that was highlighted `before`.
    pub(super) fn new(plan: &Plan, before: Option<&Self>) -> Self {
        let Plan { project, index, .. } = plan;
        let code = before.map_or_else(|| Arc::new(HighlightedCode::open(&project.cache())), |memo| Arc::clone(&memo.convert.code));
        Self {
            values: Values::new(index, project.theme.settings.clone()),
            convert: ConvertMemo::new(ImageSizes::new(project.content(), index), code),
            aggregates: OnceLock::new(),
            link_sources: None,
            excerpts: index.site.all.iter().map(|_| OnceLock::new()).collect(),
            bodies: BodyCache::new(index),
        }
    }

    /// The body of a page. Its excerpt is kept in any case, the whole if several files ask for it.
    pub(super) fn body(&self, id: PageId, convert: impl FnOnce() -> Body) -> Arc<Body> {
        let convert = || {
            let mut body = convert();
            // Out of the way while the excerpt is copied.
            let (html, contents) = (std::mem::take(&mut body.html), std::mem::take(&mut body.contents));
            if let Some(excerpt) = self.excerpts.get(id.index()) {
                excerpt.get_or_init(|| body.clone());
            }
            (body.html, body.contents) = (html, contents);
            Arc::new(body)
        };
        match self.bodies.0.get(&id) {
            Some(cached) => Arc::clone(cached.get_or_init(convert)),
            None => convert(),
        }
    }

    /// The body of a page without HTML and contents.
    pub(super) fn excerpt(&self, id: PageId, convert: impl FnOnce() -> Body) -> &Body {
        // An id of another site, which a plugin may have made up, has nothing.
        static NONE: LazyLock<Body> = LazyLock::new(Body::default);
        let Some(excerpt) = self.excerpts.get(id.index()) else { return &NONE };
        excerpt.get_or_init(|| {
            let mut body = convert();
            (body.html, body.contents) = (String::new(), Vec::new());
            body
        })
    }

    /// What is wrong with the body of a page, if it was converted.
    pub(super) fn diagnostics(&self, id: PageId) -> &[Diagnostic] {
        self.excerpts.get(id.index()).and_then(OnceLock::get).map_or(&[], |body| &body.diagnostics)
    }

    /// Keeps for the next run what is worth it.
    pub(super) fn save(&self) {
        self.convert.code.save();
    }
}

/// Whole bodies that several files ask for: those of the newest articles that computed files, such as feeds, hold. All others are
/// converted when they are asked for, and forgotten.
struct BodyCache(BTreeMap<PageId, OnceLock<Arc<Body>>>);

impl BodyCache {
    fn new(index: &SiteIndex) -> Self {
        let computed = index.routes.all().iter().filter(|route| matches!(route.content, Content::Computed(_)));
        let lists = computed.filter_map(|route| route.content.list());
        let held: BTreeSet<PageId> = lists.flat_map(|list| list.articles.iter().copied()).collect();
        let newest = index.site.articles.iter().filter(|id| held.contains(id)).take(MAX_CACHED_BODIES);
        Self(newest.map(|id| (*id, OnceLock::new())).collect())
    }
}
