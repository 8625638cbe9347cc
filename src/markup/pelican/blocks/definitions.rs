//! What a document defines for its texts: footnotes, abbreviations, and the URLs of references.

use std::collections::HashMap;

use super::super::marks;
use super::super::source::Line;
use super::super::tree::{NodeId, ROOT};
use super::{Blocks, Frame, Mark};

/// What a document defines.
#[derive(Debug, Default)]
pub(in super::super) struct Definitions {
    /// In the order of the document.
    pub(in super::super) footnotes: Vec<Footnote>,
    numbers: HashMap<String, usize>,
    /// Their titles. The last one counts.
    pub(in super::super) abbreviations: HashMap<String, String>,
    references: HashMap<String, Reference>,
}

/// A footnote.
#[derive(Debug)]
pub(in super::super) struct Footnote {
    pub(in super::super) label: String,
    pub(super) lines: Vec<Line>,
    /// Its blocks.
    pub(in super::super) node: NodeId,
}

/// The URL of a reference, and its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Reference {
    pub(in super::super) url: String,
    pub(in super::super) title: Option<String>,
}

/// So long may a label be that is looked up. A longer one is text.
const LONGEST_LABEL: usize = 1000;

impl Definitions {
    /// The number of the footnote of this label.
    pub(in super::super) fn footnote(&self, label: &str) -> Option<usize> {
        self.numbers.get(label).copied()
    }

    /// What a label stands for. Case and runs of white space do not count.
    pub(in super::super) fn reference(&self, label: &str) -> Option<&Reference> {
        if self.references.is_empty() || label.len() > LONGEST_LABEL {
            return None;
        }
        self.references.get(&key(label))
    }

    fn set_footnote(&mut self, label: &str, lines: Vec<Line>) {
        match self.numbers.get(label) {
            Some(number) => self.footnotes[*number].lines = lines,
            None => {
                self.numbers.insert(label.to_owned(), self.footnotes.len());
                self.footnotes.push(Footnote { label: label.to_owned(), lines, node: ROOT });
            }
        }
    }
}

fn key(label: &str) -> String {
    let mut key = String::with_capacity(label.len());
    let mut was_space = false;
    for sign in label.chars().flat_map(char::to_lowercase) {
        let is_space = sign.is_whitespace();
        if !(is_space && was_space) {
            key.push(if is_space { ' ' } else { sign });
        }
        was_space = is_space;
    }
    key
}

impl Blocks<'_> {
    /// `[^label]: text`, with the indented blocks below it.
    pub(super) fn footnote(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some(at) = self.find(frame, Mark::Footnote, end) else { return false };
        let line = frame.lines[at];
        let Some((label, start)) = marks::footnote(self.text(line)) else { return false };
        let label = label.to_owned();
        self.read_before(frame, at);
        frame.at = at + 1;
        let mut lines = vec![line.without(start)];
        let mut end = end;
        loop {
            let next = self.find(frame, Mark::Footnote, end);
            let more = frame.take(next.unwrap_or(end));
            lines.extend(more.into_iter().map(|line| self.dedent(line, 4)));
            let blanks = frame.lines[frame.at..].iter().take_while(|line| line.is_blank()).count();
            let below = frame.lines.get(frame.at + blanks).filter(|line| next.is_none() && blanks > 0 && self.is_indented(**line));
            let Some(below) = below else { break };
            lines.push(Line { start: below.start, end: below.start, atom: None });
            frame.at += blanks;
            end = frame.lines[frame.at..].iter().position(Line::is_blank).map_or(frame.lines.len(), |length| frame.at + length);
        }
        self.definitions.set_footnote(&label, lines);
        true
    }

    /// `*[HTML]: its title`, which may stand on the next line.
    pub(super) fn abbreviation(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some(at) = self.find(frame, Mark::Abbreviation, end) else { return false };
        let line = self.text(frame.lines[at]);
        let Some((label, start)) = marks::abbreviation(line) else { return false };
        let mut title = line[start..].trim();
        let mut length = 1;
        if title.is_empty() && at + 1 < end {
            title = self.text(frame.lines[at + 1]).trim();
            length = 2;
        }
        if title.is_empty() || label.is_empty() {
            return false;
        }
        let (label, title) = (label.to_owned(), title.to_owned());
        if matches!(&*title, "''" | "\"\"") {
            self.definitions.abbreviations.remove(&label);
        } else {
            self.definitions.abbreviations.insert(label, title);
        }
        self.read_before(frame, at);
        frame.at = at + length;
        true
    }

    /// `[label]: URL "title"`.
    pub(super) fn reference(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some(at) = self.find(frame, Mark::Reference, end) else { return false };
        let Some((label, reference, length)) = self.reference_at(&frame.lines, at) else { return false };
        self.definitions.references.insert(label, reference);
        self.read_before(frame, at);
        frame.at = at + length;
        true
    }

    /// The reference that a line defines, with its label and how many lines it takes: its URL and its title may stand on lines of their own.
    pub(super) fn reference_at(&self, lines: &[Line], at: usize) -> Option<(String, Reference, usize)> {
        let below =
            |number: usize| lines.get(at + number).filter(|line| !line.is_blank() && line.atom.is_none()).map(|line| self.text(*line));
        let (label, mut rest) = marks::reference(self.text(lines[at]))?;
        let mut length = 1;
        if rest.is_empty() {
            rest = below(length)?.trim_start_matches(' ');
            length += 1;
        }
        let (url, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let after = after.trim_matches(' ');
        let title = if after.is_empty() {
            let title = below(length).and_then(marks::title);
            length += usize::from(title.is_some());
            title
        } else {
            Some(marks::title(after)?)
        };
        let url = url.trim_start_matches('<').trim_end_matches('>').to_owned();
        let reference = Reference { url, title: title.filter(|title| !title.is_empty()).map(str::to_owned) };
        (!rest.is_empty()).then(|| (key(label.trim()), reference, length))
    }
}
