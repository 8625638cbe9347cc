//! Themes of Pelican: templates in Jinja's language, rendered by minijinja with the names, objects and methods that Pelican gives them.
//!
//! Invariant: a template asks for summaries and contents of pages while it runs. What it asked for and was not there yet is made, and the
//! template runs again, so that no body is converted that no template shows.

mod context;
mod date;
mod error;
mod lists;
mod local;
mod page;
mod paginator;
mod settings;
mod simple;
mod translate;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use avocet_plugin::{Bodies, Diagnostic, Route, SiteIndex, View, codes};
use minijinja::value::{Kwargs, Rest};
use minijinja::{Environment, Error, State, UndefinedBehavior, Value, escape_formatter};
use serde_json::Map;

use self::context::{Context, Scope, Site};
use super::error::Texts;
use crate::trace::Hash;

/// Steps that a template may take, so that one without an end ends.
const FUEL: u64 = 50_000_000;

/// The templates of a theme that has Pelican's layout.
#[derive(Clone)]
pub(super) struct Jinja {
    environment: Arc<Environment<'static>>,
    /// What is wrong in a template that does not compile. Many themes have some that only a plugin of Pelican can use, so that it is
    /// reported when a page needs the template.
    broken: Arc<BTreeMap<String, Diagnostic>>,
    texts: Arc<Texts>,
    settings: Arc<Map<String, serde_json::Value>>,
    site: Option<Arc<Site>>,
}

impl Jinja {
    /// Compiles all templates at once. `settings` are the site's own of the theme, under the names that Pelican gives them.
    pub(super) fn compile(texts: &Texts, settings: &Map<String, serde_json::Value>) -> Self {
        let mut environment = environment();
        let all = simple::templates(texts);
        let mut broken = BTreeMap::new();
        for (name, (_, text)) in &all {
            if let Err(error) = environment.add_template_owned(name.clone(), translate::without_translations(text)) {
                broken.insert(name.clone(), error::diagnostic(&all, &error));
            }
        }
        let (texts, settings) = (Arc::new(all), Arc::new(settings.clone()));
        Self { environment: Arc::new(environment), broken: Arc::new(broken), texts, settings, site: None }
    }

    /// The same templates, for this site.
    pub(super) fn for_site(&self, index: &Arc<SiteIndex>) -> Self {
        Self { site: Some(Arc::new(Site::new(index, &self.settings))), ..self.clone() }
    }

    /// Names of the templates, those of the fallback theme as well.
    pub(super) fn names(&self) -> Vec<String> {
        self.texts.keys().filter(|name| !name.starts_with('!')).cloned().collect()
    }

    /// The template that stands for one that Pelican has under another name.
    fn named<'n>(&self, name: &'n str) -> &'n str {
        match name {
            "year.html" if !self.texts.contains_key(name) => "period_archives.html",
            _ => name,
        }
    }

    /// Whether there is a template for this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.texts.contains_key(self.named(name))
    }

    /// The file of a template, for messages.
    pub(super) fn display_path(&self, name: &str) -> Option<&str> {
        self.texts.get(self.named(name)).map(|(display_path, _)| display_path.as_str())
    }

    /// A hash of the site without the bodies of its pages.
    pub(super) fn site_hash(&self) -> Option<Hash> {
        self.site.as_ref()?.hash()
    }

    /// The output of a template, and whether it shows the text of its page.
    ///
    /// # Errors
    /// What is wrong, in the template.
    pub(super) fn render(&self, route: &Route, (name, view): (&str, &View), bodies: &dyn Bodies) -> Result<(String, bool), Diagnostic> {
        let failed = |error: Error| {
            let missing = error::missing_template(&error).and_then(|name| self.broken.get(name));
            missing.cloned().unwrap_or_else(|| error::diagnostic(&self.texts, &error))
        };
        let Some(site) = self.site.clone() else { return Err(codes::TEMPLATE_ERROR.report("the site is not planned yet")) };
        let template = self.environment.get_template(self.named(name)).map_err(failed)?;
        let scope = Arc::new(Scope::new(site));
        if let Some(id) = view.page {
            scope.give_body(id, bodies);
        }
        loop {
            let context = Context::new(Arc::clone(&scope), route, view);
            let rendered = template.render(Value::from_object(context));
            // What was missing may be the cause of an error.
            if !scope.fill(bodies) {
                let info = &scope.site.index.site.info;
                let shows_body = view.page.is_none_or(|id| scope.shows_body(id));
                return rendered.map(|page| (local::with_local_links(page, &info.url, &info.base), shows_body)).map_err(failed);
            }
        }
    }
}

/// As Pelican sets Jinja up: nothing is escaped, since titles and metadata may hold HTML, and lines of tags alone leave no empty line.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_formatter(escape_formatter);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("strftime", date::strftime);
    environment.add_filter("e", escape);
    environment.add_filter("escape", escape);
    environment.add_filter("forceescape", escape);
    environment.add_filter("striptags", |html: Cow<'_, str>| avocet_plugin::html::text(&html));
    environment.add_filter("truncate", truncate);
    environment.add_filter("wordcount", |text: Cow<'_, str>| text.split_whitespace().count());
    environment.add_filter("count", minijinja::filters::length);
    environment.add_filter("replace", replace);
    environment.add_test("plugin_enabled", |_: &str| false);
    translate::register(&mut environment);
    environment
}

/// Undefined is nothing, as in Jinja.
fn escape(value: &Value) -> String {
    if value.is_undefined() { String::new() } else { avocet_plugin::html::escape(&value.to_string()) }
}

/// As Jinja's, which takes its options by place as well.
fn truncate(state: &State<'_, '_>, text: &Value, Rest(given): Rest<Value>, named: Kwargs) -> Result<Value, Error> {
    let by_place = ["length", "killwords", "end", "leeway"].into_iter().zip(given);
    let by_name = named.args().map(|name| Ok((name, named.get(name)?))).collect::<Result<Vec<(&str, Value)>, Error>>()?;
    minijinja_contrib::filters::truncate(state, text, by_place.chain(by_name).collect())
}

/// As Jinja's, with how often at most.
fn replace(text: Cow<'_, str>, old: Cow<'_, str>, new: Cow<'_, str>, count: Option<usize>) -> String {
    count.map_or_else(|| text.replace(&*old, &new), |count| text.replacen(&*old, &new, count))
}

/// A map of values by name.
type Values = BTreeMap<String, Value>;
