//! The roles that a plugin takes, one method each, or a few. All are pure over their arguments; a file that a plugin needs besides them is
//! declared in [`crate::Plugin::inputs`].

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Body, CallError, CodeBlock, Diagnostic, Fragment, Page, PageBody, PageId, Route, Site, SiteIndex, SiteInfo, SourceFile, TagBody,
    TagCall,
};

/// A file format: front matter and where the body stands.
pub trait Reader: Send + Sync {
    /// Endings of names without the dot, in lower case.
    fn extensions(&self) -> Vec<&str>;

    /// Splits a source.
    ///
    /// # Errors
    /// All that is wrong with the front matter.
    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>>;
}

/// A source, split.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// Front matter in the order written, keys in lower case.
    pub fields: Vec<Field>,
    /// The body: where its Markdown stands in the source, or a text that the reader made.
    pub body: PageBody,
    /// What is odd but no error.
    pub warnings: Vec<Diagnostic>,
}

impl Document {
    /// A source with these fields and this body, which may be a range of the source.
    pub fn new(fields: Vec<Field>, body: impl Into<PageBody>) -> Self {
        Self { fields, body: body.into(), warnings: Vec::new() }
    }

    /// With these warnings.
    #[must_use]
    pub fn warnings(self, warnings: Vec<Diagnostic>) -> Self {
        Self { warnings, ..self }
    }
}

/// A key of the front matter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
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

impl Field {
    /// A key with its value. The spans are where they stand in the text; `0..0` for what stands nowhere.
    pub fn new(key: impl Into<String>, value: impl Into<serde_json::Value>, key_span: Range<usize>, span: Range<usize>) -> Self {
        Self { key: key.into(), value: value.into(), key_span, span }
    }
}

/// Changes pages before they are indexed: lists, order, tags and years are made of what it leaves.
pub trait Indexer: Send + Sync {
    /// Changes the pages or what the site says of itself; gives what is wrong.
    fn index(&self, input: &mut IndexInput) -> Vec<Diagnostic>;
}

/// What the index is made of.
#[derive(Debug)]
#[non_exhaustive]
pub struct IndexInput<'a> {
    /// What the site says of itself.
    pub info: &'a mut SiteInfo,
    /// Every page that was read, drafts and scheduled ones as well. [`Arc::make_mut`] makes one of them changeable.
    pub pages: &'a mut Vec<Arc<Page>>,
    /// Texts of the files that plugins declare as inputs.
    pub inputs: &'a BTreeMap<String, Arc<str>>,
    /// Bytes of those that they declare as inputs of bytes.
    pub input_bytes: &'a BTreeMap<String, Arc<[u8]>>,
}

impl<'a> IndexInput<'a> {
    /// Of a site without pages, and these pages.
    pub fn new(site: &'a mut Site, pages: &'a mut Vec<Arc<Page>>) -> Self {
        Self { info: &mut site.info, pages, inputs: &site.inputs, input_bytes: &site.input_bytes }
    }
}

/// Checks the site before anything is rendered, for what no other role would notice.
pub trait Validator: Send + Sync {
    /// What is wrong.
    fn validate(&self, index: &SiteIndex) -> Vec<Diagnostic>;
}

/// Declares output files.
pub trait Generator: Send + Sync {
    /// The routes of this site. `declared` are those of the generators before it.
    ///
    /// # Errors
    /// All that keeps it from declaring them.
    fn routes(&self, site: &Site, declared: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>>;

    /// Whether it is asked after all generators that say no, because what it declares depends on their routes.
    fn needs_all_routes(&self) -> bool {
        false
    }
}

/// Makes the bytes of a file that is not made from a template, when the file is asked for: a feed, a sitemap. A route holds it in
/// [`crate::Content::Computed`].
pub trait Renderer: Send + Sync {
    /// The bytes of this route's file.
    ///
    /// # Errors
    /// What keeps it from making them.
    fn render(&self, route: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Result<Vec<u8>, Diagnostic>;
}

/// Converted bodies, on demand: a body is converted when it is asked for.
pub trait Bodies: Sync {
    /// The whole body; an empty one for an id of another site.
    fn body(&self, id: PageId) -> Arc<Body>;

