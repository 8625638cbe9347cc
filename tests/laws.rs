//! What holds for every site: the output does not depend on threads or order, a build that is killed does no harm, what is gone is
//! removed, what Avocet did not write stays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use avocet::config::ArticleSettings;
use avocet::stages::index::{self, Frame, Publishing};
use avocet::stages::read::{self, Defaults, Markdown};
use avocet_plugin::{Kind, Pattern, Reader, SiteInfo, SourceFile, UrlPatterns};
use common::{blog, tree};
use proptest::prelude::*;

#[test]
fn the_output_is_the_same_for_one_thread_and_for_eight() {
    let site = blog(60);
    let one = {
        site.run(&["build", "--jobs", "1", "--output", site.path().join("one").to_str().unwrap()]);
        tree(&site.path().join("one"))
    };
    fs::remove_dir_all(site.path().join(".cache")).unwrap();
    site.run(&["build", "--jobs", "8", "--output", site.path().join("eight").to_str().unwrap()]);
    assert!(one.len() > 80, "{} files", one.len());
    assert!(one == tree(&site.path().join("eight")));
}

#[test]
fn a_second_build_changes_nothing() {
    let site = blog(10);
    let first = site.build();
    let times = |site: &common::Site| fs::metadata(site.path().join("public/blog/post-1.html")).unwrap().modified().unwrap();
    let before = times(&site);
    let output = site.run(&["build"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("(0 files changed, 0 removed)"), "{output:?}");
    assert_eq!((first, before), (tree(&site.path().join("public")), times(&site)));
}

#[test]
fn what_is_gone_is_removed_and_what_avocet_did_not_write_stays() {
    let site = blog(3);
    site.build();
    site.write("public/CNAME", "example.org");
    fs::remove_file(site.path().join("content/blog/post-2.md")).unwrap();
    let after = site.build();
    assert!(after.contains_key("CNAME") && after.contains_key("blog/post-1.html"));
    assert!(!after.contains_key("blog/post-2.html") && !after.contains_key("tag/t2.html"));
}

#[test]
fn with_an_error_the_last_good_output_stays() {
    let site = blog(3);
    let good = site.build();
    site.write("content/blog/new.md", "---\ntitle: New\ndate: 2022-06-01\n---\n[x](nope.md)\n");
    let output = site.run(&["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(good == tree(&site.path().join("public")));
    assert!(!site.path().join(".public.avocet-new").exists());
}

#[test]
fn a_build_that_is_killed_at_any_instant_does_no_harm() {
    let fresh = {
        let site = blog(150);
        site.write("content/blog/extra.md", "---\ntitle: Extra\ndate: 2023-01-01\n---\nExtra\n");
        site.build()
    };
    let site = blog(150);
    site.build();
    for round in 0_u64..24 {
        // Every round changes every page, so that there is something to write when the process ends.
        site.write("themes/plain/templates/footer.html", &format!("round {round}"));
        let mut process = site.command(&["build"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(round * 4));
        let _ = process.kill();
        let _ = process.wait();
        for (path, text) in tree(&site.path().join("public")) {
            assert!(!path.ends_with(".html") || text.trim_end().ends_with("</html>"), "half a page: {path}");
        }
    }
    let theme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme/templates/footer.html");
    fs::copy(theme, site.path().join("themes/plain/templates/footer.html")).unwrap();
    site.write("content/blog/extra.md", "---\ntitle: Extra\ndate: 2023-01-01\n---\nExtra\n");
    assert!(site.build() == fresh);
}

/// Sources of a small blog: number, day, tag, language.
fn sources() -> impl Strategy<Value = Vec<(u8, u8, u8, bool)>> {
    proptest::collection::btree_map(0_u8..40, (1_u8..28, 0_u8..4, any::<bool>()), 1..20)
        .prop_map(|map| map.into_iter().map(|(number, (day, tag, welsh))| (number, day, tag, welsh)).collect())
}

fn source((number, day, tag, welsh): (u8, u8, u8, bool)) -> SourceFile {
    let lang = if welsh { "cy" } else { "en" };
    let text = format!("---\ntitle: P{number}\ndate: 2022-06-{day:02}\ntags: [t{tag}]\nslug: s{}\nlang: {lang}\n---\nx", number / 2);
    let path = format!("blog/p{number}.md");
    SourceFile { shown: path.clone(), path: path.into(), kind: Kind::Article, folders: Vec::new(), text: Arc::from(text) }
}

fn site_of(sources: &[SourceFile]) -> String {
    let zone = jiff::tz::TimeZone::UTC;
    let articles = ArticleSettings::default();
    let defaults = Defaults { articles: &articles, language: "en", author: None, zone: &zone };
    let readings = read::read(sources, &[&Markdown as &dyn Reader], &defaults, &[]);
    assert!(readings.iter().all(|reading| reading.said.is_empty()));
    let pages = readings.into_iter().filter_map(|reading| reading.page).collect();
    let off = || Pattern(String::new());
    let urls = UrlPatterns {
        article: off(),
        article_lang: off(),
        draft: off(),
        draft_lang: off(),
        page: off(),
        page_lang: off(),
        draft_page: off(),
        draft_page_lang: off(),
        index: off(),
        tag: off(),
        category: off(),
        author: off(),
        year: off(),
        tags: off(),
        categories: off(),
        authors: off(),
        archives: off(),
        paged: off(),
        clean: false,
    };
    let info = SiteInfo { language: "en".into(), ..SiteInfo::default() };
    let frame = Frame { info, urls, page_size: 10, templates: Vec::new(), files: Vec::new(), inputs: Default::default() };
    let (site, said) = index::index(frame, pages, Publishing { drafts: false, until: None });
    let mut said: Vec<String> = said.into_iter().map(|fault| fault.code).collect();
    said.sort();
    serde_json::to_string(&(site.all, site.articles, site.tags, site.years, said)).unwrap()
}

proptest! {
    #[test]
    fn the_site_does_not_depend_on_the_order_of_its_files(posts in sources(), seed in any::<u64>()) {
        let sorted: Vec<SourceFile> = posts.iter().copied().map(source).collect();
        let mut shuffled = sorted.clone();
        let length = shuffled.len();
        for at in 0..length {
            shuffled.swap(at, usize::try_from(seed.wrapping_mul(at as u64 + 7) % length as u64).unwrap());
        }
        prop_assert_eq!(site_of(&sorted), site_of(&shuffled));
    }
}
