//! How much work it may be to highlight a text: known from the text alone, so that the output never depends on the speed of a machine.
//!
//! Most grammars read a line in a time that grows with its length. A few look, at each character, for what may follow in many ways; they
//! need a time that grows with the cube of the longest word, or doubles with each space (measured with 100 repeated characters of every
//! kind and pair, in all grammars). The engine of their expressions has no limit that the library lets one set.

/// Grammars that are slow in long words.
const SLOW_IN_WORDS: [&str; 14] =
    ["less", "css.less", "scss", "css.scss", "sass", "styl", "stylus", "vue", "svelte", "md", "markdown", "multimarkdown", "rmd", "scala"];

/// Grammars that are slow in spaces between words, those among them that contain scripts.
const SLOW_IN_SPACES: [&str; 12] =
    ["js", "javascript", "node", "jsx", "mjs", "cjs", "html", "htm", "xhtml", "vue", "svelte", "javascript (babel)"];

/// So many spaces between words are as much work as a word of [`AS_WORD`] characters.
const SPACES: usize = 20;
const AS_WORD: u64 = 100;

/// The steps that highlighting may take at worst: the cube of the longest word of each line.
pub fn steps(language: &str, code: &str) -> u64 {
    let language = language.to_lowercase();
    let (words, spaces) = (SLOW_IN_WORDS.contains(&&*language), SLOW_IN_SPACES.contains(&&*language));
    if !words && !spaces {
        return 0;
    }
    let line = |line: &str| {
        let word = if words { line.split_whitespace().map(str::len).max().unwrap_or(0) as u64 } else { 0 };
        let word = if spaces && has_gap(line.trim()) { word.max(AS_WORD) } else { word };
        word.saturating_pow(3)
    };
    code.lines().map(line).fold(0, u64::saturating_add)
}

/// Whether a line has many spaces between its words.
fn has_gap(line: &str) -> bool {
    let mut gap = 0;
    line.chars().any(|char| {
        gap = if char.is_whitespace() { gap + 1 } else { 0 };
        gap >= SPACES
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_grammar_is_slow_in_counts() {
        assert_eq!(steps("python", &"-b".repeat(4000)), 0);
        assert_eq!(steps("SCSS", "a: bcd;\n$a-b-c: 1\n"), 4_u64.pow(3) + 7_u64.pow(3));
        assert!(steps("less", &"-b".repeat(200)) > 10_000_000);
        assert_eq!(steps("js", &format!("{}a = 3;", " ".repeat(100))), 0);
        assert_eq!(steps("js", &format!("a{}= 3;", " ".repeat(20))), 1_000_000);
    }
}
