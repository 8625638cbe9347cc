//! The stages of the pipeline, in order. Each takes exactly what it uses, gives one type, and knows none of the others.

pub mod convert;
pub mod discover;
pub mod fingerprint;
pub mod index;
pub mod read;
pub mod render;
pub mod route;
pub mod write;
