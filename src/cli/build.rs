//! `avocet build`: makes the site and writes it; with errors the last good output stays as it is.

use std::io::{self, Write};
use std::time::Instant;

use avocet_plugin::Diagnostic;

use super::{Common, End, count, print_timings, show, tally, time};
use crate::pipeline;
use crate::project::Project;
use crate::report::{self, Format};

pub(super) fn run(project: &Project, common: &Common, started: Instant) -> io::Result<End> {
    let built = pipeline::build(project, &|diagnostics| common.refine(&project.config.check, diagnostics));
    let diagnostics = report::sorted(built.diagnostics);
    let faulty = diagnostics.iter().any(Diagnostic::is_error);
    let said = if diagnostics.is_empty() { String::new() } else { format!(", with {}", tally(&diagnostics)) };
    let summary = match built.report {
        Some(done) => {
            let made = format!("{}, {}, {}", count(built.articles, "article"), count(built.pages, "page"), count(built.files, "file"));
            let changed = format!("{} changed, {} removed", count(done.written, "file"), done.pruned);
            format!("Built {made} in {} ({changed}){said}", time(started))
        }
        None => format!("Nothing was written: the site has {}; the last good output is as it was", tally(&diagnostics)),
    };
    show(common, diagnostics)?;
    print_timings(common, &built.timings)?;
    if common.format == Format::Text && (faulty || !common.quiet) {
        if faulty { writeln!(io::stderr(), "{summary}")? } else { writeln!(io::stdout(), "{summary}")? }
    }
    Ok(if faulty { End::Faulty } else { End::Good })
}
