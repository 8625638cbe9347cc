//! Words: a piece of text from HTML in, its characters, where its words stand or how many they are out.

use std::borrow::Cow;
use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{State, Token, Tokenizer};

/// Where the words of a text stand.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
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

/// How many words a text has; without their places, that of ASCII takes a third of the time.
#[cfg(test)]
pub(super) fn count(text: &str) -> usize {
    if !text.is_ascii() {
        return words(text).count();
    }
    let mut inside = false;
    let mut count = 0;
    for byte in text.bytes() {
        let letter = byte.is_ascii_alphanumeric() || byte == b'_';
        count += usize::from(letter && !inside);
        inside = letter || (inside && matches!(byte, b'\'' | b'-'));
    }
    count
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

/// Text with its character references decoded. The few that nearly all pages have are decoded here, all others by html5gum.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    const COMMON: [(&str, &str); 6] =
        [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{a0}")];
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let (before, mut rest) = text.split_at(first);
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(before);
    while !rest.is_empty() {
        let Some((reference, char)) = COMMON.iter().find(|(reference, _)| rest.starts_with(reference)) else {
            return Cow::Owned(decode_all(text));
        };
        decoded.push_str(char);
        let after = rest.get(reference.len()..).unwrap_or_default();
        let (plain, next) = after.split_at(after.find('&').unwrap_or(after.len()));
        decoded.push_str(plain);
        rest = next;
    }
    Cow::Owned(decoded)
}

fn decode_all(text: &str) -> String {
    // RCDATA is the state in which references count and tags do not.
    let mut tokens = Tokenizer::new_with_emitter(text, DefaultEmitter::<()>::new_with_span());
    tokens.set_state(State::RcData);
    let mut decoded = String::with_capacity(text.len());
    for token in tokens.flatten() {
        if let Token::String(string) = token {
            decoded.push_str(&String::from_utf8_lossy(&string));
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn words_have_letters_in_them() {
        let found = |text| words(text).map(|word| &text[word]).collect::<Vec<_>>();
        assert_eq!(found("it's a-b, _c 3.14 – ‘d’ -e"), ["it's", "a-b", "_c", "3", "14", "d’", "e"]);
        assert_eq!(found("日本x語 ñ n\u{303}"), ["日", "本", "x", "語", "ñ", "n\u{303}"]);
    }

    #[test]
    fn references_are_decoded_once() {
        assert_eq!(decode("a &lt;b&gt; &amp;lt; &quot;&#39;&nbsp;"), "a <b> &lt; \"'\u{a0}");
        assert_eq!(decode("&eacute;&#x1F600;&notin; &x; & <b>"), "é😀∉ &x; & <b>");
    }

    proptest! {
        #[test]
        fn words_are_as_many_as_their_places(text in r"[ a-c_'0-9.<-]*") {
            prop_assert_eq!(count(&text), words(&text).count());
        }
    }
}
