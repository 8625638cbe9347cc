//! Markdown -> HTML: headings with anchors, footnotes with links back, code highlighted, alerts, raw HTML kept to the letter, tags
//! answered, links resolved.
//!
//! Source: CommonMark 0.31 with GitHub's tables, strikethrough, task lists, footnotes and alerts, heading attributes and definition
//! lists, as pulldown-cmark reads them. Raw HTML blocks and tags are masked by comments of the same length before the parser sees them,
//! so that every offset stays true to the source.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use avocet_plugin::html::{escape, escape_attribute, links, replace, start_tags};
use avocet_plugin::{Diagnostic, Dialect, Heading, codes};
use pulldown_cmark::{Options, Parser};

use super::accessibility::{self, Finding};
use super::foreign::{self, Foreign};
use super::headings::{self, Anchors};
use super::html_blocks;
use super::pelican::Toc;
use super::tags::{self, Call, Tags};

mod attributed;
mod budget;
mod calls;
mod colons;
mod elements;
mod footnotes;
mod language;
mod lost;
mod no_link;
mod pelican;
mod regions;
mod source;
mod title;
mod writer;

use budget::Budget;
pub use budget::Limits;
pub use elements::Element;
pub use regions::mask;
use regions::{Region, code, mask_all, shift, sort_in, without};
pub use source::SourceText;
pub use title::title;

/// What a tag returns.
pub enum Answer {
    /// HTML.
    Html(String),
    /// A text in which tags and links work; Markdown if `markdown`.
    Text {
        /// The text.
        origin: SourceText,
        /// Whether it is Markdown, else HTML.
        markdown: bool,
    },
}

/// A block of code where it stands.
#[derive(Debug, Clone, Copy)]
pub struct PlacedCode<'t> {
    /// Its language, as written.
    pub language: &'t str,
    /// What stands behind the language.
    pub info: &'t str,
    /// Its text.
    pub text: &'t str,
    /// Where in the source its first line of text is looked for: `.1` lines below the one that the byte `.0` is in.
    pub start: (usize, usize),
}

/// What the converter asks while it converts a page.
pub trait MarkdownHost {
    /// The URL to write in place of `url`, or `None` if it stays as it is. The host reports dead links.
    fn resolve_url(&mut self, origin: &SourceText, url: &str, span: Range<usize>, asset: bool) -> Option<String>;

    /// The HTML in place of a block of code that is not shown as code, such as a diagram; empty if it failed, which the host reports.
    fn drawing(&mut self, origin: &SourceText, code: PlacedCode) -> Option<String>;

    /// Whether the body of this tag is raw text.
    fn is_raw(&self, tag: &str) -> bool;

    /// Highlighted HTML of a piece of code, or `None` if the language is not known.
    fn code(&mut self, language: &str, code: &str) -> Option<String>;

    /// HTML of an element of Markdown as the theme draws it, or nothing when the theme has no drawing for it. `call` is the tag that
    /// stands round it and says more of it; `span` is where the element stands.
    fn element(&mut self, origin: &SourceText, element: Element, call: Option<&Call>, span: Range<usize>) -> Option<String>;

    /// Whether this tag says more of an element of this kind in its body, and is nothing by itself.
    fn is_wrapper(&self, tag: &str, kind: &str) -> bool;

    /// Width and height in pixels of an image of the site, by its URL.
    fn image_size(&mut self, url: &str) -> Option<(u32, u32)>;

    /// What a tag returns, or `None` if it failed, which the host reports.
    fn tag(&mut self, origin: &SourceText, call: &Call, body: Option<String>) -> Option<Answer>;

    /// Whether there is a tag of this name.
    fn is_tag(&self, name: &str) -> bool;

    /// Reports a problem.
    fn report(&mut self, error: Diagnostic);
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

/// How a page is converted.
#[derive(Debug, Clone, Copy)]
pub struct ConvertOptions<'a> {
    /// How Markdown is read.
    pub dialect: Dialect,
    /// The list of contents of Python-Markdown, if the dialect `pelican` has one.
    pub toc: Option<&'a Toc>,
    /// Whether straight quotes become curly ones.
    pub smart: bool,
    /// Whether the first level-1 heading is the page's title, and is left out.
    pub drop_title: bool,
    /// The page's title, which names iframes that have no title.
    pub title: &'a str,
    /// How much a page may hold.
    pub limits: Limits,
    /// Ids that the theme uses itself.
    pub reserved_ids: &'a BTreeSet<String>,
}

