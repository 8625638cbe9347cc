//! The settings of the site under the names that Pelican's templates know them by.

use avocet_plugin::{Content, ListKind, Overview, RouteKey, SiteIndex, TermKind, UrlPatterns};
use minijinja::Value;
use serde_json::{Map, json};

use super::Values;

/// All names that do not depend on the file. What `[theme]` sets comes last: it may replace any.
pub(super) fn values(index: &SiteIndex, theme: &Map<String, serde_json::Value>) -> Values {
    let info = &index.site.info;
    let mut values = Values::new();
    let mut set = |name: &str, value: Value| drop(values.insert(name.to_owned(), value));
    set("SITENAME", Value::from(info.title.as_str()));
    set("SITEURL", Value::from(info.url.as_str()));
    set("FEED_DOMAIN", Value::from(info.url.as_str()));
    set("SITESUBTITLE", Value::from(info.description.as_str()));
    set("AUTHOR", info.author.as_deref().map_or(Value::from(()), Value::from));
    set("DEFAULT_LANG", Value::from(info.language.as_str()));
    set("DEFAULT_PAGINATION", Value::from(index.site.page_size));
    set("THEME_STATIC_DIR", Value::from("theme"));
    set("CSS_FILE", Value::from("main.css"));
    set("DISPLAY_PAGES_ON_MENU", Value::from(true));
    set("DISPLAY_CATEGORIES_ON_MENU", Value::from(true));
    set("RELATIVE_URLS", Value::from(false));
    set("PLUGINS", Value::from(Vec::<Value>::new()));
    set(
        "JINJA_ENVIRONMENT",
        Value::from_serialize(json!({ "trim_blocks": true, "lstrip_blocks": true, "extensions": ["jinja2.ext.i18n"] })),
    );
    let entry = |(title, url): &(String, String)| Value::from(vec![Value::from(title.as_str()), Value::from(url.as_str())]);
    set("MENUITEMS", Value::from(info.menu.iter().map(entry).collect::<Vec<_>>()));
    for (name, value) in patterns(&index.site.urls).into_iter().chain(overviews(index)).chain(feeds(index)) {
        set(&name, Value::from(value));
    }
    values.extend(theme.iter().map(|(name, value)| (name.clone(), Value::from_serialize(value))));
    values
}

/// A URL as Pelican has it.
fn relative<'u>(index: &SiteIndex, url: &'u str) -> &'u str {
    url.strip_prefix(&*index.site.info.base).unwrap_or(url).trim_start_matches('/')
}

/// The pattern of each kind of page, twice: as `TAG_URL` and as `TAG_SAVE_AS`.
fn patterns(urls: &UrlPatterns) -> Vec<(String, String)> {
    let kinds = [
        ("ARTICLE", &urls.article),
        ("PAGE", &urls.page),
        ("TAG", &urls.tag),
        ("CATEGORY", &urls.category),
        ("AUTHOR", &urls.author),
        ("YEAR_ARCHIVE", &urls.year),
    ];
    kinds.iter().flat_map(|(kind, pattern)| ["URL", "SAVE_AS"].map(|what| (format!("{kind}_{what}"), pattern.0.clone()))).collect()
}

/// The pages that a site has once; one that is switched off has an empty path.
fn overviews(index: &SiteIndex) -> Vec<(String, String)> {
    let kinds = [
        ("INDEX", Overview::Index),
        ("TAGS", Overview::Tags),
        ("CATEGORIES", Overview::Categories),
        ("AUTHORS", Overview::Authors),
        ("ARCHIVES", Overview::Archives),
    ];
    let paths = |(kind, overview): (&str, Overview)| {
        let route = index.routes.of(RouteKey::<&str>::Overview(overview));
        let (url, output) = route.map_or(("", ""), |route| (relative(index, &route.url), &route.output));
        [(format!("{kind}_URL"), url.to_owned()), (format!("{kind}_SAVE_AS"), output.to_owned())]
    };
    kinds.into_iter().flat_map(paths).collect()
}

/// `FEED_ALL_ATOM` and its kind, from the feeds that there are. Of feeds of terms it is the pattern.
fn feeds(index: &SiteIndex) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for route in index.routes.all() {
        let Content::Computed(computed) = &route.content else { continue };
        let format = match computed.alternate.as_ref().map(|alternate| alternate.media_type.as_str()) {
            Some("application/atom+xml") => "ATOM",
            Some("application/rss+xml") => "RSS",
            _ => continue,
        };
        let url = relative(index, &route.url);
        match computed.list.as_ref().map(|list| &list.kind) {
            Some(ListKind::Term(kind, term)) => {
                let kind = match kind {
                    TermKind::Tag => "TAG",
                    TermKind::Category => "CATEGORY",
                    TermKind::Author => "AUTHOR",
                };
                if let Some(at) = url.rfind(&term.slug) {
                    let pattern = format!("{}{{slug}}{}", &url[..at], &url[at + term.slug.len()..]);
                    found.push((format!("{kind}_FEED_{format}"), pattern));
                }
            }
            _ => found.push((format!("FEED_ALL_{format}"), url.to_owned())),
        }
    }
    found
}
