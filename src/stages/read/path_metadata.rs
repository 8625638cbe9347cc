//! What the name of a source, its path and `[content.metadata]` say of it, below what its front matter says.

use std::collections::BTreeMap;

use avocet_plugin::{Kind, SourceFile};
use jiff::tz::TimeZone;
use regex::Regex;
use serde_json::{Map, Value};

use super::date;
use super::fields::{Fields, plain};
use crate::config::ContentSettings;

/// Where metadata comes from besides the front matter, the strongest first.
pub struct PathMetadata<'a> {
    filename: Option<Regex>,
    path: Option<Regex>,
    /// By path or folder.
    given: &'a BTreeMap<String, Map<String, Value>>,
}

impl<'a> PathMetadata<'a> {
    /// What these settings say. A pattern that is not valid, which the settings report, finds nothing.
    #[must_use]
    pub fn new(content: &'a ContentSettings) -> Self {
        let mut patterns: BTreeMap<_, _> = content.metadata_patterns().filter_map(|(key, pattern)| Some((key, pattern.ok()?))).collect();
        let (filename, path) = (patterns.remove("filename_metadata"), patterns.remove("path_metadata"));
        Self { filename, path, given: &content.metadata }
    }

    /// Adds what the front matter does not say.
    pub(super) fn add_to(&self, file: &SourceFile, fields: &mut Fields, zone: &TimeZone) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        for (pattern, text) in [(&self.filename, stem), (&self.path, &*file.path)] {
            let Some((pattern, found)) = pattern.as_ref().and_then(|pattern| Some((pattern, pattern.captures(text)?))) else { continue };
            for key in pattern.capture_names().flatten() {
                let value = found.name(key).map_or("", |value| value.as_str());
                // A page may have a name that only looks like a date, and an article needs one.
                let is_name = key == "date" && file.kind == Kind::Page && date::parse(value, zone).is_err();
                if !value.is_empty() && !is_name {
                    fields.add(&key.to_lowercase(), Value::from(value));
                }
            }
        }
        for (key, value) in self.given_to(&file.path) {
            let value = if super::is_text(key) && !value.is_array() { Value::from(plain(value)) } else { value.clone() };
            fields.add(&key.to_lowercase(), value);
        }
    }

    /// What the settings give to this path, the nearest folder first. Their order is that of the names, so a folder comes before what is in it.
    fn given_to<'p>(&'p self, path: &'p str) -> impl Iterator<Item = (&'p String, &'p Value)> {
        let holds = |folder: &str| match path.strip_prefix(folder.trim_matches('/')) {
            Some(rest) => folder.is_empty() || rest.is_empty() || rest.starts_with('/'),
            None => false,
        };
        self.given.iter().rev().filter(move |(folder, _)| holds(folder)).flat_map(|(_, metadata)| metadata)
    }
}
