//! Raw HTML in Markdown: a text in, the places of its blocks of raw HTML out, which Markdown must not look into.
//!
//! `CommonMark` ends such a block at the first blank line, and reads what is indented after it as code; texts that were written for
//! Python-Markdown rely on its rule (<https://python-markdown.github.io/>, `htmlparser.py`): a block-level element runs to its
//! matching end tag. Promised: ranges in order that do not overlap, begin at a `<`, and stand outside of code; linear time.

mod fence;

use std::collections::HashMap;
use std::ops::Range;

use avocet_plugin::html::elements::is_void;
use avocet_plugin::html::{Token, tokens_from};
use fence::Fence;

/// So many elements may be without an end before the search for one is given up, each time through the whole text.
const MOST_SEARCHES: usize = 32;

/// The element that Markdown can stand in.
const DETAILS: &str = "details";

/// What [`html_blocks`] finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawBlocks {
    /// The blocks, from the `<` to the end of the line, or to the `>` where more follows in the line.
    pub ranges: Vec<Range<usize>>,
    /// Where start tags and comments begin that have no end. They are in no range.
    pub unclosed: Vec<usize>,
}

/// The blocks of raw HTML of a Markdown text.
///
/// A block begins with a comment or the start tag of a block-level element, with at most three spaces before it in the line, and ends
/// with the matching end tag, blank lines and all; quoted attributes, comments and scripts do not confuse it. Elements at which
/// `CommonMark` would not interrupt a paragraph need a blank line, a fence or a block before them. Tags in code are text.
#[must_use]
pub fn html_blocks(markdown: &str) -> RawBlocks {
    let mut scan = Scan { text: markdown, found: RawBlocks::default(), ends: HashMap::new(), searches: 0, markdown: usize::MAX };
    let mut fence: Option<Fence> = None;
    let mut interrupts = false;
    let mut at = 0;
    while let Some(line) = markdown.get(at..).and_then(|rest| rest.split_inclusive('\n').next()) {
        let next = at + line.len();
        if let Some(open) = fence.take_if(|open| open.left_by(line)) {
            // The line that closes a fence belongs to it, one that leaves the quotation around it does not.
            interrupts = false;
            if !open.quoted || open.closed_by(line) {
                at = next;
            }
            continue;
        }
        if fence.is_none() {
            if let Some(end) = scan.block(at, line, interrupts) {
                (at, interrupts) = (end, false);
                continue;
            }
            fence = Fence::opened_by(line);
            interrupts = !line.trim().is_empty();
        }
        at = next;
    }
    scan.found
}

/// What is known of a text while it is read.
struct Scan<'t> {
    text: &'t str,
    found: RawBlocks,
    /// Where elements end that were met in a search that failed, by name and by where they begin: it is not done again.
    ends: HashMap<String, HashMap<usize, Option<usize>>>,
    searches: usize,
    /// Where Markdown stands in `<details>`, as far as it was looked for.
    markdown: usize,
}

