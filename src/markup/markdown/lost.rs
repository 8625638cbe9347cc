//! Text that a browser or the parser would drop: a stretch of the source in, what is wrong with it out.

use std::ops::Range;

use avocet_plugin::html::elements::{Content, content};
use avocet_plugin::{Diagnostic, codes};

/// Cells for which the table has no column: `rest` is what follows the last cell that the parser gave. With their place in the text.
pub(super) fn cells(text: &str, rest: Range<usize>) -> Option<(Range<usize>, Diagnostic)> {
    let after = text.get(rest.clone())?;
    let lost = after.trim_matches(|end: char| end == '|' || end.is_whitespace());
    let start = rest.start + after.find(lost).filter(|_| !lost.is_empty())?;
    let error = codes::LOST_TEXT.report("the table has no column for this cell, which would be shown nowhere");
    let help = "write \\| for a | that is text, also in code; or add a column to the head of the table";
    Some((start..start + lost.len(), error.help(help)))
}

/// As many cells as pulldown-cmark fills in where the rows of a table are short. It takes all text after them for a part of the table.
pub(super) const MAX_MISSING_CELLS: usize = 1 << 18;

/// What is wrong with a table in which more cells are missing.
pub(super) fn missing_cells() -> Diagnostic {
    let error = codes::LOST_TEXT.report("the rows of this table lack more than 262,144 cells, and nothing after them would be shown");
    error.help("remove the columns that no row fills, or make more than one table")
}

/// What is wrong with a footnote when there is one of its name.
pub(super) fn second_footnote(label: &str) -> Diagnostic {
    let error = codes::LOST_TEXT.report(format!("there are two footnotes `{label}`, and this one would be shown nowhere"));
    error.help("give it another name, or put both texts into one")
}

/// What is wrong with HTML that begins with this comment or element and has no end.
pub(super) fn unclosed(html: &str) -> Diagnostic {
    let is_comment = html.starts_with("<!--");
    let name = html.strip_prefix('<').and_then(|html| html.split(|end: char| end.is_ascii_whitespace() || matches!(end, '/' | '>')).next());
    if is_comment || name.is_some_and(|name| content(&name.to_ascii_lowercase()) != Content::Markup) {
        let help = if is_comment { "write --> where the comment ends" } else { "write its end tag" };
        return codes::LOST_TEXT.report("this has no end: nothing after it would be shown").help(help);
    }
    let help = "close it, or do not indent the lines below it: the text after it is read as Markdown";
    codes::UNCLOSED_HTML.report("this HTML element has no end tag").help(help)
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Parser, TagEnd};

    use super::MAX_MISSING_CELLS;
    use crate::markup::markdown::options;

    /// The error is there because the parser does this; once it reads such a table, the error can go.
    #[test]
    fn the_parser_puts_all_text_after_a_table_into_it_if_too_many_cells_are_missing() {
        let columns = 2000;
        let is_after_table = |rows: usize| {
            let (head, line) = ("a|".repeat(columns), "-|".repeat(columns));
            let text = format!("|{head}\n|{line}\n{}\nLAST", "|x|\n".repeat(rows));
            let events = Parser::new_ext(&text, options(false)).skip_while(|event| !matches!(event, Event::End(TagEnd::Table)));
            events.into_iter().any(|event| matches!(event, Event::Text(text) if &*text == "LAST"))
        };
        let rows = MAX_MISSING_CELLS / (columns - 1);
        assert!(is_after_table(rows));
        assert!(!is_after_table(rows + 1));
    }
}
