//! What a site that comes from Pelican needs: settings for names and paths, and its import.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::path::Path;

use common::{Site, Tree};

/// A site with the plain theme and these lines in its settings.
fn site(settings: &str) -> Site {
    let site = Site::empty();
    common::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme"), &site.path().join("themes/plain"), &[]);
    let head = "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\ntheme = \"plain\"\n";
    site.write("site.toml", &format!("{head}{settings}"));
    site
}

/// The files of posts and pages, without lists and what the theme has.
fn paths(files: &Tree, folder: &str) -> Vec<String> {
    files.keys().filter(|path| path.starts_with(folder)).cloned().collect()
}

#[test]
fn a_post_has_the_date_of_its_name_and_its_own_date_wins() {
    let site = site("[urls]\narticle = \"p/{date:%Y%m%d}/{slug}.html\"\n");
    site.write("content/blog/2014-05-01-hello.md", "title: Hello\n\nA\n");
    site.write("content/blog/2014-05-02-other.md", "title: Other\ndate: 2015-01-01\n\nA\n");
    site.write("content/pages/1234-56-78.md", "title: A part\n\nA\n");
    assert_eq!(paths(&site.build(), "p/"), ["p/20140501/hello.html", "p/20150101/other.html"]);
    site.write("content/blog/2014-13-01-wrong.md", "title: Wrong\n\nA\n");
    let output = site.run(&["build"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[bad-date]: `2014-13-01` is not a valid date"), "{output:?}");
}

#[test]
fn names_and_paths_give_slugs_as_they_stand_and_keys_for_urls() {
    let site = site(
        "[content]\nfilename_metadata = '(?P<date>\\d{4}-\\d{2}-\\d{2})-(?P<slug>.+)'\npath_metadata = 'pages/(?P<Fullpath>.*)\\..*'\n\
         [urls]\narticle = \"p/{slug}.html\"\npage = \"q/{meta.fullpath}/{path_no_ext}.html\"\n",
    );
    site.write("content/blog/2014-05-01-What-should-I-say.md", "title: Hello\n\nA\n");
    site.write("content/blog/2014-05-02-c++-macro.md", "title: Hello\n\nA\n");
    site.write("content/pages/a/b.md", "title: Same\n\nA\n").write("content/pages/c/b.md", "title: Same\n\nA\n");
    let files = site.build();
    assert_eq!(paths(&files, "p/"), ["p/What-should-I-say.html", "p/c++-macro.html"]);
    assert_eq!(paths(&files, "q/"), ["q/a/b/pages/a/b.html", "q/c/b/pages/c/b.html"]);
    site.write("site.toml", &std::fs::read_to_string(site.path().join("site.toml")).unwrap().replace("{meta.fullpath}", "{meta.part}"));
    let output = site.run(&["build"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("the page has no `part`"), "{output:?}");
}

#[test]
fn settings_give_metadata_to_folders_and_places_to_files() {
    let site = site(
        "[content]\nstatic = [\"extra\"]\n[articles]\ndefault_category = \"misc\"\n[urls]\narticle = \"p/{author}/{category}/{slug}.html\"\n\
         [content.metadata]\n\"\" = { author = \"All\" }\n\"blog/old\" = { author = \"Team\" }\n\"extra/r.txt\" = { save_as = \"robots.txt\" }\n",
    );
    site.write("content/blog/old/a.md", "title: A\ndate: 2020-01-01\n\n[r]({static}/extra/r.txt)\n");
    site.write("content/blog/older/b.md", "title: B\ndate: 2020-01-01\n\nB\n");
    site.write("content/blog/old/c.md", "title: C\ndate: 2020-01-01\nauthors: X; Y\n\nC\n").write("content/extra/r.txt", "r");
    let files = site.build();
    assert_eq!(paths(&files, "p/"), ["p/all/older/b.html", "p/team/old/a.html", "p/x/old/c.html"]);
    assert!(files["p/team/old/a.html"].contains("href=\"/robots.txt\""));
    assert!(files.contains_key("robots.txt") && !files.contains_key("extra/r.txt"));
    site.write(
        "site.toml",
        &std::fs::read_to_string(site.path().join("site.toml")).unwrap().replace("[content]", "[content]\narticles = [\"\"]"),
    );
    site.write("content/d.md", "title: D\ndate: 2020-01-01\n\nD\n");
    assert!(site.build().contains_key("p/all/misc/d.html"));
}

#[test]
fn a_folder_of_articles_and_files_has_both_and_one_slug_can_be_in_two_places() {
    let site = site("[content]\nstatic = [\"blog\", \"blog/raw\"]\n[urls]\narticle = \"p/{category}/{slug}.html\"\n");
    for (path, title) in [("blog/a/x.md", "X"), ("blog/b/x.md", "X"), ("blog/raw/y.md", "Y")] {
        site.write(&format!("content/{path}"), &format!("title: {title}\ndate: 2020-01-01\n\nA\n"));
    }
    site.write("content/blog/a/z.png", "png");
    let files = site.build();
    assert_eq!(paths(&files, "p/"), ["p/a/x.html", "p/b/x.html"]);
    assert_eq!(paths(&files, "blog/"), ["blog/a/z.png", "blog/index.html", "blog/raw/y.md"]);
}

#[test]
fn a_site_of_pelican_is_moved_in_place_and_builds() {
    let site = Site::empty();
    let conf = "import os\nSITENAME = 'T'\nSITEURL = ''\nPATH = 'content'\nTIMEZONE = 'Europe/Paris'\nSTATIC_PATHS = ['images', 'extra']\n\
                EXTRA_PATH_METADATA = {os.path.join('extra', 'r.txt'): {'path': 'robots.txt'}}\nTHEME = theme()\n";
    site.write("pelicanconf.py", conf);
    site.write("publishconf.py", "from pelicanconf import *\nSITEURL = 'https://example.org'\nDELETE_OUTPUT_DIRECTORY = True\n");
    site.write("content/2014-05-01-hello.md", "Title: Hello: a post\nTags: a, b\n\nText\n");
    site.write(
        "content/cat/other.md",
        "Title: Other\nDate: 2014-06-01\n\n[hello]({filename}/2014-05-01-hello.md) and [dead]({filename}gone.md)\n",
    );
    site.write("content/pages/about.md", "Title: About\n\nText\n").write("content/extra/r.txt", "r");
    let before = common::tree(site.path());
    let dry = site.run(&["import", "pelican", "--dry-run"]);
    assert!(String::from_utf8_lossy(&dry.stdout).contains("[site]\ntitle = \"T\""), "{dry:?}");
    assert!(common::tree(site.path()) == before);
    let moved = site.run(&["import", "pelican"]);
    let report = String::from_utf8_lossy(&moved.stdout).into_owned();
    assert!(moved.status.success(), "{moved:?}");
    let line = |name: &str| report.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{name}\n{report}"));
    assert!(line("SITEURL").contains("publishconf.py:2") && line("SITEURL").ends_with("[site] url"), "{report}");
    assert!(line("THEME").contains("pelicanconf.py:8") && line("THEME").contains("no code is run"), "{report}");
    let mut after = common::tree(site.path());
    after.remove("site.toml");
    assert!(after == before, "only site.toml is new");
    let files = site.build();
    for path in [
        "hello-a-post.html",
        "other.html",
        "pages/about.html",
        "robots.txt",
        "category/cat.html",
        "category/misc.html",
        "feeds/all.atom.xml",
    ] {
        assert!(files.contains_key(path), "{path} is not in {:?}", files.keys());
    }
    assert!(files["feeds/all.atom.xml"].contains("<id>tag:example.org,2014-05-01:/hello-a-post.html</id>"));
    let again = site.run(&["import", "pelican"]);
    assert_eq!(again.status.code(), Some(2));
    // Compared with itself, the site is the same but for the dead link, and with another output it is not.
    let compare = |folder: &str| site.run(&["import", "pelican", "--compare", folder]);
    let output = site.path().join("public");
    let twin = site.path().join("twin");
    common::copy(&output, &twin, &[".avocet-manifest", ".avocet-lock"]);
    let same = compare(twin.to_str().unwrap());
    let table = String::from_utf8_lossy(&same.stdout).into_owned();
    assert!(same.status.success(), "{same:?}");
    assert!(table.contains("Posts and pages with the same words       3      3"), "{table}");
    let other = site.path().join("other");
    common::copy(&twin, &other, &[]);
    std::fs::write(other.join("gone.html"), "x").unwrap();
    let page = files["other.html"].replace("<p>", "<p>Another word ").replace("other.html", "");
    std::fs::write(other.join("other.html"), page.replace(" and ", " nor ")).unwrap();
    let feed = files["feeds/all.atom.xml"].replace("2014-05-01:/hello-a-post.html", "2014-05-02:/hello-a-post.html");
    std::fs::write(other.join("feeds/all.atom.xml"), feed).unwrap();
    let differs = compare(other.to_str().unwrap());
    let table = String::from_utf8_lossy(&differs.stdout).into_owned();
    assert_eq!(differs.status.code(), Some(1), "{differs:?}");
    for line in ["gone.html is not made", "tag:example.org,2014-05-02:/hello-a-post.html is missing", "content/cat/other.md: after `hello`"]
    {
        assert!(table.contains(line), "{line} is not in\n{table}");
    }
}
