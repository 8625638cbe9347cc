//! Summaries: the HTML of a page in, its first words as HTML, its text or the number of its words out.
//!
//! Promised: a summary is a valid fragment that can stand in a card, many to a page: no links, headings, pictures, frames, scripts or
//! form controls, no `id`. It is read only as far as it goes, so that it costs the same for a long page.

use std::borrow::Cow;

use super::html_blocks::tokens::{Tag, Token, Tokens, is_void, lower, tokens};

use self::elements::{implies_end, is_dropped, is_inline, is_invisible, is_kept_attribute, is_kept_empty, is_unwrapped};
#[cfg(test)]
use self::words::count;
use self::words::{decode, words};

mod elements;
mod words;

/// The first words of a page as HTML, with ` …` after the last if there are more.
///
/// The rule is Django's and so Pelican's `truncate_html_words`: a word is a letter, digit or `_` and what follows of these, of
/// apostrophes and hyphens, or else a single character of Chinese, Japanese or Korean; elements that are open at the end are closed.
/// Different from Pelican: nothing is cut when the page has just so many words; scripts do not count; see above for what is left out.
#[must_use]
pub fn first_words(html: &str, words: usize) -> String {
    let mut summary = Summary { html: String::new(), open: Vec::new(), left: words, last: None };
    let mut tokens = tokens(html, 0);
    while let Some((token, _)) = tokens.next().filter(|_| words > 0) {
        match token {
            Token::Start(tag) if is_dropped(tag) => skip(&mut tokens, tag),
            Token::Start(tag) => summary.start(tag),
            Token::Outcome(name) => summary.end(&lower(name)),
            Token::Text(text) => {
                if !summary.text(&decode(text)) {
                    return summary.cut();
                }
            }
            Token::Comment => {}
        }
    }
    summary.finish()
}

/// The text of a piece of HTML: entities decoded, white space folded, with a space where a block begins or ends.
#[must_use]
pub fn plain_text(html: &str) -> String {
    let mut plain = String::new();
    let mut space = false;
    each_text(html, |text| {
        let Some(text) = text else {
            space = true;
            return;
        };
        for part in decode(text).split_inclusive(char::is_whitespace) {
            let word = part.trim_end();
            if space && !word.is_empty() && !plain.is_empty() {
                plain.push(' ');
            }
            plain.push_str(word);
            space = word.len() < part.len() || (space && word.is_empty());
        }
    });
    plain
}

/// How many words a piece of HTML has, by the rule of [`first_words`], with headings and code and without scripts.
#[cfg(test)]
fn count_words(html: &str) -> usize {
    let mut total = 0;
    each_text(html, |text| total += text.map_or(0, |text| count(&decode(text))));
    total
}

/// Gives each text that a reader sees to `read`, and nothing where a block begins or ends.
fn each_text<'h>(html: &'h str, mut read: impl FnMut(Option<&'h str>)) {
    let mut tokens = tokens(html, 0);
    while let Some((token, _)) = tokens.next() {
        match token {
            Token::Text(text) => read(Some(text)),
            Token::Start(tag) if is_invisible(&lower(tag.name)) => skip(&mut tokens, tag),
            Token::Start(Tag { name, .. }) | Token::Outcome(name) if !is_inline(&lower(name)) => read(None),
            _ => {}
        }
    }
}

/// Passes over the content of an element that has just begun, and its end tag.
fn skip(tokens: &mut Tokens<'_>, tag: Tag<'_>) {
    let mut depth = usize::from(!is_void(&lower(tag.name)));
    while depth > 0 {
        match tokens.next() {
            Some((Token::Start(inner), _)) if inner.name.eq_ignore_ascii_case(tag.name) => depth += 1,
            Some((Token::Outcome(name), _)) if name.eq_ignore_ascii_case(tag.name) => depth -= 1,
            Some(_) => {}
            None => return,
        }
    }
}

/// A summary that is being written.
struct Summary<'h> {
    html: String,
    open: Vec<Open<'h>>,
    /// How many words it may still have.
    left: usize,
    /// Where the last of its words ends, and what was open there.
    last: Option<(usize, Vec<Cow<'h, str>>)>,
}

/// An element that has begun.
struct Open<'h> {
    name: Cow<'h, str>,
    /// Where its start tag begins.
    start: usize,
    /// Where its content begins.
    content: usize,
}

impl<'h> Summary<'h> {
    fn start(&mut self, tag: Tag<'h>) {
        let name = lower(tag.name);
        if is_unwrapped(&name) {
            return;
        }
        while self.open.last().is_some_and(|open| implies_end(&open.name, &name)) {
            self.close();
        }
        let start = self.html.len();
        self.html.push('<');
        self.html.push_str(&name);
        for attribute in tag.attributes().filter(|attribute| is_kept_attribute(&lower(attribute.name))) {
            self.html.push(' ');
            self.html.push_str(attribute.source);
        }
        self.html.push('>');
        if !is_void(&name) {
            self.open.push(Open { name, start, content: self.html.len() });
        }
    }

    fn end(&mut self, name: &str) {
        // An end tag without a start tag counts for nothing.
        let Some(depth) = self.open.iter().rposition(|open| open.name == name) else { return };
        while self.open.len() > depth {
            self.close();
        }
    }

