//! Summaries: the HTML of a page in, its first words as HTML out, or what the author has marked.
//!
//! Promised: a summary is a valid fragment that can stand in a card, many to a page: no links, headings, images, iframes, scripts or
//! form controls, no `id`.

use avocet_plugin::html::elements::{heading_level, is_unread};
use avocet_plugin::html::{Tag, Token, Truncation, tokens, truncate};

/// The first words of a page as HTML, with ` …` after the last if there are more.
#[must_use]
pub fn first_words(html: &str, words: usize) -> String {
    truncate(
        html,
        &Truncation { words, drops: is_dropped, unwraps: is_unwrapped, keeps_attribute: is_kept_attribute, keeps_empty: is_kept_empty },
    )
}

/// What stands before a comment that ends the summary, such as `<!-- more -->`, if there is one.
///
/// Source: Hugo and Zola (`more`), Docusaurus (`truncate`), and Pelican's plugin summary.
#[must_use]
pub fn marked(html: &str) -> Option<String> {
    // Most pages have no comment, and are not looked at.
    if !html.contains("<!--") {
        return None;
    }
    let mut start = 0;
    for (token, span) in tokens(html) {
        let Token::Comment(comment) = token else { continue };
        let word = comment.trim_start_matches("<!--").trim_end_matches("-->").trim();
        if word == "PELICAN_BEGIN_SUMMARY" {
            start = span.end;
        } else if ["more", "truncate", "PELICAN_END_SUMMARY"].iter().any(|end| word.eq_ignore_ascii_case(end)) {
            let summary = first_words(html.get(start..span.start)?, usize::MAX);
            return Some(summary).filter(|summary| !summary.is_empty());
        }
    }
    None
}

/// Whether an element is left out of a summary with all that it holds.
fn is_dropped(tag: &Tag<'_>) -> bool {
    is_unread(&tag.name)
        || heading_level(&tag.name).is_some()
        || matches!(&*tag.name, "hgroup" | "nav" | "figcaption" | "picture")
        || matches!(&*tag.name, "button" | "datalist" | "embed" | "img" | "input" | "link" | "meter" | "output" | "progress")
        || tag.value("class").is_some_and(|classes| has_dropped_class(&classes))
}

/// Footnotes and what leads to them, anchors of headings, tables of contents: as Avocet writes them, and as Python-Markdown does.
fn has_dropped_class(value: &str) -> bool {
    const DROPPED: [&str; 10] = [
        "anchor",
        "contents",
        "footnote",
        "footnote-backref",
        "footnote-ref",
        "footnote-reference",
        "footnotes",
        "headerlink",
        "toc",
        "toc-backref",
    ];
    value.split_ascii_whitespace().any(|class| DROPPED.contains(&class))
}

/// Whether the tags of an element are left out and its content stays: a summary is a part of a link, a list and a page already.
#[rustfmt::skip]
fn is_unwrapped(name: &str) -> bool {
    matches!(
        name,
        "a" | "area" | "base" | "body" | "details" | "dialog" | "fieldset" | "form" | "html" | "label" | "legend" | "main" | "map" | "meta"
            | "param" | "source" | "summary" | "track"
    )
}

/// Whether an attribute can stand in a page any number of times, and leads to nothing that is not in the summary.
fn is_kept_attribute(name: &str) -> bool {
    !matches!(
        name,
        "id" | "accesskey" | "aria-controls" | "aria-describedby" | "aria-labelledby" | "autofocus" | "headers" | "itemref" | "tabindex"
    )
}

/// Whether an element is kept that has lost all of its content: a cell, which the ones after it need.
fn is_kept_empty(name: &str) -> bool {
    matches!(name, "td" | "th" | "col" | "colgroup")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_ends_a_summary() {
        let table = [
            ("<p>a</p>\n<!-- more -->\n<p>b</p>", Some("<p>a</p>")),
            ("<p>a <b>b<!--MORE--> c</b></p>", Some("<p>a <b>b</b></p>")),
            ("<p>a</p><!-- PELICAN_BEGIN_SUMMARY --><p>b</p><!-- PELICAN_END_SUMMARY --><p>c</p>", Some("<p>b</p>")),
            ("<!-- more --><p>a</p>", None),
            ("<p>a</p><!-- more of it --><p title='<!-- more -->'>b</p>", None),
        ];
        for (html, summary) in table {
            assert_eq!(marked(html).as_deref(), summary, "{html}");
        }
    }

    #[test]
    fn a_summary_has_nothing_that_a_card_cannot_hold() {
        let table = [
            ("<h2 id=\"a\">A <a class=\"anchor\" href=\"#a\">#</a></h2>\n<p id=\"b\">b</p>", "<p>b</p>"),
            ("<p>a <a href=\"/x\">link &amp; <em id=e>more</em></a></p>", "<p>a link &amp; <em>more</em></p>"),
            ("<p>a<sup class=\"footnote-reference\" id=\"r\"><a href=\"#1\">1</a></sup> b</p>", "<p>a b</p>"),
            ("<p><img src=\"x\" alt=\"y\"></p>\n<p>b</p>", "<p>b</p>"),
            (
                "<div class=\"c\"><figure><img src=x><figcaption>f</figcaption></figure></div><ul><li></li><li>a</li></ul>",
                "<ul><li>a</li></ul>",
            ),
            ("<form action=x><label>a <input></label><select><option>b</select><button>c</button></form>", "a"),
            ("<svg><title>a</title><svg></svg>b</svg>c<iframe src=x>d</iframe><style>e</style>", "c"),
            (
                "<pre tabindex=\"0\"><code class=\"language-c\">a &lt; b\n</code></pre>",
                "<pre><code class=\"language-c\">a &lt; b\n</code></pre>",
            ),
            ("<table><tr><td></td><td>a</td></tr></table>", "<table><tr><td></td><td>a</td></tr></table>"),
            ("<section class=\"footnotes\" aria-label=x><ol><li>a</li></ol></section>b", "b"),
        ];
        for (html, summary) in table {
            assert_eq!(first_words(html, 50), summary, "{html}");
        }
    }
}
