//! The files of a new plugin: its name and language in, files by path out. This module does not use the disk.

/// A language that a new plugin can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Python 3.9 or later.
    Python,
    /// JavaScript for Node.js 18 or later.
    JavaScript,
}

const PYTHON: [(&str, &str); 3] = [
    ("plugin.toml", include_str!("../scaffold-plugin/python/plugin.toml")),
    ("NAME.py", include_str!("../scaffold-plugin/python/NAME.py")),
    ("avocet.py", include_str!("../scaffold-plugin/python/avocet.py")),
];
const JAVASCRIPT: [(&str, &str); 3] = [
    ("plugin.toml", include_str!("../scaffold-plugin/javascript/plugin.toml")),
    ("NAME.js", include_str!("../scaffold-plugin/javascript/NAME.js")),
    ("avocet.js", include_str!("../scaffold-plugin/javascript/avocet.js")),
];
const TEST: (&str, &str) = ("tests/first.json", include_str!("../scaffold-plugin/first.json"));

/// The files of a plugin of this name, by path below its folder.
#[must_use]
pub fn files(name: &str, language: Language) -> Vec<(String, String)> {
    let files = match language {
        Language::Python => PYTHON,
        Language::JavaScript => JAVASCRIPT,
    };
    let named = |text: &str| text.replace("NAME", name);
    let file = |(path, text): (&str, &str)| {
        // The helper is the same in every plugin.
        let text = if path.starts_with("avocet.") { text.to_owned() } else { named(text) };
        (named(path), text)
    };
    files.into_iter().chain([TEST]).map(file).collect()
}
