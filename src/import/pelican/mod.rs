//! The settings of Pelican -> `site.toml` and a report.
//!
//! Source: the settings of Pelican 4.12 and their defaults.

mod content;
mod feeds;
mod plain;
mod rest;
mod theme;
mod urls;

use std::collections::{BTreeMap, BTreeSet};

use toml::Value as Toml;

use super::python::{Setting, Settings, Unread, Value};
use super::report::{Entry, Outcome, Report};
use super::site_toml::SiteToml;

/// What an import makes.
pub struct Import {
    /// The text of `site.toml`.
    pub toml: String,
    /// What became of each setting.
    pub report: Report,
}

/// Makes `site.toml` of settings. `exists` says whether there is a file or folder at a path from the folder of the settings.
#[must_use]
pub fn import(python: Settings, exists: &dyn Fn(&str) -> bool) -> Import {
    let head = format!(
        "# Written by `avocet import pelican` from {}. The comments name the settings of Pelican.\n",
        python.files.iter().rev().cloned().collect::<Vec<_>>().join(" and ")
    );
    let mut importer = Importer {
        settings: python.settings,
        done: BTreeSet::new(),
        toml: SiteToml::default(),
        report: Report::default(),
        exists,
        has_robots: false,
    };
    for Unread { setting, place, why } in python.unread {
        let name = setting.unwrap_or_else(|| "a statement".to_owned());
        importer.report.entries.push(Entry { outcome: Outcome::NotRead, setting: name, place: Some(place), text: why });
    }
    plain::site(&mut importer);
    content::content(&mut importer);
    urls::urls(&mut importer);
    plain::articles(&mut importer);
    feeds::feeds(&mut importer);
    theme::theme(&mut importer);
    rest::rest(&mut importer);
    let Importer { toml, mut report, .. } = importer;
    let place = |entry: &Entry| entry.place.as_ref().map(|place| (place.file.clone(), place.line));
    report.entries.sort_by(|a, b| (place(a), &a.setting).cmp(&(place(b), &b.setting)));
    Import { toml: toml.write(&head), report }
}

/// The settings, and what has been made of them.
struct Importer<'a> {
    settings: BTreeMap<String, Setting>,
    /// Settings that are in the report.
    done: BTreeSet<String>,
    toml: SiteToml,
    report: Report,
    exists: &'a dyn Fn(&str) -> bool,
    /// Whether a file of the author's becomes `robots.txt`.
    has_robots: bool,
}

impl Importer<'_> {
    /// The value of a setting, if it is set and could be read.
    fn value(&self, name: &str) -> Option<&Value> {
        self.settings.get(name).map(|setting| &setting.value).filter(|value| **value != Value::Unread)
    }

    /// The text of a setting.
    fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(text)
    }

    /// The texts of a setting that is a list, or one text.
    fn texts(&self, name: &str) -> Option<Vec<String>> {
        match self.value(name)? {
            Value::Text(text) => Some(vec![text.clone()]),
            Value::List(items) => Some(items.iter().filter_map(text).map(str::to_owned).collect()),
            _ => None,
        }
    }

    /// Whether a setting is there and is not `None`, `False`, `''` or empty; `default` if it is not set.
    fn is_on(&self, name: &str, default: bool) -> bool {
        self.value(name).map_or(default, |value| match value {
            Value::None | Value::Unread | Value::Bool(false) | Value::Int(0) => false,
            Value::Text(text) => !text.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Dict(items) => !items.is_empty(),
            Value::Bool(true) | Value::Int(_) | Value::Float(_) => true,
        })
    }

    /// Says what became of a setting, once.
    fn report(&mut self, name: &str, outcome: Outcome, text: impl Into<String>) {
        let Some(setting) = self.settings.get(name).filter(|_| !self.done.contains(name)) else { return };
        self.done.insert(name.to_owned());
        if setting.value == Value::Unread && self.report.entries.iter().any(|entry| entry.setting == name) {
            return;
        }
        self.report.entries.push(Entry { outcome, setting: name.to_owned(), place: Some(setting.place.clone()), text: text.into() });
    }

    /// Writes a key, and says that it comes from this setting.
    fn take(&mut self, name: &str, table: &'static str, key: &str, value: impl Into<Toml>) {
        self.toml.set(table, key, value, name);
        self.report(name, Outcome::TakenOver, format!("[{table}] {key}"));
    }

    /// What a setting cannot be made to.
    fn refuse(&mut self, name: &str, todo: impl Into<String>) {
        self.report(name, Outcome::NotPossible, todo);
    }
}

/// A text.
fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// A list of texts for TOML.
fn list(items: impl IntoIterator<Item = String>) -> Toml {
    Toml::Array(items.into_iter().map(Toml::from).collect())
}

#[cfg(test)]
mod tests;
