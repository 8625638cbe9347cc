//! The blocks of a document as a tree.

use pulldown_cmark::Alignment;

use super::source::Line;

/// A block by its number in the tree.
pub(super) type NodeId = usize;

/// The document itself.
pub(super) const ROOT: NodeId = 0;

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Document,
    Paragraph,
    Heading(u8),
    List {
        ordered: bool,
    },
    Item,
    Definitions,
    Term,
    Definition,
    Quote,
    Code,
    Rule,
    Table(Vec<Alignment>),
    Row,
    Cell,
    /// A block that is no text, by its number in the source.
    Atom(usize),
    /// A footnote, by its number among the definitions.
    Footnote(usize),
}

/// A block: a line of text, the blocks in it, and text that follows it in the block around it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) children: Vec<NodeId>,
    pub(super) text: Vec<Line>,
    pub(super) tail: Vec<Line>,
    /// Where it begins and ends in the source's text, as far as it is known.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// All blocks of a document.
#[derive(Debug)]
pub(super) struct Tree(Vec<Node>);

impl Tree {
    pub(super) fn new() -> Self {
        let mut tree = Self(Vec::new());
        tree.add(Kind::Document, Vec::new());
        tree
    }

    /// A block with this text, which stands nowhere yet.
    pub(super) fn add(&mut self, kind: Kind, text: Vec<Line>) -> NodeId {
        let start = text.first().map_or(0, |line| line.start);
        let end = text.last().map_or(start, |line| line.end);
        self.0.push(Node { kind, children: Vec::new(), text, tail: Vec::new(), start, end });
        self.0.len() - 1
    }

    /// A new block at the end of another.
    pub(super) fn append(&mut self, parent: NodeId, kind: Kind, text: Vec<Line>) -> NodeId {
        let node = self.add(kind, text);
        self.node_mut(parent).children.push(node);
        node
    }

    pub(super) fn node(&self, node: NodeId) -> &Node {
        &self.0[node]
    }

    pub(super) fn node_mut(&mut self, node: NodeId) -> &mut Node {
        &mut self.0[node]
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.0
    }

    /// The last block in another, if it has any.
    pub(super) fn last(&self, parent: NodeId) -> Option<NodeId> {
        self.0[parent].children.last().copied()
    }

    /// What the last block in another is.
    pub(super) fn last_kind(&self, parent: NodeId) -> Option<&Kind> {
        self.last(parent).map(|node| &self.0[node].kind)
    }

    /// Makes a paragraph of the text of an item.
    pub(super) fn wrap_text(&mut self, item: NodeId) {
        let text = std::mem::take(&mut self.0[item].text);
        if !text.is_empty() {
            let paragraph = self.add(Kind::Paragraph, text);
            self.0[item].children.insert(0, paragraph);
        }
    }

    /// Makes a paragraph of the text that follows the last block of an item.
    pub(super) fn wrap_tail(&mut self, item: NodeId) {
        let Some(last) = self.last(item) else { return };
        let text = std::mem::take(&mut self.0[last].tail);
        if !text.is_empty() {
            self.append(item, Kind::Paragraph, text);
        }
    }
}
