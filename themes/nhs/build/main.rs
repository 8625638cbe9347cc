//! Makes the theme's stylesheets and scripts, and the list of files that `src/lib.rs` embeds.
//!
//! The stylesheet is nhsuk-frontend's compiled CSS (less its fonts and the components that a blog has no use for) and the theme's own
//! `css/*.css`. A script is what `js/` says, with what it needs of the package in it. The package comes from npm, or from the folder that `AVOCET_NHSUK_FRONTEND` names. Nothing is written to the source tree.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is how a build script speaks to Cargo")]

mod css;
mod scripts;

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use avocet_build_npm::NpmPackage;

const NHSUK_FRONTEND: NpmPackage =
    NpmPackage { name: "nhsuk-frontend", version: "10.6.1", variable: "AVOCET_NHSUK_FRONTEND", user: "The NHS theme" };

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
    for path in FOLDERS.iter().chain(&["build", "css", "dark.css", "js", "theme.toml"]) {
        println!("cargo::rerun-if-changed={path}");
    }

    let package = NHSUK_FRONTEND.folder(&here, &out)?;
    // For the conformance test, which reads the package's own examples.
    println!("cargo::rustc-env=NHSUK_FRONTEND={}", package.display());
    let (stylesheet, dark) = (out.join("nhs.css"), out.join("dark.css"));
    fs::write(&stylesheet, css::stylesheet(&package, &here.join("css"))?)?;
    fs::write(&dark, css::small(&fs::read_to_string(here.join("dark.css"))?))?;

    let logo = out.join("part-nhs-logo.html");
    fs::write(&logo, logo_component(&package)?)?;

    let mut files = vec![
        ("assets/nhs.css".to_owned(), stylesheet),
        ("assets/dark.css".to_owned(), dark),
        ("components/part-nhs-logo.html".to_owned(), logo),
        ("theme.toml".to_owned(), here.join("theme.toml")),
    ];
    for (name, bundle) in scripts::scripts(&package, &here.join("js"), &out)? {
        files.push((format!("assets/{name}"), bundle));
    }
    for folder in FOLDERS {
        collect(&here, folder, &mut files)?;
    }
    files.sort();
    fs::write(out.join("files.rs"), table(&files)?)?;
    Ok(())
}

/// The component that draws the logo of the NHS. The logo is a trade mark, so no copy of it is in this repository: this one is out of
/// the first of the examples that the package gives for its header.
fn logo_component(package: &Path) -> Result<String, Box<dyn Error>> {
    let file = package.join("dist/nhsuk/components/header/fixtures.json");
    let text = fs::read_to_string(&file).map_err(|error| format!("could not read {}: {error}", file.display()))?;
    let svg = text.find(r#"<svg class=\"nhsuk-header__logo\""#).and_then(|start| text[start..].split_once("</svg>"));
    let (svg, _) = svg.ok_or_else(|| format!("{} holds no logo", file.display()))?;
    // Of what JSON can escape there are only quotes and line ends in it.
    let svg = svg.replace(r#"\""#, "\"").replace(r"\n", "\n");
    Ok(format!("{{% component part_nhs_logo() {{\"tag\": false}} -%}}\n{svg}</svg>\n{{%- endcomponent part_nhs_logo %}}\n"))
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
