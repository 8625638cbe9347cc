//! From an empty folder to a published post, with the command alone: `init`, `new`, `publish`, `draft`, and what they never do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::{Content, Site, tree};

/// 19 May 2026, a quarter to midnight in UTC: in London it is the 20th.
const LATE: &str = "1779234300";

/// A site as `avocet init` makes it.
fn started(options: &[&str]) -> Site {
    let site = Site::empty();
    good(&site.command(&[&["init", "--title", "Ward: notes"], options].concat()).env("SOURCE_DATE_EPOCH", LATE).output().unwrap());
    site
}

#[track_caller]
fn good(output: &Output) -> String {
    let reported = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{reported}");
    reported
}

fn at(site: &Site, arguments: &[&str]) -> Output {
    site.command(arguments).env("SOURCE_DATE_EPOCH", LATE).output().unwrap()
}

fn text(site: &Site, path: &str) -> String {
    fs::read_to_string(site.path().join(path)).unwrap()
}

#[test]
fn a_new_site_builds_and_checks_without_one_warning() {
    for options in [&[][..], &["--url", "https://example.org/ward", "--author", "\"A\" # b"], &["--plugin", "stats"]] {
        let site = started(options);
        if options.contains(&"stats") {
            good(&at(&site, &["stats", "sample"]));
        }
        let built = good(&at(&site, &["build", "--strict"]));
        assert!(built.starts_with("Built 2 articles, 2 pages"), "{built}");
        good(&at(&site, &["check", "--strict"]));
        good(&at(&site, &["check", "--strict", "--drafts", "--profile", "preview"]));
        assert!(text(&site, "content/blog/welcome.md").contains("\ndate: 2026-05-20\n"));
        assert_eq!(site.path().join(".github/workflows/statistics.yml").exists(), options.contains(&"stats"));
    }
}

#[test]
fn the_folder_that_is_embedded_is_a_site_by_itself() {
    let site = Site::from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scaffold"));
    good(&at(&site, &["build", "--strict"]));
    good(&at(&site, &["check", "--strict"]));
}

#[test]
fn init_makes_new_folders_minds_git_and_touches_no_file_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let init = |name: &str| Command::new(env!("CARGO_BIN_EXE_avocet")).args(["init", name]).current_dir(&folder).output().unwrap();
    fs::create_dir_all(folder.path().join("cloned/.git")).unwrap();
    assert!(good(&init("cloned")).contains("cd cloned\n"));
    good(&init("a/deep/folder"));
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/README.md"), "mine").unwrap();
    fs::write(folder.path().join("file"), "mine").unwrap();
    for name in ["full", "file"] {
        assert_eq!(init(name).status.code(), Some(2));
    }
    assert!(String::from_utf8_lossy(&init("full").stderr).contains("is not empty: it contains `README.md`"));
    assert_eq!(tree(&folder.path().join("full")).into_iter().collect::<Vec<_>>(), [("README.md".to_owned(), Content(b"mine".to_vec()))]);
}

#[test]
fn init_fits_round_content_that_is_there() {
    let site = Site::empty();
    site.write("README.md", "mine").write("content/first.md", "---\ntitle: First\ndate: 2026-05-01\n---\nText\n");
    site.write("content/pages/about.md", "---\ntitle: About\n---\nUs\n");
    assert_eq!(site.run(&["init"]).status.code(), Some(2));
    good(&site.run(&["init", "--existing"]));
    assert_eq!((text(&site, "README.md"), text(&site, "content/pages/about.md").contains("Us")), ("mine".to_owned(), true));
    let built = good(&at(&site, &["build", "--strict"]));
    assert!(built.starts_with("Built 1 article, 2 pages"), "{built}");
    good(&at(&site, &["check"]));
    assert_eq!(site.run(&["init", "--existing"]).status.code(), Some(2), "a site is not made twice");
}

#[test]
fn a_site_is_found_from_the_folders_below() {
    let site = started(&[]);
    let below = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_avocet"));
        command.args(arguments).current_dir(site.path().join("content/blog")).env("SOURCE_DATE_EPOCH", LATE).output().unwrap()
    };
    let output = below(&["build"]);
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("The site is in `"), "{output:?}");
    assert!(good(&output).starts_with("Built 2 articles"), "{output:?}");
    assert!(below(&["list", "--format", "json"]).stderr.is_empty());
    good(&below(&["draft", "welcome.md"]));
    let coloured = |when: &str| String::from_utf8_lossy(&below(&["publish", "nothing", "--color", when]).stderr).contains('\u{1b}');
    assert!(coloured("always") && !coloured("never") && !coloured("auto"));
}

