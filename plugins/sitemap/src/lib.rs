//! The URLs of a site for search engines: `sitemap.xml` (sitemaps.org, 0.9), and `robots.txt`, which names it.
//!
//! In: the site and its routes. Out: the pages that templates make, sorted by URL, with the day of their newest change. Invariant: no
//! draft, no hidden post, nothing with `robots: noindex`, no redirect, no page for dead links; nothing from the clock. More URLs than one
//! file may hold are divided over several, and `sitemap.xml` is their index.

mod settings;
mod urls;
mod write;

use avocet_plugin::{
    Bodies, Computed, Diagnostic, Generator, Plugin, Renderer, Route, RouteKey, SettingError, Setup, Site, SiteIndex, codes,
};

use settings::Settings;

/// The plugin `sitemap`, with the settings of `[plugins.sitemap]`.
///
/// # Errors
/// The first setting that is wrong.
pub fn plugin(setup: &Setup) -> Result<Plugin, SettingError> {
    Ok(Plugin::new("sitemap").generator(Files(Settings::read(setup.settings)?)))
}

/// Declares the files.
struct Files(Settings);

impl Generator for Files {
    fn routes(&self, site: &Site, declared: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let file = &self.0.file;
        let count = declared.iter().filter(|route| urls::is_public(site, route)).count();
        let parts = count.div_ceil(self.0.addresses).max(1);
        let mut routes = Vec::new();
        let whole = Route::builder(site, &**file).reason("the sitemap");
        if parts == 1 {
            routes.push(whole.computed(Computed::new(Part { number: 1, of: 1 })));
        } else {
            routes.push(whole.computed(Computed::new(Index { parts })));
            routes.extend((1..=parts).map(|number| {
                let route = Route::builder(site, settings::part(file, number)).key(key(number)).reason("a part of the sitemap");
                route.computed(Computed::new(Part { number, of: parts }))
            }));
        }
        let own = site.files.iter().any(|file| &*file.path == "robots.txt");
        if self.0.robots && !own {
            let text = format!("User-agent: *\nDisallow:\n\nSitemap: {}\n", site.absolute(&site.url_of(file)));
            routes.push(Route::builder(site, "robots.txt").reason("what search engines may read").bytes(text));
        }
        Ok(routes)
    }

    /// How many files there are depends on how many pages there are.
    fn needs_all_routes(&self) -> bool {
        true
    }
}

/// The key of a part, by which the index finds its URL.
fn key(number: usize) -> RouteKey {
    RouteKey::Custom { kind: "sitemap".into(), name: number.to_string() }
}

/// Writes one of several parts of the sitemap.
struct Part {
    /// From 1.
    number: usize,
    of: usize,
}

impl Renderer for Part {
    fn render(&self, route: &Route, index: &SiteIndex, _: &dyn Bodies) -> Result<Vec<u8>, Diagnostic> {
        let all = urls::all(index);
        // Even parts, so that none is empty, which the format forbids.
        let part = all.len() * (self.number - 1) / self.of..all.len() * self.number / self.of;
        write::sitemap(all.get(part).unwrap_or_default()).map_err(|error| failed(route, &error))
    }
}

/// Writes the index of all parts.
struct Index {
    parts: usize,
}

impl Renderer for Index {
    fn render(&self, route: &Route, index: &SiteIndex, _: &dyn Bodies) -> Result<Vec<u8>, Diagnostic> {
        let part = |number| index.routes.of(key(number).borrowed());
        let files: Vec<String> = (1..=self.parts).filter_map(part).map(|route| index.site.absolute(&route.url)).collect();
        write::index(&files).map_err(|error| failed(route, &error))
    }
}

fn failed(route: &Route, error: &std::io::Error) -> Diagnostic {
    codes::FAILED_RENDERER.report(format!("the sitemap `{}` cannot be written: {error}", route.output))
}
