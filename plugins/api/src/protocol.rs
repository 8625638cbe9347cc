//! What Avocet and a plugin that is a program say to each other: a line a message, each a JSON object in UTF-8.
//!
//! The program reads [`Request`]s from its standard input and writes an [`Answer`] to each, in their order, to its standard output. The
//! standard error is for people. Fields are only added, and both sides ignore those that they do not know. `protocol-1.json` is the schema
//! of these types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Kind, Page, Part, Status, Term, rfc3339};

/// The version of the protocol. A manifest says which one its plugin speaks.
pub const VERSION: u64 = 1;

/// Bytes of the longest message, its line end not counted.
pub const MAX_MESSAGE: usize = 16 << 20;

/// A call, with the number that its answer repeats.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Request<'a> {
    /// The number of the request; that of `hello` is 0.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub call: &'a Call<'a>,
}

/// What a plugin is asked.
#[derive(Debug, Serialize)]
#[serde(tag = "call", rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Call<'a> {
    /// The first message to each process.
    Hello(Hello<'a>),
    /// Change the body of a page, or its summary.
    Transform {
        /// What of the page it is.
        part: Part,
        /// Its HTML.
        html: &'a str,
        /// The page.
        page: PageData<'a>,
    },
    /// Change a finished page.
    Finish {
        /// Its path below the output folder.
        path: &'a str,
        /// Its URL from the root of the host.
        url: &'a str,
        /// All its HTML.
        html: &'a str,
    },
    /// Answer a tag.
    Tag {
        /// The name of the tag.
        name: &'a str,
        /// Its options, and its words by their names.
        args: &'a BTreeMap<String, Value>,
        /// What stands between the tag and its end: HTML, or as it was written if the manifest says `raw`.
        body: Option<&'a str>,
        /// The page; none in a template.
        page: Option<PageData<'a>>,
    },
    /// Make HTML of a fenced block of code.
    Code {
        /// The first word after the fence.
        language: &'a str,
        /// The rest of that line.
        info: &'a str,
        /// The block as it was written.
        code: &'a str,
        /// The page.
        page: PageData<'a>,
    },
    /// Read a source.
    Read {
        /// Its path below the content folder.
        path: &'a str,
        /// Its text.
        text: &'a str,
    },
    /// Make files.
    Generate {
        /// All pages.
        pages: &'a [PageData<'a>],
    },
    /// Take note of all pages, before the first tag that needs them.
    Pages {
        /// All pages.
        pages: &'a [PageData<'a>],
    },
}

/// The first message to each process.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hello<'a> {
    /// [`VERSION`].
    pub protocol: u64,
    /// The version of Avocet.
    pub engine: &'a str,
    /// The name of the plugin.
    pub plugin: &'a str,
    /// `[plugins.NAME]` of `site.toml`, with the defaults of the manifest.
    pub settings: &'a Map<String, Value>,
    /// The texts of the inputs that the manifest names, by path from the site's folder.
    pub inputs: &'a BTreeMap<String, String>,
    /// The site.
    pub site: SiteData<'a>,
}

/// What the site says of itself.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteData<'a> {
    /// Its name.
    pub title: &'a str,
    /// Its absolute URL, without a slash at the end.
    pub url: &'a str,
    /// The path of `url`: empty, or such as `/notes`.
    pub base: &'a str,
    /// The language of pages that name none.
    pub language: &'a str,
}

/// The metadata of a page.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageData<'a> {
    /// The path of its source below the content folder.
    pub source: &'a str,
    /// Its URL from the root of the host; empty if it has none.
    pub url: &'a str,
    /// Plain text.
    pub title: &'a str,
    /// `article` or `page`.
    pub kind: &'static str,
    /// `published`, `draft` or `hidden`.
    pub status: &'static str,
    /// The language of its text.
    pub lang: &'a str,
    /// When it was published, as RFC 3339 writes it.
    pub date: Option<String>,
    /// When it was last changed.
    pub modified: Option<String>,
    /// Names, as written.
    pub tags: Vec<&'a str>,
    /// The name of its category.
    pub category: Option<&'a str>,
    /// Names, as written.
    pub authors: Vec<&'a str>,
    /// The series that it belongs to.
    pub series: Option<&'a str>,
    /// The summary of its front matter, as written.
    pub summary: Option<&'a str>,
    /// The image of its front matter, as written.
    pub image: Option<&'a str>,
    /// All other keys of its front matter, in lower case.
    pub meta: &'a BTreeMap<String, Value>,
}

impl<'a> PageData<'a> {
    /// The metadata of a page at this URL.
    #[must_use]
    pub fn new(page: &'a Page, url: &'a str) -> Self {
        let names = |terms: &'a [Term]| terms.iter().map(|term| &*term.name).collect();
        Self {
            source: &page.source,
            url,
            title: &page.title,
            kind: match page.kind {
                Kind::Article => "article",
                Kind::Page => "page",
            },
            status: match page.status {
                Status::Published => "published",
                Status::Draft => "draft",
                Status::Hidden => "hidden",
            },
            lang: &page.lang,
            date: page.date.as_ref().map(rfc3339),
            modified: page.modified.as_ref().map(rfc3339),
            tags: names(&page.tags),
            category: page.category.as_ref().map(|term| &*term.name),
            authors: names(&page.authors),
            series: page.series.as_deref(),
            summary: page.summary.as_deref(),
            image: page.image.as_deref(),
            meta: &page.extra,
        }
    }
}

/// The answer to a call. Which fields it may have depends on the call; one without any means "nothing to change".
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// The number of the request.
    pub id: u64,
    /// The answer to `hello`: the version that the plugin speaks.
    pub protocol: Option<u64>,
    /// Why there is no answer: something that the author of the page can put right.
    pub error: Option<Problem>,
    /// What looks unintended; in the answers to `transform` and `read`.
    pub warnings: Vec<Problem>,
    /// The HTML of a tag or a block of code, the new one of a body or a page, or the body of a source.
    pub html: Option<String>,
    /// The answer to `read`: the body in Markdown.
    pub markdown: Option<String>,
    /// The answer to `read`: the front matter.
    pub fields: Map<String, Value>,
    /// The answer to `transform`: values that templates have as `page.values.NAME`.
    pub values: BTreeMap<String, Value>,
    /// The answer to `generate`: files that no template makes.
    pub files: Vec<OutputFile>,
    /// The answer to `generate`: pages that a template makes.
    pub pages: Vec<OutputPage>,
}

/// Something that is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// The line of a block of code that it is in, from 1.
    pub line: Option<usize>,
    /// A text of the source that it is at.
    pub near: Option<String>,
}

/// A file that no template makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutputFile {
    /// Its path below the output folder.
    pub path: String,
    /// Its text.
    pub text: Option<String>,
    /// Its bytes in Base64, if it has no text.
    pub base64: Option<String>,
}

/// A page that a template makes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutputPage {
    /// Its path below the output folder.
    pub path: String,
    /// The template, such as `page.html`.
    pub template: String,
    /// What the template sees, by name.
    pub values: Map<String, Value>,
}
