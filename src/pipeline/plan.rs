//! A project -> [`Plan`]: discover, read, index, route; and again after a change.
//!
//! Invariant: a plan is plain data and never changes. It is equal to another if both were made from the same inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use avocet_plugin::{Content, Diagnostic, Route, Routes, Site, SiteIndex, SiteInfo, SourceFile, StaticFile, Unpublished};

use super::inputs::{self, Inputs};
use super::{StageTimer, Timings};
use crate::clock;
use crate::project::Project;
use crate::stages::discover::Discovered;
use crate::stages::index::{self, Publishing, SiteConfig};
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
    let same_settings = inputs::settings(project) == inputs::settings(&before.project);
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
    let defaults = Defaults::new(&project.config.site, &project.config.articles);
    let parsed_sources = read::read(sources, &inputs::readers(project), &defaults, before);
    diagnostics.extend(parsed_sources.iter().flat_map(|parsed| parsed.diagnostics.iter().cloned()));
    let pages = parsed_sources.iter().filter_map(|parsed| parsed.page.clone()).collect();
    timer.record("read");

    let config = site_config(project, files.clone(), inputs.found.inputs.clone());
    let (mut site, reported) = index::index(config, pages, publishing(project));
    diagnostics.extend(reported);
    diagnostics.extend(project.plugins.iter().flat_map(|plugin| &plugin.indexers).flat_map(|indexer| indexer.index(&mut site)));
    timer.record("index");

    let (routes, reported) = route::route(&site, &project.plugins, theme_routes(project, &site));
    diagnostics.extend(reported);
    let unpublished = unpublished(sources, &site, &routes, &diagnostics);
    let index = Arc::new(SiteIndex { site, routes, unpublished });
    diagnostics.extend(render::missing_templates(&index, &project.theme.templates));
    timer.record("route");
    Plan { project: Arc::clone(project), index, diagnostics, inputs, parsed_sources }
}

/// Sources that get no page, and why.
fn unpublished(sources: &[SourceFile], site: &Site, routes: &Routes, diagnostics: &[Diagnostic]) -> BTreeMap<String, Unpublished> {
    let errors = || diagnostics.iter().filter(|reported| reported.is_error());
    let has_errors: BTreeSet<&str> = errors().filter_map(|error| Some(error.place.as_ref()?.file.as_str())).collect();
    let in_site = |source: &SourceFile| site.all.binary_search_by(|page| page.source.cmp(&source.path)).is_ok();
    let why = |source: &SourceFile| {
        // A page of the site without a route lost it to a clash, which is reported.
        let clashed = in_site(source) && errors().next().is_some();
        if clashed || has_errors.contains(source.display_path.as_str()) { Unpublished::HasErrors } else { Unpublished::ByAuthor }
    };
    let unrouted = sources.iter().filter(|source| routes.of("page", &source.path).is_none());
    unrouted.map(|source| (source.path.to_string(), why(source))).collect()
}

fn site_config(project: &Project, files: Vec<StaticFile>, inputs: BTreeMap<String, Arc<str>>) -> SiteConfig {
    let config = &project.config;
    let base = config.site.base().to_owned();
    let address = |url: &str| if url.starts_with('/') { format!("{base}{url}") } else { url.to_owned() };
    let info = SiteInfo {
        title: config.site.title.clone(),
        url: config.site.url.clone(),
        description: config.site.description.clone(),
        language: config.site.language.clone(),
        author: config.site.author.clone(),
        menu: config.menu.iter().map(|entry| (entry.title.clone(), address(&entry.url))).collect(),
        base: base.clone(),
    };
    let templates = project.theme.templates.names();
    SiteConfig { info, urls: config.urls.clone(), page_size: config.articles.page_size, templates, files, inputs }
}

fn publishing(project: &Project) -> Publishing {
    let hold = project.config.articles.future == "hold";
    Publishing { drafts: project.config.drafts, until: hold.then(clock::now) }
}

/// The theme's assets, and the file that keeps GitHub Pages from leaving files out.
fn theme_routes(project: &Project, site: &Site) -> Vec<Route> {
    let route = |output: &str, reason: String, bytes: Vec<u8>| Route {
        output: output.to_owned(),
        url: site.address(output),
        key: None,
        reason,
        page: None,
        overrides: false,
        content: Content::Bytes(bytes),
        plugin: "theme".into(),
    };
    let assets = project.theme.assets.iter();
    let mut routes: Vec<Route> =
        assets.map(|asset| route(&asset.output, format!("the theme's asset `{}`", asset.name), asset.bytes.to_vec())).collect();
    routes.push(route(".nojekyll", "the mark that GitHub Pages copies all files".into(), Vec::new()));
    routes
}
