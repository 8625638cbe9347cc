//! The menu and the links of the footer, and the plugins.

use toml::Value as Toml;

use super::{Importer, Outcome, Value, list, text};

/// `[[menu]]`, `[theme]` and the plugins.
pub(super) fn theme(importer: &mut Importer) {
    let base = importer.text("SITEURL").unwrap_or_default().to_owned();
    importer.toml.set("menu", "Blog", "/", "");
    let entries = pairs(importer, "MENUITEMS");
    for (title, url) in &entries {
        importer.toml.set("menu", title.as_str(), local(url, &base), "MENUITEMS");
    }
    if !entries.is_empty() {
        importer.report("MENUITEMS", Outcome::TakenOver, "[[menu]]");
    }
    let mut links: Vec<Toml> = Vec::new();
    for name in ["LINKS", "SOCIAL"] {
        let entries = pairs(importer, name);
        if !entries.is_empty() {
            let link = |(title, url): &(String, String)| {
                let table = [("title", title.clone()), ("url", local(url, &base))].map(|(key, value)| (key.to_owned(), Toml::from(value)));
                Toml::Table(table.into_iter().collect())
            };
            links.extend(entries.iter().map(link));
            importer.report(name, Outcome::TakenOver, "[theme] footer_links");
        }
    }
    if !links.is_empty() {
        importer.toml.set("theme", "footer_links", Toml::Array(links), "LINKS and SOCIAL");
    }
    plugins(importer);
}

/// Pairs of a title and a URL; what else an entry has is for icons.
fn pairs(importer: &Importer, name: &str) -> Vec<(String, String)> {
    let Some(Value::List(items)) = importer.value(name) else { return Vec::new() };
    let pair = |item: &Value| match item {
        Value::List(item) => match &item[..] {
            [title, url, ..] => Some((text(title)?.to_owned(), text(url)?.to_owned())),
            _ => None,
        },
        _ => None,
    };
    items.iter().filter_map(pair).filter(|(title, url)| !title.is_empty() && !url.is_empty()).collect()
}

/// A URL of the site begins with a slash, and leaves out the site.
fn local(url: &str, base: &str) -> String {
    let rest = if base.is_empty() { None } else { url.strip_prefix(base) };
    let path = rest.unwrap_or(url);
    let is_elsewhere = path.contains("://") || path.starts_with("//") || path.starts_with("mailto:") || path.starts_with('#');
    if is_elsewhere || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// Plugins of Pelican, and what does their work.
const PLUGINS: [(&str, &str); 22] = [
    ("sitemap", "the plugin `sitemap`"),
    ("tipue_search", "the plugin `search`"),
    ("search", "the plugin `search`"),
    ("stork", "the plugin `search`"),
    ("neighbors", "themes have the posts before and after"),
    ("related_posts", "themes have related posts"),
    ("similar_posts", "themes have related posts"),
    ("series", "the key `series`"),
    ("alias", "the key `aliases`"),
    ("pelican_alias", "the key `aliases`"),
    ("redirect", "the key `aliases`"),
    ("extract_toc", "themes have the contents of a page"),
    ("extract_headings", "themes have the contents of a page"),
    ("toc", "themes have the contents of a page"),
    ("summary", "the marks of summaries are read"),
    ("feed_summary", "[plugins.feeds] content = \"summary\""),
    ("json_articles", "[plugins.feeds.all] json"),
    ("json_feed", "[plugins.feeds.all] json"),
    ("share_post", "nobody needs it to share a URL"),
    ("gzip_cache", "web hosts compress files"),
    ("filetime_from_git", "the key `modified`"),
    ("post_stats", "nothing that Avocet publishes needs it"),
];

fn plugins(importer: &mut Importer) {
    let names = importer.texts("PLUGINS").unwrap_or_default();
    let mut own = vec!["blog", "feeds"];
    let mut missing = Vec::new();
    for name in &names {
        let short = name.rsplit('.').next().unwrap_or(name).replace('-', "_");
        match PLUGINS.iter().find(|(known, _)| *known == short) {
            Some((_, work)) => {
                own.extend(["sitemap", "search"].into_iter().filter(|plugin| work.contains(&format!("plugin `{plugin}`"))));
            }
            None => missing.push(name.clone()),
        }
    }
    let mut own: Vec<String> = own.into_iter().map(str::to_owned).collect();
    let order = ["blog", "feeds", "search", "sitemap"];
    own.sort_by_key(|name| order.iter().position(|known| known == name));
    own.dedup();
    if importer.has_robots && own.iter().any(|name| name == "sitemap") {
        importer.toml.set("plugins.sitemap", "robots", false, "the site has a robots.txt of its own");
    }
    importer.toml.set("site", "plugins", list(own), if names.is_empty() { "" } else { "PLUGINS" });
    if missing.is_empty() {
        importer.report("PLUGINS", Outcome::TakenOver, "[site] plugins");
    } else {
        importer.refuse("PLUGINS", format!("nothing does the work of: {}", missing.join(", ")));
    }
}
