//! [`Route`] -> [`Artifact`]: the template with its view, then the finishers; or what a plugin makes; or the bytes as they are.
//!
//! Invariant: pure over the plan. A template is given only the values that it reads, so that nothing is built which nobody asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use avocet_plugin::{
    Artifact, Bodies, Body, Content, Diagnostic, PageId, Place, Plugin, Route, Routes, Site, SiteIndex, View, codes, suggest,
};
use tera::{Context, Value};

use crate::theme::{Templates, Values};

/// Renders the routes of one plan.
pub struct PageRenderer {
    reads: BTreeMap<String, BTreeSet<String>>,
    lists: BTreeMap<&'static str, OnceLock<Value>>,
}

/// Values of the whole site, which are built when a template reads them.
const LISTS: [&str; 6] = ["articles", "pages", "tags", "categories", "authors", "years"];

/// Whole bodies that several files ask for: those of the newest articles that files of makers hold, such as feeds. All others are
/// converted when they are asked for, and forgotten.
pub struct BodyCache(BTreeMap<PageId, OnceLock<Arc<Body>>>);

/// Bodies that are kept at most.
const MAX_CACHED_BODIES: usize = 200;

impl BodyCache {
    /// Room for the bodies of these routes; none when no maker holds articles.
    #[must_use]
    pub fn new(index: &SiteIndex) -> Self {
        let SiteIndex { site, routes, .. } = index;
        let made = routes.all().iter().filter(|route| matches!(route.content, Content::Computed { .. }));
        let lists = made.filter_map(|route| route.content.view()?.list.as_ref());
        let held: BTreeSet<PageId> = lists.flat_map(|list| list.articles.iter().copied()).collect();
        Self(site.articles.iter().filter(|id| held.contains(id)).take(MAX_CACHED_BODIES).map(|id| (*id, OnceLock::new())).collect())
    }

    /// The body that is kept, or else a new one.
    pub fn body(&self, id: PageId, convert: impl FnOnce() -> Body) -> Arc<Body> {
        match self.0.get(&id) {
            Some(kept) => Arc::clone(kept.get_or_init(|| Arc::new(convert()))),
            None => Arc::new(convert()),
        }
    }
}

/// What rendering needs of the plan.
#[derive(Clone, Copy)]
pub struct Rendering<'a> {
    /// The site and its files.
    pub index: &'a SiteIndex,
    /// The theme's templates.
    pub templates: &'a Templates,
    /// The site as values.
    pub values: &'a Values,
    /// Finishers and makers.
    pub plugins: &'a [Plugin],
}

/// Templates that routes ask for and the theme has not.
#[must_use]
pub fn missing_templates(index: &SiteIndex, templates: &Templates) -> Vec<Diagnostic> {
    let SiteIndex { site, routes, .. } = index;
    let mut errors = Vec::new();
    let mut told = BTreeSet::new();
    for route in routes.all() {
        let Content::Template { name, view } = &route.content else { continue };
        let own = view.page.is_some_and(|id| site.page(id).template.is_some());
        if templates.has(name) || (!own && !told.insert(name.clone())) {
            continue;
        }
        let names = templates.names();
        let near = suggest(name, names.iter().map(String::as_str)).map_or(String::new(), |near| format!("did you mean `{near}`?"));
        let mut error = codes::MISSING_TEMPLATE
            .report(format!("there is no template `{name}` for {}", route.reason))
            .label(if own { near } else { String::new() })
            .help(format!("the theme has: {}; your own go into the folder templates/", names.join(", ")));
        if let Some(id) = view.page {
            error = error.at(site.page(id).place_of(if own { "template" } else { "title" }));
        }
        errors.push(error);
    }
    errors
}

impl PageRenderer {
    /// A renderer for these routes.
    #[must_use]
    pub fn new(routes: &Routes, templates: &Templates) -> Self {
        let mut reads = BTreeMap::new();
        for route in routes.all() {
            if let Content::Template { name, .. } = &route.content
                && !reads.contains_key(name)
            {
                reads.insert(name.clone(), templates.reads(name).into_iter().collect());
            }
        }
        Self { reads, lists: LISTS.into_iter().map(|name| (name, OnceLock::new())).collect() }
    }

