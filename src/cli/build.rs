//! `avocet build`: makes the site and writes it. If there are errors, the last good output is unchanged. `--verify` makes the site twice.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use avocet_plugin::Diagnostic;

use super::{Common, Outcome, count, print_timings, show, tally, time};
use crate::pipeline;
use crate::plugin::Registry;
use crate::project::Project;
use crate::report::{self, Format};
use crate::verify;

/// Builds the site, and verifies the build if a registry of plugins is given.
pub(super) fn run(project: &Arc<Project>, common: &Common, started: Instant, verified: Option<&Registry>) -> io::Result<Outcome> {
    let built = pipeline::build(project, &|diagnostics| common.apply_severity(&project.config.check, diagnostics));
    let diagnostics = report::sorted(built.diagnostics);
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    let reported = if diagnostics.is_empty() { String::new() } else { format!(", with {}", tally(&diagnostics)) };
    let summary = match built.report {
        Some(done) => {
            let made = format!("{}, {}, {}", count(built.articles, "article"), count(built.pages, "page"), count(built.files, "file"));
            let changed = format!("{} changed, {} removed", count(done.written, "file"), done.pruned);
            format!("Built {made} in {} ({changed}){reported}", time(started))
        }
        None => format!("Nothing was written: the site has {}; the last good output is unchanged", tally(&diagnostics)),
    };
    show(common, diagnostics)?;
    print_timings(common, &built.timings)?;
    if common.format == Format::Text && (has_errors || !common.quiet) {
        if has_errors { writeln!(io::stderr(), "{summary}")? } else { writeln!(io::stdout(), "{summary}")? }
    }
    match verified {
        _ if has_errors => Ok(Outcome::SiteErrors),
        Some(registry) => twice(project, common, registry),
        None => Ok(Outcome::Success),
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
