//! [`Site`] -> the routes of its feeds: one for each list and each format that the settings ask for.

use std::sync::Arc;

use avocet_plugin::{Computed, Diagnostic, Generator, List, ListKind, PageId, Pattern, Route, RouteKey, Site};

use crate::settings::{Format, KINDS, Settings};
use crate::{Writer, feed};

/// Declares feeds.
pub(crate) struct Files(pub(crate) Arc<Settings>);

impl Generator for Files {
    fn routes(&self, site: &Site, _: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let mut routes = Vec::new();
        for kind in KINDS {
            for format in Format::ALL {
                let Some(pattern) = self.0.pattern(kind, format) else { continue };
                let route = |list| self.route(site, format, &pattern, list);
                match kind {
                    None => routes.extend(route(self.list(ListKind::Index, &site.articles))),
                    Some(kind) => routes.extend(
                        site.terms(kind)
                            .iter()
                            .filter_map(|listing| route(self.list(ListKind::Term(kind, listing.term.clone()), &listing.articles))),
                    ),
                }
            }
        }
        Ok(routes)
    }
}

impl Files {
    /// The newest articles of a list, as many as a feed holds.
    fn list(&self, kind: ListKind, articles: &[PageId]) -> List {
        let limit = if self.0.limit == 0 { articles.len() } else { self.0.limit.min(articles.len()) };
        let mut list = List::new(kind, articles[..limit].to_vec());
        list.count = articles.len();
        list
    }

    /// The settings have been checked: a pattern that cannot be filled does not come here.
    fn route(&self, site: &Site, format: Format, pattern: &Pattern, list: List) -> Option<Route> {
        let (slug, name, of) = match &list.kind {
            ListKind::Term(kind, term) => (&*term.slug, format!("{kind}/{}", term.slug), format!("the {kind} `{}`", term.name)),
            _ => ("", "all".to_owned(), "all posts".to_owned()),
        };
        let route = Route::builder(site, pattern.of_slug(slug).ok()?)
            .key(RouteKey::Custom { kind: "feed".into(), name: format!("{name}.{}", format.name()) })
            .reason(format!("the feed of {of} as {}", format.title()));
        let title = format!("{} ({})", feed::title(site, &list), format.title());
        let writer = Writer { format, settings: Arc::clone(&self.0) };
        Some(route.computed(Computed::new(writer).list(list).alternate(title, format.media_type())))
    }
}
