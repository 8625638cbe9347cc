//! [`Route`] -> [`Artifact`]: the template with its view, then the post-processors; or what a plugin computes; or the bytes as they are.
//!
//! Invariant: pure over the plan. A template is given only the values that it reads, so that nothing is built which nobody asked for.

use std::collections::BTreeSet;

use avocet_plugin::{Artifact, Bodies, Content, Diagnostic, PageId, Place, Plugin, Route, Site, SiteIndex, View, codes, suggest};
use tera::{Context, Value};

use crate::theme::{Templates, Values};

/// Renders the routes of one plan.
#[derive(Clone, Copy)]
pub struct PageRenderer<'a> {
    /// The site and its files.
    pub index: &'a SiteIndex,
    /// Their renderers and post-processors.
    pub plugins: &'a [Plugin],
    /// The theme's templates.
    pub templates: &'a Templates,
    /// What these see.
    pub values: &'a Values,
    /// Converts bodies.
    pub bodies: &'a dyn Bodies,
}

/// The template that draws redirects, which is given `target`.
const REDIRECT: &str = "redirect.html";

/// The template that a file is made from.
#[must_use]
pub fn template(content: &Content) -> Option<&str> {
    match content {
        Content::Template { name, .. } => Some(name),
        Content::Redirect { .. } => Some(REDIRECT),
        Content::Copy { .. } | Content::Bytes(_) | Content::Computed(_) => None,
    }
}

/// Templates that routes ask for and the theme does not have.
#[must_use]
pub fn missing_templates(index: &SiteIndex, templates: &Templates) -> Vec<Diagnostic> {
    let SiteIndex { site, routes, .. } = index;
    let mut errors = Vec::new();
    let mut reported = BTreeSet::new();
    for route in routes.all() {
        let Some(name) = template(&route.content) else { continue };
        let page = if let Content::Template { view, .. } = &route.content { view.page } else { None };
        let own = page.is_some_and(|id| site.page(id).template.is_some());
        if templates.has(name) || (!own && !reported.insert(name)) {
            continue;
        }
        let names = templates.names();
        let near = suggest(name, names.iter().map(String::as_str)).map_or(String::new(), |near| format!("did you mean `{near}`?"));
        let mut error = codes::MISSING_TEMPLATE
            .report(format!("there is no template `{name}` for {}", route.reason))
            .label(if own { near } else { String::new() })
            .help(format!("the theme has: {}; put your own into the folder templates/", names.join(", ")));
        if let Some(id) = page {
            error = error.at(site.page(id).place_of(if own { "template" } else { "title" }));
        }
        errors.push(error);
    }
    errors
}

impl PageRenderer<'_> {
    /// Makes one file.
    ///
    /// # Errors
    /// What is wrong in the template, or what a plugin reports, with the page that was being made.
    pub fn render(self, route: &Route) -> Result<Artifact, Diagnostic> {
        let bytes = match &route.content {
            Content::Copy { file } => return Ok(Artifact::Copy(file.clone())),
            Content::Bytes(bytes) => Ok(bytes.clone()),
            Content::Computed(computed) => computed.renderer.render(route, self.index, self.bodies),
            Content::Template { name, view } => self.page(route, name, view),
            Content::Redirect { to } => self.page(route, REDIRECT, &View::default().value("target", to.as_str())),
        };
        bytes.map(Artifact::Bytes).map_err(|error| while_making(route, &self.index.site, error))
    }

    /// A template with its view, then the post-processors.
    fn page(self, route: &Route, template: &str, view: &View) -> Result<Vec<u8>, Diagnostic> {
        let html = self.templates.render(template, &self.context(route, template, view))?;
        let mut post_processors = self.plugins.iter().flat_map(|plugin| &plugin.post_processors);
        post_processors.try_fold(html, |html, post_processor| post_processor.process(route, self.index, html)).map(String::into_bytes)
    }

    fn context(self, route: &Route, template: &str, view: &View) -> Context {
        let Self { values, bodies, .. } = self;
        let article = |id: PageId| values.page(id, || bodies.excerpt(id));
        let mut context = values.context();
        context.insert_value("here", values.here(route));
        context.insert_value("page", view.page.map_or(Value::none(), |id| values.own_page(id, &bodies.body(id))));
        context.insert_value("alternates", values.alternates(view.list.as_deref()));
        context.insert_value("list", view.list.as_ref().map_or(Value::none(), |list| values.list(list, article)));
        for (name, value) in &view.values {
            context.insert_value(name.clone(), Value::from_serializable(value));
        }
        let reads = self.templates.reads(template);
        for (name, list) in values.site_lists(|name| reads.is_empty() || reads.contains(name), article) {
            context.insert_value(name, list);
        }
        context
    }
}

/// Adds which file was being made.
fn while_making(route: &Route, site: &Site, error: Diagnostic) -> Diagnostic {
    let message = format!("while `{}` was made: {}", route.output, route.reason);
    match route.page {
        Some(id) => {
            let page = site.page(id);
            error.related(page.place_of("title"), message)
        }
        None => error.related(Place::file(format!("{} ({})", route.output, route.reason)), "in this file"),
    }
}
