//! The blog: a route for each article and page, for the lists of them (index, tags, categories, authors, years), for the overview
//! pages, the home page, the 404 page, redirects from old addresses, and the files that are copied.
//!
//! In: a [`Site`]. Out: [`Route`]s. Invariant: the same site gives the same routes in the same order; what is switched off by an empty
//! pattern has none.

mod lists;
mod pages;

use avocet_plugin::{Content, Diagnostic, Generator, Plugin, Route, RouteKey, Site, View};

/// The plugin `blog`. It has no settings of its own: patterns and page size are the site's.
#[must_use]
pub fn plugin() -> Plugin {
    Plugin { name: "blog".into(), generators: vec![Box::new(Blog)], ..Plugin::default() }
}

struct Blog;

impl Generator for Blog {
    fn routes(&self, site: &Site) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let (mut errors, mut faults_of_lists) = (Vec::new(), Vec::new());
        let (mut routes, lists) = rayon::join(|| pages::pages(site, &mut errors), || lists::lists(site, &mut faults_of_lists));
        errors.extend(faults_of_lists);
        routes.extend(lists);
        routes.extend(pages::standing(site, &routes));
        routes.extend(pages::redirects(site, &routes));
        routes.extend(site.files.iter().map(|file| {
            let content = Content::Copy { file: file.path.clone() };
            let reason = format!("the file `{}`", file.path);
            Route { key: Some(RouteKey::new("static", &*file.path)), ..route(site, file.path.to_string(), reason, content) }
        }));
        if errors.is_empty() { Ok(routes) } else { Err(errors) }
    }
}

/// A route without a subject or a page.
fn route(site: &Site, output: String, reason: String, content: Content) -> Route {
    let url = site.address(&output);
    Route { output, url, key: None, reason, page: None, overrides: false, content, plugin: String::new() }
}

/// A template that shows nothing but what every template sees.
fn template(name: &str) -> Content {
    Content::Template { name: name.into(), view: View::default() }
}
