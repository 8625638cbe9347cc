//! Whole sites in, whole sites out: each folder of `tests/sites` is a site with the output that it must give in `expected/`.
//! `SNAPSHOTS=overwrite cargo test --test sites` updates it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::path::Path;

use common::{Content, Site, golden, tree};

/// Whether files that differ are updated instead of refused.
fn overwrites() -> bool {
    std::env::var("SNAPSHOTS").is_ok_and(|action| action == "overwrite")
}

#[test]
fn every_site_gives_the_output_that_stands_beside_it() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    for case in fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()) {
        let built = Site::from(&case).build();
        let expected = case.join("expected");
        let stale = tree(&expected).into_keys().filter(|path| !built.contains_key(path)).map(|path| expected.join(path));
        for file in stale {
            if overwrites() {
                fs::remove_file(file).unwrap();
            } else {
                wrong.push(format!("{} was not written", file.display()));
            }
        }
        compared += built.len();
        wrong.extend(built.iter().filter_map(|(path, Content(bytes))| golden(&expected.join(path), bytes).err()));
        assert!(!built.is_empty() && !tree(&expected).is_empty(), "{} has no output", case.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 50, "only {compared} files were compared");
}

#[test]
fn files_that_differ_in_a_byte_or_a_line_end_are_told_apart() {
    if overwrites() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.png");
    for (golden_bytes, same, other) in [(&b"\x89P\xff\x01"[..], &b"\x89P\xff\x01"[..], &b"\x89P\xff\x02"[..]), (b"a\n", b"a\n", b"a\r\n")] {
        fs::write(&file, golden_bytes).unwrap();
        assert_eq!(golden(&file, same), Ok(()));
        assert!(golden(&file, other).is_err());
    }
    assert!(golden(&folder.path().join("missing"), b"x").is_err());
}
