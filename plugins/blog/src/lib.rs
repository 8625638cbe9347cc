//! The blog: a route for each article and page, for the lists of them (index, tags, categories, authors, years), for the overview
//! pages, the home page, the 404 page, redirects from old URLs, and the files that are copied.
//!
//! In: a [`Site`]. Out: [`Route`]s. Invariant: the same site gives the same routes in the same order; what is switched off by an empty
//! pattern has none.

mod lists;
mod pages;

use avocet_plugin::{Diagnostic, Generator, Plugin, Route, RouteKey, SettingError, Setup, Site, settings};

/// The plugin `blog`. It has no settings of its own: patterns and page size are the site's.
///
/// # Errors
/// Any setting.
pub fn plugin(setup: &Setup) -> Result<Plugin, SettingError> {
    settings::none(setup.settings)?;
    Ok(Plugin::new("blog").generator(Blog))
}

struct Blog;

impl Generator for Blog {
    fn routes(&self, site: &Site, _: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let (mut errors, mut list_errors) = (Vec::new(), Vec::new());
        let (mut routes, lists) = rayon::join(|| pages::pages(site, &mut errors), || lists::lists(site, &mut list_errors));
        errors.extend(list_errors);
        routes.extend(lists);
        routes.extend(pages::standing(site, &routes));
        routes.extend(pages::redirects(site, &routes));
        routes.extend(site.files.iter().map(|file| {
            let route = Route::builder(site, &*file.output).key(RouteKey::Static(file.path.to_string()));
            route.reason(format!("the file `{}`", file.path)).copy(file.path.clone())
        }));
        if errors.is_empty() { Ok(routes) } else { Err(errors) }
    }
}
