//! [`SourceFile`] -> [`Page`]: front matter into types. The body stays text with its place; nothing of it is converted here.
//!
//! Invariant: a page is a function of one file's text and of the settings. A source that cannot be a page is an error, with all that is
//! wrong with it; `status: skip` is the one way to leave a source out.

mod date;
mod fields;
mod front_matter;
mod path_metadata;
mod status;
mod written;

use std::sync::Arc;

use avocet_plugin::{Diagnostic, Dialect, Kind, Page, PageBody, Reader, SourceFile, Status, Term, codes, slugify};
use jiff::tz::TimeZone;
use rayon::prelude::*;

use crate::config::{ArticleSettings, ContentSettings, SiteSettings};
use crate::markup::markdown;
use fields::Fields;
pub use front_matter::{Format, Markdown, Split, split};
pub use path_metadata::PathMetadata;
pub use status::release;

/// Keys of the front matter that Avocet knows.
pub const KEYS: [&str; 19] = [
    "title",
    "date",
    "modified",
    "slug",
    "tags",
    "category",
    "author",
    "authors",
    "summary",
    "status",
    "lang",
    "dialect",
    "template",
    "url",
    "save_as",
    "image",
    "aliases",
    "series",
    "translation",
];

/// Whether the value of a key is text even if it looks like a number.
fn is_text(key: &str) -> bool {
    KEYS.contains(&key)
}

/// What the settings say of all pages.
pub struct Defaults<'a> {
    /// `[articles]`.
    pub articles: &'a ArticleSettings,
    /// What names and paths say.
    pub path_metadata: PathMetadata<'a>,
    /// How Markdown is read in what names no dialect.
    pub dialect: Dialect,
    /// The language of what names none.
    pub language: &'a str,
    /// The author of what names none.
    pub author: Option<&'a str>,
    /// The zone of dates without one.
    pub zone: &'a TimeZone,
}

impl<'a> Defaults<'a> {
    /// The defaults of this site.
    #[must_use]
    pub fn new(site: &'a SiteSettings, content: &'a ContentSettings, articles: &'a ArticleSettings, dialect: Dialect) -> Self {
        Self {
            articles,
            path_metadata: PathMetadata::new(content),
            dialect,
            language: &site.language,
            author: site.author.as_deref(),
            zone: &site.timezone,
        }
    }
}

/// What became of a source.
#[derive(Debug, Clone)]
pub struct ParsedSource {
    /// The page, unless the source is skipped or faulty.
    pub page: Option<Arc<Page>>,
    /// What is wrong or odd.
    pub diagnostics: Arc<[Diagnostic]>,
    path: Arc<str>,
    text: Arc<str>,
}

/// Reads all sources, in parallel and in their order. A source whose text is the very one of a reading in `before`, with the same readers
/// and defaults, is not read again.
#[must_use]
pub fn read(sources: &[SourceFile], readers: &[&dyn Reader], defaults: &Defaults, before: &[ParsedSource]) -> Vec<ParsedSource> {
    let read = |file: &SourceFile| {
        let known = before.binary_search_by(|parsed| parsed.path.cmp(&file.path)).ok().map(|at| &before[at]);
        known.filter(|known| Arc::ptr_eq(&known.text, &file.text)).cloned().unwrap_or_else(|| {
            let (page, reported) = read_one(file, readers, defaults);
            ParsedSource {
                page: page.map(Arc::new),
                diagnostics: reported.into(),
                path: Arc::clone(&file.path),
                text: Arc::clone(&file.text),
            }
        })
    };
    sources.par_iter().map(read).collect()
}

/// Reads one source: its page, unless it is skipped or faulty, and what is wrong or odd.
#[must_use]
pub fn read_one(file: &SourceFile, readers: &[&dyn Reader], defaults: &Defaults) -> (Option<Page>, Vec<Diagnostic>) {
    let extension = file.extension().to_lowercase();
    let Some(reader) = readers.iter().find(|reader| reader.extensions().contains(&extension.as_str())) else {
        return (None, Vec::new());
    };
    match reader.read(file) {
        Err(errors) => (None, errors),
        Ok(document) => {
            let mut reported = document.warnings;
            let body = document.body;
            let mut fields = Fields::new(file, document.fields, &mut reported);
            defaults.path_metadata.add_to(file, &mut fields, defaults.zone);
            let page = page(file, &mut fields, body, defaults);
            let has_errors = reported.iter().any(Diagnostic::is_error);
            (page.filter(|_| !has_errors), reported)
        }
    }
}

