//! The plugin `search` from outside: which pages its index holds, what a build writes of it, and what is told of a wrong setting.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

mod common;

use serde_json::Value;

/// A site in the plain theme that has published, draft and hidden pages, and one that machines are to leave out.
fn site(settings: &str) -> common::Site {
    let site = common::Site::from(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme"));
    site.write(
        "site.toml",
        &format!("[site]\ntitle = \"T\"\nurl = \"https://x.org/notes\"\ntheme = \"plain\"\nplugins = [\"blog\", \"search\"]\n{settings}"),
    );
    site.write("templates/apart.html", "<head><meta name=\"robots\" content=\"noindex\"></head><main>{{ page.content }}</main>");
    for (name, header, body) in [
        ("old", "date: 2020-01-01", "Pelican pelican pelican"),
        ("new", "date: 2022-01-01", "A café and a *peli*can"),
        ("draft", "date: 2022-01-01\nstatus: draft", "pelican of a draft"),
        ("hidden", "date: 2022-01-01\nstatus: hidden", "pelican in hiding"),
        ("apart", "date: 2022-01-01\ntemplate: apart", "pelican set apart"),
    ] {
        site.write(&format!("content/blog/{name}.md"), &format!("---\ntitle: Post {name}\n{header}\n---\n{body}\n"));
    }
    site
}

/// The words and the pages of the index in an output folder.
fn index(site: &common::Site) -> (Value, Vec<Value>) {
    let files = common::tree(&site.path().join("public"));
    let read = |name: &str| -> Value { serde_json::from_str(&files[&format!("assets/search/{name}")]).unwrap() };
    let contents = read("index.json");
    let groups = contents["groups"].as_array().unwrap().iter().map(|name| read(name.as_str().unwrap()));
    let pages: Vec<Value> = groups.flat_map(|group| group.as_array().unwrap().clone()).collect();
    assert_eq!(contents["words"].as_array().unwrap().len(), 1);
    (read(contents["words"][0][1].as_str().unwrap()), pages)
}

#[test]
fn published_pages_are_found_newest_first_and_no_others() {
    let site = site("");
    for drafts in [false, true] {
        let arguments: &[&str] = if drafts { &["build", "--drafts"] } else { &["build"] };
        assert!(site.run(arguments).status.success());
        let (words, pages) = index(&site);
        let shown: Vec<&str> = pages.iter().map(|page| page["t"].as_str().unwrap()).collect();
        assert_eq!(shown, ["Post new", "Post old"]);
        assert!(pages[0]["u"].as_str().unwrap().starts_with("/notes/"), "{}", pages[0]);
        assert_eq!(pages[0]["d"], "2022-01-01");
        // The plain theme shows each text three times: as summary, description and body.
        assert_eq!(words["pelican"], serde_json::json!([[], [0, 1], []]));
        assert_eq!(words["post"], serde_json::json!([[0, 1], [], []]));
        assert!(words.get("cafe").is_some(), "{words}");
    }
}

#[test]
fn an_index_is_the_same_however_often_it_is_built_and_changes_with_its_pages_only() {
    let site = site("");
    assert!(site.run(&["build"]).status.success());
    let first = common::tree(&site.path().join("public"));
    assert!(site.run(&["build", "--verify"]).status.success());
    site.write("content/blog/draft.md", "---\ntitle: Post draft\nstatus: draft\n---\nother words\n");
    assert!(site.run(&["build"]).status.success());
    assert_eq!(common::tree(&site.path().join("public")), first);
    site.write("content/blog/old.md", "---\ntitle: Post old\ndate: 2020-01-01\n---\nHeron\n");
    assert!(site.run(&["build"]).status.success());
    let (words, _) = index(&site);
    assert!(words.get("heron").is_some());
    // What the old index was made of is gone: one file that names the others, one of words, one of pages.
    let files = common::tree(&site.path().join("public"));
    assert_eq!(files.keys().filter(|path| path.starts_with("assets/search/")).count(), 3);
}

#[test]
fn a_search_page_outside_of_the_site_is_refused_at_its_place() {
    let output = site("[plugins.search]\npage = \"../search.html\"\n").run(&["build"]);
    let reported = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{reported}");
    assert!(reported.contains("site.toml:7:8") && reported.contains("is not a page inside the site"), "{reported}");
    let moved = site("[plugins.search]\npage = \"find/index.html\"\n");
    assert!(moved.run(&["build"]).status.success());
    assert!(moved.path().join("public/find/index.html").exists());
}
