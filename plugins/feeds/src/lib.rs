//! Feeds of a site, its categories, tags and authors, as Atom, RSS 2.0 and JSON Feed.
//!
//! ```text
//! Site --routes--> a declared route for each file --(when it is rendered)--> Feed --> Atom, RSS, JSON
//! ```
//!
//! Invariant: newest first; no draft and no hidden post; every URL absolute; nothing depends on the clock.

mod settings;

mod absolute;
mod atom;
mod feed;
mod json;
mod routes;
mod rss;
mod xml;

use std::sync::Arc;

use avocet_plugin::{Bodies, Diagnostic, Plugin, Renderer, Route, SettingError, Setup, SiteIndex, codes};

use feed::Feed;
use settings::{Format, Settings};

/// The plugin `feeds`, with the settings of `[plugins.feeds]`.
///
/// # Errors
/// The first setting that is wrong.
pub fn plugin(setup: &Setup) -> Result<Plugin, SettingError> {
    Ok(Plugin::new("feeds").generator(routes::Files(Arc::new(Settings::read(setup.settings)?))))
}

/// Writes a feed of one format.
struct Writer {
    format: Format,
    settings: Arc<Settings>,
}

impl Renderer for Writer {
    fn render(&self, route: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Result<Vec<u8>, Diagnostic> {
        let feed = Feed::new(&self.settings, route, index, bodies);
        let bytes = match self.format {
            Format::Atom => atom::write(feed),
            Format::Rss => rss::write(feed),
            Format::Json => json::write(&feed),
        };
        bytes.map_err(|error| codes::FAILED_RENDERER.report(format!("the feed `{}` cannot be written: {error}", route.output)))
    }
}
