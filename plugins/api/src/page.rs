//! A post or a page: its metadata, and its body as the author wrote it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::slugify;
use crate::{Diagnostic, Place};

/// A date with its time zone.
pub type Date = jiff::Zoned;

/// Index of a page in [`crate::Site::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PageId(pub usize);

/// What a source becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A dated post, which is listed, tagged and archived.
    Article,
    /// A page that stands by itself.
    Page,
}

/// Who sees it. (`status: skip` is a source that is not read at all.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Published and listed.
    Published,
    /// Written only with `--drafts`, under the draft pattern, and never listed.
    Draft,
    /// Published at its address, and never listed.
    Hidden,
}

/// The name of a tag, a category or an author. Two of one slug are one; the spelling of the newest article is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    /// As written.
    pub name: String,
    /// As in addresses, by [`slugify`].
    pub slug: String,
}

impl Term {
    /// A term of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), slug: slugify(name) }
    }
}

/// A post or a page: a function of one file's text, and of nothing else but the settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page {
    /// Path of the source below the content folder.
    pub source: Arc<str>,
    /// Path of the source from the site's folder, for messages.
    pub display_path: String,
    /// The whole text of the source.
    pub text: Arc<str>,
    /// Where in `text` the body stands.
    pub body: Range<usize>,
    /// Article or page.
    pub kind: Kind,
    /// Plain text.
    pub title: String,
    /// Whether the title is the body's first heading, which is then not shown again.
    pub title_from_body: bool,
    /// Its name in addresses.
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
    /// `template: NAME` asks for `NAME.html`.
    pub template: Option<String>,
    /// Address that replaces the one that follows from the output path.
    pub url: Option<String>,
    /// Output path that replaces the pattern's.
    pub save_as: Option<String>,
    /// A link to a picture that stands for the page.
    pub image: Option<String>,
    /// Old addresses that lead here.
    pub aliases: Vec<String>,
    /// The series that it belongs to.
    pub series: Option<String>,
    /// All other keys, in lower case.
    pub extra: BTreeMap<String, serde_json::Value>,
    /// Where the value of each key stands in `text`, keys in lower case.
    pub fields: BTreeMap<String, Range<usize>>,
}

impl Page {
    /// The body as written.
    #[must_use]
    pub fn body(&self) -> &str {
        self.text.get(self.body.clone()).unwrap_or_default()
    }

    /// A stretch of the source.
    #[must_use]
    pub fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.display_path.clone(), &self.text, span)
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
pub struct Body {
    /// HTML of the content, without the title.
    pub html: String,
    /// The headings of level 2 and below, as a tree.
    pub contents: Vec<Heading>,
    /// HTML of the summary: from the metadata, or the first words of the body.
    pub summary: String,
    /// The summary as plain text on one line.
    pub description: String,
    /// Address of the picture that stands for the page.
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