    /// Ends the innermost element, or takes it back when nothing of its content was kept.
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let is_empty = self.html.get(open.content..).is_some_and(|content| content.trim().is_empty());
        if is_empty && !is_kept_empty(&open.name) {
            self.html.truncate(open.start);
        } else {
            end_tag(&mut self.html, &open.name);
        }
    }

    /// Writes text; `false` at the first word that is too much.
    fn text(&mut self, text: &str) -> bool {
        let mut written = 0;
        for word in words(text) {
            if self.left == 0 {
                return false;
            }
            self.left -= 1;
            if self.left == 0 {
                escape(text.get(..word.end).unwrap_or_default(), &mut self.html);
                written = word.end;
                self.last = Some((self.html.len(), self.open.iter().map(|open| open.name.clone()).collect()));
            }
        }
        escape(text.get(written..).unwrap_or_default(), &mut self.html);
        true
    }

    /// The summary of a page that has more words.
    fn cut(self) -> String {
        let Some((end, open)) = self.last else { return String::new() };
        let mut html = self.html;
        html.truncate(end);
        html.push_str(" …");
        open.iter().rev().for_each(|name| end_tag(&mut html, name));
        html.trim_start().to_owned()
    }

    /// The summary of a page that has no more words.
    fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.html.trim().to_owned()
    }
}

fn end_tag(html: &mut String, name: &str) {
    html.extend(["</", name, ">"]);
}

/// Appends text as HTML.
fn escape(text: &str, html: &mut String) {
    for part in text.split_inclusive(['&', '<', '>']) {
        let plain = part.trim_end_matches(['&', '<', '>']);
        html.push_str(plain);
        html.push_str(match part.get(plain.len()..) {
            Some("&") => "&amp;",
            Some("<") => "&lt;",
            Some(">") => "&gt;",
            _ => "",
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn the_first_words_are_those_of_pelican_but_for_what_is_named() {
        let table = [
            // Pelican adds the sign here although nothing is cut.
            ("<p>one two three</p>", 3, "<p>one two three</p>"),
            ("<p>one two three.</p>\n", 3, "<p>one two three.</p>"),
            ("<p>one <b>two three</b> four</p>", 2, "<p>one <b>two …</b></p>"),
            ("it's well-known don't -dash", 3, "it's well-known don't …"),
            ("日本語 text", 3, "日本語 …"),
            ("3.14 is pi", 2, "3.14 …"),
            // Entities are written as the characters that they are.
            ("caf&eacute; &mdash; two three", 2, "café — two …"),
            // A script is no text.
            ("<script>var a = 1;</script><p>x</p>", 3, "<p>x</p>"),
            ("<p>a</p>", 0, ""),
            ("<p>a</p>", 3, "<p>a</p>"),
            // Pelican looks for a bare <p> and finds nothing.
            ("<p class='x'>a</p><p>b</p>", 1, "<p class='x'>a …</p>"),
            ("<!-- one two --><p>three four</p>", 1, "<p>three …</p>"),
            ("<p>one two</p>\n<p>three</p>", 2, "<p>one two …</p>"),
        ];
        for (html, words, summary) in table {
            assert_eq!(first_words(html, words), summary, "{html}");
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

    #[test]
    fn what_is_open_is_closed_and_what_is_not_is_left_out() {
        let table = [
            ("<ul><li>a<li>b c</ul>", "<ul><li>a</li><li>b …</li></ul>"),
            ("<p>a<p>b<div>c", "<p>a</p><p>b …</p>"),
            ("a</div></p> <b>b c", "a <b>b …</b>"),
            ("<DIV CLASS=x>a<br/>b <i>c</i></DIV>", "<div CLASS=x>a<br>b …</div>"),
            ("a < b &c", "a &lt; b …"),
        ];
        for (html, summary) in table {
            assert_eq!(first_words(html, 2), summary, "{html}");
        }
    }

    #[test]
    fn text_is_plain() {
        let table = [
            ("<p>a\n  <b>b</b>c</p><p>d &amp; &eacute;&nbsp;f &lt;g&gt;</p>\n", "a bc d & é f <g>"),
            ("<ul><li>a<li>b</ul>c<br>d", "a b c d"),
            ("<script>a</script><style>b</style><!-- c --> <svg><title>d</title></svg>", ""),
            ("a < b &unknown; &amp;amp;", "a < b &unknown; &amp;"),
        ];
        for (html, text) in table {
            assert_eq!(plain_text(html), text, "{html}");
        }
    }

    #[test]
    fn words_are_counted() {
        let table = [
            ("<h2>One two</h2><p>three's a-b <code>x.y</code></p><script>let a</script>", 6),
            ("日本語 text 한국", 6),
            ("caf&eacute; na\u{308}ive &lt;b&gt; snake_case 3.14 ‘quoted’", 7),
            ("a<!-- b --> <img alt=\"c d\"> - '", 1),
        ];
        for (html, count) in table {
            assert_eq!(count_words(html), count, "{html}");
        }
    }

    const HTML: &str = r#"(<p>|<p id="x" class='y'>|</p>|<b>|</b>|<div>|</div>|<li>|<h2>|</h2>|<a href=x>|</a>|<br/>|<td>|<!-- |-->|<script>|</script>|&eacute;|&lt;|[ a-cé日'\n<>&-])*"#;

    proptest! {
        #[test]
        fn a_summary_is_closed_and_has_no_more_words_than_asked_for(html in HTML, most in 0_usize..6) {
            let summary = first_words(&html, most);
            prop_assert!(count_words(&summary) <= most);
            let mut open = Vec::new();
            for (token, _) in tokens(&summary, 0) {
                match token {
                    Token::Start(tag) if !is_void(tag.name) => open.push(tag.name),
                    Token::Outcome(name) => prop_assert_eq!(open.pop(), Some(name)),
                    Token::Comment => prop_assert!(false, "a comment in {}", summary),
                    _ => {}
                }
            }
            prop_assert_eq!(open, Vec::<&str>::new());
            // It goes through a summary unchanged, but for the sign that it was cut.
            prop_assert_eq!(first_words(&summary, 99), summary);
        }
    }
}
