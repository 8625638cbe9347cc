//! HTML -> the text that readers see, and its words.

use std::ops::Range;

use super::decode;
use super::elements::{is_inline, is_unread};
use super::token::{Tag, Token, tokens};

/// The text of a piece of HTML: character references decoded, white space folded, with a space where a block begins or ends.
#[must_use]
pub fn text(html: &str) -> String {
    let mut built = TextBuilder::default();
    each_text(
        html,
        |_| false,
        |part| match part {
            Some(text) => built.push(&decode(text)),
            None => built.separate(),
        },
    );
    built.finish()
}

/// How many words a piece of HTML has, by the rule of [`words`]; elements for which `skips` is true do not count, nor what is not read.
#[must_use]
pub fn count_words(html: &str, skips: impl Fn(&str) -> bool) -> usize {
    let mut count = 0;
    each_text(html, skips, |text| count += text.map_or(0, |text| words(&decode(text)).count()));
    count
}

/// Gives each text that a reader sees to `read`, and nothing where a block begins or ends.
fn each_text<'t>(html: &'t str, skips: impl Fn(&str) -> bool, mut read: impl FnMut(Option<&'t str>)) {
    let mut tokens = tokens(html);
    while let Some((token, _)) = tokens.next() {
        match token {
            Token::Text(text) => read(Some(text)),
            Token::Start(tag) if is_unread(&tag.name) || skips(&tag.name) => tokens.skip_element(&tag),
            Token::Start(Tag { name, .. }) | Token::End(name) if !is_inline(&name) => read(None),
            _ => {}
        }
    }
}

/// Text whose white space is folded as it is written.
#[derive(Clone, Debug, Default)]
pub struct TextBuilder {
    text: String,
    is_separate: bool,
}

impl TextBuilder {
    /// Appends text.
    pub fn push(&mut self, text: &str) {
        for part in text.split_inclusive(char::is_whitespace) {
            let word = part.trim_end();
            if self.is_separate && !word.is_empty() && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(word);
            self.is_separate = word.len() < part.len() || (self.is_separate && word.is_empty());
        }
    }

    /// What follows is another word.
    pub fn separate(&mut self) {
        self.is_separate = true;
    }

    /// The text, without space at its ends.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }
}

/// Where the words of a text stand. A word is a letter, digit or `_` and what follows of these, of apostrophes and hyphens, or else a
/// single character of Chinese, Japanese or Korean.
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let mut first = char_at(text, at)?;
        while !is_letter(first) && !is_ideograph(first) {
            at += first.len_utf8();
            first = char_at(text, at)?;
        }
        let start = at;
        at += first.len_utf8();
        if !is_ideograph(first) {
            while let Some(next) = char_at(text, at).filter(|next| continues_word(*next)) {
                at += next.len_utf8();
            }
        }
        Some(start..at)
    })
}

/// The character at a place; nearly all are ASCII, and that is the fast way.
fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

fn is_letter(char: char) -> bool {
    if char.is_ascii() { char.is_ascii_alphanumeric() || char == '_' } else { char.is_alphanumeric() && !is_ideograph(char) }
}

fn continues_word(char: char) -> bool {
    // Beside apostrophes and hyphens: the soft hyphen, joiners, and accents that stand alone.
    is_letter(char)
        || matches!(char, '\'' | '-')
        || (!char.is_ascii() && matches!(char, '’' | '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{300}'..='\u{36f}'))
}

/// Whether a character is a word: Chinese, Japanese and Korean writing, which has no spaces or is read by the syllable.
fn is_ideograph(char: char) -> bool {
    const FIRST: char = '\u{1100}';
    char >= FIRST
        && matches!(
            char,
            FIRST..='\u{11ff}'
                | '\u{3040}'..='\u{30ff}'
                | '\u{3130}'..='\u{318f}'
                | '\u{31f0}'..='\u{31ff}'
                | '\u{3400}'..='\u{4dbf}'
                | '\u{4e00}'..='\u{9fff}'
                | '\u{a960}'..='\u{a97f}'
                | '\u{ac00}'..='\u{d7ff}'
                | '\u{f900}'..='\u{faff}'
                | '\u{ff66}'..='\u{ffdc}'
                | '\u{20000}'..='\u{3ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_plain() {
        let table = [
            ("<p>a\n  <b>b</b>c</p><p>d &amp; &eacute;&nbsp;f &lt;g&gt;</p>\n", "a bc d & é f <g>"),
            ("<ul><li>a<li>b</ul>c<br>d", "a b c d"),
            ("<script>a</script><style>b</style><!-- c --> <svg><title>d</title></svg>", ""),
            ("a<svg>x</svg>b", "ab"),
            ("a < b &unknown; &amp;amp;", "a < b &unknown; &amp;"),
        ];
        for (html, expected) in table {
            assert_eq!(text(html), expected, "{html}");
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
            assert_eq!(count_words(html, |_| false), count, "{html}");
        }
        assert_eq!(count_words("a <pre><code>b c</code></pre> d", |name| name == "pre"), 2);
    }

    #[test]
    fn words_have_letters_in_them() {
        let found = |text| words(text).map(|word| &text[word]).collect::<Vec<_>>();
        assert_eq!(found("it's a-b, _c 3.14 – ‘d’ -e"), ["it's", "a-b", "_c", "3", "14", "d’", "e"]);
        assert_eq!(found("日本x語 ñ n\u{303}"), ["日", "本", "x", "語", "ñ", "n\u{303}"]);
    }
}
