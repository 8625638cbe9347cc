//! The table of all kinds of problems (`plugins/api/src/codes.rs`) against the manual and the sources: what the manual's page of errors
//! says is made of it, and no code is in the sources and not in the table, or the other way round.
//!
//! `AVOCET_BLESS=1 cargo test --test codes` writes the rows into `content/pages/errors.md`, to be looked at in the difference.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is wrong")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use avocet_plugin::codes::{self, Code, Group};
use avocet_plugin::{Severity, suggest};

/// The head of every table of codes in the manual.
const HEAD: &str = "| Kind | Usually | What is wrong | What to do |\n| --- | --- | --- | --- |\n";

#[test]
fn the_manual_has_the_rows_of_the_table() {
    let file = root().join("content/pages/errors.md");
    let mut text = fs::read_to_string(&file).unwrap();
    let before = text.clone();
    for (anchor, codes) in codes::GROUPS {
        let (start, end) = table(&text, anchor);
        text.replace_range(start..end, &rows(codes));
    }
    if std::env::var_os("AVOCET_BLESS").is_some() {
        fs::write(&file, &text).unwrap();
        return;
    }
    let stale = text.lines().zip(before.lines()).find(|(new, old)| new != old);
    assert!(before == text, "content/pages/errors.md is not what plugins/api/src/codes.rs says: {stale:?}; AVOCET_BLESS=1 writes it");
}

/// The bytes of the rows in the section with this anchor.
fn table(text: &str, anchor: &str) -> (usize, usize) {
    let section = text.find(&format!("{{#{anchor}}}")).unwrap_or_else(|| panic!("errors.md has no section {{#{anchor}}}"));
    let head = text[section..].find(HEAD).unwrap_or_else(|| panic!("the section {{#{anchor}}} has no table `{HEAD}`"));
    let start = section + head + HEAD.len();
    let end = text[start..].lines().take_while(|line| line.starts_with('|')).map(|line| line.len() + 1).sum::<usize>();
    (start, start + end)
}

fn rows(codes: &[Code]) -> String {
    let row = |code: &Code| {
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
fn every_code_of_the_sources_is_in_the_table_and_the_other_way_round() {
    let known: BTreeSet<&str> = codes::codes().map(|code| code.name).collect();
    let mut wrong = Vec::new();
    let mut met = BTreeSet::new();
    for file in ["src", "plugins"].iter().flat_map(|folder| rust_files(&root().join(folder))) {
        let shown = file.strip_prefix(root()).unwrap().display().to_string();
        if shown == "plugins/api/src/codes.rs" {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        met.extend(known.iter().filter(|code| text.contains(&format!("\"{code}\""))));
        for call in ["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::info(", "Finding::new("] {
            for (at, _) in text.match_indices(call) {
                let code = text[at + call.len()..].trim_start().strip_prefix('"').and_then(|literal| literal.split('"').next());
                if let Some(code) = code.filter(|code| !known.contains(code)) {
                    let near = suggest(code, known.iter().copied()).unwrap_or_default();
                    let line = text[..at].matches('\n').count() + 1;
                    wrong.push(format!("{shown}:{line}: `{code}` is not in plugins/api/src/codes.rs (near: `{near}`)"));
                }
            }
        }
    }
    wrong.extend(known.difference(&met).map(|code| format!("plugins/api/src/codes.rs has `{code}`, and no source raises it")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_what_leaves_every_page_there_may_be_lowered() {
    let lowerable = |group: &Group| group.1.iter().filter(|code| code.lowerable && code.severity == Severity::Error).count();
    let by_group: Vec<(&str, usize)> = codes::GROUPS.iter().map(|group| (group.0, lowerable(group))).filter(|(_, n)| *n > 0).collect();
    assert_eq!(by_group, [("statistics", 1), ("links", 4)]);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() && path.file_name().is_none_or(|name| name != "tests" && name != "benches" && name != "target") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
