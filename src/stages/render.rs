//! [`Route`] -> [`Artifact`]: the template with its view, then the post-processors; or what a plugin computes; or the bytes as they are.
//!
//! Invariant: pure over the plan. A template is given only the values that it reads, so that nothing is built which nobody asked for.

use std::collections::BTreeSet;

use avocet_plugin::{Artifact, Bodies, Body, Content, Diagnostic, PageId, Place, Plugin, Route, Site, SiteIndex, View, codes, suggest};
use tera::{Context, Value};

use crate::theme::{SITE_LISTS, Templates, Values, hash_values, is_lost};
use crate::trace::{self, Hash};

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
        let html = match self.templates.render_jinja(route, (template, view), self.bodies) {
            Some(rendered) => {
                let (html, shows_body) = rendered?;
                if !shows_body {
                    return Err(self.lost_body(template, view));
                }
                html
            }
            None => {
                let context = self.context(route, template, view);
                let html = self.templates.render(template, &context)?;
                self.check_body(template, view, context, &html)?;
                html
            }
        };
        let mut post_processors = self.plugins.iter().flat_map(|plugin| &plugin.post_processors);
        post_processors.try_fold(html, |html, post_processor| post_processor.process(route, self.index, html)).map(String::into_bytes)
    }

    /// The body of a page is shown, or its template is not for pages with a body.
    fn check_body(self, template: &str, view: &View, mut context: Context, html: &str) -> Result<(), Diagnostic> {
        let Some(id) = view.page else { return Ok(()) };
        let body = self.bodies.body(id);
        let draw = |other: &str| {
            let mut body = Body::clone(&body);
            other.clone_into(&mut body.html);
            context.insert_value("page", self.values.own_page(id, &body));
            self.templates.render(template, &context).ok()
        };
        if !is_lost(html, &body.html, draw) {
            return Ok(());
        }
        Err(self.lost_body(template, view))
    }

    fn lost_body(self, template: &str, view: &View) -> Diagnostic {
        let error = codes::LOST_TEXT.report(format!("the template `{template}` does not show the text of this page"));
        let error = error.help("choose another template, or remove the text below the front matter");
        let Some(page) = view.page.map(|id| self.index.site.page(id)) else { return error };
        error.at(page.place_of(if page.template.is_some() { "template" } else { "title" }))
    }

    /// What a template is given, by name.
    fn given(self, route: &Route, template: &str, view: &View, form: &dyn Form) -> Vec<(String, Value)> {
        let values = self.values;
        let article = |id: PageId| form.article(id);
        let mut given = vec![
            ("here".to_owned(), values.here(route)),
            ("page".to_owned(), view.page.map_or(Value::none(), |id| form.own_page(id))),
            ("alternates".to_owned(), values.alternates(view.list.as_deref())),
            ("list".to_owned(), view.list.as_ref().map_or(Value::none(), |list| values.list(list, article))),
        ];
        given.extend(view.values.iter().map(|(name, value)| (name.clone(), Value::from_serializable(value))));
        let reads = self.templates.reads(template);
        let read = SITE_LISTS.into_iter().filter(|name| reads.is_empty() || reads.contains(*name));
        given.extend(read.map(|name| (name.to_owned(), form.site_list(name))));
        given
    }

    fn context(self, route: &Route, template: &str, view: &View) -> Context {
        let mut context = self.values.context();
        for (name, value) in self.given(route, template, view, &Whole(self)) {
            context.insert_value(name, value);
        }
        context
    }

    /// A hash of all that the template of a route is given; `None` if it is not made from a template. `body` is the hash of its body.
    #[must_use]
    pub fn given_hash(self, route: &Route, body: &Hash) -> Option<Hash> {
        let redirect;
        let (template, view) = match &route.content {
            Content::Template { name, view } => (&**name, view),
            Content::Redirect { to } => {
                redirect = View::default().value("target", to.as_str());
                (REDIRECT, &redirect)
            }
            Content::Copy { .. } | Content::Bytes(_) | Content::Computed(_) => return None,
        };
        if self.templates.sees_whole_site() {
            return Some(trace::hash(&[&self.templates.site_hash()?, &trace::hash_of(route)?, body]));
        }
        let given = self.given(route, template, view, &Hashed { renderer: self, body });
        let given = hash_values(given.iter().map(|(name, value)| (&**name, value)));
        Some(trace::hash(&[template.as_bytes(), &self.values.shared_hash(), &given]))
    }
}

/// In which form pages and lists are given: as values, for a template; or as hashes, to know whether its file would be another one.
trait Form {
    /// A page as lists show it.
    fn article(&self, id: PageId) -> Value;

    /// A page as its own template shows it.
    fn own_page(&self, id: PageId) -> Value;

    /// A list of the whole site.
    fn site_list(&self, name: &str) -> Value;
}

/// Values.
struct Whole<'a>(PageRenderer<'a>);

impl Form for Whole<'_> {
    fn article(&self, id: PageId) -> Value {
        self.0.values.page(id, || self.0.bodies.excerpt(id))
    }

    fn own_page(&self, id: PageId) -> Value {
        self.0.values.own_page(id, &self.0.bodies.body(id))
    }

    fn site_list(&self, name: &str) -> Value {
        self.0.values.whole_list(name, |id| self.article(id))
    }
}

/// Hashes.
struct Hashed<'a> {
    renderer: PageRenderer<'a>,
    body: &'a Hash,
}

impl Form for Hashed<'_> {
    fn article(&self, id: PageId) -> Value {
        self.renderer.values.page_hash(id, || self.renderer.bodies.excerpt(id))
    }

    fn own_page(&self, id: PageId) -> Value {
        self.renderer.values.own_page_hash(id, || self.renderer.bodies.excerpt(id), self.body)
    }

    fn site_list(&self, name: &str) -> Value {
        self.renderer.values.site_list_hash(name, |id| self.article(id))
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
