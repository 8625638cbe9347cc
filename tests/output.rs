//! The output folder: what is withdrawn leaves it, what is not Avocet's stays, and a build that fails changes nothing.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::process::Stdio;

use common::{blog, tree};

#[test]
fn a_withdrawn_post_leaves_the_output_however_it_is_named() {
    let site = blog(2);
    site.write("content/blog/gone.md", "---\ntitle: Gone\ndate: 2022-01-01\n---\nSECRET\n");
    let page = site.path().join("public/blog/gone.html");
    let other_name = site.path().join("content/../public").to_string_lossy().into_owned();
    for (first, second) in [(&["build"][..], &["build", "--output", &*other_name][..]), (&["build", "--drafts"], &["build"])] {
        site.write("content/blog/gone.md", "---\ntitle: Gone\ndate: 2022-01-01\n---\nSECRET\n");
        assert!(site.run(first).status.success() && page.exists());
        fs::remove_file(site.path().join("content/blog/gone.md")).unwrap();
        let _ = fs::remove_dir_all(site.path().join(".cache"));
        assert!(site.run(second).status.success());
        assert!(!page.exists(), "{second:?}");
    }
}

#[test]
fn files_that_no_build_wrote_are_kept_unless_the_author_says_otherwise() {
    let site = blog(1);
    site.write("public/blog/post-0.html", "mine");
    site.write("public/notes/mine.txt", "mine");
    let read = |path: &str| fs::read_to_string(site.path().join("public").join(path)).ok();
    assert_eq!(site.run(&["build"]).status.code(), Some(1));
    assert_eq!((read("blog/post-0.html").as_deref(), read("404.html")), (Some("mine"), None));
    assert!(site.run(&["build", "--adopt"]).status.success());
    assert_eq!(read("notes/mine.txt").as_deref(), Some("mine"));
    assert_ne!(read("blog/post-0.html").as_deref(), Some("mine"));
    fs::remove_file(site.path().join("public/.avocet-manifest")).unwrap();
    assert!(site.run(&["build", "--clean"]).status.success());
    assert_eq!(read("notes/mine.txt"), None);
}

#[test]
fn a_build_that_cannot_place_a_file_changes_nothing() {
    let site = blog(3);
    site.build();
    let before = tree(&site.path().join("public"));
    fs::remove_file(site.path().join("content/blog/post-2.md")).unwrap();
    site.write("content/blog/new.md", "---\ntitle: New\ndate: 2022-06-01\n---\ntext\n");
    fs::create_dir(site.path().join("public/blog/new.html")).unwrap();
    assert_eq!(site.run(&["build"]).status.code(), Some(1));
    assert!(before == tree(&site.path().join("public")));
    fs::remove_dir(site.path().join("public/blog/new.html")).unwrap();
    assert!(site.build().contains_key("blog/new.html"));
}

#[test]
fn a_manifest_cannot_name_a_file_outside_the_output() {
    let site = blog(1);
    site.write("content/static/xxxxxxxxxxx.txt", "known");
    site.write("site.toml", &format!("{}[content]\nstatic = [\"static\"]\n", fs::read_to_string(site.path().join("site.toml")).unwrap()));
    site.write("victim.txt", "known");
    assert!(site.run(&["build"]).status.success());
    let manifest = site.path().join("public/.avocet-manifest");
    let bytes = fs::read(&manifest).unwrap();
    let (from, to) = (b"static/xxxxxxxxxxx.txt", b"static/../../victim.tx");
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    let crafted = [&bytes[..at], to, &bytes[at + from.len()..]].concat();
    fs::rename(site.path().join("victim.txt"), site.path().join("victim.tx")).unwrap();
    fs::write(&manifest, crafted).unwrap();
    fs::remove_file(site.path().join("content/static/xxxxxxxxxxx.txt")).unwrap();
    assert_eq!(site.run(&["build"]).status.code(), Some(1), "such a manifest is none");
    assert!(site.path().join("victim.tx").exists());
}

#[test]
fn two_builds_at_once_wait_for_each_other_or_fail() {
    let site = blog(1);
    site.build();
    let lock = fs::File::options().write(true).open(site.path().join("public/.avocet-lock")).unwrap();
    lock.lock().unwrap();
    site.write("content/blog/new.md", "---\ntitle: New\ndate: 2022-06-01\n---\ntext\n");
    let refused = site.run(&["build", "--no-wait"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("output-locked"));
    let mut waiting = site.command(&["build"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(waiting.stderr.take().unwrap()), &mut line).unwrap();
    assert!(line.starts_with("Waiting for another build"), "{line}");
    drop(lock);
    assert!(waiting.wait().unwrap().success());
    assert!(site.path().join("public/blog/new.html").exists());
}

#[test]
fn an_output_folder_behind_a_link_is_written_and_pruned() {
    let site = blog(2);
    let elsewhere = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), site.path().join("public")).unwrap();
    assert!(site.build().contains_key("blog/post-1.html"));
    fs::remove_file(site.path().join("content/blog/post-1.md")).unwrap();
    assert!(!site.build().contains_key("blog/post-1.html"));
}

#[test]
fn the_exit_code_follows_the_site_and_not_the_reader_of_the_output() {
    let site = blog(1);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    assert!(site.command(&["build"]).stdout(full).status().unwrap().success());
}