    /// The body without its HTML and contents, which is all that lists show. It is kept, the whole body mostly is not.
    fn excerpt(&self, id: PageId) -> &Body;
}

/// A tag in content: `{% name key="value" %}`, with a body when it is written in block form. A name with a dot, such as `update.html`,
/// is a partial: `{% include update.html %}`.
pub trait Tag: Send + Sync {
    /// Its name.
    fn name(&self) -> &str;

    /// What it takes between `{% name %}` and `{% endname %}`.
    fn body(&self) -> TagBody {
        TagBody::Html
    }

    /// Names of the options that may stand without their names, in their order: `["id"]` for `{% video dQw4w9WgXcQ %}`.
    fn words(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Whether its answer depends on more of the site than the call and its page.
    fn needs_site(&self) -> bool {
        true
    }

    /// Its HTML.
    ///
    /// # Errors
    /// What is wrong with the call, and what would be right: one sentence is enough. The engine adds the place.
    fn render(&self, call: &TagCall, index: &SiteIndex) -> Result<String, CallError>;
}

/// Draws blocks of code of its languages, such as diagrams. Nothing in such a block is highlighted, or read as Markdown.
pub trait CodeRenderer: Send + Sync {
    /// The languages, as authors write them after the fence: `mermaid`.
    fn languages(&self) -> Vec<&str>;

    /// The HTML in place of the block.
    ///
    /// # Errors
    /// What is wrong with the code, if known with its line.
    fn render(&self, block: &CodeBlock, index: &SiteIndex) -> Result<String, CallError>;

    /// Whether its answer depends on more of the site than the block and its page.
    fn needs_site(&self) -> bool {
        true
    }
}

/// Changes the HTML of a page: of its body, before contents and summary are taken of it, and of a summary that the front matter has.
pub trait Transform: Send + Sync {
    /// Changes this piece of the page; what is wrong goes to its diagnostics.
    fn transform(&self, page: &Page, index: &SiteIndex, fragment: &mut Fragment);

    /// Whether what it does depends on more of the site than the page.
    fn needs_site(&self) -> bool {
        true
    }
}

/// Changes a finished page.
pub trait PostProcessor: Send + Sync {
    /// The new HTML of this route's page.
    ///
    /// # Errors
    /// What is wrong with the page.
    fn process(&self, route: &Route, index: &SiteIndex, html: String) -> Result<String, Diagnostic>;

    /// Whether what it does depends on more of the site than the route. Then every page is made again when anything changes.
    fn needs_site(&self) -> bool {
        true
    }
}

/// What an [`Aggregator`] took of the pages, with the pages' routes, in the order of their output paths.
pub type Taken<'a> = Vec<(&'a Route, Arc<[u8]>)>;

/// Makes files from all finished pages, such as a search index. They are no routes: their names may depend on what they hold, so
/// pages can link to [`Aggregator::entries`] only. A preview makes them when one of them is first asked for.
pub trait Aggregator: Send + Sync {
    /// The folder below the output folder that all its files lie in, with a slash at its end, such as `assets/search/`.
    fn folder(&self) -> &str;

    /// Output paths of the files that there are whatever the site holds.
    fn entries(&self) -> Vec<String>;

    /// Whether it takes anything of this route's page.
    fn wants(&self, route: &Route, index: &SiteIndex) -> bool;

    /// What it keeps of a finished page until all are finished; nothing of one that is not for it. Called in parallel, and not again for a
    /// page that has not changed since an earlier run: so it is given the page alone. What belongs to it, [`Aggregator::files`] looks up.
    fn take(&self, html: &str) -> Option<Vec<u8>>;

    /// The files, by output path.
    ///
    /// # Errors
    /// What keeps it from making them.
    fn files(&self, index: &SiteIndex, taken: Taken) -> Result<Vec<(String, Vec<u8>)>, Diagnostic>;
}
