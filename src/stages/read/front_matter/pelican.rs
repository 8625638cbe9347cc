//! Pelican's `Key: value` lines -> fields.
//!
//! Source: the `meta` extension of Python-Markdown, as Pelican uses it.

use std::ops::Range;

use avocet_plugin::{Diagnostic, Field, Place, codes};
use serde_json::Value;

use super::split::{is_known, lines};
use super::withheld::holds_back;

/// `Key: value` with at most three spaces before it.
pub(super) fn key_value(line: &str) -> Option<(&str, &str)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (key, value) = line[indent..].split_once(':')?;
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (indent <= 3 && !key.is_empty() && key.chars().all(good)).then_some((key, value))
}

/// Pelican's lines as fields, or `None` if a line has another form. The lines of a value are joined with line ends.
pub(super) fn fields(text: &str, header: Range<usize>) -> Option<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    for (range, line) in lines(&text[..header.end], header.start) {
        if line.trim().is_empty() {
            continue;
        }
        if let Some((key, value)) = key_value(line) {
            let key_start = range.start + line.find(key)?;
            let value_start = range.start + line.len() - value.trim_start().len();
            fields.push(Field::new(
                key.to_lowercase(),
                Value::String(value.trim().to_owned()),
                key_start..key_start + key.len(),
                value_start..value_start + value.trim().len(),
            ));
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

/// Pelican's lines between `---`, where YAML failed. A value in quotes loses them. `None` if a value is meant as
/// YAML: read as Pelican's, `[python, rust]` would be the tags `[python` and `rust]`, and a comment would be text.
pub(super) fn fenced_fields(text: &str, matter: Range<usize>) -> Option<Vec<Field>> {
    let mut fields = fields(text, matter)?;
    for field in &mut fields {
        let Value::String(value) = &mut field.value else { continue };
        if is_yaml(value) {
            return None;
        }
        if let Some(inner) = quoted(value) {
            *value = inner.to_owned();
        }
    }
    Some(fields)
}

/// What stands between the quotes, if the value is in quotes and has neither quotes nor escapes in it.
fn quoted(value: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains([quote, '\\'])))
}

/// Whether a value is meant as YAML. `[Draft] A title` and `{static}/images/a.png` are Pelican's.
fn is_yaml(value: &str) -> bool {
    let whole = |open: char, close: char| value.starts_with(open) && (value.ends_with(close) || !value.contains(close));
    let in_quotes = value.len() > 1 && ['"', '\''].into_iter().any(|quote| value.starts_with(quote) && value.ends_with(quote));
    let comment = value.starts_with('#') || value.contains(" #");
    let block = value.starts_with(['|', '>']) || value.starts_with("- ") || value.contains("\n- ");
    let unclosed = value.starts_with('"') && value.matches('"').count() == 1;
    whole('[', ']') || whole('{', '}') || unclosed || comment || block || in_quotes && quoted(value).is_none()
}

/// A header that ends too early: a value continues without an indent of four spaces, and keys follow below. They would be published as text.
pub(super) fn broken_off(text: &str, body: usize, place: impl Fn(Range<usize>) -> Place) -> Option<Diagnostic> {
    let mut paragraph = lines(text, body).take_while(|(_, line)| !line.trim().is_empty());
    let (first, line) = paragraph.next()?;
    let (key, _) = paragraph.find_map(|(_, line)| key_value(line).filter(|(key, _)| is_known(key) || holds_back(line, false)))?;
    Some(
        codes::NEAR_FRONT_MATTER
            .report(format!("the front matter ends here, but `{key}` follows below"))
            .at(place(first.start..first.start + line.len()))
            .label("this line is not of the form `Key: value`")
            .help("indent the further lines of a value by four spaces, or put an empty line below the front matter"),
    )
}
