//! The tables of `site.toml`, with their defaults.

use std::collections::BTreeMap;

use avocet_plugin::{Pattern, UrlPatterns};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::check::CheckTable;

/// The file as a whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) site: SiteTable,
    #[serde(default)]
    pub(super) content: ContentSettings,
    #[serde(default)]
    pub(super) urls: UrlTable,
    #[serde(default)]
    pub(super) articles: ArticleSettings,
    #[serde(default)]
    pub(super) markdown: MarkdownSettings,
    #[serde(default)]
    pub(super) check: CheckTable,
    #[serde(default)]
    pub(super) menu: Vec<MenuEntry>,
    #[serde(default)]
    pub(super) theme: Map<String, Value>,
    #[serde(default)]
    pub(super) plugins: BTreeMap<String, Value>,
}

/// `[site]`, before its values are checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteTable {
    pub(super) title: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default = "language")]
    pub(super) language: String,
    #[serde(default = "timezone")]
    pub(super) timezone: String,
    pub(super) author: Option<String>,
    #[serde(default = "theme")]
    pub(super) theme: String,
    #[serde(default = "output")]
    pub(super) output: String,
    #[serde(default = "plugins")]
    pub(super) plugins: Vec<String>,
}

fn language() -> String {
    "en-GB".into()
}

fn timezone() -> String {
    "Europe/London".into()
}

fn theme() -> String {
    "nhs".into()
}

fn output() -> String {
    "public".into()
}

fn plugins() -> Vec<String> {
    vec!["blog".into()]
}

/// `[site]`.
#[derive(Debug)]
pub struct SiteSettings {
    /// Its name.
    pub title: String,
    /// Absolute address, without a slash at the end.
    pub url: String,
    pub(super) base: String,
    /// One sentence.
    pub description: String,
    /// The language of what names none (BCP 47).
    pub language: String,
    /// The zone of dates without one.
    pub timezone: jiff::tz::TimeZone,
    /// The author of what names none.
    pub author: Option<String>,
    /// The theme's name.
    pub theme: String,
    /// The output folder, from the site's folder.
    pub output: String,
    /// Names of plugins, in the order in which they take part.
    pub plugins: Vec<String>,
}

impl SiteSettings {
    /// The path of `url`: empty, or such as `/notes`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}

/// `[content]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContentSettings {
    /// The content folder, from the site's folder.
    pub path: String,
    /// Folders or files of articles, below it.
    pub articles: Vec<String>,
    /// Folders or files of pages, below it.
    pub pages: Vec<String>,
    /// Folders or files that are copied as they are, below it.
    #[serde(rename = "static")]
    pub static_folders: Vec<String>,
    /// Globs of names of files and folders that are left out.
    pub ignore: Vec<String>,
}

impl Default for ContentSettings {
    fn default() -> Self {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            path: "content".into(),
            articles: list(&["blog"]),
            pages: list(&["pages"]),
            static_folders: list(&["images", "static"]),
            ignore: list(&[".*", "*~", "#*#"]),
        }
    }
}

/// `[articles]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ArticleSettings {
    /// Articles on one page of a list; at least 1.
    pub page_size: usize,
    /// `folder`: the category of what names none is its folder's name; any other text is that category.
    pub category: String,
    /// What a slug is made of: `title` or `filename`.
    pub slug: String,
    /// Articles with a later date: `publish` or `hold`.
    pub future: String,
}

impl Default for ArticleSettings {
    fn default() -> Self {
        Self { page_size: 10, category: "folder".into(), slug: "title".into(), future: "publish".into() }
    }
}

/// `[markdown]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MarkdownSettings {
    /// Whether quotes and dashes become typographic.
    pub smart: bool,
    /// Whether code is highlighted.
    pub highlight: bool,
    /// Words of a summary that is cut from the body.
    pub summary_words: usize,
}

impl Default for MarkdownSettings {
    fn default() -> Self {
        Self { smart: false, highlight: true, summary_words: 50 }
    }
}

/// `[[menu]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuEntry {
    /// What is shown.
    pub title: String,
    /// An address; one that begins with a slash is below the site's own.
    pub url: String,
}

/// `[urls]`, before the defaults are filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct UrlTable {
    pub(super) defaults: Option<String>,
    pub(super) links: Option<String>,
    article: Option<String>,
    article_lang: Option<String>,
    draft: Option<String>,
    draft_lang: Option<String>,
    page: Option<String>,
    page_lang: Option<String>,
    draft_page: Option<String>,
    draft_page_lang: Option<String>,
    index: Option<String>,
    tag: Option<String>,
    category: Option<String>,
    author: Option<String>,
    year: Option<String>,
    tags: Option<String>,
    categories: Option<String>,
    authors: Option<String>,
    archives: Option<String>,
    paged: Option<String>,
}

impl UrlTable {
    /// The patterns: those written, else Avocet's or Pelican's.
    pub(super) fn patterns(&self) -> UrlPatterns {
        let pelican = self.defaults.as_deref() == Some("pelican");
        let pattern = |written: &Option<String>, own: &str, pelicans: &str| {
            Pattern(written.clone().unwrap_or_else(|| if pelican { pelicans } else { own }.to_owned()))
        };
        let same = |written: &Option<String>, both: &str| pattern(written, both, both);
        UrlPatterns {
            article: pattern(&self.article, "blog/{slug}.html", "{slug}.html"),
            article_lang: pattern(&self.article_lang, "blog/{slug}-{lang}.html", "{slug}-{lang}.html"),
            draft: same(&self.draft, "drafts/{slug}.html"),
            draft_lang: same(&self.draft_lang, "drafts/{slug}-{lang}.html"),
            page: pattern(&self.page, "{slug}.html", "pages/{slug}.html"),
            page_lang: pattern(&self.page_lang, "{slug}-{lang}.html", "pages/{slug}-{lang}.html"),
            draft_page: same(&self.draft_page, "drafts/pages/{slug}.html"),
            draft_page_lang: same(&self.draft_page_lang, "drafts/pages/{slug}-{lang}.html"),
            index: pattern(&self.index, "blog/index.html", "index.html"),
            tag: same(&self.tag, "tag/{slug}.html"),
            category: same(&self.category, "category/{slug}.html"),
            author: same(&self.author, "author/{slug}.html"),
            year: pattern(&self.year, "archives/{date:%Y}.html", ""),
            tags: same(&self.tags, "tags.html"),
            categories: same(&self.categories, "categories.html"),
            authors: same(&self.authors, "authors.html"),
            archives: same(&self.archives, "archives.html"),
            paged: pattern(&self.paged, "{base_name}/page/{number}{extension}", "{name}{number}{extension}"),
            clean: self.links.as_deref() == Some("clean"),
        }
    }
}
