//! Embeds the demonstration site, which is also the manual, for `avocet docs`: a list of its files, each with its bytes.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What the site is made from, in the folder of the package.
const SOURCES: [&str; 4] = ["content", "includes", "templates", "site.toml"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(&root.join(source), &mut files)?;
    }
    files.sort();
    let mut list = String::from("[\n");
    for file in files {
        let path = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        // Writing to a string cannot fail.
        let _ = writeln!(list, "({path:?}, include_bytes!({:?})),", file.to_string_lossy());
    }
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("manual.rs");
    fs::write(target, list + "]\n")
}

/// All files at or below a path.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                open.push(entry?.path());
            }
        } else {
            files.push(path);
        }
    }
    Ok(())
}
