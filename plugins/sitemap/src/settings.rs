//! `[plugins.sitemap]` -> [`Settings`]. Invariant: a key that is not known, a value of another type, and a path that leaves the site are
//! refused, with the path of the setting.

use avocet_plugin::{SettingError, paths, settings};
use serde::Deserialize;
use serde_json::Value;

/// Addresses that one file may hold: sitemaps.org.
const MOST: usize = 50_000;

/// The settings, with their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// The output path of the sitemap.
    pub(crate) file: String,
    /// Addresses in one file; with more there are several, and `file` is their index.
    pub(crate) addresses: usize,
    /// Whether there is to be a `robots.txt`, when the site has none of its own.
    pub(crate) robots: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { file: "sitemap.xml".into(), addresses: MOST, robots: true }
    }
}

impl Settings {
    /// Reads `[plugins.sitemap]`; nothing at all is the defaults.
    pub(crate) fn read(value: &Value) -> Result<Self, SettingError> {
        let settings: Self = settings::parse(value)?;
        let error = |path: &str, message: String| Err(SettingError::new(path, message));
        let file = &settings.file;
        if !file.ends_with(".xml") || !paths::is_plain(file) {
            return error("file", format!("`{file}` is not an XML file inside the site: write a path such as `sitemap.xml`"));
        }
        if !(1..=MOST).contains(&settings.addresses) {
            return error("addresses", format!("a sitemap can have 1 to {MOST} URLs, not {}", settings.addresses));
        }
        Ok(settings)
    }
}

/// The file of a part, counted from 1: `sitemap-2.xml`.
pub(crate) fn part(file: &str, part: usize) -> String {
    format!("{}-{part}.xml", file.strip_suffix(".xml").unwrap_or(file))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_setting_is_told_with_its_path() {
        let path = |value: Value| Settings::read(&value).unwrap_err().path;
        assert_eq!(path(json!({ "fil": "x.xml" })), "fil");
        assert_eq!(path(json!({ "file": "/x.xml" })), "file");
        assert_eq!(path(json!({ "file": "sitemap.txt" })), "file");
        assert_eq!(path(json!({ "addresses": 0 })), "addresses");
        assert_eq!(path(json!({ "addresses": 50_001 })), "addresses");
        assert_eq!(path(json!({ "robots": "yes" })), "robots");
    }

    #[test]
    fn parts_are_numbered_before_the_ending() {
        assert_eq!(part("maps/sitemap.xml", 2), "maps/sitemap-2.xml");
    }
}
