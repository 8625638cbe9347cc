//! Straight quotation marks -> curly ones, and hyphens -> dashes.

/// A text with typographic signs; `before` is the character that stands before it.
pub(super) fn smart(text: &str, before: Option<char>) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = before;
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let opens = before.is_none_or(|before| before.is_whitespace() || "([{<-\u{2013}\u{2014}/".contains(before));
        let (new, length) = match sign {
            '"' => (if opens { '\u{201c}' } else { '\u{201d}' }, 1),
            '\'' => (if opens { '\u{2018}' } else { '\u{2019}' }, 1),
            '-' if rest.starts_with("---") => ('\u{2014}', 3),
            '-' if rest.starts_with("--") => ('\u{2013}', 2),
            '.' if rest.starts_with("...") => ('\u{2026}', 3),
            _ => (sign, sign.len_utf8()),
        };
        out.push(new);
        before = Some(sign);
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_turn_to_the_words_that_they_stand_at() {
        assert_eq!(smart("\"It's -- so\" ('x')...", None), "\u{201c}It\u{2019}s \u{2013} so\u{201d} (\u{2018}x\u{2019})\u{2026}");
        assert_eq!(smart("\" a---b", Some('x')), "\u{201d} a\u{2014}b");
    }
}
