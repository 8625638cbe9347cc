//! Markdown events -> HTML. What stands inside a heading, a block of code or a footnote is held back until its end; the rest goes
//! through pulldown-cmark's own writer.

mod blocks;

use std::ops::Range;

use avocet_plugin::codes;
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};

use super::elements::{Image, Table, alert, alert_html, attributes, plain};
use super::footnotes::Footnotes;
use super::regions::is_masked;
use super::{Element, MarkdownConverter, Region, SourceText};
use super::{lost, no_link};
use crate::markup::accessibility::{Finding, empty_word};
use crate::markup::{foreign, headings, pelican};

/// Events that are held back, on top of those that they will join.
pub(super) enum Held<'t> {
    /// The page, or a footnote.
    Flow,
    /// A heading: its level, what stands in its braces, and its place.
    Heading { level: HeadingLevel, id: Option<String>, attributes: String, range: Range<usize> },
    /// A block of code: what stands after its fence, its text, and its place.
    Code { info: Option<CowStr<'t>>, text: String, range: Range<usize> },
    /// The lines of a block of raw HTML, and where they stand.
    Html { html: String, range: Range<usize> },
    /// A footnote, by its label, and its place.
    Footnote { label: CowStr<'t>, range: Range<usize> },
    /// The text of an image, and its place.
    Image { image: Image, range: Range<usize> },
    /// A table, and its place.
    Table { table: Table, range: Range<usize> },
    /// A cell of the table under it.
    Cell,
    /// A quote of this kind, and its place.
    Alert { kind: BlockQuoteKind, range: Range<usize> },
}

/// Writes the events of one stretch of Markdown.
pub(super) struct Writer<'c, 'h, 't> {
    pub(super) converter: &'c mut MarkdownConverter<'h>,
    pub(super) origin: &'c SourceText,
    text: &'c str,
    pub(super) offset: usize,
    regions: &'c [Region],
    stack: Vec<(Held<'t>, Vec<Event<'t>>)>,
    footnotes: Footnotes<'t>,
    /// The image that was written last, and how many events there were on its level before it.
    image: Option<(usize, Image)>,
    /// The stretch of text that is being read: the parser gives it in pieces.
    stretch: Range<usize>,
    /// Where the last block, such as a cell of a table, ended.
    block_end: usize,
}

impl<'c, 'h, 't> Writer<'c, 'h, 't> {
    /// A writer for `text`, which stands at `offset` of its origin.
    pub(super) fn new(
        converter: &'c mut MarkdownConverter<'h>,
        origin: &'c SourceText,
        text: &'c str,
        offset: usize,
        regions: &'c [Region],
    ) -> Self {
        let stack = vec![(Held::Flow, Vec::new())];
        Self { converter, origin, text, offset, regions, stack, footnotes: Footnotes::default(), image: None, stretch: 0..0, block_end: 0 }
    }

    /// HTML of all events.
    pub(super) fn write(mut self, events: impl IntoIterator<Item = pelican::Item<'t>>) -> String {
        let mut depth = 0_usize;
        for (event, range, attributes) in events {
            match &event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
            let start = self.offset + range.start;
            if !self.converter.is_within(self.origin, &(start..start + 1), |budget| budget.nest(depth)) {
                break;
            }
            match attributes {
                Some(attributes) => self.attributed(event, range, &attributes),
                None => self.event(event, range),
            }
        }
        self.end_stretch(0..0);
        let flow = self.stack.pop().map(|(_, events)| events).unwrap_or_default();
        let mut html = String::with_capacity(self.text.len() * 3 / 2);
        pulldown_cmark::html::push_html(&mut html, flow.into_iter());
        self.footnotes.write(&mut html);
        html
    }

    pub(super) fn push(&mut self, event: Event<'t>) {
        if let Some((_, events)) = self.stack.last_mut() {
            events.push(event);
        }
    }

    pub(super) fn push_html(&mut self, html: impl Into<CowStr<'t>>) {
        self.push(Event::Html(html.into()));
    }

    pub(super) fn hold(&mut self, held: Held<'t>) {
        self.stack.push((held, Vec::new()));
    }

