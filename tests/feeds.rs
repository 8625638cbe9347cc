//! Feeds and sitemaps of whole sites, read back as others read them. `tests/feeds/read.py` reads those of the demonstration site with
//! feedparser, in CI.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::path::Path;

use common::{Site, Tree};
use feed_rs::model::{Feed, FeedType};

fn site() -> Site {
    Site::from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/feeds"))
}

fn read(files: &Tree, path: &str) -> Feed {
    let text = files.get(path).unwrap_or_else(|| panic!("{path} is not there: {:?}", files.keys()));
    feed_rs::parser::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn ids(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.id.as_str()).collect()
}

#[test]
fn all_formats_say_the_same_in_the_same_order() {
    let files = site().build();
    let feeds = ["feeds/all.atom.xml", "feeds/all.rss.xml", "feeds/all.json"].map(|path| read(&files, path));
    assert_eq!(feeds.each_ref().map(|feed| feed.feed_type.clone()), [FeedType::Atom, FeedType::RSS2, FeedType::JSON]);
    for feed in &feeds {
        assert_eq!(feed.title.as_ref().unwrap().content, "Vale & Moor");
        assert_eq!(
            ids(feed),
            ["tag:old.example.org,2022-06-12:/blog/addresses.html", "tag:old.example.org,2022-06-01:/blog/croeso-cy.html"]
        );
        let first = &feed.entries[0];
        assert_eq!(first.title.as_ref().unwrap().content, "Addresses & <signs>");
        assert_eq!(first.published.unwrap().to_rfc3339(), "2022-06-12T21:30:00+00:00");
        let authors: Vec<&str> = first.authors.iter().filter_map(|author| author.name.as_deref()).collect();
        assert_eq!(authors, ["Ada Lovelace", "Grace Hopper"]);
        let subjects: Vec<&str> = first.categories.iter().map(|key| key.term.as_str()).collect();
        assert_eq!(subjects, ["news", "Python", "C & D"]);
        assert!(feed.language.as_deref().is_some_and(|language| language.eq_ignore_ascii_case("en-GB")), "{:?}", feed.language);
    }
    assert_eq!(feeds[0].updated.unwrap().to_rfc3339(), "2022-07-01T08:00:00+00:00");
    assert_eq!(feeds[0].entries[0].content, feeds[1].entries[0].content);
}

#[test]
fn every_address_in_a_post_is_absolute() {
    let files = site().build();
    let feed = read(&files, "feeds/all.atom.xml");
    let body = feed.entries[0].content.as_ref().unwrap().body.clone().unwrap();
    for address in [
        "href=\"https://example.org/notes/blog/oldest.html\"",
        "href=\"https://example.org/notes/blog/addresses.html#part\"",
        "href=\"https://example.org/notes/secret.html?a=1&amp;b=2#x\"",
        "href=\"https://example.com/?a=1&amp;b=2\"",
        "src=\"https://example.org/notes/images/dot.svg\"",
        "srcset=\"https://example.org/notes/images/dot.svg 1x, https://example.org/notes/images/dot.svg 2x\"",
    ] {
        assert!(body.contains(address), "{address} is not in {body}");
    }
    let text = body.replace("</span>", "").split("<pre").nth(1).unwrap().to_owned();
    assert!(text.contains("/stays.html") && !text.contains("org/stays.html"), "{text}");
}

#[test]
fn a_list_has_feeds_of_its_own_and_pages_name_them() {
    let files = site().build();
    assert_eq!(read(&files, "feeds/category/news.atom.xml").entries.len(), 1);
    assert_eq!(read(&files, "feeds/tag/python.rss.xml").entries.len(), 2);
    assert_eq!(read(&files, "feeds/author/ada-lovelace.json").entries.len(), 1);
    let alternates = |path: &str| {
        let lines = files[path].lines().filter(|line| line.contains("rel=\"alternate\""));
        lines.map(|line| line.split("href=\"").nth(1).unwrap().trim_end_matches("\">").to_owned()).collect::<Vec<_>>()
    };
    let of_site = ["/notes/feeds/all.atom.xml", "/notes/feeds/all.json", "/notes/feeds/all.rss.xml"];
    assert_eq!(alternates("blog/addresses.html"), of_site);
    assert_eq!(alternates("tag/python.html"), [&["/notes/feeds/tag/python.rss.xml"][..], &of_site].concat());
}

