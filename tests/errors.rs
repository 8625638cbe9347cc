//! Faulty sites in, snapshots of errors out: each folder `tests/errors/CODE[-VARIANT]/` is a small site with a mistake in it.
//!
//! - `expected.txt`: all that the command prints on stderr, without colour; `SNAPSHOTS=overwrite cargo test --test errors` updates it
//! - `args.txt`: further arguments, one a line; the command is `build` unless the first line is the name of another
//! - `exit.txt`: the exit code; 1 when there is none
//! - `setup.txt`: what git keeps badly or not at all, made in the copy of the site, one a line:
//!   `bytes FILE HEX`, `link FILE TARGET` (a symbolic link), `pipe FILE`, `folder PATH`
//!
//! Invariant: with any other exit code than 0 nothing in the site's folder has changed, the output of an earlier build included.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use avocet::plugin::Registry;
use common::{copy, golden};
use rayon::prelude::*;

/// Codes that no folder can bring about, with the reason.
const WITHOUT_SNAPSHOT: [(&str, &str); 14] = [
    ("slow-plugin", "it takes seconds: tests/programs.rs has some"),
    ("output-locked", "only two builds at once bring it about: tests/output.rs has them"),
    ("dead-external", FROM_A_HOST),
    ("moved-external", FROM_A_HOST),
    ("failed-code", "no plugin in the binary draws code: tests/plugin.rs has one that does"),
    ("failed-renderer", "no plugin in the binary has this fault: tests/plugin.rs has one that has"),
    ("missing-organisation", FROM_A_FORGE),
    ("no-repositories", FROM_A_FORGE),
    ("not-verified", "only a machine without room for a copy of the site raises it"),
    ("not-collected", FROM_A_FORGE),
    ("not-reproducible", "only a plugin that is broken raises it: tests/laws.rs has one"),
    ("renamed-organisation", FROM_A_FORGE),
    ("unlisted-organisation", FROM_A_FORGE),
    ("unreachable-external", FROM_A_HOST),
];
const FROM_A_HOST: &str = "the answer of another host raises it: tests/external.rs has one";
const FROM_A_FORGE: &str = "the answer of a forge raises it: plugins/stats tests it with a fake one";

/// What the folder of a case has besides the site.
const OF_THE_CASE: [&str; 4] = ["expected.txt", "args.txt", "exit.txt", "setup.txt"];

/// The case that is of no code, but of all: every problem of a run at once.
const OF_NO_CODE: &str = "everything-at-once";

