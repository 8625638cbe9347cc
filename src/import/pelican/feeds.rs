//! `[plugins.feeds]`: the files of feeds, with the ids that readers know.

use super::{Importer, Outcome, Value};

/// What there are feeds of, the setting without `_ATOM` or `_RSS`, and Pelican's defaults of these two.
const FEEDS: [(&str, &str, &str, &str); 4] = [
    ("plugins.feeds.all", "FEED_ALL", "feeds/all.atom.xml", ""),
    ("plugins.feeds.category", "CATEGORY_FEED", "feeds/{slug}.atom.xml", ""),
    ("plugins.feeds.author", "AUTHOR_FEED", "feeds/{slug}.atom.xml", "feeds/{slug}.rss.xml"),
    ("plugins.feeds.tag", "TAG_FEED", "", ""),
];

/// `[plugins.feeds]`.
pub(super) fn feeds(importer: &mut Importer) {
    let limit = match importer.value("FEED_MAX_ITEMS") {
        Some(Value::Int(limit)) => *limit,
        Some(Value::None) => 0,
        _ => 100,
    };
    importer.take("FEED_MAX_ITEMS", "plugins.feeds", "limit", limit.max(0));
    for (table, name, atom, rss) in FEEDS {
        for (format, default) in [("atom", atom), ("rss", rss)] {
            feed(importer, table, name, format, default);
        }
    }
    importer.toml.set("plugins.feeds.all", "json", "", "");
    for name in ["FEED_ATOM", "FEED_RSS"] {
        importer.refuse(name, "a site has one feed of all posts in each format: redirect this one to it");
    }
    for name in ["TRANSLATION_FEED_ATOM", "TRANSLATION_FEED_RSS"] {
        if importer.is_on(name, false) {
            importer.refuse(name, "there are no feeds by language");
        } else {
            importer.report(name, Outcome::NotNeeded, "it is off");
        }
    }
    for name in FEEDS.iter().flat_map(|(_, name, ..)| [format!("{name}_ATOM_URL"), format!("{name}_RSS_URL")]) {
        importer.report(&name, Outcome::NotNeeded, "the URL of a feed is that of its file");
    }
    importer.report("FEED_DOMAIN", Outcome::NotNeeded, "feeds use [site] url");
}

fn feed(importer: &mut Importer, table: &'static str, name: &str, format: &'static str, default: &str) {
    let own = format!("{name}_{}", format.to_uppercase());
    // Without a feed of all languages, that of the main one takes its place.
    let instead = own.replace("FEED_ALL_", "FEED_");
    let name = if !importer.is_on(&own, !default.is_empty()) && own != instead && importer.is_on(&instead, false) { instead } else { own };
    let pattern = match importer.value(&name) {
        None => default.to_owned(),
        Some(Value::Text(pattern)) => pattern.replace("%s", "{slug}").trim_start_matches('/').to_owned(),
        Some(_) => String::new(),
    };
    if importer.settings.contains_key(&name) {
        importer.take(&name, table, format, pattern);
    } else {
        importer.toml.set(table, format, pattern, "");
    }
}
