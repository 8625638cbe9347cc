//! A small tokenizer of HTML: a text and a place in, tags, comments and the text between them out, as slices of the input.
//!
//! Where each token begins and ends is what the WHATWG standard says (<https://html.spec.whatwg.org/#tokenization>), which a property
//! test compares with html5gum. It decodes nothing and reports no errors; that makes it fast enough to read every page. Promised:
//! linear time, and tokens in order that leave nothing out but a tag that never ends.

use std::borrow::Cow;
use std::ops::Range;

/// A piece of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::markup) enum Token<'t> {
    /// Text, with its character references as written.
    Text(&'t str),
    /// A start tag.
    Start(Tag<'t>),
    /// An end tag, by its name as written.
    Outcome(&'t str),
    /// A comment, a doctype or a processing instruction.
    Comment,
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::markup) struct Tag<'t> {
    /// As written.
    pub(in crate::markup) name: &'t str,
    /// What stands between the name and the `>`.
    rest: &'t str,
}

/// An attribute of a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::markup) struct Attribute<'t> {
    /// As written.
    pub(in crate::markup) name: &'t str,
    /// Without its quotes, with its character references as written.
    pub(in crate::markup) value: &'t str,
    /// All of it, as written.
    pub(in crate::markup) source: &'t str,
}

impl<'t> Tag<'t> {
    /// Its attributes, in order.
    pub(in crate::markup) fn attributes(self) -> impl Iterator<Item = Attribute<'t>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let Step::Attribute { name, value, end } = step(self.rest, at) else { return None };
            at = end;
            let source = self.rest.get(name.start..end)?;
            Some(Attribute { name: self.rest.get(name)?, value: self.rest.get(value)?, source })
        })
    }

    /// Whether it ends with `/>`.
    pub(in crate::markup) fn is_self_closing(self) -> bool {
        self.rest.ends_with('/')
    }
}

/// The name of an element in lower case.
pub(in crate::markup) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
}

/// Whether an element has no content and no end tag.
pub(in crate::markup) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "param" | "source" | "track" | "wbr"
    )
}

/// The tokens of a text from a place on, and where they stand.
pub(in crate::markup) fn tokens(text: &str, at: usize) -> Tokens<'_> {
    Tokens { text, at, raw: None }
}

/// See [`tokens`].
pub(in crate::markup) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// The element whose content is text up to its end tag, if that was opened last.
    raw: Option<&'t str>,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = (Token<'t>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let text_end = start + self.raw.take().map_or_else(|| markup_start(rest), |name| raw_end(rest, name));
        if text_end > start {
            self.at = text_end;
            return Some((Token::Text(self.text.get(start..text_end)?), start..text_end));
        }
        let found = markup(self.text, start);
        self.at = found.map_or(self.text.len(), |(_, end)| end);
        let (token, end) = found?;
        if let Token::Start(tag) = token {
            self.raw = Some(tag.name).filter(|name| holds_text(&lower(name)));
        }
        Some((token, start..end))
    }
}

/// Whether tags count for nothing inside an element.
fn holds_text(name: &str) -> bool {
    matches!(name, "script" | "style" | "textarea" | "title" | "iframe" | "xmp" | "noembed" | "noframes" | "noscript")
}

/// Where the first tag or comment begins, or the end.
fn markup_start(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        at += found;
        match bytes.get(at + 1) {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?') => return at,
            Some(b'/') if at + 2 < bytes.len() => return at,
            _ => at += 1,
        }
    }
    text.len()
}

/// Where the end tag of an element begins, or the end.
fn raw_end(text: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("</")) {
        at += found;
        let after = at + 2 + name.len();
        let same = text.get(at + 2..after).is_some_and(|here| here.eq_ignore_ascii_case(name));
        if same && matches!(text.as_bytes().get(after), Some(b'\t' | b'\n' | b'\r' | b'\x0c' | b' ' | b'/' | b'>')) {
            return at;
        }
        at += 2;
    }
    text.len()
}

/// The tag or comment that begins here and where it ends; nothing if the text ends before a tag does.
fn markup(text: &str, start: usize) -> Option<(Token<'_>, usize)> {
    let inside = text.get(start + 1..)?;
    if let Some(comment) = inside.strip_prefix("!--") {
        return Some((Token::Comment, text.len() - comment.len() + comment_length(comment)));
    }
    let name = inside.strip_prefix('/').unwrap_or(inside);
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        let end = inside.find('>').map_or(text.len(), |length| start + 1 + length + 1);
        return Some((Token::Comment, end));
    }
    let name_start = text.len() - name.len();
    let name_end = skip(text, name_start, |byte| !is_space(byte) && !matches!(byte, b'/' | b'>'));
    let name = text.get(name_start..name_end)?;
    let mut at = name_end;
    let end = loop {
        match step(text, at) {
            Step::Attribute { end, .. } => at = end,
            Step::Outcome(end) => break end,
            Step::Unfinished => return None,
        }
    };
    let token = if name_start == start + 1 { Token::Start(Tag { name, rest: text.get(name_end..end - 1)? }) } else { Token::Outcome(name) };
    Some((token, end))
}

/// How long a comment is, after its `<!--`.
fn comment_length(comment: &str) -> usize {
    if let Some(short) = [">", "->"].iter().find(|short| comment.starts_with(**short)) {
        return short.len();
    }
    let mut at = 0;
    while let Some(found) = comment.get(at..).and_then(|rest| rest.find("--")) {
        at += found;
        let after = comment.get(at + 2..).unwrap_or_default();
        if let Some(end) = [">", "!>"].iter().find(|end| after.starts_with(**end)) {
            return at + 2 + end.len();
        }
        at += 1;
    }
    comment.len()
}

