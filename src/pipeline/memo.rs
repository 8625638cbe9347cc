//! What was computed for the files of a plan, so that nothing is computed twice. It is all that changes in the pipeline.
//!
//! Invariant: every file is the same with an empty memo. What is found by page or by list holds for one plan, and a new plan begins
//! without it; what is found by a hash ([`Remembered`]) goes from plan to plan and from run to run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use avocet_plugin::{Body, Content, Diagnostic, PageId, SiteIndex};

use super::Plan;
use super::aggregate::OutputFile;
use super::remembered::{Excerpt, Ingredients, Remembered};
use crate::images::ImageSizes;
use crate::stages::convert::{ConvertMemo, LinkSource};
use crate::theme::Values;

/// Whole bodies that are kept at most.
const MAX_CACHED_BODIES: usize = 200;

/// Whole bodies that go from run to run at most.
const MAX_HELD_BODIES: usize = 2000;

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
    /// What goes from plan to plan.
    pub(super) remembered: Arc<Remembered>,
    pub(super) ingredients: Ingredients,
    /// Of each page the body without HTML and contents: all bodies of a large site would fill the memory.
    excerpts: Vec<OnceLock<Arc<Excerpt>>>,
    bodies: BodyCache,
}

impl Memo {
    /// An empty memo, but for what goes from plan to plan.
    pub(super) fn new(plan: &Plan, remembered: Arc<Remembered>) -> Self {
        let Plan { project, index, .. } = plan;
        Self {
            values: Values::new(index, project.theme.settings.clone()),
            convert: ConvertMemo::new(ImageSizes::new(project.content(), index), Arc::clone(&remembered.code)),
            aggregates: OnceLock::new(),
            link_sources: None,
            remembered,
            ingredients: Ingredients::of(plan),
            excerpts: index.site.all.iter().map(|_| OnceLock::new()).collect(),
            bodies: BodyCache::new(index),
        }
    }

    /// The body of a page. Its excerpt, which comes with it, is kept in any case, the whole if several files ask for it.
    pub(super) fn body(&self, id: PageId, make: impl FnOnce() -> (Arc<Body>, Arc<Excerpt>)) -> Arc<Body> {
        let make = || {
            let (body, excerpt) = make();
            if let Some(known) = self.excerpts.get(id.index()) {
                known.get_or_init(|| excerpt);
            }
            body
        };
        match self.bodies.cached.get(&id) {
            Some(cached) => Arc::clone(cached.get_or_init(make)),
            None => make(),
        }
    }

    /// Whether the whole body of this page is worth keeping for the next run.
    pub(super) fn is_held(&self, id: PageId) -> bool {
        self.bodies.held.contains(&id)
    }

    /// The body of a page without HTML and contents: what is known of it, or what `find` finds. An id of another site, which a plugin may
    /// have made up, has none.
    pub(super) fn excerpt(&self, id: PageId, find: impl FnOnce() -> Arc<Excerpt>) -> Option<&Arc<Excerpt>> {
        Some(self.excerpts.get(id.index())?.get_or_init(find))
    }

    /// The same, if it is known.
    pub(super) fn known_excerpt(&self, id: PageId) -> Option<&Arc<Excerpt>> {
        self.excerpts.get(id.index())?.get()
    }

    /// What is wrong with the body of a page, if it was converted.
    pub(super) fn diagnostics(&self, id: PageId) -> &[Diagnostic] {
        self.known_excerpt(id).map_or(&[], |excerpt| &excerpt.body.diagnostics)
    }
}

/// Whole bodies that several files ask for: those of the newest articles that computed files, such as feeds, hold. All others are
/// converted when they are asked for, and forgotten.
struct BodyCache {
    cached: BTreeMap<PageId, OnceLock<Arc<Body>>>,
    /// Pages whose bodies go from run to run.
    held: BTreeSet<PageId>,
}

impl BodyCache {
    fn new(index: &SiteIndex) -> Self {
        let computed = index.routes.all().iter().filter(|route| matches!(route.content, Content::Computed(_)));
        let lists = computed.filter_map(|route| route.content.list());
        let held: BTreeSet<PageId> = lists.flat_map(|list| list.articles.iter().copied()).collect();
        let newest: Vec<PageId> = index.site.articles.iter().filter(|id| held.contains(id)).copied().take(MAX_HELD_BODIES).collect();
        let cached = newest.iter().take(MAX_CACHED_BODIES).map(|id| (*id, OnceLock::new())).collect();
        Self { cached, held: newest.into_iter().collect() }
    }
}
