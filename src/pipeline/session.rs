//! A plan -> its files, each when it is asked for: bodies are converted, templates rendered, and what is costly is remembered.
//!
//! Invariant: there is no other way to a file. What a session gives is a function of its plan.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use avocet_plugin::{Artifact, Bodies, Body, Content, Diagnostic, PageId, Route, RouteKey, SiteIndex};
use rayon::prelude::*;

use super::Plan;
use super::memo::Memo;
use super::remembered::{Excerpt, Remembered, RememberedBody, RememberedPage};
use super::work::Counters;
use crate::stages::convert::{Converter, LinkSource};
use crate::stages::render::{PageRenderer, template};
use crate::theme::Templates;
use crate::trace::{self, Hash, Question, Trace};

/// Makes the files of a plan.
pub struct Session {
    /// What it makes.
    pub plan: Arc<Plan>,
    /// The theme's templates, which ask the plugins' tags and the images of this site.
    templates: Templates,
    pub(super) memo: Memo,
    pub(super) counters: Counters,
}

impl Session {
    /// A session for this plan, with what earlier runs left.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let remembered = Remembered::open(Some(&plan.project.cache()));
        Self::with(plan, Arc::new(remembered))
    }

    /// A session that takes over from the one `before` what does not depend on the plan.
    #[must_use]
    pub fn after(plan: Plan, before: Option<&Self>) -> Self {
        match before {
            Some(before) => Self::with(plan, Arc::clone(&before.memo.remembered)),
            None => Self::new(plan),
        }
    }

    pub(super) fn with(plan: Plan, remembered: Arc<Remembered>) -> Self {
        let memo = Memo::new(&plan, remembered);
        let templates = plan.project.theme.templates.for_site(&plan.project.plugins, &plan.index, &memo.convert.images);
        Self { plan: Arc::new(plan), templates, memo, counters: Counters::default() }
    }

    fn converter(&self) -> Converter<'_> {
        Converter {
            index: &self.plan.index,
            plugins: &self.plan.project.plugins,
            templates: &self.templates,
            values: &self.memo.values,
            includes: &self.plan.inputs.includes,
            settings: &self.plan.project.config.markdown,
            limits: &self.plan.project.config.limits,
            memo: &self.memo.convert,
        }
    }

    fn renderer<'a>(&'a self, bodies: &'a dyn Bodies) -> PageRenderer<'a> {
        PageRenderer {
            index: &self.plan.index,
            plugins: &self.plan.project.plugins,
            templates: &self.templates,
            values: &self.memo.values,
            bodies,
        }
    }

    /// Makes one file.
    ///
    /// # Errors
    /// What is wrong in its template.
    pub fn render(&self, route: &Route) -> Result<Artifact, Diagnostic> {
        self.renderer(self).render(route)
    }

    /// Makes one file, unless it is known what its bytes would be, and `has` says of their hash that nobody needs them.
    ///
    /// # Errors
    /// What is wrong in its template.
    pub fn render_unless(&self, route: &Route, has: impl FnOnce(&Hash) -> bool) -> Result<Option<Artifact>, Diagnostic> {
        let bodies = OwnBody { session: self, id: own_page(route), body: OnceLock::new() };
        let renderer = self.renderer(&bodies);
        let render = || renderer.render(route);
        let body = bodies.id.map_or(Some(Hash::default()), |id| bodies.hash(id));
        let given = body.and_then(|body| renderer.given_hash(route, &body));
        let Some(key) = given.and_then(|given| self.memo.ingredients.page_key(route, &self.plan.index, given)) else {
            return if template(&route.content).is_some() { self.counters.rendered.time(render) } else { render() }.map(Some);
        };
        let pages = &self.memo.remembered.pages;
        if let Some(page) = pages.find(&key)
            && self.holds(&page.trace)
            && has(&page.hash)
        {
            self.counters.up_to_date.time(|| ());
            return Ok(None);
        }
        let (artifact, trace) = self.counters.rendered.time(|| trace::record(render));
        let artifact = artifact?;
        if let Artifact::Bytes(bytes) = &artifact {
            pages.put(key, Arc::new(RememberedPage { hash: *blake3::hash(bytes).as_bytes(), trace }));
        }
        Ok(Some(artifact))
    }

    /// Whether every question that was asked while a page was rendered gets the same answer.
    fn holds(&self, trace: &Trace) -> bool {
        let find = |source: &str| self.plan.index.site.find(source);
        trace.iter().all(|asked| match asked {
            (Question::Excerpt(source), answer) => find(source).is_some_and(|id| trace::hash_excerpt(self.excerpt(id)) == *answer),
            (Question::Body(source), answer) => find(source).is_some_and(|id| trace::hash_answer(Some(&self.body(id).html)) == *answer),
            _ => self.converter().holds(None, std::slice::from_ref(asked)),
        })
    }

    /// Makes every file, in parallel, and gives each to `take`. What went wrong comes in the order of the routes.
    pub fn render_all(&self, take: impl Fn(&Route, Artifact) -> Result<(), Diagnostic> + Sync) -> Vec<Diagnostic> {
        self.each(|route| self.render(route).and_then(|artifact| take(route, artifact)))
    }

    /// Does something with every route, in parallel. What went wrong comes in the order of the routes.
    pub(super) fn each(&self, make: impl Fn(&Route) -> Result<(), Diagnostic> + Sync) -> Vec<Diagnostic> {
        let make = |route: &Route| make(route).err();
        let index = &self.plan.index;
        // A template that is missing was reported with the plan.
        let has_template = |route: &&Route| !matches!(&route.content, Content::Template { name, .. } if !self.templates.has(name));
        // Pages first: each converts its own body, and leaves behind what lists need of it.
        let (pages, others): (Vec<&Route>, Vec<&Route>) =
            index.routes.all().iter().filter(has_template).partition(|route| route.page.is_some());
        let mut errors: Vec<Diagnostic> = pages.into_par_iter().filter_map(make).collect();
        errors.extend(others.into_par_iter().filter_map(make).collect::<Vec<_>>());
        self.body_diagnostics(index.site.ids()).into_iter().chain(folded(errors)).collect()
    }

    /// Makes every file for its diagnostics, for as long as it is `wanted`. What was made before without an error is not made again.
    pub fn check_all(&self, wanted: impl Fn() -> bool + Sync) -> Vec<Diagnostic> {
        self.each(|route| if wanted() { self.render_unless(route, |_| true).map(drop) } else { Ok(()) })
    }

    /// What is wrong with the bodies of these pages, as far as they were converted.
    pub fn body_diagnostics(&self, pages: impl Iterator<Item = PageId>) -> Vec<Diagnostic> {
        pages.flat_map(|id| self.memo.diagnostics(id)).cloned().collect()
    }

    /// The same session, which keeps from now on where the links of each body were written.
    #[must_use]
    pub fn with_link_sources(mut self) -> Self {
        self.memo.link_sources = Some(self.plan.index.site.all.iter().map(|_| OnceLock::new()).collect());
        self
    }

    /// The links of a page with where each was written, if it was converted and they are kept.
    #[must_use]
    pub fn link_sources(&self, id: PageId) -> &[LinkSource] {
        let all = self.memo.link_sources.as_deref().unwrap_or_default();
        all.get(id.index()).and_then(OnceLock::get).map_or(&[], Vec::as_slice)
    }

    fn body_key(&self, id: PageId) -> Option<Hash> {
        let SiteIndex { site, routes, .. } = &*self.plan.index;
        let page = site.page(id);
        let url = routes.of(RouteKey::Page(&page.source)).map_or("", |route| &*route.url);
        self.memo.ingredients.body_key(page, url)
    }

    /// Converts a body, and remembers what lists and later runs need of it.
    fn convert(&self, id: PageId) -> (Arc<Body>, Arc<Excerpt>) {
        if let Some(kept) = self.memo.link_sources.as_ref().and_then(|all| all.get(id.index())) {
            let mut links = Vec::new();
            let mut body = self.converter().convert_recording(id, Some(&mut links));
            kept.get_or_init(|| links);
            let excerpt = Excerpt::of(&mut body);
            return (Arc::new(body), Arc::new(excerpt));
        }
        let (mut body, trace) = self.counters.converted.time(|| trace::record(|| self.converter().convert(id)));
        let excerpt = Arc::new(Excerpt::of(&mut body));
        // Diagnostics are reported in every run. Values of plugins are of no form that is known when they are read again.
        if body.diagnostics.is_empty()
            && body.values.is_empty()
            && let Some(key) = self.body_key(id)
        {
            self.memo.remembered.bodies.put(key, Arc::new(RememberedBody { excerpt: Arc::clone(&excerpt), trace }));
            let body = Arc::new(body);
            if let Some(hash) = excerpt.hash.filter(|_| self.memo.is_held(id)) {
                self.memo.remembered.whole.put(hash, Arc::clone(&body));
            }
            return (body, excerpt);
        }
        (Arc::new(body), excerpt)
    }

    /// The excerpt of a body that an earlier run converted, if every question would get the same answer now.
    fn recall(&self, id: PageId) -> Option<Arc<Excerpt>> {
        if self.memo.link_sources.is_some() {
            return None;
        }
        let body = self.memo.remembered.bodies.find(&self.body_key(id)?)?;
        self.converter().holds(Some(id), &body.trace).then(|| Arc::clone(&body.excerpt))
    }

    /// The whole body that an earlier run converted, if it was kept.
    fn recall_whole(&self, id: PageId) -> Option<(Arc<Body>, Arc<Excerpt>)> {
        if !self.memo.is_held(id) {
            return None;
        }
        let excerpt = self.recall(id)?;
        let body = self.memo.remembered.whole.find(excerpt.hash.as_ref()?)?;
        Some((body, excerpt))
    }

    fn excerpt_with_hash(&self, id: PageId) -> Option<&Arc<Excerpt>> {
        self.memo.excerpt(id, || self.recall(id).unwrap_or_else(|| self.convert(id).1))
    }

    /// Keeps for the next run what is worth it. `is_complete` tells that every file was made, so that what was not used is not needed.
    pub fn save(&self, is_complete: bool) {
        self.memo.remembered.save(is_complete);
    }
}

