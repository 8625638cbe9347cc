//! `avocet build --verify`: a site and the output of its build in, every difference from a second build out.
//!
//! The second build has nothing in common with the first but the sources: it is made of a copy in another folder, with another number of
//! threads and without anything that is remembered. Invariant: neither the site's folder nor its output is changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, codes};
use walkdir::WalkDir;

use crate::config::Overrides;
use crate::disk;
use crate::pipeline::{self, Built, OutputOptions, Session, Severities};
use crate::plugin::Registry;
use crate::project::Project;

/// Folders and files of a site that a build may read, besides its content and what plugins declare.
const SOURCES: [&str; 5] = ["site.toml", "plugins.lock", "includes", "templates", "themes"];

/// Builds again, and compares with what lies in the output folder, byte by byte. Returns the number of files, and the differences.
///
/// # Errors
/// When the second build could not be made.
pub fn verify(
    project: &Arc<Project>,
    overrides: &Overrides,
    registry: &Registry,
    severities: Severities,
) -> Result<(usize, Vec<Diagnostic>), Vec<Diagnostic>> {
    let place = tempfile::tempdir().map_err(|error| vec![impossible(&std::env::temp_dir(), &error)])?;
    let copy = place.path().join("another folder");
    copy_site(project, &copy).map_err(|(path, error)| vec![impossible(&path, &error)])?;
    let output = place.path().join("output");
    let overrides = Overrides { output: Some(output.clone()), ..overrides.clone() };
    let again = Arc::new(Project::open(&copy, &overrides, registry)?);
    let built = apart(|| pipeline::build(&again, OutputOptions::default(), severities))?;
    if built.report.is_none() {
        return Err(built.diagnostics);
    }
    let session = Session::new(pipeline::plan(project));
    let aggregates = session.aggregates().iter().map(|(output, _)| output);
    let names = session.plan.index.routes.all().iter().map(|route| &route.output).chain(aggregates);
    let first: BTreeMap<String, PathBuf> = names.map(|output| (output.clone(), project.output().join(output))).collect();
    let second = outputs(&output);
    Ok((second.len(), differences(&first, &second)))
}

/// Runs with another number of threads than the process has.
fn apart(build: impl FnOnce() -> Built + Send) -> Result<Built, Vec<Diagnostic>> {
    let threads = if rayon::current_num_threads() == 1 { 4 } else { 1 };
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => Ok(pool.install(build)),
        Err(error) => Err(vec![codes::NOT_VERIFIED.report(format!("no threads for a second build: {error}"))]),
    }
}

fn impossible(path: &Path, error: &io::Error) -> Diagnostic {
    codes::NOT_VERIFIED
        .report(format!("no second build: `{}`: {}", path.display(), disk::why(error)))
        .help("the folder for temporary files, set by TMPDIR, needs space for a copy of the site")
}

