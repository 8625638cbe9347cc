//! Text that is almost front matter is an error with what to change: otherwise it would be published as text, and a draft with it.

use std::ops::Range;

use avocet_plugin::{Diagnostic, Place, codes};

use super::pelican::key_value;
use super::split::{is_known, lines};
use super::withheld::withheld;

/// Spaces of all kinds, and invisible characters.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}')
}

/// The diagnostic, if a text without front matter seems to have one.
pub(super) fn diagnose(text: &str, place: impl Fn(Range<usize>) -> Place) -> Option<Diagnostic> {
    misplaced(text, &place).or_else(|| withheld(text, 0, place))
}

/// The same, of keys of any meaning, behind a comment or a fence that is none.
fn misplaced(text: &str, place: impl Fn(Range<usize>) -> Place) -> Option<Diagnostic> {
    let (start, after_comment) = begin(text, 0);
    let mut rest = lines(text, start);
    let (range, first) = rest.next()?;
    let trimmed = first.trim_matches(is_blank);
    let (label, help) = if !is_fence(trimmed) {
        let second = rest.next().and_then(|(_, line)| key(line));
        if !(after_comment && key(first).is_some_and(is_known) && second.is_some()) {
            return None;
        }
        ("this must be the first line", "move the comment below the front matter")
    } else if !names_format(trimmed) && !is_header(rest) {
        return None;
    } else if after_comment {
        ("this must be the first line", "move the comment below the front matter")
    } else {
        ("this is not exactly `---`", "write `---` alone on the first line and on the line below the last key, with nothing before it")
    };
    let span = range.start..range.start + first.trim_end().len();
    let error = codes::NEAR_FRONT_MATTER.report("this is almost front matter, and would be published as text");
    Some(error.at(place(span)).label(label).help(help))
}

/// Where the text starts after HTML comments, and whether there were any.
pub(super) fn begin(text: &str, from: usize) -> (usize, bool) {
    let mut at = from;
    loop {
        let rest = text[at..].trim_start_matches(is_blank);
        let start = text.len() - rest.len();
        match rest.strip_prefix("<!--").and_then(|comment| comment.find("-->")) {
            Some(end) => at = start + "<!--".len() + end + "-->".len(),
            None => return (text[..start].rfind('\n').map_or(0, |line| line + 1).max(at), at > from),
        }
    }
}

/// A line like a fence: hyphens, dashes or plus signs, perhaps followed by the name of a format.
pub(super) fn is_fence(line: &str) -> bool {
    let line = line.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
    let of = |signs: &[char]| line.chars().all(|c| signs.contains(&c));
    let dashes = line.chars().map(|c| if c == '-' { 1 } else { 2 }).sum::<usize>();
    dashes > 1 && of(&['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}'])
        || line.len() > 1 && of(&['+'])
}

/// A fence with the name of a format, such as `---json`.
fn names_format(fence: &str) -> bool {
    let name = fence.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).to_lowercase();
    matches!(&*name, "json" | "toml" | "yaml" | "yml")
}

fn key(line: &str) -> Option<&str> {
    let line = line.trim_matches(is_blank);
    if let Some((key, _)) = key_value(line) {
        return Some(key);
    }
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    (!key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).then_some(key)
}

/// Whether lines are keys and values: a key that Avocet knows first, or nothing but such lines up to another fence.
fn is_header<'t>(lines: impl Iterator<Item = (Range<usize>, &'t str)>) -> bool {
    let mut keys = 0;
    for (_, line) in lines {
        let trimmed = line.trim_matches(is_blank);
        if is_fence(trimmed) {
            return keys > 0;
        }
        match key(line) {
            Some(key) if keys == 0 && is_known(key) => return true,
            Some(_) => keys += 1,
            None if trimmed.is_empty() || trimmed.starts_with(['#', '-']) || line.starts_with([' ', '\t']) => {}
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(text: &str) -> bool {
        diagnose(text, |_| Place::file("a.md")).is_some()
    }

    #[test]
    fn what_is_nearly_front_matter_is_refused() {
        for text in [
            " ---\ntitle: A\n ---\n",
            "-----\ntitle: A\nstatus: draft\n-----\n",
            "--\ntitle: A\n--\n",
            "<!-- ours -->\n---\ntitle: A\n---\n",
            "<!-- ours\n-->\n\n<!-- two -->\n+++\ntitle = \"A\"\n+++\n",
            "<!-- ours -->\nTitle: A\nStatus: draft\n\nText",
            "\u{200b}---\ntitle: A\n---\n",
            "—-\ntitle: A\n—-\n",
            "---yaml\ntitle: A\n---\n",
            "---json\n{ \"title\": \"A\" }\n---\n",
            "---toml\n[own]\nx = 1\n---\n",
            "--- toml\nmy_key = 1\n---\n",
            "++++\ntitle = 'A'\n++++\n",
            "-----\nmy-key: A\n# comment\nlist:\n  - a\n- b\n-----\n",
        ] {
            assert!(near(text), "{text}");
        }
    }

    #[test]
    fn text_is_text() {
        for text in [
            "-----\n# A title\n\nText\n-----\n",
            "-----\nNote: this is a rule with a text below it.\n\nText\n",
            "<!-- a comment -->\n\n# A title\n",
            "<!-- a comment -->\nNote: a text\nSecond: line\n",
            "<!-- a comment -->\n---\nText\n\n---\n",
            "- a: b\n- c: d\n",
            "<!-- never closed\n---\ntitle: A\n---\n",
            "",
            "---",
        ] {
            assert!(!near(text), "{text}");
        }
    }
}
