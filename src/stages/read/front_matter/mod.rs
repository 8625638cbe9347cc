//! The Markdown reader: splits a source into front matter and body, and reads the front matter as YAML, TOML or JSON, or as Pelican's
//! `Key: value` lines if it is those.
//!
//! Invariant: nothing of the body is lost or invented (its place is a range of the text), and every key is given with its place.

mod near;
mod pelican;
mod split;
mod toml;
mod withheld;
mod yaml;
mod yaml_events;

use std::collections::HashMap;
use std::ops::Range;

use avocet_plugin::{Diagnostic, Document, Field, Place, Reader, SourceFile, codes};

pub use split::{Format, Split, split};

/// The reader for Markdown, which every site has.
pub struct Markdown;

impl Reader for Markdown {
    fn extensions(&self) -> Vec<&str> {
        vec!["md", "markdown", "mkd", "mdown"]
    }

    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>> {
        let text = &*file.text;
        let place = |span| Place::new(file.display_path.clone(), &file.text, span);
        let (fields, body, warnings) = match split(text) {
            Split::None => match near::diagnose(text, place) {
                Some(error) => return Err(vec![error]),
                None => (Vec::new(), 0..text.len(), Vec::new()),
            },
            Split::Unclosed { format, fence } => return Err(vec![unclosed(format, place(fence))]),
            Split::BadJson { at, message } => return Err(vec![bad_json(&message, place(at..at + 1))]),
            Split::FrontMatter { format, matter, body } => {
                let (fields, warnings) = fields(text, format, (matter, body.start), place)?;
                (fields, body, warnings)
            }
        };
        let doubled = doubled(&fields, place);
        if doubled.is_empty() { Ok(Document::new(fields, body).warnings(warnings)) } else { Err(doubled) }
    }
}

/// The fields of a front matter, and what is odd about them.
fn fields(
    text: &str,
    format: Format,
    (matter, body): (Range<usize>, usize),
    place: impl Fn(Range<usize>) -> Place,
) -> Result<(Vec<Field>, Vec<Diagnostic>), Vec<Diagnostic>> {
    match format {
        // Below an empty line, more keys may follow.
        Format::Pelican => match pelican::broken_off(text, body, &place).or_else(|| withheld::withheld(text, body, &place)) {
            Some(error) => Err(vec![error]),
            None => Ok((pelican::fields(text, matter).unwrap_or_default(), Vec::new())),
        },
        Format::Toml => toml::parse(text, matter, place).map(|fields| (fields, Vec::new())).map_err(|error| vec![error]),
        Format::Json => match yaml::parse(text, matter, &place) {
            Ok(parsed) => Ok((parsed.fields, parsed.warnings)),
            Err(error) => Err(vec![error.diagnostic(place)]),
        },
        Format::Yaml => match yaml::parse(text, matter.clone(), &place) {
            Ok(parsed) => Ok((parsed.fields, parsed.warnings)),
            // Python-Markdown takes `---` round its lines too.
            Err(error) => match pelican::fenced_fields(text, matter) {
                Some(fields) => Ok((fields, Vec::new())),
                None => Err(vec![error.diagnostic(place)]),
            },
        },
    }
}

fn unclosed(format: Format, place: Place) -> Diagnostic {
    let fence = format.fence();
    codes::UNCLOSED_FRONT_MATTER
        .report("the front matter is not closed")
        .at(place)
        .label(format!("it starts here, and no second `{fence}` follows"))
        .help(format!("put a line `{fence}` between the front matter and the text"))
}

fn bad_json(message: &str, place: Place) -> Diagnostic {
    codes::BAD_FRONT_MATTER
        .report("the front matter is not JSON")
        .at(place)
        .label(message)
        .help("write { \"title\": \"A title\", \"date\": \"2022-06-26\" }, or put an empty front matter above it if the text starts here")
}

/// Keys that appear twice.
fn doubled(fields: &[Field], place: impl Fn(Range<usize>) -> Place) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let mut firsts: HashMap<&str, &Field> = HashMap::with_capacity(fields.len());
    for field in fields {
        let first = *firsts.entry(&field.key).or_insert(field);
        if !std::ptr::eq(first, field) {
            errors.push(
                codes::DUPLICATE_KEY
                    .report(format!("the key `{}` appears twice", field.key))
                    .at(place(field.key_span.clone()))
                    .label("the second one")
                    .related(place(first.key_span.clone()), "the first one")
                    .help("keep one of them"),
            );
        }
    }
    errors
}

#[cfg(test)]
mod tests {

    use avocet_plugin::Kind;
    use serde_json::Value;

    use super::*;

    /// Keys and values, and the body.
    type Read = (Vec<(String, Value)>, String);

    fn read(text: &str) -> Result<Read, Vec<String>> {
        let file = SourceFile::new("a.md", "a.md", Kind::Page, text);
        match Markdown.read(&file) {
            Ok(document) => Ok((document.fields.into_iter().map(|f| (f.key, f.value)).collect(), document.body.of(text).to_owned())),
            Err(errors) => Err(errors.into_iter().map(|error| error.code).collect()),
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
    fn pelicans_brackets_are_kept_and_yamls_are_not_taken_for_them() {
        let (fields, _) = good("---\ntitle: [Draft] A: story\nimage: {static}/images/a.svg\n---\n");
        assert_eq!((fields[0].1.as_str(), fields[1].1.as_str()), ("[Draft] A: story", "{static}/images/a.svg"));
        assert_eq!(read("---\ntitle: A: story\ntags: [a, b]\n---\n").unwrap_err(), ["bad-yaml"]);
        assert_eq!(read("---\ntags: [a, b\n---\n").unwrap_err(), ["bad-yaml"]);
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
}
