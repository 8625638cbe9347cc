//! A post or a page: its metadata, and its body as the author wrote it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Diagnostic, Place, SourceFile, slugify};

/// A date with its time zone.
pub type Date = jiff::Zoned;

/// The date as RFC 3339 writes it: `2022-06-26T09:30:00+01:00`. It has no seconds in an offset, as local times of the 19th century have: such
/// an offset is rounded to a minute.
#[must_use]
pub fn rfc3339(date: &Date) -> String {
    let offset = date.offset().round(jiff::Unit::Minute).unwrap_or_else(|_| date.offset());
    date.with_time_zone(offset.to_time_zone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Index of a page in [`crate::Site::all`]. It holds for one site: after an edit the same page may have another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageId(usize);

impl PageId {
    /// The page at this index. Plugins take ids from the site's lists, or from [`crate::Site::ids`].
    #[must_use]
    pub const fn new(index: usize) -> Self {
        Self(index)
    }

    /// The index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0
    }
}

/// What a source becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A dated post, which is listed, tagged and archived.
    Article,
    /// A page that stands by itself.
    Page,
}

/// How the Markdown of a page is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// CommonMark with the extensions of GitHub.
    #[default]
    CommonMark,
    /// Python-Markdown with the extensions that Pelican enables.
    Pelican,
}

impl Dialect {
    /// The names of all dialects, as settings and front matter have them.
    pub const NAMES: [&str; 2] = ["commonmark", "pelican"];

    /// The dialect of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "commonmark" => Some(Self::CommonMark),
            "pelican" => Some(Self::Pelican),
            _ => None,
        }
    }
}

/// Who sees it. (`status: skip` is a source that is not read at all.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Published and listed.
    Published,
    /// Written only with `--drafts`, under the draft pattern, and never listed.
    Draft,
    /// Published at its URL, and never listed.
    Hidden,
}

/// The name of a tag, a category or an author. Names that differ only in spelling have one slug; the newest article's spelling is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Term {
    /// As written.
    pub name: String,
    /// As in URLs: by [`slugify`], or one of its own if another name has that.
    pub slug: String,
}

impl Term {
    /// A term of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), slug: slugify(name) }
    }
}

/// The body of a page before its conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageBody {
    /// Markdown that stands there in the source.
    Source(Range<usize>),
    /// Markdown that the reader made.
    Markdown(Arc<str>),
    /// HTML that the reader made. Links in it are resolved; nothing in it is a tag.
    Html(Arc<str>),
}

impl PageBody {
    /// The text of the body of this source.
    #[must_use]
    pub fn of<'t>(&'t self, source: &'t str) -> &'t str {
        match self {
            Self::Source(range) => source.get(range.clone()).unwrap_or_default(),
            Self::Markdown(text) | Self::Html(text) => text,
        }
    }
}

impl Default for PageBody {
    fn default() -> Self {
        Self::Source(0..0)
    }
}

impl From<Range<usize>> for PageBody {
    fn from(range: Range<usize>) -> Self {
        Self::Source(range)
    }
}

/// A post or a page: a function of one file's text, and of nothing else but the settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// Path of the source below the content folder.
    pub source: Arc<str>,
    /// Path of the source from the site's folder, for messages.
    pub display_path: String,
    /// The whole text of the source.
    pub text: Arc<str>,
    /// The body, as written or as its reader made it.
    pub body: PageBody,
    /// Article or page.
    pub kind: Kind,
    /// Plain text.
    pub title: String,
    /// Whether the title is the body's first heading, which is then not shown again.
    pub title_from_body: bool,
    /// Its name in URLs.
    pub slug: String,
    /// When it was published; articles always have one, except drafts.
    pub date: Option<Date>,
    /// When it was last changed.
    pub modified: Option<Date>,
    /// Who sees it.
    pub status: Status,
    /// In the order written, one for each slug.
    pub tags: Vec<Term>,
    /// Articles have one, from the metadata or the folder.
    pub category: Option<Term>,
    /// In the order written.
    pub authors: Vec<Term>,
    /// Markdown, as written.
    pub summary: Option<String>,
    /// The language of the text (BCP 47), the site's when none is given.
    pub lang: String,
    /// How its Markdown is read.
    pub dialect: Dialect,
    /// `template: NAME` asks for `NAME.html`.
    pub template: Option<String>,
    /// URL that replaces the one that follows from the output path.
    pub url: Option<String>,
    /// Output path that replaces the pattern's.
    pub save_as: Option<String>,
    /// A link to an image that stands for the page.
    pub image: Option<String>,
    /// Old URLs that lead here.
    pub aliases: Vec<String>,
    /// The series that it belongs to.
    pub series: Option<String>,
    /// All other keys, in lower case.
    pub extra: BTreeMap<String, serde_json::Value>,
    /// Where the value of each key stands in `text`, keys in lower case.
    pub fields: BTreeMap<String, Range<usize>>,
}

