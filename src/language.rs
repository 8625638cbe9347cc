//! The code of a language (BCP 47), such as `en-GB`: a text in, whether it is one out.

/// Whether this has the form of a code that is in use: two or three letters, then further parts, each after a hyphen.
#[must_use]
pub fn is_code(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let is_language = matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    // `x-klingon` and `i-klingon` are private and old ones.
    let is_private = matches!(language, "x" | "X" | "i" | "I") && text.len() > 2;
    (is_language || is_private) && parts.all(|part| matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// What to write instead.
#[must_use]
pub fn help(text: &str) -> String {
    let hyphens = text.trim().replace('_', "-");
    let hyphens = hyphens.split('.').next().unwrap_or_default();
    if is_code(hyphens) {
        return format!("write `{hyphens}`");
    }
    "write its code, such as `en`, `en-GB` or `cy`".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_form_of_bcp_47() {
        for code in ["en", "en-GB", "zh-Hans-CN", "gsw", "sl-rozaj-biske", "de-CH-1996", "x-pirate", "i-klingon", "en-a-bbb-x-a"] {
            assert!(is_code(code), "{code}");
        }
        for text in ["English", "en_GB", "", "e", "en-", "../en", "en GB", "en-GB.UTF-8", "x-"] {
            assert!(!is_code(text), "{text}");
        }
    }

    #[test]
    fn the_help_has_the_code_that_was_meant() {
        assert_eq!(help("en_GB.UTF-8"), "write `en-GB`");
        assert!(help("English").contains("`en`"));
    }
}
