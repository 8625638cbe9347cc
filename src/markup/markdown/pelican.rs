//! The dialect `pelican`: what stands outside of Markdown is found by its rules, and tags that nobody knows are text.

use std::ops::Range;

use super::regions::{Region, mask_all, sort_in, with_verbatim, without, without_regions};
use super::writer::Writer;
use super::{ConvertOptions, MarkdownConverter, SourceText, lost};
use crate::markup::foreign::Foreign;
use crate::markup::pelican::html::{self, HtmlBlock};
use crate::markup::pelican::{Document, DocumentOptions, without_code};
use crate::markup::tags::{self, Call};

impl MarkdownConverter<'_> {
    /// HTML of a stretch of Markdown in this dialect.
    pub(super) fn convert_pelican(&mut self, origin: &SourceText, text: &str, offset: usize) -> String {
        let raw = tags::raw(text, |tag| self.host.is_raw(tag));
        let blocks = self.html_blocks(origin, (text, offset), &raw);
        let mut regions = regions(&blocks);
        let calls = if text.contains("{%") { self.known_calls(origin, (text, offset), &blocks, &raw) } else { Vec::new() };
        if self.budget.is_spent() {
            return String::new();
        }
        let blocks = with_calls(text, blocks, &calls);
        sort_in(text, calls, &mut regions);
        let spans: Vec<_> = regions.iter().map(|region| (region.span.clone(), region.alone)).collect();
        let masked = mask_all(text, &spans);
        let document = Document::new(&masked, &blocks, document_options(&self.options, self.footnotes));
        self.footnotes += document.footnotes();
        Writer::new(self, origin, text, offset, &regions).write(document.events())
    }

    fn html_blocks(&mut self, origin: &SourceText, (text, offset): (&str, usize), raw: &[Call]) -> Vec<HtmlBlock> {
        if !text.contains('<') {
            return Vec::new();
        }
        let found = html::blocks(&without_code(&without(text, raw)));
        for start in found.unclosed {
            let end = text[start..].find(['>', '\n']).map_or(text.len(), |at| start + at + 1);
            let mut warning = lost::unclosed(&text[start..]);
            if !warning.is_error() {
                warning = warning.help("write its end tag; until then, all of the text after it is HTML");
            }
            self.host.report(warning.at(origin.place(offset + start..offset + end)).label("begins here"));
        }
        found.blocks
    }

    /// The tags that the host knows. Others are text, which is reported.
    fn known_calls(&mut self, origin: &SourceText, (text, offset): (&str, usize), blocks: &[HtmlBlock], raw: &[Call]) -> Vec<Call> {
        let regions = regions(blocks);
        let masked = without_regions(text, &regions, raw);
        let document = Document::new(&masked, blocks, document_options(&self.options, 0));
        let skip = with_verbatim(text, document.code(), &regions);
        let host = &*self.host;
        let unknown = tags::unknown(text, &skip, raw, |name| host.is_tag(name));
        let mut skip = skip;
        skip.extend(unknown.iter().map(|(_, span)| span.start..span.start + 2));
        skip.sort_by_key(|span| span.start);
        for (name, span) in unknown {
            let message = format!("there is no tag `{name}`, so this is shown as text");
            let help = "write HTML instead, use a plugin that has the tag, or put a backslash before it if it is text";
            self.foreign(origin, offset, Foreign { span, message, help });
        }
        self.scan(origin, (text, offset), &skip, raw)
    }
}

fn document_options<'o>(options: &ConvertOptions<'o>, footnotes: usize) -> DocumentOptions<'o> {
    DocumentOptions { deepest: options.limits.nesting + 1, footnotes, toc: options.toc, smart: options.smart }
}

/// Blocks of HTML, and the tags of elements with Markdown in them.
fn regions(blocks: &[HtmlBlock]) -> Vec<Region> {
    let region = |span: Range<usize>| Region { span, call: None, inside: Vec::new(), alone: true };
    let mut spans: Vec<Range<usize>> = Vec::new();
    for block in blocks {
        match &block.markdown {
            Some(element) => spans.extend([element.open.clone(), element.close.clone()]),
            None => spans.push(block.span.clone()),
        }
    }
    spans.retain(|span| !span.is_empty());
    spans.sort_by_key(|span| span.start);
    spans.into_iter().map(region).collect()
}

/// The blocks that are outside of tags, and the tags that are blocks: nothing else stands on their lines, and no more than three spaces.
fn with_calls(text: &str, mut blocks: Vec<HtmlBlock>, calls: &[Call]) -> Vec<HtmlBlock> {
    let around = |at: usize| {
        let next = calls.partition_point(|call| call.span.start <= at);
        next.checked_sub(1).map(|number| &calls[number]).is_some_and(|call| at < call.span.end)
    };
    blocks.retain(|block| !around(block.span.start));
    let html: Vec<&Range<usize>> = blocks.iter().filter(|block| block.markdown.is_none()).map(|block| &block.span).collect();
    let is_inside = |span: &Range<usize>| {
        let next = html.partition_point(|block| block.start <= span.start);
        next.checked_sub(1).is_some_and(|number| span.end <= html[number].end)
    };
    let is_block = |span: &Range<usize>| {
        let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        span.start - line <= 3
            && text[line..span.start].trim().is_empty()
            && text[span.end..].lines().next().unwrap_or_default().trim().is_empty()
    };
    let alone: Vec<Range<usize>> = calls.iter().map(|call| call.span.clone()).filter(|span| is_block(span) && !is_inside(span)).collect();
    blocks.extend(alone.into_iter().map(|span| HtmlBlock { span, markdown: None }));
    blocks.sort_by_key(|block| block.span.start);
    blocks
}
