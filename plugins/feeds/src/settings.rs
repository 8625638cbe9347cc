//! `[plugins.feeds]` -> [`Settings`]: which feeds there are, where they lie and what they hold.
//!
//! Invariant: a key that is not known, a value of another type, and a path that leaves the site are refused, with the path of the setting.

use avocet_plugin::{Pattern, PatternError, SettingError, TermKind, paths, settings};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// The settings, with their defaults: feeds of the site in all formats, and of each category as Atom.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Of all posts.
    pub(crate) all: Files,
    /// Of each category.
    pub(crate) category: Files,
    /// Of each tag.
    pub(crate) tag: Files,
    /// Of each author.
    pub(crate) author: Files,
    /// Posts in a feed, the newest; 0 is all.
    pub(crate) limit: usize,
    /// Whether a feed holds the whole of a post.
    pub(crate) content: Content,
    /// What a post is known by.
    pub(crate) ids: Ids,
    /// The URL of the site when its first feed was read, for a blog that has moved; empty for the site's own.
    pub(crate) id_url: String,
}

/// Patterns of output paths, one for each format. One that is not set has its default, an empty one is off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Files {
    atom: Option<String>,
    rss: Option<String>,
    json: Option<String>,
}

/// What of a post is in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Content {
    /// All of it.
    Full,
    /// Its summary.
    Summary,
}

/// What a post is known by, which readers remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ids {
    /// `tag:HOST,DATE:/PATH` (RFC 4151), as Pelican writes it.
    Tag,
    /// Its URL.
    #[serde(rename = "address")]
    Url,
}

/// A format of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// RFC 4287.
    Atom,
    /// RSS 2.0, with `content:encoded`, `dc:creator` and `atom:link`.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    pub(crate) const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// Its name in the settings.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    /// Its name for people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Atom => "Atom",
            Self::Rss => "RSS",
            Self::Json => "JSON Feed",
        }
    }

    /// Its media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }
}

impl Files {
    /// The pattern of a format, `default` where it is not set; nothing when it is off.
    fn pattern(&self, format: Format, default: &'static str) -> Option<Pattern> {
        let set = match format {
            Format::Atom => &self.atom,
            Format::Rss => &self.rss,
            Format::Json => &self.json,
        };
        let pattern = set.as_deref().unwrap_or(default);
        (!pattern.is_empty()).then(|| Pattern(pattern.to_owned()))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            all: Files::default(),
            category: Files::default(),
            tag: Files::default(),
            author: Files::default(),
            limit: 100,
            content: Content::Full,
            ids: Ids::Tag,
            id_url: String::new(),
        }
    }
}

/// What there are feeds of: the site as a whole, and each term of a kind.
pub(crate) const KINDS: [Option<TermKind>; 4] = [None, Some(TermKind::Category), Some(TermKind::Tag), Some(TermKind::Author)];

/// What the settings call it.
fn name(kind: Option<TermKind>) -> &'static str {
    kind.map_or("all", TermKind::name)
}

impl Settings {
    /// Reads `[plugins.feeds]`; nothing at all is the defaults.
    pub(crate) fn read(value: &Value) -> Result<Self, SettingError> {
        let settings: Self = settings::parse(value)?;
        settings.check()?;
        Ok(settings)
    }

    /// The pattern of a kind's feed in a format, if there is to be one. The defaults are Pelican's names.
    pub(crate) fn pattern(&self, kind: Option<TermKind>, format: Format) -> Option<Pattern> {
        let (files, defaults) = match kind {
            None => (&self.all, ["feeds/all.atom.xml", "feeds/all.rss.xml", "feeds/all.json"]),
            Some(TermKind::Category) => (&self.category, ["feeds/{slug}.atom.xml", "", ""]),
            Some(TermKind::Tag) => (&self.tag, [""; 3]),
            Some(TermKind::Author) => (&self.author, [""; 3]),
        };
        files.pattern(format, defaults[format as usize])
    }

    fn check(&self) -> Result<(), SettingError> {
        for kind in KINDS {
            let mut before: Vec<Pattern> = Vec::new();
            for format in Format::ALL {
                let Some(pattern) = self.pattern(kind, format) else { continue };
                let error = |message: String| SettingError::new(format!("{}.{}", name(kind), format.name()), message);
                check_pattern(kind, &pattern).map_err(error)?;
                if before.contains(&pattern) {
                    return Err(error(format!("`{}` is the file of another format already", pattern.0)));
                }
                before.push(pattern);
            }
        }
        let known = |url: &Url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
        if !self.id_url.is_empty() && !Url::parse(&self.id_url).is_ok_and(|url| known(&url)) {
            let message = format!("`{}` is no URL of a site: write one such as `https://old.example.org`", self.id_url);
            return Err(SettingError::new("id_url", message));
        }
        Ok(())
    }
}

fn check_pattern(kind: Option<TermKind>, pattern: &Pattern) -> Result<(), String> {
    let path = &pattern.0;
    let example = kind.map_or_else(|| "feeds/all.atom.xml".to_owned(), |kind| format!("feeds/{kind}/{{slug}}.atom.xml"));
    if !paths::is_plain(path) {
        return Err(format!("`{path}` is not a path inside the site: write one such as `{example}`"));
    }
    let Some(kind) = kind else {
        return pattern.fill(|name, _| Err(PatternError::UnknownField(name.into()))).map(drop).map_err(|why| why.to_string());
    };
    pattern.of_slug("x").map_err(|why| why.to_string())?;
    if path.contains("{slug}") {
        Ok(())
    } else {
        Err(format!("`{path}` would be one file for every {kind}: write one such as `{example}`"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_set_has_its_default_and_an_empty_pattern_is_off() {
        let settings = Settings::read(&json!({ "all": { "rss": "" }, "tag": { "json": "t/{slug}.json" } })).unwrap();
        let pattern = |kind, format| settings.pattern(kind, format).map(|pattern| pattern.0);
        let (category, tag) = (Some(TermKind::Category), Some(TermKind::Tag));
        assert_eq!(pattern(None, Format::Atom).as_deref(), Some("feeds/all.atom.xml"));
        assert_eq!(pattern(None, Format::Rss), None);
        assert_eq!(pattern(category, Format::Atom).as_deref(), Some("feeds/{slug}.atom.xml"));
        assert_eq!((pattern(tag, Format::Json).as_deref(), pattern(tag, Format::Atom)), (Some("t/{slug}.json"), None));
    }

    #[test]
    fn a_wrong_setting_is_told_with_its_path() {
        let path = |value: Value| Settings::read(&value).unwrap_err().path;
        assert_eq!(path(json!({ "limt": 3 })), "limt");
        assert_eq!(path(json!({ "limit": -3 })), "limit");
        assert_eq!(path(json!({ "content": "half" })), "content");
        assert_eq!(path(json!({ "ids": "guid" })), "ids");
        assert_eq!(path(json!({ "all": { "atm": "x" } })), "all.atm");
        assert_eq!(path(json!({ "all": { "atom": "../x.xml" } })), "all.atom");
        assert_eq!(path(json!({ "all": { "atom": "{slug}.xml" } })), "all.atom");
        assert_eq!(path(json!({ "all": { "atom": "feeds/all.json" } })), "all.json");
        assert_eq!(path(json!({ "tag": { "rss": "feeds/tag.xml" } })), "tag.rss");
        assert_eq!(path(json!({ "author": { "json": "{slgu}.json" } })), "author.json");
        assert_eq!(path(json!({ "id_url": "old.example.org" })), "id_url");
    }
}
