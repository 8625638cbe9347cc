//! [`Site`] -> the promises of its feeds: one route for each list and each format that the settings ask for.

use std::sync::Arc;

use avocet_plugin::{Content, Diagnostic, Generator, List, Listing, PageId, Pager, Pattern, Route, RouteKey, Site, View};
use serde_json::json;

use crate::feed;
use crate::settings::{Format, KINDS, Settings};

/// Promises feeds.
pub(crate) struct Promises(pub(crate) Arc<Settings>);

impl Generator for Promises {
    fn routes(&self, site: &Site) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let mut routes = Vec::new();
        for kind in KINDS {
            for format in Format::ALL {
                let Some(pattern) = self.0.pattern(kind, format) else { continue };
                match listings(site, kind) {
                    None => routes.extend(self.route(site, format, &pattern, self.list("index", None, &site.articles))),
                    Some(listings) => routes.extend(listings.iter().filter_map(|listing| {
                        let url = first_page(site, kind, listing);
                        self.route(site, format, &pattern, self.list(kind, Some((listing, url)), &listing.articles))
                    })),
                }
            }
        }
        Ok(routes)
    }
}

/// The lists of a kind; none for the site as a whole.
fn listings<'a>(site: &'a Site, kind: &str) -> Option<&'a [Listing]> {
    match kind {
        "category" => Some(&site.categories),
        "tag" => Some(&site.tags),
        "author" => Some(&site.authors),
        _ => None,
    }
}

/// The address of the page that shows the list; empty when there is none.
fn first_page(site: &Site, kind: &str, listing: &Listing) -> String {
    let pattern = match kind {
        "category" => &site.urls.category,
        "tag" => &site.urls.tag,
        _ => &site.urls.author,
    };
    let output = if pattern.is_off() { None } else { pattern.of_slug(&listing.term.slug).ok() };
    output.map(|output| site.address(&output)).unwrap_or_default()
}

impl Promises {
    fn list(&self, kind: &str, of: Option<(&Listing, String)>, articles: &[PageId]) -> List {
        let limit = if self.0.limit == 0 { articles.len() } else { self.0.limit };
        List {
            kind: kind.into(),
            title: of.as_ref().map(|(listing, _)| listing.term.name.clone()).unwrap_or_default(),
            term: of.map(|(listing, url)| (listing.term.clone(), url)),
            year: None,
            count: articles.len(),
            articles: articles.iter().take(limit).copied().collect(),
            pager: Pager { number: 1, count: 1, previous: None, next: None, items: Vec::new() },
        }
    }

    /// The settings have been checked: a pattern that cannot be filled does not come here.
    fn route(&self, site: &Site, format: Format, pattern: &Pattern, list: List) -> Option<Route> {
        let slug = list.term.as_ref().map_or("", |(term, _)| &term.slug);
        let output = pattern.of_slug(slug).ok()?;
        let name = if slug.is_empty() { "all".to_owned() } else { format!("{}/{slug}", list.kind) };
        let of = if slug.is_empty() { "all posts".to_owned() } else { format!("the {} `{}`", list.kind, list.title) };
        let mut view = View::default();
        view.values.insert("title".into(), json!(format!("{} ({})", feed::title(site, &list), format.title())));
        view.values.insert("type".into(), json!(format.media_type()));
        view.list = Some(Box::new(list));
        Some(Route {
            url: site.address(&output),
            output,
            key: Some(RouteKey::new("feed", format!("{name}.{}", format.name()))),
            reason: format!("the feed of {of} as {}", format.title()),
            page: None,
            overrides: false,
            content: Content::Computed { renderer: format.name().into(), view },
            plugin: String::new(),
        })
    }
}
