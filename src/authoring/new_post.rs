//! A title in, the text of a new source out.
//!
//! Invariant: what the engine reads of it is the title, to the letter, whatever it holds: quotes, colons, any script. Only white space and
//! control characters, which no title has, become single spaces.

use std::fmt::Write as _;

/// What a new source says of itself.
#[derive(Debug, Clone, Default)]
pub struct NewPost {
    /// Its title.
    pub title: String,
    /// The name in its address.
    pub slug: String,
    /// Its day, `2026-05-19`, if it is an article.
    pub date: Option<String>,
    /// Its category, if its folder does not say it.
    pub category: Option<String>,
    /// Its author, if the site names one.
    pub author: Option<String>,
}

impl NewPost {
    /// The text of the source: a draft.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("---\ntitle: {}\n", scalar(&self.title));
        let keys = [("date", &self.date), ("slug", &Some(self.slug.clone())), ("category", &self.category), ("author", &self.author)];
        for (key, value) in keys {
            if let Some(value) = value {
                let value = if key == "date" { value.clone() } else { scalar(value) };
                // Writing to a string cannot fail.
                let _ = writeln!(out, "{key}: {value}");
            }
        }
        if self.date.is_some() {
            out.push_str("# for instance: [open source, Python]\ntags: []\n");
        }
        out.push_str("status: draft\n---\n\nWrite here.\n");
        out
    }
}

/// A text as a value of YAML: as it is where that is plainly text, else in double quotes.
#[must_use]
pub fn scalar(text: &str) -> String {
    let text = line(text);
    let plain = |c: char| c.is_alphanumeric() || " -_,.!?()/'’–".contains(c);
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let reads_as_text = text.starts_with(char::is_alphabetic) && text.chars().all(plain) && !text.ends_with(' ');
    if reads_as_text && !words.contains(&text.to_lowercase().as_str()) { text } else { quoted(&text) }
}

/// One line: white space and control characters in a row become one space.
#[must_use]
pub fn line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// In double quotes, as YAML 1.2 (7.3.1) writes them. What is not printable (5.1) is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {

    use avocet_plugin::{Kind, Reader, SourceFile};
    use proptest::prelude::*;

    use super::*;
    use crate::stages::read::Markdown;

    /// The value of a key as the engine reads it.
    fn read(text: &str, key: &str) -> String {
        let file = SourceFile::new("a.md", "a.md", Kind::Page, text);
        let document = Markdown.read(&file).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
        assert!(document.warnings.is_empty(), "{:?}", document.warnings);
        let field = document.fields.into_iter().find(|field| field.key == key).unwrap();
        field.value.as_str().map_or(field.value.to_string(), str::to_owned)
    }

    fn fresh(title: &str) -> String {
        let (title, slug) = (title.to_owned(), "a-slug".to_owned());
        NewPost { title, slug, date: Some("2026-05-19".into()), author: Some("O'Hara, \"PhD\"".into()), category: None }.text()
    }

    #[test]
    fn a_plain_title_stands_as_it_is_and_the_rest_in_quotes() {
        for (title, written) in [
            ("Hello", "title: Hello\n"),
            ("Ünïcödé 日本語 العربية", "title: Ünïcödé 日本語 العربية\n"),
            ("NHS: a story", "title: \"NHS: a story\"\n"),
            ("Say \"no\" \\ yes", "title: \"Say \\\"no\\\" \\\\ yes\"\n"),
            ("2026", "title: \"2026\"\n"),
            ("Yes", "title: \"Yes\"\n"),
            ("- # [x] {y} & *z", "title: \"- # [x] {y} & *z\"\n"),
        ] {
            let text = fresh(title);
            assert!(text.contains(written), "{text}");
            assert_eq!(read(&text, "title"), title);
        }
    }

    #[test]
    fn the_other_keys_are_read_as_they_were_meant() {
        let text = fresh("Hello");
        assert_eq!(
            (read(&text, "date"), read(&text, "slug"), read(&text, "status")),
            ("2026-05-19".into(), "a-slug".into(), "draft".into())
        );
        assert_eq!(read(&text, "author"), "O'Hara, \"PhD\"");
    }

    proptest! {
        #[test]
        fn any_title_is_read_as_it_was_given(title in "\\PC{1,40}|[ \"':#\\[\\]{}&*!|>%@`,?~\\\\-]{1,12}|\\w{1,5}: .{0,20}|.{1,40}") {
            let found = read(&fresh(&title), "title");
            prop_assert_eq!(found, line(&title));
        }
    }
}
