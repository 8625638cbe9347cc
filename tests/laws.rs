//! What holds for every site: the output does not depend on threads or order, a build that is killed does no harm, what is gone is
//! removed, what Avocet did not write stays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use avocet::config::{ArticleSettings, ContentSettings};
use avocet::stages::index::{self, Publishing};
use avocet::stages::read::{self, Defaults, Markdown, PathMetadata};
use avocet_plugin::{Dialect, Kind, Reader, Site, SiteInfo, SourceFile, UrlPatterns};
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
fn two_builds_have_the_same_bytes_whatever_is_around_them() {
    // Two copies of one site in folders of different depth, each with a clock, a zone, a language and threads of its own.
    let trees = [("UTC", "C", "1", "0"), ("Pacific/Kiritimati", "tr_TR.UTF-8", "8", "1782432000")].map(|(zone, language, jobs, epoch)| {
        let site = blog(40);
        let deep = site.path().join("a").join(zone.to_lowercase().replace('/', " "));
        fs::create_dir_all(&deep).unwrap();
        for name in ["site.toml", "content", "themes"] {
            fs::rename(site.path().join(name), deep.join(name)).unwrap();
        }
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_avocet"));
        command.args(["build", "--jobs", jobs]).current_dir(&deep).env_clear();
        let variables = [("TZ", zone), ("LANG", language), ("LC_ALL", language), ("SOURCE_DATE_EPOCH", epoch), ("HOME", "/nowhere")];
        let output = command.envs(variables).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        tree(&deep.join("public"))
    });
    assert!(trees[0].len() > 60 && trees[0] == trees[1]);
}

#[test]
fn a_build_that_is_verified_says_so_and_leaves_nothing_behind() {
    let site = blog(12);
    let before = tree(site.path());
    let reported =
        |output: std::process::Output| format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let first = reported(site.run(&["build", "--verify"]));
    assert!(first.contains("files are the same, byte for byte"), "{first}");
    // What is remembered of the last build is no part of the comparison: here it is all that the first build looks at.
    assert!(reported(site.run(&["build", "--verify", "--jobs", "1"])).contains("are the same"));
    let after = tree(site.path()).into_iter().filter(|(path, _)| !path.starts_with("public/") && !path.starts_with(".cache/"));
    assert!(after.eq(before));
}

/// A plugin that counts the pages that it has finished in this process.
struct Chance(std::sync::atomic::AtomicUsize);

impl avocet_plugin::PostProcessor for Chance {
    fn process(&self, _: &avocet_plugin::Route, _: &avocet_plugin::SiteIndex, html: String) -> Result<String, avocet_plugin::Diagnostic> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(html.replace("</html>", &format!("\n<!-- {number} -->\n</html>")))
    }
}

#[test]
fn a_page_that_depends_on_more_than_its_sources_is_found_with_its_line() {
    // Numbers of one length: the files differ in nothing else.
    static MADE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1000);
    let registry = avocet::plugin::Registry::standard().with("chance", |_| {
        let chance = Chance(MADE.fetch_add(1000, std::sync::atomic::Ordering::Relaxed).into());
        Ok(avocet_plugin::Plugin::new("chance").post_processor(chance))
    });
    let site = blog(2);
    let settings = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.write("site.toml", &settings.replace("theme = ", "plugins = [\"blog\", \"chance\"]\ntheme = "));
    let overrides = avocet::config::Overrides::default();
    let project = Arc::new(avocet::project::Project::open(site.path(), &overrides, &registry).unwrap());
    assert!(avocet::pipeline::build(&project, Default::default(), &|reported| reported).report.is_some());
    let (files, differences) = avocet::verify::verify(&project, &overrides, &registry, &|reported| reported).unwrap();
    assert!(files > 10 && !differences.is_empty());
    let page = differences.iter().find(|error| error.message.contains("`blog/post-0.html`")).unwrap();
    assert_eq!((page.code.as_str(), page.message.as_str()), ("not-reproducible", "the second build made another `blog/post-0.html`"));
    let help = page.help.as_deref().unwrap_or_default();
    assert!(help.starts_with("line ") && help.contains("\n- <!-- ") && help.contains("\n+ <!-- "), "{help}");
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
    let staging = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(".avocet-new-");
    assert!(!fs::read_dir(site.path().join("public")).unwrap().any(|entry| staging(&entry.unwrap().file_name())));
}

