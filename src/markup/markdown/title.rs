//! The title of a body that has none in its front matter: its first level-1 heading.

use avocet_plugin::Dialect;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::{mask, options};
use crate::markup::{html_blocks, pelican};

/// The plain text of the first level-1 heading of a Markdown body, if it has one.
#[must_use]
pub fn title(body: &str, dialect: Dialect) -> Option<String> {
    let needs_space = dialect == Dialect::CommonMark;
    let is_heading =
        |line: &str| line.strip_prefix('#').is_some_and(|text| !text.starts_with('#') && (!needs_space || text.starts_with([' ', '\t'])));
    if !body.lines().any(|line| is_heading(line) || is_underline(line)) {
        return None;
    }
    if dialect == Dialect::Pelican {
        let html = pelican::html::blocks(&pelican::without_code(body)).blocks;
        let document = pelican::Document::new(body, &html, pelican::DocumentOptions::default());
        return first_heading(document.events().into_iter().map(|(event, ..)| event));
    }
    let masked = mask(body, &html_blocks::html_blocks(body).ranges);
    first_heading(Parser::new_ext(&masked, options(false)))
}

fn first_heading<'t>(events: impl Iterator<Item = Event<'t>>) -> Option<String> {
    let mut inside = false;
    let mut text = String::new();
    for event in events {
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

    fn title_of(body: &str) -> Option<String> {
        title(body, Dialect::CommonMark)
    }

    #[test]
    fn the_dialect_pelican_has_its_own_headings() {
        let title = |body: &str| title(body, Dialect::Pelican);
        assert_eq!(title("a\n#Tea & `b` {: #t }\n").as_deref(), Some("Tea & b"));
        assert_eq!(title("<div>\n# no\n</div>\n\n```\n# no\n```\nYes\n===\n").as_deref(), Some("Yes"));
        assert_eq!(title_of("#Tea\n"), None);
    }

    #[test]
    fn the_first_level_1_heading_is_found_also_when_it_is_underlined() {
        assert_eq!(title_of("text\n\n# A `b` *c*\n").as_deref(), Some("A b c"));
        assert_eq!(title_of("A\nb\n===\n").as_deref(), Some("A b"));
        assert_eq!(title_of("```\n# not\n```\n## no\n"), None);
        assert_eq!(title_of("<script src=\"x\"></script>\n\n# Yes\n").as_deref(), Some("Yes"));
    }
}
