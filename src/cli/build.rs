//! `avocet build`: makes the site and writes it. If there are errors, the last good output is unchanged. `--verify` makes the site twice.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use avocet_plugin::Diagnostic;
use clap::Args;

use super::{Common, Outcome, count, grouped, print_timings, show, tally, time};
use crate::pipeline::{self, Held, OutputOptions, Timings, Work};
use crate::plugin::Registry;
use crate::project::Project;
use crate::report::{self, Format};
use crate::stages::write::Existing;
use crate::verify;

/// Options of the command.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Options {
    /// Build a second time, elsewhere and with other threads, and compare every byte
    #[arg(long)]
    verify: bool,
    /// Keep files of the output folder that Avocet did not write, unless the site has such a file
    #[arg(long, conflicts_with = "clean")]
    adopt: bool,
    /// Remove files of the output folder if Avocet did not write any of them
    #[arg(long)]
    clean: bool,
    /// Fail while another build writes to the output folder, instead of waiting for it
    #[arg(long)]
    no_wait: bool,
    /// Build without what earlier builds left in .cache/
    #[arg(long)]
    no_cache: bool,
}

impl Options {
    fn output(self) -> OutputOptions {
        let existing = match (self.adopt, self.clean) {
            (true, _) => Existing::Adopt,
            (_, true) => Existing::Clean,
            _ => Existing::Refuse,
        };
        OutputOptions { existing, waiting: (!self.no_wait).then_some(waiting), fsync: true, no_cache: self.no_cache }
    }
}

/// Says what a build waits for.
fn waiting(output: &Path) {
    let _ = writeln!(io::stderr(), "Waiting for another build, which writes to `{}`", output.display());
}

/// Builds the site, and verifies the build if asked to.
pub(super) fn run(project: &Arc<Project>, common: &Common, options: Options, context: (Instant, &Registry)) -> io::Result<Outcome> {
    let (started, registry) = context;
    let built = pipeline::build(project, options.output(), &|diagnostics| common.apply_severity(&project.config.check, diagnostics));
    let diagnostics = report::sorted(built.diagnostics);
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    let reported = if diagnostics.is_empty() { String::new() } else { format!(", with {}", tally(&diagnostics)) };
    let summary = match built.report {
        Some(done) => {
            let made = format!("{}, {}, {}", count(built.articles, "article"), count(built.pages, "page"), count(built.files, "file"));
            let changed = format!("{} changed, {} removed", count(done.written, "file"), done.pruned);
            format!("Built {made} in {} ({changed}){reported}{}", time(started), held(&built.held))
        }
        None => format!("Nothing was written: the site has {}; the last good output is unchanged", tally(&diagnostics)),
    };
    // The exit code says what became of the site, also when nobody reads what is printed.
    let _ = print(common, diagnostics, (&built.timings, built.work), (has_errors, &summary));
    match options.verify {
        _ if has_errors => Ok(Outcome::SiteErrors),
        true => twice(project, common, registry),
        false => Ok(Outcome::Success),
    }
}

/// What is held back: `; not published: 1 draft, 1 scheduled for 24 December 2026`.
fn held(held: &Held) -> String {
    let drafts = (held.drafts > 0).then(|| count(held.drafts, "draft"));
    let next = |day: &String| match held.scheduled {
        1 => format!("1 scheduled for {day}"),
        many => format!("{many} scheduled, the first for {day}"),
    };
    let parts: Vec<String> = drafts.into_iter().chain(held.next.as_ref().map(next)).collect();
    if parts.is_empty() { String::new() } else { format!("; not published: {}", parts.join(", ")) }
}

/// How much there was to do: `9,998 of 10,000 pages were up to date, and 2 bodies were converted`.
fn up_to_date(Work { rendered, up_to_date, converted }: Work) -> String {
    let all = rendered + up_to_date;
    if all + converted == 0 {
        return "Nothing has changed since the last build".to_owned();
    }
    let converted =
        if converted == 1 { "1 body was converted".to_owned() } else { format!("{} bodies were converted", grouped(converted)) };
    format!("{} of {} {} up to date, and {converted}", grouped(up_to_date), count(all, "page"), if all == 1 { "was" } else { "were" })
}

/// Prints what is wrong, how long it took, and the summary.
fn print(
    common: &Common,
    diagnostics: Vec<Diagnostic>,
    (timings, work): (&Timings, Work),
    (has_errors, summary): (bool, &str),
) -> io::Result<()> {
    show(common, diagnostics)?;
    print_timings(common, timings)?;
    if common.timings {
        writeln!(io::stderr(), "{}", up_to_date(work))?;
    }
    match common.format {
        Format::Text if has_errors => writeln!(io::stderr(), "{summary}"),
        Format::Text if !common.quiet => writeln!(io::stdout(), "{summary}"),
        _ => Ok(()),
    }
}

/// Builds a second time, elsewhere, and prints the differences.
fn twice(project: &Arc<Project>, common: &Common, registry: &Registry) -> io::Result<Outcome> {
    let started = Instant::now();
    match verify::verify(project, &common.overrides(), registry, &|diagnostics| common.apply_severity(&project.config.check, diagnostics)) {
        Ok((files, differences)) if differences.is_empty() => {
            if common.format == Format::Text && !common.quiet {
                writeln!(io::stdout(), "Built again in {}: {} are the same, byte for byte", time(started), count(files, "file"))?;
            }
            Ok(Outcome::Success)
        }
        Ok((_, errors)) | Err(errors) => {
            let reported = tally(&errors);
            show(common, errors)?;
            if common.format == Format::Text {
                writeln!(io::stderr(), "The second build is different: {reported}")?;
            }
            Ok(Outcome::SiteErrors)
        }
    }
}
