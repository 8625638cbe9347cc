//! Stretches of a text that the Markdown parser must not look into: raw HTML and tags. They are masked by HTML of the same length, so
//! that every offset stays true to the source, and put back when the parser comes to them.

use std::borrow::Cow;
use std::ops::Range;

use avocet_plugin::html::{Token, tokens};
use pulldown_cmark::{Event, Parser};

use super::{colons, options};
use crate::markup::tags::Call;

/// A stretch of a text that the Markdown parser must not look into.
pub(super) struct Region {
    pub(super) span: Range<usize>,
    /// The tag that it is, or nothing for raw HTML.
    pub(super) call: Option<Call>,
    /// Tags inside raw HTML.
    pub(super) inside: Vec<Call>,
    /// Whether nothing else stands on its lines.
    pub(super) alone: bool,
}

/// Where code and comments stand in a Markdown text: tags in them are text.
pub(super) fn code(text: &str, regions: &[Region], raw: &[Call], smart: bool) -> Vec<Range<usize>> {
    let (masked, _) = colons::hide(Cow::Owned(without_regions(text, regions, raw)));
    let mut code = Vec::new();
    for (event, range) in Parser::new_ext(&masked, options(smart)).into_offset_iter() {
        let is_comment = |html: &str| html.starts_with("<!--");
        match event {
            Event::Code(_) | Event::Start(pulldown_cmark::Tag::CodeBlock(_)) => code.push(range),
            Event::InlineHtml(html) if is_comment(&html) => code.push(range),
            _ => {}
        }
    }
    with_verbatim(text, code, regions)
}

/// The text with HTML of the same length for raw HTML and for tags with raw bodies.
pub(super) fn without_regions(text: &str, regions: &[Region], raw: &[Call]) -> String {
    let mut spans: Vec<_> = regions.iter().map(|region| (region.span.clone(), true)).collect();
    let is_inside = |span: &Range<usize>| {
        let next = regions.partition_point(|region| region.span.end <= span.start);
        regions.get(next).is_some_and(|region| region.span.start < span.end)
    };
    let raw = raw.iter().map(|call| &call.span).filter(|span| !is_inside(span));
    spans.extend(raw.map(|span| (span.clone(), is_alone(text, span))));
    spans.sort_by_key(|(span, _)| span.start);
    mask_all(text, &spans)
}

/// The same, with what is left alone in raw HTML, in order.
pub(super) fn with_verbatim(text: &str, mut code: Vec<Range<usize>>, regions: &[Region]) -> Vec<Range<usize>> {
    for region in regions {
        code.extend(verbatim(&text[region.span.clone()]).into_iter().map(|r| region.span.start + r.start..region.span.start + r.end));
    }
    code.sort_by_key(|range| range.start);
    code
}

/// Where tags in raw HTML are text: comments, `pre`, `code`, `script`, `style`.
fn verbatim(html: &str) -> Vec<Range<usize>> {
    let mut verbatim = Vec::new();
    let mut tokens = tokens(html);
    while let Some((token, span)) = tokens.next() {
        match token {
            Token::Comment(_) | Token::RawText(_) => verbatim.push(span),
            Token::Start(tag) if matches!(&*tag.name, "pre" | "code") => {
                tokens.skip_element(&tag);
                verbatim.push(span.start..tokens.position());
            }
            _ => {}
        }
    }
    verbatim
}

/// Puts tags where they belong: inside the raw HTML that they stand in, or by themselves. Tags and raw HTML are in the order of the text.
pub(super) fn sort_in(text: &str, calls: Vec<Call>, regions: &mut Vec<Region>) {
    let mut raw = std::mem::take(regions).into_iter().peekable();
    for call in calls {
        let span = call.span.clone();
        regions.extend(std::iter::from_fn(|| raw.next_if(|region| region.span.end <= span.start)));
        // A block form that holds raw HTML swallows it: its body is converted by itself.
        while raw.next_if(|region| span.start <= region.span.start && region.span.end <= span.end).is_some() {}
        match raw.peek_mut().filter(|region| region.span.contains(&span.start)) {
            Some(region) => region.inside.push(call),
            None => {
                let alone = is_alone(text, &span);
                regions.push(Region { span, call: Some(call), inside: Vec::new(), alone });
            }
        }
    }
    regions.extend(raw);
    regions.sort_by_key(|region| region.span.start);
}

/// The text without what stands in raw bodies, in the same length and lines.
pub(super) fn without<'t>(text: &'t str, raw: &[Call]) -> Cow<'t, str> {
    if raw.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for call in raw {
        out.push_str(&text[at..call.span.start]);
        out.extend(text[call.span.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { 'x' }));
        at = call.span.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Whether nothing else stands on the lines of this stretch.
fn is_alone(text: &str, span: &Range<usize>) -> bool {
    let is_space = |sign: char| sign.is_whitespace() && sign != '\n';
    let before = text[..span.start].trim_end_matches(is_space);
    let after = text[span.end..].trim_start_matches(is_space);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

/// A call in a part of a text, as one of the text, in which the part begins at `by`.
pub(super) fn moved(call: &Call, by: usize) -> Call {
    with_ranges(call, |range| range.start + by..range.end + by)
}

/// Calls of a text as those of its part that begins at `start`.
pub(super) fn shift(calls: &[Call], start: usize) -> Vec<Call> {
    calls.iter().map(|call| with_ranges(call, |range| range.start - start..range.end - start)).collect()
}

fn with_ranges(call: &Call, new: impl Fn(&Range<usize>) -> Range<usize>) -> Call {
    Call {
        name: call.name.clone(),
        span: new(&call.span),
        name_span: new(&call.name_span),
        args: call.args.iter().map(|(key, value, span)| (key.clone(), value.clone(), new(span))).collect(),
        words: call.words.iter().map(|(word, span)| (word.clone(), new(span))).collect(),
        body: call.body.as_ref().map(new),
    }
}

/// The text with each range replaced by a comment of the same length.
#[must_use]
pub fn mask(text: &str, ranges: &[Range<usize>]) -> String {
    let spans: Vec<_> = ranges.iter().map(|range| (range.clone(), true)).collect();
    mask_all(text, &spans)
}

/// The text with each range replaced by HTML of the same length: a comment, which is a block, or an element that is part of a line.
pub(super) fn mask_all(text: &str, spans: &[(Range<usize>, bool)]) -> String {
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

/// Whether a URL is, or holds, a tag of this length, as the parser sees it.
pub(super) fn is_masked(url: &str, length: usize) -> bool {
    let name = "x".repeat(length.saturating_sub(2));
    length > 5 && (*url == name || url.contains(&format!("<{name}>")))
}
