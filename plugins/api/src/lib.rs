//! What a plugin of Avocet may see: the nouns of the pipeline and the roles that a plugin takes in it.
//!
//! ```text
//! SourceFile --read--> Page --index--> Site --route--> Route --render--> Artifact
//!              Reader         Indexer        Generator         Tag, Transform, Finisher, Maker, then Collector
//! ```
//!
//! The nouns are plain data (serde), so that a program in another language can take the same roles. Nothing here reads a file, asks
//! the clock or prints: what goes wrong is a [`Diagnostic`], and the engine decides where it is shown.

mod code;
pub mod codes;
mod command;
mod diagnostic;
pub mod html;
mod index;
mod page;
mod pattern;
mod roles;
mod route;
mod site;
mod slug;
mod source;

pub use code::{Code, CodeGroup};
pub use command::{Call, Command, CommandOption, Console};
pub use diagnostic::{Diagnostic, Place, Related, Severity, suggest};
pub use index::{SiteIndex, Unpublished};
pub use page::{Body, Date, Heading, Kind, Page, PageId, Status, Term};
pub use pattern::{Pattern, PatternError};
pub use roles::{
    Aggregator, Bodies, Document, Field, Generator, Indexer, Plugin, PostProcessor, Reader, Renderer, SettingError, Tag, TagCall, Taken,
    Transform,
};
pub use route::{Artifact, Content, List, Pager, PagerItem, Route, RouteKey, Routes, View};
pub use site::{Listing, Neighbours, Site, SiteInfo, StaticFile, UrlPatterns, Year};
pub use slug::slugify;
pub use source::SourceFile;
