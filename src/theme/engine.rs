//! Templates, components and tags of a theme, compiled by Tera.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use avocet_plugin::{Bodies, Diagnostic, Plugin, Route, SiteIndex, Tag, TagCall, View};
use serde_json::{Map, Value as Json};
use tera::{ComponentInfo, Context, Kwargs, State, Tera, Value};

use super::error::{self, Texts};
use super::jinja::Jinja;
use super::{filters, options};
use crate::images::ImageSizes;
use crate::trace::{self, Hash};

/// What templates need of the site before there is a plan.
#[derive(PartialEq)]
pub(super) struct TemplateEnvironment {
    /// Addresses of assets, by name.
    pub(super) addresses: BTreeMap<String, String>,
    /// The site's address.
    pub(super) url: String,
    /// Its path.
    pub(super) base: String,
    /// Names of the plugins' tags.
    pub(super) functions: Vec<String>,
    /// The settings of a theme in Jinja's language; none of one in Tera's.
    pub(super) jinja: Option<Map<String, Json>>,
}

impl TemplateEnvironment {
    /// The hash of these templates in this environment.
    fn fingerprint(&self, texts: &Texts) -> Hash {
        let Self { addresses, url, base, functions, jinja } = self;
        let jinja = jinja.as_ref().map(|settings| Json::Object(settings.clone()).to_string()).unwrap_or_default();
        let texts = texts.iter().flat_map(|(name, (display_path, text))| [name.as_bytes(), display_path.as_bytes(), text.as_bytes()]);
        let addresses = addresses.iter().flat_map(|(name, address)| [name.as_bytes(), address.as_bytes()]);
        let functions = functions.iter().map(String::as_bytes);
        let lists =
            [texts.collect::<Vec<_>>(), addresses.collect(), vec![url.as_bytes(), base.as_bytes(), jinja.as_bytes()], functions.collect()];
        let hashes = lists.map(|list| trace::hash(&list));
        trace::hash(&hashes.each_ref().map(|hash| &hash[..]))
    }
}

/// Compiled templates.
#[derive(Clone)]
pub struct Templates {
    tera: Tera,
    texts: Arc<Texts>,
    /// Components that draw elements of Markdown, by kind.
    elements: Arc<BTreeMap<String, String>>,
    /// The values that each template reads.
    reads: Arc<BTreeMap<String, BTreeSet<String>>>,
    /// The options that each template of a tag reads, if they are known.
    tag_options: Arc<BTreeMap<String, BTreeSet<String>>>,
    /// The ids that templates and components spell out.
    ids: Arc<BTreeSet<String>>,
    environment: Arc<TemplateEnvironment>,
    fingerprint: Hash,
    /// The templates of pages, if they are in Jinja's language. Tags and components are always in Tera's.
    jinja: Option<Jinja>,
}

/// The name of a tag as a function or component: `inset-text` is `inset_text`.
fn identifier(tag: &str) -> String {
    tag.replace(['-', '.'], "_")
}

/// The ids that a template spells out: those in which nothing is computed.
fn ids(template: &str) -> impl Iterator<Item = &str> {
    let is_id = |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    template.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(is_id)
}

impl Templates {
    /// Compiles all at once; if `before` was compiled from the same texts in the same environment, it is taken over.
    pub(super) fn compile(texts: Texts, environment: TemplateEnvironment, before: Option<&Self>) -> Result<Self, Vec<Diagnostic>> {
        if let Some(before) = before.filter(|before| *before.texts == texts && *before.environment == environment) {
            return Ok(before.clone());
        }
        let mut tera = Tera::default();
        register_functions(&mut tera, &environment);
        filters::register(&mut tera, environment.url.clone(), environment.base.clone());
        let (mut own, mut pages) = (texts.clone(), Texts::new());
        if environment.jinja.is_some() {
            (pages, own) = texts.iter().map(|(name, text)| (name.clone(), text.clone())).partition(|(name, _)| is_page(name));
        }
        let jinja = environment.jinja.as_ref().map(|settings| Jinja::compile(&pages, settings));
        let sources = own.iter().map(|(name, (_, text))| (name.as_str(), &**text));
        tera.add_raw_templates(sources).map_err(|error| error::diagnostics(&texts, &error))?;
        let elements = tera.get_component_names().filter_map(|name| {
            let component = tera.get_component_definition(name)?;
            Some((component.metadata().get("element")?.as_str()?.to_owned(), name.to_owned()))
        });
        let elements = Arc::new(elements.collect());
        let reads = own.keys().filter(|name| !name.starts_with("components/")).map(|name| (name.clone(), reads(&tera, name)));
        let reads = Arc::new(reads.collect());
        let tag_options = texts.keys().filter(|name| name.starts_with("tags/"));
        let tag_options = Arc::new(tag_options.filter_map(|name| Some((name.clone(), options::of_tag(name, &texts)?))).collect());
        let ids = Arc::new(texts.values().flat_map(|(_, text)| ids(text)).map(str::to_owned).collect());
        let fingerprint = environment.fingerprint(&texts);
        Ok(Self { tera, texts: Arc::new(texts), elements, reads, tag_options, ids, environment: Arc::new(environment), fingerprint, jinja })
    }

