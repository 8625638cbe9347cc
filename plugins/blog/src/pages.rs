//! Routes of articles and pages, and of the pages that no source makes: home, 404, redirects.

use avocet_plugin::{Diagnostic, Kind, Overview, Page, PageId, Pattern, Route, RouteKey, Site, Status, View, codes};
use rayon::prelude::*;

/// A route for every article and page whose kind is not switched off.
pub(crate) fn pages(site: &Site, errors: &mut Vec<Diagnostic>) -> Vec<Route> {
    let ids: Vec<PageId> = site.ids().collect();
    let written = |id: &PageId| site.page(*id).save_as.is_some() || !pattern(site, site.page(*id)).is_off();
    let made: Vec<Result<Route, Diagnostic>> = ids.into_par_iter().filter(written).map(|id| page(site, id)).collect();
    made.into_iter().filter_map(|route| route.map_err(|error| errors.push(error)).ok()).collect()
}

fn page(site: &Site, id: PageId) -> Result<Route, Diagnostic> {
    let page = site.page(id);
    let output = match &page.save_as {
        Some(path) => path.trim_start_matches('/').to_owned(),
        None => pattern(site, page).of_page(page).map_err(|why| {
            codes::BAD_SETTING.report(format!("the pattern of this page's URL cannot be filled: {why}")).at(page.place_of("slug"))
        })?,
    };
    let kind = if page.kind == Kind::Article { "article" } else { "page" };
    let name = page.template.as_deref().unwrap_or(kind);
    let name = if name.contains('.') { name.to_owned() } else { format!("{name}.html") };
    let mut route = Route::builder(site, output)
        .key(RouteKey::Page(page.source.to_string()))
        .reason(["the ", kind, " `", &page.display_path, "`"].concat())
        .page(id)
        .overrides(page.save_as.is_some());
    if let Some(url) = &page.url {
        route = route.url(format!("{}/{}", site.info.base, url.trim_start_matches('/')));
    }
    Ok(route.template(name, View::of_page(id)))
}

/// Which pattern a page follows: by its kind, its status, and whether it is a translation.
fn pattern<'a>(site: &'a Site, page: &Page) -> &'a Pattern {
    let urls = &site.urls;
    let translated = page.lang != site.info.language;
    match (page.kind, page.status == Status::Draft, translated) {
        (Kind::Article, false, false) => &urls.article,
        (Kind::Article, false, true) => &urls.article_lang,
        (Kind::Article, true, false) => &urls.draft,
        (Kind::Article, true, true) => &urls.draft_lang,
        (Kind::Page, false, false) => &urls.page,
        (Kind::Page, false, true) => &urls.page_lang,
        (Kind::Page, true, false) => &urls.draft_page,
        (Kind::Page, true, true) => &urls.draft_page_lang,
    }
}

/// The home page, unless something else is at its place, and the 404 page, if the theme has them.
pub(crate) fn standing(site: &Site, declared: &[Route]) -> Vec<Route> {
    let pages = [
        (Overview::Home, "home.html", "index.html", "the home page"),
        (Overview::NotFound, "404.html", "404.html", "the page for dead links"),
    ];
    let offered = |name: &str| site.templates.iter().any(|template| template == name);
    let free = |output: &str| !declared.iter().any(|route| route.output == output);
    let standing = pages.into_iter().filter(|(_, name, output, _)| offered(name) && free(output));
    let route = |(overview, name, output, reason)| {
        Route::builder(site, output).key(RouteKey::Overview(overview)).reason(reason).template(name, View::default())
    };
    standing.map(route).collect()
}

/// A redirect at each alias, to the page that names it.
pub(crate) fn redirects(site: &Site, declared: &[Route]) -> Vec<Route> {
    let mut routes = Vec::new();
    for target in declared {
        let Some(id) = target.page else { continue };
        for alias in &site.page(id).aliases {
            let reason = format!("the alias `{alias}` of `{}`", site.page(id).display_path);
            routes.push(Route::builder(site, alias_output(alias)).reason(reason).page(id).redirect(&*target.url));
        }
    }
    routes
}

/// The file that a host sends for an old URL.
fn alias_output(alias: &str) -> String {
    let path = alias.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        path.to_owned()
    } else {
        format!("{path}.html")
    }
}

#[cfg(test)]
mod tests {
    use super::alias_output;

    #[test]
    fn an_alias_is_the_file_that_a_host_sends_for_it() {
        assert_eq!(alias_output("/2021/old.html"), "2021/old.html");
        assert_eq!(alias_output("/2021/old"), "2021/old.html");
        assert_eq!(alias_output("/2021/"), "2021/index.html");
    }
}
