//! The search page and its script: two routes.
//!
//! The page is the theme's template `search.html`. Its subject is ("overview", "search"), so that every template finds its address as
//! `urls.search`; there it is given `search.index` and `search.script`, the addresses of the index and of the script.

use std::sync::LazyLock;

use avocet_plugin::{Content, Diagnostic, Generator, Route, RouteKey, Site, View};
use serde_json::json;

use crate::settings::Settings;

/// The script, as it is.
const SCRIPT: &str = include_str!("../assets/search.js");

/// Its output path, with its fingerprint, so that it may be kept for ever.
static SCRIPT_OUTPUT: LazyLock<String> =
    LazyLock::new(|| format!("assets/search.{}.js", &blake3::hash(SCRIPT.as_bytes()).to_hex().as_str()[..10]));

/// Promises them.
pub(crate) struct SearchPage(pub(crate) Settings);

impl Generator for SearchPage {
    fn routes(&self, site: &Site) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let mut view = View::default();
        let addresses = json!({ "index": site.address(crate::ENTRY), "script": site.address(&SCRIPT_OUTPUT) });
        view.values.insert("search".into(), addresses);
        let page = Content::Template { name: "search.html".into(), view };
        let key = Some(RouteKey::new("overview", "search"));
        let script = Content::Bytes(SCRIPT.as_bytes().to_vec());
        Ok(vec![
            Route { key, ..route(site, self.0.page.clone(), "the search page", page) },
            route(site, SCRIPT_OUTPUT.clone(), "the script of the search page", script),
        ])
    }
}

fn route(site: &Site, output: String, reason: &str, content: Content) -> Route {
    let url = site.address(&output);
    Route { output, url, key: None, reason: reason.into(), page: None, overrides: false, content, plugin: String::new() }
}
