//! The routes of a site -> the URLs for search engines, each with its newest change.

use avocet_plugin::{Content, Date, Overview, Page, PageId, Route, RouteKey, Site, SiteIndex, Status};

/// A URL of the site.
pub(crate) struct PublicUrl {
    /// With the host, as it is sent over the wire.
    pub(crate) url: String,
    /// When what is there was last changed, as far as is known.
    pub(crate) changed: Option<Date>,
}

/// All that are to be found, sorted.
pub(crate) fn all(index: &SiteIndex) -> Vec<PublicUrl> {
    let SiteIndex { site, routes, .. } = index;
    let newest = site.articles.iter().filter_map(|id| changed(site.page(*id))).max();
    let found = routes.all().iter().filter(|route| is_public(site, route));
    let mut found: Vec<PublicUrl> =
        found.map(|route| PublicUrl { url: site.absolute(&route.url), changed: changed_at(site, route, newest).cloned() }).collect();
    found.sort_by(|a, b| a.url.cmp(&b.url));
    found
}

/// Whether a file is a page that is to be found.
pub(crate) fn is_public(site: &Site, route: &Route) -> bool {
    let Content::Template { .. } = &route.content else { return false };
    match route.page {
        Some(id) => site.page(id).status == Status::Published && !hides(site.page(id)),
        None => route.output.ends_with(".html") && route.key != Some(RouteKey::Overview(Overview::NotFound)),
    }
}

/// Whether the author asks search engines to stay away: `robots: noindex`.
fn hides(page: &Page) -> bool {
    let robots = page.extra.get("robots").and_then(|robots| robots.as_str()).unwrap_or_default().to_lowercase();
    robots.split([',', ' ']).any(|word| word == "noindex" || word == "none")
}

/// The newest change of what a file shows; what lists everything is as new as the newest post.
fn changed_at<'a>(site: &'a Site, route: &'a Route, newest: Option<&'a Date>) -> Option<&'a Date> {
    match (route.page, route.content.list()) {
        (Some(id), _) => changed(site.page(id)),
        (None, Some(list)) => list.articles.iter().filter_map(|id: &PageId| changed(site.page(*id))).max(),
        (None, None) => newest,
    }
}

fn changed(page: &Page) -> Option<&Date> {
    page.modified.iter().chain(&page.date).max()
}
