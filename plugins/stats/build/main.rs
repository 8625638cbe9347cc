//! Copies the file of npm that draws the chart into the build folder, where `src/chart/script.rs` embeds it.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is how a build script speaks to Cargo")]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use avocet_build_npm::NpmPackage;

const PLOTLY: NpmPackage =
    NpmPackage { name: "plotly.js-basic-dist-min", version: "4.1.1", variable: "AVOCET_PLOTLY", user: "The plugin stats" };
/// The file of the package that is embedded.
const FILE: &str = "plotly-basic.min.js";

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
    let (here, out) = (PathBuf::from(env::var("CARGO_MANIFEST_DIR")?), PathBuf::from(env::var("OUT_DIR")?));
    println!("cargo::rerun-if-changed=build");
    let package = PLOTLY.folder(&here, &out)?;
    fs::copy(package.join(FILE), out.join(FILE)).map_err(|error| format!("could not copy {FILE} of {}: {error}", package.display()))?;
    Ok(())
}
