//! The routes of a site -> the addresses that search engines are told of, each with its newest change.

use avocet_plugin::{Content, Date, Page, PageId, Route, Site, SiteIndex, Status};
use url::Url;

/// An address of the site.
pub(crate) struct Address {
    /// With the host, as it is sent over the wire.
    pub(crate) url: String,
    /// When what is there was last changed, as far as is known.
    pub(crate) changed: Option<Date>,
}

/// All that are to be found, sorted.
pub(crate) fn all(index: &SiteIndex) -> Vec<Address> {
    let SiteIndex { site, routes, .. } = index;
    let newest = site.articles.iter().filter_map(|id| changed(site.page(*id))).max();
    let found = routes.all().iter().filter(|route| is_public(site, route));
    let mut found: Vec<Address> =
        found.map(|route| Address { url: absolute(site, &route.url), changed: changed_at(site, route, newest).cloned() }).collect();
    found.sort_by(|a, b| a.url.cmp(&b.url));
    found
}

/// At least as many as there are: pages, and lists in pages of the site's length, with some to spare for the overviews and what other
/// plugins add. It is asked for before there are routes.
pub(crate) fn at_most(site: &Site) -> usize {
    const SPARE: usize = 20;
    let pages = |articles: usize| articles.div_ceil(site.page_size.max(1)).max(1);
    let listings = [&site.tags, &site.categories, &site.authors].into_iter().flatten().map(|listing| pages(listing.articles.len()));
    let years = site.years.iter().map(|year| pages(year.articles.len()));
    site.all.len() + pages(site.articles.len()) + listings.sum::<usize>() + years.sum::<usize>() + SPARE
}

/// An address with the host of the site.
pub(crate) fn absolute(site: &Site, url: &str) -> String {
    let host = site.info.url.strip_suffix(&*site.info.base).unwrap_or(&site.info.url);
    let whole = format!("{host}{url}");
    Url::parse(&whole).map_or(whole, String::from)
}

/// Whether a file is a page that is to be found.
fn is_public(site: &Site, route: &Route) -> bool {
    let Content::Template { .. } = &route.content else { return false };
    let about = route.key.as_ref();
    match route.page {
        // A page at an old address leads on to where the page is now.
        Some(id) => about.is_some() && site.page(id).status == Status::Published && !hides(site.page(id)),
        None => route.output.ends_with(".html") && about.is_none_or(|about| about.name != "404"),
    }
}

/// Whether the author asks search engines to stay away: `robots: noindex`.
fn hides(page: &Page) -> bool {
    let robots = page.extra.get("robots").and_then(|robots| robots.as_str()).unwrap_or_default().to_lowercase();
    robots.split([',', ' ']).any(|word| word == "noindex" || word == "none")
}

/// The newest change of what a file shows; what lists everything is as new as the newest post.
fn changed_at<'a>(site: &'a Site, route: &'a Route, newest: Option<&'a Date>) -> Option<&'a Date> {
    let list = route.content.view().and_then(|view| view.list.as_ref());
    match (route.page, list) {
        (Some(id), _) => changed(site.page(id)),
        (None, Some(list)) => list.articles.iter().filter_map(|id: &PageId| changed(site.page(*id))).max(),
        (None, None) => newest,
    }
}

fn changed(page: &Page) -> Option<&Date> {
    page.modified.iter().chain(&page.date).max()
}
