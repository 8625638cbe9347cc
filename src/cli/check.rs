//! `avocet check`: reports what is wrong with the finished pages. Writes nothing.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use avocet_plugin::{Diagnostic, Severity, codes};

use super::{Common, Outcome, count, show, tally, time};
use crate::check::{self, Checked};
use crate::project::Project;
use crate::report::{self, Format};

pub(super) fn run(project: &Arc<Project>, common: &Common, external: bool, started: Instant) -> io::Result<Outcome> {
    let Checked { mut diagnostics, files, links, asked } = check::check(project, external);
    // Strangers' changes are checked without their programs; only a site that is built lacks what these make.
    for not_run in diagnostics.iter_mut().filter(|diagnostic| diagnostic.is(&codes::PLUGIN_NOT_RUN)) {
        not_run.severity = Severity::Warning;
    }
    let diagnostics = report::sorted(common.apply_severity_with_info(&project.config.check, diagnostics));
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    let reported = if diagnostics.is_empty() { "no problems".to_owned() } else { tally(&diagnostics) };
    show(common, diagnostics)?;
    if common.format == Format::Text && (has_errors || !common.quiet) {
        let (files, links) = (count(files, "file"), count(links, "link"));
        let what =
            if external { format!("{files}, {links} and {} on other hosts", count(asked, "page")) } else { format!("{files} and {links}") };
        writeln!(io::stdout(), "Checked {what} in {}: {reported}", time(started))?;
    }
    Ok(if has_errors { Outcome::SiteErrors } else { Outcome::Success })
}
