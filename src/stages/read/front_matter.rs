//! The Markdown reader: splits a source into front matter and body, and reads the front matter as YAML, or as Pelican's `Key: value`
//! lines when it is those.
//!
//! Promise: nothing of the body is lost or invented (its place is a range of the text), and every key is given with its place.
//! Source of the Pelican rules: the `meta` extension of Python-Markdown, as Pelican uses it.

use std::ops::Range;

use avocet_plugin::{Diagnostic, Document, Field, Place, Reader, SourceFile};
use serde_json::Value;

/// The file format that is always there.
pub struct Markdown;

impl Reader for Markdown {
    fn extensions(&self) -> &[&str] {
        &["md", "markdown", "mkd", "mdown"]
    }

    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>> {
        let text = &*file.text;
        let place = |span| Place::new(file.shown.clone(), &file.text, span);
        let (fields, body) = match split(text) {
            Split::None => (Vec::new(), 0..text.len()),
            Split::Unclosed(span) => {
                return Err(vec![
                    Diagnostic::error("unclosed-front-matter", "the front matter has no end")
                        .at(place(span))
                        .label("it begins here, and no second `---` follows")
                        .help("put a line `---` between the front matter and the text"),
                ]);
            }
            Split::Headers { header, body } => (pelican(text, header).unwrap_or_default(), body),
            Split::Fenced { matter, body } => match yaml(text, matter.clone()) {
                Ok(fields) => (fields, body),
                Err(fault) => match pelican(text, matter) {
                    Some(fields) => (fields, body),
                    None => return Err(vec![fault.diagnostic(place)]),
                },
            },
        };
        let doubled = doubled(&fields, place);
        if doubled.is_empty() {
            let warnings = cut_short(text, &fields, place);
            Ok(Document { fields, body, warnings })
        } else {
            Err(doubled)
        }
    }
}

/// Where front matter and body stand in a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Split {
    /// There is no front matter.
    None,
    /// Between two lines `---`, the second of which may be `...`.
    Fenced {
        /// What is between the lines.
        matter: Range<usize>,
        /// What follows them.
        body: Range<usize>,
    },
    /// Pelican's lines at the very beginning, up to the first that is none.
    Headers {
        /// The lines.
        header: Range<usize>,
        /// What follows them.
        body: Range<usize>,
    },
    /// A `---` on the first line, and no second one.
    Unclosed(Range<usize>),
}

/// Splits a text. Empty lines before the first `---` do not count.
#[must_use]
pub fn split(text: &str) -> Split {
    let start = text.len() - text.trim_start().len();
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut lines = lines(text, start);
    let Some((first, line)) = lines.next() else { return Split::None };
    if line.trim_end() == "---" {
        let matter_start = first.end;
        for (range, line) in lines {
            if matches!(line.trim_end(), "---" | "...") {
                return Split::Fenced { matter: matter_start..range.start, body: range.end..text.len() };
            }
        }
        return Split::Unclosed(first.start..first.start + 3);
    }
    headers(text)
}

/// Pelican's lines without fences: only when the first has a key that Avocet knows, so that a text which begins `Note: …` stays text.
fn headers(text: &str) -> Split {
    let known = |key: &str| super::KEYS.contains(&key.to_lowercase().as_str());
    let mut end = 0;
    for (range, line) in lines(text, 0) {
        let continues = end > 0 && line.starts_with("    ") && !line.trim().is_empty();
        match key_value(line) {
            Some((key, _)) if end > 0 || known(key) => end = range.end,
            _ if continues => end = range.end,
            _ => break,
        }
    }
    if end == 0 { Split::None } else { Split::Headers { header: 0..end, body: end..text.len() } }
}

/// Each line from `start` on, with its range; the range has the line's end, the text has not.
fn lines(text: &str, start: usize) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = start;
    text[start..].split_inclusive('\n').map(move |line| {
        let range = at..at + line.len();
        at = range.end;
        (range, line.trim_end_matches(['\n', '\r']))
    })
}

