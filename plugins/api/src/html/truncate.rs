//! HTML -> its first words, as a fragment in which every element is closed.

use super::elements::{implies_end, is_void};
use super::escape::push_text;
use super::token::{Tag, Token, tokens};
use super::{OpenElements, decode, words};

/// How HTML is cut, and what is left out of it.
#[derive(Clone, Copy)]
pub struct Truncation {
    /// The most words.
    pub words: usize,
    /// Elements that are left out with all that they hold.
    pub drops: fn(&Tag<'_>) -> bool,
    /// Elements whose tags are left out and whose content stays.
    pub unwraps: fn(&str) -> bool,
    /// Attributes that are kept.
    pub keeps_attribute: fn(&str) -> bool,
    /// Elements that are kept although nothing of their content is.
    pub keeps_empty: fn(&str) -> bool,
}

/// The first words of a piece of HTML, with ` …` after the last if there are more.
///
/// The rule is Django's and so Pelican's `truncate_html_words`, with words as [`words`] finds them; elements that are open at the end are
/// closed. Different from Pelican: nothing is cut when there are just so many words; the content of `script` and `style` does not count.
/// The HTML is read only as far as the words go, so that a long page costs no more than a short one.
#[must_use]
pub fn truncate(html: &str, how: &Truncation) -> String {
    let mut fragment = Fragment { how, html: String::new(), open: OpenElements::default(), left: how.words, last: None };
    let mut tokens = tokens(html);
    while let Some((token, _)) = tokens.next().filter(|_| how.words > 0) {
        match token {
            Token::Start(tag) if (how.drops)(&tag) => tokens.skip_element(&tag),
            Token::Start(tag) => fragment.start(tag),
            Token::End(name) => fragment.end(&name),
            Token::Text(text) => {
                if !fragment.text(&decode(text)) {
                    return fragment.cut();
                }
            }
            Token::RawText(_) | Token::Comment(_) | Token::Doctype => {}
        }
    }
    fragment.finish()
}

/// A fragment that is being written.
struct Fragment<'h, 'c> {
    how: &'c Truncation,
    html: String,
    open: OpenElements<'h, Written>,
    /// How many words it may still have.
    left: usize,
    /// Where the last of its words ends, and the end tags of what was open there.
    last: Option<(usize, String)>,
}

/// Where a start tag stands in the fragment.
struct Written {
    start: usize,
    content: usize,
}

impl<'h> Fragment<'h, '_> {
    fn start(&mut self, tag: Tag<'h>) {
        if (self.how.unwraps)(&tag.name) {
            return;
        }
        while self.open.last().is_some_and(|(open, _)| implies_end(open, &tag.name)) {
            self.close();
        }
        let start = self.html.len();
        self.html.push('<');
        self.html.push_str(&tag.name);
        for attribute in tag.attributes.iter().filter(|attribute| (self.how.keeps_attribute)(&attribute.name)) {
            self.html.push(' ');
            self.html.push_str(attribute.source);
        }
        self.html.push('>');
        if !is_void(&tag.name) {
            self.open.push(tag.name, Written { start, content: self.html.len() });
        }
    }

    fn end(&mut self, name: &str) {
        // An end tag without a start tag counts for nothing.
        let Some(depth) = self.open.depth_of(name) else { return };
        while self.open.len() > depth {
            self.close();
        }
    }

    /// Ends the innermost element, or takes it back when nothing of its content was kept.
    fn close(&mut self) {
        let Some((name, at)) = self.open.pop() else { return };
        let is_empty = self.html.get(at.content..).is_some_and(|content| content.trim().is_empty());
        if is_empty && !(self.how.keeps_empty)(&name) {
            self.html.truncate(at.start);
        } else {
            self.html.extend(["</", &name, ">"]);
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
                push_text(text.get(..word.end).unwrap_or_default(), &mut self.html);
                written = word.end;
                let names: Vec<&str> = self.open.names().map(|name| &**name).collect();
                let ends = names.into_iter().rev().flat_map(|name| ["</", name, ">"]).collect();
                self.last = Some((self.html.len(), ends));
            }
        }
        push_text(text.get(written..).unwrap_or_default(), &mut self.html);
        true
    }

    /// The fragment of HTML that has more words.
    fn cut(self) -> String {
        let Some((end, ends)) = self.last else { return String::new() };
        let mut html = self.html;
        html.truncate(end);
        html.push_str(" …");
        html.push_str(&ends);
        html.trim_start().to_owned()
    }

    /// The fragment of HTML that has no more words.
    fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.html.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::super::count_words;
    use super::*;

    fn first_words(html: &str, words: usize) -> String {
        let how = Truncation {
            words,
            drops: |tag| super::super::elements::is_unread(&tag.name) || tag.name == "img",
            unwraps: |name| name == "a",
            keeps_attribute: |name| name != "id",
            keeps_empty: |name| name == "td",
        };
        truncate(html, &how)
    }

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
    fn what_is_open_is_closed_and_what_is_not_is_left_out() {
        let table = [
            ("<ul><li>a<li>b c</ul>", "<ul><li>a</li><li>b …</li></ul>"),
            ("<p>a<p>b<div>c", "<p>a</p><p>b …</p>"),
            ("a</div></p> <b>b c", "a <b>b …</b>"),
            ("<DIV CLASS=x id=y>a<br/>b <i>c</i></DIV>", "<div CLASS=x>a<br>b …</div>"),
            ("a < b &c", "a &lt; b …"),
            ("<a href=x>a</a><td></td><p> </p>", "a<td></td>"),
        ];
        for (html, summary) in table {
            assert_eq!(first_words(html, 2), summary, "{html}");
        }
    }

    #[test]
    fn deep_nesting_and_stray_end_tags_take_linear_time_and_no_stack() {
        let deep = 100_000;
        let html = "<b>".repeat(deep) + "a" + &"</i>".repeat(deep);
        assert_eq!(first_words(&html, 2).len(), deep * 7 + 1);
    }

    const HTML: &str = r#"(<p>|<p id="x" class='y'>|</p>|<b>|</b>|<div>|</div>|<li>|<h2>|</h2>|<a href=x>|</a>|<br/>|<td>|<!-- |-->|<script>|</script>|&eacute;|&lt;|[ a-cé日'\n<>&-])*"#;

    proptest! {
        #[test]
        fn a_fragment_is_closed_and_has_no_more_words_than_asked_for(html in HTML, most in 0_usize..6) {
            let fragment = first_words(&html, most);
            prop_assert!(count_words(&fragment, |_| false) <= most);
            let mut open = Vec::new();
            for (token, _) in tokens(&fragment) {
                match token {
                    Token::Start(tag) if !is_void(&tag.name) => open.push(tag.name),
                    Token::End(name) => prop_assert_eq!(open.pop(), Some(name)),
                    Token::Comment(_) => prop_assert!(false, "a comment in {}", fragment),
                    _ => {}
                }
            }
            prop_assert!(open.is_empty());
            // It goes through unchanged, but for the sign that it was cut.
            prop_assert_eq!(first_words(&fragment, 99), fragment);
        }
    }
}
