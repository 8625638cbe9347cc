//! What a plugin of Avocet may see: the data of the pipeline and the roles that a plugin takes in it.
//!
//! ```text
//! SourceFile --read--> Page --index--> Site --route--> Route --render--> Artifact
//!              Reader   Indexer       Generator, Validator   Tag, CodeRenderer, Transform, Renderer, PostProcessor, then Aggregator
//! ```
//!
//! All is plain data (serde), so that a program in another language can take the same roles. Nothing here reads a file, asks the clock or
//! prints: what goes wrong is a [`Diagnostic`], and the engine decides where it is shown. Most types may get more fields in a later
//! version: their constructors make them.

mod call;
mod code;
pub mod codes;
mod command;
mod diagnostic;
pub mod html;
mod index;
mod input;
mod key;
mod list;
mod page;
pub mod paths;
mod pattern;
mod plugin;
pub mod protocol;
mod roles;
mod route;
mod routes;
pub mod settings;
mod site;
mod slug;
mod source;

pub use call::{CallError, CodeBlock, Fragment, Part, TagBody, TagCall};
pub use code::{Code, CodeGroup};
pub use command::{Call, Command, CommandOption, Console};
pub use diagnostic::{Diagnostic, Place, Related, Severity, suggest};
pub use index::{SiteIndex, Unpublished};
pub use input::Input;
pub use key::{Overview, RouteKey, TermKind};
pub use list::{List, ListKind, Pager, PagerItem};
pub use page::{Body, Date, Dialect, Heading, Kind, Page, PageBody, PageId, Status, Term, rfc3339};
pub use pattern::{Pattern, PatternError};
pub use plugin::{Plugin, Setup};
pub use roles::{
    Aggregator, Bodies, CodeRenderer, Document, Field, Generator, IndexInput, Indexer, PostProcessor, Reader, Renderer, Tag, Taken,
    Transform, Validator,
};
pub use route::{Alternate, Artifact, Computed, Content, Route, RouteBuilder, View};
pub use routes::Routes;
pub use settings::SettingError;
pub use site::{Listing, Neighbours, Site, SiteInfo, StaticFile, UrlPatterns, Year};
pub use slug::{name_key, slugify};
pub use source::SourceFile;