#[test]
fn without_the_plugins_nothing_of_them_is_there() {
    let site = site();
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://example.org/notes\"\ntheme = \"plain\"\nplugins = [\"blog\"]\n");
    let files = site.build();
    assert!(files.values().all(|text| !text.contains("alternate")));
    assert!(
        files.keys().all(|path| path.ends_with(".html") || path.contains("assets/") || [".nojekyll", "images/dot.svg"].contains(&&**path))
    );
}

#[test]
fn a_sitemap_names_what_is_public_and_divides_what_is_too_much() {
    let files = site().build();
    let locations = |path: &str| {
        let document = files[path].split("<loc>").skip(1);
        document.map(|rest| rest.split("</loc>").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let parts = locations("sitemap.xml");
    assert_eq!(parts, [1, 2].map(|part| format!("https://example.org/notes/sitemap-{part}.xml")));
    let (one, two) = (locations("sitemap-1.xml"), locations("sitemap-2.xml"));
    assert!(!one.is_empty() && one.len() <= 12 && two.len() <= 12 && one.len().abs_diff(two.len()) <= 1);
    let all = [one, two].concat();
    let named = |path: &str| all.contains(&format!("https://example.org/notes/{path}"));
    assert!(["blog/addresses.html", "blog/oldest.html", "tag/python.html", "archives.html"].into_iter().all(named), "{all:?}");
    let kept_back = ["blog/hidden.html", "secret.html", "old/addresses.html", "404.html", "drafts/draft.html", "feeds/all.json"];
    assert!(!kept_back.into_iter().any(named), "{all:?}");
    assert!(files.contains_key("old/addresses.html") && files.contains_key("secret.html"));
    assert!(files["robots.txt"].ends_with("\nSitemap: https://example.org/notes/sitemap.xml\n"));
}

#[test]
fn a_post_from_before_the_time_zones_is_in_the_feeds() {
    let site = Site::empty();
    site.write(
        "site.toml",
        "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\ntimezone = \"Europe/London\"\nplugins = [\"blog\", \"feeds\"]\n",
    );
    site.write("content/blog/old.md", "---\ntitle: Old\ndate: 1840-06-01\n---\nText\n");
    let feed = read(&site.build(), "feeds/all.atom.xml");
    assert_eq!(feed.entries[0].published.unwrap().to_rfc3339(), "1840-06-01T00:01:15+00:00");
}

#[test]
fn an_empty_site_has_feeds_that_can_be_read() {
    let site = Site::empty();
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\nplugins = [\"blog\", \"feeds\", \"sitemap\"]\n");
    site.write("content/pages/about.md", "---\ntitle: \"Control \\b sign\"\n---\nText\n");
    let files = site.build();
    for path in ["feeds/all.atom.xml", "feeds/all.rss.xml", "feeds/all.json"] {
        assert!(read(&files, path).entries.is_empty());
    }
}

#[test]
fn what_search_engines_read_is_json_from_which_no_title_breaks_out() {
    let site = Site::empty();
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\nplugins = [\"blog\", \"feeds\"]\n");
    let title = "</script><script>alert(1)</script> & \\\"quotes\\\"";
    site.write("content/blog/a.md", &format!("---\ntitle: \"{title}\"\ndate: 2022-06-12\nauthors: A; B\ntags: [x]\n---\nText\n"));
    site.write("content/blog/hidden.md", "---\ntitle: Hidden\ndate: 2022-06-12\nstatus: hidden\n---\nText\n");
    site.write("content/pages/robots.md", "---\ntitle: Robots\nrobots: noindex, nofollow\n---\nText\n");
    let files = site.build();
    let page = files.values().find(|text| text.contains("BlogPosting")).expect("the post");
    let data = page.split("<script type=\"application/ld+json\">").skip(1).map(|rest| rest.split("</script>").next().unwrap());
    let data: Vec<serde_json::Value> =
        data.map(|text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))).collect();
    assert_eq!(data.iter().map(|data| data["@type"].as_str().unwrap()).collect::<Vec<_>>(), ["BreadcrumbList", "BlogPosting"]);
    assert_eq!(data[1]["headline"], "</script><script>alert(1)</script> & \"quotes\"");
    assert_eq!(data[1]["author"][1]["name"], "B");
    assert_eq!(data[0]["itemListElement"][2]["position"], 3);
    assert!(files["blog/hidden.html"].contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(files["robots.html"].contains("<meta name=\"robots\" content=\"noindex, nofollow\">"));
    assert!(!page.contains("name=\"robots\""));
}
