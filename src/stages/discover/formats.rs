//! A file beside articles and pages -> what format of a post it has, if it is one that no reader reads. Such a file is not copied: its author
//! means it to be a page.

use std::io::Read;
use std::path::Path;

use avocet_plugin::html;

use crate::disk;

/// Formats that are known by the ending of the name.
const FORMATS: [(&str, &str); 12] = [
    ("rst", "reStructuredText"),
    ("rest", "reStructuredText"),
    ("adoc", "AsciiDoc"),
    ("asciidoc", "AsciiDoc"),
    ("ipynb", "a Jupyter notebook"),
    ("mdx", "MDX"),
    ("org", "Org"),
    ("qmd", "Quarto"),
    ("rmd", "R Markdown"),
    ("textile", "Textile"),
    ("mdwn", "Markdown with an ending that is not `.md`"),
    ("mkdn", "Markdown with an ending that is not `.md`"),
];

/// How much of a file is looked at for a title.
const BEGINNING: u64 = 1 << 16;

/// The format of this file, in words for a message.
pub(super) fn unread_format(file: &Path) -> Option<&'static str> {
    let ending = ending(file);
    if let Some((_, format)) = FORMATS.iter().find(|(known, _)| *known == ending) {
        return Some(format);
    }
    let is_html = is_html(&ending);
    if !is_html && !is_text(&ending) {
        return None;
    }
    let mut bytes = Vec::new();
    disk::open(file).ok()?.take(BEGINNING).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    match (is_html, has_front_matter(text)) {
        (true, true) => Some("HTML with front matter"),
        (true, false) => has_title(text).then_some("an HTML document with a title"),
        (false, true) => Some("a text with front matter"),
        (false, false) => None,
    }
}

/// Whether what a file is depends on its content.
pub(super) fn depends_on_content(file: &Path) -> bool {
    let ending = ending(file);
    is_html(&ending) || is_text(&ending)
}

fn ending(file: &Path) -> String {
    file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn is_html(ending: &str) -> bool {
    matches!(ending, "html" | "htm" | "xhtml")
}

fn is_text(ending: &str) -> bool {
    matches!(ending, "txt" | "text")
}

/// Whether a text begins like a post: with the fence of YAML or TOML and a title, or with Pelican's `Title:`.
fn has_front_matter(text: &str) -> bool {
    let is_title = |line: &str| line.split_once([':', '=']).is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case("title"));
    let mut lines = text.trim_start().lines().map(str::trim_end);
    match lines.next() {
        Some(fence @ ("---" | "+++")) => lines.take_while(|line| *line != fence).any(is_title),
        first => first.is_some_and(|line| line.contains(':') && is_title(line)),
    }
}

/// Whether the head of an HTML document has a title. That of a drawing in the text is none.
fn has_title(text: &str) -> bool {
    let mut head = html::start_tags(text).map(|(tag, _)| tag.name).take_while(|name| name != "body" && name != "svg");
    head.any(|name| name == "title")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_of_another_engine_is_known_by_its_beginning() {
        for text in ["---\ntitle: A\n---\n", "+++\ndate = 1\ntitle = 'A'\n+++", "Title: A\nDate: 2024-05-01\n", "\n---\nTitle : A\n---"] {
            assert!(has_front_matter(text), "{text}");
        }
        for text in ["", "Title = page", "A note: about titles", "---\n---\ntitle: A", "--- \nUser-agent: *", "User-agent: *\ntitle: x"] {
            assert!(!has_front_matter(text), "{text}");
        }
    }

    #[test]
    fn a_document_has_a_title_in_its_head() {
        assert!(has_title("<!doctype html><html><HEAD><meta charset=utf-8><TITLE>A</TITLE>"));
        for text in ["<p>A</p>", "<body><svg><title>A</title></svg>", "<svg><title>A</title></svg>", "<!-- <title>A</title> -->"] {
            assert!(!has_title(text), "{text}");
        }
    }
}
