//! Settings of Pelican in, `site.toml` and the report out.

use std::sync::Arc;

use super::*;
use crate::import::python;

fn import(text: &str) -> (toml::Table, Report, String) {
    let python = python::read("pelicanconf.py", &Arc::from(text), &|_| None);
    let Import { toml, report } = super::import(python, &|path| path == "content");
    (toml.parse().unwrap_or_else(|error| panic!("{error}\n{toml}")), report, toml)
}

fn outcome(report: &Report, name: &str) -> Outcome {
    report.entries.iter().find(|entry| entry.setting == name).unwrap_or_else(|| panic!("{name}")).outcome
}

#[test]
fn every_setting_is_in_the_report_once_and_comments_name_what_was_taken() {
    let text =
        "SITENAME = 'T'\nSITEURL = 'https://x.org/'\nDEFAULT_PAGINATION = 5\nTHEME = 'x'\nPORT = 1\nMY_COLOUR = 'red'\nLOCALE = f()\n";
    let (table, report, toml) = import(text);
    assert_eq!(table["site"]["title"].as_str(), Some("T"));
    assert_eq!(table["site"]["url"].as_str(), Some("https://x.org"));
    assert_eq!(table["content"]["path"].as_str(), Some("content"));
    assert!(toml.contains("# SITENAME\n"), "{toml}");
    let mut names: Vec<&str> = report.entries.iter().map(|entry| entry.setting.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["DEFAULT_PAGINATION", "LOCALE", "MY_COLOUR", "PORT", "SITENAME", "SITEURL", "THEME"]);
    let outcomes = ["SITENAME", "PORT", "MY_COLOUR", "THEME", "LOCALE"].map(|name| outcome(&report, name));
    assert_eq!(outcomes, [Outcome::TakenOver, Outcome::NotNeeded, Outcome::OfTheme, Outcome::NotPossible, Outcome::NotRead]);
}

#[test]
fn urls_keep_their_files_and_the_form_of_their_links() {
    let text = "ARTICLE_URL = '{date:%Y}/{slug}'\nARTICLE_SAVE_AS = '{date:%Y}/{slug}.html'\nPAGE_SAVE_AS = '{path}/{part}.html'\n\
                PATH_METADATA = '(?P<path>.*)\\\\.md'\nTAG_SAVE_AS = ''\nAUTHOR_SAVE_AS = False\nCATEGORY_SAVE_AS = '{0}.html'\n\
                PAGINATION_PATTERNS = ((1, '{base_name}/', '{base_name}/index.html'), (2, '', '{base_name}/page/{number}/index.html'))\n\
                DIRECT_TEMPLATES = ('index', 'archives', 'search')\nINDEX_SAVE_AS = 'blog/index.html'\n";
    let (table, report, _) = import(text);
    let url = |key: &str| table["urls"].get(key).and_then(|value| value.as_str());
    assert_eq!((url("article"), url("links")), (Some("{date:%Y}/{slug}.html"), Some("clean")));
    assert_eq!(url("page"), Some("{meta.path}/{meta.part}.html"));
    assert_eq!((url("tag"), url("author"), url("category"), url("tags")), (Some(""), Some(""), None, Some("")));
    assert_eq!((url("paged"), url("index")), (Some("{base_name}/page/{number}/index.html"), Some("blog/index.html")));
    assert_eq!(outcome(&report, "CATEGORY_SAVE_AS"), Outcome::NotPossible);
    assert_eq!(outcome(&report, "ARTICLE_URL"), Outcome::TakenOver);
}

#[test]
fn feeds_are_where_they_were() {
    let (table, ..) = import(
        "FEED_ALL_ATOM = None\nFEED_RSS = 'feed.xml'\nCATEGORY_FEED_ATOM = 'f/%s.xml'\nAUTHOR_FEED_RSS = None\nFEED_MAX_ITEMS = 20\n",
    );
    let feeds = &table["plugins"]["feeds"];
    let path = |of: &str, format: &str| feeds[of][format].as_str();
    assert_eq!((path("all", "atom"), path("all", "rss"), path("category", "atom")), (Some(""), Some("feed.xml"), Some("f/{slug}.xml")));
    assert_eq!((path("author", "atom"), path("author", "rss"), path("tag", "atom")), (Some("feeds/{slug}.atom.xml"), Some(""), Some("")));
    assert_eq!(feeds["limit"].as_integer(), Some(20));
}

#[test]
fn menus_links_and_metadata_are_taken_over() {
    let text = "SITEURL = 'https://x.org'\nMENUITEMS = (('Archives', 'archives.html'), ('Elsewhere', 'https://y.org'), ('Own', 'https://x.org/a'))\n\
                SOCIAL = (('Forge', 'https://y.org/me', 'icon'),)\nEXTRA_PATH_METADATA = {'extra/r.txt': {'path': 'robots.txt'}}\n\
                DEFAULT_METADATA = {'status': 'draft'}\nPLUGINS = ['sitemap', 'pelican.plugins.search', 'render_math']\n";
    let (table, report, _) = import(text);
    let menu: Vec<&str> = table["menu"].as_array().unwrap().iter().filter_map(|entry| entry["url"].as_str()).collect();
    assert_eq!(menu, ["/", "/archives.html", "https://y.org", "/a"]);
    assert_eq!(table["theme"]["footer_links"][0]["title"].as_str(), Some("Forge"));
    assert_eq!(table["content"]["metadata"]["extra/r.txt"]["save_as"].as_str(), Some("robots.txt"));
    assert_eq!(table["content"]["metadata"][""]["status"].as_str(), Some("draft"));
    let plugins: Vec<&str> = table["site"]["plugins"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert_eq!(plugins, ["blog", "feeds", "search", "sitemap"]);
    assert_eq!(outcome(&report, "PLUGINS"), Outcome::NotPossible);
}