impl Page {
    /// A published page of this source and title, with nothing else set.
    pub fn new(file: &SourceFile, title: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            source: Arc::clone(&file.path),
            display_path: file.display_path.clone(),
            text: Arc::clone(&file.text),
            body: (0..file.text.len()).into(),
            kind: file.kind,
            slug: slugify(&title),
            title,
            title_from_body: false,
            date: None,
            modified: None,
            status: Status::Published,
            tags: Vec::new(),
            category: None,
            authors: Vec::new(),
            summary: None,
            lang: String::new(),
            dialect: Dialect::default(),
            template: None,
            url: None,
            save_as: None,
            image: None,
            aliases: Vec::new(),
            series: None,
            extra: BTreeMap::new(),
            fields: BTreeMap::new(),
        }
    }

    /// The body as written.
    #[must_use]
    pub fn body(&self) -> &str {
        self.body.of(&self.text)
    }

    /// Whether the body, as written, seems to call this tag or include. It is not parsed, so a call inside a code block counts as well.
    #[must_use]
    pub fn may_call(&self, tag: &str) -> bool {
        let body = self.body();
        let is_call = |(at, open): (usize, &str)| {
            let call = body.get(at + open.len()..).filter(|_| !body[..at].ends_with('\\')).unwrap_or_default();
            let call = call.trim_start_matches(['-', ' ', '\t', '\n', '\r']);
            let call = call.strip_prefix("include ").map_or(call, str::trim_start);
            call.strip_prefix(tag).is_some_and(|rest| rest.starts_with(|next: char| next.is_whitespace() || "-%".contains(next)))
        };
        body.match_indices("{%").any(is_call)
    }

    /// A stretch of the source.
    #[must_use]
    pub fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.display_path.clone(), &self.text, span)
    }

    /// Where these words first stand in the source, or the file when they do not.
    #[must_use]
    pub fn place_near(&self, words: &str) -> Place {
        match self.text.find(words).filter(|_| !words.is_empty()) {
            Some(at) => self.place(at..at + words.len()),
            None => Place::file(self.display_path.clone()),
        }
    }

    /// Where the value of a key stands, or the file when it has no such key.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Place {
        match self.fields.get(key) {
            Some(span) => self.place(span.clone()),
            None => Place::file(self.display_path.clone()),
        }
    }
}

/// A body in HTML, with what was learnt while it was converted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Body {
    /// HTML of the content, without the title.
    pub html: String,
    /// The headings of level 2 and below, as a tree.
    pub contents: Vec<Heading>,
    /// HTML of the summary: from the metadata, or the first words of the body.
    pub summary: String,
    /// The summary as plain text on one line.
    pub description: String,
    /// Values that plugins give to templates: `page.values.NAME`.
    #[serde(default)]
    pub values: BTreeMap<String, serde_json::Value>,
    /// URL of the image that stands for the page.
    pub image: Option<String>,
    /// Files that the body was made from besides its source (includes, templates of tags), from the site's folder.
    pub inputs: Vec<String>,
    /// What went wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// A heading with those below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// Its anchor, one in the page.
    pub id: String,
    /// HTML of its text, without links.
    pub title: String,
    /// The headings below it.
    pub children: Vec<Heading>,
}
