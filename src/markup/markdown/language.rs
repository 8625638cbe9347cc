//! The language of a block of code, as authors name it: after the fence, or in the first line as Python-Markdown has it.

/// The language after a fence: ```` ```python ````, ```` ```{.python} ````.
pub(super) fn of_fence(info: &str) -> &str {
    let name = info.trim_start().trim_start_matches(['{', ' ']).trim_start_matches('.');
    let name = name.split([' ', ',', '{', '}', '\t']).next().unwrap_or_default();
    // An option such as `{linenos=table}` is no language.
    if name.contains('=') { "" } else { name }
}

/// The language of a first line `:::python` or `#!python`, and the code below it. `#!/bin/sh` is code.
pub(super) fn of_first_line(code: &str) -> Option<(&str, &str)> {
    let (line, rest) = code.split_once('\n')?;
    let line = line.trim();
    let name = line.strip_prefix(":::").or_else(|| line.strip_prefix("#!"))?.split(' ').next()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.');
    (name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(is_name)).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_named_after_the_fence() {
        let table = [
            ("python", "python"),
            ("", ""),
            ("rust,ignore", "rust"),
            ("{.python hl_lines=1}", "python"),
            ("{linenos=table}", ""),
            ("{ python }", "python"),
        ];
        for (info, language) in table {
            assert_eq!(of_fence(info), language, "{info}");
        }
    }

    #[test]
    fn a_language_is_named_in_the_first_line() {
        assert_eq!(of_first_line(":::python\nprint()\n"), Some(("python", "print()\n")));
        assert_eq!(of_first_line("#!c++ hl_lines=\"1\"\nint a;\n"), Some(("c++", "int a;\n")));
        for code in ["#!/bin/sh\nls\n", "::: a\nb\n", "::python\n", ":::python", "a\n:::python\n", "#![warn(x)]\n"] {
            assert_eq!(of_first_line(code), None, "{code}");
        }
    }
}
