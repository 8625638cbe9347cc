//! Search: an index of every word of the finished pages, in parts that the reader's browser loads as it needs them, and the page that
//! asks for a word and shows what was found.
//!
//! ```text
//! finished page --text--> title, date, text --index--> index.json, words in ranges, pages in groups <--search.js-- reader
//! ```
//!
//! Invariant: published articles and pages only, by the text of their main part; the same site gives the same bytes. A build does not get
//! slower by what nobody searches in: a preview makes the index when the search page first asks for it.

mod index;
mod page;
mod settings;
mod text;

use avocet_plugin::{Aggregator, Diagnostic, Plugin, Route, SettingError, Setup, SiteIndex, Status, Taken};

/// The folder of the index.
const FOLDER: &str = "assets/search/";
/// The file that names all others.
const ENTRY: &str = "assets/search/index.json";

/// The plugin `search`, with the settings of `[plugins.search]`.
///
/// # Errors
/// The first setting that is wrong.
pub fn plugin(setup: &Setup) -> Result<Plugin, SettingError> {
    let settings = settings::Settings::read(setup.settings)?;
    Ok(Plugin::new("search").generator(page::SearchPage(settings)).aggregator(Index))
}

/// Makes the index of the finished pages.
struct Index;

impl Aggregator for Index {
    fn folder(&self) -> &str {
        FOLDER
    }

    fn entries(&self) -> Vec<String> {
        vec![ENTRY.into()]
    }

    fn wants(&self, route: &Route, index: &SiteIndex) -> bool {
        route.is_page() && route.page.is_some_and(|id| index.site.page(id).status == Status::Published)
    }

    fn take(&self, html: &str) -> Option<Vec<u8>> {
        text::of_page(html).map(String::into_bytes)
    }

    fn files(&self, index: &SiteIndex, taken: Taken) -> Result<Vec<(String, Vec<u8>)>, Diagnostic> {
        Ok(index::files(&index.site, taken))
    }
}
