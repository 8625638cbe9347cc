//! What commands write into sources: the text of a new one ([`new_post`]), and single keys of one that there is ([`header`]). Texts in,
//! texts out; the disk is the caller's.

pub mod header;
pub mod new_post;
