//! `avocet import pelican [DIR]`: the settings of a site of Pelican -> `site.toml` beside them, and a report.
//!
//! Invariant: no Python runs, and no file that is there is changed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, codes};
use clap::{Args, Subcommand};

use super::{Common, Outcome, count, show};
use crate::config::Overrides;
use crate::disk;
use crate::import::{self, Report, pelican, python};
use crate::pipeline::{self, Session};
use crate::plugin::Registry;
use crate::project::Project;
use crate::report::Format;

/// Engines whose settings are read.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Engine {
    /// Write site.toml for a site of Pelican, from its settings
    Pelican(Options),
}

/// Options of `avocet import pelican`.
#[derive(Debug, Clone, Args)]
pub(super) struct Options {
    /// Folder of the site, with publishconf.py or pelicanconf.py; --config names another file
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print site.toml and the report, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Compare with Pelican's own output: paths, ids of feeds, words
    #[arg(long, value_name = "OUTPUT_DIR")]
    compare: Option<PathBuf>,
}

/// Files of settings, the first that is there.
const SETTINGS: [&str; 2] = ["publishconf.py", "pelicanconf.py"];

pub(super) fn run(common: &Common, engine: &Engine, registry: &Registry) -> io::Result<Outcome> {
    let Engine::Pelican(options) = engine;
    let folder = options.folder.clone().unwrap_or_else(|| common.site.clone());
    // A site that has been moved is compared as it is now.
    if let Some(output) = options.compare.as_ref().filter(|_| folder.join("site.toml").is_file() && !options.dry_run) {
        return compare(common, &folder, output, registry);
    }
    match import(common, options, &folder) {
        Err(error) => {
            show(common, vec![*error])?;
            Ok(Outcome::UsageError)
        }
        Ok(import) => {
            print(common, options, &folder, &import)?;
            match options.compare.as_ref().filter(|_| !options.dry_run) {
                Some(output) => compare(common, &folder, output, registry),
                None => Ok(Outcome::Success),
            }
        }
    }
}

/// How many differences of a kind are shown.
const SHOWN: usize = 5;

/// Makes the site, with its drafts, and prints what it has in common with the files in `output`.
fn compare(common: &Common, folder: &Path, output: &Path, registry: &Registry) -> io::Result<Outcome> {
    let files = match files(output) {
        Ok(files) => files,
        Err(error) => {
            show(common, vec![*error])?;
            return Ok(Outcome::UsageError);
        }
    };
    let overrides = Overrides { drafts: true, ..common.overrides() };
    let overrides = Overrides { file: None, ..overrides };
    let project = match Project::open(folder, &overrides, registry) {
        Ok(project) => Arc::new(project),
        Err(errors) => return Ok(super::failed(common, errors)),
    };
    let session = Session::new(pipeline::plan(&project));
    let subjects = crate::compare::compare(&session, &files);
    let pages: Vec<_> = session.plan.index.site.ids().collect();
    let mut problems = session.plan.diagnostics.clone();
    problems.extend(session.body_diagnostics(pages.into_iter()));
    let errors: Vec<Diagnostic> = common.apply_severity(&project.config.check, problems).into_iter().filter(Diagnostic::is_error).collect();
    let mut out = io::stdout().lock();
    writeln!(out, "Compared with {}:\n\n  {:<36} {:>6} {:>6}", output.display(), "", "same", "of")?;
    for subject in &subjects {
        writeln!(out, "  {:<36} {:>6} {:>6}", subject.name, subject.same, subject.all)?;
    }
    writeln!(out, "  {:<36} {:>6}", "Errors that stop the build", errors.len())?;
    for subject in subjects.iter().filter(|subject| !subject.differences.is_empty()) {
        writeln!(out, "\n{}: {}", subject.name, count(subject.differences.len(), "difference"))?;
        for difference in subject.differences.iter().take(SHOWN) {
            writeln!(out, "  {difference}")?;
        }
    }
    let is_same = errors.is_empty() && subjects.iter().all(|subject| subject.differences.is_empty());
    drop(out);
    show(common, errors)?;
    Ok(if is_same { Outcome::Success } else { Outcome::SiteErrors })
}

/// The files below a folder.
fn files(folder: &Path) -> Result<crate::compare::Files, Box<Diagnostic>> {
    let unreadable = |path: &Path, error: &io::Error| {
        let message = format!("`{}` cannot be read: {}", path.display(), disk::why(error));
        Box::new(codes::UNREADABLE_FILE.report(message).help("name the folder that Pelican wrote the site to"))
    };
    let mut files = crate::compare::Files::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder_here) = open.pop() {
        let entries = fs::read_dir(&folder_here).map_err(|error| unreadable(&folder_here, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&folder_here, &error))?.path();
            let kind = fs::symlink_metadata(&path).map_err(|error| unreadable(&path, &error))?;
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.insert(name, disk::read(&path).map_err(|error| unreadable(&path, &error))?);
            }
        }
    }
    Ok(files)
}

