//! The pipeline: [`plan`] is discover, read, index, route; [`Plan::render`] makes one file; [`build()`] asks for every file and writes.
//!
//! Invariant: a plan never changes. Bodies are converted when something asks for them; of each only a digest is kept, since all bodies of
//! a large site would fill the memory, and the whole of those few that several files of plugins hold. Nothing depends on the number of threads, on the clock, or on what was made before.

mod aggregate;
mod build;
mod inputs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use avocet_plugin::{
    Artifact, Bodies, Body, Content, Diagnostic, PageId, Route, Routes, Site, SiteIndex, SiteInfo, SourceFile, Unpublished,
};
use rayon::prelude::*;

use crate::images::ImageSizes;
use crate::project::Project;
use crate::stages::convert::{Converter, LinkSource, Suggestions};
use crate::stages::discover::Discovered;
use crate::stages::index::{self, Publishing, SiteConfig};
use crate::stages::read::{self, Defaults, ParsedSource};
use crate::stages::render::{self, BodyCache, PageRenderer, Rendering};
use crate::stages::route;
use crate::theme::{Templates, Values};
use aggregate::File;
pub use build::{Built, build};
use inputs::{Inputs, ProjectInputs};

/// How long each stage took, in order.
pub type Timings = Vec<(&'static str, Duration)>;

/// All that is known before a file is made.
pub struct Plan {
    /// The project that it is a plan of.
    pub project: Arc<Project>,
    /// The pages, and the files that they are written as.
    pub index: Arc<SiteIndex>,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// How long each stage took.
    pub timings: Timings,
    /// The files that differ from those of the plan before.
    pub changes: Vec<String>,
    templates: Templates,
    images: Arc<ImageSizes>,
    values: Values,
    renderer: PageRenderer,
    inputs: Inputs,
    parsed_sources: Vec<ParsedSource>,
    suggestions: Suggestions,
    excerpts: Vec<OnceLock<Body>>,
    kept: BodyCache,
    collected: OnceLock<Vec<File>>,
}

/// Discovers, reads, indexes and routes.
#[must_use]
pub fn plan(project: &Arc<Project>) -> Plan {
    let mut timer = StageTimer::start();
    let inputs = inputs::discover(project, &Discovered::default());
    timer.record("discover");
    plan_of(project, inputs, &[], timer)
}

/// The same for a project that was planned before; nothing when nothing that a plan is made from has changed. What is the same by content
/// is taken over, and all else is made anew: there is no list of what depends on what. With `written`, only these files of the content
/// folder are looked at again.
#[must_use]
pub fn replan(project: &Arc<Project>, before: &Plan, written: Option<&BTreeSet<PathBuf>>) -> Option<Plan> {
    let mut timer = StageTimer::start();
    let same_settings = inputs::settings(project) == inputs::settings(&before.project);
    let nothing = Discovered::default();
    let inputs = match written.filter(|_| same_settings) {
        Some(written) => inputs::look_again(project, &before.inputs.found, written),
        None => inputs::discover(project, if same_settings { &before.inputs.found } else { &nothing }),
    };
    timer.record("discover");
    let changes = inputs::changes(ProjectInputs(&before.project, &before.inputs), ProjectInputs(project, &inputs));
    timer.record("compare");
    let parsed_sources: &[ParsedSource] = if same_settings { &before.parsed_sources } else { &[] };
    (!changes.is_empty()).then(|| Plan { changes, ..plan_of(project, inputs, parsed_sources, timer) })
}

fn plan_of(project: &Arc<Project>, inputs: Inputs, before: &[ParsedSource], mut timer: StageTimer) -> Plan {
    let Discovered { sources, files, diagnostics, .. } = &inputs.found;
    let mut diagnostics = diagnostics.clone();
    let defaults = Defaults::new(&project.config.site, &project.config.articles);
    let parsed_sources = read::read(sources, &inputs::readers(project), &defaults, before);
    diagnostics.extend(parsed_sources.iter().flat_map(|parsed| parsed.diagnostics.iter().cloned()));
    let pages = parsed_sources.iter().filter_map(|parsed| parsed.page.clone()).collect();
    timer.record("read");

    let (mut site, reported) = index::index(site_config(project, files.clone(), inputs.found.inputs.clone()), pages, publishing(project));
    diagnostics.extend(reported);
    diagnostics.extend(project.plugins.iter().flat_map(|plugin| &plugin.indexers).flat_map(|indexer| indexer.index(&mut site)));
    timer.record("index");

    let (routes, reported) = route::route(&site, &project.plugins, theme_routes(project, &site));
    diagnostics.extend(reported);
    let templates = &project.theme.templates;
    let unpublished = unpublished(sources, &site, &routes, &diagnostics);
    let index = Arc::new(SiteIndex { site, routes, unpublished });
    diagnostics.extend(render::missing_templates(&index, templates));
    timer.record("route");

    let images = Arc::new(ImageSizes::new(project.content(), &index));
    let templates = templates.for_site(&project.plugins, &index, &images);
    let plan = Plan {
        values: Values::new(&index, project.theme.settings.clone()),
        renderer: PageRenderer::new(&index.routes, &templates),
        excerpts: index.site.all.iter().map(|_| OnceLock::new()).collect(),
        kept: BodyCache::new(&index),
        timings: Vec::new(),
        changes: Vec::new(),
        suggestions: Suggestions::default(),
        collected: OnceLock::new(),
        project: Arc::clone(project),
        index,
        diagnostics,
        templates,
        images,
        inputs,
        parsed_sources,
    };
    timer.record("values");
    Plan { timings: timer.timings, ..plan }
}

/// Sources that are not written, and why.
fn unpublished(sources: &[SourceFile], site: &Site, routes: &Routes, diagnostics: &[Diagnostic]) -> BTreeMap<String, Unpublished> {
    let errors = || diagnostics.iter().filter(|reported| reported.is_error());
    let has_errors: BTreeSet<&str> = errors().filter_map(|reported| Some(reported.place.as_ref()?.file.as_str())).collect();
    let in_site = |source: &SourceFile| site.all.binary_search_by(|page| page.source.cmp(&source.path)).is_ok();
    let why = |source: &SourceFile| {
        // A page of the site that has no route lost it to a clash, which is told.
        let clashed = in_site(source) && errors().next().is_some();
        if clashed || has_errors.contains(source.display_path.as_str()) { Unpublished::HasErrors } else { Unpublished::ByAuthor }
    };
    let unwritten = sources.iter().filter(|source| routes.of("page", &source.path).is_none());
    unwritten.map(|source| (source.path.to_string(), why(source))).collect()
}

fn site_config(project: &Project, files: Vec<avocet_plugin::StaticFile>, inputs: BTreeMap<String, Arc<str>>) -> SiteConfig {
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
    Publishing { drafts: project.config.drafts, until: hold.then(now) }
}

/// The time of the build, and of what commands write: `SOURCE_DATE_EPOCH` where it is set, as reproducible builds ask.
#[must_use]
pub fn now() -> jiff::Timestamp {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    fixed.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()).unwrap_or_else(jiff::Timestamp::now)
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

impl Plan {
    fn conversion(&self) -> Converter<'_> {
        Converter {
            index: &self.index,
            templates: &self.templates,
            images: &self.images,
            values: &self.values,
            plugins: &self.project.plugins,
            includes: &self.inputs.includes,
            settings: &self.project.config.markdown,
            highlighter: &self.project.highlighter,
            cache: &self.project.highlighted,
            suggestions: &self.suggestions,
        }
    }

    /// Converts a body, and keeps its digest.
    fn convert(&self, id: PageId) -> Body {
        let mut body = self.conversion().convert(id);
        // Out of the way while the digest is copied.
        let (html, contents) = (std::mem::take(&mut body.html), std::mem::take(&mut body.contents));
        self.excerpts[id.0].get_or_init(|| body.clone());
        Body { html, contents, ..body }
    }

    /// Makes one file.
    ///
    /// # Errors
    /// What is wrong in its template.
    pub fn render(&self, route: &Route) -> Result<Artifact, Diagnostic> {
        let rendering = Rendering { index: &self.index, templates: &self.templates, values: &self.values, plugins: &self.project.plugins };
        self.renderer.render(rendering, route, self)
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
        // Pages first: each converts its own body, and leaves behind what lists need of it.
        // A template that is missing was told with the plan.
        let there = |route: &&Route| !matches!(&route.content, Content::Template { name, .. } if !self.templates.has(name));
        let (pages, others): (Vec<&Route>, Vec<&Route>) =
            self.index.routes.all().iter().filter(there).partition(|route| route.page.is_some());
        let mut errors: Vec<Diagnostic> = pages.into_par_iter().filter_map(make).collect();
        errors.extend(others.into_par_iter().filter_map(make).collect::<Vec<_>>());
        self.said_of((0..self.index.site.all.len()).map(PageId)).into_iter().chain(folded(errors)).collect()
    }

    /// What the bodies of these pages say.
    pub fn said_of(&self, pages: impl Iterator<Item = PageId>) -> Vec<Diagnostic> {
        pages.filter_map(|id| self.excerpts[id.0].get()).flat_map(|body| body.diagnostics.clone()).collect()
    }

    /// The addresses of a page with where each was written. The body is converted again: it is for those who have a fault to show.
    #[must_use]
    pub fn written(&self, id: PageId) -> Vec<LinkSource> {
        self.conversion().written(id)
    }

    /// A template's file, and the values that it reads.
    #[must_use]
    pub fn template(&self, name: &str) -> (Option<&str>, Vec<String>) {
        (self.templates.display_path(name), self.templates.reads(name))
    }
}

impl Bodies for Plan {
    fn body(&self, id: PageId) -> Arc<Body> {
        self.kept.body(id, || self.convert(id))
    }

    fn excerpt(&self, id: PageId) -> &Body {
        self.excerpts[id.0].get_or_init(|| Body { html: String::new(), contents: Vec::new(), ..self.conversion().convert(id) })
    }
}

/// One fault of a template is met by every page that it makes: it is told once, with the first page and the number of the others.
fn folded(errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut folded: Vec<(Diagnostic, usize)> = Vec::new();
    let mut seen: BTreeMap<(String, String, String, usize), usize> = BTreeMap::new();
    for error in errors {
        let place = error.place.as_ref();
        let key = (
            error.code.clone(),
            error.message.clone(),
            place.map(|place| place.file.clone()).unwrap_or_default(),
            place.map_or(0, |place| place.span.start),
        );
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

/// Measures stages.
struct StageTimer {
    last: Instant,
    timings: Timings,
}

impl StageTimer {
    fn start() -> Self {
        Self { last: Instant::now(), timings: Vec::new() }
    }

    fn record(&mut self, stage: &'static str) {
        let now = Instant::now();
        self.timings.push((stage, now - self.last));
        self.last = now;
    }
}
