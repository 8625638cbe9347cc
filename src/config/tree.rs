//! TOML as a tree of plain values, with the place of every key and value.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place};
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
#[derive(Debug)]
pub(super) struct Tree {
    shown: String,
    text: Arc<str>,
    value: Value,
    sources: BTreeMap<String, Source>,
}

/// The value of a `--set`: as in TOML, or else text.
pub(super) fn value(text: &str) -> Value {
    let toml = format!("v = {text}");
    let parsed = DeTable::parse(&toml).ok().and_then(|table| table.get_ref().get("v").map(|value| plain(value.get_ref())));
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn plain(value: &DeValue) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => number.to_string().parse::<i64>().map_or(Value::Null, Value::from),
        DeValue::Float(number) => number.to_string().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(date) => Value::String(date.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| plain(item.get_ref())).collect()),
        DeValue::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.get_ref().to_string(), plain(value.get_ref()))).collect())
        }
    }
}

impl Tree {
    /// Reads TOML.
    pub(super) fn parse(shown: &str, text: &Arc<str>) -> Result<Self, Box<Diagnostic>> {
        let table = DeTable::parse(text).map_err(|fault| {
            let place = fault.span().map_or_else(|| Place::file(shown), |span| Place::new(shown, text, span));
            Box::new(Diagnostic::error("bad-toml", "the settings are not TOML").at(place).label(fault.message().replace('\n', ", ")))
        })?;
        let mut sources = BTreeMap::new();
        note(&mut sources, "", table.get_ref());
        let value = plain(&DeValue::Table(table.get_ref().clone()));
        Ok(Self { shown: shown.to_owned(), text: Arc::clone(text), value, sources })
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
        merge(&mut self.value, over);
        let prefix = format!("{from}.");
        let moved: Vec<(String, Source)> =
            self.sources.iter().filter_map(|(path, source)| Some((path.strip_prefix(&prefix)?.to_owned(), source.clone()))).collect();
        self.sources.extend(moved);
    }

    /// Sets one value, as an option of the command line does.
    pub(super) fn set(&mut self, path: &str, value: Value, option: &str) {
        let over = path.rsplit('.').fold(value, |inner, name| Value::Object(Map::from_iter([(name.to_owned(), inner)])));
        merge(&mut self.value, &over);
        self.sources.insert(path.to_owned(), Source::Option(option.to_owned()));
    }

    /// Takes out one value; whether it was there.
    pub(super) fn remove(&mut self, path: &str) -> bool {
        let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut value = &mut self.value;
        for name in table.split('.').filter(|name| !name.is_empty()) {
            let inner = match value {
                Value::Array(items) => name.parse::<usize>().ok().and_then(|at| items.get_mut(at)),
                other => other.get_mut(name),
            };
            match inner {
                Some(inner) => value = inner,
                None => return false,
            }
        }
        match value {
            Value::Object(table) => table.remove(name).is_some(),
            Value::Array(items) => name.parse().is_ok_and(|at: usize| {
                at < items.len() && {
                    items.remove(at);
                    true
                }
            }),
            _ => false,
        }
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
                Some(Source::File(key, value)) => return Place::new(self.shown.clone(), &self.text, which(key.clone(), value.clone())),
                Some(Source::Option(option)) => return Place::file(option.clone()),
                None => match path.rsplit_once('.') {
                    Some((above, _)) => path = above,
                    None => return Place::file(self.shown.clone()),
                },
            }
        }
    }
}

/// Notes where the keys of a table stand.
fn note(sources: &mut BTreeMap<String, Source>, above: &str, table: &DeTable) {
    for (key, value) in table {
        let path = if above.is_empty() { key.get_ref().to_string() } else { format!("{above}.{}", key.get_ref()) };
        note_value(sources, path, key.span(), value);
    }
}

fn note_value(sources: &mut BTreeMap<String, Source>, path: String, key: Range<usize>, value: &Spanned<DeValue>) {
    // A table's own span is all that it holds: its name stands for it.
    let span = if matches!(value.get_ref(), DeValue::Table(_)) { key.clone() } else { value.span() };
    match value.get_ref() {
        DeValue::Table(table) => note(sources, &path, table),
        DeValue::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                note_value(sources, format!("{path}.{at}"), item.span(), item);
            }
        }
        _ => {}
    }
    sources.insert(path, Source::File(key, span));
}

/// Lays one value over another: tables are joined, all else is replaced.
fn merge(value: &mut Value, over: &Value) {
    match (value, over) {
        (Value::Object(table), Value::Object(over)) => {
            for (name, over) in over {
                merge(table.entry(name.clone()).or_insert(Value::Null), over);
            }
        }
        (value, over) => *value = over.clone(),
    }
}