/// `Key: value` with at most three spaces before it.
fn key_value(line: &str) -> Option<(&str, &str)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (key, value) = line[indent..].split_once(':')?;
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (indent <= 3 && !key.is_empty() && key.chars().all(good)).then_some((key, value))
}

/// Pelican's lines as fields, or nothing when a line is none of them. A continued value is joined with line ends.
fn pelican(text: &str, header: Range<usize>) -> Option<Vec<Field>> {
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

/// What YAML says of a front matter that is none.
struct YamlFault {
    at: Range<usize>,
    message: String,
}

impl YamlFault {
    fn diagnostic(self, place: impl Fn(Range<usize>) -> Place) -> Diagnostic {
        Diagnostic::error("bad-yaml", format!("the front matter is not YAML: {}", self.message))
            .at(place(self.at))
            .label("here")
            .help("put quotes round a value that has a colon, `#`, `[` or `{` in it: title: \"NHS: a story\"")
    }
}

/// The fields of a YAML mapping.
fn yaml(text: &str, matter: Range<usize>) -> Result<Vec<Field>, YamlFault> {
    let source = &text[matter.clone()];
    let value: serde_yaml::Value = match serde_yaml::from_str(source) {
        Ok(value) => value,
        // Doubled keys are found in the lines, with both places.
        Err(fault) if fault.to_string().contains("duplicate entry") => return Ok(keys(text, matter)),
        Err(fault) => return Err(yaml_fault(source, matter.start, &fault)),
    };
    let mapping = match value {
        serde_yaml::Value::Null => return Ok(Vec::new()),
        serde_yaml::Value::Mapping(mapping) => mapping,
        _ => return Err(YamlFault { at: first_line(text, &matter), message: "it has no keys".into() }),
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
            serde_yaml::Value::Number(_) | serde_yaml::Value::Bool(_) if at.is_some() && super::is_text(&key) => {
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

fn yaml_fault(source: &str, offset: usize, fault: &serde_yaml::Error) -> YamlFault {
    let at = fault.location().map_or(0, |location| location.index().min(source.len()));
    let message = fault.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    YamlFault { at: offset + at..offset + at + 1, message }
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

/// Keys that stand twice.
fn doubled(fields: &[Field], place: impl Fn(Range<usize>) -> Place) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        if let Some(first) = fields[..at].iter().find(|before| before.key == field.key) {
            faults.push(
                Diagnostic::error("duplicate-key", format!("the key `{}` stands twice", field.key))
                    .at(place(field.key_span.clone()))
                    .label("the second one")
                    .related(place(first.key_span.clone()), "the first one")
                    .help("keep one of them"),
            );
        }
    }
    faults
}

/// Values that YAML cut at ` #`, which begins a comment there.
fn cut_short(text: &str, fields: &[Field], place: impl Fn(Range<usize>) -> Place) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for field in fields {
        let raw = &text[field.span.clone()];
        let Some(at) = raw.find(" #").filter(|_| !raw.starts_with(['"', '\'', '|', '>', '[', '{', '#']) && !raw.contains('\n')) else {
            continue;
        };
        if field.value.as_str().is_some_and(|value| value == raw[..at].trim_end()) {
            let cut = field.span.start + at + 1..field.span.end;
            warnings.push(
                Diagnostic::warning("cut-value", format!("`{}` ends before ` #`, which begins a comment in YAML", field.key))
                    .at(place(cut))
                    .label("this is left out")
                    .help("put the value in quotes if it belongs to it"),
            );
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use avocet_plugin::Kind;
    use proptest::prelude::*;

    use super::*;

    /// Keys and values, and the body.
    type Read = (Vec<(String, Value)>, String);

    fn read(text: &str) -> Result<Read, Vec<String>> {
        let file = SourceFile { path: "a.md".into(), shown: "a.md".into(), kind: Kind::Page, folders: Vec::new(), text: Arc::from(text) };
        match Markdown.read(&file) {
            Ok(document) => Ok((document.fields.into_iter().map(|f| (f.key, f.value)).collect(), text[document.body].to_owned())),
            Err(faults) => Err(faults.into_iter().map(|fault| fault.code).collect()),
        }
    }

    fn good(text: &str) -> (Vec<(String, String)>, String) {
        let (fields, body) = read(text).unwrap();
        (fields.into_iter().map(|(key, value)| (key, value.as_str().map_or(value.to_string(), str::to_owned))).collect(), body)
    }

    #[test]
    fn yaml_between_fences_is_read_with_aligned_spaces() {
        let (fields, body) = good("---\ntitle:      A\ntags:   a, b\n---\nBody\n");
        assert_eq!(fields, [("title".into(), "A".into()), ("tags".into(), "a, b".into())]);
        assert_eq!(body, "Body\n");
    }

    #[test]
    fn pelicans_lines_are_read_where_yaml_fails() {
        let (fields, body) = good("---\nTitle: NHS: a story\nDate: 2020-01-02\n...\nBody");
        assert_eq!(fields[0], ("title".into(), "NHS: a story".into()));
        assert_eq!(body, "Body");
    }

    #[test]
    fn pelicans_lines_need_no_fences_and_end_at_the_first_other_line() {
        let (fields, body) = good("Title: A: B\nDate: 2020-01-02\nSummary: one\n    two\nBody right away");
        assert_eq!(fields[2], ("summary".into(), "one\ntwo".into()));
        assert_eq!(body, "Body right away");
    }

    #[test]
    fn a_text_that_begins_like_a_header_but_has_no_known_key_is_text() {
        assert_eq!(good("Note: this looks like meta\n").1, "Note: this looks like meta\n");
        assert_eq!(good("http://example.com is nice\n").1, "http://example.com is nice\n");
    }

    #[test]
    fn a_spelling_is_kept() {
        assert_eq!(good("---\nslug: 012\n---\n").0[0].1, "012");
    }

    #[test]
    fn faults_have_their_code() {
        assert_eq!(read("---\ntitle: A\n").unwrap_err(), ["unclosed-front-matter"]);
        assert_eq!(read("---\ntitle: A\ntitle: B\n---\n").unwrap_err(), ["duplicate-key"]);
        assert_eq!(read("---\ntitle: [A\nx\n---\n").unwrap_err(), ["bad-yaml"]);
    }

    /// The parser of gray_matter that parses nothing: only its splitting is compared.
    struct Raw;
    impl gray_matter::engine::Engine for Raw {
        fn parse(_: &str) -> gray_matter::Result<gray_matter::Pod> {
            Ok(gray_matter::Pod::Null)
        }
    }

    proptest! {
        #[test]
        fn the_splitter_never_loses_or_invents_body_text(matter in "([a-z]{1,5}: [a-z ]{0,9}\n){0,4}", body in "([a-z#:|]{0,6}[ -]?\r?\n){0,8}") {
            let text = format!("---\n{matter}---\n{body}");
            let Split::Fenced { matter: m, body: b } = split(&text) else { panic!("not fenced") };
            prop_assert_eq!(&text[m], matter.as_str());
            prop_assert_eq!(&text[b], body.as_str());
        }

        #[test]
        fn the_splitter_finds_what_gray_matter_finds(matter in "([a-z]{1,5}: [a-z ]{0,9}\n){1,4}", body in "([a-z]{1,6}\n){1,8}") {
            let text = format!("---\n{matter}---\n{body}");
            let oracle = gray_matter::Matter::<Raw>::new().parse::<gray_matter::Pod>(&text).unwrap();
            let Split::Fenced { matter: m, body: b } = split(&text) else { panic!("not fenced") };
            prop_assert_eq!(text[m].trim(), oracle.matter.trim());
            prop_assert_eq!(text[b].trim(), oracle.content.trim());
        }

        #[test]
        fn any_text_splits_into_parts_of_itself(text in "\\PC{0,40}(\n(---|[A-Za-z]{1,6}: .{0,8}|.{0,10})){0,6}") {
            match split(&text) {
                Split::Fenced { matter, body } | Split::Headers { header: matter, body } => {
                    prop_assert!(matter.end <= body.start && body.end == text.len());
                    prop_assert!(text.get(matter).is_some() && text.get(body).is_some());
                }
                Split::None | Split::Unclosed(_) => {}
            }
        }
    }
}
