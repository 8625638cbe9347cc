//! The texts of all blocks in one, without the marks of quotes and lists, so that events can borrow from it; and the attribute lists that
//! stand at the ends of these texts.

use std::collections::HashMap;
use std::ops::Range;

use super::attributes::Attributes;
use super::source::{Line, Mapped, Source};
use super::tree::{Kind, NodeId, Tree};

/// The texts of all blocks.
pub(super) struct Flat {
    /// Places in it lead back to the source.
    pub(super) text: Mapped,
    /// For each block: its text, and what follows it.
    spans: Vec<(Range<usize>, Range<usize>)>,
    attributes: HashMap<NodeId, Attributes>,
}

impl Flat {
    /// The texts of a tree. Attribute lists are taken out of them.
    pub(super) fn new(source: &Source<'_>, tree: &mut Tree) -> Self {
        let attributes = if source.text.contains('{') { take_attributes(source, tree) } else { HashMap::new() };
        let mut flat = Self { text: Mapped::default(), spans: Vec::with_capacity(tree.nodes().len()), attributes };
        flat.text.text.reserve(source.text.len());
        for node in tree.nodes() {
            let text = flat.push(source, &node.text, node.kind == Kind::Code);
            let tail = flat.push(source, &node.tail, false);
            flat.spans.push((text, tail));
        }
        flat
    }

    fn push(&mut self, source: &Source<'_>, lines: &[Line], has_end: bool) -> Range<usize> {
        let start = self.text.text.len();
        for (number, line) in lines.iter().enumerate() {
            self.text.push(source.line(*line), line.start);
            if number + 1 < lines.len() || has_end {
                self.text.push("\n", line.end);
            }
        }
        start..self.text.text.len()
    }

    pub(super) fn text_of(&self, node: NodeId) -> Range<usize> {
        self.spans[node].0.clone()
    }

    pub(super) fn tail_of(&self, node: NodeId) -> Range<usize> {
        self.spans[node].1.clone()
    }

    pub(super) fn attributes_of(&self, node: NodeId) -> Option<&Attributes> {
        self.attributes.get(&node)
    }
}

/// Takes the attribute lists of blocks out of their texts.
fn take_attributes(source: &Source<'_>, tree: &mut Tree) -> HashMap<NodeId, Attributes> {
    let mut attributes = HashMap::new();
    for id in 0..tree.nodes().len() {
        let found = match tree.node(id).kind {
            Kind::Heading(_) | Kind::Term => at_line_end(source, &mut tree.node_mut(id).text),
            Kind::Paragraph => in_last_line(source, &mut tree.node_mut(id).text, 1),
            Kind::Item | Kind::Definition => of_item(source, tree, id),
            _ => None,
        };
        attributes.extend(found.map(|found| (id, found)));
    }
    attributes
}

/// Of an item: below its text, or below the text that follows the last block before a list.
fn of_item(source: &Source<'_>, tree: &mut Tree, id: NodeId) -> Option<Attributes> {
    let children = &tree.node(id).children;
    let is_list = |child: &NodeId| matches!(tree.node(*child).kind, Kind::List { .. });
    let before = children.iter().position(is_list).unwrap_or(children.len());
    match before.checked_sub(1).map(|at| children[at]).filter(|child| !tree.node(*child).tail.is_empty()) {
        Some(child) => in_last_line(source, &mut tree.node_mut(child).tail, 0),
        None => in_last_line(source, &mut tree.node_mut(id).text, 1),
    }
}

/// A list that is all of the last line, if there are so many lines before it.
fn in_last_line(source: &Source<'_>, lines: &mut Vec<Line>, before: usize) -> Option<Attributes> {
    let last = lines.last().filter(|_| lines.len() > before)?;
    let begins = |text: &str| Some(text.len() - text.trim_start_matches(' ').len()).filter(|start| text[*start..].starts_with('{'));
    let (found, _) = Attributes::parse_end(source.line(*last), begins)?;
    lines.pop();
    Some(found)
}

/// A list at the end of a heading or a term. The `#` before it end the heading.
fn at_line_end(source: &Source<'_>, lines: &mut [Line]) -> Option<Attributes> {
    let last = lines.last_mut()?;
    let text = source.line(*last);
    let (found, start) = Attributes::parse_end(text, |text| text.find(" {").map(|at| at + 1))?;
    last.end = last.start + text[..start].trim_end().trim_end_matches('#').trim_end().len();
    Some(found)
}
