//! A project -> [`Plan`]: discover, read, index, route; and again after a change.
//!
//! Invariant: a plan is plain data and never changes. It is equal to another if both were made from the same inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{
    Diagnostic, IndexInput, Page, Route, RouteKey, Routes, Site, SiteIndex, SiteInfo, SourceFile, StaticFile, Status, Unpublished,
};

use super::inputs::{self, Inputs};
use super::{StageTimer, Timings};
use crate::clock;
use crate::config::Config;
use crate::project::Project;
use crate::stages::discover::Discovered;
use crate::stages::index::{self, Publishing};
use crate::stages::read::{self, Defaults, ParsedSource};
use crate::stages::render;
use crate::stages::route;

/// Everything that is known before a file is made.
pub struct Plan {
    /// The project that it is a plan of.
    pub project: Arc<Project>,
    /// The pages, and the files that they are written as.
    pub index: Arc<SiteIndex>,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    pub(super) inputs: Inputs,
    parsed_sources: Vec<ParsedSource>,
}

/// Sources that are held back by their author.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Drafts.
    pub drafts: usize,
    /// Scheduled articles.
    pub scheduled: usize,
    /// The day of the first scheduled article.
    pub next: Option<String>,
}

/// A plan that takes the place of another.
pub struct Replan {
    /// The new plan.
    pub plan: Plan,
    /// The files that differ, as messages name them, sorted.
    pub changes: Vec<String>,
    /// How long each stage took.
    pub timings: Timings,
}

impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        inputs::changes((&self.project, &self.inputs), (&other.project, &other.inputs)).is_empty()
    }
}

/// Discovers, reads, indexes and routes.
#[must_use]
pub fn plan(project: &Arc<Project>) -> Plan {
    let inputs = inputs::discover(project, &Discovered::default());
    plan_of(project, inputs, &[], &mut StageTimer::start())
}

/// A plan of the project as it is now; `None` if no input differs from those of the plan before. What is the same by content is taken
/// over, and all else is made anew: there is no list of what depends on what. With `written`, only these files of the content folder are
/// looked at again.
#[must_use]
pub fn replan(project: &Arc<Project>, before: &Plan, written: Option<&BTreeSet<PathBuf>>) -> Option<Replan> {
    let mut timer = StageTimer::start();
    let same_settings =
        inputs::settings(project) == inputs::settings(&before.project) && inputs::plugins(project) == inputs::plugins(&before.project);
    let nothing = Discovered::default();
    let inputs = match written.filter(|_| same_settings) {
        Some(written) => inputs::look_again(project, &before.inputs.found, written),
        None => inputs::discover(project, if same_settings { &before.inputs.found } else { &nothing }),
    };
    timer.record("discover");
    let changes = inputs::changes((&before.project, &before.inputs), (project, &inputs));
    timer.record("compare");
    if changes.is_empty() {
        return None;
    }
    let plan = plan_of(project, inputs, if same_settings { &before.parsed_sources } else { &[] }, &mut timer);
    Some(Replan { plan, changes, timings: timer.timings })
}

/// A plan of these inputs; sources that were parsed `before` are not parsed again.
pub(super) fn plan_of(project: &Arc<Project>, inputs: Inputs, before: &[ParsedSource], timer: &mut StageTimer) -> Plan {
    let Discovered { sources, files, diagnostics, .. } = &inputs.found;
    let mut diagnostics = diagnostics.clone();
    let Config { site, content, articles, markdown, .. } = &project.config;
    let defaults = Defaults::new(site, content, articles, markdown.dialect());
    let parsed_sources = read::read(sources, &inputs::readers(project), &defaults, before);
    diagnostics.extend(parsed_sources.iter().flat_map(|parsed| parsed.diagnostics.iter().cloned()));
    let mut pages = parsed_sources.iter().filter_map(|parsed| parsed.page.clone()).collect();
    timer.record("read");

    let mut site = empty_site(project, files.clone(), &inputs.found);
    let mut input = IndexInput::new(&mut site, &mut pages);
    diagnostics.extend(project.plugins.iter().flat_map(|plugin| &plugin.indexers).flat_map(|indexer| indexer.index(&mut input)));
    let (site, reported) = index::index(site, pages, publishing(project), &project.config.articles.slugs);
    diagnostics.extend(reported);
    timer.record("index");

    let (routes, reported) = route::route(&site, &project.plugins, theme_routes(project, &site));
    diagnostics.extend(reported);
    let unpublished = unpublished(sources, &site, &routes, &diagnostics);
    let index = Arc::new(SiteIndex::new(site, routes, unpublished));
    diagnostics.extend(project.plugins.iter().flat_map(|plugin| &plugin.validators).flat_map(|validator| validator.validate(&index)));
    diagnostics.extend(render::missing_templates(&index, &project.theme.templates));
    timer.record("route");
    Plan { project: Arc::clone(project), index, diagnostics, inputs, parsed_sources }
}