#[test]
fn lists_name_pages_drafts_categories_and_authors() {
    let site = started(&[]);
    site.write("content/blog/news/a.md", "---\ntitle: A\ndate: 2026-05-01\nauthor: Zoë\n---\nText\n");
    site.write("content/pages/later.md", "---\ntitle: Later\nstatus: draft\n---\nText\n");
    let list = |what: &str| good(&at(&site, &["list", what]));
    let pages = list("pages");
    assert!(pages.contains("content/pages/about.md") && pages.contains("later.md") && !pages.contains("news/a.md"), "{pages}");
    assert!(list("drafts").contains("draft") && list("drafts").contains("content/pages/later.md") && !list("drafts").contains("about.md"));
    assert!(list("categories").starts_with("CATEGORY") && list("categories").contains("/category/news.html"), "{}", list("categories"));
    assert!(list("authors").contains("Zoë"), "{}", list("authors"));
}

#[test]
fn lists_show_what_is_held_back_and_explain_says_why() {
    let site = started(&[]);
    site.write("content/blog/draft.md", "---\ntitle: Draft\nstatus: draft\n---\nText\n");
    site.write("content/blog/later.md", "---\ntitle: Later\ndate: 2099-01-02\n---\nText\n");
    site.write("content/blog/skipped.md", "---\ntitle: Skipped\ndate: 2020-01-02\nstatus: skip\n---\nText\n");
    let articles = good(&at(&site, &["list", "articles", "--set", "articles.future=hold"]));
    let row = |source: &str| articles.lines().find(|line| line.ends_with(source)).unwrap_or_default();
    assert!(row("draft.md").contains(" draft ") && row("later.md").contains(" scheduled ") && row("skipped.md").is_empty(), "{articles}");
    for (name, why) in [("draft", "it is a draft"), ("later", "after 2 January 2099"), ("skipped", "`status: skip`")] {
        let source = format!("content/blog/{name}.md");
        let explained = good(&at(&site, &["explain", &source, "--set", "articles.future=hold"]));
        assert!(explained.contains("not published") && explained.contains(why), "{explained}");
        let by_name = at(&site, &["explain", source.rsplit('/').next().unwrap().trim_end_matches(".md"), "--set", "articles.future=hold"]);
        assert_eq!(good(&by_name), explained);
    }
}

