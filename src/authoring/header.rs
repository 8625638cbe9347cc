//! A source's text and a key in, the text with that key set out.
//!
//! Invariant: only the lines of that key change, or one is added; comments, order, line ends, alignment and the form (YAML, or Pelican's
//! lines) stay. What was written is read again: if anything else would be read than was meant, the text is not changed.

use std::ops::Range;

use avocet_plugin::{Field, Kind, PageBody, Reader, SourceFile};
use serde_json::Value;

use crate::stages::discover::with_unix_line_ends;
use crate::stages::read::{Format, Markdown, Split, release, split};

/// Why a text is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// Its front matter is TOML.
    Toml,
    /// Its front matter is JSON.
    Json,
    /// It cannot be done line by line.
    Form,
}

/// The text with the status `status`: also what says `draft: true` in the manner of another engine is changed.
///
/// # Errors
/// Why it cannot be done.
pub fn set_status(text: &str, status: &str) -> Result<String, Unchanged> {
    let header = read(&with_unix_line_ends(text)).ok_or(Unchanged::Form)?;
    let mut edited = text.to_owned();
    let mut released = false;
    for (field, value) in header.fields.iter().filter(|_| status == "published").filter_map(|field| Some((field, release(field)?))) {
        edited = set(&edited, &field.key, value, &[])?;
        released = true;
    }
    let written = header.fields.iter().any(|field| field.key == "status");
    if released && !written { Ok(edited) } else { set(&edited, "status", status, &["date", "title"]) }
}

/// The text with `key` set to `value`, which is plain text of YAML (a date, a status). A missing key is added below the first of `after`
/// that there is, or at the top.
///
/// # Errors
/// Why it cannot be done.
pub fn set(text: &str, key: &str, value: &str, after: &[&str]) -> Result<String, Unchanged> {
    let unix = with_unix_line_ends(text);
    let before = read(&unix).ok_or(Unchanged::Form)?;
    let end = if text.split('\n').next().is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" };
    let (at, new) = match split(&unix) {
        Split::FrontMatter { format: Format::Toml, .. } => return Err(Unchanged::Toml),
        Split::FrontMatter { format: Format::Json, .. } => return Err(Unchanged::Json),
        found => match before.fields.iter().find(|field| field.key == key) {
            Some(field) => {
                let at = value_range(&unix, field);
                // A value follows its colon at a distance.
                let gap = if unix[..at.start].ends_with(':') { " " } else { "" };
                let space = if unix[at.end..].starts_with('#') { " " } else { "" };
                (at, format!("{gap}{value}{space}"))
            }
            None => {
                let (at, lines) = added(&unix, &before, &found, (key, value), after);
                (at..at, lines.replace('\n', end))
            }
        },
    };
    let at = offset_in(text, at.start)..offset_in(text, at.end);
    let edited = format!("{}{new}{}", &text[..at.start], &text[at.end..]);
    if means_the_same(&unix, &before, &with_unix_line_ends(&edited), key, value) { Ok(edited) } else { Err(Unchanged::Form) }
}