impl Plan {
    /// Sources that are held back: how many drafts, how many scheduled articles, and the day of the first of these.
    #[must_use]
    pub fn held(&self) -> Held {
        let mut held = Held::default();
        let drafts_are_made = self.project.config.drafts;
        let mut days = Vec::new();
        for page in self.parsed_sources.iter().filter_map(|parsed| parsed.page.as_ref()) {
            match &page.date {
                _ if page.status == Status::Draft => held.drafts += usize::from(!drafts_are_made),
                Some(date) if self.index.site.find(&page.source).is_none() => days.push(date),
                _ => {}
            }
        }
        held.scheduled = days.len();
        held.next = days.into_iter().min_by_key(|date| date.timestamp()).map(|date| date.strftime("%-d %B %Y").to_string());
        held
    }
}

impl Plan {
    /// A source without a page on the site, by its path, display path or name, with the page that it would be: none if it is skipped or faulty.
    #[must_use]
    pub fn unpublished_source(&self, path: &str) -> Option<(&SourceFile, Option<&Page>)> {
        let is_named = |source: &&SourceFile| Path::new(&*source.path).file_stem().is_some_and(|stem| stem == path);
        let held = || self.inputs.found.sources.iter().filter(|source| self.index.unpublished.contains_key(&*source.path));
        let source = held().find(|source| source.display_path == path || *source.path == *path).or_else(|| held().find(is_named))?;
        Some((source, self.unpublished_pages().find(|page| page.source == source.path)))
    }

    /// The pages of sources that are unpublished, as they were read.
    pub fn unpublished_pages(&self) -> impl Iterator<Item = &Page> {
        let parsed = self.parsed_sources.iter().filter_map(|parsed| parsed.page.as_deref());
        parsed.filter(|page| self.index.unpublished.contains_key(&*page.source))
    }
}

/// Sources that get no page, and why.
fn unpublished(sources: &[SourceFile], site: &Site, routes: &Routes, diagnostics: &[Diagnostic]) -> BTreeMap<String, Unpublished> {
    let errors = || diagnostics.iter().filter(|reported| reported.is_error());
    let has_errors: BTreeSet<&str> = errors().filter_map(|error| Some(error.place.as_ref()?.file.as_str())).collect();
    let in_site = |source: &SourceFile| site.find(&source.path).is_some();
    let why = |source: &SourceFile| {
        // A page of the site without a route lost it to a clash, which is reported.
        let clashed = in_site(source) && errors().next().is_some();
        if clashed || has_errors.contains(source.display_path.as_str()) { Unpublished::HasErrors } else { Unpublished::ByAuthor }
    };
    let unrouted = sources.iter().filter(|source| routes.of(RouteKey::Page(&source.path)).is_none());
    unrouted.map(|source| (source.path.to_string(), why(source))).collect()
}

/// All that is known of the site before its pages.
fn empty_site(project: &Project, files: Vec<StaticFile>, found: &Discovered) -> Site {
    let config = &project.config;
    let base = config.site.base();
    let url = |url: &str| if url.starts_with('/') { format!("{base}{url}") } else { url.to_owned() };
    let mut info = SiteInfo::new(&config.site.title, &config.site.url, base);
    info.description.clone_from(&config.site.description);
    info.language.clone_from(&config.site.language);
    info.author.clone_from(&config.site.author);
    info.menu = config.menu.iter().map(|entry| (entry.title.clone(), url(&entry.url))).collect();
    let mut site = Site::new(info, config.urls.clone());
    site.page_size = config.articles.page_size.max(1);
    site.templates = project.theme.templates.names();
    (site.files, site.inputs, site.input_bytes) = (files, found.inputs.clone(), found.input_bytes.clone());
    site
}

fn publishing(project: &Project) -> Publishing {
    let hold = project.config.articles.hold_future();
    Publishing { drafts: project.config.drafts, until: hold.then(clock::now) }
}

/// The theme's assets, and the file that keeps GitHub Pages from leaving files out.
fn theme_routes(project: &Project, site: &Site) -> Vec<Route> {
    let route = |output: &str, reason: String, bytes: Vec<u8>| {
        let mut route = Route::builder(site, output).reason(reason).bytes(bytes);
        route.plugin = "theme".into();
        route
    };
    let assets = project.theme.assets.iter();
    let mut routes: Vec<Route> =
        assets.map(|asset| route(&asset.output, format!("the theme's asset `{}`", asset.name), asset.bytes.to_vec())).collect();
    routes.push(route(".nojekyll", "the mark that GitHub Pages copies all files".into(), Vec::new()));
    routes
}
