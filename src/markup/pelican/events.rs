//! The tree of a document -> events, in the order of the text.

use std::ops::Range;

use avocet_plugin::html::{decode, escape_attribute};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::abbreviations::Abbreviations;
use super::attributes::Attributes;
use super::footnotes::References;
use super::inline::{Target, Token, scan};
use super::smart::smart;
use super::source::AtomKind;
use super::toc::Ids;
use super::tree::{Kind, NodeId, ROOT};
use super::{Document, Item, html};

/// Writes the events of a document.
struct Writer<'d> {
    document: &'d Document<'d>,
    abbreviations: Abbreviations<'d>,
    references: References,
    ids: Ids,
    out: Vec<Item<'d>>,
}

/// What is to be written, the last first.
enum Step {
    Open(NodeId),
    Close(NodeId),
}

/// All events of a document: its blocks, then its footnotes.
pub(super) fn events<'d>(document: &'d Document<'_>) -> Vec<Item<'d>> {
    let count = document.definitions.footnotes.len();
    let abbreviations = Abbreviations::new(&document.definitions.abbreviations);
    let mut writer = Writer { document, abbreviations, references: References::new(count), ids: Ids::default(), out: Vec::new() };
    writer.block(ROOT);
    if count == 0 {
        return writer.out;
    }
    let mut out = std::mem::take(&mut writer.out);
    let notes = document.definitions.footnotes.iter().map(|note| {
        writer.block(note.node);
        std::mem::take(&mut writer.out)
    });
    let notes: Vec<_> = notes.collect();
    writer.references.write(document, notes, &mut out);
    out
}

