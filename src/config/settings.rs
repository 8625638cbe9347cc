//! The tables of `site.toml`, with their defaults.

use std::collections::BTreeMap;

use avocet_plugin::{Dialect, Pattern, UrlPatterns};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::check::CheckTable;
use super::content::{ArticleSettings, ContentSettings};

/// The settings of a site that is made with Avocet.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The site as a whole.
    pub(super) site: SiteTable,
    /// Where the sources are.
    #[serde(default)]
    pub(super) content: ContentSettings,
    /// Patterns of output files.
    #[serde(default)]
    pub(super) urls: UrlTable,
    /// How articles are listed, named and published.
    #[serde(default)]
    pub(super) articles: ArticleSettings,
    /// How Markdown is converted.
    #[serde(default)]
    pub(super) markdown: MarkdownSettings,
    /// How much one page may hold.
    #[serde(default)]
    pub(super) limits: LimitSettings,
    /// How files are written.
    #[serde(default)]
    pub(super) output: OutputSettings,
    /// What is checked, and how severe it is.
    #[serde(default)]
    pub(super) check: CheckTable,
    /// The entries of the menu.
    #[serde(default)]
    pub(super) menu: Vec<MenuEntry>,
    /// Settings of the theme.
    #[serde(default)]
    pub(super) theme: Map<String, Value>,
    /// Settings of the plugins, one table for each.
    #[serde(default)]
    pub(super) plugins: BTreeMap<String, Value>,
}

/// `[site]`, before its values are checked.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteTable {
    /// The name of the site.
    pub(super) title: String,
    /// The absolute URL of the site.
    pub(super) url: String,
    /// One sentence that describes the site.
    #[serde(default)]
    pub(super) description: String,
    /// The language of pages that name none (BCP 47).
    #[serde(default = "language")]
    pub(super) language: String,
    /// The time zone of dates without one.
    #[serde(default = "timezone")]
    pub(super) timezone: String,
    /// The author of pages that name none.
    pub(super) author: Option<String>,
    /// The name of the theme.
    #[serde(default = "theme")]
    pub(super) theme: String,
    /// The output folder, from the folder of the site.
    #[serde(default = "output")]
    pub(super) output: String,
    /// The names of the plugins, in the order in which they run.
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
    /// The name of the site.
    pub title: String,
    /// The absolute URL of the site, without a slash at the end.
    pub url: String,
    pub(super) base: String,
    /// One sentence about the site.
    pub description: String,
    /// The language of pages that name none (BCP 47).
    pub language: String,
    /// The time zone of dates without one.
    pub timezone: jiff::tz::TimeZone,
    /// The author of pages that name none.
    pub author: Option<String>,
    /// The name of the theme.
    pub theme: String,
    /// The output folder, from the folder of the site.
    pub output: String,
    /// The names of the plugins, in the order in which they run.
    pub plugins: Vec<String>,
}

impl SiteSettings {
    /// The settings of the table, with their types.
    pub(super) fn new(site: SiteTable, timezone: jiff::tz::TimeZone) -> Self {
        Self {
            title: site.title,
            url: site.url.trim_end_matches('/').to_owned(),
            base: super::checks::base(&site.url),
            description: site.description,
            language: site.language,
            timezone,
            author: site.author,
            theme: site.theme,
            output: site.output,
            plugins: site.plugins,
        }
    }

    /// The path of `url`: empty, or such as `/notes`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}

/// `[markdown]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MarkdownSettings {
    /// How Markdown is read where a page does not name its dialect: `commonmark`, or `pelican` as Pelican reads it.
    #[schemars(extend("enum" = ["commonmark", "pelican"]))]
    pub dialect: String,
    /// The list of contents of the dialect `pelican`, where `[TOC]` stands: without this table there is none.
    pub toc: Option<TocSettings>,
    /// Whether straight quotes become curly, and hyphens dashes.
    pub smart: bool,
    /// Whether to highlight code.
    pub highlight: bool,
    /// The number of words of a summary that is cut from the text.
    pub summary_words: usize,
}

impl MarkdownSettings {
    /// How Markdown is read where a page does not name its dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        Dialect::named(&self.dialect).unwrap_or_default()
    }
}

impl Default for MarkdownSettings {
    fn default() -> Self {
        Self { dialect: "commonmark".into(), toc: None, smart: false, highlight: true, summary_words: 50 }
    }
}

/// `[markdown.toc]`: what Python-Markdown's extension `toc` does.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TocSettings {
    /// A title above the list.
    pub title: String,
    /// The highest level of heading in the list.
    #[schemars(range(min = 1, max = 6))]
    pub top: usize,
    /// The lowest level of heading in the list.
    #[schemars(range(min = 1, max = 6))]
    pub bottom: usize,
    /// The level of heading that `#` makes.
    #[schemars(range(min = 1, max = 6))]
    pub base_level: usize,
    /// Whether the text of each heading is a link to it.
    pub anchor_links: bool,
    /// The text of a link after each heading, such as `¶`. Empty for none.
    pub permalinks: String,
}

impl Default for TocSettings {
    fn default() -> Self {
        Self { title: String::new(), top: 1, bottom: 6, base_level: 1, anchor_links: false, permalinks: String::new() }
    }
}

/// `[limits]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Levels of tags, includes, lists and quotes inside each other.
    pub nesting: usize,
    /// Includes of one page, those in includes among them.
    pub includes: usize,
    /// Tags of one page, those in includes among them.
    pub tags: usize,
    /// The largest page in megabytes of 1,000,000 bytes.
    pub page_mb: usize,
    /// The work that highlighting one block of code may be, in millions of steps.
    pub highlight: u64,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { nesting: 100, includes: 1000, tags: 50_000, page_mb: 200, highlight: 10 }
    }
}

/// `[output]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutputSettings {
    /// Whether a build waits until its files are on the disk, so that a power failure loses none.
    pub fsync: bool,
}

impl Default for OutputSettings {
    fn default() -> Self {
        Self { fsync: true }
    }
}

/// `[[menu]]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MenuEntry {
    /// The text of the link.
    pub title: String,
    /// A URL; one that starts with a slash is below the URL of the site.
    pub url: String,
}

/// `[urls]`, before the defaults are filled in.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct UrlTable {
    /// Which patterns apply where none is set.
    #[schemars(extend("enum" = ["avocet", "pelican"]))]
    pub(super) defaults: Option<String>,
    /// Whether links end in `.html` or not.
    #[schemars(extend("enum" = ["html", "clean"]))]
    pub(super) links: Option<String>,
    /// Articles.
    article: Option<String>,
    /// Translations of articles.
    article_lang: Option<String>,
    /// Draft articles.
    draft: Option<String>,
    /// Translations of draft articles.
    draft_lang: Option<String>,
    /// Pages.
    page: Option<String>,
    /// Translations of pages.
    page_lang: Option<String>,
    /// Draft pages.
    draft_page: Option<String>,
    /// Translations of draft pages.
    draft_page_lang: Option<String>,
    /// The list of all articles.
    index: Option<String>,
    /// The list of a tag.
    tag: Option<String>,
    /// The list of a category.
    category: Option<String>,
    /// The list of an author.
    author: Option<String>,
    /// The list of a year.
    year: Option<String>,
    /// The overview of tags.
    tags: Option<String>,
    /// The overview of categories.
    categories: Option<String>,
    /// The overview of authors.
    authors: Option<String>,
    /// The overview of years.
    archives: Option<String>,
    /// Further pages of a list.
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
