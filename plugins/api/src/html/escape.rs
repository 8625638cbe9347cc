//! Text -> HTML and back.

use std::borrow::Cow;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{State, Token, Tokenizer};

/// Text made safe for HTML and XML: between tags, and in attributes in double quotes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_into(text, &mut out, |byte| if byte == b'"' { Some("&quot;") } else { escaped_sign(byte) });
    out
}

/// A value made safe for an attribute whatever quotes stand round it there.
#[must_use]
pub fn escape_attribute(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    escape_into(value, &mut out, |byte| match byte {
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => escaped_sign(byte),
    });
    out
}

fn escaped_sign(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    }
}

/// Appends text as HTML that stands between tags, where quotes need no escape.
pub(super) fn push_text(text: &str, html: &mut String) {
    escape_into(text, html, escaped_sign);
}

fn escape_into(text: &str, out: &mut String, escaped: impl Fn(u8) -> Option<&'static str>) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(escaped) = escaped(byte) {
            out.push_str(text.get(done..at).unwrap_or_default());
            out.push_str(escaped);
            done = at + 1;
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
}

/// JSON that stands inside `<script>`, which it cannot end.
#[must_use]
pub fn json_in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Text of HTML with its character references decoded.
#[must_use]
pub fn decode(text: &str) -> Cow<'_, str> {
    decode_common(text).unwrap_or_else(|| {
        // RCDATA is the state in which references count and tags do not.
        let mut tokens = Tokenizer::new_with_emitter(text, DefaultEmitter::<()>::default());
        tokens.set_state(State::RcData);
        let mut decoded = String::with_capacity(text.len());
        for Ok(token) in tokens {
            if let Token::String(string) = token {
                decoded.push_str(&String::from_utf8_lossy(&string));
            }
        }
        Cow::Owned(decoded)
    })
}

/// The value of an attribute with its character references decoded. Other than in text, `&copy=1` is none.
#[must_use]
pub fn decode_attribute(raw: &str) -> Cow<'_, str> {
    decode_common(raw).unwrap_or_else(|| {
        let tag = format!("<a b=\"{}\">", raw.replace('"', "&quot;"));
        let value = Tokenizer::new(&tag).find_map(|Ok(token)| match token {
            Token::StartTag(mut tag) => tag.attributes.remove(&b"b"[..]),
            _ => None,
        });
        Cow::Owned(value.map_or_else(String::new, |value| String::from_utf8_lossy(&value).into_owned()))
    })
}

/// Text in which there are no references but those that nearly all pages have; nothing if there are others.
fn decode_common(text: &str) -> Option<Cow<'_, str>> {
    const COMMON: [(&str, &str); 6] =
        [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{a0}")];
    let Some(first) = text.find('&') else { return Some(Cow::Borrowed(text)) };
    let (before, mut rest) = text.split_at(first);
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(before);
    while !rest.is_empty() {
        let (reference, char) = COMMON.iter().find(|(reference, _)| rest.starts_with(reference))?;
        decoded.push_str(char);
        let after = rest.get(reference.len()..).unwrap_or_default();
        let (plain, next) = after.split_at(after.find('&').unwrap_or(after.len()));
        decoded.push_str(plain);
        rest = next;
    }
    Some(Cow::Owned(decoded))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn references_are_decoded_once() {
        assert_eq!(decode("a &lt;b&gt; &amp;lt; &quot;&#39;&nbsp;"), "a <b> &lt; \"'\u{a0}");
        assert_eq!(decode("&eacute;&#x1F600;&notin; &x; & <b>"), "é😀∉ &x; & <b>");
        assert_eq!(decode("?a&copy=1"), "?a©=1");
        assert_eq!(decode_attribute("?a&copy=1&amp;b&eacute;\"'"), "?a&copy=1&bé\"'");
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_decoded_again(text in r#"[a-zé&<>"'; #=]*"#) {
            let (html, value) = (escape(&text), escape_attribute(&text));
            prop_assert_eq!(decode(&html), text.as_str());
            prop_assert_eq!(decode_attribute(&value), text.as_str());
        }
    }
}
