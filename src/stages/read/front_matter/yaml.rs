//! A YAML mapping -> fields, each with its place, which the parser does not tell.

use std::ops::Range;

use avocet_plugin::{Diagnostic, Field, Place};
use serde_json::Value;

use super::lines;
use crate::stages::read::is_text;

/// What YAML says of a front matter that is none.
pub(super) struct Fault {
    at: Range<usize>,
    message: String,
    help: &'static str,
}

/// How most faulty front matter is mended.
const QUOTES: &str = "put quotes round a value that has a colon, `#`, `[` or `{` in it: title: \"NHS: a story\"";

/// How the others are, by what the parser says.
const OTHER_HELP: [(&str, &str); 3] = [
    ("cannot start any token", "indent with spaces, not with tabs, and put quotes round a value that begins with a sign such as @ or %"),
    ("could not find expected ':'", "write `key: value` on every line between the `---` lines"),
    ("end of stream", "a quotation mark or bracket is opened and not closed: close it"),
];

impl Fault {
    pub(super) fn diagnostic(self, place: impl Fn(Range<usize>) -> Place) -> Diagnostic {
        Diagnostic::error("bad-yaml", format!("the front matter is not YAML: {}", self.message))
            .at(place(self.at))
            .label("here")
            .help(self.help)
    }
}

/// The fields of a YAML mapping.
pub(super) fn fields(text: &str, matter: Range<usize>) -> Result<Vec<Field>, Fault> {
    let source = &text[matter.clone()];
    let value: serde_yaml::Value = match serde_yaml::from_str(source) {
        Ok(value) => value,
        // Doubled keys are found in the lines, with both places.
        Err(said) if said.to_string().contains("duplicate entry") => return Ok(keys(text, matter)),
        Err(said) => return Err(fault(source, matter.start, &said)),
    };
    let mapping = match value {
        serde_yaml::Value::Null => return Ok(Vec::new()),
        serde_yaml::Value::Mapping(mapping) => mapping,
        _ => {
            return Err(Fault {
                at: first_line(text, &matter),
                message: "it has no keys".into(),
                help: "write `key: value` on every line between the `---` lines",
            });
        }
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

fn fault(source: &str, offset: usize, fault: &serde_yaml::Error) -> Fault {
    let at = fault.location().map_or(0, |location| location.index().min(source.len()));
    let message = fault.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    let help = OTHER_HELP.iter().find(|(says, _)| message.contains(says)).map_or(QUOTES, |(_, help)| help);
    Fault { at: offset + at..offset + at + 1, message, help }
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
