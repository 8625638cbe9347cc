//! Finds the parts of a line of text.

use std::ops::Range;

use super::super::blocks::Definitions;
use super::code::{Opaque, opaque};
use super::emphasis::{Mark, Run, pair};
use super::links::{Destination, Target, unescaped};
use super::{Token, tags};

/// A link that is read: where its text begins and ends, where it ends itself, and the runs of `*` and `_` that were open before it.
struct OpenLink {
    text_start: usize,
    text_end: usize,
    end: usize,
    runs: Vec<Run>,
}

/// Reads a line of text.
struct Scan<'t> {
    text: &'t str,
    end: usize,
    definitions: &'t Definitions,
    opaque: Vec<Opaque>,
    /// The next of them.
    next: usize,
    /// Where a square bracket is closed that opens, by where it opens.
    brackets: Vec<(usize, usize)>,
    tokens: Vec<Token>,
    /// Where the text begins that no token has yet.
    plain: usize,
    runs: Vec<Run>,
    /// The runs of the links that have ended.
    marks: Vec<Mark>,
    link: Option<OpenLink>,
    start: usize,
    /// How many bytes were read in vain for the ends of links.
    wasted: usize,
}

/// The parts of a line of text, in order.
pub(in super::super) fn scan(text: &str, range: Range<usize>, definitions: &Definitions) -> Vec<Token> {
    let line = &text[range.clone()];
    if !line.bytes().any(is_special) {
        return vec![Token::Text(range)];
    }
    let opaque = opaque(text, range.clone());
    let brackets = brackets(text, &range, &opaque);
    let (start, end) = (range.start, range.end);
    let (tokens, runs, marks) = (Vec::new(), Vec::new(), Vec::new());
    let (next, link, wasted) = (0, None, 0);
    let mut scan = Scan { text, end, definitions, opaque, next, brackets, tokens, plain: start, runs, marks, link, start, wasted };
    scan.run();
    scan.finish()
}

/// Whether a part may begin with a byte.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'`' | b'\\' | b'[' | b'!' | b'<' | b'&' | b'*' | b'_' | b'\n')
}

/// Which square brackets belong together, by where they open.
fn brackets(text: &str, range: &Range<usize>, opaque: &[Opaque]) -> Vec<(usize, usize)> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    let bytes = text.as_bytes();
    let mut next = 0;
    let mut at = range.start;
    while at < range.end {
        if let Some(found) = opaque.get(next).filter(|found| found.span.start == at) {
            (at, next) = (found.span.end, next + 1);
            continue;
        }
        match bytes[at] {
            b'[' => open.push(at),
            b']' => pairs.extend(open.pop().map(|open| (open, at))),
            _ => {}
        }
        at += 1;
    }
    pairs.sort_unstable();
    pairs
}

