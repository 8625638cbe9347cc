//! Text that authors write -> HTML: pure functions over Markdown and HTML. Who may be linked to, what a tag answers and which code is
//! already highlighted is asked of a [`markdown::Host`].

pub mod accessibility;
pub mod headings;
pub mod highlight;
pub mod html;
pub mod markdown;
pub mod opaque;
pub mod summary;
pub mod tags;
