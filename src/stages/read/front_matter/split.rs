//! A text -> where its front matter stands, in which format, and where its body.
//!
//! gray_matter finds and splits what stands between fences. It trims what it gives and tells no places, so the places are measured
//! from what it leaves of the text; that holds because line ends are `\n` here (`discover` sees to it). serde_json finds the end of JSON,
//! which has no fences.

use std::ops::Range;

use gray_matter::engine::Engine;
use gray_matter::{Matter, Pod};
use serde::de::IgnoredAny;

use super::pelican;

/// How front matter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Between two lines `---`, the second of which may be `...`.
    Yaml,
    /// Between two lines `+++`.
    Toml,
    /// An object of JSON at the very beginning.
    Json,
    /// Pelican's `Key: value` lines at the very beginning, up to the first that is none.
    Pelican,
}

impl Format {
    /// The line above the front matter.
    pub(super) fn fence(self) -> &'static str {
        match self {
            Self::Yaml => "---",
            Self::Toml => "+++",
            Self::Json => "{",
            Self::Pelican => "",
        }
    }
}

/// Where front matter and body stand in a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Split {
    /// There is no front matter.
    None,
    /// There is.
    FrontMatter {
        /// How it is written.
        format: Format,
        /// The front matter, without its fences.
        matter: Range<usize>,
        /// What follows it.
        body: Range<usize>,
    },
    /// A first fence, and no second one.
    Unclosed {
        /// How it is written.
        format: Format,
        /// The fence.
        fence: Range<usize>,
    },
    /// What begins like JSON and is none.
    BadJson {
        /// Where it breaks off.
        at: usize,
        /// What is wrong there.
        message: String,
    },
}

/// Splits a text whose lines end with `\n`. Empty lines above the front matter do not count.
#[must_use]
pub fn split(text: &str) -> Split {
    let blank = text.len() - text.trim_start().len();
    let start = text[..blank].rfind('\n').map_or(0, |at| at + 1);
    let first = text[start..].lines().next().unwrap_or_default().trim_end();
    match [Format::Yaml, Format::Toml].into_iter().find(|format| first == format.fence()) {
        Some(format) => fenced(text, start, format),
        None if is_json(&text[start..]) => json(text, start),
        None => headers(text),
    }
}

