//! A YAML mapping -> fields, each with its place, which the parser does not tell.

use std::ops::Range;

use avocet_plugin::{Diagnostic, Field, Place, codes};
use serde_json::Value;

use super::lines;
use crate::stages::read::is_text;

/// What YAML says of a front matter that is none.
pub(super) struct YamlError {
    at: Range<usize>,
    message: String,
}

impl YamlError {
    pub(super) fn diagnostic(self, place: impl Fn(Range<usize>) -> Place) -> Diagnostic {
        let (label, help) = words(&self.message);
        let label = if label.is_empty() { self.message } else { label.to_owned() };
        codes::BAD_YAML.report("the front matter is not YAML").at(place(self.at)).label(label).help(help)
    }
}

/// What the parser says, in plain words, and how to mend it.
fn words(message: &str) -> (&'static str, &'static str) {
    let quotes = "put quotes round a value that has a colon, `#`, `[` or `{` in it: title: \"NHS: a story\"";
    match message {
        _ if message.starts_with("mapping values are not allowed") => ("a colon and a space in a value", quotes),
        _ if message.starts_with("could not find expected ':'") => {
            ("this line is not of the form `key: value`", "write a key, a colon and a space before the value")
        }
        "it has no keys" => ("this is not of the form `key: value`", "write `key: value` on every line between the `---` lines"),
        _ if message.starts_with("found unexpected end of stream") => {
            ("this quote is not closed", "put the same quote at the end of the value")
        }
        _ if message.starts_with("did not find expected ',' or ']'") => {
            ("this list is not closed, or lacks a comma", "write it as in tags: [python, open source]")
        }
        _ if message.starts_with("did not find expected ',' or '}'") => ("this brace is not closed", quotes),
        _ if message.starts_with("did not find expected key") || message.starts_with("did not find expected '-'") => (
            "this does not fit the lines above it",
            "begin the items of a list in one column, with `- `, and put quotes round values that begin with a quote, `[` or `{`",
        ),
        _ if message == "a tab" => ("this is a tab", "indent with spaces: YAML allows no tabs"),
        _ if message.starts_with("found character that cannot start any token") => ("a value cannot begin with this character", quotes),
        _ => ("", quotes),
    }
}

/// The fields of a YAML mapping.
pub(super) fn fields(text: &str, matter: Range<usize>) -> Result<Vec<Field>, YamlError> {
    let source = &text[matter.clone()];
    let value: serde_yaml::Value = match serde_yaml::from_str(source) {
        Ok(value) => value,
        // Doubled keys are found in the lines, with both places.
        Err(message) if message.to_string().contains("duplicate entry") => return Ok(keys(text, matter)),
        Err(message) => return Err(error(source, matter.start, &message)),
    };
    let mapping = match value {
        serde_yaml::Value::Null => return Ok(Vec::new()),
        serde_yaml::Value::Mapping(mapping) => mapping,
        _ => return Err(YamlError { at: first_line(text, &matter), message: "it has no keys".into() }),
    };
    let written = keys(text, matter.clone());
    let mut fields = Vec::with_capacity(mapping.len());
    for (key, value) in mapping {
        let key = scalar(&key).unwrap_or_default().to_lowercase();
        let at = written.iter().find(|field| field.key == key);
        let whole = first_line(text, &matter);
        let (key_span, span) = at.map_or((whole.clone(), whole), |field| (field.key_span.clone(), field.span.clone()));
        // A number or truth keeps its spelling: `slug: 012` is not 12.
        let value = match &value {
            serde_yaml::Value::Number(_) | serde_yaml::Value::Bool(_) if at.is_some() && is_text(&key) => {
                Value::String(text[span.clone()].split(" #").next().unwrap_or_default().trim().to_owned())
            }
            other => json(other),
        };
        fields.push(Field { key, value, key_span, span });
    }
    Ok(if doubled_keys(&written) { written } else { fields })
}

fn doubled_keys(fields: &[Field]) -> bool {
    fields.iter().enumerate().any(|(at, field)| fields[..at].iter().any(|before| before.key == field.key))
}

fn first_line(text: &str, matter: &Range<usize>) -> Range<usize> {
    let end = text[matter.clone()].find('\n').map_or(matter.end, |at| matter.start + at);
    matter.start..end
}

fn error(source: &str, offset: usize, error: &serde_yaml::Error) -> YamlError {
    let mut at = error.location().map_or(0, |location| location.index().min(source.len()));
    let full_message = error.to_string();
    let mut message = full_message.split(" at line ").next().unwrap_or(&full_message).to_owned();
    if source[at..].starts_with('\t') {
        message = "a tab".to_owned();
    }
    let opened = ["could not find expected ':'", "found unexpected end of stream", "did not find expected ',' or"];
    if opened.iter().any(|begins| message.starts_with(begins)) {
        // The parser notices it at the end: what it belongs to, it tells in words. At the very beginning it tells no place.
        at = full_message.split_once(", while ").and_then(|(_, context)| place(source, context)).unwrap_or(0);
    }
    let mut end = source[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    if message.starts_with("could not find expected ':'") {
        end = source[at..].find('\n').map_or(source.len(), |line| at + line);
    }
    YamlError { at: offset + at..offset + end, message }
}

/// The byte of `… at line 3 column 5`.
fn place(source: &str, context: &str) -> Option<usize> {
    let (line, column) = context.rsplit_once(" at line ")?.1.split_once(" column ")?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
    let start: usize = source.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    source.get(start..)?.char_indices().nth(column.checked_sub(1)?).map(|(at, _)| start + at)
}

/// The keys at the left edge of a YAML mapping, with the places of key and value; the values are the raw text.
fn keys(text: &str, matter: Range<usize>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (range, line) in lines(&text[..matter.end], matter.start) {
        let top = !line.starts_with([' ', '\t', '#', '-']);
        let pair =
            line.split_once(':').filter(|(key, value)| top && !key.is_empty() && (value.is_empty() || value.starts_with([' ', '\t'])));
        if let Some((key, value)) = pair {
            let start = range.start + line.len() - value.trim_start().len();
            fields.push(Field {
                key: key.trim().trim_matches(['"', '\'']).to_lowercase(),
                value: Value::String(value.trim().to_owned()),
                key_span: range.start..range.start + key.len(),
                span: start..start + value.trim().len(),
            });
        } else if let Some(field) = fields.last_mut().filter(|_| !line.trim().is_empty() && !line.starts_with('#')) {
            if field.span.is_empty() {
                field.span.start = range.start + line.len() - line.trim_start().len();
            }
            field.span.end = range.start + line.trim_end().len();
        }
    }
    fields
}

fn scalar(value: &serde_yaml::Value) -> Option<String> {
    match value {
        serde_yaml::Value::String(text) => Some(text.clone()),
        serde_yaml::Value::Number(number) => Some(number.to_string()),
        serde_yaml::Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn json(value: &serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Sequence(items) => Value::Array(items.iter().map(json).collect()),
        serde_yaml::Value::Mapping(map) => {
            Value::Object(map.iter().map(|(key, value)| (scalar(key).unwrap_or_default(), json(value))).collect())
        }
        serde_yaml::Value::Tagged(tagged) => json(&tagged.value),
        other => serde_json::to_value(other).unwrap_or(Value::Null),
    }
}
