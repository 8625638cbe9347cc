//! Settings that are keys of `[site]`, `[articles]` and `[markdown]` with little change.

use toml::Value as Toml;

use super::{Importer, Outcome, Value};
use crate::language;

/// What a site without a URL has, until somebody writes its own.
const NO_URL: &str = "https://example.org";

/// `[site]`.
pub(super) fn site(importer: &mut Importer) {
    let title = importer.text("SITENAME").unwrap_or("A Pelican Blog").to_owned();
    importer.take("SITENAME", "site", "title", title);
    url(importer);
    let description = ["SITEDESCRIPTION", "SITE_DESCRIPTION", "SITESUBTITLE"].into_iter().find(|name| importer.is_on(name, false));
    if let Some((name, text)) = description.and_then(|name| Some((name, importer.text(name)?.to_owned()))) {
        importer.take(name, "site", "description", text);
    }
    let written = importer.text("DEFAULT_LANG").unwrap_or("en").replace('_', "-");
    if language::is_code(&written) {
        importer.take("DEFAULT_LANG", "site", "language", written);
    } else {
        importer.toml.set("site", "language", "en", "");
        importer.refuse("DEFAULT_LANG", format!("`{written}` is not the code of a language: write another in [site] language"));
    }
    let zone = importer.text("TIMEZONE").unwrap_or("UTC").to_owned();
    importer.take("TIMEZONE", "site", "timezone", zone);
    if let Some(author) = importer.text("AUTHOR").filter(|author| !author.is_empty()).map(str::to_owned) {
        importer.take("AUTHOR", "site", "author", author);
    }
    importer.toml.set("site", "theme", "nhs", "");
    importer.toml.set("site", "output", "public", "");
}

fn url(importer: &mut Importer) {
    let written = importer.text("SITEURL").unwrap_or_default().trim_end_matches('/').to_owned();
    let url = if written.starts_with("//") { format!("https:{written}") } else { written };
    if url.starts_with("https://") || url.starts_with("http://") {
        importer.take("SITEURL", "site", "url", url);
        return;
    }
    importer.toml.set("site", "url", NO_URL, "SITEURL is empty: write the URL of your site");
    importer.refuse("SITEURL", "it is no absolute URL: write that of your site in [site] url, because feeds and the ids of posts need it");
}

/// `[articles]` and `[markdown]`.
pub(super) fn articles(importer: &mut Importer) {
    page_size(importer);
    category(importer);
    if importer.text("SLUGIFY_SOURCE") == Some("basename") {
        importer.take("SLUGIFY_SOURCE", "articles", "slug", "filename");
    }
    if !importer.is_on("WITH_FUTURE_DATES", true) {
        importer.take("WITH_FUTURE_DATES", "articles", "future", "hold");
    }
    importer.toml.set("markdown", "dialect", "pelican", "MARKDOWN");
    if importer.is_on("TYPOGRIFY", false) {
        importer.take("TYPOGRIFY", "markdown", "smart", true);
    }
    if let Some(Value::Int(words)) = importer.value("SUMMARY_MAX_LENGTH").cloned() {
        importer.take("SUMMARY_MAX_LENGTH", "markdown", "summary_words", words.max(0));
    }
}

/// Without pagination, a list has one page, so a size that no list reaches.
fn page_size(importer: &mut Importer) {
    let size = match importer.value("DEFAULT_PAGINATION") {
        Some(Value::Int(size)) if *size > 0 => *size,
        _ => 100_000,
    };
    importer.take("DEFAULT_PAGINATION", "articles", "page_size", size);
}

fn category(importer: &mut Importer) {
    let default = importer.text("DEFAULT_CATEGORY").unwrap_or("misc").to_owned();
    if importer.is_on("USE_FOLDER_AS_CATEGORY", true) {
        importer.toml.set("articles", "category", "folder", "USE_FOLDER_AS_CATEGORY");
        importer.report("USE_FOLDER_AS_CATEGORY", Outcome::TakenOver, "[articles] category");
        importer.take("DEFAULT_CATEGORY", "articles", "default_category", default);
    } else {
        importer.report("USE_FOLDER_AS_CATEGORY", Outcome::TakenOver, "[articles] category");
        importer.take("DEFAULT_CATEGORY", "articles", "category", Toml::from(default));
    }
}
