//! Every word of a source ends in the output or in a diagnostic.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where something is wrong")]

mod common;

use common::{Site, Tree, blog};

fn post(site: &Site, name: &str, day: u8, fields: &str) {
    site.write(&format!("content/blog/{name}.md"), &format!("---\ntitle: {name}\ndate: 2024-05-{day:02}\n{fields}\n---\nText.\n"));
}

fn below<'t>(tree: &'t Tree, folder: &str) -> Vec<&'t str> {
    let mut names: Vec<&str> = tree.keys().filter_map(|path| path.strip_prefix(folder)?.strip_suffix(".html")).collect();
    names.sort_unstable();
    names
}

#[test]
fn different_names_of_one_slug_have_pages_of_their_own() {
    let site = blog(0);
    post(&site, "one", 2, "tags: [C++, Python, 攻势]\nauthor: 李明");
    post(&site, "two", 3, "tags: [C#, python, 公式]\nauthor: 黎明");
    post(&site, "three", 4, "tags: [C, C++]\nauthor: 李明");
    let tree = site.build();
    assert_eq!(below(&tree, "tag/"), ["c", "c-plus-plus", "c-sharp", "gong-shi", "gong-shi-2", "python"]);
    assert_eq!(below(&tree, "author/"), ["li-ming", "li-ming-2"]);
    assert!(tree["tag/c-plus-plus.html"].contains("three") && !tree["tag/c-plus-plus.html"].contains("two"));
    assert!(tree["author/li-ming-2.html"].contains("two") && !tree["author/li-ming-2.html"].contains("three"));
}

#[test]
fn a_new_post_leaves_the_addresses_of_older_names() {
    let site = blog(0);
    post(&site, "one", 2, "tags: [C++]\nauthor: 李明");
    post(&site, "two", 3, "tags: [C#]\nauthor: 黎明");
    let tree = site.build();
    assert_eq!(below(&tree, "tag/"), ["c", "c-sharp"]);
    assert!(tree["tag/c.html"].contains("one") && tree["author/li-ming.html"].contains("one"));
}

#[test]
fn settings_part_and_join_names_and_links_to_a_name_find_its_page() {
    let site = blog(0);
    let settings = "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\ntheme = \"plain\"\n[articles]\nslugs = { \"C++\" = \"cpp\", Golang = \"go\" }\n";
    site.write("site.toml", settings);
    post(&site, "one", 2, "tags: [C++, Golang]");
    post(&site, "two", 3, "tags: [C, Go]");
    site.write("content/blog/three.md", "---\ntitle: Three\ndate: 2024-05-04\ntags: C#\n---\n[a]({tag}C++) [b]({tag}c%23) [c]({tag}c)\n");
    let tree = site.build();
    assert_eq!(below(&tree, "tag/"), ["c", "c-sharp", "cpp", "go"]);
    for link in ["href=\"/tag/cpp.html\"", "href=\"/tag/c-sharp.html\"", "href=\"/tag/c.html\""] {
        assert!(tree["blog/three.html"].contains(link), "{link}");
    }
    site.write("site.toml", &settings.replace("cpp", "C++"));
    assert!(!site.run(&["build"]).status.success());
}