impl<'d> Writer<'d> {
    /// A block and all blocks in it.
    fn block(&mut self, node: NodeId) {
        let tree = &self.document.tree;
        let mut steps = vec![Step::Open(node)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Open(node) => {
                    self.open(node);
                    steps.push(Step::Close(node));
                    steps.extend(tree.node(node).children.iter().rev().map(|child| Step::Open(*child)));
                }
                Step::Close(node) => {
                    self.close(node);
                    self.text(self.document.flat.tail_of(node));
                }
            }
        }
    }

    fn push(&mut self, event: Event<'d>, range: Range<usize>) {
        self.out.push((event, range, None));
    }

    /// Where a block stands in the text.
    fn range(&self, node: NodeId) -> Range<usize> {
        let node = self.document.tree.node(node);
        self.document.source.origin(node.start..node.end.max(node.start))
    }

    fn open(&mut self, node: NodeId) {
        let range = self.range(node);
        let text = self.document.flat.text_of(node);
        let tag = match &self.document.tree.node(node).kind {
            Kind::Document | Kind::Footnote(_) => return,
            Kind::Atom(number) => return self.atom(*number, node),
            Kind::Code => return self.code(node, range),
            Kind::Rule => return self.push(Event::Rule, range),
            Kind::Heading(level) => return self.heading(*level, node, range),
            Kind::Paragraph if self.is_html(&text) => return self.text(text),
            Kind::Row if self.is_first_row(node) => Tag::TableHead,
            Kind::Row => Tag::TableRow,
            Kind::Paragraph => Tag::Paragraph,
            Kind::List { ordered } => Tag::List(ordered.then_some(1)),
            Kind::Item => Tag::Item,
            Kind::Definitions => Tag::DefinitionList,
            Kind::Term => Tag::DefinitionListTitle,
            Kind::Definition => Tag::DefinitionListDefinition,
            Kind::Quote => Tag::BlockQuote(None),
            Kind::Table(alignments) => Tag::Table(alignments.clone()),
            Kind::Cell => Tag::TableCell,
        };
        let attributes = self.document.flat.attributes_of(node).map(|attributes| attributes.html().into_boxed_str());
        self.out.push((Event::Start(tag), range, attributes));
        self.text(text);
    }

    fn close(&mut self, node: NodeId) {
        let tag = match &self.document.tree.node(node).kind {
            Kind::Document | Kind::Footnote(_) | Kind::Code | Kind::Rule => return,
            Kind::Atom(number) => return self.close_atom(*number),
            Kind::Paragraph if self.is_html(&self.document.flat.text_of(node)) => return,
            Kind::Row if self.is_first_row(node) => TagEnd::TableHead,
            Kind::Row => TagEnd::TableRow,
            Kind::Paragraph => TagEnd::Paragraph,
            Kind::Heading(level) => TagEnd::Heading(self.level(*level)),
            Kind::List { ordered } => TagEnd::List(*ordered),
            Kind::Item => TagEnd::Item,
            Kind::Definitions => TagEnd::DefinitionList,
            Kind::Term => TagEnd::DefinitionListTitle,
            Kind::Definition => TagEnd::DefinitionListDefinition,
            Kind::Quote => TagEnd::BlockQuote(None),
            Kind::Table(_) => TagEnd::Table,
            Kind::Cell => TagEnd::TableCell,
        };
        let range = self.range(node);
        self.push(Event::End(tag), range);
    }

    fn is_first_row(&self, row: NodeId) -> bool {
        // The table stands right before its first row.
        matches!(self.document.tree.node(row - 1).kind, Kind::Table(_))
    }

    /// Whether a text is one tag of a block-level element, or a comment: then it is no paragraph.
    fn is_html(&self, text: &Range<usize>) -> bool {
        let text = self.document.flat.text.text[text.clone()].trim();
        let name = text.strip_prefix("</").or_else(|| text.strip_prefix('<')).filter(|_| text.ends_with('>'));
        let Some(name) = name else { return false };
        let is_block =
            name.starts_with(['!', '?']) || html::is_block(&name[..name.find([' ', '>', '\n']).unwrap_or(0)].to_ascii_lowercase());
        is_block && !name[..name.len() - 1].contains('>')
    }

    fn level(&self, written: u8) -> HeadingLevel {
        let level = self.document.toc.map_or(written, |toc| toc.level(written));
        HeadingLevel::try_from(usize::from(level)).unwrap_or(HeadingLevel::H6)
    }

    fn heading(&mut self, level: u8, node: NodeId, range: Range<usize>) {
        let text = self.document.flat.text_of(node);
        let mut attributes = self.document.flat.attributes_of(node).cloned().unwrap_or_default();
        let mut id = attributes.take_id();
        let start = self.out.len();
        self.text(text);
        if self.document.toc.is_some() {
            match &id {
                Some(id) => self.ids.take(id),
                None => id = Some(self.ids.make(&plain(&self.out[start..]))),
            }
        }
        let (classes, attrs) = (Vec::new(), Vec::new());
        let tag = Tag::Heading { level: self.level(level), id: id.map(CowStr::from), classes, attrs };
        let html = attributes.html();
        let html = (!html.is_empty()).then(|| html.into_boxed_str());
        self.out.insert(start, (Event::Start(tag), range, html));
    }

    fn code(&mut self, node: NodeId, range: Range<usize>) {
        let text = self.document.flat.text_of(node);
        let code = self.document.flat.text.text[text.clone()].trim_matches('\n');
        let (language, code) = header(code);
        self.push_code(language, code, range);
    }

    fn push_code(&mut self, language: &'d str, code: &'d str, range: Range<usize>) {
        let kind = if language.is_empty() { CodeBlockKind::Indented } else { CodeBlockKind::Fenced(language.into()) };
        self.push(Event::Start(Tag::CodeBlock(kind)), range.clone());
        self.push(Event::Text(code.into()), range.clone());
        self.push(Event::Text("\n".into()), range.clone());
        self.push(Event::End(TagEnd::CodeBlock), range);
    }

    fn atom(&mut self, number: usize, node: NodeId) {
        let document = self.document;
        let atom = &document.source.atoms[number];
        let range = document.source.origin(atom.span.clone());
        let text = &*document.source.text;
        match &atom.kind {
            AtomKind::Html => self.html(atom.span.clone()),
            AtomKind::Fence { info, code } => self.push_code(text[info.clone()].trim(), text[code.clone()].trim_matches('\n'), range),
            AtomKind::Element { open, .. } => {
                self.html(open.clone());
                self.text(document.flat.text_of(node));
            }
        }
    }

    fn close_atom(&mut self, number: usize) {
        if let AtomKind::Element { close, .. } = &self.document.source.atoms[number].kind
            && !close.is_empty()
        {
            self.html(close.clone());
        }
    }

    /// A block of HTML, by its place in the source's text.
    fn html(&mut self, span: Range<usize>) {
        let range = self.document.source.origin(span.clone());
        self.push(Event::Start(Tag::HtmlBlock), range.clone());
        self.push(Event::Html(self.document.source.text[span].into()), range.clone());
        self.push(Event::End(TagEnd::HtmlBlock), range.clone());
        self.push(Event::Html("\n".into()), range.end..range.end);
    }

    /// What stands in a line of text.
    fn text(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let text = &self.document.flat.text.text;
        // Where an attribute list ends that was read, and the element that ended last, with its end.
        let (mut at, mut last) = (range.start, None);
        let mut open: Vec<usize> = Vec::new();
        for token in scan(text, range.clone(), &self.document.definitions) {
            let place = token.range();
            if let Some((start, end)) = last.take().filter(|(_, end)| *end == place.start && text[place.start..range.end].starts_with('{'))
                && let Some((attributes, length)) = Attributes::parse(&text[end..range.end])
            {
                self.attach(start, &attributes);
                at = end + length;
            }
            if place.end <= at {
                continue;
            }
            match token {
                Token::Text(place) => self.plain(place.start.max(at)..place.end),
                token => last = self.token(token, &mut open).map(|start| (start, place.end)),
            }
        }
    }

    /// A part of a line of text that is no text. If an element ends with it, where that begins among the events.
    fn token(&mut self, token: Token, open: &mut Vec<usize>) -> Option<usize> {
        let text = &self.document.flat.text.text;
        let place = self.document.origin(&token.range());
        let start = self.out.len();
        match token {
            Token::Text(range) => self.plain(range),
            Token::Reference(range) => self.push(Event::Text(decode(&text[range]).into()), place),
            Token::Break(_) => self.push(Event::HardBreak, place),
            Token::Html(range) => self.push(Event::InlineHtml(text[range].into()), place),
            Token::Code(_, inner) => {
                self.push(Event::Code(text[inner].into()), place);
                return Some(start);
            }
            Token::Footnote(_, note) => {
                let html = self.references.refer(self.document, note);
                self.push(Event::InlineHtml(html.into()), place);
            }
            Token::Image(_, alt, Target { url, title, .. }) => {
                let tag = Tag::Image { link_type: LinkType::Inline, dest_url: url.into(), title: title.into(), id: "".into() };
                self.element(tag, TagEnd::Image, alt.into(), place);
                return Some(start);
            }
            Token::Address(_, inner, is_mail) => {
                let link_type = if is_mail { LinkType::Email } else { LinkType::Autolink };
                let inner: CowStr<'d> = text[inner].into();
                let tag = Tag::Link { link_type, dest_url: inner.clone(), title: "".into(), id: "".into() };
                self.element(tag, TagEnd::Link, inner, place);
                return Some(start);
            }
            Token::Link(range, Target { url, title, end }) => {
                let place = self.document.origin(&(range.start..end));
                let tag = Tag::Link { link_type: LinkType::Inline, dest_url: url.into(), title: title.into(), id: "".into() };
                self.push(Event::Start(tag), place);
                open.push(start);
            }
            Token::EndLink(_) => {
                self.push(Event::End(TagEnd::Link), place);
                return open.pop();
            }
            Token::Emphasis(mark) => {
                let (tag, end) = if mark.range.len() == 2 { (Tag::Strong, TagEnd::Strong) } else { (Tag::Emphasis, TagEnd::Emphasis) };
                self.push(if mark.opens { Event::Start(tag) } else { Event::End(end) }, place);
                if !mark.opens {
                    return open.pop();
                }
                open.push(start);
            }
        }
        None
    }

    /// An element with nothing but text in it.
    fn element(&mut self, tag: Tag<'d>, end: TagEnd, text: CowStr<'d>, place: Range<usize>) {
        self.push(Event::Start(tag), place.clone());
        self.push(Event::Text(text), place.clone());
        self.push(Event::End(end), place);
    }

    /// Text, line by line, with the abbreviations in it.
    fn plain(&mut self, range: Range<usize>) {
        let text = &self.document.flat.text.text;
        let mut at = range.start;
        for (number, line) in text[range].split('\n').enumerate() {
            if number > 0 {
                let place = self.document.origin(&(at - 1..at));
                self.push(Event::SoftBreak, place);
            }
            let mut from = 0;
            for (found, title) in self.abbreviations.find(line) {
                self.plain_line(at + from..at + found.start);
                let place = self.document.origin(&(at + found.start..at + found.end));
                self.push(Event::InlineHtml(format!("<abbr title=\"{}\">", escape_attribute(title)).into()), place.clone());
                self.push(Event::Text(line[found.clone()].into()), place.clone());
                self.push(Event::InlineHtml("</abbr>".into()), place);
                from = found.end;
            }
            self.plain_line(at + from..at + line.len());
            at += line.len() + 1;
        }
    }

    fn plain_line(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            let place = self.document.origin(&range);
            let text = &self.document.flat.text.text;
            let line: CowStr<'d> = match self.document.smart {
                true => smart(&text[range.clone()], text[..range.start].chars().next_back()).into(),
                false => text[range].into(),
            };
            self.push(Event::Text(line), place);
        }
    }

    /// Gives attributes to the element that begins with this event.
    fn attach(&mut self, start: usize, attributes: &Attributes) {
        self.out[start].2 = Some(attributes.html().into_boxed_str());
    }
}

