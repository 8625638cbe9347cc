//! Markdown events -> HTML. What stands inside a heading, a block of code or a footnote is held back until its end; the rest goes
//! through pulldown-cmark's own writer.

use std::ops::Range;

use avocet_plugin::{Diagnostic, Heading};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};

use super::{Converter, Origin, Region};
use crate::markup::html::escape;

/// Events that are held back, on top of those that they will join.
enum Held<'t> {
    /// The page, or a footnote.
    Flow,
    /// A heading: its level, and what stands in its braces.
    Heading { level: HeadingLevel, id: Option<String>, attributes: String },
    /// A block of code: its language, and its text.
    Code { language: String, text: String },
    /// The lines of a block of raw HTML, and where they stand.
    Html { html: String, range: Range<usize> },
    /// A footnote, by its label.
    Footnote { label: CowStr<'t> },
}

/// A footnote: its label, its events, and how often it was referred to.
struct Footnote<'t> {
    label: CowStr<'t>,
    number: usize,
    references: usize,
    events: Vec<Event<'t>>,
}

/// Writes the events of one stretch of Markdown.
pub(super) struct Writer<'c, 'h, 't> {
    converter: &'c mut Converter<'h>,
    origin: &'c Origin,
    text: &'c str,
    offset: usize,
    regions: &'c [Region],
    stack: Vec<(Held<'t>, Vec<Event<'t>>)>,
    footnotes: Vec<Footnote<'t>>,
}

impl<'c, 'h, 't> Writer<'c, 'h, 't> {
    /// A writer for `text`, which stands at `offset` of its origin.
    pub(super) fn new(converter: &'c mut Converter<'h>, origin: &'c Origin, text: &'c str, offset: usize, regions: &'c [Region]) -> Self {
        let stack = vec![(Held::Flow, Vec::new())];
        Self { converter, origin, text, offset, regions, stack, footnotes: Vec::new() }
    }

    /// HTML of all events.
    pub(super) fn write(mut self, events: impl Iterator<Item = (Event<'t>, Range<usize>)>) -> String {
        for (event, range) in events {
            self.event(event, range);
        }
        let flow = self.stack.pop().map(|(_, events)| events).unwrap_or_default();
        let mut html = String::with_capacity(self.text.len() * 3 / 2);
        pulldown_cmark::html::push_html(&mut html, flow.into_iter());
        self.write_footnotes(&mut html);
        html
    }

    fn push(&mut self, event: Event<'t>) {
        if let Some((_, events)) = self.stack.last_mut() {
            events.push(event);
        }
    }

    fn push_html(&mut self, html: impl Into<CowStr<'t>>) {
        self.push(Event::Html(html.into()));
    }

    fn hold(&mut self, held: Held<'t>) {
        self.stack.push((held, Vec::new()));
    }

    fn event(&mut self, event: Event<'t>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end),
            Event::Text(text) => match self.stack.last_mut() {
                Some((Held::Code { text: code, .. }, _)) => code.push_str(&text),
                _ => {
                    self.warn_of_no_link(&text, range.start);
                    self.push(Event::Text(text));
                }
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
            Event::FootnoteReference(label) => self.reference(label),
            Event::TaskListMarker(done) => {
                let (checked, label) = if done { (" checked", "Done") } else { ("", "To do") };
                self.push_html(format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{label}\">\n"));
            }
            other => self.push(other),
        }
    }

    /// `[x]({author}Ada Lovelace)` is no link in Markdown, and would be published as it stands.
    fn warn_of_no_link(&mut self, text: &str, start: usize) {
        let Some(open) = text.find("({") else { return };
        let Some((word, rest)) = text[open + 2..].split_once('}') else { return };
        if !["filename", "static", "attach", "tag", "category", "author", "index"].contains(&word) {
            return;
        }
        let length = "({".len() + word.len() + "}".len() + rest.find(')').map_or(rest.len(), |at| at + 1);
        let start = self.offset + start + open;
        let target = text[open + 1..open + length].trim_end_matches(')');
        let place = self.origin.place(start..start + length);
        let warning = Diagnostic::warning("no-link", "this is no link: an address with a space in it needs `<` and `>` round it");
        self.converter.host.report(warning.at(place).help(format!("write (<{target}>)")));
    }

