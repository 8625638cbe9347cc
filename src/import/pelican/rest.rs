//! Settings without a key of their own: not needed, not possible, or of the theme.

use super::{Importer, Outcome};

/// Settings that nobody needs, by name or by the beginning of it, and why.
const NOT_NEEDED: [(&str, &str); 30] = [
    ("DELETE_OUTPUT_DIRECTORY", "Avocet removes what it wrote, and nothing else"),
    ("OUTPUT_RETENTION", "Avocet removes what it wrote, and nothing else"),
    ("OUTPUT_PATH", "the site is written to `public`, so that Pelican's own output stays"),
    ("CACHE_CONTENT", "Avocet remembers by content, and has no setting for it"),
    ("LOAD_CONTENT_CACHE", "Avocet remembers by content, and has no setting for it"),
    ("CONTENT_CACHING_LAYER", "Avocet remembers by content, and has no setting for it"),
    ("CACHE_PATH", "Avocet remembers by content, and has no setting for it"),
    ("GZIP_CACHE", "Avocet remembers by content, and has no setting for it"),
    ("CHECK_MODIFIED_METHOD", "Avocet compares content"),
    ("AUTORELOAD_IGNORE_CACHE", "Avocet compares content"),
    ("STATIC_CHECK_IF_MODIFIED", "Avocet compares content"),
    ("STATIC_CREATE_LINKS", "files are copied"),
    ("LOG_FILTER", "[check] severity"),
    ("PORT", "`avocet serve --port`"),
    ("BIND", "`avocet serve --bind`"),
    ("PLUGIN_PATHS", "plugins are in the program"),
    ("PYGMENTS_", "the theme colours code"),
    ("SITEMAP", "the plugin `sitemap` needs no settings"),
    ("READERS", "Avocet reads Markdown; a plugin can read other formats"),
    ("SLUGIFY_SOURCE", "slugs are made from titles"),
    ("WITH_FUTURE_DATES", "posts with a date in the future are published"),
    ("NEWEST_FIRST_ARCHIVES", "archives show the newest first"),
    ("SUMMARY_END_SUFFIX", "a summary that is cut ends in `…`"),
    ("TYPOGRIFY", "it is off"),
    ("DISPLAY_", "the menu is [[menu]]"),
    ("THEME_STATIC_", "a theme of Avocet names its own files"),
    ("CSS_FILE", "a theme of Avocet names its own files"),
    ("DEFAULT_STATUS", "a post is published unless it says otherwise"),
    ("MARKDOWN_EXTENSIONS", "[markdown] dialect"),
    ("DATE_FORMATS", "the theme writes dates"),
];

/// Settings that somebody has to do something about, and what.
const NOT_POSSIBLE: [(&str, &str); 37] = [
    ("THEME", "the site has the theme `nhs`; a theme of Pelican can render it too: avocet docs themes"),
    ("THEME_TEMPLATES_OVERRIDES", "put templates for Avocet into templates/"),
    ("JINJA_", "functions in Python do not run"),
    ("TEMPLATE_PAGES", "write a page with `template: NAME`, and the template"),
    ("PAGINATED_TEMPLATES", "all lists have [articles] page_size posts on a page"),
    ("DEFAULT_ORPHANS", "a last page may be short"),
    ("SUMMARY_MAX_LENGTH", "summaries are cut: `<!-- more -->` in a post ends its summary"),
    ("SUMMARY_MAX_PARAGRAPHS", "summaries are cut by words: `<!-- more -->` in a post ends its summary"),
    ("RELATIVE_URLS", "links begin with the path of [site] url"),
    ("MONTH_ARCHIVE_", "there are archives of years: [urls] year"),
    ("DAY_ARCHIVE_", "there are archives of years: [urls] year"),
    ("DEFAULT_DATE_FORMAT", "the theme writes dates"),
    ("LOCALE", "dates are written in English"),
    ("DEFAULT_DATE", "a post needs a date in its front matter or its name"),
    ("FORMATTED_FIELDS", "only `summary` is Markdown"),
    ("ARTICLE_ORDER_BY", "lists show the newest posts first"),
    ("PAGE_ORDER_BY", "pages are in the order of their paths"),
    ("REVERSE_CATEGORY_ORDER", "lists of categories are in the order of names"),
    ("ARTICLE_TRANSLATION_ID", "translations have the same `slug`"),
    ("PAGE_TRANSLATION_ID", "translations have the same `slug`"),
    ("SLUGIFY_USE_UNICODE", "slugs are in ASCII: give each post the `slug` that its URL has"),
    ("SLUGIFY_PRESERVE_CASE", "slugs are in small letters: give each post the `slug` that its URL has"),
    ("SLUG_REGEX_SUBSTITUTIONS", "give each post the `slug` that its URL has"),
    ("TAG_REGEX_SUBSTITUTIONS", "[articles] slugs names slugs of tags"),
    ("CATEGORY_REGEX_SUBSTITUTIONS", "[articles] slugs names slugs of categories"),
    ("AUTHOR_REGEX_SUBSTITUTIONS", "[articles] slugs names slugs of authors"),
    ("OUTPUT_SOURCES", "sources are not published: put copies into a folder of `static`"),
    ("INTRASITE_LINK_REGEX", "`{filename}` and the like are read as they are by default"),
    ("RSS_FEED_SUMMARY_ONLY", "[plugins.feeds] content is for all formats"),
    ("FEED_APPEND_REF", "links of feeds are the URLs of posts"),
    ("TYPOGRIFY_", "[markdown] smart has no parts"),
    ("DOCUTILS_SETTINGS", "Avocet does not read reStructuredText: convert it to Markdown"),
    ("MARKDOWN", "[markdown] dialect is what Pelican enables by default; other extensions are not read"),
    ("STYLESHEET_URL", "put a stylesheet into a template of templates/"),
    ("I18N_SUBSITES", "a site has one theme and one title for all languages: `lang` and [urls] article_lang"),
    ("ARTICLE_DIR", "Pelican 4 does not read it: [content] articles"),
    ("PAGE_DIR", "Pelican 4 does not read it: [content] pages"),
];

/// Kinds of problems that Pelican wrote into the site all the same.
const WARNED_OF: [&str; 3] = ["dead-link", "missing-asset", "dead-anchor"];

/// All that is left.
pub(super) fn rest(importer: &mut Importer) {
    let severity: toml::Table = WARNED_OF.into_iter().map(|code| (code.to_owned(), "warning".into())).collect();
    importer.toml.set("check", "severity", severity, "Pelican published these: take the line out when they are fixed");
    let names: Vec<String> = importer.settings.keys().cloned().collect();
    for name in names {
        let find = |table: &'static [(&str, &str)]| {
            let holds = |known: &str| if known.ends_with('_') { name.starts_with(known) } else { name == known };
            table.iter().find(|(known, _)| holds(known)).map(|(_, text)| *text)
        };
        let is_default = ["RELATIVE_URLS", "DEFAULT_ORPHANS"].contains(&&*name) && !importer.is_on(&name, false);
        let (outcome, text) = match (find(&NOT_NEEDED), find(&NOT_POSSIBLE)) {
            _ if is_default => (Outcome::NotNeeded, "it is off"),
            (Some(why), _) => (Outcome::NotNeeded, why),
            (_, Some(todo)) => (Outcome::NotPossible, todo),
            _ => (Outcome::OfTheme, ""),
        };
        importer.report(&name, outcome, text);
    }
}
