//! A key such as `draft: true` at the head of a text, in front matter that is none: published as text, it would publish the draft.

use std::ops::Range;

use avocet_plugin::{Diagnostic, Place, codes};

use super::near::{begin, is_blank, is_fence};
use super::split::lines;
use crate::stages::read::status::withholds;

/// The diagnostic, if the part of a text from `from` on begins with lines of which one would hold it back.
pub(super) fn withheld(text: &str, from: usize, place: impl Fn(Range<usize>) -> Place) -> Option<Diagnostic> {
    let (start, is_first) = below_headings(text, from);
    let span = find(text, start, is_first)?;
    let written = &text[span.clone()];
    Some(
        codes::NEAR_FRONT_MATTER
            .report(format!("`{written}` is not in the front matter: the page would be published, and this with it as text"))
            .at(place(span))
            .label("this holds nothing back here")
            .help("begin the file with the lines `---`, `status: draft` and `---`; if this is text, put front matter above it"),
    )
}

/// The first line below blank lines, comments and headings, and whether there are no headings.
fn below_headings(text: &str, from: usize) -> (usize, bool) {
    let (mut at, _) = begin(text, from);
    let mut is_first = true;
    loop {
        let mut rest = lines(text, at);
        let Some((range, line)) = rest.next() else { return (at, is_first) };
        let is_title = line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
        let underline = rest.next().filter(|(_, line)| !line.is_empty() && line.trim_end().chars().all(|c| c == '='));
        let end = match underline {
            _ if is_title => range.end,
            Some((underline, _)) if !line.trim().is_empty() => underline.end,
            _ => return (at, is_first),
        };
        (at, is_first) = (begin(text, end).0, false);
    }
}

/// Where the key and its value stand. Below a heading they need a fence or a brace, and below an empty line a second fence: there,
/// `Status: draft` is often prose.
fn find(text: &str, start: usize, is_first: bool) -> Option<Range<usize>> {
    let mut rest = lines(text, start).peekable();
    let line = rest.peek()?.1;
    let first = line.trim_matches(is_blank);
    let is_fenced = is_any_fence(first);
    let is_json = first.starts_with('{') && !["{%", "{{", "{#", "{:"].iter().any(|tag| first.starts_with(tag));
    let is_code = line.starts_with("    ") || line.starts_with('\t');
    if is_fenced {
        rest.next();
    }
    if is_code || !(is_fenced || is_json || is_first && entry(line).is_some()) {
        return None;
    }
    let (mut found, mut is_loose) = (None, false);
    for (range, line) in rest {
        let trimmed = line.trim_matches(is_blank);
        if trimmed.is_empty() && !is_fenced || is_fenced && is_any_fence(trimmed) {
            return found;
        }
        is_loose |= trimmed.is_empty() && found.is_none();
        let is_part = line.starts_with([' ', '\t', '{', '}', '[', ']', '#', '-']) || trimmed.is_empty() || entry(trimmed).is_some();
        if !is_part {
            break;
        }
        if found.is_none() && holds_back(trimmed, is_json) {
            let at = range.start + line.find(trimmed).unwrap_or_default();
            found = Some(at..at + trimmed.len());
        }
    }
    found.filter(|_| !is_loose)
}

/// A fence of any engine: that of YAML or TOML, the `;;;` of JSON, and lines of other signs.
fn is_any_fence(line: &str) -> bool {
    is_fence(line) || line.len() > 2 && [';', '*', '_', '~', '='].iter().any(|sign| line.chars().all(|c| c == *sign))
}

/// Whether a line has a key that holds a page back. Only one of JSON, or in braces, has several.
pub(super) fn holds_back(line: &str, is_json: bool) -> bool {
    let holds = |part: &str| entry(part).is_some_and(|(key, value)| withholds(key, value));
    if is_json || line.starts_with(['{', '"', '\'']) { line.split(',').any(holds) } else { holds(line) }
}

/// A key and its value in YAML, TOML, JSON or Pelican's way, without quotes, commas, braces and a comment.
fn entry(line: &str) -> Option<(&str, &str)> {
    let is_sign = |c: char| is_blank(c) || matches!(c, '"' | '\'' | ',');
    let line = line.trim_start_matches(|c| is_blank(c) || c == '{');
    let (key, value) = line.split_once([':', '=', '\u{ff1a}'])?;
    let key = key.trim_matches(is_sign);
    let value = value.split_once(" #").map_or(value, |(value, _)| value);
    let value = value.trim_end_matches(|c| is_sign(c) || c == '}').trim_matches(is_sign);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    is_key.then_some((key, value))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn found(text: &str) -> Option<&str> {
        find_all(text).map(|span| &text[span])
    }

    fn find_all(text: &str) -> Option<Range<usize>> {
        withheld(text, 0, |span| Place::new("a.md", &Arc::from(text), span)).and_then(|error| error.place).map(|place| place.span)
    }

    #[test]
    fn what_would_hold_a_page_back_is_found() {
        for (text, expected) in [
            ("draft: true\n\n# T\n", "draft: true"),
            ("layout: post\ntags:\n  - a\nisDraft : yes # soon\nText\n", "isDraft : yes # soon"),
            ("draft = true\n", "draft = true"),
            ("published: false\n# T\n", "published: false"),
            ("publishDate: 2099-01-01\n", "publishDate: 2099-01-01"),
            ("password: secret\n\n# T\n", "password: secret"),
            ("# T\n---\nstatus: draft\n---\nText\n", "status: draft"),
            ("# T\n\n---\n\ntitle: x\nstatus: 'draft'\n\n---\nText\n", "status: 'draft'"),
            ("# T\n\n---\nstatus: draft\n\nText\n", "status: draft"),
            ("T\n===\n\n+++\ndraft = true\n+++\n", "draft = true"),
            ("<!-- a -->\n# T\n<!-- b\n-->\n---\nvisibility: private\n---\n", "visibility: private"),
            ("<!-- ours -->\n{\n  \"title\": \"x\",\n  \"draft\": true\n}\n# T\n", "\"draft\": true"),
            ("<!-- ours -->\n{\"title\": \"x\", \"draft\": true}\n", "{\"title\": \"x\", \"draft\": true}"),
            ("# T\n{ title: 'x', draft: true }\n", "{ title: 'x', draft: true }"),
            ("---json\n{\n\"draft\": true\n}\n---\n", "\"draft\": true"),
            (";;;\n\"title\": \"x\",\n\"status\": \"draft\"\n;;;\n", "\"status\": \"draft\""),
            ("---toml\n[extra]\ndraft = true\n---\n", "draft = true"),
            ("***\n_build: \n  render: never\n***\n", "_build:"),
        ] {
            assert_eq!(found(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn prose_is_prose() {
        for text in [
            "Note: text\n\nMore.\n",
            "Draft: the second version of the plan.\n",
            "Published: 2024-01-02 by the team\n",
            "Published: 2024-01-02\n",
            "Password: how to change it\n",
            "draft: false\n\nText\n",
            "# Decision 1\n\nStatus: draft\n\nText\n",
            "# Decision 1\n\n---\n\nStatus: draft\n\nText\n",
            "# T\n\n---\n\nText\n\n---\n\ndraft: true\n",
            "# T\n\n    ---\n    draft: true\n",
            "# T\n\n```yaml\n---\ndraft: true\n---\n```\n",
            "    draft: true\n\n# T\n",
            "{% note %}\ndraft: true\n{% endnote %}\n",
            "Text\n\ndraft: true\n",
            "",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