/// A tag around an element of Markdown.
struct Wrapper {
    origin: SourceText,
    call: Call,
    /// How many elements it contains so far.
    met: usize,
}

/// Converts the parts of one page, which share anchors and the numbers of footnotes.
pub struct MarkdownConverter<'h> {
    host: &'h mut dyn MarkdownHost,
    options: ConvertOptions<'h>,
    drop_title: bool,
    level: u8,
    wrapper: Vec<Wrapper>,
    anchors: Anchors<'h>,
    headings: Vec<Heading>,
    footnotes: usize,
    open: Vec<String>,
    /// Syntax of other engines, each with how often it was met: it is reported once.
    foreign: Vec<(Diagnostic, usize)>,
    budget: Budget,
}

impl<'h> MarkdownConverter<'h> {
    /// A converter for one page.
    pub fn new(host: &'h mut dyn MarkdownHost, options: ConvertOptions<'h>) -> Self {
        Self {
            host,
            options,
            drop_title: options.drop_title,
            level: 1,
            wrapper: Vec::new(),
            anchors: Anchors::new(options.reserved_ids),
            headings: Vec::new(),
            footnotes: 0,
            open: Vec::new(),
            foreign: Vec::new(),
            budget: Budget::new(options.limits),
        }
    }

    /// The headings that were met, in order. What was found in the whole page is reported.
    pub fn finish(self) -> Vec<Heading> {
        for (mut warning, count) in self.foreign {
            if count > 1 {
                warning = warning.label(format!("the first of {count} in this text"));
            }
            self.host.report(warning);
        }
        self.headings
    }

    /// Remembers syntax of other engines at its place.
    fn foreign(&mut self, origin: &SourceText, offset: usize, found: Foreign) {
        let is_known = |(known, _): &&mut (Diagnostic, usize)| {
            known.message == found.message && known.place.as_ref().is_some_and(|place| *place.file == *origin.display_path)
        };
        match self.foreign.iter_mut().find(is_known) {
            Some((_, count)) => *count += 1,
            None => {
                let place = origin.place(offset + found.span.start..offset + found.span.end);
                self.foreign.push((codes::FOREIGN_SYNTAX.report(found.message).at(place).help(found.help), 1));
            }
        }
    }