#[test]
fn every_error_looks_like_its_snapshot() {
    let compare = |case: PathBuf| {
        let run = run(&case);
        let mut errors = run.errors;
        errors.extend(golden(&case.join("expected.txt"), run.stderr.as_bytes()).err());
        (!errors.is_empty()).then(|| format!("=== tests/errors/{}\n{}", name(&case), errors.join("\n")))
    };
    let wrong: Vec<String> = cases().into_par_iter().filter_map(compare).collect();
    assert!(wrong.is_empty(), "{} snapshots differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_code_has_a_snapshot_and_every_snapshot_a_code() {
    let registered = Registry::standard().codes();
    let codes: BTreeSet<&str> = registered.iter().map(|code| code.name).collect();
    let mut wrong = Vec::new();
    let mut covered = BTreeSet::new();
    for case in cases() {
        let name = name(&case);
        let snapshot = fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
        let of = |code: &&&str| name == ***code || name.strip_prefix(**code).is_some_and(|rest| rest.starts_with('-'));
        match codes.iter().filter(of).max_by_key(|code| code.len()) {
            Some(code) if snapshot.contains(&format!("[{code}]: ")) => drop(covered.insert(code)),
            Some(code) => wrong.push(format!("tests/errors/{name}/expected.txt does not show `{code}`")),
            None if name == OF_NO_CODE => {}
            None => wrong.push(format!("tests/errors/{name} begins with no code")),
        }
    }
    for code in codes.iter().filter(|code| !covered.contains(*code)) {
        if WITHOUT_SNAPSHOT.iter().all(|(exception, _)| exception != code) {
            wrong.push(format!("`{code}` has no snapshot: add a faulty site tests/errors/{code}/"));
        }
    }
    for (exception, why) in WITHOUT_SNAPSHOT.iter().filter(|(exception, _)| !codes.contains(exception)) {
        wrong.push(format!("`{exception}` ({why}) is no code: take it out of WITHOUT_SNAPSHOT"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The folders of the cases, sorted.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}

/// What came of one case.
struct Run {
    stderr: String,
    /// What is wrong besides.
    errors: Vec<String>,
}

fn run(case: &Path) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    copy(case, &site, &OF_THE_CASE);
    set_up(&fs::read_to_string(case.join("setup.txt")).unwrap_or_default(), &site);
    if fs::symlink_metadata(site.join("public")).is_err() {
        fs::create_dir(site.join("public")).unwrap();
        fs::write(site.join("public/last-good.html"), "<p>The last good output</p>\n").unwrap();
        // The manifest of a build that wrote nothing.
        fs::write(site.join("public/.avocet-manifest"), b"avocet-manifest 1\n\0\0").unwrap();
    }
    let before = tree(&site);

    let args = fs::read_to_string(case.join("args.txt")).unwrap_or_default();
    let mut args: Vec<&str> = args.lines().collect();
    if args.first().is_none_or(|first| first.starts_with('-')) {
        args.insert(0, "build");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_avocet"));
    // 26 June 2022, for what is of the future.
    command.args(&args).arg("--site").arg(&site).env("NO_COLOR", "1").env("SOURCE_DATE_EPOCH", "1656201600");
    let output = command.output().unwrap();

    let mut errors = Vec::new();
    let exit: i32 = fs::read_to_string(case.join("exit.txt")).map_or(1, |code| code.trim().parse().unwrap());
    if output.status.code() != Some(exit) {
        errors.push(format!("the exit code is {:?}, and should be {exit}", output.status.code()));
    }
    let after = tree(&site);
    let changed = changes(&before, &after);
    let built = changed.iter().any(|path| path.starts_with("public/"));
    if exit != 0 && !changed.is_empty() {
        errors.push(format!("changed in spite of the error: {}", changed.join(", ")));
    } else if exit == 0 && args[0] == "build" && !built {
        errors.push("nothing was written".to_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Run { stderr: normal(&stderr, &site), errors }
}

/// The text without what differs from run to run: the temporary folder and durations.
fn normal(text: &str, site: &Path) -> String {
    let text = text.replace(&*site.to_string_lossy(), "SITE");
    let words = text.split_inclusive([' ', '\n']).collect::<Vec<_>>();
    let mut out = String::with_capacity(text.len());
    for (at, word) in words.iter().enumerate() {
        let unit = words.get(at + 1).is_some_and(|next| matches!(next.trim_end_matches(['\n', ' ', ',', ';', ':']), "ms" | "s"));
        let number = word.trim_end().chars().all(|c| c.is_ascii_digit() || c == '.') && !word.trim().is_empty();
        out.push_str(if unit && number { "0 " } else { word });
    }
    out
}

/// Does what `setup.txt` says.
fn set_up(steps: &str, site: &Path) {
    for step in steps.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = step.splitn(3, ' ');
        let (verb, path, rest) = (words.next().unwrap(), site.join(words.next().unwrap()), words.next().unwrap_or_default());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match verb {
            "bytes" => fs::write(path, bytes(rest)).unwrap(),
            "link" => std::os::unix::fs::symlink(rest, path).unwrap(),
            "pipe" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
            "folder" => fs::create_dir_all(path).unwrap(),
            _ => unreachable!("setup.txt has no step `{verb}`"),
        }
    }
}

/// `48 69` or, between quotes, text: `"Caf" E9`.
fn bytes(hex: &str) -> Vec<u8> {
    let parts = hex.split('"').enumerate();
    let plain = |part: &str| part.replace("\\n", "\n").into_bytes();
    let coded = |part: &str| part.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
    parts.flat_map(|(at, part)| if at % 2 == 1 { plain(part) } else { coded(part) }).collect()
}

/// Files, folders and links of a site by path, with what they hold; without what is only remembered between runs.
fn tree(site: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut tree = BTreeMap::new();
    let mut paths = vec![site.to_owned()];
    while let Some(path) = paths.pop() {
        let name = path.strip_prefix(site).unwrap().to_string_lossy().into_owned();
        let meta = fs::symlink_metadata(&path).unwrap();
        if name == ".cache" || name == "public/.avocet-lock" {
            continue;
        } else if meta.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            tree.insert(name + "/", Vec::new());
        } else if meta.is_symlink() {
            tree.insert(name, fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes());
        } else {
            tree.insert(name, if path.is_file() { fs::read(&path).unwrap() } else { b"a pipe".to_vec() });
        }
    }
    tree
}

fn changes(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}
