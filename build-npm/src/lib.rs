//! For build scripts: a package of npm, of the version that a crate is written for, in the build folder. npm installs what the crate's
//! `package-lock.json` pins, unless the builder names a folder that has the package. Nothing is written to the source tree.

#![allow(clippy::print_stdout, reason = "this is how a build script speaks to Cargo")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What npm is given: from the lock only, running no package's scripts.
const NPM_ARGUMENTS: [&str; 4] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

/// A package that a crate needs to be built.
pub struct NpmPackage {
    /// Its name at npm.
    pub name: &'static str,
    /// The version that the crate is written for.
    pub version: &'static str,
    /// The environment variable that names its folder, for machines without npm.
    pub variable: &'static str,
    /// Who needs it: the beginning of a sentence.
    pub user: &'static str,
}

impl NpmPackage {
    /// The folder of the package. `source` is the folder of the crate, with its `package.json` and its lock; `out` is the build folder.
    ///
    /// # Errors
    /// When the package cannot be had, or has another version: what to do about it, in words.
    pub fn folder(&self, source: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
        println!("cargo::rerun-if-changed=package.json");
        println!("cargo::rerun-if-changed=package-lock.json");
        println!("cargo::rerun-if-env-changed={}", self.variable);
        let package = match env::var_os(self.variable).filter(|value| !value.is_empty()) {
            Some(folder) => {
                let folder = PathBuf::from(folder);
                // Only what others write is watched: what npm has installed would be newer than this run, and be built again.
                println!("cargo::rerun-if-changed={}", folder.display());
                folder
            }
            None => self.installed(source, out)?,
        };
        self.check_version(&package)?;
        Ok(package)
    }

    /// Lets npm install what the lock pins, unless an earlier run has.
    fn installed(&self, source: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
        let package = out.join("node_modules").join(self.name);
        let (lock, copy) = (fs::read(source.join("package-lock.json"))?, out.join("package-lock.json"));
        if self.check_version(&package).is_ok() && fs::read(&copy).is_ok_and(|earlier| earlier == lock) {
            return Ok(package);
        }
        fs::copy(source.join("package.json"), out.join("package.json"))?;
        fs::write(&copy, lock)?;
        self.run_npm(out).inspect_err(|_| drop(fs::remove_file(&copy)))?;
        Ok(package)
    }

    fn run_npm(&self, out: &Path) -> Result<(), Box<dyn Error>> {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let output = Command::new(npm).args(NPM_ARGUMENTS).current_dir(out).output();
        let output = output.map_err(|error| self.advice(&format!("could not start {npm}: {error}")))?;
        if output.status.success() {
            return Ok(());
        }
        let (arguments, words) = (NPM_ARGUMENTS.join(" "), String::from_utf8_lossy(&output.stderr));
        Err(self.advice(&format!("`npm {arguments}` failed ({}) in {}:\n{}", output.status, out.display(), words.trim_end())).into())
    }

    fn check_version(&self, package: &Path) -> Result<(), Box<dyn Error>> {
        let manifest = package.join("package.json");
        let text =
            fs::read_to_string(&manifest).map_err(|error| self.advice(&format!("could not read {}: {error}", manifest.display())))?;
        match version(&text) {
            Some(version) if version == self.version => Ok(()),
            found => Err(self.advice(&format!("{} has version {}", package.display(), found.unwrap_or("unknown"))).into()),
        }
    }

    /// What went wrong, what the package is for, and the two ways to get it.
    fn advice(&self, problem: &str) -> String {
        let Self { name, version, variable, user } = self;
        format!(
            "{user} needs the npm package {name} {version}, and did not get it.\n\
             {problem}\n\
             Do one of these and build again:\n  \
             - install Node.js 20 or later with npm, and see that npm reaches its registry;\n  \
             - set {variable} to the folder of the unpacked package (the one with its package.json), with the packages that it needs beside it."
        )
    }
}

/// The value of the first `"version"` in a package.json.
fn version(manifest: &str) -> Option<&str> {
    let (_, rest) = manifest.split_once("\"version\"")?;
    rest.split('"').nth(1)
}
