//! TOML as a tree of plain values, with the place of every key and value.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, codes};
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a setting comes from.
#[derive(Debug, Clone)]
enum Source {
    /// The file: the spans of key and value.
    File(Range<usize>, Range<usize>),
    /// An option of the command line.
    Option(String),
}

/// Settings before they have types.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    display_path: String,
    text: Arc<str>,
    value: Value,
    sources: BTreeMap<String, Source>,
}

/// The value of a `--set`: as in TOML, or else text.
pub(super) fn value(text: &str) -> Value {
    let toml = format!("v = {text}");
    let parsed = DeTable::parse(&toml).ok().and_then(|table| table.get_ref().get("v").and_then(|value| plain(value.get_ref())));
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The value without places. There is none for a number that only TOML has: `inf`, `nan`, and whole numbers of more than 64 bits.
fn plain(value: &DeValue) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok()?.into(),
        DeValue::Float(number) => Value::Number(serde_json::Number::from_f64(number.as_str().parse().ok()?)?),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(date) => Value::String(date.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| plain(item.get_ref())).collect::<Option<_>>()?),
        DeValue::Table(table) => Value::Object(plain_table(table)?),
    })
}

fn plain_table(table: &DeTable) -> Option<Map<String, Value>> {
    table.iter().map(|(key, value)| Some((key.get_ref().to_string(), plain(value.get_ref())?))).collect()
}

impl Tree {
    /// Reads TOML.
    pub(super) fn parse(display_path: &str, text: &Arc<str>) -> Result<Self, Vec<Diagnostic>> {
        let table = DeTable::parse(text).map_err(|error| {
            let place = error.span().map_or_else(|| Place::file(display_path), |span| Place::new(display_path, text, span));
            vec![codes::BAD_TOML.report("the settings are not valid TOML").at(place).label(error.message().replace('\n', ", "))]
        })?;
        let mut notes = Notes::default();
        notes.table("", table.get_ref());
        match plain_table(table.get_ref()) {
            Some(value) => Ok(Self {
                display_path: display_path.to_owned(),
                text: Arc::clone(text),
                value: Value::Object(value),
                sources: notes.sources,
            }),
            None => Err(notes.odd_numbers.into_iter().map(|span| odd_number(Place::new(display_path, text, span))).collect()),
        }
    }

    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// Takes out a table of the top.
    pub(super) fn take(&mut self, name: &str) -> Value {
        self.value.as_object_mut().and_then(|table| table.remove(name)).unwrap_or(Value::Null)
    }

    /// Lays the values of a table over those of the whole; their places are those below `from`.
    pub(super) fn lay_over(&mut self, over: &Value, from: &str) {
        for path in self.merge(over) {
            let old = format!("{from}.{path}");
            let below = format!("{old}.");
            let moved = self.sources.iter().filter(|(place, _)| **place == old || place.starts_with(&below));
            let moved: Vec<_> = moved.map(|(place, source)| (place[from.len() + 1..].to_owned(), source.clone())).collect();
            self.sources.extend(moved);
        }
    }

    /// Sets one value, as an option of the command line does.
    pub(super) fn set(&mut self, path: &str, value: Value, option: &str) {
        let over = path.rsplit('.').fold(value, |inner, name| Value::Object(Map::from_iter([(name.to_owned(), inner)])));
        for path in self.merge(&over) {
            self.sources.insert(path, Source::Option(option.to_owned()));
        }
    }

    /// Lays a table over the whole. Gives the paths of what was replaced or added, and forgets where that stood: an item of a list that
    /// is gone must not lend its place to an item of the new one.
    fn merge(&mut self, over: &Value) -> Vec<String> {
        let mut changed = Vec::new();
        merge(&mut self.value, over, "", &mut changed);
        for path in &changed {
            let below = format!("{path}.");
            self.sources.retain(|place, _| place != path && !place.starts_with(&below));
        }
        changed
    }

