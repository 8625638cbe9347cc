//! How much work one edit makes: pages rendered, bodies converted, files written, bytes read. Work is counted and not time, so that the test
//! says the same on every machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use avocet::config::Overrides;
use avocet::pipeline::{self, Work};
use avocet::plugin::Registry;
use avocet::project::Project;
use common::Site;

/// What a build does, and how many files it writes.
fn build(site: &Site) -> (Work, usize) {
    let project = Project::open(site.path(), &Overrides::default(), &Registry::standard()).unwrap_or_else(|errors| panic!("{errors:?}"));
    let built = pipeline::build(&Arc::new(project), Default::default(), &|diagnostics| diagnostics);
    (built.work, built.report.unwrap_or_else(|| panic!("{:?}", built.diagnostics)).written)
}

/// A blog in which one post has more words than its summary.
fn blog(posts: usize) -> Site {
    let site = common::blog(posts);
    write_long(&site, "A long post", "");
    site
}

fn write_long(site: &Site, title: &str, end: &str) {
    let text = "One word after another. ".repeat(30);
    site.write("content/blog/long.md", &format!("---\ntitle: {title}\ndate: 2022-06-15\ntags: [all]\nauthor: A1\n---\n{text}\n\n{end}\n"));
}

fn work(rendered: usize, converted: usize, of: Work) -> Work {
    Work { rendered, converted, up_to_date: of.rendered + of.up_to_date - rendered }
}

#[test]
fn an_edit_makes_as_much_work_as_it_changes_whatever_the_size_of_the_site() {
    for posts in [40, 160] {
        let site = blog(posts);
        let (first, files) = build(&site);
        assert_eq!((first.up_to_date, first.converted), (0, posts + 1));
        assert!(files > posts);

        assert_eq!(build(&site), (Work::default(), 0), "nothing was edited");

        write_long(&site, "A long post", "The end.");
        assert_eq!(build(&site), (work(1, 1, first), 1), "the end of a text, which no list shows");

        // The post, and the lists that show its summary: of all posts, of its tag, its category, its author, its year and the archives.
        site.write(
            "content/blog/post-5.md",
            &fs::read_to_string(site.path().join("content/blog/post-5.md")).unwrap().replace("Text", "Words"),
        );
        let (edited, written) = build(&site);
        assert_eq!(edited.converted, 1);
        assert!(edited.rendered <= 10 && written <= 7, "{posts} posts: {edited:?}, {written} files");

        // The title stands in the lists, and in the posts before and after it: to render a page, its body is converted.
        write_long(&site, "Another title", "The end.");
        let (edited, written) = build(&site);
        assert_eq!(edited.converted, 3);
        assert!(edited.rendered <= 16 && written <= 12, "{posts} posts: {edited:?}, {written} files");

        // A setting that all pages show renders all of them.
        let settings = fs::read_to_string(site.path().join("site.toml")).unwrap();
        site.write("site.toml", &settings.replace("title = \"T\"", "title = \"U\""));
        assert_eq!(build(&site).0, first);
    }
    #[cfg(target_os = "linux")]
    an_edit_reads_the_sources_and_what_is_remembered_but_no_page();
}

/// Bytes that this process has read.
#[cfg(target_os = "linux")]
fn bytes_read() -> u64 {
    let counters = fs::read_to_string("/proc/self/io").unwrap();
    counters.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
fn size(folder: &Path) -> u64 {
    common::tree(folder).values().map(|content| content.0.len() as u64).sum()
}

// No test of its own: what another one reads meanwhile would be counted.
#[cfg(target_os = "linux")]
fn an_edit_reads_the_sources_and_what_is_remembered_but_no_page() {
    let site = blog(200);
    build(&site);
    write_long(&site, "A long post", "The end.");
    let known = ["content", "themes", ".cache"].iter().map(|folder| size(&site.path().join(folder))).sum::<u64>();
    let before = bytes_read();
    assert_eq!(build(&site).1, 1);
    let read = bytes_read() - before;
    assert!(read < known * 3 / 2 + 100_000, "{read} bytes were read; the sources, the theme and .cache have {known}");
}