/// Copies all that a build may read, symbolic links as what they lead to.
fn copy_site(project: &Project, to: &Path) -> Result<(), (PathBuf, io::Error)> {
    let root = &project.config.root;
    let (output, door, plugins) = (project.output(), &project.config.door, &project.plugins);
    let inputs = plugins.iter().flat_map(|plugin| &plugin.inputs);
    let inputs = inputs.flat_map(|input| disk::input_files((root, &output), door, input)).flatten().map(PathBuf::from);
    let inputs = inputs.chain(plugins.iter().filter_map(|plugin| plugin.folder.clone()));
    let parts = SOURCES.iter().map(PathBuf::from).chain([PathBuf::from(&project.config.content.path)]).chain(inputs);
    fs::create_dir_all(to).map_err(|error| (to.to_owned(), error))?;
    for part in parts {
        // What lies outside of the site's folder would be copied onto itself.
        if !part.components().all(|name| matches!(name, Component::Normal(_) | Component::CurDir)) {
            return Err((part, io::Error::other("it lies outside of the site's folder")));
        }
        let entries = WalkDir::new(root.join(&part)).follow_links(true).into_iter();
        // A link that leads nowhere, or to a folder above it, belongs to no source: the first build would have reported it.
        for entry in entries.flatten() {
            let target = to.join(entry.path().strip_prefix(root).unwrap_or(&part));
            let copied = if entry.file_type().is_dir() { fs::create_dir_all(&target) } else { copy(entry.path(), &target) };
            copied.map_err(|error| (entry.path().to_owned(), error))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    to.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::copy(from, to).map(drop)
}

/// Every file below a folder, by its path with `/`.
fn outputs(folder: &Path) -> BTreeMap<String, PathBuf> {
    let files = WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    let named = |entry: walkdir::DirEntry| {
        // The manifest and the lock are of the build, not of the site.
        let is_of_build = entry.depth() == 1 && entry.file_name().to_string_lossy().starts_with(".avocet-");
        let path = entry.path().strip_prefix(folder).ok().filter(|_| !is_of_build)?.to_str()?.replace('\\', "/");
        Some((path, entry.into_path()))
    };
    files.filter_map(named).collect()
}

/// What one build has and the other has not, and what both have differently.
fn differences(first: &BTreeMap<String, PathBuf>, second: &BTreeMap<String, PathBuf>) -> Vec<Diagnostic> {
    let names: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let differs = |name: &&String| {
        let (what, line) = match (first.get(*name).map(fs::read), second.get(*name).map(fs::read)) {
            (Some(Ok(first)), Some(Ok(second))) if first == second => return None,
            (Some(Ok(first)), Some(Ok(second))) => (format!("the second build made another `{name}`"), first_difference(&first, &second)),
            (Some(Ok(_)), _) => (format!("the second build made no `{name}`"), String::new()),
            _ => (format!("only the second build made `{name}`"), String::new()),
        };
        let help = format!("{line}a page may depend on its sources only: not on the time, the folder, chance, or what was built before");
        Some(codes::NOT_REPRODUCIBLE.report(what).help(help))
    };
    names.iter().filter_map(differs).collect()
}

/// The first line in which two files differ, as both have it.
fn first_difference(first: &[u8], second: &[u8]) -> String {
    let (Ok(first), Ok(second)) = (std::str::from_utf8(first), std::str::from_utf8(second)) else {
        let byte = first.iter().zip(second).take_while(|(a, b)| a == b).count();
        return format!("byte {} is the first that differs; ", byte + 1);
    };
    let mut number = 1;
    let (mut ours, mut theirs) = (first.split('\n'), second.split('\n'));
    loop {
        match (ours.next(), theirs.next()) {
            (Some(a), Some(b)) if a == b => number += 1,
            (a, b) => return format!("line {number}:\n- {}\n+ {}\n", shortened(a, b), shortened(b, a)),
        }
    }
}

/// A line from a little before its first difference on; `(no line)` after the end.
fn shortened(line: Option<&str>, other: Option<&str>) -> String {
    const AROUND: usize = 30;
    let Some(line) = line else { return "(no line)".to_owned() };
    let same = line.chars().zip(other.unwrap_or_default().chars()).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(AROUND);
    let display_path: String = line.chars().skip(from).take(AROUND * 3).collect();
    let (begin, end) = (if from > 0 { "…" } else { "" }, if from + AROUND * 3 < line.chars().count() { "…" } else { "" });
    format!("{begin}{display_path}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_with_its_first_line_or_byte() {
        assert_eq!(first_difference(b"a\nb\nc", b"a\nx\nc"), "line 2:\n- b\n+ x\n");
        assert_eq!(first_difference(b"a", b"a\nb"), "line 2:\n- (no line)\n+ b\n");
        assert_eq!(first_difference(b"\xff\x01", b"\xff\x02"), "byte 2 is the first that differs; ");
        let (long, longer) = (format!("{}A{}", "é".repeat(50), "z".repeat(99)), format!("{}B", "é".repeat(50)));
        let reported = first_difference(long.as_bytes(), longer.as_bytes());
        assert_eq!(reported, format!("line 1:\n- …{0}A{1}…\n+ …{0}B\n", "é".repeat(30), "z".repeat(59)));
    }
}
