//! The table of all kinds of problems (`plugins/api/src/codes.rs`) against the manual and the sources: what the manual's page of errors
//! says is made of it, and no code is in the sources and not in the table, or the other way round.
//!
//! `SNAPSHOTS=overwrite cargo test --test codes` writes the rows into `content/pages/errors.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::path::Path;

use avocet::plugin::Registry;
use avocet_plugin::{Code, CodeGroup, Severity};
use common::golden;

/// The head of every table of codes in the manual.
const HEAD: &str = "| Kind | Usually | What is wrong | What to do |\n| --- | --- | --- | --- |\n";

#[test]
fn the_manual_has_the_rows_of_the_table() {
    let file = root().join("content/pages/errors.md");
    let mut text = fs::read_to_string(&file).unwrap();
    for group in Registry::standard().codes().groups() {
        let (start, end) = table(&text, group.anchor);
        text.replace_range(start..end, &rows(group.codes));
    }
    golden(&file, text.as_bytes()).unwrap_or_else(|difference| panic!("{difference}"));
}

/// The bytes of the rows in the section with this anchor.
fn table(text: &str, anchor: &str) -> (usize, usize) {
    let section = text.find(&format!("{{#{anchor}}}")).unwrap_or_else(|| panic!("errors.md has no section {{#{anchor}}}"));
    let head = text[section..].find(HEAD).unwrap_or_else(|| panic!("the section {{#{anchor}}} has no table `{HEAD}`"));
    let start = section + head + HEAD.len();
    let end = text[start..].lines().take_while(|line| line.starts_with('|')).map(|line| line.len() + 1).sum::<usize>();
    (start, start + end)
}

fn rows(codes: &[&Code]) -> String {
    let row = |code: &&Code| {
        let usually = match (code.severity, code.lowerable) {
            (Severity::Error, false) => "error, always",
            (Severity::Error, true) => "error",
            (Severity::Warning, _) => "warning",
            (Severity::Info, _) => "note",
        };
        format!("| `{}` | {usually} | {} | {} |\n", code.name, code.meaning, code.fix)
    };
    codes.iter().map(row).collect()
}

#[test]
fn only_what_leaves_every_page_there_may_be_lowered() {
    let codes = Registry::standard().codes();
    let lowerable = |group: &CodeGroup| group.codes.iter().filter(|code| code.lowerable && code.severity == Severity::Error).count();
    let by_group: Vec<(&str, usize)> =
        codes.groups().iter().map(|group| (group.anchor, lowerable(group))).filter(|(_, n)| *n > 0).collect();
    assert_eq!(by_group, [("links", 4), ("statistics", 1)]);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
