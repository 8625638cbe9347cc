//! What goes from run to run, and the keys by which it is found: bodies and pages, and what plugins took of finished pages.
//!
//! A key is a hash of **all** that a thing is made from, but for what it asks while it is made: that is in its trace, and is asked again. So
//! nothing is invalidated by hand. What changes gets another key or another answer, and what nobody asks for is dropped.
//!
//! | Thing | Key | Trace |
//! |---|---|---|
//! | body | [`Ingredients`], the page as it was read | links, includes, sizes of images, tags of plugins, what tags and components see |
//! | page | [`Ingredients`], the template, all that it is given, with the hash of its body | sizes of images, tags of plugins |
//! | whole body of a feed's post | the hash of it | |
//! | taken of a page | [`Ingredients`], the plugin, the finished page | |
//!
//! A body with diagnostics is not remembered, so that they are reported in every run.

use std::path::Path;
use std::sync::Arc;

use avocet_plugin::{Body, Page, Plugin, Route, SiteIndex};
use serde::{Deserialize, Serialize};

use super::{Plan, inputs};
use crate::cache::Cache;
use crate::project::Project;
use crate::stages::convert::HighlightedCode;
use crate::stages::fingerprint;
use crate::trace::{self, Hash, Question, Trace};

/// The form of the files in `.cache/`. To be raised with each change of the types below.
const VERSION: &str = "1";

/// A body without its HTML and contents.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Excerpt {
    pub(super) body: Body,
    /// The hash of the whole body; `None` if it cannot be hashed.
    pub(super) hash: Option<Hash>,
}

impl Excerpt {
    /// The excerpt of a body, which is left as it was.
    pub(super) fn of(whole: &mut Body) -> Self {
        // JSON tells values apart that are bytes of one kind otherwise.
        let values = serde_json::to_vec(&whole.values).ok();
        let hash = values.and_then(|values| Some(trace::hash(&[&trace::hash_of(whole)?, &values])));
        // Out of the way while the rest is copied.
        let (html, contents) = (std::mem::take(&mut whole.html), std::mem::take(&mut whole.contents));
        let body = whole.clone();
        (whole.html, whole.contents) = (html, contents);
        Self { body, hash }
    }
}

/// A body that was converted before.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RememberedBody {
    pub(super) excerpt: Arc<Excerpt>,
    pub(super) trace: Trace,
}

/// A page that was rendered before, without an error.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RememberedPage {
    /// The hash of its bytes.
    pub(super) hash: Hash,
    pub(super) trace: Trace,
}

/// What goes from run to run.
pub(super) struct Remembered {
    pub(super) code: Arc<HighlightedCode>,
    pub(super) bodies: Cache<Arc<RememberedBody>>,
    /// Bodies with their HTML, by their hash: those that files such as feeds ask for in every run.
    pub(super) whole: Cache<Arc<Body>>,
    pub(super) pages: Cache<Arc<RememberedPage>>,
    /// What aggregators took of pages: nothing of some.
    pub(super) taken: Cache<Option<Arc<[u8]>>>,
}

impl Remembered {
    /// What earlier runs left in this folder, if there is one.
    pub(super) fn open(folder: Option<&Path>) -> Self {
        let file = |name: &str| folder.map(|folder| folder.join(name));
        Self {
            code: Arc::new(HighlightedCode::open(folder)),
            bodies: Cache::new(file("bodies"), VERSION.into()),
            whole: Cache::new(file("whole"), VERSION.into()),
            pages: Cache::new(file("pages"), VERSION.into()),
            taken: Cache::new(file("taken"), VERSION.into()),
        }
    }

    /// Reads what a build needs in any case, which would be read when it is first asked for.
    pub(super) fn load(&self) {
        rayon::join(|| self.bodies.load(), || self.pages.load());
    }

    /// Keeps for the next run what this one used. A run that did not make every file keeps the rest as well.
    pub(super) fn save(&self, is_complete: bool) {
        let mut code = std::collections::HashSet::new();
        self.bodies.for_each_used(|body| {
            let keys = body.trace.iter().filter_map(|(question, _)| if let Question::Code(key) = question { Some(*key) } else { None });
            code.extend(keys);
        });
        self.code.save(|key| !is_complete || code.contains(key));
        self.bodies.save(|_| !is_complete);
        self.whole.save(|_| !is_complete);
        self.pages.save(|_| !is_complete);
        self.taken.save(|_| !is_complete);
    }
}