/// The words of events, without those of images.
fn plain(events: &[Item]) -> String {
    let mut words = String::new();
    let mut in_image = false;
    for (event, ..) in events {
        match event {
            Event::Start(Tag::Image { .. }) => in_image = true,
            Event::End(TagEnd::Image) => in_image = false,
            Event::Text(text) | Event::Code(text) if !in_image => words.push_str(text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

/// The language that the first line of code names, `:::python` or `#!python`, and the code below it. A line with a path is code.
fn header(code: &str) -> (&str, &str) {
    let (first, rest) = code.split_once('\n').unwrap_or((code, ""));
    let colons = first.trim_start_matches(':');
    let name = if first.len() - colons.len() >= 2 { colons } else { first.strip_prefix("#!").unwrap_or_default() };
    let is_marked = first.starts_with("::") || first.starts_with("#!");
    let is_name = |sign: char| sign.is_alphanumeric() || "_#.+-".contains(sign);
    let path = name.rfind(['/', ' ']).filter(|_| name.starts_with(['/', ' '])).map_or(0, |at| at + 1);
    let end = name[path..].find(|sign| !is_name(sign)).map_or(name.len(), |length| path + length);
    let (language, after) = (&name[path..end], name[end..].trim());
    match () {
        () if language.is_empty() && after.is_empty() && path == 0 && is_marked => ("", rest.trim_matches('\n')),
        () if language.is_empty() || !(after.is_empty() || after.starts_with("hl_lines=")) => ("", code),
        () if path > 0 => (language, code),
        () => (language, rest.trim_matches('\n')),
    }
}
