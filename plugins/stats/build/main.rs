//! Finds the npm package that draws the chart and tells `src/chart/script.rs` where it lies: fetched by npm into the build folder, or in
//! the folder that `AVOCET_PLOTLY` names, for machines without npm. Nothing is written to the source tree.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is how a build script speaks to Cargo")]

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// The version that the chart is written for.
const VERSION: &str = "4.1.1";
/// Names the package's folder.
const VARIABLE: &str = "AVOCET_PLOTLY";
/// The file of the package that is embedded.
const FILE: &str = "plotly-basic.min.js";
/// What npm is given: from the lock only, running no package's scripts.
const NPM_ARGUMENTS: [&str; 4] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

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
    for path in ["build", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let package = match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => installed(&here, &out)?,
    };
    check_version(&package)?;
    println!("cargo::rerun-if-changed={}", package.join(FILE).display());
    fs::copy(package.join(FILE), out.join(FILE)).map_err(|error| advice(&format!("could not copy {FILE}: {error}")))?;
    Ok(())
}

/// Lets npm install what the lock pins, unless an earlier run has.
fn installed(here: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let package = out.join("node_modules/plotly.js-basic-dist-min");
    let (lock, copy) = (fs::read(here.join("package-lock.json"))?, out.join("package-lock.json"));
    if check_version(&package).is_ok() && fs::read(&copy).is_ok_and(|earlier| earlier == lock) {
        return Ok(package);
    }
    fs::copy(here.join("package.json"), out.join("package.json"))?;
    fs::write(&copy, lock)?;
    run_npm(out).inspect_err(|_| drop(fs::remove_file(&copy)))?;
    Ok(package)
}

fn run_npm(out: &Path) -> Result<(), Box<dyn Error>> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(npm).args(NPM_ARGUMENTS).current_dir(out).output();
    let output = output.map_err(|error| advice(&format!("could not start {npm}: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let reported = String::from_utf8_lossy(&output.stderr);
    Err(advice(&format!("`npm {}` failed ({}):\n{}", NPM_ARGUMENTS.join(" "), output.status, reported.trim_end())).into())
}

/// What went wrong, what it was for, and the two ways to mend it.
fn advice(problem: &str) -> String {
    format!(
        "The plugin stats needs the npm package plotly.js-basic-dist-min {VERSION} to draw its chart, and did not get it.\n\
         {problem}\n\
         To mend it, do one of these and build again:\n  \
         - install Node.js 20 or later with npm, and see that npm reaches its registry;\n  \
         - set {VARIABLE} to a folder that holds the unpacked package (the one with its package.json)."
    )
}

fn check_version(package: &Path) -> Result<(), Box<dyn Error>> {
    let manifest = package.join("package.json");
    let text = fs::read_to_string(&manifest).map_err(|error| advice(&format!("could not read {}: {error}", manifest.display())))?;
    let version = text.split_once("\"version\"").and_then(|(_, rest)| rest.split('"').nth(1));
    match version {
        Some(VERSION) => Ok(()),
        found => Err(advice(&format!("{} is of version {}", package.display(), found.unwrap_or("unknown"))).into()),
    }
}
