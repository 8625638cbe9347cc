//! Text that a browser or the parser would drop: a stretch of the source in, what is wrong with it out.

use std::ops::Range;

use avocet_plugin::html::elements::{Content, content};
use avocet_plugin::html::{Token, tokens};
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

/// What is wrong with HTML that begins with this comment or element and has no end.
pub(super) fn unclosed(html: &str) -> Diagnostic {
    let swallows = match tokens(html).next() {
        Some((Token::Start(tag), _)) => content(&tag.name) != Content::Markup,
        first => first.is_some(),
    };
    if swallows {
        let help = if html.starts_with("<!--") { "write --> where the comment ends" } else { "write its end tag" };
        return codes::LOST_TEXT.report("this has no end: nothing after it would be shown").help(help);
    }
    let help = "close it, or do not indent the lines below it: the text after it is read as Markdown";
    codes::UNCLOSED_HTML.report("this HTML element has no end tag").help(help)
}