#[test]
fn an_answer_that_makes_no_site_writes_nothing() {
    let site = Site::empty();
    for wrong in [["--url", "example.org"], ["--theme", "nsh"], ["--plugin", "stat"]] {
        let output = site.run(&["init", wrong[0], wrong[1]]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(tree(site.path()).is_empty());
    }
}

#[test]
fn a_new_post_is_a_draft_of_today_where_the_site_is() {
    let site = started(&[]);
    let reported = good(&at(&site, &["new", "post", "NHS: \"a story\" – 日本"]));
    assert!(reported.contains("avocet publish content/blog/nhs-a-story-ri-ben.md"), "{reported}");
    assert!(reported.contains("http://127.0.0.1:8000/") && reported.contains("/drafts/nhs-a-story-ri-ben.html"), "{reported}");
    let post = text(&site, "content/blog/nhs-a-story-ri-ben.md");
    let header = "---\ntitle: \"NHS: \\\"a story\\\" – 日本\"\ndate: 2026-05-20\nslug: nhs-a-story-ri-ben\nauthor: \"Ward: notes\"\n";
    assert!(post.starts_with(header), "{post}");
    good(&at(&site, &["check", "--strict", "--drafts"]));
    assert!(!site.build().contains_key("blog/nhs-a-story-ri-ben.html"));
    // The same again, and the same slug by another title.
    for title in ["NHS: \"a story\" – 日本", "nhs a STORY ri ben!"] {
        let output = at(&site, &["new", "post", title]);
        assert!(output.status.code() == Some(2) && String::from_utf8_lossy(&output.stderr).contains("error[slug-taken]"), "{output:?}");
    }
    // A page is no rival of a post: it has another address.
    good(&at(&site, &["new", "page", "NHS: a story – ri ben", "--quiet"]));
    assert_eq!(text(&site, "content/blog/nhs-a-story-ri-ben.md"), post);
}

#[test]
fn a_post_is_put_into_the_folder_of_its_category() {
    let site = started(&[]);
    fs::create_dir(site.path().join("content/blog/Data Science")).unwrap();
    good(&at(&site, &["new", "post", "One", "--category", "data science"]));
    good(&at(&site, &["new", "post", "Two", "--category", "Tools & tea"]));
    good(&at(&site, &["new", "post", "Three", "--folder", "content/blog/2026/may"]));
    let list = good(&at(&site, &["list", "articles", "--drafts", "--format", "json"]));
    for source in ["content/blog/Data Science/one.md", "content/blog/tools-tea/two.md", "content/blog/2026/may/three.md"] {
        assert!(list.contains(source), "{list}");
    }
    assert!(text(&site, "content/blog/tools-tea/two.md").contains("\ncategory: \"Tools & tea\"\n"));
    for folder in ["../out", "images", "pages"] {
        assert_eq!(at(&site, &["new", "post", "Four", "--folder", folder]).status.code(), Some(2), "{folder}");
    }
}

#[test]
fn publishing_changes_two_lines_and_taking_back_one() {
    let site = started(&[]);
    let source = "---\r\n# ours\r\ntitle:  Hello\r\ntags: [b, a] # order\r\nstatus: draft   # not yet\r\n---\r\n\r\nstatus: draft\r\n";
    site.write("content/blog/hello.md", source);
    let reported = good(&at(&site, &["publish", "hello"]));
    assert!(
        reported.starts_with(
            "Published content/blog/hello.md, dated 2026-05-20 00:45\n\nNext: avocet build, which publishes it at /blog/hello.html"
        ),
        "{reported}"
    );
    let published =
        source.replacen("status: draft   #", "status: published   #", 1).replacen("Hello\r\n", "Hello\r\ndate:   2026-05-20 00:45\r\n", 1);
    assert_eq!(text(&site, "content/blog/hello.md"), published);
    assert!(good(&at(&site, &["publish", "/blog/hello.html"])).contains("is already published"));
    assert!(good(&at(&site, &["build"])).starts_with("Built 3 articles"));
    for name in ["/blog/hello.html", "https://example.org/blog/hello.html", "blog/hello.md", "content/blog/hello.md"] {
        good(&at(&site, &["draft", name]));
        assert_eq!(text(&site, "content/blog/hello.md"), published.replacen("status: published", "status: draft", 1), "{name}");
        good(&at(&site, &["publish", "hello", "--keep-date"]));
        assert_eq!(text(&site, "content/blog/hello.md"), published, "{name}");
    }
}

#[test]
fn a_date_in_the_future_is_kept_unless_it_is_to_be_now() {
    let site = started(&[]);
    let source = "---\ntitle: At Christmas\ndate: 2026-12-24 09:00\nstatus: draft\n---\nText\n";
    site.write("content/blog/second.md", source);
    let reported = good(&at(&site, &["publish", "second"]));
    assert!(reported.starts_with("Published content/blog/second.md, scheduled for 2026-12-24 09:00"), "{reported}");
    assert_eq!(text(&site, "content/blog/second.md"), source.replace("draft", "published"));
    assert!(good(&at(&site, &["publish", "at christmas"])).contains("already published, scheduled for 2026-12-24 09:00"));
    good(&at(&site, &["publish", "second.md", "--now"]));
    assert_eq!(text(&site, "content/blog/second.md"), source.replace("draft", "published").replace("2026-12-24 09:00", "2026-05-20 00:45"));
    let output = at(&site, &["draft", "at chrismas"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `At Christmas`?"), "{output:?}");
}

#[test]
fn pelicans_lines_a_byte_order_mark_and_rights_stay_when_a_post_is_published() {
    let site = started(&[]);
    site.write("content/blog/old.md", "\u{feff}Title:   Old: a post\nDate:    2020-01-02\nStatus:  draft\n\nText\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(site.path().join("content/blog/old.md"), fs::Permissions::from_mode(0o664)).unwrap();
    }
    good(&at(&site, &["publish", "old-a-post"]));
    let expected = "\u{feff}Title:   Old: a post\nDate:    2026-05-20 00:45\nStatus:  published\n\nText\n";
    assert_eq!(text(&site, "content/blog/old.md"), expected);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(site.path().join("content/blog/old.md")).unwrap().permissions().mode() & 0o777, 0o664);
    }
}

#[test]
fn a_page_that_stands_by_itself_is_published_without_a_date() {
    let site = started(&[]);
    good(&at(&site, &["new", "page", "Contact us"]));
    let before = text(&site, "content/pages/contact-us.md");
    good(&at(&site, &["publish", "contact-us"]));
    assert_eq!(text(&site, "content/pages/contact-us.md"), before.replace("status: draft", "status: published"));
}

#[test]
fn a_source_that_is_faulty_is_not_published_and_says_why() {
    let site = started(&[]);
    site.write("content/blog/bad.md", "---\ntitle: Bad\ndate: 03/12/2022\nstatus: draft\n---\n");
    for name in ["bad", "content/blog/bad.md"] {
        let output = at(&site, &["publish", name]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("content/blog/bad.md:3:7"), "{output:?}");
    }
}
