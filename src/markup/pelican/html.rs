//! Raw HTML in a text, as Python-Markdown's `htmlparser.py` and `md_in_html` find it.
//!
//! A block-level element at the beginning of a line runs to its end tag, whatever it holds; an element that is not block-level is part of
//! a line of text. An element with `markdown="1"` has Markdown in it.

use std::borrow::Cow;
use std::ops::Range;

use avocet_plugin::html::elements::{Content, content};
use avocet_plugin::html::{OpenElements, Tag, Token, tokens_from};

/// A block of raw HTML, or an element with Markdown in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HtmlBlock {
    /// All of it.
    pub span: Range<usize>,
    /// Of an element with Markdown in it: its tags.
    pub markdown: Option<MarkdownElement>,
}

/// The tags of an element with Markdown in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownElement {
    /// Its start tag.
    pub open: Range<usize>,
    /// Its end tag; empty if it has none.
    pub close: Range<usize>,
    /// Whether it holds a line of text, and no paragraphs.
    pub is_line: bool,
}

/// What [`blocks`] finds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HtmlBlocks {
    /// In the order in which they begin; those in an element follow it.
    pub blocks: Vec<HtmlBlock>,
    /// Where elements begin that have no end. They are blocks to the end of the text.
    pub unclosed: Vec<usize>,
}

/// The blocks of raw HTML of a text, from the `<` to the last `>`.
#[must_use]
pub fn blocks(text: &str) -> HtmlBlocks {
    let text = &*without_open_comments(text);
    let mut scan = Scan { text, found: HtmlBlocks::default(), raw: None, open: OpenElements::default(), in_tail: false };
    let mut at = 0;
    // The tokens are read anew after what browsers read to the end of the text and Python-Markdown does not.
    let last = text.rfind('>').unwrap_or(0);
    while let Some(start) = text.get(at..last).and_then(|rest| rest.find('<')).map(|found| at + found) {
        scan.in_tail &= !text.get(at..start).is_some_and(|between| between.contains('\n'));
        at = scan.run(start);
    }
    scan.finish()
}

/// The text with other letters for the beginnings of comments that have no end: these are text.
fn without_open_comments(text: &str) -> Cow<'_, str> {
    let last = text.rfind("-->").unwrap_or(0);
    match text[last..].contains("<!--") {
        true => Cow::Owned(format!("{}{}", &text[..last], text[last..].replace("<!--", "xxxx"))),
        false => Cow::Borrowed(text),
    }
}

/// Whether an element is block-level for Python-Markdown.
#[must_use]
#[rustfmt::skip]
pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address" | "article" | "aside" | "blockquote" | "body" | "canvas" | "center" | "colgroup" | "dd" | "details" | "div" | "dl" | "dt"
            | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "group" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header"
            | "hgroup" | "hr" | "html" | "iframe" | "legend" | "li" | "main" | "map" | "math" | "menu" | "nav" | "noscript" | "object" | "ol"
            | "option" | "output" | "p" | "pre" | "progress" | "script" | "section" | "style" | "summary" | "table" | "tbody" | "td"
            | "textarea" | "tfoot" | "th" | "thead" | "tr" | "ul" | "video"
    )
}

/// Whether an element with `markdown="1"` holds a line of text, and no paragraphs.
fn holds_line(name: &str) -> bool {
    matches!(name, "address" | "dd" | "dt" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "legend" | "li" | "p" | "summary" | "td" | "th")
}

/// What is known of a text while it is read.
struct Scan<'t> {
    text: &'t str,
    found: HtmlBlocks,
    /// Where the block of raw HTML begins that is open, and the names of its open elements.
    raw: Option<(usize, OpenElements<'t, ()>)>,
    /// The open elements with Markdown in them, by their number among the blocks.
    open: OpenElements<'t, usize>,
    /// Whether a block has ended on this line.
    in_tail: bool,
}

impl<'t> Scan<'t> {
    /// Reads tokens from `start` on, up to where they must be read anew.
    fn run(&mut self, start: usize) -> usize {
        let mut end = start;
        for (token, span) in tokens_from(self.text, start) {
            end = span.end;
            match token {
                Token::Start(tag) => {
                    let is_markup = content(&tag.name) == Content::Markup;
                    self.start(tag, span);
                    if self.raw.is_none() && !is_markup {
                        return end;
                    }
                }
                Token::End(name) => self.end(&name, span),
                Token::Text(text) if self.in_tail => self.in_tail = !text.contains('\n'),
                Token::Comment(comment) if self.raw.is_none() && comment.starts_with("<!--") && !comment.ends_with("-->") => {
                    return span.start + 4;
                }
                Token::Comment(_) if self.raw.is_none() && self.begins(span.start) => self.block(span),
                _ => {}
            }
        }
        // A tag that never ends is no token.
        if end < self.text.len() {
            self.text.get(end..).and_then(|rest| rest.find('<')).map_or(self.text.len(), |at| end + at + 1)
        } else {
            end
        }
    }

    /// Whether a block may begin here: at most three spaces stand before it, or a block has ended before it on the line.
    fn begins(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or_default();
        let spaces = before.len() - before.trim_end_matches(' ').len();
        let is_first = spaces <= 3 && (before.len() == spaces || before.as_bytes().get(before.len() - spaces - 1) == Some(&b'\n'));
        let opened = self.open.last().and_then(|(_, number)| self.found.blocks.get(*number)).and_then(|block| block.markdown.as_ref());
        (is_first || self.in_tail || opened.is_some_and(|element| element.open.end == at)) && opened.is_none_or(|element| !element.is_line)
    }