    /// HTML of a stretch of Markdown.
    pub fn convert(&mut self, origin: &SourceText, range: Range<usize>) -> String {
        let Some(text) = origin.text.get(range.clone()) else { return String::new() };
        if self.options.dialect == Dialect::Pelican {
            return self.convert_pelican(origin, text, range.start);
        }
        let regions = self.regions(origin, text, range.start);
        if self.budget.is_spent() {
            return String::new();
        }
        let spans: Vec<_> = regions.iter().map(|region| (region.span.clone(), region.alone)).collect();
        let masked = if spans.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(mask_all(text, &spans)) };
        let (masked, has_colons) = colons::hide(masked);
        let parser = Parser::new_ext(&masked, options(self.options.smart)).into_offset_iter();
        let parser = parser.map(|(event, range)| (if has_colons { colons::show(event) } else { event }, range, None));
        writer::Writer::new(self, origin, text, range.start, &regions).write(parser)
    }

    /// HTML of a stretch of HTML in which links work.
    pub fn html(&mut self, origin: &SourceText, range: Range<usize>) -> String {
        let Some(text) = origin.text.get(range.clone()) else { return String::new() };
        self.raw(origin, text, range.start, &[])
    }

    /// Whether a paragraph of this text stands for the list of contents.
    fn is_contents(&self, text: &str) -> bool {
        match self.options.dialect {
            Dialect::CommonMark => headings::is_contents(text),
            Dialect::Pelican => text == "[TOC]" && self.options.toc.is_some(),
        }
    }

    /// HTML of a stretch of HTML in which tags and links work.
    pub fn expand(&mut self, origin: &SourceText, range: Range<usize>) -> String {
        let Some(text) = origin.text.get(range.clone()) else { return String::new() };
        let raw = tags::raw(text, |tag| self.host.is_raw(tag));
        let calls = self.scan(origin, (text, range.start), &[], &raw);
        self.raw(origin, text, range.start, &calls)
    }

    /// Raw HTML and tags of a text.
    fn regions(&mut self, origin: &SourceText, text: &str, offset: usize) -> Vec<Region> {
        let mut regions = Vec::new();
        let raw = tags::raw(text, |tag| self.host.is_raw(tag));
        if text.contains('<') {
            let blocks = html_blocks::html_blocks(&without(text, &raw));
            for start in blocks.unclosed {
                let end = text[start..].find(['>', '\n']).map_or(text.len(), |at| start + at + 1);
                let problem = lost::unclosed(&text[start..]);
                let is_error = problem.is_error();
                self.host.report(problem.at(origin.place(offset + start..offset + end)).label("begins here"));
                if is_error {
                    // What follows is a part of it.
                    break;
                }
            }
            let plain = |span| Region { span, call: None, inside: Vec::new(), alone: true };
            regions.extend(blocks.ranges.into_iter().map(plain));
        }
        if text.contains("{%") {
            let calls = self.scan(origin, (text, offset), &code(text, &regions, &raw, self.options.smart), &raw);
            sort_in(text, calls, &mut regions);
        }
        regions
    }

    /// The outermost tags of a text; what is wrong with them, and those that are nested too deeply, is reported.
    fn scan(&mut self, origin: &SourceText, (text, offset): (&str, usize), skip: &[Range<usize>], raw: &[Call]) -> Vec<Call> {
        let Tags { calls, errors, levels } = tags::scan(text, skip, raw);
        for error in errors {
            let place = origin.place(offset + error.span.start..offset + error.span.end);
            self.host.report(codes::BAD_TAG.report(error.message).at(place).help(error.help));
        }
        // Otherwise each level would be looked through once more before the limit is reached.
        match levels.get(self.budget.levels_left()) {
            Some(span) if !self.is_within(origin, &(offset + span.start..offset + span.end), |budget| budget.nest(levels.len())) => {
                Vec::new()
            }
            _ => calls,
        }
    }

    /// A region as HTML.
    fn region(&mut self, origin: &SourceText, text: &str, offset: usize, region: &Region) -> String {
        match &region.call {
            Some(call) => self.answer(origin, offset, call, region.alone),
            None => {
                if let Some(found) = foreign::find_in_html(&text[region.span.clone()]) {
                    self.foreign(origin, offset + region.span.start, found);
                }
                let shifted = shift(&region.inside, region.span.start);
                let html = self.raw(origin, &text[region.span.clone()], offset + region.span.start, &shifted);
                if self.options.dialect == Dialect::Pelican { super::pelican::without_tabs(html) } else { html }
            }
        }
    }

    /// Raw HTML with its URLs resolved and its tags answered; all else is kept to the letter.
    fn raw(&mut self, origin: &SourceText, text: &str, offset: usize, calls: &[Call]) -> String {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for (tag, span) in start_tags(text) {
            for link in links(&tag) {
                let next = calls.partition_point(|call| call.span.end <= link.span.start);
                let in_call = calls.get(next).is_some_and(|call| call.span.start < link.span.end);
                let place = offset + link.span.start..offset + link.span.end;
                if let Some(new) = (!in_call).then(|| self.host.resolve_url(origin, &link.url, place, link.is_asset())).flatten() {
                    edits.push((link.span, escape_attribute(&new)));
                }
            }
            if let Some(markdown) = tag.attribute("markdown").filter(|_| self.options.dialect == Dialect::Pelican) {
                let end = markdown.span.end + usize::from(text[markdown.span.end..].starts_with(['"', '\'']));
                edits.push((end - markdown.source.len()..end, String::new()));
            }
            let Some(finding) = accessibility::look(&tag) else { continue };
            let end = text.get(..span.end).map_or(span.end, |before| before.trim_end_matches(['>', '/']).trim_end().len());
            if finding == Finding::Iframe {
                edits.push((end..end, format!(" title=\"{}\"", escape(self.options.title))));
            }
            self.look(&finding, origin, offset + span.start..offset + end);
        }
        for call in calls {
            edits.push((call.span.clone(), self.answer(origin, offset, call, false)));
        }
        replace(text, edits)
    }

    /// Warns of accessibility problems.
    fn look(&mut self, finding: &Finding, origin: &SourceText, span: Range<usize>) {
        if let Some(mut warning) = accessibility::diagnostic(finding, self.level) {
            if *finding == Finding::Iframe {
                warning = warning.help("add title=\"…\" with what the iframe shows; until then, Avocet uses the title of the page");
            }
            self.host.report(warning.at(origin.place(span)));
        }
        if let Finding::Heading(level) = finding {
            self.level = *level;
        }
    }
}
