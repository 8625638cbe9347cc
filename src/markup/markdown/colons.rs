//! A line that begins with a colon and no space after it, such as `:warning: …`, is text. pulldown-cmark would read it as a definition of
//! the line above, so such a colon is hidden from it behind a character of the same length.

use std::borrow::Cow;

use pulldown_cmark::{CowStr, Event, Tag};

/// What stands for a colon: a separator of teletypes, which no text has.
const HIDDEN: char = '\u{1f}';

/// The text with these colons hidden, and whether there are any.
pub(super) fn hide(text: Cow<'_, str>) -> (Cow<'_, str>, bool) {
    let mut at = 0;
    let mut places = Vec::new();
    if text.contains(':') && !text.contains(HIDDEN) {
        for line in text.split_inclusive('\n') {
            let content = line.trim_start_matches([' ', '\t', '>']);
            if content.strip_prefix(':').is_some_and(|rest| !rest.starts_with(char::is_whitespace)) && !is_table_rule(content) {
                places.push(at + line.len() - content.len());
            }
            at += line.len();
        }
    }
    if places.is_empty() {
        return (text, false);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        out.push_str(&text[from..place]);
        out.push(HIDDEN);
        from = place + 1;
    }
    out.push_str(&text[from..]);
    (Cow::Owned(out), true)
}

/// The line below the head of a table, such as `:--|--:`.
fn is_table_rule(line: &str) -> bool {
    line.trim_end().chars().all(|c| matches!(c, ':' | '-' | '|' | ' ' | '\t'))
}

/// An event with its colons shown again.
pub(super) fn show(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Text(text) => Event::Text(shown(text)),
        Event::Code(text) => Event::Code(shown(text)),
        Event::Html(html) => Event::Html(shown(html)),
        Event::InlineHtml(html) => Event::InlineHtml(shown(html)),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: shown(dest_url), title: shown(title), id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Image { link_type, dest_url: shown(dest_url), title: shown(title), id })
        }
        other => other,
    }
}

fn shown(text: CowStr<'_>) -> CowStr<'_> {
    if text.contains(HIDDEN) { text.replace(HIDDEN, ":").into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_without_a_space_is_hidden_at_the_beginning_of_a_line() {
        let table = [
            ("Note\n:a: b\n", "Note\n\u{1f}a: b\n"),
            ("> é\n> :3\n", "> é\n> \u{1f}3\n"),
            ("Term\n: text\n", "Term\n: text\n"),
            ("a | b\n:--|--:\n", "a | b\n:--|--:\n"),
            ("a:b\n:\n", "a:b\n:\n"),
        ];
        for (text, hidden) in table {
            let (found, any) = hide(Cow::Borrowed(text));
            assert_eq!((&*found, any), (hidden, text != hidden), "{text}");
            assert_eq!(show(Event::Text(CowStr::from(found.into_owned()))), Event::Text(text.into()));
        }
    }
}
