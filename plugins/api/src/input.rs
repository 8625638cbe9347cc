//! Files of the site that a plugin reads besides the content: declared, so that the engine reads, watches and hashes them.

use std::path::{Path, PathBuf};

/// Files of the site that a plugin reads: a path from the site's folder, or a pattern such as `data/**/*.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Input {
    /// The path or the pattern. A file of this very name is meant before the pattern is.
    pub pattern: String,
    /// Whether the plugin is given bytes, else texts.
    pub bytes: bool,
}

impl Input {
    /// Texts.
    pub fn text(pattern: impl Into<String>) -> Self {
        Self { pattern: pattern.into(), bytes: false }
    }

    /// Bytes.
    pub fn bytes(pattern: impl Into<String>) -> Self {
        Self { bytes: true, ..Self::text(pattern) }
    }

    /// Whether it names files by a pattern.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        has_wildcard(&self.pattern)
    }

    /// The folder, from that of the site, which holds all that the pattern can name, and how many levels below it they can lie: any number
    /// if there is none.
    #[must_use]
    pub fn folder(&self) -> (PathBuf, Option<usize>) {
        if !self.is_pattern() {
            return (Path::new(&self.pattern).parent().unwrap_or(Path::new("")).to_owned(), Some(1));
        }
        let parts: Vec<&str> = self.pattern.split('/').collect();
        let literal = parts.iter().take_while(|part| !has_wildcard(part)).count();
        let depth = (!self.pattern.contains("**")).then(|| parts.len() - literal);
        (parts[..literal].iter().collect(), depth)
    }
}

fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_below_a_folder() {
        let folder = |pattern: &str| Input::text(pattern).folder();
        assert_eq!(folder("data/a.csv"), ("data".into(), Some(1)));
        assert_eq!(folder("a.csv"), ("".into(), Some(1)));
        assert_eq!(folder("data/x/*.csv"), ("data/x".into(), Some(1)));
        assert_eq!(folder("data/*/[ab].csv"), ("data".into(), Some(2)));
        assert_eq!(folder("**/*.bib"), ("".into(), None));
    }
}
