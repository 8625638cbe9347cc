//! Lists, lists of definitions, and what is indented below their items.

use super::super::marks;
use super::super::source::Line;
use super::super::tree::{Kind, NodeId};
use super::{Blocks, Frame, Mark, State, Task};

impl Blocks<'_> {
    /// `- item` or `1. item`. An item after a blank line continues the list before it, whatever its mark is.
    pub(super) fn list(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some((ordered, _)) = marks::item(self.text(frame.lines[frame.at]), 0..=3) else { return false };
        let lines = frame.take(end);
        let start = lines[0].start;
        let mut items = self.items(&lines).into_iter();
        let before = self.tree.last(frame.parent).filter(|last| matches!(self.tree.node(*last).kind, Kind::List { .. }));
        let list = match before {
            Some(list) => {
                if let Some(last) = self.tree.last(list) {
                    self.tree.wrap_text(last);
                    self.tree.wrap_tail(last);
                }
                let item = self.tree.append(list, Kind::Item, Vec::new());
                self.next.push(Task::Read(Frame::new(item, State::Loose, items.next().unwrap_or_default(), frame.level + 1)));
                list
            }
            None if matches!(self.tree.node(frame.parent).kind, Kind::List { .. }) => frame.parent,
            None => self.tree.append(frame.parent, Kind::List { ordered }, Vec::new()),
        };
        if before.is_none() {
            self.tree.node_mut(list).start = start;
        }
        for item in items {
            let is_below = item.first().is_some_and(|line| self.is_indented(*line));
            let below = self.tree.last(list).filter(|_| is_below);
            let parent = below.unwrap_or_else(|| self.tree.append(list, Kind::Item, Vec::new()));
            self.tree.node_mut(parent).start = item.first().map_or(start, |line| line.start);
            self.next.push(Task::Read(Frame::new(parent, State::Tight, item, frame.level + 1)));
        }
        true
    }

    /// The lines of each item. Indented items are together one, which belongs below the item before it.
    fn items(&self, lines: &[Line]) -> Vec<Vec<Line>> {
        let mut items: Vec<Vec<Line>> = Vec::new();
        for line in lines {
            let text = self.text(*line);
            if let Some((_, start)) = marks::item(text, 0..=3) {
                items.push(vec![line.without(start)]);
                continue;
            }
            let begins = marks::item(text, 4..=7).is_some() && items.last().is_none_or(|item| !self.is_indented(item[0]));
            match items.last_mut().filter(|_| !begins) {
                Some(item) => item.push(*line),
                None => items.push(vec![*line]),
            }
        }
        items
    }

    /// A block that is indented below an item of a list.
    pub(super) fn indented(&mut self, frame: &mut Frame, end: usize) -> bool {
        let first = self.text(frame.lines[frame.at]);
        let (parent, last) = (&self.tree.node(frame.parent).kind, self.tree.last_kind(frame.parent));
        if !first.starts_with("    ") || frame.state == State::Indented {
            return false;
        }
        let is_list = *parent == Kind::Item || matches!(last, Some(Kind::List { .. }));
        if !is_list && *parent != Kind::Definition && last != Some(&Kind::Definitions) {
            return false;
        }
        let below = Below { with_definitions: !is_list };
        let depth = (first.len() - first.trim_start_matches(' ').len()) / 4;
        let (level, place) = self.place_below(frame, depth, below);
        let lines = frame.take(end).into_iter().map(|line| self.dedent(line, level * 4)).collect();
        let target = self.target(frame.parent, place, below);
        self.next.push(Task::Read(Frame::new(target, State::Indented, lines, frame.level + 1)));
        true
    }

    /// Goes down the last lists and items, as deep as the block is indented: how deep that is, and where it ends.
    fn place_below(&self, frame: &Frame, depth: usize, below: Below) -> (usize, NodeId) {
        let mut level = usize::from(frame.state == State::Tight);
        let mut place = frame.parent;
        while depth > level {
            let Some(last) = self.tree.last(place) else { break };
            let kind = &self.tree.node(last).kind;
            if below.is_list(kind) {
                level += 1;
            } else if !below.is_item(kind) {
                break;
            }
            place = last;
        }
        (level, place)
    }

    /// The block that an indented block belongs in.
    fn target(&mut self, parent: NodeId, place: NodeId, below: Below) -> NodeId {
        let last = self.tree.last(place);
        if below.is_item(&self.tree.node(parent).kind) {
            return self.tree.last(parent).filter(|last| below.is_list(&self.tree.node(*last).kind)).unwrap_or(parent);
        }
        if below.is_item(&self.tree.node(place).kind) {
            return place;
        }
        match last.filter(|last| below.is_item(&self.tree.node(*last).kind)) {
            Some(item) => {
                self.tree.wrap_text(item);
                item
            }
            None => self.tree.append(place, if below.with_definitions { Kind::Definition } else { Kind::Item }, Vec::new()),
        }
    }

    /// `: a definition`, with its terms in the lines or the paragraph before it.
    pub(super) fn definition(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some(at) = self.find(frame, Mark::Definition, end) else { return false };
        let last = self.tree.last(frame.parent);
        if at == frame.at && last.is_none() {
            return false;
        }
        let line = frame.lines[at];
        let mark = marks::definition(self.text(line)).unwrap_or(0);
        let mut terms: Vec<Line> = frame.take(at).into_iter().map(|line| self.trimmed(line)).collect();
        let before = last.filter(|last| terms.is_empty() && self.tree.node(*last).kind == Kind::Paragraph);
        if let Some(paragraph) = before {
            self.tree.node_mut(frame.parent).children.pop();
            terms = std::mem::take(&mut self.tree.node_mut(paragraph).text);
        }
        frame.at = at + 1;
        let mut lines = vec![line.without(mark)];
        let is_lazy = frame.lines[frame.at..end].first().is_some_and(|next| {
            let text = self.text(*next);
            let rest = text.trim_start_matches(' ');
            text.len() - rest.len() <= 3 && !rest.starts_with(':')
        });
        let length = frame.lines[frame.at..end].iter().take_while(|line| is_lazy || self.is_indented(**line)).count();
        let more = frame.take(frame.at + length);
        lines.extend(more.into_iter().map(|line| if is_lazy { line } else { line.without(4) }));
        self.define(frame, &terms, lines, before.is_some());
        true
    }

    fn define(&mut self, frame: &Frame, terms: &[Line], lines: Vec<Line>, mut is_loose: bool) {
        let list = match self.tree.last(frame.parent).filter(|last| self.tree.node(*last).kind == Kind::Definitions) {
            Some(list) => {
                let last = self.tree.last(list).map(|last| self.tree.node(last));
                is_loose |= terms.is_empty() && last.is_some_and(|last| last.kind == Kind::Definition && !last.children.is_empty());
                list
            }
            None => self.tree.append(frame.parent, Kind::Definitions, Vec::new()),
        };
        for term in terms {
            self.tree.append(list, Kind::Term, vec![*term]);
        }
        let definition = self.tree.append(list, Kind::Definition, Vec::new());
        let state = if is_loose { State::Loose } else { State::Tight };
        self.next.push(Task::Read(Frame::new(definition, state, lines, frame.level + 1)));
    }
}

/// Which lists an indented block is looked for below.
#[derive(Clone, Copy)]
struct Below {
    /// Lists of definitions too.
    with_definitions: bool,
}

impl Below {
    fn is_list(self, kind: &Kind) -> bool {
        matches!(kind, Kind::List { .. }) || self.with_definitions && *kind == Kind::Definitions
    }

    fn is_item(self, kind: &Kind) -> bool {
        *kind == Kind::Item || self.with_definitions && *kind == Kind::Definition
    }
}