    fn start(&mut self, tag: Tag<'t>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                self.hold(Held::Heading { level, id: id.map(|id| id.to_string()), attributes: attributes(&classes, &attrs) });
            }
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => info.split([' ', ',', '{', '\t']).next().unwrap_or_default().to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.hold(Held::Code { language, text: String::new() });
            }
            Tag::HtmlBlock => self.hold(Held::Html { html: String::new(), range }),
            Tag::FootnoteDefinition(label) => self.hold(Held::Footnote { label }),
            Tag::BlockQuote(Some(kind)) => {
                let (class, title) = alert(kind);
                self.push_html(format!(
                    "<div class=\"markdown-alert markdown-alert-{class}\">\n<p class=\"markdown-alert-title\">{title}</p>\n"
                ));
            }
            Tag::Link { link_type, dest_url, title, id } => {
                let dest_url = self.address(dest_url, range, false, link_type == pulldown_cmark::LinkType::Email);
                self.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Tag::Image { link_type, dest_url, title, id } => {
                let dest_url = self.address(dest_url, range, true, false);
                self.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            other => self.push(Event::Start(other)),
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::FootnoteDefinition => {
                if let Some((held, events)) = self.stack.pop() {
                    self.release(held, events);
                }
            }
            TagEnd::BlockQuote(Some(_)) => self.push_html("</div>\n"),
            other => self.push(Event::End(other)),
        }
    }

    fn release(&mut self, held: Held<'t>, events: Vec<Event<'t>>) {
        match held {
            Held::Heading { level, id, attributes } => self.heading(level, id.as_deref(), &attributes, events),
            Held::Code { language, text } => self.code(&language, &text),
            Held::Html { html, range } => {
                let html = self.raw(&html, range);
                self.push_html(html);
            }
            Held::Footnote { label } => {
                let at = self.footnote(&label);
                self.footnotes[at].events = events;
            }
            Held::Flow => {}
        }
    }

    /// The address of a link or picture, with the place of its target for what is said of it.
    fn address(&mut self, url: CowStr<'t>, range: Range<usize>, asset: bool, email: bool) -> CowStr<'t> {
        if email {
            return url;
        }
        let within = self.text.get(range.clone()).and_then(|text| text.rfind(&*url)).map(|at| range.start + at);
        let span = within.map_or(range, |start| start..start + url.len());
        let span = self.offset + span.start..self.offset + span.end;
        self.converter.host.address(self.origin, &url, span, asset).map_or(url, CowStr::from)
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

    fn heading(&mut self, level: HeadingLevel, id: Option<&str>, attributes: &str, events: Vec<Event<'t>>) {
        let text: String = events.iter().filter_map(plain).collect();
        let depth = level as u8;
        if depth == 1 && std::mem::take(&mut self.converter.drop_title) {
            return;
        }
        let id = self.converter.anchors.take(id, &text);
        let mut title = String::new();
        pulldown_cmark::html::push_html(&mut title, events.iter().filter(|event| in_contents(event)).cloned());
        let mut html = format!("<{level} id=\"{}\"{attributes}>", escape(&id));
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        html.push_str(&format!("</{level}>\n"));
        if depth > 1 {
            self.converter.headings.push(Heading { level: depth, id, title, children: Vec::new() });
        }
        self.push_html(html);
    }

    fn code(&mut self, language: &str, text: &str) {
        let inner = self.converter.host.code(language, text).unwrap_or_else(|| escape(text));
        let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{}\"", escape(language)) };
        self.push_html(format!("<div class=\"highlight\"><pre tabindex=\"0\"><code{class}>{inner}</code></pre></div>\n"));
    }

    /// The index of the footnote of this label, which is numbered by its first appearance in the page.
    fn footnote(&mut self, label: &CowStr<'t>) -> usize {
        if let Some(at) = self.footnotes.iter().position(|note| note.label == *label) {
            return at;
        }
        self.converter.footnotes += 1;
        let number = self.converter.footnotes;
        self.footnotes.push(Footnote { label: label.clone(), number, references: 0, events: Vec::new() });
        self.footnotes.len() - 1
    }

    fn reference(&mut self, label: CowStr<'t>) {
        let at = self.footnote(&label);
        let note = &mut self.footnotes[at];
        note.references += 1;
        let (number, id) = (note.number, reference_id(note.number, note.references));
        self.push(Event::InlineHtml(
            format!(
                "<sup class=\"footnote-reference\" id=\"{id}\"><a href=\"#fn-{number}\" aria-label=\"Footnote {number}\">{number}</a></sup>"
            )
            .into(),
        ));
    }

    fn write_footnotes(&mut self, html: &mut String) {
        let mut notes: Vec<Footnote> = std::mem::take(&mut self.footnotes);
        if notes.is_empty() {
            return;
        }
        notes.sort_by_key(|note| note.number);
        let start = notes[0].number;
        html.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\">\n");
        html.push_str(&if start == 1 { "<ol>\n".to_owned() } else { format!("<ol start=\"{start}\">\n") });
        for note in notes {
            let mut events = note.events;
            let back: String = (1..=note.references).map(|nth| back_link(note.number, nth)).collect();
            let at = if matches!(events.last(), Some(Event::End(TagEnd::Paragraph))) { events.len() - 1 } else { events.len() };
            events.insert(at, Event::InlineHtml(back.into()));
            html.push_str(&format!("<li id=\"fn-{}\">", note.number));
            pulldown_cmark::html::push_html(html, events.into_iter());
            html.push_str("</li>\n");
        }
        html.push_str("</ol>\n</section>\n");
    }
}

fn reference_id(number: usize, nth: usize) -> String {
    if nth == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{nth}") }
}

fn back_link(number: usize, nth: usize) -> String {
    let id = reference_id(number, nth);
    format!(" <a class=\"footnote-backref\" href=\"#{id}\" aria-label=\"Back to the reference of footnote {number}\">↩</a>")
}

fn plain<'e>(event: &'e Event) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    }
}

/// Links, pictures and raw HTML stay out of the table of contents.
fn in_contents(event: &Event) -> bool {
    !matches!(
        event,
        Event::Start(Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Link | TagEnd::Image)
            | Event::Html(_)
            | Event::InlineHtml(_)
    )
}

fn attributes(classes: &[CowStr], attrs: &[(CowStr, Option<CowStr>)]) -> String {
    let mut out = String::new();
    if !classes.is_empty() {
        let classes: Vec<String> = classes.iter().map(|class| escape(class)).collect();
        out.push_str(&format!(" class=\"{}\"", classes.join(" ")));
    }
    for (name, value) in attrs {
        match value {
            Some(value) => out.push_str(&format!(" {}=\"{}\"", escape(name), escape(value))),
            None => out.push_str(&format!(" {}", escape(name))),
        }
    }
    out
}

fn alert(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    }
}