/// The place in `text` of a place in the same text with other line ends.
fn offset_in(text: &str, unix: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    for _ in 0..unix {
        at += if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    at
}

/// A source as it is read.
struct Header {
    fields: Vec<Field>,
    body: Range<usize>,
}

fn read(text: &str) -> Option<Header> {
    let file = SourceFile::new("a.md", "", Kind::Page, text);
    let document = Markdown.read(&file).ok()?;
    let PageBody::Source(body) = document.body else { return None };
    Some(Header { fields: document.fields, body })
}

/// Where the value itself stands: in Pelican's lines between `---`, without the comment behind it.
fn value_range(text: &str, field: &Field) -> Range<usize> {
    let raw = &text[field.span.clone()];
    let end = raw.find(" #").filter(|_| !raw.starts_with(['"', '\'']) && !raw.contains('\n')).unwrap_or(raw.len());
    field.span.start..field.span.start + raw[..end].trim_end().len()
}

/// One line more: where, and what it is.
fn added(text: &str, header: &Header, split: &Split, (key, value): (&str, &str), after: &[&str]) -> (usize, String) {
    let anchor = after.iter().find_map(|name| header.fields.iter().find(|field| field.key == *name)).or(header.fields.last());
    let (at, line) = match (split, anchor) {
        (Split::FrontMatter { .. }, Some(anchor)) => {
            let from = anchor.span.end.max(anchor.key_span.end);
            let at = text[from..].find('\n').map_or(text.len(), |line| from + line + 1);
            (at, in_the_manner_of(text, anchor, key, value) + "\n")
        }
        (Split::FrontMatter { matter, .. }, None) => (matter.start, format!("{key}: {value}\n")),
        _ => (0, format!("---\n{key}: {value}\n---\n\n")),
    };
    let gap = if at > 0 && !text[..at].ends_with('\n') { "\n" } else { "" };
    (at, format!("{gap}{line}"))
}

/// `Date:     2026-05-19` below `Title:    Hello`: with its capital, and its value in the same column.
fn in_the_manner_of(text: &str, anchor: &Field, key: &str, value: &str) -> String {
    let capital = text[anchor.key_span.clone()].starts_with(char::is_uppercase);
    let key = if capital { key[..1].to_uppercase() + &key[1..] } else { key.to_owned() };
    let between = text.get(anchor.key_span.end..anchor.span.start).unwrap_or_default();
    let aligned = between.starts_with(':') && between.len() > 2 && between[1..].chars().all(|c| c == ' ');
    let column = if aligned { (anchor.span.start - anchor.key_span.start).saturating_sub(key.len() + 1) } else { 1 };
    format!("{key}:{:space$}{value}", "", space = column.max(1))
}

/// Whether the edited text says the same but for `key`, which says `value`, and its body is the same.
fn means_the_same(text: &str, before: &Header, edited: &str, key: &str, value: &str) -> bool {
    let Some(after) = read(edited) else { return false };
    let others = |header: &Header| -> Vec<(String, Value)> {
        header.fields.iter().filter(|field| field.key != key).map(|field| (field.key.clone(), field.value.clone())).collect()
    };
    let set = after.fields.iter().find(|field| field.key == key).map(|field| &field.value);
    let body = |text: &str, header: &Header| text[header.body.clone()].trim_start_matches('\n').to_owned();
    let text_of = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    set.map(text_of).as_deref() == Some(value) && others(before) == others(&after) && body(text, before) == body(edited, &after)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn published(text: &str) -> Option<String> {
        set_status(text, "published").ok()
    }

    #[track_caller]
    fn becomes(text: &str, expected: &str) {
        assert_eq!(published(text).as_deref(), Some(expected));
    }

    #[test]
    fn only_the_line_of_the_key_changes() {
        becomes(
            "---\n# c\ntitle: A\nstatus: draft\ntags: [a]\n---\n\nstatus: draft\n",
            "---\n# c\ntitle: A\nstatus: published\ntags: [a]\n---\n\nstatus: draft\n",
        );
        becomes("---\ntitle:    A\nstatus:   draft   # not yet\n---\nx", "---\ntitle:    A\nstatus:   published   # not yet\n---\nx");
        becomes("---\r\ntitle: A\r\nstatus: \"draft\"  # c\r\n---\r\nx\r\n", "---\r\ntitle: A\r\nstatus: published  # c\r\n---\r\nx\r\n");
        becomes("---\ntitle: A\n\"status\": 'draft'\n...\nx", "---\ntitle: A\n\"status\": published\n...\nx");
        becomes("\n\n---\nstatus:\n  draft\ntitle: A\n---\n", "\n\n---\nstatus:\n  published\ntitle: A\n---\n");
    }

    #[test]
    fn an_empty_value_is_filled() {
        becomes("---\ntitle: A\nstatus:\n---\n", "---\ntitle: A\nstatus: published\n---\n");
        becomes("---\ntitle: A\nstatus: # when?\n---\n", "---\ntitle: A\nstatus: published # when?\n---\n");
    }

    #[test]
    fn pelicans_lines_stay_pelicans_lines() {
        becomes("Title:   A: B\nDate:    2020-01-02\nStatus:  draft\n\nx", "Title:   A: B\nDate:    2020-01-02\nStatus:  published\n\nx");
        becomes("---\ntitle: A: B\nstatus: draft\n---\nx", "---\ntitle: A: B\nstatus: published\n---\nx");
        becomes("Title:    A: B\nDate:     2020-01-02\n\nx", "Title:    A: B\nDate:     2020-01-02\nStatus:   published\n\nx");
        becomes("Title: A\r\nText\r\n", "Title: A\r\nStatus: published\r\nText\r\n");
    }

    #[test]
    fn a_missing_key_is_added_below_its_neighbour() {
        becomes("---\ntitle: A # c\ntags: [a]\n---\nx", "---\ntitle: A # c\nstatus: published\ntags: [a]\n---\nx");
        becomes(
            "---\ntitle: >\n  A\n  B\ndate: 2020-01-02\n---\nx",
            "---\ntitle: >\n  A\n  B\ndate: 2020-01-02\nstatus: published\n---\nx",
        );
        becomes("---\n---\n# A\n", "---\nstatus: published\n---\n# A\n");
        becomes("# A\n\nText\n", "---\nstatus: published\n---\n\n# A\n\nText\n");
        becomes("Title: A", "Title: A\nStatus: published\n");
    }

    #[test]
    fn what_cannot_be_set_line_by_line_is_left_alone() {
        assert_eq!(published("---\n{title: A}\n---\nx"), None);
        becomes("---\n{title: A, status: draft}\n---\nx", "---\n{title: A, status: published}\n---\nx");
        assert_eq!(published("---\ntitle: A\nstatus: [draft\n---\nx"), None);
        assert_eq!(published("---\ntitle: A\n"), None);
        assert_eq!(set_status("+++\ntitle = 'A'\n+++\n", "draft"), Err(Unchanged::Toml));
        assert_eq!(set_status("{\"title\": \"A\"}\n", "draft"), Err(Unchanged::Json));
    }

    #[test]
    fn what_other_engines_write_is_changed_where_it_stands() {
        becomes("---\ntitle: A\ndraft: yes # c\n---\nx", "---\ntitle: A\ndraft: false # c\n---\nx");
        becomes("---\ntitle: A\npublished: false\n---\nx", "---\ntitle: A\npublished: true\n---\nx");
        becomes("---\nstatus: draft\ndraft: true\n---\nx", "---\nstatus: published\ndraft: false\n---\nx");
        becomes("---\nstatus: draft\ndraft: false\n---\nx", "---\nstatus: published\ndraft: false\n---\nx");
    }

    proptest! {
        #[test]
        fn whatever_is_set_the_rest_is_as_it_was(
            title in "[A-Z][a-z :#\"'\\[{é]{0,12}",
            comment in "( # [a-z]{1,5})?",
            lines in prop::collection::vec("(tags|Summary|x_y): [a-z ,:#]{0,12}|# [a-z]{0,6}|    more|  - item|", 0..5),
            fenced in any::<bool>(),
            crlf in any::<bool>(),
            body in "(\\PC{0,12}\n){0,3}",
        ) {
            let fence = if fenced { "---\n" } else { "" };
            let lines = lines.join("\n");
            let mut text = format!("{fence}title: {title}\nstatus: draft{comment}\nlang: en\n{lines}\n{fence}\n{body}");
            if crlf { text = text.replace('\n', "\r\n"); }
            if let Some(edited) = published(&text) {
                let (old, new): (Vec<&str>, Vec<&str>) = (text.split('\n').collect(), edited.split('\n').collect());
                let changed = old.iter().zip(&new).filter(|(old, new)| old != new).count();
                prop_assert!(old.len() == new.len() && changed == 1 || new.len() > old.len(), "{:?}\n{:?}", text, edited);
                let (text, edited) = (with_unix_line_ends(&text), with_unix_line_ends(&edited));
                let (before, after) = (read(&text).unwrap(), read(&edited).unwrap());
                prop_assert!(text.ends_with(&edited[after.body.clone()]) || before.fields.is_empty());
            }
        }
    }
}