/// Where a build was when it was killed.
#[derive(Debug, Default)]
struct Kills {
    /// Files lay in a staging folder, to be put into place.
    staging: usize,
    /// Some files of the output were of the new build, some of the old one.
    placing: usize,
    /// It had ended before.
    late: usize,
}

/// Kills a build as soon as this is seen, or lets it end.
fn kill_when(site: &common::Site, mut seen: impl FnMut() -> bool) {
    let mut process = site.command(&["build"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    while !seen() && process.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(50));
    }
    let _ = process.kill();
    let _ = process.wait();
}

#[test]
fn a_build_that_is_killed_at_any_instant_does_no_harm() {
    let fresh = {
        let site = blog(150);
        site.write("content/blog/extra.md", "---\ntitle: Extra\ndate: 2023-01-01\n---\nExtra\n");
        site.build()
    };
    let site = blog(150);
    let names = || {
        fs::read_dir(site.path().join("public")).unwrap().map(|entry| entry.unwrap().file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    let pages: Vec<String> = site.build().into_keys().filter(|path| path.ends_with(".html")).collect();
    let (calm, mut kills) = (names(), Kills::default());
    for round in 0_u32..24 {
        // Every round changes every page, so that there is something to write when the process ends.
        let mark = format!("round {round}.");
        site.write("themes/plain/templates/footer.html", &mark);
        let began = std::time::Instant::now();
        match round % 3 {
            // Anywhere.
            0 => kill_when(&site, || began.elapsed() > Duration::from_millis(u64::from(round) * 8)),
            // While files are staged: something lies in the output folder that does not lie there between builds.
            1 => {
                let mut first = None;
                kill_when(&site, || {
                    first = first.or_else(|| (names() != calm).then(std::time::Instant::now));
                    first.is_some_and(|first| first.elapsed() > Duration::from_micros(200) * round)
                });
            }
            // While files are put into place: one of the pages is new.
            _ => {
                let first = site.path().join("public").join(&pages[0]);
                kill_when(&site, || fs::read_to_string(&first).is_ok_and(|text| text.contains(&mark)));
            }
        }
        let left = names() != calm;
        let output = tree(&site.path().join("public"));
        let new = pages.iter().filter(|path| output.get(*path).is_some_and(|text| text.contains(&mark))).count();
        match new {
            0 => kills.staging += usize::from(left),
            new if new < pages.len() => kills.placing += 1,
            _ => kills.late += 1,
        }
        for (path, text) in output {
            assert!(!path.ends_with(".html") || text.trim_end().ends_with("</html>"), "half a page: {path}");
        }
    }
    println!("{kills:?}");
    assert!(kills.staging >= 4 && kills.placing >= 4, "too few kills came while files were written: {kills:?}");
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
    SourceFile::new(&*path, &*path, Kind::Article, text)
}

fn site_of(sources: &[SourceFile]) -> String {
    let zone = jiff::tz::TimeZone::UTC;
    let articles = ArticleSettings::default();
    let content = ContentSettings::default();
    let path_metadata = PathMetadata::new(&content);
    let defaults = Defaults { articles: &articles, path_metadata, dialect: Dialect::default(), language: "en", author: None, zone: &zone };
    let readings = read::read(sources, &[&Markdown as &dyn Reader], &defaults, &[]);
    assert!(readings.iter().all(|reading| reading.diagnostics.is_empty()));
    let pages = readings.into_iter().filter_map(|reading| reading.page).collect();
    let mut info = SiteInfo::default();
    info.language = "en".into();
    let site = Site::new(info, UrlPatterns::default());
    let (site, reported) = index::index(site, pages, Publishing { drafts: false, until: None }, &Default::default());
    let mut codes: Vec<String> = reported.into_iter().map(|error| error.code).collect();
    codes.sort();
    serde_json::to_string(&(site.all, site.articles, site.tags, site.years, codes)).unwrap()
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