impl Scan<'_> {
    fn run(&mut self) {
        let mut at = self.start;
        while at < self.end {
            if self.link.as_ref().is_some_and(|link| at >= link.text_end) {
                at = self.end_link();
                continue;
            }
            let length = self.text.as_bytes()[at..self.end].iter().position(|byte| is_special(*byte) || *byte == b']');
            at = length.map_or(self.end, |length| at + length);
            if at >= self.end || self.link.as_ref().is_some_and(|link| at >= link.text_end) {
                continue;
            }
            at = self.special(at);
        }
        if self.link.is_some() {
            self.end_link();
        }
        self.push_plain(self.end, self.end);
    }

    /// Reads the part that begins here, and returns where the next may begin.
    fn special(&mut self, at: usize) -> usize {
        while self.opaque.get(self.next).is_some_and(|found| found.span.start < at) {
            self.next += 1;
        }
        if let Some(found) = self.opaque.get(self.next).filter(|found| found.span.start == at).cloned() {
            let token = if found.is_code { Token::Code(found.span, found.inner) } else { Token::Text(found.inner) };
            return self.push(at, token, self.opaque[self.next].span.end);
        }
        let rest = &self.text[at..self.end];
        let found = match rest.as_bytes()[0] {
            b'[' => return self.bracket(at),
            b'!' if rest.starts_with("![") => return self.image(at),
            b'<' => self.angle(at),
            b'&' => tags::reference(rest).map(|length| (Token::Reference(at..at + length), at + length)),
            b'\n' if at >= self.plain + 2 && self.text[self.plain..at].ends_with("  ") => {
                return self.push(at - 2, Token::Break(at - 2..at + 1), at + 1);
            }
            b'*' | b'_' => return self.mark(at),
            _ => None,
        };
        match found {
            Some((token, end)) => self.push(at, token, end),
            None => at + 1,
        }
    }

    /// Adds a part that begins at `at`, with the text before it, and returns where it ends.
    fn push(&mut self, at: usize, token: Token, end: usize) -> usize {
        self.push_plain(at, end);
        self.tokens.push(token);
        end
    }

    fn push_plain(&mut self, end: usize, next: usize) {
        if end > self.plain {
            self.tokens.push(Token::Text(self.plain..end));
        }
        self.plain = next;
    }

    fn angle(&self, at: usize) -> Option<(Token, usize)> {
        let rest = &self.text[at..self.end];
        let address =
            |inner: &str, is_mail| (Token::Address(at..at + inner.len() + 2, at + 1..at + 1 + inner.len(), is_mail), at + inner.len() + 2);
        tags::url(rest).map(|inner| address(inner, false)).or_else(|| tags::mail(rest).map(|inner| address(inner, true))).or_else(|| {
            tags::html(rest).map(|length| at + length).filter(|end| !self.is_escaped(end - 1)).map(|end| (Token::Html(at..end), end))
        })
    }

    /// Whether a character stands after a backslash.
    fn is_escaped(&self, at: usize) -> bool {
        self.opaque.binary_search_by_key(&at, |found| found.inner.start).is_ok_and(|found| !self.opaque[found].is_code)
    }

    /// A run of `*` or `_`. What stands before it is a character of the text only if no other part does.
    fn mark(&mut self, at: usize) -> usize {
        let mark = self.text.as_bytes()[at];
        let line_end = self.link.as_ref().map_or(self.end, |link| link.text_end);
        let length = self.text.as_bytes()[at..line_end].iter().take_while(|byte| **byte == mark).count();
        let end = at + length;
        let line_start = self.link.as_ref().map_or(self.start, |link| link.text_start);
        let before = match self.text[self.plain..at].chars().next_back() {
            None if at > line_start => Some('\u{2}'),
            before => before,
        };
        let run = Run::new(at..end, mark, before, self.text[end..line_end].chars().next());
        self.runs.push(run);
        end
    }

    /// A footnote, or a link.
    fn bracket(&mut self, at: usize) -> usize {
        let Some(close) = self.closing(at) else { return at + 1 };
        let note = self.text[at + 1..close].strip_prefix('^').and_then(|label| self.definitions.footnote(label));
        if let Some(number) = note {
            return self.push(at, Token::Footnote(at..close + 1, number), close + 1);
        }
        if self.link.is_some() || self.text[self.plain..at].ends_with('!') {
            return at + 1;
        }
        let target = self.full_reference(at, close).or_else(|| self.destination(close)).or_else(|| self.short_reference(at, close));
        let Some(target) = target else { return at + 1 };
        self.push_plain(at, at + 1);
        let runs = std::mem::take(&mut self.runs);
        self.link = Some(OpenLink { text_start: at + 1, text_end: close, end: target.end, runs });
        self.tokens.push(Token::Link(at..at + 1, target));
        at + 1
    }

    fn end_link(&mut self) -> usize {
        let Some(link) = self.link.take() else { return self.end };
        self.push_plain(link.text_end, link.end);
        self.marks.extend(pair(&std::mem::replace(&mut self.runs, link.runs)));
        self.tokens.push(Token::EndLink(link.text_end..link.end));
        link.end
    }

    fn image(&mut self, at: usize) -> usize {
        let open = at + 1;
        let Some(close) = self.closing(open) else { return open };
        let target = self.destination(close).or_else(|| self.full_reference(open, close)).or_else(|| self.short_reference(open, close));
        let Some(target) = target else { return open };
        let text = unescaped(self.text, open + 1..close, &self.opaque).into_owned();
        let end = target.end;
        self.push(at, Token::Image(at..end, text, target), end)
    }

    fn closing(&self, open: usize) -> Option<usize> {
        let at = self.brackets.binary_search_by_key(&open, |(open, _)| *open).ok()?;
        Some(self.brackets[at].1)
    }

    /// `(URL "title")` after the bracket at `close`.
    fn destination(&mut self, close: usize) -> Option<Target> {
        let open = close + 1;
        // Each bracket without an end costs the rest of the text.
        if self.text.as_bytes().get(open) != Some(&b'(') || open >= self.end || self.wasted > 16 * (self.end - self.start) + 100_000 {
            return None;
        }
        let target = Destination { text: self.text, open, end: self.end, opaque: &self.opaque }.target();
        if target.is_none() {
            self.wasted += self.end - open;
        }
        target
    }

    /// `[label]`, perhaps after a space.
    fn full_reference(&self, open: usize, close: usize) -> Option<Target> {
        let rest = &self.text[close + 1..self.end];
        let space = rest.chars().next().filter(|sign| sign.is_whitespace()).map_or(0, char::len_utf8);
        let inner = rest[space..].strip_prefix('[')?;
        // A label has a limit, so a bracket without an end costs little.
        let length = inner.bytes().take(1000).position(|byte| byte == b']')?;
        let label = inner.get(..length)?;
        let label = if label.is_empty() { &self.text[open + 1..close] } else { label };
        self.reference(label, close + 1 + space + length + 2)
    }

    fn short_reference(&self, open: usize, close: usize) -> Option<Target> {
        self.reference(&self.text[open + 1..close], close + 1)
    }

    fn reference(&self, label: &str, end: usize) -> Option<Target> {
        let reference = self.definitions.reference(label)?;
        Some(Target::new(&reference.url, reference.title.as_deref().unwrap_or_default(), end))
    }

    /// All parts. The marks of emphasis are cut out of the texts that they stand in.
    fn finish(mut self) -> Vec<Token> {
        self.marks.extend(pair(&self.runs));
        if self.marks.is_empty() {
            return self.tokens;
        }
        self.marks.sort_by_key(|mark| mark.range.start);
        let mut marks = self.marks.into_iter().peekable();
        let mut tokens = Vec::with_capacity(self.tokens.len() * 2);
        for token in self.tokens {
            let Token::Text(range) = token else {
                tokens.push(token);
                continue;
            };
            let mut at = range.start;
            while let Some(mark) = marks.next_if(|mark| mark.range.start < range.end) {
                if mark.range.start > at {
                    tokens.push(Token::Text(at..mark.range.start));
                }
                at = mark.range.end;
                tokens.push(Token::Emphasis(mark));
            }
            if at < range.end {
                tokens.push(Token::Text(at..range.end));
            }
        }
        tokens
    }
}
