//! Routes of articles and pages, and of the pages that no source makes: home, 404, redirects.

use avocet_plugin::{Content, Diagnostic, Kind, Page, PageId, Pattern, Route, RouteKey, Site, Status, View, codes};
use rayon::prelude::*;
use serde_json::json;

use crate::{route, template};

/// A route for every article and page whose kind is not switched off.
pub(crate) fn pages(site: &Site, errors: &mut Vec<Diagnostic>) -> Vec<Route> {
    let ids = (0..site.all.len()).into_par_iter().map(PageId);
    let written = |id: &PageId| site.page(*id).save_as.is_some() || !pattern(site, site.page(*id)).is_off();
    let made: Vec<Result<Route, Diagnostic>> = ids.filter(written).map(|id| page(site, id)).collect();
    made.into_iter().filter_map(|route| route.map_err(|error| errors.push(error)).ok()).collect()
}

fn page(site: &Site, id: PageId) -> Result<Route, Diagnostic> {
    let page = site.page(id);
    let output = match &page.save_as {
        Some(path) => path.trim_start_matches('/').to_owned(),
        None => pattern(site, page).of_page(page).map_err(|why| {
            codes::BAD_SETTING.report(format!("the pattern of this page's address cannot be filled: {why}")).at(page.place_of("slug"))
        })?,
    };
    let kind = if page.kind == Kind::Article { "article" } else { "page" };
    let name = page.template.as_deref().unwrap_or(kind);
    let name = if name.contains('.') { name.to_owned() } else { format!("{name}.html") };
    let view = View { page: Some(id), ..View::default() };
    let mut route = route(site, output, ["the ", kind, " `", &page.display_path, "`"].concat(), Content::Template { name, view });
    if let Some(url) = &page.url {
        route.url = format!("{}/{}", site.info.base, url.trim_start_matches('/'));
    }
    route.key = Some(RouteKey::new("page", &*page.source));
    route.page = Some(id);
    route.overrides = page.save_as.is_some();
    Ok(route)
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
pub(crate) fn standing(site: &Site, made: &[Route]) -> Vec<Route> {
    let mut routes = Vec::new();
    for (name, output, reason) in [("home.html", "index.html", "the home page"), ("404.html", "404.html", "the page for dead links")] {
        let offered = site.templates.iter().any(|template| template == name);
        if offered && !made.iter().any(|route| route.output == output) {
            let key = Some(RouteKey::new("overview", name.trim_end_matches(".html")));
            routes.push(Route { key, ..route(site, output.into(), reason.into(), template(name)) });
        }
    }
    routes
}

/// A page at each alias that leads to the page which names it.
pub(crate) fn redirects(site: &Site, made: &[Route]) -> Vec<Route> {
    let mut routes = Vec::new();
    for target in made {
        let Some(id) = target.page else { continue };
        for alias in &site.page(id).aliases {
            let mut view = View::default();
            view.values.insert("target".into(), json!(target.url));
            let reason = format!("the alias `{alias}` of `{}`", site.page(id).display_path);
            let content = Content::Template { name: "redirect.html".into(), view };
            routes.push(Route { page: Some(id), ..route(site, alias_output(alias), reason, content) });
        }
    }
    routes
}

/// The file that a host sends for an old address.
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