fn import(common: &Common, options: &Options, folder: &Path) -> Result<pelican::Import, Box<Diagnostic>> {
    let target = folder.join("site.toml");
    if fs::symlink_metadata(&target).is_ok() && !options.dry_run {
        let message = format!("`{}` is there, and would be replaced", target.display());
        return Err(Box::new(
            codes::FILE_THERE.report(message).help("rename it and try again, or use --dry-run to see what would be written"),
        ));
    }
    let (name, settings_folder) = settings_file(common, folder)?;
    let text = read(&settings_folder.join(&name))?;
    let load = |file: &str| read(&settings_folder.join(file)).ok();
    let import = pelican::import(python::read(&name, &text, &load), &|path| folder.join(path).exists());
    if !options.dry_run {
        let written = fs::File::create_new(&target).and_then(|mut file| file.write_all(import.toml.as_bytes()));
        written.map_err(|error| {
            let message = format!("`{}` cannot be written: {}", target.display(), disk::why(&error));
            Box::new(codes::UNWRITABLE_FILE.report(message).help("check the permissions of the folder and the space on the disk"))
        })?;
    }
    Ok(import)
}

/// The name of the settings file, and its folder.
fn settings_file(common: &Common, folder: &Path) -> Result<(String, PathBuf), Box<Diagnostic>> {
    if let Some(file) = &common.config {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return Ok((name, file.parent().unwrap_or(Path::new("")).to_owned()));
    }
    match SETTINGS.into_iter().find(|name| folder.join(name).is_file()) {
        Some(name) => Ok((name.to_owned(), folder.to_owned())),
        None => {
            let message = format!("there is no pelicanconf.py in `{}`", folder.display());
            let help = "go to the folder of the site, or name it, or name the settings with --config FILE";
            Err(Box::new(codes::NO_PELICAN.report(message).help(help)))
        }
    }
}

fn read(file: &Path) -> Result<Arc<str>, Box<Diagnostic>> {
    let bytes = disk::read(file).map_err(|error| {
        let message = format!("`{}` cannot be read: {}", file.display(), disk::why(&error));
        Box::new(codes::UNREADABLE_FILE.report(message).help("it must be a file that you can read"))
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Box::new(codes::NOT_UTF_8.report(format!("`{}` is not UTF-8", file.display())).help("save the file as UTF-8")))?;
    Ok(text.trim_start_matches('\u{feff}').into())
}

fn print(common: &Common, options: &Options, folder: &Path, import: &pelican::Import) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if common.format == Format::Json {
        for entry in &import.report.entries {
            writeln!(out, "{}", serde_json::to_string(entry)?)?;
        }
        return Ok(());
    }
    if options.dry_run {
        writeln!(out, "{}", import.toml)?;
    }
    if !common.is_chatty() {
        return Ok(());
    }
    write_report(&mut out, &import.report)?;
    if options.dry_run {
        return writeln!(out, "Nothing was written, because of --dry-run");
    }
    writeln!(out, "Wrote {}; your content and your settings are as they were\n", folder.join("site.toml").display())?;
    writeln!(out, "Next:\n  avocet build\n  avocet check\n  avocet serve")
}

/// One line for each setting; those of the theme in one paragraph.
fn write_report(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let width = report.entries.iter().map(|entry| entry.setting.chars().count()).max().unwrap_or(0).min(28);
    for (outcome, heading) in import::Outcome::ALL {
        let entries: Vec<_> = report.with(outcome).collect();
        if entries.is_empty() {
            continue;
        }
        writeln!(out, "{heading}: {}", count(entries.len(), "setting"))?;
        if outcome == import::Outcome::OfTheme {
            let names: BTreeSet<&str> = entries.iter().map(|entry| entry.setting.as_str()).collect();
            writeln!(out, "  {}\n", names.into_iter().collect::<Vec<_>>().join(", "))?;
            continue;
        }
        for entry in entries {
            let place = entry.place.as_ref().map_or(String::new(), |place| format!("{}:{}", place.file, place.line));
            writeln!(out, "  {:width$}  {place:<20}  {}", entry.setting, entry.text)?;
        }
        writeln!(out)?;
    }
    Ok(())
}
