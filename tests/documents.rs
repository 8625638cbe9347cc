//! The documents show what the program prints: the error in README.md and in the manual is the one of a snapshot.

#![allow(clippy::unwrap_used, reason = "a test ends where something is wrong")]

use std::fs;
use std::path::Path;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The first block of text in a document that is an error of this kind.
fn sample(document: &str, kind: &str) -> String {
    let text = text(document);
    let start = text.find(&format!("```text\nerror[{kind}]")).unwrap() + "```text\n".len();
    text[start..start + text[start..].find("```").unwrap()].to_owned()
}

#[test]
fn the_error_in_the_readme_is_what_the_program_prints() {
    assert_eq!(sample("README.md", "bad-date"), text("tests/errors/bad-date-ambiguous/expected.txt"));
}

/// What `avocet docs` prints.
fn docs(arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_avocet")).arg("docs").args(arguments).output().unwrap()
}

#[test]
fn the_manual_is_in_the_program() {
    let page = docs(&["--print", "errors"]);
    assert!(page.status.success() && String::from_utf8_lossy(&page.stdout).contains("error[bad-date]"), "{page:?}");
    let list = String::from_utf8(docs(&["--print"]).stdout).unwrap();
    for page in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("content/pages")).unwrap() {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(list.lines().any(|line| line.starts_with(&format!("{} ", name.trim_end_matches(".md")))), "{name}\n{list}");
    }
    let unknown = docs(&["eror", "--print"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean `errors`?"), "{unknown:?}");
}

#[test]
fn the_error_in_the_manual_is_what_the_program_prints() {
    let printed = text("tests/errors/bad-date-ambiguous/expected.txt");
    let (error, _) = printed.split_once("\n\n").unwrap();
    assert_eq!(sample("content/pages/errors.md", "bad-date").trim_end(), error);
}

#[test]
fn the_error_in_the_tutorial_is_what_the_program_prints() {
    let printed = text("tests/errors/missing-date/expected.txt");
    let (error, _) = printed.split_once("\n\n").unwrap();
    let shown = sample("content/blog/tools/reading-an-error.md", "missing-date");
    let place = |line: &&str| !line.starts_with(" -->");
    assert!(shown.trim_end().lines().filter(place).eq(error.lines().filter(place)), "{shown}\nis not\n{error}");
}
