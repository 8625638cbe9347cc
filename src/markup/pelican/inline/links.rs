//! The URL and the title of a link: `(URL "title")`.

use std::borrow::Cow;
use std::ops::Range;

use avocet_plugin::html::decode_attribute;

use super::code::Opaque;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Target {
    pub(in super::super) url: String,
    pub(in super::super) title: String,
    /// Where the link ends in the text.
    pub(in super::super) end: usize,
}

impl Target {
    pub(super) fn new(url: &str, title: &str, end: usize) -> Self {
        let title = title.split('\n').collect::<Vec<_>>().join(" ");
        Self { url: decode_attribute(url.trim()).into_owned(), title: decode_attribute(&title).into_owned(), end }
    }
}

/// A quotation mark that may begin a title, and where the last one of its kind stands.
#[derive(Clone, Copy)]
struct Quote {
    mark: u8,
    start: usize,
    last: Option<usize>,
}

/// The text between the bracket at `open` and the end of a text, with what is opaque in it.
pub(super) struct Destination<'t> {
    pub(super) text: &'t str,
    pub(super) open: usize,
    pub(super) end: usize,
    pub(super) opaque: &'t [Opaque],
}

impl Destination<'_> {
    /// The target, if the bracket is closed.
    pub(super) fn target(&self) -> Option<Target> {
        let inside = self.text.get(self.open + 1..self.end)?;
        let inside = inside.trim_start();
        if let Some(target) = inside.strip_prefix('<').and_then(|rest| self.between_angles(rest)) {
            return Some(target);
        }
        self.between_brackets(self.end - inside.len())
    }

    /// `<URL> "title")`.
    fn between_angles(&self, rest: &str) -> Option<Target> {
        let start = self.end - rest.len();
        let (url, after) = rest.split_once('>').filter(|(url, _)| !url.contains('<'))?;
        let mut after = after.trim_start();
        let mut title = start..start;
        if let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
            let (inner, rest) = after[1..].split_once(quote)?;
            title = self.end - after.len() + 1..self.end - after.len() + 1 + inner.len();
            after = rest.trim_start();
        }
        let after = after.strip_prefix(')')?;
        Some(Target::new(&self.unescaped(start, start + url.len()), &self.unescaped(title.start, title.end), self.end - after.len()))
    }

    /// `URL "title")`, with brackets in the URL if they are closed. A quotation mark may begin a title; what is between it and the last
    /// bracket is one only if the same mark stands before the bracket.
    fn between_brackets(&self, start: usize) -> Option<Target> {
        let bytes = self.text.as_bytes();
        let (mut depth, mut depth_before, mut end_before) = (1_usize, 1_usize, None);
        let mut quotes: [Option<Quote>; 2] = [None, None];
        let mut before = b' ';
        let mut opaque = self.opaque.partition_point(|found| found.span.start < start);
        let mut at = start;
        while at < self.end {
            if let Some(found) = self.opaque.get(opaque).filter(|found| found.span.start == at) {
                (at, before, opaque) = (found.span.end, b'x', opaque + 1);
                continue;
            }
            let byte = bytes[at];
            let in_title = quotes[0].is_some();
            match byte {
                b'(' if !in_title => depth += 1,
                b'(' => depth_before = depth_before.saturating_sub(1),
                b')' if quotes.iter().flatten().any(|quote| quote.last.is_some() && quote.mark == before) => depth = 0,
                b')' if !in_title => depth -= 1,
                b')' if depth_before > 0 => {
                    depth_before -= 1;
                    end_before = end_before.or((depth_before == 0).then_some(at));
                }
                b'"' | b'\'' if !in_title => (depth_before, depth) = (depth, 1),
                _ => {}
            }
            if matches!(byte, b'"' | b'\'') {
                note_quote(&mut quotes, byte, at);
            }
            if depth == 0 {
                return Some(self.closed(start, at, before, quotes));
            }
            before = if byte == b' ' { before } else { byte };
            at += 1;
        }
        let end = end_before.filter(|_| depth_before == 0)?;
        Some(Target::new(&self.unescaped(start, end), "", end + 1))
    }

    /// The target whose last bracket stands at `end`, after the character `before`.
    fn closed(&self, start: usize, end: usize, before: u8, quotes: [Option<Quote>; 2]) -> Target {
        let title = quotes.into_iter().flatten().find_map(|quote| Some((quote.start, quote.last.filter(|_| quote.mark == before)?)));
        match title {
            Some((open, close)) => Target::new(&self.unescaped(start, open), &self.unescaped(open + 1, close), end + 1),
            None => Target::new(&self.unescaped(start, end), "", end + 1),
        }
    }

    /// A stretch of the text without the backslashes that make text of the next character.
    fn unescaped(&self, start: usize, end: usize) -> Cow<'_, str> {
        unescaped(self.text, start..end, self.opaque)
    }
}

/// A stretch of a text without the backslashes that make text of the next character.
pub(super) fn unescaped<'t>(text: &'t str, range: Range<usize>, opaque: &[Opaque]) -> Cow<'t, str> {
    let first = opaque.partition_point(|found| found.span.start < range.start);
    let inside = opaque[first..].iter().take_while(|found| found.span.end <= range.end).filter(|found| !found.is_code);
    let mut out = Cow::Borrowed("");
    let mut at = range.start;
    for found in inside {
        out += &text[at..found.span.start];
        out += &text[found.inner.clone()];
        at = found.span.end;
    }
    out + &text[at..range.end]
}

/// Remembers a quotation mark: the first one of each kind, and the last one of the same kind.
fn note_quote(quotes: &mut [Option<Quote>; 2], mark: u8, at: usize) {
    match quotes.iter_mut().flatten().find(|quote| quote.mark == mark) {
        Some(quote) => quote.last = Some(at),
        None => {
            let free = usize::from(quotes[0].is_some());
            quotes[free] = Some(Quote { mark, start: at, last: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::code::opaque;
    use super::*;

    fn target(text: &str) -> Option<(String, String, &str)> {
        let opaque = opaque(text, 0..text.len());
        let target = Destination { text, open: 0, end: text.len(), opaque: &opaque }.target()?;
        Some((target.url, target.title, &text[target.end..]))
    }

    #[test]
    fn a_url_may_have_spaces_brackets_and_a_title() {
        let table = [
            ("(/a b.pdf) c", "/a b.pdf", "", " c"),
            ("(/a \"b\")", "/a", "b", ""),
            ("(/a 'b \"c\" d' )e", "/a", "b \"c\" d", "e"),
            ("(a(b)c) d", "a(b)c", "", " d"),
            ("(<a b> 'c') d", "a b", "c", " d"),
            ("(a\"b) c", "a\"b", "", " c"),
            ("( a\n\"b\nc\")", "a", "b c", ""),
            (r"(a\_b\)c)", "a_b)c", "", ""),
            ("(a?b&amp;c)", "a?b&c", "", ""),
            ("()", "", "", ""),
        ];
        for (text, url, title, rest) in table {
            assert_eq!(target(text), Some((url.to_owned(), title.to_owned(), rest)), "{text}");
        }
        assert_eq!((target("(a"), target("(a(b)")), (None, None));
    }
}