/// What follows inside a tag.
enum Step {
    Attribute {
        name: Range<usize>,
        value: Range<usize>,
        end: usize,
    },
    /// The `>`; holds the place after it.
    Outcome(usize),
    Unfinished,
}

fn step(text: &str, at: usize) -> Step {
    let start = skip(text, at, |byte| is_space(byte) || byte == b'/');
    match text.as_bytes().get(start) {
        None => return Step::Unfinished,
        Some(b'>') => return Step::Outcome(start + 1),
        Some(_) => {}
    }
    // A sign of equality that comes first is a part of the name.
    let first = usize::from(text.as_bytes().get(start) == Some(&b'='));
    let name_end = skip(text, start + first, |byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
    let name = start..name_end;
    let equals = skip(text, name_end, is_space);
    if text.as_bytes().get(equals) != Some(&b'=') {
        return Step::Attribute { name, value: name_end..name_end, end: name_end };
    }
    let open = skip(text, equals + 1, is_space);
    match text.as_bytes().get(open) {
        None => Step::Unfinished,
        Some(quote @ (b'"' | b'\'')) => match text.get(open + 1..).and_then(|value| value.find(char::from(*quote))) {
            Some(length) => Step::Attribute { name, value: open + 1..open + 1 + length, end: open + length + 2 },
            None => Step::Unfinished,
        },
        Some(_) => {
            let end = skip(text, open, |byte| !is_space(byte) && byte != b'>');
            Step::Attribute { name, value: open..end, end }
        }
    }
}

/// The place of the first byte that does not count. All that matter here are ASCII, so that it is the place of a character.
fn skip(text: &str, at: usize, counts: impl Fn(u8) -> bool) -> usize {
    let length = text.as_bytes().get(at..).and_then(|rest| rest.iter().position(|byte| !counts(*byte)));
    length.map_or(text.len(), |length| at + length)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c' | b' ')
}

#[cfg(test)]
mod tests {
    use html5gum::Tokenizer;
    use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    /// What a tokenizer tells, piece by piece.
    #[derive(Clone, Debug, PartialEq)]
    enum Told {
        Start(String),
        Name(String),
        Value(String),
        Close,
        Outcome(String),
        Text(String),
        Comment,
    }

    fn standard(html: &str) -> Vec<Told> {
        let mut told = Vec::new();
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| -> Option<()> {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            told.push(match event {
                CallbackEvent::OpenStartTag { name } => Told::Start(text(name)),
                CallbackEvent::AttributeName { name } => Told::Name(text(name)),
                CallbackEvent::AttributeValue { value } => Told::Value(text(value)),
                CallbackEvent::CloseStartTag { .. } => Told::Close,
                CallbackEvent::EndTag { name } => Told::Outcome(text(name)),
                CallbackEvent::String { value } => Told::Text(text(value)),
                CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } => Told::Comment,
                CallbackEvent::Error(_) => return None,
            });
            None
        });
        emitter.naively_switch_states(true);
        Tokenizer::new_with_emitter(html, emitter).for_each(drop);
        without_unfinished(&told)
    }

    /// html5gum tells of a start tag before that ends, and of the attributes of an end tag.
    fn without_unfinished(told: &[Told]) -> Vec<Told> {
        let mut open = None;
        let mut kept = Vec::new();
        for event in told {
            match event {
                Told::Close => open = None,
                Told::Start(_) => open = Some(kept.len()),
                Told::Name(_) | Told::Value(_) if open.is_none() => continue,
                _ => {}
            }
            kept.push(event.clone());
        }
        kept.truncate(open.unwrap_or(kept.len()));
        kept
    }

    fn ours(html: &str) -> Vec<Told> {
        let mut told: Vec<Told> = Vec::new();
        for (token, span) in tokens(html, 0) {
            match token {
                Token::Text(text) => {
                    assert_eq!(&html[span], text);
                    match told.last_mut() {
                        Some(Told::Text(before)) => before.push_str(text),
                        _ => told.push(Told::Text(text.to_owned())),
                    }
                }
                Token::Start(tag) => {
                    told.push(Told::Start(lower(tag.name).into_owned()));
                    for attribute in tag.attributes() {
                        told.push(Told::Name(lower(attribute.name).into_owned()));
                        told.extend(Some(Told::Value(attribute.value.to_owned())).filter(|_| !attribute.value.is_empty()));
                    }
                    told.push(Told::Close);
                }
                Token::Outcome(name) => told.push(Told::Outcome(lower(name).into_owned())),
                Token::Comment => told.push(Told::Comment),
            }
        }
        told
    }

    #[test]
    fn tags_are_told_from_text() {
        let html = "a < b <3 <p class=\"x > y\" id=z/><!-- <b> --><script>\"</b>\"</script></P >&amp;</3><i";
        let text = |text: &str| Told::Text(text.to_owned());
        let expected = [
            text("a < b <3 "),
            Told::Start("p".to_owned()),
            Told::Name("class".to_owned()),
            Told::Value("x > y".to_owned()),
            Told::Name("id".to_owned()),
            Told::Value("z/".to_owned()),
            Told::Close,
            Told::Comment,
            Told::Start("script".to_owned()),
            Told::Close,
            text("\"</b>\""),
            Told::Outcome("script".to_owned()),
            Told::Outcome("p".to_owned()),
            text("&amp;"),
            Told::Comment,
        ];
        assert_eq!(ours(html), expected);
    }

    proptest! {
        #[test]
        fn tokens_are_those_of_the_standard(html in r#"(<p|</p|<P |</i|<b>|<style>|</style|</STYLE>|<title|</title>|<!--|-->|--!>|<!a|<\?|[ a-cé<>"'=/!?-])*"#) {
            prop_assert_eq!(ours(&html), standard(&html));
        }
    }
}
