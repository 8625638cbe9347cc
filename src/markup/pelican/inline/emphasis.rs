//! `*emphasis*`, `**strong**` and both, by the rules of Python-Markdown 3.11: a `*` is a mark wherever it touches a word, a `_` only at the
//! edge of one.

use std::ops::Range;

/// A run of `*` or `_`.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    pub(super) mark: u8,
    pub(super) opens: bool,
    pub(super) closes: bool,
}

impl Run {
    /// The run at a place, with the characters before and after it, if there are any on its line of text.
    pub(super) fn new(range: Range<usize>, mark: u8, before: Option<char>, after: Option<char>) -> Self {
        let is_word = |sign: Option<char>| mark == b'_' && sign.is_some_and(|sign| sign.is_alphanumeric() || sign == '_');
        let touches = |sign: Option<char>| sign.is_some_and(|sign| !sign.is_whitespace());
        let (opens, closes) = (touches(after) && !is_word(before), touches(before) && !is_word(after));
        Self { range, mark, opens, closes }
    }
}

/// One or two characters of a run that begin or end an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Mark {
    pub(in super::super) range: Range<usize>,
    pub(in super::super) opens: bool,
}

/// What is left of a run that may begin an element.
#[derive(Clone, Debug)]
struct Opener {
    start: usize,
    end: usize,
    is_ambiguous: bool,
    /// Its length before parts of it were paired.
    original: usize,
}

impl Opener {
    fn length(&self) -> usize {
        self.end - self.start
    }

    /// Whether the "rule of 3" forbids a pair with an ambiguous run: CommonMark 0.31, 6.2, rules 9 and 10.
    fn is_odd_with(&self, length: usize) -> bool {
        (self.original + length).is_multiple_of(3) && !(self.original.is_multiple_of(3) && length.is_multiple_of(3))
    }
}

/// How many openers are looked at below the last one.
const NEAREST: usize = 32;

/// The openers of both marks, and what was paired.
#[derive(Default)]
struct Pairs {
    stars: Vec<Opener>,
    lines: Vec<Opener>,
    marks: Vec<Mark>,
}

/// The marks that the runs of one line of text make, in order.
pub(super) fn pair(runs: &[Run]) -> Vec<Mark> {
    let mut pairs = Pairs::default();
    for run in runs {
        pairs.run(run);
    }
    pairs.marks.sort_by_key(|mark| mark.range.start);
    pairs.marks
}

impl Pairs {
    fn openers(&mut self, mark: u8) -> &mut Vec<Opener> {
        if mark == b'*' { &mut self.stars } else { &mut self.lines }
    }

    fn others(&mut self, mark: u8) -> &mut Vec<Opener> {
        if mark == b'*' { &mut self.lines } else { &mut self.stars }
    }

    fn run(&mut self, run: &Run) {
        let mut left = run.range.clone();
        let mut opens = run.opens;
        let mut closes = run.closes && !self.openers(run.mark).is_empty();
        if closes {
            (opens, closes) = self.close(run, &mut left, opens);
        }
        if closes && self.close_part(run, &mut left) {
            opens = false;
        }
        if opens {
            let opener = Opener { start: left.start, end: left.end, is_ambiguous: run.opens && run.closes, original: left.len() };
            self.openers(run.mark).push(opener);
        }
    }

    /// Ends elements of the last openers, as long as they are no longer than what is left of the run. Says whether what is left may still
    /// begin an element, and whether it may end one.
    fn close(&mut self, run: &Run, left: &mut Range<usize>, opens: bool) -> (bool, bool) {
        let (original, is_ambiguous) = (left.len(), run.opens && run.closes);
        let openers = self.openers(run.mark);
        let Some(last) = openers.last() else { return (opens, false) };
        let is_odd = is_ambiguous && last.is_odd_with(original);
        let mut length = last.length();
        if is_odd && original != length {
            let mut below = openers.iter().rev().skip(1).take(NEAREST);
            let fits = below.any(|opener| opener.length() == original && !opener.is_odd_with(original));
            length = if fits { original } else { length };
        }
        if !(original > length && !is_odd || original == length || original >= 3) {
            return (opens, true);
        }
        while let Some(opener) = self.openers(run.mark).pop_if(|_| !Range::is_empty(left) && length <= left.len()) {
            let size = if opener.length() == 3 { 1 } else { opener.length().min(2) };
            self.add(run.mark, &opener, opener.end - size..opener.end, left, size);
            match self.openers(run.mark).last() {
                Some(last) => length = last.length(),
                None => break,
            }
        }
        if original >= 3 && !Range::is_empty(left) && is_ambiguous {
            let rest = Opener { start: left.start, end: left.end, is_ambiguous: false, original };
            self.openers(run.mark).push(rest);
            return (false, false);
        }
        let last = self.openers(run.mark).last().map_or(0, Opener::length);
        (false, !Range::is_empty(left) && last > left.len())
    }

    /// Ends an element with a part of the last opener, which is longer than what is left of the run. Says whether it did.
    fn close_part(&mut self, run: &Run, left: &mut Range<usize>) -> bool {
        let is_ambiguous = run.opens && run.closes;
        let openers = self.openers(run.mark);
        if !openers.last().is_some_and(|last| (last.length() >= 3 || !is_ambiguous) && last.length() > left.len()) {
            return false;
        }
        while openers.len() > 1 && openers.last().is_some_and(|last| last.length() != 3 && last.is_ambiguous) {
            openers.pop();
        }
        let Some(mut opener) = openers.pop() else { return false };
        if opener.is_ambiguous && opener.length() != 3 {
            openers.clear();
            return true;
        }
        while !Range::is_empty(left) && opener.length() > 0 {
            let size = if left.len() == 3 { 1 } else { left.len().min(2) }.min(opener.length());
            let range = opener.end - size..opener.end;
            opener.end -= size;
            self.add_marks(run.mark, range, left, size);
        }
        if opener.length() > 0 {
            opener.is_ambiguous = false;
            self.openers(run.mark).push(opener);
        }
        true
    }

    /// An element from a part of an opener to a part of the run; the rest of the opener may begin another.
    fn add(&mut self, mark: u8, opener: &Opener, range: Range<usize>, left: &mut Range<usize>, size: usize) {
        let rest = Opener { end: range.start, ..opener.clone() };
        self.add_marks(mark, range, left, size);
        if rest.length() > 0 {
            self.openers(mark).push(rest);
        }
    }

    /// An element. Openers in it are text.
    fn add_marks(&mut self, mark: u8, range: Range<usize>, left: &mut Range<usize>, size: usize) {
        let start = range.start;
        self.marks.push(Mark { range, opens: true });
        self.marks.push(Mark { range: left.start..left.start + size, opens: false });
        left.start += size;
        while self.others(mark).pop_if(|opener| opener.start >= start).is_some() {}
        while self.openers(mark).pop_if(|opener| opener.start >= start).is_some() {}
    }
}