/// The page that the fields make, or nothing when it is skipped or has no title.
fn page(file: &SourceFile, fields: &mut Fields, body: PageBody, defaults: &Defaults) -> Option<Page> {
    let status = status::status(fields, defaults.zone)?;
    let dialect = written::dialect(fields, defaults.dialect);
    let heading = if let PageBody::Html(_) = body { None } else { markdown::title(body.of(&file.text), dialect) };
    let given = fields.text("title");
    let title = given.clone().or_else(|| heading.clone()).or_else(|| fields.has_errors("title").then(|| "A title".to_owned()));
    let dialect = written::dialect(fields, defaults.dialect);
    let date = fields.date("date", (defaults.zone, dialect));
    let missing = missing(file, fields, title.is_some(), date.is_some() || fields.has("date") || status == Status::Draft);
    if let Some(error) = missing {
        fields.say(error);
    }
    let title = title?;
    let slug = slug(file, fields, &title, defaults);
    let mut page = Page::new(file, &*title);
    page.body = body;
    // A first heading that repeats the title is the title.
    page.title_from_body = heading.is_some_and(|heading| heading == title);
    (page.slug, page.status, page.date) = (slug, status, date);
    page.modified = fields.date("modified", (defaults.zone, dialect));
    page.tags = fields.terms("tags");
    page.category = category(file, fields, defaults);
    page.authors = authors(fields, defaults);
    page.summary = fields.text("summary");
    page.lang = fields.text("lang").unwrap_or_else(|| defaults.language.to_owned());
    written::check_language(fields, &page.lang);
    page.dialect = dialect;
    page.template = fields.text("template");
    page.url = fields.text_or_empty("url");
    page.save_as = fields.text("save_as");
    page.image = fields.text("image");
    page.aliases = fields.list("aliases");
    written::check_aliases(fields, &page.aliases);
    page.series = fields.text("series");
    page.extra = fields.rest();
    page.fields = fields.places();
    Some(page)
}

/// An article needs a title and a date, a page a title.
fn missing(file: &SourceFile, fields: &Fields, title: bool, date: bool) -> Option<Diagnostic> {
    let needs_date = file.kind == Kind::Article && !date;
    let (code, what, help) = match (title, needs_date) {
        (true, false) => return None,
        (false, true) => (
            &codes::MISSING_TITLE,
            "this article has no title and no date",
            "start the file with:\n---\ntitle: Your title\ndate: 2022-06-26\n---",
        ),
        (false, false) => (
            &codes::MISSING_TITLE,
            if file.kind == Kind::Article { "this article has no title" } else { "this page has no title" },
            "add a line `title: Your title` to the front matter, or start the text with `# Your title`",
        ),
        (true, true) => (
            &codes::MISSING_DATE,
            "this article has no date",
            "add a line `date: 2022-06-26` to the front matter, or `status: draft` until it has one",
        ),
    };
    let label = if matches!(split(&file.text), Split::FrontMatter { .. }) {
        "the front matter starts here"
    } else {
        "the front matter should be above this line"
    };
    Some(code.report(what).at(fields.head_place()).label(label).help(help))
}

/// As written, else made of the title or of the file's name.
fn slug(file: &SourceFile, fields: &mut Fields, title: &str, defaults: &Defaults) -> String {
    if let Some(slug) = fields.text("slug") {
        written::check_slug(fields, &slug);
        return slug;
    }
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let slug = if defaults.articles.slug == "filename" { slugify(name) } else { slugify(title) };
    if slug.is_empty() {
        let error = codes::EMPTY_SLUG
            .report("no URL can be made from this title: it has no letters or digits")
            .help("add a line `slug: a-name` to the front matter");
        fields.say_at("title", error);
    }
    slug
}

/// As written, else the folder that the article is in.
fn category(file: &SourceFile, fields: &mut Fields, defaults: &Defaults) -> Option<Term> {
    let written = fields.term("category");
    if written.is_some() || file.kind == Kind::Page {
        return written;
    }
    if defaults.articles.category != "folder" {
        return Some(Term::new(&defaults.articles.category));
    }
    let mut folders = file.path.rsplit('/').skip(1);
    let folder = folders.next().map(Term::new).filter(|term| !term.slug.is_empty());
    folder.or_else(|| defaults.articles.default_category.as_deref().map(Term::new))
}

/// `authors` is split, `author` never is.
fn authors(fields: &mut Fields, defaults: &Defaults) -> Vec<Term> {
    if fields.has("author") && fields.has("authors") {
        let error = codes::BAD_VALUE.report("`author` and `authors` cannot be used together");
        fields.say_at("author", error.help("write all names in `authors`, with commas between them"));
    }
    let single = fields.term("author");
    let several = fields.terms("authors");
    if !several.is_empty() {
        return several;
    }
    single.or_else(|| defaults.author.map(Term::new)).into_iter().collect()
}
