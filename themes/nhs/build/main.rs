//! Makes the theme's stylesheet and the list of files that `src/lib.rs` embeds.
//!
//! The stylesheet is nhsuk-frontend's compiled CSS (less its fonts and the components that a blog has no use for) and the theme's own
//! `css/*.css`. The package comes from npm, or from the folder that `AVOCET_NHSUK_FRONTEND` names. Nothing is written to the source tree.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is how a build script speaks to Cargo")]

mod css;
mod package;

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Folders whose files are part of the theme as they are.
const FOLDERS: [&str; 3] = ["assets", "components", "templates"];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for path in FOLDERS.iter().chain(&["build", "css", "package.json", "package-lock.json", "theme.toml"]) {
        println!("cargo::rerun-if-changed={path}");
    }

    let package = package::folder(&here, &out)?;
    let stylesheet = out.join("nhs.css");
    fs::write(&stylesheet, css::stylesheet(&package, &here.join("css"))?)?;

    let mut files = vec![("assets/nhs.css".to_owned(), stylesheet), ("theme.toml".to_owned(), here.join("theme.toml"))];
    for folder in FOLDERS {
        collect(&here, folder, &mut files)?;
    }
    files.sort();
    fs::write(out.join("files.rs"), table(&files)?)?;
    Ok(())
}

/// Adds every file below `folder`, by its path within the theme.
fn collect(theme: &Path, folder: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(theme.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| format!("{folder}/{} is not UTF-8", name.display()))?;
        let path = format!("{folder}/{name}");
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(theme, &path, files)?;
        } else {
            files.push((path, entry.path()));
        }
    }
    Ok(())
}

/// Rust source of the slice of embedded files.
fn table(files: &[(String, PathBuf)]) -> Result<String, Box<dyn Error>> {
    let mut text = String::from("&[\n");
    for (path, source) in files {
        let source = source.to_str().ok_or_else(|| format!("{} is not UTF-8", source.display()))?;
        writeln!(text, "    ({path:?}, include_bytes!({source:?}) as &[u8]),")?;
    }
    text.push(']');
    Ok(text)
}
