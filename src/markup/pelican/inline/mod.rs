//! A line of text of a block -> what stands in it: links, images, code, emphasis, HTML.
//!
//! Python-Markdown applies one pattern after the other to the whole text. Here the text is read once: code and escaped characters are
//! found first, then what begins with a bracket, `<`, `&` or a break of the line, and the marks of emphasis last, on what is left.

mod code;
mod emphasis;
mod links;
mod scan;
mod tags;

use std::ops::Range;

pub(super) use emphasis::Mark;
pub(super) use links::Target;
pub(super) use scan::scan;

/// A part of a line of text. Places are those of the text that was scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Text(Range<usize>),
    /// A character reference.
    Reference(Range<usize>),
    Break(Range<usize>),
    /// Code: all of it, and what stands between the back-ticks.
    Code(Range<usize>, Range<usize>),
    Html(Range<usize>),
    /// A reference to the footnote of this number.
    Footnote(Range<usize>, usize),
    /// A link begins.
    Link(Range<usize>, Target),
    /// It ends.
    EndLink(Range<usize>),
    /// An image, with its text.
    Image(Range<usize>, String, Target),
    /// `<https://…>` or `<a@b.c>`: all of it, what stands between the brackets, and whether that is a mail address.
    Address(Range<usize>, Range<usize>, bool),
    /// Emphasis begins or ends.
    Emphasis(Mark),
}

impl Token {
    pub(super) fn range(&self) -> Range<usize> {
        match self {
            Self::Text(range)
            | Self::Reference(range)
            | Self::Break(range)
            | Self::Code(range, _)
            | Self::Html(range)
            | Self::Footnote(range, _)
            | Self::Link(range, _)
            | Self::EndLink(range)
            | Self::Image(range, ..)
            | Self::Address(range, ..) => range.clone(),
            Self::Emphasis(mark) => mark.range.clone(),
        }
    }
}
