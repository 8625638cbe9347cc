//! The Markdown reader: splits a source into front matter and body, and reads the front matter as YAML, or as Pelican's `Key: value`
//! lines when it is those.
//!
//! Invariant: nothing of the body is lost or invented (its place is a range of the text), and every key is given with its place.

mod pelican;
mod yaml;

use std::ops::Range;

use avocet_plugin::{Diagnostic, Document, Field, Place, Reader, SourceFile, codes};

/// The file format that is always there.
pub struct Markdown;

impl Reader for Markdown {
    fn extensions(&self) -> &[&str] {
        &["md", "markdown", "mkd", "mdown"]
    }

    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>> {
        let text = &*file.text;
        let place = |span| Place::new(file.display_path.clone(), &file.text, span);
        let (fields, body) = match split(text) {
            Split::None => (Vec::new(), 0..text.len()),
            Split::Unclosed(span) => {
                return Err(vec![
                    codes::UNCLOSED_FRONT_MATTER
                        .report("the front matter has no end")
                        .at(place(span))
                        .label("it begins here, and no second `---` follows")
                        .help("put a line `---` between the front matter and the text"),
                ]);
            }
            Split::Headers { header, body } => (pelican::fields(text, header).unwrap_or_default(), body),
            Split::Fenced { matter, body } => match yaml::fields(text, matter.clone()) {
                Ok(fields) => (fields, body),
                Err(error) => match pelican::fields(text, matter).filter(|fields| !fields.iter().any(is_yaml)) {
                    Some(fields) => (fields, body),
                    None => return Err(vec![error.diagnostic(place)]),
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

/// Whether a value is meant as YAML: a list or map in brackets, or brackets or a quote that are never closed. Read as Pelican's it would
/// be a tag `[python`. `[Draft] A title` and `{static}/images/a.png` are Pelican's.
fn is_yaml(field: &Field) -> bool {
    let value = field.value.as_str().unwrap_or_default();
    let whole = |open: char, close: char| value.starts_with(open) && (value.ends_with(close) || !value.contains(close));
    let open = |quote: char| value.strip_prefix(quote).is_some_and(|rest| !rest.contains(quote));
    whole('[', ']') || whole('{', '}') || open('"')
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
    let known = |key: &str| crate::stages::read::KEYS.contains(&key.to_lowercase().as_str());
    let mut end = 0;
    for (range, line) in lines(text, 0) {
        let continues = end > 0 && line.starts_with("    ") && !line.trim().is_empty();
        match pelican::key_value(line) {
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

/// Keys that stand twice.
fn doubled(fields: &[Field], place: impl Fn(Range<usize>) -> Place) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        if let Some(first) = fields[..at].iter().find(|before| before.key == field.key) {
            errors.push(
                codes::DUPLICATE_KEY
                    .report(format!("the key `{}` stands twice", field.key))
                    .at(place(field.key_span.clone()))
                    .label("the second one")
                    .related(place(first.key_span.clone()), "the first one")
                    .help("keep one of them"),
            );
        }
    }
    errors
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
                codes::CUT_VALUE
                    .report(format!("`{}` ends before ` #`, which begins a comment in YAML", field.key))
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

    use serde_json::Value;

    use super::*;

    /// Keys and values, and the body.
    type Read = (Vec<(String, Value)>, String);

    fn read(text: &str) -> Result<Read, Vec<String>> {
        let file =
            SourceFile { path: "a.md".into(), display_path: "a.md".into(), kind: Kind::Page, folders: Vec::new(), text: Arc::from(text) };
        match Markdown.read(&file) {
            Ok(document) => Ok((document.fields.into_iter().map(|f| (f.key, f.value)).collect(), text[document.body].to_owned())),
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
