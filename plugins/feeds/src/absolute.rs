//! HTML of a post -> the same with every address absolute: a feed is read far from the page that its addresses start at.
//!
//! Source of the list: the attributes of the HTML standard that hold an address, and `srcset`, which holds several.
//! Invariant: all but those addresses stays as it is, byte for byte.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use url::Url;

/// The HTML, with addresses that begin at `page`.
pub(crate) fn html(html: &str, page: &Url) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut done = 0;
    for (range, value) in changes(html, page) {
        let Some(before) = html.get(done..range.start) else { continue };
        out.push_str(before);
        out.push_str(&value);
        done = range.end;
    }
    out.push_str(html.get(done..).unwrap_or_default());
    out
}

/// Values that become others, and where they stand.
fn changes(html: &str, page: &Url) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut element: Vec<u8> = Vec::new();
    let mut attribute: Vec<u8> = Vec::new();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<()> {
        match event {
            CallbackEvent::OpenStartTag { name } => element = name.to_vec(),
            CallbackEvent::AttributeName { name } => attribute = name.to_vec(),
            CallbackEvent::AttributeValue { value } => {
                let value = String::from_utf8_lossy(value);
                if let Some(new) = absolute(&element, &attribute, &value, page) {
                    found.push((unquoted(html, span), escaped(&new)));
                }
            }
            _ => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(()) = token;
    }
    found
}

/// The new value of an attribute, if it becomes another.
fn absolute(element: &[u8], attribute: &[u8], value: &str, page: &Url) -> Option<String> {
    match attribute {
        b"href" | b"src" | b"poster" | b"cite" | b"action" | b"formaction" | b"background" | b"longdesc" => join(value, page),
        b"data" if element == b"object" => join(value, page),
        b"srcset" | b"imagesrcset" => Some(srcset(value, page)),
        _ => None,
    }
}

/// An address that is absolute already, or none at all, stays as it is.
fn join(value: &str, page: &Url) -> Option<String> {
    let value = value.trim();
    if value.is_empty() || Url::parse(value).is_ok() {
        return None;
    }
    page.join(value).ok().map(String::from)
}

/// Candidates as the standard splits them: an address ends at white space, or at a comma at its end.
fn srcset(value: &str, page: &Url) -> String {
    let mut candidates = Vec::new();
    let mut rest = value.trim_start_matches([' ', '\t', '\n', '\r', ',']);
    while !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, mut after) = rest.split_at(end);
        let alone = address.trim_end_matches(',');
        let mut candidate = join(alone, page).unwrap_or_else(|| alone.to_owned());
        if alone.len() == address.len() {
            let (size, next) = after.split_once(',').unwrap_or((after, ""));
            if !size.trim().is_empty() {
                candidate = format!("{candidate} {}", size.trim());
            }
            after = next;
        }
        candidates.push(candidate);
        rest = after.trim_start_matches([' ', '\t', '\n', '\r', ',']);
    }
    candidates.join(", ")
}

/// The span that the tokenizer gives, without quotes.
fn unquoted(html: &str, span: Span<usize>) -> Range<usize> {
    let range = span.start.min(html.len())..span.end.min(html.len());
    match html.get(range.clone()) {
        Some(value) if value.len() >= 2 && value.starts_with(['"', '\'']) && value.ends_with(['"', '\'']) => range.start + 1..range.end - 1,
        _ => range,
    }
}

/// Safe in either kind of quotes.
fn escaped(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        html(text, &Url::parse("https://x.org/notes/blog/a.html").unwrap())
    }

    #[test]
    fn every_kind_of_address_becomes_absolute_and_all_else_stays() {
        assert_eq!(
            at("<p class=x>é <a href=\"/notes/b.html?c=1&amp;d#e\">/b</a> <a href='#f'>f</a><a href=../c/>c</a></p>"),
            "<p class=x>é <a href=\"https://x.org/notes/b.html?c=1&amp;d#e\">/b</a> \
             <a href='https://x.org/notes/blog/a.html#f'>f</a><a href=https://x.org/notes/c/>c</a></p>"
        );
        assert_eq!(
            at("<video src=v.mp4 poster=\"p.png\">"),
            "<video src=https://x.org/notes/blog/v.mp4 poster=\"https://x.org/notes/blog/p.png\">"
        );
        assert_eq!(at("<object data=\"/o.svg\" data-x=\"/o\">"), "<object data=\"https://x.org/o.svg\" data-x=\"/o\">");
        for same in ["<a href=\"mailto:a@x.org\">", "<a href=\"\">", "<img src=\"data:image/gif;base64,AA==\">", "<!-- <a href=/x> -->"] {
            assert_eq!(at(same), same);
        }
        assert_eq!(at("<img src=\"//cdn.org/a b.png\">"), "<img src=\"https://cdn.org/a%20b.png\">");
    }

    #[test]
    fn a_srcset_is_split_as_the_standard_says() {
        assert_eq!(
            at("<img srcset=\"a.png 1x,/b.png  2x, data:image/gif;base64,AA== 3x, c.png\">"),
            "<img srcset=\"https://x.org/notes/blog/a.png 1x, https://x.org/b.png 2x, data:image/gif;base64,AA== 3x, https://x.org/notes/blog/c.png\">"
        );
    }
}