/// Whether a plugin takes a role in which it is not asked again, and may look at files that it has declared.
fn reads_files_unasked(plugin: &Plugin) -> bool {
    let mut needs_site = plugin.tags.iter().map(|tag| tag.needs_site());
    let is_pure = needs_site.any(|needs| !needs)
        || plugin.code_renderers.iter().any(|renderer| !renderer.needs_site())
        || plugin.transforms.iter().any(|transform| !transform.needs_site())
        || plugin.post_processors.iter().any(|processor| !processor.needs_site());
    is_pure && !plugin.inputs.is_empty()
}

/// A hash of all that was read of a page.
fn hash_page(page: &Page) -> Option<Hash> {
    // JSON tells values apart that are bytes of one kind otherwise.
    Some(trace::hash(&[&trace::hash_of(page)?, &serde_json::to_vec(&page.extra).ok()?]))
}

/// What all bodies and all pages of a plan are made from.
#[derive(Default)]
pub(super) struct Ingredients {
    /// `None` if bodies cannot be remembered.
    body: Option<Hash>,
    /// `None` if pages cannot be remembered.
    page: Option<Hash>,
    has_post_processors: bool,
}

impl Ingredients {
    pub(super) fn of(plan: &Plan) -> Self {
        let Project { config, plugins, theme } = &*plan.project;
        let Some(program) = fingerprint::program() else { return Self::default() };
        let markdown = format!("{:?} {:?}", config.markdown, config.limits);
        let settings = |plugin: &Plugin| format!("{} {:?} {:?}", plugin.name, plugin.hash, config.plugins.get(&plugin.name));
        let plugins_and_settings: Vec<String> = plugins.iter().map(settings).collect();
        let plugins_and_settings: Vec<&[u8]> = plugins_and_settings.iter().map(String::as_bytes).collect();
        let inputs = if plugins.iter().any(reads_files_unasked) {
            trace::hash_of(&(&plan.index.site.inputs, &plan.index.site.input_bytes))
        } else {
            Some(Hash::default())
        };
        let Some(inputs) = inputs else { return Self::default() };
        let all = [&program[..], theme.templates.fingerprint(), markdown.as_bytes(), &trace::hash(&plugins_and_settings), &inputs];
        let all = trace::hash(&all);
        // Bodies that depend on the whole site are made anew, and pages that do are the same only if everything is.
        let anew = plugins.iter().flat_map(|plugin| &plugin.transforms).any(|transform| transform.needs_site());
        let whole_site = match plugins.iter().flat_map(|plugin| &plugin.post_processors).any(|processor| processor.needs_site()) {
            true => inputs::fingerprint(&plan.project, &plan.inputs),
            false => Some(Hash::default()),
        };
        let has_post_processors = plugins.iter().any(|plugin| !plugin.post_processors.is_empty());
        Self { has_post_processors, body: (!anew).then_some(all), page: whole_site.map(|whole| trace::hash(&[&all, &whole])) }
    }

    /// The key of the body of a page at this URL, of which plugins are told.
    pub(super) fn body_key(&self, page: &Page, url: &str) -> Option<Hash> {
        Some(trace::hash(&[&self.body?, &hash_page(page)?, url.as_bytes()]))
    }

    /// The key of the page of a route, by the hash of all that its template is given.
    pub(super) fn page_key(&self, route: &Route, index: &SiteIndex, given: Hash) -> Option<Hash> {
        let mut key = trace::hash(&[&self.page?, &given]);
        // Only post-processors see more.
        if self.has_post_processors {
            let page = route.page.map_or(Some(Hash::default()), |id| hash_page(index.site.page(id)));
            key = trace::hash(&[&key, &trace::hash_of(route)?, &page?]);
        }
        Some(key)
    }

    /// The key of what an aggregator of a plugin took of the page with this hash.
    pub(super) fn taken_key(&self, plugin: &str, aggregator: &str, page: &Hash) -> Option<Hash> {
        Some(trace::hash(&[&self.page?, plugin.as_bytes(), aggregator.as_bytes(), page]))
    }
}
