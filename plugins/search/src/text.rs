//! A finished page -> the text of its main part; a text -> its words.
//!
//! Invariant: what is a word here is a word in `assets/search.js`: letters and digits, in lower case, without marks over Latin letters and
//! without apostrophes.

use std::borrow::Cow;

use avocet_plugin::html::elements::{is_inline, is_unread};
use avocet_plugin::html::{Tag, TextBuilder, Token, decode, tokens};

/// The longest word that is indexed, in characters: longer ones are hashes and the like.
const MAX_WORD_LENGTH: usize = 40;

/// The text of the main part of a page, its spaces made single; that of the whole body where there is no `main`. Nothing of a page that
/// asks machines to leave it out.
pub(crate) fn of_page(html: &str) -> Option<String> {
    let mut text = TextBuilder::default();
    let mut tokens = tokens(html);
    while let Some((token, _)) = tokens.next() {
        match token {
            Token::Start(tag) => {
                if is_noindex(&tag) {
                    return None;
                }
                if tag.name == "main" {
                    text = TextBuilder::default();
                }
                if separates(&tag.name) {
                    text.separate();
                }
                if is_unsearched(&tag) {
                    tokens.skip_element(&tag);
                }
            }
            Token::End(name) if name == "main" => break,
            Token::End(name) if separates(&name) => text.separate(),
            Token::Text(found) => text.push(&decode(found)),
            _ => {}
        }
    }
    Some(text.finish())
}

/// Whether the page asks search engines to leave it out.
fn is_noindex(tag: &Tag<'_>) -> bool {
    let value = |name: &str| tag.value(name).unwrap_or_default().to_ascii_lowercase();
    tag.name == "meta" && value("name") == "robots" && value("content").contains("noindex")
}

/// Whether the tags of an element stand between words. A number that is raised, such as that of a footnote, is a word of its own.
fn separates(name: &str) -> bool {
    !is_inline(name) || name == "sup"
}

/// Whether an element is no part of what a page says: it is not seen or not read, stands on every page, or its author keeps it out of
/// the search. The heading is the page's title, which is kept apart. The `head` is read, for what it asks of search engines.
fn is_unsearched(tag: &Tag<'_>) -> bool {
    let is = |name: &str, expected: &str| tag.value(name).is_some_and(|value| value == expected);
    is_unread(&tag.name) && tag.name != "head"
        || matches!(&*tag.name, "nav" | "header" | "footer" | "aside" | "form" | "h1" | "dialog")
        || tag.attribute("hidden").is_some()
        || is("aria-hidden", "true")
        || is("data-search", "off")
}

/// The words of a text, one after the other.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let is_in_word = |c: char| c.is_alphanumeric() || is_silent(c);
    let is_word = |word: &Cow<str>| !word.is_empty() && (word.len() <= MAX_WORD_LENGTH || word.chars().count() <= MAX_WORD_LENGTH);
    text.split(move |c| !is_in_word(c)).map(folded).filter(is_word)
}

/// Apostrophes, soft hyphens and combining marks: in a word, but not of it.
fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{ad}' | '\u{300}'..='\u{36f}')
}

/// A word as it is compared.
fn folded(word: &str) -> Cow<'_, str> {
    // Nearly all words are such.
    if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(word);
    }
    word.chars().filter(|c| !is_silent(*c)).flat_map(char::to_lowercase).filter(|c| !is_silent(*c)).map(plain).collect()
}

/// A Latin letter without its mark. `assets/search.js` has the same table.
fn plain(c: char) -> char {
    let at = if c.is_ascii() { None } else { MARKED.chars().position(|marked| marked == c) };
    at.and_then(|at| PLAIN.chars().nth(at)).unwrap_or(c)
}

/// Small letters of Western and Central European languages and of Welsh that have a mark.
const MARKED: &str = "àáâãäåāăąçćčďèéêëēėęěìíîïīłñńňòóôõöøōőřśšșťțùúûüūůűŵẁẃẅýÿŷỳźżž";
/// The same letters without it.
const PLAIN: &str = "aaaaaaaaacccdeeeeeeeeiiiiilnnnoooooooorsssttuuuuuuuwwwwyyyyzzz";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_part_is_what_a_page_says() {
        let html = "<!doctype html><html><head><title>T</title></head><body><header>menu</header><main><h1>Title <b>x</b></h1>\n\
                    <p>On<b>e</b> &amp; two<br>three</p><nav>no</nav><p hidden>secret</p><div aria-hidden=\"true\"><div>x</div>y</div>\
                    <aside>related</aside><script>no()</script><pre>a\n  b</pre><img alt=x hidden>end</main><footer>foot</footer></body></html>";
        assert_eq!(of_page(html).unwrap(), "One & two three a b end");
        assert_eq!(of_page("<body><header>menu</header><p>text</p></body>").unwrap(), "text");
    }

    #[test]
    fn a_page_that_asks_machines_to_leave_it_out_is_left_out() {
        assert_eq!(of_page("<head><meta name=\"robots\" content=\"NOINDEX, nofollow\"></head><main>x</main>"), None);
        assert!(of_page("<head><meta name=\"robots\" content=\"index\"></head><main>x</main>").is_some());
    }

    #[test]
    fn words_are_compared_without_case_marks_and_apostrophes() {
        let found: Vec<_> = words("Patient’s CAFÉ, Cafe\u{301}; Ŵyl-dydd C++ 2022 İ don't Ärzte 東京").collect();
        assert_eq!(found, ["patients", "cafe", "cafe", "wyl", "dydd", "c", "2022", "i", "dont", "arzte", "東京"]);
        assert_eq!(words(&"x".repeat(41)).count(), 0);
    }

    #[test]
    fn every_marked_letter_has_its_plain_one_and_the_script_has_the_same() {
        assert_eq!(MARKED.chars().count(), PLAIN.chars().count());
        let script = include_str!("../assets/search.js");
        assert!(script.contains(MARKED) && script.contains(PLAIN));
        assert_eq!(folded("ŁÓDŹ ŷ"), "lodz y");
    }
}
