//! The lines of a document -> its blocks as a tree, by the rules of Python-Markdown's block processors and of the extensions `extra`.
//!
//! A document is read block by block: lines up to a blank one. The first rule that fits takes lines of the block, or all of
//! them. What a rule takes may hold blocks itself: it becomes a [`Frame`], which is read before the rest. No function calls itself for
//! that, and frames are only so deep as a page may be nested.

mod definitions;
mod lists;
mod tables;

use super::marks;
use super::source::{AtomKind, Line, Source};
use super::tree::{Kind, NodeId, ROOT, Tree};
pub(super) use definitions::Definitions;

/// How the lines of a frame are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Flow,
    /// In an item of a tight list, where text is no paragraph.
    Tight,
    /// In the first item after a blank line.
    Loose,
    /// The indentation of the block has been taken off.
    Indented,
}

/// Lines that stand in a block.
struct Frame {
    parent: NodeId,
    state: State,
    lines: Vec<Line>,
    /// The line to read next.
    at: usize,
    /// Where the block ends that is read: at a blank line.
    end: usize,
    /// How deep it is nested.
    level: usize,
    /// How many blank lines stand before the block that is read.
    blanks: usize,
    /// For each kind of mark: up to where it was looked for, and the line that has it.
    found: [(usize, Option<usize>); 7],
}

/// Marks that a rule looks for in all lines of a block.
#[derive(Clone, Copy)]
enum Mark {
    Heading,
    Rule,
    Quote,
    Definition,
    Footnote,
    Abbreviation,
    Reference,
}

/// What is to be done, the last first.
enum Task {
    Read(Frame),
    /// Puts a block at the end of another.
    Append(NodeId, NodeId),
    /// Reads the lines of a quote, which may continue the one before it.
    Quote(Frame),
}

/// Reads the blocks of a document.
pub(super) struct Blocks<'s> {
    source: &'s Source<'s>,
    pub(super) tree: Tree,
    pub(super) definitions: Definitions,
    tasks: Vec<Task>,
    /// Tasks of the rule that is applied, the first first.
    next: Vec<Task>,
    deepest: usize,
}

/// The blocks of a text and what it defines. Blocks that are nested deeper than this are text.
pub(super) fn parse(source: &Source<'_>, deepest: usize) -> (Tree, Definitions) {
    let (tasks, next) = (Vec::new(), Vec::new());
    let mut blocks = Blocks { source, tree: Tree::new(), definitions: Definitions::default(), tasks, next, deepest };
    let document = Frame::new(ROOT, State::Flow, source.lines(0..source.text.len()), 0);
    blocks.run(document);
    // Footnotes may define others.
    let mut number = 0;
    while let Some(lines) = blocks.definitions.footnotes.get(number).map(|note| note.lines.clone()) {
        let node = blocks.tree.add(Kind::Footnote(number), Vec::new());
        blocks.definitions.footnotes[number].node = node;
        blocks.run(Frame::new(node, State::Flow, lines, 1));
        number += 1;
    }
    (blocks.tree, blocks.definitions)
}

impl Frame {
    fn new(parent: NodeId, state: State, lines: Vec<Line>, level: usize) -> Self {
        Self { parent, state, lines, at: 0, end: 0, level, blanks: 0, found: [(0, None); 7] }
    }

    /// The lines before `end` in a frame of their own, in the same block.
    fn before(&mut self, end: usize) -> Self {
        let lines = self.lines[self.at..end].to_vec();
        self.at = end;
        Self::new(self.parent, self.state, lines, self.level)
    }

    /// Takes the lines up to `end`.
    fn take(&mut self, end: usize) -> Vec<Line> {
        let lines = self.lines[self.at..end].to_vec();
        self.at = end;
        lines
    }
}

