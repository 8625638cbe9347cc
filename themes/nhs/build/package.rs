//! Where the package nhsuk-frontend lies: fetched by npm into the build folder, or a folder that the builder names.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The version that the theme is written for.
const VERSION: &str = "10.6.1";
/// Names the package's folder, for machines without npm.
const VARIABLE: &str = "AVOCET_NHSUK_FRONTEND";
/// What npm is given: from the lock only, running no package's scripts.
const NPM_ARGUMENTS: [&str; 4] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

/// The folder of the package, of the right version.
pub(crate) fn folder(theme: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let package = match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        Some(value) => {
            let package = PathBuf::from(value);
            println!("cargo::rerun-if-changed={}", package.join("package.json").display());
            package
        }
        None => installed(theme, out)?,
    };
    check_version(&package)?;
    Ok(package)
}

/// Lets npm install what the lock pins, unless an earlier run has.
fn installed(theme: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let package = out.join("node_modules/nhsuk-frontend");
    let lock = fs::read(theme.join("package-lock.json"))?;
    let copy = out.join("package-lock.json");
    if check_version(&package).is_ok() && fs::read(&copy).is_ok_and(|earlier| earlier == lock) {
        return Ok(package);
    }
    fs::copy(theme.join("package.json"), out.join("package.json"))?;
    run_npm(out, &lock, &copy).inspect_err(|_| drop(fs::remove_file(&copy)))?;
    Ok(package)
}

fn run_npm(out: &Path, lock: &[u8], copy: &Path) -> Result<(), Box<dyn Error>> {
    fs::write(copy, lock)?;
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(npm)
        .args(NPM_ARGUMENTS)
        .current_dir(out)
        .output()
        .map_err(|error| advice(&format!("could not start {npm}: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let reported = String::from_utf8_lossy(&output.stderr);
    Err(advice(&format!("`npm {}` failed ({}) in {}:\n{}", NPM_ARGUMENTS.join(" "), output.status, out.display(), reported.trim_end()))
        .into())
}

/// What went wrong, what it was for, and the two ways to mend it.
fn advice(problem: &str) -> String {
    format!(
        "The NHS theme needs the npm package nhsuk-frontend {VERSION} to make its stylesheet and scripts, and did not get it.\n\
         {problem}\n\
         To mend it, do one of these and build again:\n  \
         - install Node.js 20 or later with npm, and see that npm reaches its registry;\n  \
         - set {VARIABLE} to the folder of the unpacked package (the one with its package.json), with esbuild's beside it."
    )
}

fn check_version(package: &Path) -> Result<(), Box<dyn Error>> {
    let manifest = package.join("package.json");
    let text = fs::read_to_string(&manifest).map_err(|error| advice(&format!("could not read {}: {error}", manifest.display())))?;
    match version(&text) {
        Some(VERSION) => Ok(()),
        found => Err(advice(&format!("{} is of version {}", package.display(), found.unwrap_or("unknown"))).into()),
    }
}

/// The value of the first `"version"` in a package.json.
fn version(manifest: &str) -> Option<&str> {
    let (_, rest) = manifest.split_once("\"version\"")?;
    rest.split('"').nth(1)
}
