//! `examples/word-count` is a plugin as others write it: outside the workspace, with a binary of its own. The manual's tutorial is its code,
//! word for word, and so is the plugin of 25 lines in the blog.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

mod common;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The code of a page in blocks of this language, in order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let opening = format!("\n```{language}\n");
    page.split(&opening).skip(1).map(|block| block.split("\n```").next().unwrap().to_owned() + "\n").collect()
}

#[test]
fn the_tutorial_is_the_code_of_the_example() {
    let page = read("content/pages/plugins.md");
    let (_, tutorial) = page.split_once("{#write}").expect("the section has its anchor");
    let mut code = blocks(tutorial, "rust");
    assert_eq!(code.pop().as_deref(), Some(&*read("examples/word-count/src/main.rs")));
    assert_eq!(code.join("\n"), read("examples/word-count/src/lib.rs"));
    assert_eq!(blocks(tutorial, "toml")[0], read("examples/word-count/Cargo.toml"));
}

/// The example with the workspace's lock and profiles, so that the crates which are built already are not built again. Nothing is written
/// into the sources.
fn copy(target: &Path) -> PathBuf {
    let folder = target.join("example/word-count");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let manifest = read("Cargo.toml");
    let (_, profiles) = manifest.split_once("\n[profile.dev]").expect("the workspace has a profile");
    let mut own = read("examples/word-count/Cargo.toml").replace("\"../..", &format!("\"{}", root().display()));
    let _ = write!(own, "\n[profile.dev]{profiles}");
    for name in ["avocet", "plugin", "io", "blog", "feeds", "search", "sitemap", "stats", "theme-nhs"] {
        let name = if name == "avocet" { name.to_owned() } else { format!("avocet-{name}") };
        let _ = write!(own, "\n[profile.dev.package.{name}]\nopt-level = 0\n");
    }
    put(&folder.join("Cargo.toml"), &own);
    put(&folder.join("src/main.rs"), &read("examples/word-count/src/main.rs"));
    put(&folder.join("src/lib.rs"), &(read("examples/word-count/src/lib.rs") + "\npub mod post_count;\n"));
    put(&folder.join("src/post_count.rs"), &blocks(&read("content/blog/tools/plugin-in-rust.md"), "rust")[0]);
    folder
}

/// Writes what is not there already: a file that is written is built again.
fn put(file: &Path, text: &str) {
    if fs::read_to_string(file).ok().as_deref() != Some(text) {
        fs::write(file, text).unwrap();
    }
}

#[test]
fn the_example_builds_a_site_with_its_plugin() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = copy(target);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--offline", "--manifest-path"]).arg(folder.join("Cargo.toml")).arg("--target-dir").arg(target);
    // What Cargo says to a test would have build scripts run again.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(name);
        }
    }
    let built = cargo.output().unwrap();
    assert!(built.status.success(), "{}: {}", built.status, String::from_utf8_lossy(&built.stderr));

    let site = common::Site::empty();
    let settings = "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\nplugins = [\"blog\", \"word-count\"]\n[plugins.word-count]\n";
    site.write("site.toml", &format!("{settings}words_per_minute = 2\n"));
    site.write("content/blog/a.md", "---\ntitle: A\ndate: 2026-01-01\n---\nOne two three {% reading-time %}\n");
    let run = |arguments: &[&str]| {
        let output = Command::new(target.join("debug/word-count")).args(arguments).arg("--site").arg(site.path()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run(&["build"]).0, Some(0));
    let read = |path: &str| fs::read_to_string(site.path().join("public").join(path)).unwrap();
    assert!(read("blog/a.html").contains("One two three 3 min"));
    assert_eq!(read("words.csv"), "url,words\nhttps://x.org/blog/a.html,5\n");
    // Its kind of problem is known to the settings and the command line, as those of the engine are.
    site.write("content/blog/b.md", "---\ntitle: B\ndate: 2026-01-02\n---\n");
    let (code, errors) = run(&["build"]);
    assert!(code == Some(0) && errors.contains("no-words") && errors.contains("content/blog/b.md:2"), "{errors}");
    site.write("site.toml", &format!("{settings}[check.severity]\nno-words = \"error\"\n"));
    assert_eq!(run(&["build"]).0, Some(1));
    site.write("site.toml", &format!("{settings}words_per_minute = \"fast\"\n"));
    let (code, errors) = run(&["build"]);
    assert!(code == Some(1) && errors.contains("site.toml:6"), "{errors}");
}