    /// Takes out one value, or puts another in its place; whether there was a place for it. An item of a list is only ever replaced, so
    /// that those after it keep their numbers.
    pub(super) fn replace(&mut self, path: &[String], by: Option<Value>) -> bool {
        let Some((name, above)) = path.split_last() else { return false };
        let above = above.iter().try_fold(&mut self.value, |value, name| match value {
            Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
            other => other.get_mut(name),
        });
        match (above, by) {
            (Some(Value::Object(table)), Some(by)) => {
                table.insert(name.clone(), by);
                true
            }
            (Some(Value::Object(table)), None) => table.shift_remove(name).is_some(),
            (Some(Value::Array(items)), by) => match name.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                Some(item) => {
                    *item = by.unwrap_or_default();
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// The name of the settings file, for messages.
    pub(super) fn display_path(&self) -> &str {
        &self.display_path
    }

    /// Whether a place is that of a setting below `above`.
    pub(super) fn is_below(&self, above: &str, place: &Place) -> bool {
        let below = format!("{above}.");
        self.sources.iter().any(|(path, source)| match source {
            Source::File(key, value) => path.starts_with(&below) && (*key == place.span || *value == place.span),
            Source::Option(_) => false,
        })
    }

    pub(super) fn place(&self, path: &str) -> Place {
        self.find(path, |_, value| value)
    }

    pub(super) fn key_place(&self, path: &str) -> Place {
        self.find(path, |key, _| key)
    }

    /// The place of a setting, or of the nearest table above it.
    fn find(&self, path: &str, which: fn(Range<usize>, Range<usize>) -> Range<usize>) -> Place {
        let mut path = path;
        loop {
            match self.sources.get(path) {
                Some(Source::File(key, value)) => {
                    return Place::new(self.display_path.clone(), &self.text, which(key.clone(), value.clone()));
                }
                Some(Source::Option(option)) => return Place::file(option.clone()),
                None => match path.rsplit_once('.') {
                    Some((above, _)) => path = above,
                    None => return Place::file(self.display_path.clone()),
                },
            }
        }
    }
}

/// Where keys and values stand, and which numbers are not for settings.
#[derive(Default)]
struct Notes {
    sources: BTreeMap<String, Source>,
    odd_numbers: Vec<Range<usize>>,
}

impl Notes {
    fn table(&mut self, above: &str, table: &DeTable) {
        for (key, value) in table {
            self.value(join(above, key.get_ref()), key.span(), value);
        }
    }

    fn value(&mut self, path: String, key: Range<usize>, value: &Spanned<DeValue>) {
        // A table's own span is all that it holds: its name stands for it.
        let span = if matches!(value.get_ref(), DeValue::Table(_)) { key.clone() } else { value.span() };
        match value.get_ref() {
            DeValue::Table(table) => self.table(&path, table),
            DeValue::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.value(format!("{path}.{at}"), item.span(), item);
                }
            }
            number if plain(number).is_none() => self.odd_numbers.push(span.clone()),
            _ => {}
        }
        self.sources.insert(path, Source::File(key, span));
    }
}

fn odd_number(place: Place) -> Diagnostic {
    let error = codes::BAD_SETTING.report("this number is not a valid value").at(place);
    error.label("too large, or not a number").help("write a smaller number, or put it in quotes")
}

/// The dotted path of a name in a table.
fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

/// Lays one value over another: tables are joined, all else is replaced. Gives the paths of what was replaced or added.
fn merge(value: &mut Value, over: &Value, path: &str, changed: &mut Vec<String>) {
    match (value, over) {
        (Value::Object(table), Value::Object(over)) => {
            for (name, over) in over {
                let path = join(path, name);
                match table.get_mut(name) {
                    Some(value) => merge(value, over, &path, changed),
                    None => {
                        table.insert(name.clone(), over.clone());
                        changed.push(path);
                    }
                }
            }
        }
        (value, over) => {
            *value = over.clone();
            changed.push(path.to_owned());
        }
    }
}
