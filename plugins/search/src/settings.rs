//! `[plugins.search]` -> [`Settings`]: where the search page is.
//!
//! Invariant: a key that is not known, a value of another type or a path that leaves the site is refused, with the path of the setting.

use avocet_plugin::{SettingError, paths, settings};
use serde::Deserialize;
use serde_json::Value;

/// The settings, with their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Output path of the search page.
    pub(crate) page: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { page: "search.html".into() }
    }
}

impl Settings {
    /// Reads `[plugins.search]`; nothing at all is the defaults.
    pub(crate) fn read(value: &Value) -> Result<Self, SettingError> {
        let settings: Self = settings::parse(value)?;
        let page = &settings.page;
        if paths::is_plain(page) && page.ends_with(".html") && !page.starts_with(crate::FOLDER) {
            return Ok(settings);
        }
        let message = format!("`{page}` is not a page inside the site: write one such as `search.html` or `search/index.html`");
        Err(SettingError::new("page", message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_search_page_lies_inside_the_site() {
        assert_eq!(Settings::read(&Value::Null).unwrap().page, "search.html");
        assert_eq!(Settings::read(&json!({ "page": "search/index.html" })).unwrap().page, "search/index.html");
        for bad in ["", "/search.html", "../search.html", "a//b.html", "search", "a\\b.html", "assets/search/index.html"] {
            let error = Settings::read(&json!({ "page": bad })).unwrap_err();
            assert_eq!(error.path, "page", "{bad}");
            assert!(error.message.contains("search.html"), "{}", error.message);
        }
        assert_eq!(Settings::read(&json!({ "page": 1 })).unwrap_err().path, "page");
        assert_eq!(Settings::read(&json!({ "pages": "search.html" })).unwrap_err().path, "pages");
    }
}
