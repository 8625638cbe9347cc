//! The search page and its script: two routes.
//!
//! The page is the theme's template `search.html`. Its key is the name `search`, so that every template finds its URL as `urls.search`;
//! there it is given `search.index` and `search.script`, the URLs of the index and of the script.

use std::sync::LazyLock;

use avocet_plugin::{Diagnostic, Generator, Route, RouteKey, Site, View, paths};
use serde_json::json;

use crate::settings::Settings;

/// The script, as it is.
const SCRIPT: &str = include_str!("../assets/search.js");

/// Its output path, with its fingerprint, so that it may be kept for ever.
static SCRIPT_OUTPUT: LazyLock<String> = LazyLock::new(|| paths::fingerprinted("assets/search.js", SCRIPT.as_bytes()));

/// Declares them.
pub(crate) struct SearchPage(pub(crate) Settings);

impl Generator for SearchPage {
    fn routes(&self, site: &Site, _: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let urls = json!({ "index": site.url_of(crate::ENTRY), "script": site.url_of(&SCRIPT_OUTPUT) });
        let page = Route::builder(site, &*self.0.page).key(RouteKey::Named("search".into())).reason("the search page");
        let script = Route::builder(site, &**SCRIPT_OUTPUT).reason("the script of the search page");
        Ok(vec![page.template("search.html", View::default().value("search", urls)), script.bytes(SCRIPT)])
    }
}