/// Whether an object of JSON begins here. `{% tag %}` and `{{ … }}` do not.
fn is_json(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

/// gray_matter keeps the text as it is; it is parsed where places can be told.
struct RawText;

impl Engine for RawText {
    fn parse(_: &str) -> gray_matter::Result<Pod> {
        Ok(Pod::Null)
    }
}

fn fenced(text: &str, start: usize, format: Format) -> Split {
    let mut matter = Matter::<RawText>::new();
    matter.delimiter = format.fence().to_owned();
    matter.close_delimiter = (format == Format::Yaml).then(|| "...".to_owned());
    // A line has no line end in it, so no line is taken for the end of an excerpt.
    matter.excerpt_delimiter = Some("\n".to_owned());
    let fence = start..start + format.fence().len();
    let Ok(found) = matter.parse::<Pod>(&text[start..]) else { return Split::Unclosed { format, fence } };
    // What it gives as content is the end of the text, without the last line end.
    let end = text.len() - usize::from(text.ends_with('\n'));
    let body = if found.content.is_empty() { text.len() } else { end.saturating_sub(found.content.len()) };
    let head = text.get(start..body).unwrap_or_default().trim_end();
    // A front matter without an end is all content: there is no second line then.
    match head.rfind('\n').zip(head.find('\n')) {
        Some((last, first)) => Split::FrontMatter { format, matter: start + first + 1..start + last + 1, body: body..text.len() },
        None => Split::Unclosed { format, fence },
    }
}

fn json(text: &str, start: usize) -> Split {
    let mut objects = serde_json::Deserializer::from_str(&text[start..]).into_iter::<IgnoredAny>();
    match objects.next() {
        Some(Err(error)) => {
            let line = text[start..].split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
            let at = (start + line + error.column().saturating_sub(1)).min(text.len());
            // Its only data are line and column, which its text ends with.
            let place = format!(" at line {} column {}", error.line(), error.column());
            let message = error.to_string();
            Split::BadJson { at, message: message.strip_suffix(&place).unwrap_or(&message).to_owned() }
        }
        _ => {
            let end = start + objects.byte_offset();
            let rest = &text[end..];
            let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
            let body = if rest[..line].trim().is_empty() { end + line } else { end };
            Split::FrontMatter { format: Format::Json, matter: start..end, body: body..text.len() }
        }
    }
}

/// Pelican's lines without fences: only when the first has a key that Avocet knows, so that a text which begins `Note: …` stays text.
fn headers(text: &str) -> Split {
    let mut end = 0;
    for (range, line) in lines(text, 0) {
        let continues = end > 0 && line.starts_with("    ") && !line.trim().is_empty();
        match pelican::key_value(line) {
            Some((key, _)) if end > 0 || is_known(key) => end = range.end,
            _ if continues => end = range.end,
            _ => break,
        }
    }
    if end == 0 { Split::None } else { Split::FrontMatter { format: Format::Pelican, matter: 0..end, body: end..text.len() } }
}

pub(super) fn is_known(key: &str) -> bool {
    crate::stages::read::KEYS.contains(&key.to_lowercase().as_str())
}

/// Each line from `start` on, with its range; the range has the line's end, the text has not.
pub(super) fn lines(text: &str, start: usize) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = start;
    text[start..].split_inclusive('\n').map(move |line| {
        let range = at..at + line.len();
        at = range.end;
        (range, line.trim_end_matches('\n'))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> (Format, &str, &str) {
        match split(text) {
            Split::FrontMatter { format, matter, body } => (format, &text[matter], &text[body]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_format_is_found_by_its_first_line() {
        assert_eq!(parts("---\na: b\n---\nBody\n"), (Format::Yaml, "a: b\n", "Body\n"));
        assert_eq!(parts("\n\n---  \na: b\n...\n\n---\nBody"), (Format::Yaml, "a: b\n", "---\nBody"));
        assert_eq!(parts("+++\na = 1\n+++\n\n+++ Body"), (Format::Toml, "a = 1\n", "+++ Body"));
        assert_eq!(parts("{\n\"a\": {}\n}\n\nBody"), (Format::Json, "{\n\"a\": {}\n}", "\nBody"));
        assert_eq!(parts("{\"a\": \"}\"} Body"), (Format::Json, "{\"a\": \"}\"}", " Body"));
        assert_eq!(parts("Title: a\nBody"), (Format::Pelican, "Title: a\n", "Body"));
        for text in ["", "Text", "{% quote %}\n", "{{ x }}", "----\na: b\n----\n", "# {\"a\": 1}", "Note: a\n"] {
            assert_eq!(split(text), Split::None, "{text}");
        }
    }

    #[test]
    fn empty_front_matter_is_there_and_unclosed_is_not() {
        assert_eq!(parts("---\n---\n"), (Format::Yaml, "", ""));
        assert_eq!(parts("---\n\n---"), (Format::Yaml, "\n", ""));
        assert_eq!(parts("---\n---\n\n\n"), (Format::Yaml, "", ""));
        for text in ["---", "---\n", "---\n\n\n", "---\na: b\n", "---\na: b\n----\nBody\n"] {
            assert_eq!(split(text), Split::Unclosed { format: Format::Yaml, fence: 0..3 }, "{text:?}");
        }
        assert_eq!(split("+++\na = 1\n---\n"), Split::Unclosed { format: Format::Toml, fence: 0..3 });
    }

    #[test]
    fn broken_json_is_told_where_it_breaks_off() {
        assert_eq!(split("\n{\n\"a\" 1}\n"), Split::BadJson { at: 7, message: "expected `:`".into() });
        assert!(matches!(split("{\"a\": 1"), Split::BadJson { at: 6, .. }));
    }

    proptest! {
        #[test]
        fn the_splitter_never_loses_or_invents_body_text(
            matter in "([a-z]{1,5}: [a-z ]{0,9}\n){0,4}",
            gap in "\n{0,3}",
            body in "([a-z#:|]{1,6}[ -]{0,3}\n){0,8}(---)?",
        ) {
            let text = format!("---\n{matter}---\n{gap}{body}");
            let (_, found, rest) = parts(&text);
            prop_assert_eq!(found, matter.as_str());
            prop_assert_eq!(rest.trim_start_matches('\n'), body.as_str());
        }

        #[test]
        fn any_text_splits_into_parts_of_itself(text in "\\PC{0,40}(\n(---|\\+\\+\\+|\\{\"a\": 1\\}|[A-Za-z]{1,6}: .{0,8}|.{0,10})){0,6}\n?") {
            if let Split::FrontMatter { matter, body, .. } = split(&text) {
                prop_assert!(matter.end <= body.start && body.end == text.len());
                prop_assert!(text.get(matter).is_some() && text.get(body).is_some());
            }
        }
    }
}
