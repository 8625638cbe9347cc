//! Text that authors write -> HTML: pure functions over Markdown and HTML. What may be linked to, what a tag answers and which code is
//! already highlighted is asked of a [`markdown::MarkdownHost`].

pub mod accessibility;
pub mod foreign;
pub mod headings;
pub mod highlight;
pub mod html_blocks;
pub mod markdown;
pub mod pelican;
pub mod summary;
pub mod tags;
