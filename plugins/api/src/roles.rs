//! The roles that a plugin takes, one method each, or a few. All are pure over their arguments; a file that a plugin needs besides them is
//! declared in [`Plugin::inputs`].

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Body, CodeGroup, Command, Diagnostic, Page, PageId, Route, Site, SiteIndex, SourceFile};

/// A plugin: its name, and the roles that it takes.
#[derive(Default)]
pub struct Plugin {
    /// As in `[site] plugins`.
    pub name: String,
    /// The kinds of problems that it reports besides those of the engine ([`crate::codes`]).
    pub codes: &'static [&'static CodeGroup],
    /// File formats.
    pub readers: Vec<Box<dyn Reader>>,
    /// Changes of the site's metadata before routes are made.
    pub indexers: Vec<Box<dyn Indexer>>,
    /// Promises of output files.
    pub generators: Vec<Box<dyn Generator>>,
    /// Makers of those files that are of no template.
    pub renderers: Vec<Box<dyn Renderer>>,
    /// Tags in content, which are also functions in templates.
    pub tags: Vec<Box<dyn Tag>>,
    /// Changes of converted bodies.
    pub transforms: Vec<Box<dyn Transform>>,
    /// Changes of finished pages.
    pub post_processors: Vec<Box<dyn PostProcessor>>,
    /// Makers of files from all finished pages.
    pub aggregators: Vec<Box<dyn Aggregator>>,
    /// Subcommands: `avocet PLUGIN NAME`.
    pub commands: Vec<Box<dyn Command>>,
    /// Files that it reads, from the site's folder, so that they are watched. Their texts are in [`Site::inputs`].
    pub inputs: Vec<PathBuf>,
}

/// A setting of a plugin that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// The path of the setting below `[plugins.NAME]`, such as `data`; empty for the table as a whole.
    pub path: String,
    /// What is wrong, as one sentence.
    pub message: String,
}

/// A file format: front matter and where the body stands.
pub trait Reader: Send + Sync {
    /// Endings of names without the dot, in lower case.
    fn extensions(&self) -> &[&str];

    /// Splits a source.
    ///
    /// # Errors
    /// All that is wrong with the front matter.
    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>>;
}

/// A source, split.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Document {
    /// Front matter in the order written, keys in lower case.
    pub fields: Vec<Field>,
    /// Where the body, which is Markdown, stands in the text.
    pub body: Range<usize>,
    /// What is odd but no error.
    pub warnings: Vec<Diagnostic>,
}

/// A key of the front matter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Field {
    /// In lower case.
    pub key: String,
    /// Text, number, truth, list or map.
    pub value: serde_json::Value,
    /// Where the key stands.
    pub key_span: Range<usize>,
    /// Where the value stands.
    pub span: Range<usize>,
}

/// Adds to or changes the site's metadata before routes are made.
pub trait Indexer: Send + Sync {
    /// Changes the site; gives what is wrong.
    fn index(&self, site: &mut Site) -> Vec<Diagnostic>;
}

/// Promises output files.
pub trait Generator: Send + Sync {
    /// The routes of this site.
    ///
    /// # Errors
    /// All that keeps it from promising them.
    fn routes(&self, site: &Site) -> Result<Vec<Route>, Vec<Diagnostic>>;
}

/// Makes the bytes of a file that is no template's, when the file is asked for: a feed, a sitemap. A route names it by
/// [`crate::Content::Computed`].
pub trait Renderer: Send + Sync {
    /// Its name, one in its plugin.
    fn name(&self) -> &str;

    /// The bytes of this route's file.
    ///
    /// # Errors
    /// What keeps it from making them.
    fn make(&self, route: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Result<Vec<u8>, Diagnostic>;
}

/// Converted bodies, on demand: a body is converted when it is asked for.
pub trait Bodies: Sync {
    /// The whole body.
    fn body(&self, id: PageId) -> Arc<Body>;

    /// The body without its HTML and contents, which is all that lists show. It is kept, the whole body mostly is not.
    fn excerpt(&self, id: PageId) -> &Body;
}

/// A tag in content: `{% name key="value" %}`, with a body when it is written in block form. A name with a dot, such as `update.html`,
/// is a partial: `{% include update.html %}`.
pub trait Tag: Send + Sync {
    /// Its name.
    fn name(&self) -> &str;

    /// Its HTML.
    ///
    /// # Errors
    /// One sentence: what is wrong with the call, and what would be right. The engine adds the place.
    fn render(&self, call: &TagCall, site: &Site) -> Result<String, String>;
}

/// A call of a tag.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TagCall {
    /// Its name.
    pub name: String,
    /// Its options.
    pub args: BTreeMap<String, serde_json::Value>,
    /// The converted body (HTML) of the block form.
    pub body: Option<String>,
    /// The source that calls it; empty in a template.
    pub source: String,
}

/// Changes a converted body.
pub trait Transform: Send + Sync {
    /// Changes the body of this page; what is wrong goes to its diagnostics.
    fn transform(&self, page: &Page, site: &Site, body: &mut Body);
}

/// Changes a finished page.
pub trait PostProcessor: Send + Sync {
    /// The new bytes of this route's file.
    ///
    /// # Errors
    /// What is wrong with the page.
    fn finish(&self, route: &Route, index: &SiteIndex, html: String) -> Result<String, Diagnostic>;
}

/// What a [`Aggregator`] took of the pages, by the pages' routes, in the order of their output paths.
pub type Taken<'a> = Vec<(&'a Route, Vec<u8>)>;

/// Makes files from all finished pages, such as a search index. They are no routes: what they are called may depend on what they hold, so
/// that nothing of the site but [`Aggregator::entries`] may be led to. A preview makes them when one of them is first asked for.
pub trait Aggregator: Send + Sync {
    /// The folder below the output folder that all its files lie in, with a slash at its end, such as `assets/search/`.
    fn folder(&self) -> &str;

    /// Output paths of the files that there are whatever the site holds.
    fn entries(&self) -> Vec<String>;

    /// Whether it takes anything of this route's page.
    fn wants(&self, route: &Route, site: &Site) -> bool;

    /// What it keeps of a finished page until all are finished; nothing of one that is not for it. Called in parallel.
    fn take(&self, route: &Route, site: &Site, html: &str) -> Option<Vec<u8>>;

    /// The files, by output path.
    ///
    /// # Errors
    /// What keeps it from making them.
    fn files(&self, site: &Site, taken: Taken) -> Result<Vec<(String, Vec<u8>)>, Diagnostic>;
}