    /// The same templates, in which `picture_size` and the plugins' tags are functions that answer for this site.
    #[must_use]
    pub fn for_site(&self, plugins: &Arc<Vec<Plugin>>, index: &Arc<SiteIndex>, images: &Arc<ImageSizes>) -> Self {
        let mut tera = self.tera.clone();
        let images = Arc::clone(images);
        tera.register_function("picture_size", move |options: Kwargs, _: &State| image_size(&options, &images));
        for (which, plugin) in plugins.iter().enumerate() {
            for (nth, tag) in plugin.tags.iter().enumerate() {
                let (plugins, index) = (Arc::clone(plugins), Arc::clone(index));
                tera.register_function(identifier(tag.name()), move |options: Kwargs, _: &State| {
                    let tag = &plugins[which].tags[nth];
                    answer(&**tag, &options, &index)
                });
            }
        }
        let jinja = self.jinja.as_ref().map(|jinja| jinja.for_site(index));
        Self { tera, jinja, ..self.clone() }
    }

    /// Whether templates look at the site themselves, so that it is not known before what they see. What they see of bodies, they ask for.
    #[must_use]
    pub const fn sees_whole_site(&self) -> bool {
        self.jinja.is_some()
    }

    /// A hash of the site without the bodies of its pages, for templates that look at it themselves.
    #[must_use]
    pub fn site_hash(&self) -> Option<Hash> {
        self.jinja.as_ref().and_then(Jinja::site_hash)
    }

    /// A hash of all templates, components and tags, and of what they see of the settings before there is a plan.
    #[must_use]
    pub const fn fingerprint(&self) -> &Hash {
        &self.fingerprint
    }

