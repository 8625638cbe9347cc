//! Markdown -> HTML: headings with anchors, footnotes with links back, code highlighted, alerts, raw HTML kept to the letter, tags
//! answered, links resolved.
//!
//! Source: CommonMark 0.31 with GitHub's tables, strikethrough, task lists, footnotes and alerts, heading attributes and definition
//! lists, as pulldown-cmark reads them. Raw HTML blocks and tags are masked by comments of the same length before the parser sees them,
//! so that every offset stays true to the source.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Heading, Place};
use pulldown_cmark::{Event, Options, Parser};

use super::headings::Anchors;
use super::tags::{self, Call};
use super::{html, opaque};

mod title;
mod writer;

pub use title::title;

/// A text and whose it is.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Path from the site's folder, for messages.
    pub shown: String,
    /// Path below the content folder that relative links start from.
    pub source: String,
    /// The whole text.
    pub text: Arc<str>,
}

impl Origin {
    /// A stretch of it.
    #[must_use]
    pub fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.shown.clone(), &self.text, span)
    }
}

/// What a tag answers.
pub enum Answer {
    /// HTML.
    Html(String),
    /// A text in which tags and links work; Markdown if `markdown`.
    Text {
        /// The text.
        origin: Origin,
        /// Whether it is Markdown, else HTML.
        markdown: bool,
    },
}

/// What a body needs from outside.
pub trait Host {
    /// The address to write for `url`, or nothing when it stays as it is. Dead links are reported by the host.
    fn address(&mut self, origin: &Origin, url: &str, span: Range<usize>, asset: bool) -> Option<String>;

    /// Highlighted HTML of a piece of code, or nothing when the language is not known.
    fn code(&mut self, language: &str, code: &str) -> Option<String>;

    /// What a tag answers, or nothing when it failed, which the host reports.
    fn tag(&mut self, origin: &Origin, call: &Call, body: Option<String>) -> Option<Answer>;

    /// Something is wrong.
    fn report(&mut self, fault: Diagnostic);
}

/// What the parser reads besides CommonMark.
#[must_use]
pub fn options(smart: bool) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    options.set(Options::ENABLE_SMART_PUNCTUATION, smart);
    options
}

/// Converts the parts of one page, which share anchors and the numbers of footnotes.
pub struct Converter<'h> {
    host: &'h mut dyn Host,
    smart: bool,
    drop_title: bool,
    anchors: Anchors,
    headings: Vec<Heading>,
    footnotes: usize,
    open: Vec<String>,
}

/// A stretch of a text that the Markdown parser must not look into.
struct Region {
    span: Range<usize>,
    /// The tag that it is, or nothing for raw HTML.
    call: Option<Call>,
    /// Tags inside raw HTML.
    inside: Vec<Call>,
    /// Whether nothing else stands on its lines.
    alone: bool,
}

impl<'h> Converter<'h> {
    /// A converter for one page. With `drop_title` the first level-1 heading is left out.
    pub fn new(host: &'h mut dyn Host, smart: bool, drop_title: bool) -> Self {
        Self { host, smart, drop_title, anchors: Anchors::default(), headings: Vec::new(), footnotes: 0, open: Vec::new() }
    }

    /// The headings that were met, in order.
    pub fn headings(&mut self) -> Vec<Heading> {
        std::mem::take(&mut self.headings)
    }

