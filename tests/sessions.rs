//! The commands of README.md and of the manual, run from top to bottom in one shell, print what the documents show.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is wrong")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fenced block of a document: its language, and its lines.
struct Block<'t> {
    language: &'t str,
    text: &'t str,
}

/// The blocks below a heading, or of the whole document.
fn blocks<'t>(text: &'t str, heading: &str) -> Vec<Block<'t>> {
    let section = text.split(&format!("## {heading}\n")).last().unwrap();
    let section = if heading.is_empty() { text } else { section.split("\n## ").next().unwrap() };
    let fenced = section.split("\n```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap()).map(|(language, text)| Block { language, text }).collect()
}

/// Runs each block of commands where the one before it ended, and looks for the block of text after it in what was printed.
fn follow(document: &str, heading: &str) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(document)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut current, mut printed, mut compared) = (folder.path().to_owned(), String::new(), 0);
    for block in blocks(&text, heading) {
        match block.language {
            "bash" if block.text.lines().all(is_ours) => (current, printed) = run(&current, block.text),
            "text" if !printed.is_empty() => {
                compared += 1;
                let (shown, found) = (without_times(block.text), without_times(&printed));
                assert!(found.contains(shown.trim_end()), "{document} shows\n{shown}\nand Avocet printed\n{found}");
                printed.clear();
            }
            _ => {}
        }
    }
    assert!(compared > 0, "{document} shows nothing that is printed");
}

/// Not what installs Avocet, and not what runs until it is stopped.
fn is_ours(line: &str) -> bool {
    ["avocet ", "cd ", "printf ", "sed "].iter().any(|start| line.starts_with(start)) && !line.starts_with("avocet serve")
}

/// The folder in which the commands ended, and what they printed.
fn run(folder: &Path, commands: &str) -> (PathBuf, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_avocet")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let script = format!("exec 2>&1\n{commands}\npwd");
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder).env("PATH", path).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let (printed, folder) = printed.trim_end().rsplit_once('\n').unwrap();
    (folder.into(), format!("{printed}\n"))
}

/// With `N` for every time.
fn without_times(text: &str) -> String {
    regex::Regex::new(r"in [\d.]+ m?s\b").unwrap().replace_all(text, "in N").into_owned()
}

#[test]
fn the_readme_prints_what_it_shows() {
    follow("README.md", "Create a site of your own");
}

#[test]
fn getting_started_prints_what_it_shows() {
    follow("content/pages/getting-started.md", "");
}

#[test]
fn the_tour_prints_what_it_shows() {
    follow("content/pages/tour.md", "");
}