impl Blocks<'_> {
    fn run(&mut self, frame: Frame) {
        self.tasks.push(Task::Read(frame));
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Read(frame) => self.read(frame),
                Task::Append(parent, node) => self.tree.node_mut(parent).children.push(node),
                Task::Quote(frame) => self.open_quote(frame),
            }
            while let Some(task) = self.next.pop() {
                self.tasks.push(task);
            }
        }
    }

    /// Applies one rule to the next block of a frame.
    fn read(&mut self, mut frame: Frame) {
        let rest = &frame.lines[frame.at..];
        frame.blanks = rest.iter().take_while(|line| line.is_blank()).count();
        frame.at += frame.blanks;
        if frame.at == frame.lines.len() {
            return;
        }
        if frame.end <= frame.at {
            frame.end = frame.lines[frame.at..].iter().position(Line::is_blank).map_or(frame.lines.len(), |length| frame.at + length);
        }
        let end = frame.end;
        let is_deep = frame.level > self.deepest;
        let _ = is_deep && self.paragraph(&mut frame, end) || self.apply(&mut frame, end);
        self.tasks.push(Task::Read(frame));
    }

    /// Applies the first rule that fits to lines of a frame up to `end`. The order is that of Python-Markdown; the last one always fits.
    fn apply(&mut self, frame: &mut Frame, end: usize) -> bool {
        self.atom(frame)
            || self.indented(frame, end)
            || self.code(frame, end)
            || self.table(frame, end)
            || self.heading(frame, end)
            || self.underlined(frame, end)
            || self.rule(frame, end)
            || self.list(frame, end)
            || self.definition(frame, end)
            || self.quote(frame, end)
            || self.footnote(frame, end)
            || self.abbreviation(frame, end)
            || self.reference(frame, end)
            || self.paragraph(frame, end)
    }

    fn text(&self, line: Line) -> &str {
        self.source.line(line)
    }

    /// The first line before `end` that has a mark. Each line is looked at once.
    fn find(&self, frame: &mut Frame, mark: Mark, end: usize) -> Option<usize> {
        let (searched, known) = frame.found[mark as usize];
        if let Some(line) = known.filter(|line| *line >= frame.at) {
            return Some(line).filter(|line| *line < end);
        }
        let from = searched.max(frame.at);
        let found = (from..end).find(|at| self.has(frame, mark, *at));
        frame.found[mark as usize] = (found.map_or(end.max(searched), |at| at + 1), found);
        found
    }

    fn has(&self, frame: &Frame, mark: Mark, at: usize) -> bool {
        let line = self.text(frame.lines[at]);
        match mark {
            Mark::Heading => marks::heading(line).is_some(),
            Mark::Rule => marks::is_rule(line),
            Mark::Quote => marks::quote(line).is_some(),
            Mark::Definition => marks::definition(line).is_some(),
            Mark::Footnote => marks::footnote(line).is_some(),
            Mark::Abbreviation => marks::abbreviation(line).is_some(),
            Mark::Reference => self.reference_at(&frame.lines, at).is_some(),
        }
    }

    /// A line with spaces at its beginning taken off, if it has so many.
    fn dedent(&self, line: Line, spaces: usize) -> Line {
        let text = self.text(line);
        if text.len() >= spaces && text.bytes().take(spaces).all(|byte| byte == b' ') { line.without(spaces) } else { line }
    }

    fn is_indented(&self, line: Line) -> bool {
        self.text(line).starts_with("    ")
    }

    /// A line without the white space around it.
    fn trimmed(&self, line: Line) -> Line {
        let text = self.text(line);
        let start = line.start + (text.len() - text.trim_start().len());
        Line { start, end: (line.start + text.trim_end().len()).max(start), ..line }
    }

    /// Reads the lines before one as blocks of their own, if there are any.
    fn read_before(&mut self, frame: &mut Frame, line: usize) {
        if line > frame.at {
            let before = frame.before(line);
            self.next.push(Task::Read(before));
        }
    }

    /// Raw HTML, code between fences, an element with Markdown in it.
    fn atom(&mut self, frame: &mut Frame) -> bool {
        let line = frame.lines[frame.at];
        let Some(number) = line.atom else { return false };
        let node = self.tree.append(frame.parent, Kind::Atom(number), Vec::new());
        if let AtomKind::Element { open, close, is_line } = &self.source.atoms[number].kind {
            let lines = self.source.lines(open.end..close.start);
            if *is_line {
                self.tree.node_mut(node).text = lines;
            } else {
                self.next.push(Task::Read(Frame::new(node, State::Flow, lines, frame.level + 1)));
            }
        }
        frame.at += 1;
        true
    }

    /// Lines that are indented by four spaces. Those that follow code belong to it, with the blank lines between.
    fn code(&mut self, frame: &mut Frame, end: usize) -> bool {
        let length = frame.lines[frame.at..end].iter().take_while(|line| self.is_indented(**line)).count();
        if length == 0 {
            return false;
        }
        let lines: Vec<Line> = frame.take(frame.at + length).into_iter().map(|line| line.without(4)).collect();
        match self.tree.last(frame.parent).filter(|last| self.tree.node(*last).kind == Kind::Code) {
            Some(code) => {
                let blank = Line { start: lines[0].start, end: lines[0].start, atom: None };
                let text = &mut self.tree.node_mut(code).text;
                text.extend(std::iter::repeat_n(blank, frame.blanks.max(1)));
                text.extend(lines);
            }
            None => drop(self.tree.append(frame.parent, Kind::Code, lines)),
        }
        true
    }

    /// `# A heading`, in any line of a block.
    fn heading(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some(at) = self.find(frame, Mark::Heading, end) else { return false };
        let line = frame.lines[at];
        let Some((level, from, to)) = marks::heading(self.text(line)) else { return false };
        self.read_before(frame, at);
        let text = Line { start: line.start + from, end: line.start + to, ..line };
        let heading = self.tree.add(Kind::Heading(level), vec![text]);
        (self.tree.node_mut(heading).start, self.tree.node_mut(heading).end) = (line.start, line.end);
        self.next.push(Task::Append(frame.parent, heading));
        frame.at = at + 1;
        if frame.state == State::Loose && frame.level > 0 {
            for at in frame.at..end {
                frame.lines[at] = self.dedent(frame.lines[at], 4);
            }
            // Once is enough for a block.
            (frame.found, frame.state) = ([(0, None); 7], State::Flow);
        }
        true
    }

    /// A heading with a line of `=` or `-` below it, in the first lines of a block.
    fn underlined(&mut self, frame: &mut Frame, end: usize) -> bool {
        let line = frame.lines[frame.at];
        let Some(level) = frame.lines[frame.at + 1..end].first().and_then(|below| marks::underline(self.text(*below))) else {
            return false;
        };
        let heading = self.tree.append(frame.parent, Kind::Heading(level), vec![self.trimmed(line)]);
        (self.tree.node_mut(heading).start, self.tree.node_mut(heading).end) = (line.start, line.end);
        frame.at += 2;
        true
    }

    fn rule(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some(at) = self.find(frame, Mark::Rule, end) else { return false };
        self.read_before(frame, at);
        let rule = self.tree.add(Kind::Rule, vec![frame.lines[at]]);
        self.next.push(Task::Append(frame.parent, rule));
        frame.at = at + 1;
        true
    }

    /// Lines from the first `>` of a block on.
    fn quote(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some(at) = self.find(frame, Mark::Quote, end) else { return false };
        self.read_before(frame, at);
        let lines = frame.take(end).into_iter().map(|line| self.unquoted(line)).collect();
        self.next.push(Task::Quote(Frame::new(frame.parent, State::Flow, lines, frame.level + 1)));
        true
    }

    fn unquoted(&self, line: Line) -> Line {
        let text = self.text(line);
        let inner = line.without(marks::quote(text).unwrap_or(0));
        if self.text(inner).trim().is_empty() { Line { end: inner.start, ..inner } } else { inner }
    }

    /// Quotes with a blank line between them are one.
    fn open_quote(&mut self, mut frame: Frame) {
        let before = self.tree.last(frame.parent).filter(|last| self.tree.node(*last).kind == Kind::Quote);
        let parent = before.unwrap_or_else(|| self.tree.append(frame.parent, Kind::Quote, Vec::new()));
        let first = frame.lines.first().map_or(0, |line| line.start);
        let node = self.tree.node_mut(parent);
        (node.start, node.end) = (if before.is_some() { node.start } else { first }, frame.lines.last().map_or(first, |line| line.end));
        frame.parent = parent;
        self.tasks.push(Task::Read(frame));
    }

    /// All else. In an item of a tight list the text is no paragraph.
    fn paragraph(&mut self, frame: &mut Frame, end: usize) -> bool {
        let mut lines = frame.take(end);
        let is_tight = frame.state == State::Tight;
        match self.tree.last(frame.parent).filter(|_| is_tight) {
            Some(before) => self.tree.node_mut(before).tail.append(&mut lines),
            None => {
                let text = self.text(lines[0]);
                lines[0] = lines[0].without(text.len() - text.trim_start().len());
                if is_tight {
                    self.tree.node_mut(frame.parent).text.append(&mut lines);
                } else {
                    self.tree.append(frame.parent, Kind::Paragraph, lines);
                }
            }
        }
        true
    }
}
