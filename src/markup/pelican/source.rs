//! The text of a document, in lines, and where each part of it stands in the source.
//!
//! Python-Markdown reads a tab as spaces up to the next column of four, and takes marks of quotes and lists off the lines. So the texts that
//! are parsed are made of pieces of others, and a [`Mapped`] knows where each piece comes from.

use std::borrow::Cow;
use std::ops::Range;

/// A text made of pieces of another.
#[derive(Debug, Default)]
pub(super) struct Mapped {
    pub(super) text: String,
    /// Where each piece begins here, and where it comes from.
    pieces: Vec<(usize, usize)>,
}

impl Mapped {
    /// Adds a piece that begins at `from` of the other text.
    pub(super) fn push(&mut self, piece: &str, from: usize) {
        let follows = self.pieces.last().is_some_and(|(at, before)| before + (self.text.len() - at) == from);
        if !follows && !piece.is_empty() {
            self.pieces.push((self.text.len(), from));
        }
        self.text.push_str(piece);
    }

    /// The stretch of the other text that this one comes from.
    pub(super) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.place(range.start, self.pieces.partition_point(|(at, _)| *at <= range.start));
        if range.is_empty() {
            return start..start;
        }
        start..self.place(range.end, self.pieces.partition_point(|(at, _)| *at < range.end)).max(start)
    }

    /// Where a byte of the piece before the one numbered `next` comes from. The spaces of a tab come from one byte.
    fn place(&self, byte: usize, next: usize) -> usize {
        let Some((at, from)) = next.checked_sub(1).and_then(|piece| self.pieces.get(piece)) else { return byte };
        let place = from + (byte - at);
        self.pieces.get(next).map_or(place, |(_, after)| if after >= from { place.min(*after) } else { place })
    }

    /// Where a byte of the other text stands here, if both are in the same order.
    fn here(&self, byte: usize) -> usize {
        let next = self.pieces.partition_point(|(_, from)| *from <= byte);
        next.checked_sub(1).and_then(|piece| self.pieces.get(piece)).map_or(byte, |(at, from)| at + (byte - from))
    }
}

/// A line, or a block that is no text, such as raw HTML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number of the block.
    pub(super) atom: Option<usize>,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.start == self.end && self.atom.is_none()
    }

    /// Without its first bytes.
    pub(super) fn without(self, bytes: usize) -> Self {
        Self { start: (self.start + bytes).min(self.end), ..self }
    }
}

/// A block that is found before all others, wherever it stands in the text. Its places are those of [`Source::text`].
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) span: Range<usize>,
    pub(super) kind: AtomKind,
}

#[derive(Clone, Debug)]
pub(super) enum AtomKind {
    /// Raw HTML, or a tag.
    Html,
    /// Code between fences: what follows the first fence, and the code.
    Fence { info: Range<usize>, code: Range<usize> },
    /// An element with Markdown in it: its tags, and whether what it holds is a line of text.
    Element { open: Range<usize>, close: Range<usize>, is_line: bool },
}

/// The text of a document.
pub(super) struct Source<'t> {
    /// With spaces for tabs.
    pub(super) text: Cow<'t, str>,
    map: Option<Mapped>,
    /// In the order in which they begin; those in an element follow it.
    pub(super) atoms: Vec<Atom>,
}

impl<'t> Source<'t> {
    /// The text, with blocks that begin at the places given.
    pub(super) fn new(text: &'t str, mut atoms: Vec<Atom>) -> Self {
        let Some(map) = expand(text) else { return Self { text: Cow::Borrowed(text), map: None, atoms } };
        let here = |range: &mut Range<usize>| *range = map.here(range.start)..map.here(range.end);
        for atom in &mut atoms {
            here(&mut atom.span);
            match &mut atom.kind {
                AtomKind::Html => {}
                AtomKind::Fence { info, code } => [info, code].into_iter().for_each(here),
                AtomKind::Element { open, close, .. } => [open, close].into_iter().for_each(here),
            }
        }
        Self { text: Cow::Owned(map.text.clone()), map: Some(map), atoms }
    }

    /// The place in the text as the author wrote it.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        self.map.as_ref().map_or_else(|| range.clone(), |map| map.origin(&range))
    }

    /// The text of a line.
    pub(super) fn line(&self, line: Line) -> &str {
        self.text.get(line.start..line.end).unwrap_or_default()
    }

    /// The lines of a stretch. A block that is no text stands between blank lines.
    pub(super) fn lines(&self, range: Range<usize>) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut at = range.start;
        let mut next = self.atoms.partition_point(|atom| atom.span.start < range.start);
        while at < range.end {
            let end = self.text.get(at..range.end).and_then(|rest| rest.find('\n')).map_or(range.end, |length| at + length);
            match self.atoms.get(next).filter(|atom| atom.span.start <= end && atom.span.end <= range.end) {
                Some(Atom { span, .. }) => {
                    let blank = Line { start: span.start, end: span.start, atom: None };
                    lines.extend([
                        self.text_line(at, span.start),
                        blank,
                        Line { start: span.start, end: span.end, atom: Some(next) },
                        blank,
                    ]);
                    at = span.end;
                    next = self.atoms.partition_point(|atom| atom.span.start < at);
                }
                None => {
                    lines.push(self.text_line(at, end));
                    at = end + 1;
                }
            }
        }
        lines
    }

    /// A line of white space is empty.
    fn text_line(&self, start: usize, end: usize) -> Line {
        let is_empty = self.text.get(start..end).is_none_or(|line| line.trim().is_empty());
        Line { start, end: if is_empty { start } else { end }, atom: None }
    }
}

/// The text with spaces for tabs, if it has any.
pub(super) fn expand(text: &str) -> Option<Mapped> {
    if !text.contains('\t') {
        return None;
    }
    let mut map = Mapped::default();
    map.text.reserve(text.len() * 5 / 4);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut column = 0;
        let mut parts = line.split('\t').peekable();
        while let Some(part) = parts.next() {
            map.push(part, at);
            at += part.len();
            column += part.chars().count();
            if parts.peek().is_some() {
                let width = 4 - column % 4;
                map.push(&"    "[..width], at);
                // What follows is a piece of its own, so that the spaces come from the tab alone.
                at += 1;
                column += width;
            }
        }
    }
    Some(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_columns_of_four_and_every_place_leads_back() {
        let text = "a\tb\n\té\tc\n";
        let source = Source::new(text, Vec::new());
        assert_eq!(&*source.text, "a   b\n    é   c\n");
        let places: Vec<&str> = [0..1, 1..4, 4..5, 6..10, 10..12, 15..16].into_iter().map(|range| &text[source.origin(range)]).collect();
        assert_eq!(places, ["a", "\t", "b", "\t", "é", "c"]);
    }

    #[test]
    fn a_text_of_pieces_leads_back_to_each() {
        let mut map = Mapped::default();
        map.push("ab", 2);
        map.push("\n", 4);
        map.push("cd", 7);
        assert_eq!([0..2, 1..3, 3..5, 1..4].map(|range| map.origin(&range)), [2..4, 3..5, 7..9, 3..8]);
    }
}