impl Scan<'_> {
    /// Records the block that begins with this line, and returns where the next line is; `None` if no block begins here.
    fn block(&mut self, at: usize, line: &str, interrupts: bool) -> Option<usize> {
        let html = line.trim_start_matches(' ');
        let start = at + line.len() - html.len();
        if start > at + 3 {
            return None;
        }
        let rest = html.strip_prefix('<')?;
        let end = if rest.starts_with("!--") {
            self.comment_end(start)
        } else {
            let name = rest.split(|end: char| end.is_ascii_whitespace() || end == '/' || end == '>').next()?.to_ascii_lowercase();
            if !is_block(&name) || (interrupts && !is_interrupting(&name)) {
                return None;
            }
            self.element_end(start, &name)
        };
        let Some(end) = end else {
            self.found.unclosed.push(start);
            return None;
        };
        let after = self.text.get(end..)?.split_inclusive('\n').next().unwrap_or_default();
        let end = if after.trim().is_empty() { end + after.len() } else { end };
        let end = self.markdown_in(start..end).unwrap_or(end);
        self.found.ranges.push(start..end);
        Some(end)
    }

    /// Where the raw HTML of `<details>` ends that has Markdown below an empty line: at the first empty line, as in `CommonMark`.
    ///
    /// What other elements hold counts for nothing, except `details` in them, so that pasted HTML stays as it is.
    fn markdown_in(&mut self, element: Range<usize>) -> Option<usize> {
        if !self.text.get(element.start + 1..)?.get(..DETAILS.len())?.eq_ignore_ascii_case(DETAILS) {
            return None;
        }
        let (mut depth, mut empty) = (0_usize, None);
        for (token, span) in tokens_from(self.text, element.start).take_while(|(_, span)| span.start < element.end) {
            match token {
                Token::Start(tag) if tag.name != DETAILS && !tag.self_closing && !is_void(&tag.name) => depth += 1,
                Token::End(name) if name != DETAILS => depth = depth.saturating_sub(1),
                Token::Text(_) if depth == 0 => {
                    let (first, markdown) = empty_line(self.text.get(span.clone())?);
                    empty = empty.or_else(|| first.map(|at| span.start + at));
                    if markdown {
                        self.markdown = span.start;
                    }
                    if empty.is_some() && element.contains(&self.markdown) {
                        return empty;
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn comment_end(&mut self, start: usize) -> Option<usize> {
        let ends = self.ends.entry("!--".to_owned()).or_default();
        if !ends.is_empty() {
            return None;
        }
        let end = tokens_from(self.text, start).next().map(|(_, span)| span.end);
        let end = end.filter(|end| self.text.get(start..*end).is_some_and(|comment| comment.ends_with('>')));
        if end.is_none() {
            ends.insert(start, None);
        }
        end
    }

    /// Where the element ends that begins here.
    fn element_end(&mut self, start: usize, name: &str) -> Option<usize> {
        if let Some(known) = self.ends.get(name).and_then(|ends| ends.get(&start)) {
            return *known;
        }
        if self.searches >= MOST_SEARCHES {
            return None;
        }
        let mut open = Vec::new();
        let mut ends = HashMap::new();
        for (token, span) in tokens_from(self.text, start) {
            match token {
                Token::Start(tag) if tag.name == name && !tag.self_closing && !is_void(name) => open.push(span.start),
                Token::End(end) if end == name => {
                    ends.extend(open.pop().map(|start| (start, Some(span.end))));
                }
                _ => {}
            }
            if open.is_empty() {
                // Those in it are met again, if Markdown can stand in it.
                if name == DETAILS {
                    self.ends.entry(name.to_owned()).or_default().extend(ends);
                }
                return Some(span.end);
            }
        }
        self.searches += 1;
        ends.extend(open.into_iter().map(|start| (start, None)));
        self.ends.entry(name.to_owned()).or_default().extend(ends);
        None
    }
}

/// Where the first empty line stands in what follows a tag, and whether Markdown stands right below an empty line.
fn empty_line(text: &str) -> (Option<usize>, bool) {
    let (mut first, mut at, mut is_below) = (None, 0, false);
    for line in text.split_inclusive('\n') {
        let is_empty = line.trim().is_empty();
        if is_below && !is_empty && !line.starts_with("    ") {
            return (first, true);
        }
        is_below = (is_below || at > 0) && is_empty && line.ends_with('\n');
        if is_below && first.is_none() {
            first = Some(at);
        }
        at += line.len();
    }
    (first, false)
}

/// Whether a line that begins with the element is raw HTML: Python-Markdown's block-level elements, and those that embed.
fn is_block(name: &str) -> bool {
    is_interrupting(name)
        || matches!(
            name,
            "audio" | "canvas" | "hgroup" | "map" | "object" | "output" | "progress" | "svg" | "template" | "video" | "math" | "picture"
        )
}

/// Whether the element interrupts a paragraph: the start conditions 1 and 6 of HTML blocks in `CommonMark`, which are block-level too.
#[rustfmt::skip]
fn is_interrupting(name: &str) -> bool {
    matches!(
        name,
        "address" | "article" | "aside" | "blockquote" | "body" | "center" | "colgroup" | "dd" | "details" | "dialog" | "dir" | "div"
            | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "frame" | "frameset" | "h1" | "h2" | "h3" | "h4"
            | "h5" | "h6" | "head" | "header" | "hr" | "html" | "iframe" | "legend" | "li" | "link" | "main" | "menu" | "meta" | "nav"
            | "noframes" | "noscript" | "ol" | "optgroup" | "option" | "p" | "pre" | "script" | "section" | "style" | "summary" | "table"
            | "tbody" | "td" | "textarea" | "tfoot" | "th" | "thead" | "title" | "tr" | "ul"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    /// The blocks as they are in the text, and the rest of the text from each start without an end, as far as it goes in its line.
    fn blocks(text: &str) -> (Vec<&str>, Vec<&str>) {
        let found = html_blocks(text);
        let unclosed = found.unclosed.iter().filter_map(|&start| text[start..].lines().next()).collect();
        (found.ranges.into_iter().map(|range| &text[range]).collect(), unclosed)
    }

    #[test]
    fn a_block_runs_to_its_matching_end_tag() {
        let table: &[(&str, &[&str])] = &[
            ("<div>\n\n    a\n\n</div>\n\nb", &["<div>\n\n    a\n\n</div>\n"]),
            ("a\n\n  <div><div>\n</div>\n</div> \nb", &["<div><div>\n</div>\n</div> \n"]),
            ("<DIV>\r\n\r\n<Div>\r\n</dIV></div>\r\nb", &["<DIV>\r\n\r\n<Div>\r\n</dIV></div>\r\n"]),
            ("<p>a</p> b\n", &["<p>a</p>"]),
            ("<p>a</p><p>\n\nb</p>\n", &["<p>a</p>", "<p>\n\nb</p>\n"]),
            ("<ul></ul>\n<ul>\n</ul>", &["<ul></ul>\n", "<ul>\n</ul>"]),
            ("# A\n<div>\n\n</div>\n", &["<div>\n\n</div>\n"]),
            ("<div>\n<!-- </div> -->\n\n</div>\n", &["<div>\n<!-- </div> -->\n\n</div>\n"]),
            ("<div title=\"</div>\" data-x='>'>\n\n</div>", &["<div title=\"</div>\" data-x='>'>\n\n</div>"]),
            ("<script>\n\nlet a = '<script>';\n</script>\n", &["<script>\n\nlet a = '<script>';\n</script>\n"]),
            ("<hr>\n\n<link rel=x>\ntext", &["<hr>\n", "<link rel=x>\n"]),
            ("<div/>\n\ntext</div>", &["<div/>\n"]),
            ("<div>\n<div/>\n</div>\n", &["<div>\n<div/>\n</div>\n"]),
            ("<!-- a\n\n<div>\n-->\nb", &["<!-- a\n\n<div>\n-->\n"]),
            ("<svg>\n\n</svg>", &["<svg>\n\n</svg>"]),
        ];
        for (text, expected) in table {
            assert_eq!(blocks(text), (expected.to_vec(), vec![]), "{text}");
        }
    }

    #[test]
    fn markdown_can_stand_in_details_below_an_empty_line() {
        let table: &[(&str, &[&str])] = &[
            ("<details>\n<summary>a</summary>\n\n**b**\n\n</details>\nc", &["<details>\n<summary>a</summary>\n"]),
            ("<details>\n<summary>a</summary>\n\n<p>b</p>\n\nc\n</details>", &["<details>\n<summary>a</summary>\n", "<p>b</p>\n"]),
            ("<details>\n\n<details>\n\nb\n</details>\n</details>", &["<details>\n", "<details>\n"]),
            (
                "<details>\n\n<pre>\n\nb</pre>\n\n    <b>c</b>\n\n</details>\n",
                &["<details>\n\n<pre>\n\nb</pre>\n\n    <b>c</b>\n\n</details>\n"],
            ),
            ("<details>\na\n</details>\n\nb", &["<details>\na\n</details>\n"]),
        ];
        for (text, expected) in table {
            assert_eq!(blocks(text), (expected.to_vec(), vec![]), "{text}");
        }
    }

    #[test]
    fn what_is_not_at_block_level_is_none() {
        for text in [
            "a <div>b</div>",
            "    <div>\n\n    </div>",
            "\t<div></div>",
            "text\n<svg></svg>",
            "<span>a</span>",
            "<https://example.com>",
            "<div.x>",
            "a < b",
            "</div>",
            "```html\n\n<div>\n\n```\n",
            "~~~~ html\n<div>\n```\n~~~\n\n<p>\n~~~~~",
            "- ```\n\n  <div>\n  ```\n",
            "> ```\n> <div>\n",
            "````\n```\n\n<div>",
        ] {
            assert_eq!(blocks(text), (vec![], vec![]), "{text}");
        }
    }

    #[test]
    fn code_ends_where_its_fence_does() {
        for text in ["```\n<div>\n```\n<p></p>", "> ~~~\n> <div>\n<p></p>", "``` a`b\n\n<p></p>", "1. ```\n   <div>\n   ```\n\n<p></p>"] {
            assert_eq!(blocks(text), (vec!["<p></p>"], vec![]), "{text}");
        }
    }

    #[test]
    fn a_start_without_an_end_is_reported_and_ends_nothing_else() {
        let table: &[(&str, &[&str], &[&str])] = &[
            ("<div>\n\n<p>a</p>\n", &["<p>a</p>\n"], &["<div>"]),
            ("<div>\n\n<div>\n\n</div>\nb", &["<div>\n\n</div>\n"], &["<div>"]),
            ("<div class=\"a>\n\n<p></p>", &["<p></p>"], &["<div class=\"a>"]),
            ("<!-- a\n\n<p></p>\n\n<!-- b", &["<p></p>\n"], &["<!-- a", "<!-- b"]),
        ];
        for (text, ranges, unclosed) in table {
            assert_eq!(blocks(text), (ranges.to_vec(), unclosed.to_vec()), "{text}");
        }
    }

    #[test]
    fn pages_of_the_nhs_python_community_are_read_as_they_were_meant() {
        let frame = "<iframe width=\"900\" height=\"500\"\n  src=\"../static/openhealth-stats-plotly\"\n></iframe>\n";
        let link = "<div class=\"nhsuk-action-link\">\n    <a href=\"https://forms.office.com/r/P\">\n        <svg viewBox=\"0 0 24 24\">\n            \
                    <path d=\"M0 0h24v24H0z\" fill=\"none\"></path>\n        </svg>\n\n        <span>Leave us your details.</span>\n    </a>\n</div>\n";
        let card = "<ul class=\"nhsuk-grid-row\">\n    <li>\n        <p>Join us.</p>\n        <!--<a class=\"nhsuk-button\">\n              Join\n            \
                    </a></ul>-->\n    </li>\n</ul>\n";
        let text = format!("Today.\n\n{frame}\n## Why?\n\n> “Public\n> [N](https://x)\n\n{link}\n### Open\n{card}{card}\nEnd\n");
        assert_eq!(blocks(&text), (vec![frame, link, card, card], vec![]));
    }

    #[test]
    fn many_blocks_are_found_whether_they_are_closed_or_not() {
        let count = 20_000;
        assert_eq!(html_blocks(&"<div>\n\n".repeat(count)).unclosed.len(), count);
        assert_eq!(html_blocks(&"<div>".repeat(count)).unclosed.len(), 1);
        assert_eq!(html_blocks(&"<p \"\n\n".repeat(count)).unclosed.len(), count);
        assert_eq!(html_blocks(&"<!--\n\n".repeat(count)).unclosed.len(), count);
        assert_eq!(html_blocks(&("<ul>\n".repeat(count) + &"</ul>\n".repeat(count))).ranges.len(), 1);
        assert_eq!(html_blocks(&("<ul>\n".repeat(count) + &"</ul>\n".repeat(count / 2))).ranges.len(), 1);
        assert_eq!(html_blocks(&("<details>\n\n".repeat(count) + "a\n" + &"</details>\n\n".repeat(count))).ranges.len(), count);
        assert_eq!(html_blocks(&("<details>\n\n".repeat(count) + &"</details>\n\n".repeat(count))).ranges.len(), 1);
    }

    proptest! {
        #[test]
        fn blocks_are_in_order_and_begin_with_a_tag(text in r#"(<div>|</div>|<p a="|<!--|-->|```|~~~|    |> |- |\r?\n|\n\n|[a-cé"<>/ ])*"#) {
            let found = html_blocks(&text);
            let mut end = 0;
            for range in &found.ranges {
                prop_assert!(end <= range.start && range.start < range.end);
                prop_assert!(text[range.clone()].starts_with('<') && text[range.clone()].trim_end().ends_with('>'));
                end = range.end;
            }
            prop_assert!(found.unclosed.iter().all(|start| text[*start..].starts_with('<')));
        }
    }
}