    fn start(&mut self, tag: Tag<'t>, span: Range<usize>) {
        if let Some((_, names)) = &mut self.raw {
            if !tag.self_closing && tag.name != "hr" {
                names.push(tag.name, ());
            }
            return;
        }
        if !is_block(&tag.name) || !self.begins(span.start) {
            return;
        }
        if tag.self_closing || tag.name == "hr" {
            return self.block(span);
        }
        match element(&tag, span.clone()) {
            Some(element) => {
                self.open.push(tag.name, self.found.blocks.len());
                self.found.blocks.push(HtmlBlock { span, markdown: Some(element) });
            }
            None => {
                let mut names = OpenElements::default();
                names.push(tag.name, ());
                self.raw = Some((span.start, names));
            }
        }
    }

    fn end(&mut self, name: &str, span: Range<usize>) {
        if let Some((start, names)) = &mut self.raw {
            if let Some(depth) = names.depth_of(name) {
                while names.len() > depth && names.pop().is_some() {}
            }
            if names.is_empty() {
                let start = *start;
                self.raw = None;
                self.block(start..span.end);
            }
        } else if let Some(depth) = self.open.depth_of(name) {
            while let Some((_, number)) = self.open.pop() {
                // Elements in it that are still open end before it.
                let is_last = self.open.len() == depth;
                close(&mut self.found.blocks, number, if is_last { span.clone() } else { span.start..span.start });
                if is_last {
                    break;
                }
            }
            self.in_tail = true;
        }
    }

    fn block(&mut self, span: Range<usize>) {
        self.found.blocks.push(HtmlBlock { span, markdown: None });
        self.in_tail = true;
    }

    fn finish(mut self) -> HtmlBlocks {
        let end = self.text.len();
        if let Some((start, _)) = self.raw.take() {
            self.found.unclosed.push(start);
            self.block(start..end);
        }
        while let Some((_, number)) = self.open.pop() {
            self.found.unclosed.extend(self.found.blocks.get(number).map(|block| block.span.start));
            close(&mut self.found.blocks, number, end..end);
        }
        self.found
    }
}

/// The element that this tag opens, if it has Markdown in it.
fn element(tag: &Tag, open: Range<usize>) -> Option<MarkdownElement> {
    let is_line = match &*tag.value("markdown")? {
        "block" => false,
        "span" => true,
        "1" | "" | "markdown" => holds_line(&tag.name),
        _ => return None,
    };
    let is_raw = matches!(&*tag.name, "canvas" | "math" | "option" | "pre" | "script" | "style" | "textarea");
    (!is_raw).then_some(MarkdownElement { close: open.end..open.end, open, is_line })
}

/// Ends an element with Markdown in it.
fn close(blocks: &mut [HtmlBlock], number: usize, tag: Range<usize>) {
    if let Some(HtmlBlock { span, markdown: Some(element) }) = blocks.get_mut(number) {
        span.end = tag.end;
        element.close = tag;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        blocks(text).blocks.into_iter().map(|block| &text[block.span]).collect()
    }

    #[test]
    fn a_block_runs_to_its_end_tag() {
        assert_eq!(found("a\n<div>\n\n    <p>\n</div> b\n"), ["<div>\n\n    <p>\n</div>"]);
        assert_eq!(found("<p>a</p><p>b</p> c <p>\n"), ["<p>a</p>", "<p>b</p>", "<p>\n"]);
        assert_eq!(found("<hr>\n<!-- c -->\n  <div/>\n"), ["<hr>", "<!-- c -->", "<div/>"]);
        assert_eq!(found("<script>\nif (a < b) '<div>'\n</script>\n"), ["<script>\nif (a < b) '<div>'\n</script>"]);
    }

    #[test]
    fn what_is_not_block_level_or_not_at_the_beginning_of_a_line_is_text() {
        for text in ["<img src=a>\n", "<audio></audio>", "a <div></div>", "    <div></div>", "`<div>`", "a < b", "<!-- a", "x <script> y"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn an_element_without_an_end_takes_all() {
        assert_eq!(blocks("a\n\n<div>\n\nb"), HtmlBlocks { blocks: vec![HtmlBlock { span: 3..11, markdown: None }], unclosed: vec![3] });
        assert_eq!(found("x <script> y\n\n<div></div>\n"), ["<div></div>"]);
    }

    #[test]
    fn an_element_can_have_markdown_in_it() {
        let text = "<div markdown=\"1\">\n*a*\n\n<p>b</p>\n<h2 markdown=1>*c* <p></h2>\n</div>\n";
        let elements: Vec<_> = blocks(text).blocks;
        let tags = |block: &HtmlBlock| block.markdown.clone().map(|element| (&text[element.open], &text[element.close], element.is_line));
        let tags: Vec<_> = elements.iter().map(tags).collect();
        assert_eq!(tags, [Some(("<div markdown=\"1\">", "</div>", false)), None, Some(("<h2 markdown=1>", "</h2>", true))]);
    }

    #[test]
    fn many_tags_take_linear_time() {
        for part in ["<div>\n", "<div><p>", "<!-- ", "<a ", "x<script>", "<div markdown=1>\n", "<div></div>\n", "</div>", "<"] {
            let count = 20_000;
            assert!(blocks(&part.repeat(count)).blocks.len() <= count, "{part}");
        }
    }
}
