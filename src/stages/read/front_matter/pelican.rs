//! Pelican's `Key: value` lines -> fields.
//!
//! Source: the `meta` extension of Python-Markdown, as Pelican uses it.

use std::ops::Range;

use avocet_plugin::Field;
use serde_json::Value;

use super::lines;

/// `Key: value` with at most three spaces before it.
pub(super) fn key_value(line: &str) -> Option<(&str, &str)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (key, value) = line[indent..].split_once(':')?;
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (indent <= 3 && !key.is_empty() && key.chars().all(good)).then_some((key, value))
}

/// Pelican's lines as fields, or nothing when a line is none of them. A continued value is joined with line ends.
pub(super) fn fields(text: &str, header: Range<usize>) -> Option<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    for (range, line) in lines(&text[..header.end], header.start) {
        if line.trim().is_empty() {
            continue;
        }
        if let Some((key, value)) = key_value(line) {
            let key_start = range.start + line.find(key)?;
            let value_start = range.start + line.len() - value.trim_start().len();
            fields.push(Field {
                key: key.to_lowercase(),
                value: Value::String(value.trim().to_owned()),
                key_span: key_start..key_start + key.len(),
                span: value_start..value_start + value.trim().len(),
            });
        } else if line.starts_with("    ") {
            let field = fields.last_mut()?;
            if let Value::String(value) = &mut field.value {
                if !value.is_empty() {
                    value.push('\n');
                }
                value.push_str(line.trim());
            }
            field.span.end = range.start + line.trim_end().len();
        } else {
            return None;
        }
    }
    (!fields.is_empty()).then_some(fields)
}
