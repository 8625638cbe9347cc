//! The law of the preview: after any edits, what it serves is what a fresh build writes, byte for byte, the script aside.
//!
//! Random edits are made to a site with a running preview. After each batch every file of a build into an empty folder is asked for, and
//! every file that an earlier build wrote and this one did not has to be gone. `AVOCET_LAW_EDITS` says how many edits (500 by default),
//! `AVOCET_LAW_SEED` which (a fixed seed by default, printed with what went wrong).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]
#![allow(clippy::print_stdout, reason = "a test of chance says what it did")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use common::Site;
use common::edited::{Edited, variable};
use common::preview::{PATIENCE, Preview};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The files of a build into an empty folder; nothing when the site has errors.
fn fresh(site: &Site) -> Option<BTreeMap<String, Vec<u8>>> {
    let output = tempfile::tempdir().unwrap();
    let public = output.path().join("public");
    let built = site.run(&["build", "--drafts", "--no-cache", "--quiet", "--output", public.to_str().unwrap()]);
    if !built.status.success() {
        let reported = String::from_utf8_lossy(&built.stderr).into_owned();
        assert_eq!(built.status.code(), Some(1), "{reported}");
        println!("{}", reported.lines().filter(|line| line.starts_with("error") || line.contains("-->")).collect::<Vec<_>>().join(" "));
        return None;
    }
    let mut files = BTreeMap::new();
    let mut folders = vec![public.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".avocet-") {
                continue;
            }
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path().strip_prefix(&public).unwrap().to_str().unwrap().to_owned();
                files.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    Some(files)
}

/// What is served otherwise than it should be.
fn differing(preview: &Preview, files: &BTreeMap<String, Vec<u8>>, gone: &BTreeSet<String>) -> Option<String> {
    let target = |path: &String| {
        let names: Vec<String> = path.split('/').map(|name| utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()).collect();
        format!("{}/{}", preview.base, names.join("/"))
    };
    for (path, expected) in files {
        let answer = preview.get(&target(path));
        let redirect = String::from_utf8_lossy(expected).contains("http-equiv=\"refresh\"");
        let status = if redirect { 302 } else { 200 };
        if answer.status != status || answer.page() != *expected {
            let (is, should) = (String::from_utf8_lossy(&answer.page()).into_owned(), String::from_utf8_lossy(expected).into_owned());
            return Some(format!("{path} (status {})\n--- served\n{is}\n--- built\n{should}", answer.status));
        }
    }
    let there = |path: &&String| preview.get(&target(path)).status != 404;
    gone.iter().filter(|path| !files.contains_key(*path)).find(there).map(|path| format!("{path} is there, and no build writes it"))
}

#[test]
fn what_is_served_after_any_edits_is_what_a_fresh_build_writes() {
    let (edits, seed) = (variable("AVOCET_LAW_EDITS", 500), variable("AVOCET_LAW_SEED", 20_261_123));
    println!("AVOCET_LAW_EDITS={edits} AVOCET_LAW_SEED={seed}");
    let mut edited = Edited::new(seed);
    let preview = Preview::of(&edited.site, &["--watch"]);
    let (mut done, mut compared, mut has_errors, mut seen) = (0, 0, 0, BTreeSet::new());
    while done < edits {
        for _ in 0..=edited.chance.below(4) {
            edited.edit();
            done += 1;
        }
        let Some(files) = fresh(&edited.site) else {
            // With errors a build writes nothing that could be compared; the preview goes on, and tells them.
            preview.wait_for(|told| told["event"] == "problems" && told["errors"] != 0);
            has_errors += 1;
            edited.fix();
            continue;
        };
        let began = Instant::now();
        while let Some(difference) = differing(&preview, &files, &seen) {
            let log = edited.log.iter().rev().take(12).cloned().collect::<Vec<_>>().join("\n");
            assert!(began.elapsed() < PATIENCE, "seed {seed}, after {done} edits, the last first:\n{log}\n{difference}");
            std::thread::sleep(Duration::from_millis(10));
        }
        compared += files.len();
        seen.extend(files.into_keys());
    }
    println!("{done} edits, {compared} files compared, {has_errors} batches with errors");
    assert!(compared > 20 * usize::try_from(edits).unwrap() / 10, "too few files were compared");
}
