//! A plan -> its files, each when it is asked for: bodies are converted, templates rendered, and what is costly is remembered.
//!
//! Invariant: there is no other way to a file. What a session gives is a function of its plan.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use avocet_plugin::{Artifact, Bodies, Body, Content, Diagnostic, PageId, Route};
use rayon::prelude::*;

use super::Plan;
use super::memo::Memo;
use crate::stages::convert::{Converter, LinkSource};
use crate::stages::render::PageRenderer;
use crate::theme::Templates;

/// Makes the files of a plan.
pub struct Session {
    /// What it makes.
    pub plan: Arc<Plan>,
    /// The theme's templates, which ask the plugins' tags and the images of this site.
    templates: Templates,
    pub(super) memo: Memo,
}

impl Session {
    /// A session for this plan.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self::after(plan, None)
    }

    /// A session that takes over from the one `before` what does not depend on the plan.
    #[must_use]
    pub fn after(plan: Plan, before: Option<&Self>) -> Self {
        let memo = Memo::new(&plan, before.map(|before| &before.memo));
        let templates = plan.project.theme.templates.for_site(&plan.project.plugins, &plan.index, &memo.convert.images);
        Self { plan: Arc::new(plan), templates, memo }
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

    /// Makes one file.
    ///
    /// # Errors
    /// What is wrong in its template.
    pub fn render(&self, route: &Route) -> Result<Artifact, Diagnostic> {
        let renderer = PageRenderer {
            index: &self.plan.index,
            plugins: &self.plan.project.plugins,
            templates: &self.templates,
            values: &self.memo.values,
            bodies: self,
        };
        renderer.render(route)
    }

    /// Makes every file, in parallel, and gives each to `take`. What went wrong comes in the order of the routes.
    pub fn render_all(&self, take: impl Fn(&Route, Artifact) -> Result<(), Diagnostic> + Sync) -> Vec<Diagnostic> {
        self.render_while(take, || true)
    }

    /// The same for as long as it is `wanted`.
    pub fn render_while(
        &self,
        take: impl Fn(&Route, Artifact) -> Result<(), Diagnostic> + Sync,
        wanted: impl Fn() -> bool + Sync,
    ) -> Vec<Diagnostic> {
        let make = |route: &Route| {
            if wanted() { self.render(route).and_then(|artifact| take(route, artifact)).err() } else { None }
        };
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

    fn convert(&self, id: PageId) -> Body {
        let Some(kept) = self.memo.link_sources.as_ref().and_then(|all| all.get(id.index())) else { return self.converter().convert(id) };
        let mut links = Vec::new();
        let body = self.converter().convert_recording(id, Some(&mut links));
        kept.get_or_init(|| links);
        body
    }

    /// Keeps for the next run what is worth it.
    pub fn save(&self) {
        self.memo.save();
    }
}

impl Bodies for Session {
    fn body(&self, id: PageId) -> Arc<Body> {
        self.memo.body(id, || self.convert(id))
    }

    fn excerpt(&self, id: PageId) -> &Body {
        self.memo.excerpt(id, || self.convert(id))
    }
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
