//! A theme of Pelican: templates in Jinja's language, with Pelican's names, objects and methods.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::path::Path;
use std::process::Output;

use common::{Site, Tree, tree};

/// A site of three posts and a page with the theme of the tests, in a folder of its host.
fn site() -> Site {
    let site = Site::empty();
    common::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pelican-theme"), &site.path().join("themes/t"), &[]);
    site.write(
        "site.toml",
        "[site]\ntitle = \"T & U\"\nurl = \"https://example.org/notes\"\ntheme = \"t\"\nplugins = [\"blog\", \"feeds\"]\n\
         [articles]\npage_size = 2\n[urls]\ndefaults = \"pelican\"\n[theme]\ngreeting = \"Hello\"\n[[menu]]\ntitle = \"Home\"\nurl = \"/\"\n",
    );
    for post in 1..=3 {
        let text = format!(
            "---\ntitle: Post <i>{post}</i>\nslug: post-{post}\ndate: 2022-06-0{post} 10:00\ntags: [b, a]\nmood: calm\n---\nWords of {post}.\n\nMore of {post}.\n"
        );
        site.write(&format!("content/blog/p{post}.md"), &text);
    }
    site.write("content/pages/about.md", "---\ntitle: About\n---\nWe are.\n");
    site
}

fn built(site: &Site) -> Tree {
    let output = site.run(&["build"]);
    assert!(output.status.success(), "{}", errors(&output));
    tree(&site.path().join("public"))
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn templates_see_pelicans_names_objects_and_methods() {
    let files = built(&site());
    let post = &*files["post-2.html"];
    for part in [
        "<title>Post <i>2</i> - T & U</title>",
        "<p>Thu 02 June 2022 in blog calm</p>",
        "<p>Words of 2.</p>\n<p>More of 2.</p>",
        "<a href=\"/notes/tag/b.html\">b</a>\n<a href=\"/notes/tag/a.html\">a</a>",
        "<a href=\"/notes/post-3.html\">Post <i>3</i></a> <time datetime=\"2022-06-03T10:00:00+01:00\">3 Jun 2022</time>",
        "Words of 3. More of 3.",
        "A 3\nB 3\n",
        "<footer>Hello</footer>",
    ] {
        assert!(post.contains(part), "{part}\n{post}");
    }
    // Every page of a list knows the list and its own place in it.
    let (first, second) = (&*files["index.html"], &*files["index2.html"]);
    assert!(first.contains("3 posts") && first.contains("1 of 2") && first.contains("<p>More of 3.</p>"), "{first}");
    assert!(second.contains("<a href=\"/notes/index.html\">Before</a>") && !second.contains("1 of 2"), "{second}");
    assert_eq!(&*files["theme/css/main.css"], "p { margin: 0 }\n");
}

#[test]
fn links_to_the_site_are_local_and_the_canonical_one_is_whole() {
    let files = built(&site());
    let post = &*files["post-1.html"];
    assert!(post.contains("<p><a href=\"/notes/\">T & U</a></p>"), "{post}");
    assert!(post.contains("<link rel=\"canonical\" href=\"https://example.org/notes/post-1.html\">"), "{post}");
    assert!(post.contains("href=\"/notes/theme/css/main.css\""), "{post}");
}

#[test]
fn a_template_that_the_theme_lacks_is_that_of_the_fallback_theme_and_a_template_of_the_site_comes_first() {
    let site = site();
    site.write("templates/page.html", "{% extends '!theme/base.html' %}{% block content %}Ours: {{ page.content }}{% endblock %}");
    site.write("templates/base.html", "{% extends '!simple/base.html' %}");
    let files = built(&site);
    assert!(files["pages/about.html"].contains("Ours: <p>We are.</p>") && files["pages/about.html"].contains("<footer>Hello</footer>"));
    assert!(files["archives.html"].contains("<h2>Archives for T & U</h2>") && files["archives.html"].contains("Made with Avocet"));
    assert!(files["tag/a.html"].contains("<title>T & U - a tag</title>") && files["tag/a.html"].contains("Post <i>3</i>"));
}

#[test]
fn an_error_names_the_template_the_line_and_the_page() {
    for (text, part) in [
        ("{% extends 'base.html' %}\n{% block content %}\n{{ nothing.at.all }}\n{% endblock %}\n", "page.html:3:1"),
        ("{% extends 'base.html' %}\n{% block content %}{{ page.title|sparkle }}{% endblock %}\n", "filter sparkle is unknown"),
        ("{% extends 'bse.html' %}\n", "did you mean `base.html`?"),
        ("a\n{% assets 'x' %}\n{% endassets %}\n", "page.html:2:1"),
        ("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "50 million steps"),
    ] {
        let site = site();
        site.write("themes/t/templates/page.html", text);
        let output = site.run(&["build"]);
        let said = errors(&output);
        assert!(output.status.code() == Some(1) && said.contains(part) && said.contains("content/pages/about.md"), "{text}\n{said}");
    }
}

#[test]
fn a_tag_of_the_site_works_with_every_theme() {
    let site = site();
    site.write("themes/t/templates/tags/badge.html", "<b>{{ args.text }}</b>");
    site.write("content/pages/about.md", "---\ntitle: About\n---\n{% badge text=\"x\" %}\n");
    assert!(built(&site)["pages/about.html"].contains("<b>x</b>"));
}

#[test]
fn a_template_that_no_page_needs_may_be_for_a_plugin_of_pelican() {
    let site = site();
    site.write("themes/t/templates/minified.html", "{% assets filters='cssmin' %}x{% endassets %}");
    built(&site);
}

#[test]
fn an_unchanged_page_is_not_rendered_again_and_a_summary_that_others_show_is() {
    let site = site();
    built(&site);
    site.write(
        "content/blog/p1.md",
        "---\ntitle: Post <i>1</i>\nslug: post-1\ndate: 2022-06-01 10:00\ntags: [b, a]\nmood: calm\n---\nOther words.\n\nMore of 1.\n",
    );
    let output = site.run(&["build"]);
    assert!(output.status.success(), "{}", errors(&output));
    let fresh = site.path().join("fresh");
    assert!(site.run(&["build", "--no-cache", "--output", fresh.to_str().unwrap()]).status.success());
    assert!(tree(&site.path().join("public")) == tree(&fresh));
    assert!(tree(&fresh)["post-3.html"].contains("Other words."));
}
