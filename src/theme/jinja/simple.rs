//! The fallback theme, to which a theme can lead with `!simple/NAME`, and whose templates stand in for those that a theme lacks.

use std::sync::Arc;

use super::super::error::Texts;

macro_rules! simple {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("simple/", $name)))),*] };
}

/// Its templates.
const SIMPLE: &[(&str, &str)] = simple![
    "archives.html",
    "article.html",
    "author.html",
    "authors.html",
    "base.html",
    "categories.html",
    "category.html",
    "facts.html",
    "index.html",
    "page.html",
    "pagination.html",
    "period_archives.html",
    "redirect.html",
    "tag.html",
    "tags.html",
    "translations.html",
];

/// The templates of a theme by all their names: `!theme/NAME` is its own, `!simple/NAME` that of the fallback theme.
pub(super) fn templates(theme: &Texts) -> Texts {
    let mut all = theme.clone();
    for (name, text) in theme {
        all.entry(format!("!theme/{name}")).or_insert_with(|| text.clone());
    }
    for (name, text) in SIMPLE {
        let text: (String, Arc<str>) = (format!("simple: {name}"), Arc::from(*text));
        all.entry((*name).to_owned()).or_insert_with(|| text.clone());
        all.insert(format!("!simple/{name}"), text);
    }
    all
}
