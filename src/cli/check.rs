//! `avocet check`: tells what is wrong with the finished pages. Writes nothing.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use avocet_plugin::Diagnostic;

use super::{Common, End, count, show, tally, time};
use crate::check::{self, Checked};
use crate::project::Project;
use crate::report::{self, Format};

pub(super) fn run(project: &Arc<Project>, common: &Common, external: bool, started: Instant) -> io::Result<End> {
    let Checked { diagnostics, files, links, asked } = check::check(project, external);
    let diagnostics = report::sorted(common.refine_all(&project.config.check, diagnostics));
    let faulty = diagnostics.iter().any(Diagnostic::is_error);
    let said = if diagnostics.is_empty() { "all good".to_owned() } else { tally(&diagnostics) };
    show(common, diagnostics)?;
    if common.format == Format::Text && (faulty || !common.quiet) {
        let (files, links) = (count(files, "file"), count(links, "link"));
        let others = if external { format!(", and asked other hosts for {},", count(asked, "page")) } else { String::new() };
        writeln!(io::stdout(), "Checked {files} and {links}{others} in {}: {said}", time(started))?;
    }
    Ok(if faulty { End::Faulty } else { End::Good })
}
