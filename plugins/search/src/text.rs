//! A finished page -> the text of its main part; a text -> its words.
//!
//! Invariant: what is a word here is a word in `assets/search.js`: letters and digits, in lower case, without marks over Latin letters and
//! without apostrophes.

use html5gum::{StartTag, Token, Tokenizer};

/// Elements whose text is no part of what a page says; the heading is its title, which is kept apart.
const SKIPPED: [&[u8]; 15] = [
    b"head",
    b"script",
    b"style",
    b"template",
    b"noscript",
    b"nav",
    b"header",
    b"footer",
    b"aside",
    b"form",
    b"svg",
    b"iframe",
    b"object",
    b"h1",
    b"dialog",
];

/// Elements that stand in a line: their tags are no space between words.
const INLINE: [&[u8]; 17] =
    [b"a", b"abbr", b"b", b"bdi", b"cite", b"code", b"dfn", b"em", b"i", b"kbd", b"mark", b"s", b"small", b"span", b"strong", b"u", b"wbr"];

/// Elements that have no end.
const VOID: [&[u8]; 13] =
    [b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source", b"track", b"wbr"];

/// The longest word that is indexed, in characters: longer ones are hashes and the like.
const LONGEST: usize = 40;

/// The text of the main part of a page, its spaces made single; that of the whole body where there is no `main`. Nothing of a page that
/// asks machines to leave it out.
pub(crate) fn of_page(html: &str) -> Option<String> {
    let mut text = Text::default();
    // The element that is skipped, and how often it is open.
    let mut skipped: Option<(Vec<u8>, usize)> = None;
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name: &[u8] = &tag.name;
                if name == b"meta" && attribute(&tag, b"name") == b"robots" && contains(attribute(&tag, b"content"), b"noindex") {
                    return None;
                }
                match &mut skipped {
                    Some((outer, depth)) if outer == name && !tag.self_closing => *depth += 1,
                    Some(_) => {}
                    None if name == b"main" => text = Text::default(),
                    None if !VOID.contains(&name) && (SKIPPED.contains(&name) || is_hidden(&tag)) && !tag.self_closing => {
                        skipped = Some((name.to_vec(), 1));
                    }
                    None => {}
                }
                text.end_word_at(name);
            }
            Token::EndTag(tag) => {
                let name: &[u8] = &tag.name;
                match &mut skipped {
                    Some((outer, depth)) if outer == name => {
                        *depth -= 1;
                        skipped = skipped.filter(|(_, depth)| *depth > 0);
                    }
                    None if name == b"main" => break,
                    _ => {}
                }
                text.end_word_at(name);
            }
            Token::String(found) if skipped.is_none() => text.push(&String::from_utf8_lossy(&found)),
            _ => {}
        }
    }
    Some(text.0.trim_end().to_owned())
}

fn attribute<'t>(tag: &'t StartTag<()>, name: &[u8]) -> &'t [u8] {
    tag.attributes.iter().find(|(key, _)| key.as_slice() == name).map_or(&[], |(_, value)| value.as_slice())
}

/// Whether nobody is shown or read this element, or its author keeps it out of the search.
fn is_hidden(tag: &StartTag<()>) -> bool {
    let has = |name: &[u8]| tag.attributes.iter().any(|(key, _)| key.as_slice() == name);
    has(b"hidden") || attribute(tag, b"aria-hidden") == b"true" || attribute(tag, b"data-search") == b"off"
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn end_word_at(&mut self, name: &[u8]) {
        if !INLINE.contains(&name) {
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(' ') {
            self.0.push(' ');
        }
    }

    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() { self.space() } else { self.0.push(c) }
        }
    }
}

/// The words of a text, one after the other.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let is_in_word = |c: char| c.is_alphanumeric() || is_silent(c);
    text.split(move |c| !is_in_word(c)).map(folded).filter(|word| !word.is_empty() && word.chars().count() <= LONGEST)
}

/// Apostrophes, soft hyphens and combining marks: in a word, but not of it.
fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{ad}' | '\u{300}'..='\u{36f}')
}

/// A word as it is compared.
fn folded(word: &str) -> String {
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
        let found: Vec<String> = words("Patient’s CAFÉ, Cafe\u{301}; Ŵyl-dydd C++ 2022 İ don't Ärzte 東京").collect();
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