    /// HTML of a stretch of Markdown.
    pub fn convert(&mut self, origin: &Origin, range: Range<usize>) -> String {
        let Some(text) = origin.text.get(range.clone()) else { return String::new() };
        let regions = self.regions(origin, text, range.start);
        let spans: Vec<_> = regions.iter().map(|region| (region.span.clone(), region.alone)).collect();
        let masked = if spans.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(mask_all(text, &spans)) };
        let parser = Parser::new_ext(&masked, options(self.smart)).into_offset_iter();
        writer::Writer::new(self, origin, text, range.start, &regions).write(parser)
    }

    /// HTML of a stretch of HTML in which tags and links work.
    pub fn expand(&mut self, origin: &Origin, range: Range<usize>) -> String {
        let Some(text) = origin.text.get(range.clone()) else { return String::new() };
        let (calls, faults) = tags::scan(text, &[]);
        self.report(origin, range.start, faults);
        self.raw(origin, text, range.start, &calls)
    }

    /// Raw HTML and tags of a text.
    fn regions(&mut self, origin: &Origin, text: &str, offset: usize) -> Vec<Region> {
        let mut regions = Vec::new();
        if text.contains('<') {
            let blocks = opaque::html_blocks(text);
            for start in blocks.unclosed {
                let end = text[start..].find(['>', '\n']).map_or(text.len(), |at| start + at + 1);
                self.host.report(
                    Diagnostic::warning("unclosed-html", "this HTML element has no end tag")
                        .at(origin.place(offset + start..offset + end))
                        .label("begins here")
                        .help("close it, or indent nothing below it: what follows is read as Markdown"),
                );
            }
            let plain = |span| Region { span, call: None, inside: Vec::new(), alone: true };
            regions.extend(blocks.ranges.into_iter().map(plain));
        }
        if text.contains("{%") {
            let (calls, faults) = tags::scan(text, &code(text, &regions, self.smart));
            self.report(origin, offset, faults);
            sort_in(text, calls, &mut regions);
        }
        regions
    }

    fn report(&mut self, origin: &Origin, offset: usize, faults: Vec<tags::Fault>) {
        for fault in faults {
            let place = origin.place(offset + fault.span.start..offset + fault.span.end);
            self.host.report(Diagnostic::error("bad-tag", fault.message).at(place).help(fault.help));
        }
    }

    /// A region as HTML.
    fn region(&mut self, origin: &Origin, text: &str, offset: usize, region: &Region) -> String {
        match &region.call {
            Some(call) => self.answer(origin, offset, call, region.alone),
            None => {
                let shifted = shift(&region.inside, region.span.start);
                self.raw(origin, &text[region.span.clone()], offset + region.span.start, &shifted)
            }
        }
    }

    /// Raw HTML with its addresses resolved and its tags answered; all else is kept to the letter.
    fn raw(&mut self, origin: &Origin, text: &str, offset: usize, calls: &[Call]) -> String {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for address in html::leads(text).addresses {
            let in_tag = calls.iter().any(|call| call.span.start < address.span.end && address.span.start < call.span.end);
            let span = offset + address.span.start..offset + address.span.end;
            if let Some(new) = (!in_tag).then(|| self.host.address(origin, &address.value, span, address.is_asset())).flatten() {
                edits.push((address.span, html::escape(&new)));
            }
        }
        for call in calls {
            edits.push((call.span.clone(), self.answer(origin, offset, call, false)));
        }
        edits.sort_by_key(|(span, _)| span.start);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (span, new) in edits {
            out.push_str(&text[at..span.start.max(at)]);
            out.push_str(&new);
            at = span.end.max(at);
        }
        out.push_str(&text[at..]);
        out
    }

    /// What a tag answers. Inside a line its body is one paragraph, without the paragraph's element.
    fn answer(&mut self, origin: &Origin, offset: usize, call: &Call, alone: bool) -> String {
        let body = call.body.clone().map(|body| {
            let html = self.convert(origin, offset + body.start..offset + body.end);
            if alone { html } else { unwrap_paragraph(&html).to_owned() }
        });
        let moved = moved(call, offset);
        match self.host.tag(origin, &moved, body) {
            Some(Answer::Html(html)) => html,
            Some(Answer::Text { origin: inner, markdown }) => self.include(origin, &moved, &inner, markdown),
            None => String::new(),
        }
    }

    fn include(&mut self, origin: &Origin, call: &Call, inner: &Origin, markdown: bool) -> String {
        if self.open.is_empty() {
            self.open.push(origin.shown.clone());
        }
        if self.open.contains(&inner.shown) {
            let chain: Vec<&str> = self.open.iter().map(String::as_str).chain([inner.shown.as_str()]).collect();
            self.host.report(
                Diagnostic::error("recursive-include", "this include leads back to itself")
                    .at(origin.place(call.span.clone()))
                    .label(chain.join(" -> "))
                    .help("take one of these includes out"),
            );
            return String::new();
        }
        self.open.push(inner.shown.clone());
        let whole = 0..inner.text.len();
        let html = if markdown { self.convert(inner, whole) } else { self.expand(inner, whole) };
        self.open.pop();
        html
    }
}

