//! HTML, URLs and mail addresses between `<` and `>` in a line of text, and character references.

/// The HTML that a text begins with: a tag, a comment, an instruction, or `CDATA`. How many bytes it takes.
pub(super) fn html(text: &str) -> Option<usize> {
    for (begin, end) in [("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>")] {
        if let Some(inner) = text.strip_prefix(begin) {
            // One that begins before the end is looked at by itself.
            let inner = inner.find(begin).map_or(inner, |next| &inner[..next]);
            return inner.find(end).map(|at| begin.len() + at + end.len());
        }
    }
    let is_part = |sign: char| !sign.is_whitespace() && !matches!(sign, '"' | '\'' | '<' | '>');
    let name = text
        .strip_prefix("</")
        .or_else(|| text.strip_prefix('<'))
        .filter(|name| name.starts_with(|sign: char| sign.is_ascii_alphabetic()))?;
    let mut rest = name.trim_start_matches(|sign| is_part(sign) && sign != '@');
    loop {
        let inner = rest.trim_start();
        let end = inner.strip_prefix('/').unwrap_or(inner);
        if let Some(after) = end.strip_prefix('>') {
            return Some(text.len() - after.len());
        }
        let after = inner.trim_start_matches(|sign| is_part(sign) && sign != '=');
        if inner.len() == rest.len() || after.len() == inner.len() {
            return None;
        }
        rest = match after.trim_start().strip_prefix('=') {
            Some(value) => without_value(value.trim_start())?,
            None => after,
        };
    }
}

/// What follows the value of an attribute.
fn without_value(text: &str) -> Option<&str> {
    if let Some(quote) = text.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
        return text[1..].split_once(quote).map(|(_, after)| after);
    }
    let after = text.trim_start_matches(|sign: char| !sign.is_whitespace() && !matches!(sign, '"' | '\'' | '=' | '<' | '>'));
    (after.len() < text.len()).then_some(after)
}

/// The URL of `<https://example.org>`.
pub(super) fn url(text: &str) -> Option<&str> {
    let inner = inner(text)?;
    let (scheme, _) = inner.split_once("://")?;
    let is_scheme = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '.' | '-');
    (scheme.starts_with(|sign: char| sign.is_ascii_alphabetic()) && scheme.chars().all(is_scheme)).then_some(inner)
}

/// The address of `<a@example.org>`.
pub(super) fn mail(text: &str) -> Option<&str> {
    let inner = inner(text)?;
    let (name, host) = inner.rsplit_once('@')?;
    let is_mail = !name.is_empty() && !host.is_empty() && !inner.contains(' ') && !name.contains('!');
    is_mail.then_some(inner)
}

fn inner(text: &str) -> Option<&str> {
    let text = text.strip_prefix('<')?;
    text.get(..text.find(['<', '>'])?).filter(|inner| text.as_bytes().get(inner.len()) == Some(&b'>'))
}

/// How many bytes the character reference takes that a text begins with.
pub(super) fn reference(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('&')?;
    let digits = inner.strip_prefix("#x").or_else(|| inner.strip_prefix('#'));
    let is_hex = inner.starts_with("#x");
    let name = digits.unwrap_or(inner);
    let length = name.bytes().take_while(|byte| match digits {
        Some(_) if is_hex => byte.is_ascii_hexdigit(),
        Some(_) => byte.is_ascii_digit(),
        None => byte.is_ascii_alphanumeric(),
    });
    let length = length.count();
    (length > 0 && name.as_bytes().get(length) == Some(&b';')).then(|| text.len() - name.len() + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_a_tag_a_comment_or_an_instruction() {
        let found = |text: &'static str| html(text).map(|length| &text[..length]);
        for whole in ["<b>", "</b>", "<br/>", "<a href=\"x>y\" b c=d>", "<img\n src='a' />", "<!-- a > b -->", "<?php a ?>", "<x:y-z>"] {
            assert_eq!(found(whole), Some(whole));
        }
        for text in ["<", "< b>", "<a b", "<a \"x\">", "<1>", "<a@b>", "<!-- <!-- -->", "<a b=>", "a"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_stand_between_angle_brackets() {
        assert_eq!((url("<https://a.b/c d>"), url("<a:b>"), url("<https://a")), (Some("https://a.b/c d"), None, None));
        assert_eq!((mail("<a@b.c>"), mail("<a b@c>"), mail("<@b>")), (Some("a@b.c"), None, None));
        assert_eq!((reference("&amp; b"), reference("&#x1f;"), reference("&#12;"), reference("&a b;")), (Some(5), Some(6), Some(5), None));
    }
}
