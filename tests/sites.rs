//! Whole sites in, whole sites out: each folder of `tests/sites` is a site with the output that it must give in `expected/`.
//! `AVOCET_BLESS=1 cargo test --test sites` writes the output of today there, to be looked at in the difference.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::path::Path;

use common::{Content, Site, Tree, tree};

/// What is wrong with a site's output, one file an entry.
fn compare(expected: &Tree, got: &Tree) -> Vec<String> {
    let mut differences = Vec::new();
    for path in expected.keys().chain(got.keys()).collect::<std::collections::BTreeSet<_>>() {
        match (expected.get(path), got.get(path)) {
            (Some(expected), Some(got)) if expected == got => {}
            (Some(expected), Some(got)) => differences.push(format!("{path}{}", difference(expected, got))),
            (Some(_), None) => differences.push(format!("{path} was not written")),
            (None, _) => differences.push(format!("{path} was not expected")),
        }
    }
    differences
}

/// The first line that differs, or that bytes do.
fn difference(expected: &Content, got: &Content) -> String {
    let (Ok(expected), Ok(got)) = (std::str::from_utf8(&expected.0), std::str::from_utf8(&got.0)) else {
        return format!(": {expected:?} expected, got {got:?} that differ");
    };
    let line = expected.lines().zip(got.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or_else(|| expected.lines().count().min(got.lines().count()));
    let shown = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
    format!(":{}\n  expected {}\n  got      {}", line + 1, shown(expected), shown(got))
}

#[test]
fn every_site_gives_the_output_that_stands_beside_it() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    for case in fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()) {
        let built = Site::from(&case).build();
        let expected = case.join("expected");
        if std::env::var_os("AVOCET_BLESS").is_some() {
            let _ = fs::remove_dir_all(&expected);
            for (path, content) in &built {
                let file = expected.join(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, &content.0).unwrap();
            }
        }
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        compared += built.len();
        assert!(!built.is_empty() && !tree(&expected).is_empty(), "{name} has no output");
        wrong.extend(compare(&tree(&expected), &built).into_iter().map(|difference| format!("{name}/{difference}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 50, "only {compared} files were compared");
}

#[test]
fn two_images_that_differ_are_told_apart() {
    let image = |last: u8| Tree::from([("a.png".to_owned(), Content(vec![0x89, b'P', 0xff, last]))]);
    assert!(compare(&image(1), &image(1)).is_empty());
    assert_eq!(compare(&image(1), &image(2)).len(), 1);
    assert_eq!(compare(&image(1), &Tree::new()), ["a.png was not written"]);
}
