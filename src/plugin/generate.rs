//! The role `Generator` of a plugin that is no part of this program: all pages in, files and pages of templates out, each where the manifest
//! says that it may lie.

use std::collections::HashMap;
use std::sync::Arc;

use avocet_plugin::protocol::{Call, OutputFile, OutputPage, PageData};
use avocet_plugin::{Diagnostic, Generator, Page, Route, RouteKey, Site, View, codes, paths};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::external::External;

/// Declares the files that a plugin makes.
pub(super) struct Generates {
    external: Arc<External>,
    allowed: GlobSet,
}

impl Generates {
    /// `patterns` are those of the manifest, which are checked.
    pub(super) fn new(external: Arc<External>, patterns: &[String]) -> Self {
        Self { external, allowed: globs(patterns) }
    }

    fn is_allowed(&self, path: &str) -> Result<(), Diagnostic> {
        if paths::is_plain(path) && self.allowed.is_match(path) {
            return Ok(());
        }
        let message = format!("the plugin `{}` would write `{path}`, which its manifest does not allow", self.external.name);
        Err(codes::OUTPUT_OUTSIDE
            .report(message)
            .at(self.external.place())
            .help("add the path to `paths` of [generate], or correct the plugin"))
    }

    fn file(&self, site: &Site, file: OutputFile) -> Result<Route, Diagnostic> {
        self.is_allowed(&file.path)?;
        let bytes = match (file.text, file.base64) {
            (Some(text), None) => text.into_bytes(),
            (None, Some(text)) => BASE64_STANDARD.decode(text).map_err(|_| self.no_content(&file.path, "its `base64` is not valid"))?,
            _ => return Err(self.no_content(&file.path, "it has to have either `text` or `base64`")),
        };
        Ok(self.route(site, file.path).bytes(bytes))
    }

    fn page(&self, site: &Site, page: OutputPage) -> Result<Route, Diagnostic> {
        self.is_allowed(&page.path)?;
        let mut view = View::default();
        view.values = page.values;
        Ok(self.route(site, page.path).template(page.template, view))
    }

    fn route(&self, site: &Site, path: String) -> avocet_plugin::RouteBuilder {
        let reason = format!("the file `{path}` of the plugin `{}`", self.external.name);
        Route::builder(site, path).reason(reason)
    }

    fn no_content(&self, path: &str, why: &str) -> Diagnostic {
        let error = codes::PLUGIN_PROTOCOL.report(format!("the plugin `{}` gave `{path}` no content: {why}", self.external.name));
        error.at(self.external.place())
    }
}

impl Generator for Generates {
    fn routes(&self, site: &Site, declared: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let key = |route: &'_ Route| match &route.key {
            Some(RouteKey::Page(source)) => Some((source.to_string(), route.url.clone())),
            _ => None,
        };
        let urls: HashMap<String, String> = declared.iter().filter_map(key).collect();
        let url = |page: &Page| urls.get(&*page.source).map_or("", String::as_str);
        let pages: Vec<PageData> = site.all.iter().map(|page| PageData::new(page, url(page))).collect();
        let answer = self.external.ask(&Call::Generate { pages: &pages }, None).map_err(|error| vec![error.at(self.external.place())])?;
        if let Some(error) = &answer.error {
            return Err(vec![self.external.problem(error).at(self.external.place())]);
        }
        let files = answer.files.into_iter().map(|file| self.file(site, file));
        let made = files.chain(answer.pages.into_iter().map(|page| self.page(site, page)));
        let (routes, errors): (Vec<_>, Vec<_>) = made.partition(Result::is_ok);
        let errors: Vec<Diagnostic> = errors.into_iter().filter_map(Result::err).collect();
        if errors.is_empty() { Ok(routes.into_iter().flatten().collect()) } else { Err(errors) }
    }

    fn needs_all_routes(&self) -> bool {
        true
    }
}

/// Patterns of paths, in which `*` stays in its folder.
pub(super) fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|pattern| GlobBuilder::new(pattern).literal_separator(true).build().ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}