    /// Makes one file.
    ///
    /// # Errors
    /// What is wrong in the template, in a finisher or for a maker, with the page that was being made.
    pub fn render(&self, rendering: Rendering, route: &Route, bodies: &dyn Bodies) -> Result<Artifact, Diagnostic> {
        match &route.content {
            Content::Bytes(bytes) => Ok(Artifact::Bytes(bytes.clone())),
            Content::Copy { file } => Ok(Artifact::Copy(file.clone())),
            Content::Computed { renderer, .. } => {
                make(rendering, route, renderer, bodies).map_err(|error| for_route(&rendering.index.site, route, error))
            }
            Content::Template { name, view } => {
                let context = self.context(rendering, route, name, view, bodies);
                let html = rendering.templates.render(name, &context).map_err(|error| for_route(&rendering.index.site, route, error))?;
                let post_processors = rendering.plugins.iter().flat_map(|plugin| &plugin.post_processors);
                let html = post_processors
                    .into_iter()
                    .try_fold(html, |html, post_processor| post_processor.finish(route, rendering.index, html))
                    .map_err(|error| for_route(&rendering.index.site, route, error))?;
                Ok(Artifact::Bytes(html.into_bytes()))
            }
        }
    }

    fn context(&self, rendering: Rendering, route: &Route, template: &str, view: &View, bodies: &dyn Bodies) -> Context {
        let Rendering { index, values, .. } = rendering;
        let site = &index.site;
        let article = |id: PageId| values.page(id, || bodies.excerpt(id));
        let mut context = Context::new();
        for (name, value) in values.shared() {
            context.insert_value(*name, value.clone());
        }
        context.insert_value("here", here(site, route));
        context.insert_value("page", view.page.map_or(Value::none(), |id| values.own_page(id, &bodies.body(id))));
        context.insert_value("alternates", values.alternates(view.list.as_deref()));
        context.insert_value("list", view.list.as_ref().map_or(Value::none(), |list| values.list(list, article)));
        for (name, value) in &view.values {
            context.insert_value(name.clone(), Value::from_serializable(value));
        }
        let reads = self.reads.get(template);
        for (name, slot) in &self.lists {
            // `__tera_context` reads everything.
            if reads.is_none_or(|reads| reads.contains(*name) || reads.is_empty()) {
                context.insert_value(*name, slot.get_or_init(|| whole(site, values, name, article)).clone());
            }
        }
        context
    }
}

/// The bytes that a maker of the route's plugin gives.
fn make(rendering: Rendering, route: &Route, name: &str, bodies: &dyn Bodies) -> Result<Artifact, Diagnostic> {
    let own = rendering.plugins.iter().filter(|plugin| plugin.name == route.plugin);
    let Some(renderer) = own.flat_map(|plugin| &plugin.renderers).find(|renderer| renderer.name() == name) else {
        let message = format!("the plugin `{}` promises `{}` by a maker `{name}`, which it has not", route.plugin, route.output);
        return Err(codes::FAILED_RENDERER.report(message).help("this is a fault of the plugin: take it out of [site] plugins"));
    };
    renderer.make(route, rendering.index, bodies).map(Artifact::Bytes)
}

/// A list of the whole site.
fn whole(site: &Site, values: &Values, name: &str, article: impl Fn(PageId) -> Value) -> Value {
    match name {
        "articles" => Value::from(site.articles.iter().map(|id| article(*id)).collect::<Vec<_>>()),
        "pages" => Value::from(site.pages.iter().map(|id| article(*id)).collect::<Vec<_>>()),
        "tags" => values.listings("tag", &site.tags),
        "categories" => values.listings("category", &site.categories),
        "authors" => values.listings("author", &site.authors),
        _ => values.years(article),
    }
}

fn here(site: &Site, route: &Route) -> Value {
    let host = site.info.url.strip_suffix(&*site.info.base).unwrap_or(&site.info.url);
    let mut here = tera::Map::default();
    here.insert("url".into(), Value::from(route.url.as_str()));
    here.insert("absolute".into(), Value::from(format!("{host}{}", route.url)));
    here.insert("output".into(), Value::from(route.output.as_str()));
    here.insert("depth".into(), Value::from(route.output.matches('/').count()));
    Value::from(here)
}

/// Adds which file was being made.
fn for_route(site: &Site, route: &Route, error: Diagnostic) -> Diagnostic {
    let message = format!("while `{}` was made: {}", route.output, route.reason);
    match route.page {
        Some(id) => {
            let page = site.page(id);
            error.related(page.place_of("title"), message)
        }
        None => error.related(Place::file(format!("{} ({})", route.output, route.reason)), "while this file was made"),
    }
}