    /// Names of the templates, without components and tags.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let own = || self.reads.keys().filter(|name| is_page(name)).cloned().collect();
        self.jinja.as_ref().map_or_else(own, Jinja::names)
    }

    /// The ids that the theme uses itself, so that no heading of a page may have them.
    #[must_use]
    pub fn ids(&self) -> &BTreeSet<String> {
        &self.ids
    }

    /// Files and texts of all templates, components and tags, by name.
    pub fn texts(&self) -> impl Iterator<Item = &(String, Arc<str>)> {
        self.texts.values()
    }

    /// The templates in Jinja's language, if this is the name of one: tags and components are never.
    fn jinja_of(&self, name: &str) -> Option<&Jinja> {
        self.jinja.as_ref().filter(|_| is_page(name))
    }

    /// Whether there is a template of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.jinja_of(name).map_or_else(|| self.texts.contains_key(name), |jinja| jinja.has(name))
    }

    /// The file of a template, for messages.
    #[must_use]
    pub fn display_path(&self, name: &str) -> Option<&str> {
        let own = || self.texts.get(name).map(|(display_path, _)| display_path.as_str());
        self.jinja_of(name).map_or_else(own, |jinja| jinja.display_path(name))
    }

    /// The values that a template reads, with all that it extends and includes. An empty set is that of a template that reads everything
    /// (`__tera_context`), as is that of one which does not exist.
    #[must_use]
    pub fn reads(&self, name: &str) -> &BTreeSet<String> {
        static NOTHING: BTreeSet<String> = BTreeSet::new();
        self.reads.get(name).unwrap_or(&NOTHING)
    }

    /// The options that the template of a tag reads; `None` if it may read any.
    #[must_use]
    pub fn tag_options(&self, template: &str) -> Option<&BTreeSet<String>> {
        self.tag_options.get(template)
    }

    /// The output of a page's template in Jinja's language, if the theme has those, and whether it shows the text of its page.
    ///
    /// # Errors
    /// What is wrong, in the template.
    pub fn render_jinja(&self, route: &Route, shown: (&str, &View), bodies: &dyn Bodies) -> Option<Result<(String, bool), Diagnostic>> {
        Some(self.jinja.as_ref()?.render(route, shown, bodies))
    }

    /// The output of a template in Tera's language.
    ///
    /// # Errors
    /// What is wrong, in the template.
    pub fn render(&self, name: &str, context: &Context) -> Result<String, Diagnostic> {
        self.tera.render(name, context).map_err(|error| error::diagnostic(&self.texts, &error))
    }

    /// The component that answers a tag; one with the metadata `{"tag": false}` is for templates only.
    #[must_use]
    pub fn component(&self, tag: &str) -> Option<ComponentInfo> {
        let component = self.definition(tag)?;
        (component.metadata().get("tag").and_then(Value::as_bool) != Some(false)).then_some(component)
    }

    /// The component that draws elements of Markdown of this kind.
    #[must_use]
    pub fn element(&self, kind: &str) -> Option<&str> {
        self.elements.get(kind).map(String::as_str)
    }

    /// What a component takes, whether it is a tag or not.
    #[must_use]
    pub fn definition(&self, component: &str) -> Option<ComponentInfo> {
        self.tera.get_component_definition(&identifier(component))
    }

    /// Names of the components and of the site's own tags, as they stand in content.
    #[must_use]
    pub fn tag_names(&self) -> Vec<String> {
        let own = self.texts.keys().filter_map(|name| name.strip_prefix("tags/")?.strip_suffix(".html").map(str::to_owned));
        let components = self.tera.get_component_names().filter(|name| self.component(name).is_some());
        components.map(|name| name.replace('_', "-")).chain(own).collect()
    }

    /// The output of a component; `implicits` is what it may see besides its arguments.
    ///
    /// # Errors
    /// What is wrong, in the component, or in one sentence.
    pub fn render_component(&self, tag: &str, args: &Context, implicits: &Context, body: Option<&str>) -> Result<String, Diagnostic> {
        self.tera
            .render_component_with_implicits(&identifier(tag), args, implicits, body, true)
            .map_err(|error| error::diagnostic(&self.texts, &error))
    }
}

/// Whether this is a template of pages, and not a component or a tag.
fn is_page(name: &str) -> bool {
    !name.starts_with("components/") && !name.starts_with("tags/")
}

fn reads(tera: &Tera, name: &str) -> BTreeSet<String> {
    tera.get_template_variables(name).map(|names| names.into_iter().map(str::to_owned).collect()).unwrap_or_default()
}

/// `asset`, and in the place of what answers for a site only, functions that say so.
fn register_functions(tera: &mut Tera, environment: &TemplateEnvironment) {
    let addresses = environment.addresses.clone();
    tera.register_function("asset", move |options: Kwargs, _: &State| {
        let name: &str = options.must_get("path")?;
        addresses.get(name).cloned().ok_or_else(|| {
            let near = avocet_plugin::suggest(name, addresses.keys().map(String::as_str));
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            tera::Error::message(format!("the theme has no asset `{name}`{near}"))
        })
    });
    for name in environment.functions.iter().map(String::as_str).chain(["picture_size"]) {
        let message = format!("`{name}` has no answer before the site is planned");
        tera.register_function(identifier(name), move |_: Kwargs, _: &State| -> tera::TeraResult<Value> {
            Err(tera::Error::message(message.clone()))
        });
    }
}

/// `picture_size(src="…")`: a map of `width` and `height`, or none.
fn image_size(options: &Kwargs, images: &ImageSizes) -> tera::TeraResult<Value> {
    let size = options.get::<&str>("src")?.and_then(|src| images.size(src));
    let side = |name: &'static str, side: u32| (name.into(), Value::from(u64::from(side)));
    Ok(size.map_or(Value::none(), |(width, height)| Value::from(tera::Map::from_iter([side("width", width), side("height", height)]))))
}

/// A tag of a plugin, called as a function.
fn answer(tag: &dyn Tag, options: &Kwargs, index: &SiteIndex) -> tera::TeraResult<Value> {
    let mut call = TagCall::new(tag.name());
    for (key, value) in options.iter() {
        let value: Json = serde_json::to_value(value).map_err(tera::Error::message)?;
        call.args.insert(key.to_string(), value);
    }
    trace::call_tag(tag, &call, index).map(|html| Value::safe_string(&html)).map_err(|error| tera::Error::message(error.message))
}