impl Bodies for Session {
    fn body(&self, id: PageId) -> Arc<Body> {
        self.memo.body(id, || self.recall_whole(id).unwrap_or_else(|| self.convert(id)))
    }

    fn excerpt(&self, id: PageId) -> &Body {
        static NONE: LazyLock<Body> = LazyLock::new(Body::default);
        self.excerpt_with_hash(id).map_or(&NONE, |excerpt| &excerpt.body)
    }
}

/// The bodies of a session, while one page is made: if its own has to be converted, it is converted once.
struct OwnBody<'s> {
    session: &'s Session,
    id: Option<PageId>,
    body: OnceLock<Arc<Body>>,
}

impl OwnBody<'_> {
    /// The hash of the page's own body.
    fn hash(&self, id: PageId) -> Option<Hash> {
        let Session { memo, .. } = self.session;
        if memo.known_excerpt(id).is_none() {
            match self.session.recall(id) {
                Some(excerpt) => drop(memo.excerpt(id, || excerpt)),
                None => drop(self.body(id)),
            }
        }
        memo.known_excerpt(id)?.hash
    }
}

impl Bodies for OwnBody<'_> {
    fn body(&self, id: PageId) -> Arc<Body> {
        let body = || self.session.body(id);
        if self.id == Some(id) { Arc::clone(self.body.get_or_init(body)) } else { body() }
    }

    fn excerpt(&self, id: PageId) -> &Body {
        self.session.excerpt(id)
    }
}

/// The page that a template shows as its own.
fn own_page(route: &Route) -> Option<PageId> {
    if let Content::Template { view, .. } = &route.content { view.page } else { None }
}

/// Every page of a template meets the same error in it: it is reported once, with the first page and the number of the others.
fn folded(errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut folded: Vec<(Diagnostic, usize)> = Vec::new();
    let mut seen: BTreeMap<(String, String, String, usize), usize> = BTreeMap::new();
    for error in errors {
        let place = error.place.as_ref();
        let (file, start) = place.map_or((String::new(), 0), |place| (place.file.clone(), place.span.start));
        let key = (error.code.clone(), error.message.clone(), file, start);
        match seen.get(&key) {
            Some(at) if place.is_some() => folded[*at].1 += 1,
            _ => {
                seen.insert(key, folded.len());
                folded.push((error, 0));
            }
        }
    }
    let add = |(mut error, more): (Diagnostic, usize)| {
        if let Some(related) = error.related.last_mut().filter(|_| more > 0) {
            related.message = format!("{} (and {more} more)", related.message);
        }
        error
    };
    folded.into_iter().map(add).collect()
}
