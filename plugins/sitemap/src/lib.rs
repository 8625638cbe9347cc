//! The addresses of a site for search engines: `sitemap.xml` (sitemaps.org, 0.9), and `robots.txt`, which names it.
//!
//! In: the site and its routes. Out: the pages that templates make, sorted by address, with the day of their newest change. Promise:
//! no draft, no hidden post, nothing with `robots: noindex`, no redirect, no page for dead links; nothing from the clock. More
//! addresses than one file may hold are divided over several, and `sitemap.xml` is their index.

mod addresses;
mod settings;
mod write;

use avocet_plugin::{
    Bodies, Content, Diagnostic, Generator, Plugin, Renderer, Route, RouteKey, SettingError, Site, SiteIndex, View, codes,
};
use serde_json::{Value, json};

use settings::Settings;

/// The plugin `sitemap`, with the settings of `[plugins.sitemap]`.
///
/// # Errors
/// The first setting that is wrong.
pub fn plugin(settings: &Value) -> Result<Plugin, SettingError> {
    let settings = Settings::read(settings)?;
    Ok(Plugin {
        name: "sitemap".into(),
        renderers: vec![Box::new(Sitemap)],
        generators: vec![Box::new(Promises(settings))],
        ..Plugin::default()
    })
}

/// The name of the maker.
const MAKER: &str = "sitemap";

/// Promises the files.
struct Promises(Settings);

impl Generator for Promises {
    fn routes(&self, site: &Site) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let file = &self.0.file;
        let parts = addresses::at_most(site).div_ceil(self.0.addresses);
        let mut routes = vec![sitemap(site, file.clone(), "the sitemap", "whole", parts)];
        if parts > 1 {
            let name = |part: usize| settings::part(file, part);
            routes.extend((1..=parts).map(|part| sitemap(site, name(part), "a part of the sitemap", &part.to_string(), parts)));
        }
        let own = site.files.iter().any(|file| &*file.path == "robots.txt");
        if self.0.robots && !own {
            let text = format!("User-agent: *\nDisallow:\n\nSitemap: {}\n", addresses::absolute(site, &site.address(file)));
            routes.push(route(site, "robots.txt".into(), "what search engines may read", Content::Bytes(text.into_bytes())));
        }
        Ok(routes)
    }
}

fn sitemap(site: &Site, output: String, reason: &str, part: &str, parts: usize) -> Route {
    let mut view = View::default();
    view.values.insert("part".into(), json!(part.parse::<usize>().unwrap_or_default()));
    view.values.insert("parts".into(), json!(parts));
    let made = route(site, output, reason, Content::Computed { renderer: MAKER.into(), view });
    Route { key: Some(RouteKey::new("sitemap", part)), ..made }
}

fn route(site: &Site, output: String, reason: &str, content: Content) -> Route {
    let url = site.address(&output);
    Route { output, url, key: None, reason: reason.into(), page: None, overrides: false, content, plugin: String::new() }
}

/// Makes sitemaps and their index.
struct Sitemap;

impl Renderer for Sitemap {
    fn name(&self) -> &str {
        MAKER
    }

    fn make(&self, route: &Route, index: &SiteIndex, _: &dyn Bodies) -> Result<Vec<u8>, Diagnostic> {
        let SiteIndex { site, routes, .. } = index;
        let value = |name: &str| {
            let value = route.content.view().and_then(|view| view.values.get(name)).and_then(Value::as_u64);
            value.and_then(|value| usize::try_from(value).ok()).unwrap_or_default()
        };
        let (part, parts) = (value("part"), value("parts"));
        let made = if part == 0 && parts > 1 {
            let of_part = |part: usize| routes.of("sitemap", &part.to_string());
            let files: Vec<String> = (1..=parts).filter_map(of_part).map(|route| addresses::absolute(site, &route.url)).collect();
            write::index(&files)
        } else {
            let all = addresses::all(index);
            // Even parts, so that none is empty, which the format forbids.
            let (part, parts) = (part.max(1), parts.max(1));
            write::sitemap(all.get(all.len() * (part - 1) / parts..all.len() * part / parts).unwrap_or_default())
        };
        made.map_err(|error| codes::FAILED_RENDERER.report(format!("the sitemap `{}` cannot be written: {error}", route.output)))
    }
}