    pub(super) fn event(&mut self, event: Event<'t>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Strikethrough) => {
                // `H~2~O`: the parser reads a deletion.
                self.end_stretch(range.start..range.start + 1);
                self.push(Event::Start(Tag::Strikethrough));
            }
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end, range),
            Event::Text(text) => match self.stack.last_mut() {
                Some((Held::Code { text: code, .. }, _)) => code.push_str(&text),
                _ => self.text(text, range),
            },
            Event::Html(html) => match self.stack.last_mut() {
                // An element may go over several lines: they are looked at together.
                Some((Held::Html { html: block, range: whole }, _)) => {
                    block.push_str(&html);
                    whole.end = whole.end.max(range.end);
                }
                _ => {
                    let html = self.raw(&html, range);
                    self.push_html(html);
                }
            },
            Event::InlineHtml(html) => {
                let html = self.raw(&html, range);
                self.push(Event::InlineHtml(html.into()));
            }
            Event::FootnoteReference(label) => {
                let html = self.footnotes.reference(&label, &mut self.converter.footnotes);
                self.push(Event::InlineHtml(html.into()));
            }
            Event::TaskListMarker(done) => {
                let (checked, label) = if done { (" checked", "Done") } else { ("", "To do") };
                self.push_html(format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{label}\">\n"));
            }
            other => self.push(other),
        }
    }

    fn text(&mut self, text: CowStr<'t>, range: Range<usize>) {
        self.warn_of_no_link(range.clone());
        if self.stretch.end == range.start {
            self.stretch.end = range.end;
        } else {
            self.end_stretch(range);
        }
        self.push(Event::Text(text));
    }

    /// Looks for syntax of other engines in a stretch of text that has ended, and begins the next.
    fn end_stretch(&mut self, next: Range<usize>) {
        let stretch = std::mem::replace(&mut self.stretch, next);
        for found in foreign::find(self.text, stretch) {
            self.converter.foreign(self.origin, self.offset, found);
        }
    }

    /// Warns of text that was meant as a link: it would be published as it stands.
    fn warn_of_no_link(&mut self, range: Range<usize>) {
        let Some((span, url)) = no_link::find(self.text, range) else { return };
        let place = self.origin.place(self.offset + span.start..self.offset + span.end);
        let warning = codes::NO_LINK.report("this is not a link: a URL with a space needs `<` and `>` around it");
        let encoded = if url.starts_with('{') { String::new() } else { format!(", or ({})", url.replace(' ', "%20")) };
        self.converter.host.report(warning.at(place).help(format!("write (<{url}>){encoded}")));
    }

    fn start(&mut self, tag: Tag<'t>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                let id = id.map(|id| id.to_string());
                self.hold(Held::Heading { level, id, attributes: attributes(&classes, &attrs), range });
            }
            Tag::CodeBlock(kind) => {
                let info = if let CodeBlockKind::Fenced(info) = kind { Some(info) } else { None };
                self.hold(Held::Code { info, text: String::new(), range });
            }
            Tag::HtmlBlock => self.hold(Held::Html { html: String::new(), range }),
            Tag::FootnoteDefinition(label) => self.hold(Held::Footnote { label, range }),
            Tag::BlockQuote(Some(kind)) => self.hold(Held::Alert { kind, range }),
            Tag::Table(alignments) => self.hold(Held::Table { table: Table::new(alignments), range }),
            Tag::TableHead => {}
            Tag::TableRow => {
                if let Some((Held::Table { table, .. }, _)) = self.stack.last_mut() {
                    table.start_row();
                }
            }
            Tag::TableCell => self.start_cell(&range),
            Tag::Link { link_type, dest_url, title, id } => {
                let dest_url = self.resolve_url(dest_url, range, false, link_type == pulldown_cmark::LinkType::Email);
                self.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Tag::Image { dest_url, title, .. } => {
                let src = self.resolve_url(dest_url, range.clone(), true, false);
                let image = Image { src: src.into_string(), alt: String::new(), title: title.into_string(), attributes: String::new() };
                self.hold(Held::Image { image, range });
            }
            other => {
                self.image = None;
                self.push(Event::Start(other));
            }
        }
    }

    fn end(&mut self, end: TagEnd, range: Range<usize>) {
        match end {
            TagEnd::TableHead => {}
            TagEnd::TableRow => self.end_row(range),
            TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::Image
            | TagEnd::Table
            | TagEnd::TableCell
            | TagEnd::BlockQuote(Some(_)) => {
                self.block_end = range.end;
                if let Some((held, events)) = self.stack.pop() {
                    self.release(held, events);
                }
            }
            TagEnd::Paragraph => self.end_paragraph(range),
            other => self.push(Event::End(other)),
        }
    }

    fn release(&mut self, held: Held<'t>, events: Vec<Event<'t>>) {
        match held {
            Held::Heading { level, id, attributes, range } => self.heading(level, id.as_deref(), &attributes, events, range),
            Held::Code { info, text, range } => self.code(info.as_deref(), &text, range.start),
            Held::Html { html, range } => {
                let html = self.raw(&html, range);
                self.push_html(html);
            }
            Held::Footnote { label, range } => {
                if !self.footnotes.define(&label, &mut self.converter.footnotes, events) {
                    let start = self.offset + range.start;
                    let place = self.origin.place(start..start + label.len() + "[^]".len());
                    self.converter.host.report(lost::second_footnote(&label).at(place));
                }
            }
            Held::Image { mut image, range } => {
                image.alt = events.iter().filter_map(plain).collect();
                self.image(image, range);
            }
            Held::Table { table, range } => self.table(&table, range),
            Held::Cell => {
                let mut html = String::new();
                pulldown_cmark::html::push_html(&mut html, events.into_iter());
                if let Some((Held::Table { table, .. }, _)) = self.stack.last_mut() {
                    table.push(html);
                }
            }
            Held::Alert { kind, range } => {
                let mut body = String::new();
                pulldown_cmark::html::push_html(&mut body, events.into_iter());
                let plain = alert_html(kind, &body);
                let html = self.element(alert(kind, body, (self.converter.level + 1).min(6)), range).unwrap_or(plain);
                self.push_html(html);
            }
            Held::Flow => {}
        }
    }

    /// An element as the theme renders it, with the options of the tag around it.
    fn element(&mut self, element: Element, range: Range<usize>) -> Option<String> {
        let range = self.offset + range.start..self.offset + range.end;
        let host = &mut *self.converter.host;
        let wrapper = self.converter.wrapper.iter_mut().rev().find(|wrapper| host.is_wrapper(&wrapper.call.name, element.kind));
        match wrapper {
            Some(wrapper) => {
                wrapper.met += 1;
                let call = wrapper.call.clone();
                host.element(&wrapper.origin, element, Some(&call), range)
            }
            None => host.element(self.origin, element, None, range),
        }
    }

    /// Counts the cells that the parser filled in, for it reads nothing after too many of them.
    fn start_cell(&mut self, cell: &Range<usize>) {
        if cell.is_empty()
            && let Some((Held::Table { table, range }, _)) = self.stack.last_mut()
            && let Some(error) = table.count_missing()
        {
            let line = self.text.get(range.clone()).and_then(|table| table.find('\n')).map_or(range.end, |end| range.start + end);
            self.converter.host.report(error.at(self.origin.place(self.offset + range.start..self.offset + line)));
            self.converter.budget.end();
        }
        self.hold(Held::Cell);
    }

    fn end_row(&mut self, row: Range<usize>) {
        if let Some((span, error)) = lost::cells(self.text, self.block_end..row.end) {
            self.converter.host.report(error.at(self.origin.place(self.offset + span.start..self.offset + span.end)));
        }
    }

    fn table(&mut self, table: &Table, range: Range<usize>) {
        let heading = self.converter.headings.last().map(|heading| heading.id.as_str());
        let html = self.element(table.element(heading), range).unwrap_or_else(|| table.html());
        self.push_html(html);
    }

    fn image(&mut self, image: Image, range: Range<usize>) {
        let size = self.converter.host.image_size(&image.src);
        if let Some(word) = empty_word(&image.alt) {
            let range = self.offset + range.start..self.offset + range.end;
            self.converter.look(&Finding::EmptyWord(word.to_owned()), self.origin, range);
        }
        let before = self.stack.last().map_or(0, |(_, events)| events.len());
        self.push(Event::InlineHtml(image.html(size).into()));
        self.image = image.attributes.is_empty().then_some((before, image));
    }

    /// An image that is all of its paragraph is rendered by the theme; `[TOC]` becomes the contents.
    fn end_paragraph(&mut self, range: Range<usize>) {
        let image = self.image.take();
        if self.text.get(range.clone()).is_some_and(|text| self.converter.is_contents(text.trim())) {
            if let Some((_, events)) = self.stack.last_mut() {
                let start = events.iter().rposition(|event| matches!(event, Event::Start(Tag::Paragraph)));
                events.truncate(start.unwrap_or(events.len()));
            }
            return self.push_html(headings::CONTENTS);
        }
        if let (Some((at, image)), Some((_, events))) = (image, self.stack.last())
            && at + 1 == events.len()
            && matches!(events.get(at.wrapping_sub(1)), Some(Event::Start(Tag::Paragraph)))
            && let Some(html) = self.element(image.element(), range)
        {
            if let Some((_, events)) = self.stack.last_mut() {
                events.truncate(at - 1);
            }
            return self.push_html(html);
        }
        self.push(Event::End(TagEnd::Paragraph));
    }

    /// The URL of a link or image as it is written in HTML.
    pub(super) fn resolve_url(&mut self, url: CowStr<'t>, range: Range<usize>, asset: bool, email: bool) -> CowStr<'t> {
        if email {
            return url;
        }
        if url.contains("xxx")
            && let Some(call) = self.regions.iter().filter_map(|region| region.call.as_ref()).find(|call| is_masked(&url, call.span.len()))
        {
            self.converter.tag_in_url(self.origin, self.offset, call);
            return "".into();
        }
        let within = self.text.get(range.clone()).and_then(|text| text.rfind(&*url)).map(|at| range.start + at);
        let span = within.map_or(range, |start| start..start + url.len());
        let span = self.offset + span.start..self.offset + span.end;
        self.converter.host.resolve_url(self.origin, &url, span, asset).map_or(url, CowStr::from)
    }

    /// Raw HTML of a block or a line; what was masked in it is put back.
    fn raw(&mut self, html: &str, range: Range<usize>) -> String {
        let first = self.regions.partition_point(|region| region.span.start < range.start);
        let masked: Vec<&Region> = self.regions[first..].iter().take_while(|region| region.span.start < range.end).collect();
        if masked.is_empty() {
            let offset = self.offset + range.start;
            return self.converter.raw(self.origin, html, offset, &[]);
        }
        let mut out = String::new();
        let mut at = range.start;
        for region in masked {
            out.push_str(self.text.get(at..region.span.start).unwrap_or_default());
            out.push_str(&self.converter.region(self.origin, self.text, self.offset, region));
            at = region.span.end;
        }
        if at < range.end {
            out.push_str(self.text.get(at..range.end).unwrap_or_default());
        }
        out
    }
}