/// Where code stands in a Markdown text: tags in it are text.
fn code(text: &str, regions: &[Region], smart: bool) -> Vec<Range<usize>> {
    let spans: Vec<_> = regions.iter().map(|region| region.span.clone()).collect();
    let masked = mask(text, &spans);
    let mut code = Vec::new();
    for (event, range) in Parser::new_ext(&masked, options(smart)).into_offset_iter() {
        if matches!(event, Event::Code(_) | Event::Start(pulldown_cmark::Tag::CodeBlock(_))) {
            code.push(range);
        }
    }
    for region in regions {
        code.extend(quiet(&text[region.span.clone()]).into_iter().map(|r| region.span.start + r.start..region.span.start + r.end));
    }
    code.sort_by_key(|range| range.start);
    code
}

/// Where tags in raw HTML are text: comments, `pre`, `code`, `script`, `style`.
fn quiet(html: &str) -> Vec<Range<usize>> {
    let mut quiet = Vec::new();
    for (open, close) in [("<!--", "-->"), ("<pre", "</pre>"), ("<code", "</code>"), ("<script", "</script>"), ("<style", "</style>")] {
        let mut at = 0;
        while let Some(start) = html[at..].find(open).map(|found| at + found) {
            let end = html[start..].find(close).map_or(html.len(), |found| start + found + close.len());
            quiet.push(start..end);
            at = end;
        }
    }
    quiet
}

/// Puts tags where they belong: inside the raw HTML that they stand in, or by themselves.
fn sort_in(text: &str, calls: Vec<Call>, regions: &mut Vec<Region>) {
    for call in calls {
        // A block form that holds raw HTML swallows it: its body is converted by itself.
        regions.retain(|region| region.call.is_some() || !(call.span.start <= region.span.start && region.span.end <= call.span.end));
        match regions.iter_mut().find(|region| region.call.is_none() && region.span.contains(&call.span.start)) {
            Some(region) => region.inside.push(call),
            None => {
                let before = text[..call.span.start].rsplit('\n').next().unwrap_or_default();
                let after = text[call.span.end..].split('\n').next().unwrap_or_default();
                let alone = before.trim().is_empty() && after.trim().is_empty();
                regions.push(Region { span: call.span.clone(), call: Some(call), inside: Vec::new(), alone });
            }
        }
    }
    regions.sort_by_key(|region| region.span.start);
}

fn moved(call: &Call, by: usize) -> Call {
    let range = |range: &Range<usize>| range.start + by..range.end + by;
    Call {
        name: call.name.clone(),
        span: range(&call.span),
        name_span: range(&call.name_span),
        args: call.args.iter().map(|(key, value, span)| (key.clone(), value.clone(), range(span))).collect(),
        word: call.word.as_ref().map(|(word, span)| (word.clone(), range(span))),
        body: call.body.as_ref().map(range),
    }
}

/// Tags of a text as those of its part that begins at `start`.
fn shift(calls: &[Call], start: usize) -> Vec<Call> {
    let back = |range: &Range<usize>| range.start - start..range.end - start;
    calls
        .iter()
        .map(|call| Call {
            span: back(&call.span),
            name_span: back(&call.name_span),
            args: call.args.iter().map(|(key, value, span)| (key.clone(), value.clone(), back(span))).collect(),
            word: call.word.as_ref().map(|(word, span)| (word.clone(), back(span))),
            body: call.body.as_ref().map(back),
            name: call.name.clone(),
        })
        .collect()
}

/// The text with each range replaced by a comment of the same length.
#[must_use]
pub fn mask(text: &str, ranges: &[Range<usize>]) -> String {
    let spans: Vec<_> = ranges.iter().map(|range| (range.clone(), true)).collect();
    mask_all(text, &spans)
}

/// The text with each range replaced by HTML of the same length: a comment, which is a block, or an element that is part of a line.
fn mask_all(text: &str, spans: &[(Range<usize>, bool)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, block) in spans {
        out.push_str(&text[at..span.start]);
        let length = span.len();
        match (block, length) {
            (true, 7..) => {
                out.push_str("<!--");
                out.extend(std::iter::repeat_n(' ', length - 7));
                out.push_str("-->");
            }
            (_, 3..) => {
                out.push('<');
                out.extend(std::iter::repeat_n('x', length - 2));
                out.push('>');
            }
            _ => out.push_str(&text[span.clone()]),
        }
        // A block that ends with its line keeps the line's end.
        if *block && text[span.clone()].ends_with('\n') && length > 7 {
            out.replace_range(out.len() - 4.., "-->\n");
        }
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The inside of HTML that is one paragraph.
fn unwrap_paragraph(html: &str) -> &str {
    let inner = html.trim().strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
    inner.filter(|inner| !inner.contains("<p>")).unwrap_or(html)
}
