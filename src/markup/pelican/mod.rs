//! The dialect `pelican`: Markdown as Python-Markdown 3.11 reads it with the extensions that Pelican enables (`extra` and `codehilite`),
//! and with `toc`.
//!
//! A text in, events of pulldown-cmark out, each with its place in the text: the writer of HTML is that of the other dialect. `source.rs`
//! turns tabs into columns, `fences.rs` and `html.rs` find what stands outside of all blocks, `blocks/` makes a tree of the lines,
//! `inline/` reads the text of a block, and `events.rs` joins them. No function calls itself, and each takes linear time.

mod abbreviations;
mod attributes;
mod blocks;
mod events;
mod fences;
mod flat;
mod footnotes;
pub mod html;
mod inline;
mod marks;
mod smart;
mod source;
pub mod toc;
mod tree;

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use blocks::Definitions;
use flat::Flat;
use html::HtmlBlock;
use source::{Atom, AtomKind, Source};
pub use toc::Toc;
use tree::Tree;

/// An event with its place in the text, and the attributes that the author gave to a link or an image, as HTML.
pub type Item<'d> = (Event<'d>, Range<usize>, Option<Box<str>>);

/// How a text is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct DocumentOptions<'a> {
    /// Blocks that are nested deeper than this are text.
    pub deepest: usize,
    /// How many footnotes the page has before this text.
    pub footnotes: usize,
    /// The settings of the list of contents, if the page may have one.
    pub toc: Option<&'a Toc>,
    /// Whether straight quotes become curly, and hyphens dashes.
    pub smart: bool,
}

/// A text that was read.
pub struct Document<'t> {
    source: Source<'t>,
    tree: Tree,
    definitions: Definitions,
    flat: Flat,
    footnotes: usize,
    toc: Option<&'t Toc>,
    smart: bool,
}

impl<'t> Document<'t> {
    /// Reads a text in which these blocks are raw HTML, or elements with Markdown in them.
    #[must_use]
    pub fn new(text: &'t str, html: &[HtmlBlock], options: DocumentOptions<'t>) -> Self {
        let source = Source::new(text, atoms(text, html));
        let (mut tree, definitions) = blocks::parse(&source, options.deepest);
        let flat = Flat::new(&source, &mut tree);
        Self { source, tree, definitions, flat, footnotes: options.footnotes, toc: options.toc, smart: options.smart }
    }

    /// Its events, in order.
    #[must_use]
    pub fn events(&self) -> Vec<Item<'_>> {
        events::events(self)
    }

    /// How many footnotes it has.
    #[must_use]
    pub fn footnotes(&self) -> usize {
        self.definitions.footnotes.len()
    }

    /// Where code stands in the text, and comments: tags in it are text.
    #[must_use]
    pub fn code(&self) -> Vec<Range<usize>> {
        let mut code: Vec<Range<usize>> = Vec::new();
        for (event, range, _) in self.events() {
            match event {
                Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => code.push(range),
                Event::InlineHtml(html) if html.starts_with("<!--") => code.push(range),
                _ => {}
            }
        }
        code.sort_by_key(|range| range.start);
        code
    }

    /// The place in the text of a stretch of the texts of its blocks.
    fn origin(&self, range: &Range<usize>) -> Range<usize> {
        self.source.origin(self.flat.text.origin(range))
    }
}

/// The text with spaces for tabs.
#[must_use]
pub fn without_tabs(text: String) -> String {
    source::expand(&text).map_or(text, |map| map.text)
}

/// The text with letters for the code between fences, so that no HTML is found in it.
#[must_use]
pub fn without_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for fence in fences::fences(text) {
        out.push_str(&text[at..fence.span.start]);
        out.extend(text[fence.span.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { 'x' }));
        at = fence.span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The blocks that are found before all others: those given, and code between fences.
fn atoms(text: &str, html: &[HtmlBlock]) -> Vec<Atom> {
    let kind = |block: &HtmlBlock| match &block.markdown {
        Some(element) => AtomKind::Element { open: element.open.clone(), close: element.close.clone(), is_line: element.is_line },
        None => AtomKind::Html,
    };
    let mut atoms: Vec<Atom> = html.iter().map(|block| Atom { span: block.span.clone(), kind: kind(block) }).collect();
    let is_inside = |span: &Range<usize>| {
        let next = html.partition_point(|block| block.span.start <= span.start);
        html[..next].iter().rev().take(1).any(|block| block.markdown.is_none() && block.span.end > span.start)
    };
    let fences = fences::fences(text).into_iter().filter(|fence| !is_inside(&fence.span));
    atoms.extend(fences.map(|fence| Atom { span: fence.span, kind: AtomKind::Fence { info: fence.info, code: fence.code } }));
    atoms.sort_by_key(|atom| atom.span.start);
    atoms
}
