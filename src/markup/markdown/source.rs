//! A text with the file that it comes from.

use std::ops::Range;
use std::sync::Arc;

use avocet_plugin::Place;

/// A text with the file it comes from.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Path from the site's folder, for messages.
    pub display_path: String,
    /// Path below the content folder that relative links start from.
    pub source: String,
    /// The whole text.
    pub text: Arc<str>,
    /// The text of the file, if a reader made `text` of it: what is wrong is then shown where the same words stand in the file.
    pub made_from: Option<Arc<str>>,
}

impl SourceText {
    /// A stretch of it.
    #[must_use]
    pub fn place(&self, span: Range<usize>) -> Place {
        let Some(source) = &self.made_from else { return Place::new(self.display_path.clone(), &self.text, span) };
        let found = self.text.get(span).filter(|words| !words.trim().is_empty()).and_then(|words| only(source, words));
        found.map_or_else(|| Place::file(self.display_path.clone()), |span| Place::new(self.display_path.clone(), source, span))
    }

    /// The line that is `number` lines below the one of the byte `at`, without white space at its ends; the line of `at` itself if there
    /// is no such line.
    #[must_use]
    pub fn line_below(&self, at: usize, number: usize) -> Range<usize> {
        let rest = self.text.get(at..).unwrap_or_default();
        let skipped: usize = rest.split_inclusive('\n').take(number).map(str::len).sum();
        let start = if skipped < rest.len() { at + skipped } else { at };
        let line = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let start = start + line.len() - line.trim_start().len();
        start..start + line.trim().len()
    }
}

/// Where these words stand, if they stand there once.
fn only(text: &str, words: &str) -> Option<Range<usize>> {
    let start = text.find(words)?;
    let end = start + words.len();
    (!text[end..].contains(words)).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, made_from: Option<&str>) -> SourceText {
        SourceText { display_path: "f".into(), source: "f".into(), text: text.into(), made_from: made_from.map(Arc::from) }
    }

    #[test]
    fn a_line_is_found_below_another() {
        let source = text("a\n> ```\n>  b\n> c", None);
        assert_eq!(&source.text[source.line_below(4, 1)], ">  b");
        assert_eq!(&source.text[source.line_below(4, 2)], "> c");
        assert_eq!(&source.text[source.line_below(4, 9)], "```");
    }

    #[test]
    fn what_a_reader_made_is_shown_where_its_words_stand_once() {
        let source = text("one\ntwo twice twice", Some("{\"a\": \"two\", \"b\": \"twice twice\"}"));
        assert_eq!(source.place(4..7).span, 7..10);
        assert_eq!(source.place(8..13).line, 0);
        assert_eq!(source.place(0..3).line, 0);
    }
}
