//! The title of a body that has none in its front matter: its first level-1 heading.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::{mask, options};
use crate::markup::html_blocks;

/// The plain text of the first level-1 heading of a Markdown body, if it has one.
#[must_use]
pub fn title(body: &str) -> Option<String> {
    if !body.lines().any(|line| line.starts_with("# ") || line.starts_with("#\t") || is_underline(line)) {
        return None;
    }
    let masked = mask(body, &html_blocks::html_blocks(body).ranges);
    let mut inside = false;
    let mut text = String::new();
    for event in Parser::new_ext(&masked, options(false)) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => inside = true,
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => return Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Event::Text(part) | Event::Code(part) if inside => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak if inside => text.push(' '),
            _ => {}
        }
    }
    None
}

fn is_underline(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte == b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_level_1_heading_is_found_also_when_it_is_underlined() {
        assert_eq!(title("text\n\n# A `b` *c*\n").as_deref(), Some("A b c"));
        assert_eq!(title("A\nb\n===\n").as_deref(), Some("A b"));
        assert_eq!(title("```\n# not\n```\n## no\n"), None);
        assert_eq!(title("<script src=\"x\"></script>\n\n# Yes\n").as_deref(), Some("Yes"));
    }
}
