//! A project in, its site in the output folder out: every route is rendered while others are written.
//!
//! Invariant: with an error nothing is written, and all that is wrong is told in one run.

use std::sync::Arc;

use avocet_plugin::{Artifact, Diagnostic, Kind, Status};

use super::aggregate::Aggregation;
use super::{StageTimer, Timings, inputs, plan_of};
use crate::project::Project;
use crate::stages::discover::Discovered;
use crate::stages::write::{self, Clean, Report, Writer};

/// What became of a build.
pub struct Built {
    /// Articles, pages and files of the site.
    pub articles: usize,
    /// Pages that stand by themselves.
    pub pages: usize,
    /// Output files.
    pub files: usize,
    /// What was done to the output; nothing when there were errors.
    pub report: Option<Report>,
    /// All that was wrong or odd.
    pub diagnostics: Vec<Diagnostic>,
    /// How long each stage took.
    pub timings: Timings,
}

/// Plans, renders every file, writes. `severities` decides which problems are errors; with one nothing is written.
#[must_use]
pub fn build(project: &Arc<Project>, severities: &dyn Fn(Vec<Diagnostic>) -> Vec<Diagnostic>) -> Built {
    let mut timer = StageTimer::start();
    let inputs = inputs::discover(project, &Discovered::default());
    let fingerprint = inputs::fingerprint(project, &inputs);
    timer.record("discover");
    if let Some((clean, files)) = fingerprint.and_then(|inputs| write::last(&project.output(), &project.cache(), inputs)) {
        let report = Some(Report { written: 0, unchanged: files, pruned: 0 });
        let (articles, pages) = (clean.articles, clean.pages);
        return Built { articles, pages, files, report, diagnostics: Vec::new(), timings: timer.timings };
    }
    let plan = plan_of(project, inputs, &[], timer);
    let count = |kind| plan.index.site.all.iter().filter(|page| page.kind == kind && page.status != Status::Draft).count();
    let (articles, pages) = (count(Kind::Article), count(Kind::Page));
    let mut timer = StageTimer::start();
    let has_errors = |diagnostics: &[Diagnostic]| diagnostics.iter().any(Diagnostic::is_error);
    let mut diagnostics = severities(plan.diagnostics.clone());
    let (mut report, mut collected) = (None, 0);
    let writer = if has_errors(&diagnostics) { None } else { Some(Writer::open(&project.output(), &project.content(), &project.cache())) };
    match writer {
        // With errors already, the rest is rendered all the same, to tell all problems of the run at once.
        None => diagnostics.extend(severities(plan.render_all(|_, _| Ok(())))),
        Some(Err(error)) => diagnostics.push(error),
        Some(Ok(writer)) => {
            let collection = Aggregation::new(&plan);
            diagnostics.extend(severities(plan.render_all(|route, artifact| {
                collection.take(route, &artifact);
                writer.put(&route.output, artifact)
            })));
            timer.record("render");
            if !has_errors(&diagnostics) {
                let (files, reported) = collection.write(|output, bytes| writer.put(output, Artifact::Bytes(bytes)));
                collected = files;
                diagnostics.extend(severities(reported));
                timer.record("collect");
            }
            if !has_errors(&diagnostics) {
                let clean = fingerprint.filter(|_| diagnostics.is_empty()).map(|inputs| Clean { inputs, articles, pages });
                match writer.finish(clean) {
                    Ok(done) => report = Some(done),
                    Err(error) => diagnostics.push(error),
                }
            }
        }
    }
    project.highlighted.save();
    timer.record("write");
    Built {
        articles,
        pages,
        files: plan.index.routes.all().len() + collected,
        report,
        diagnostics,
        timings: plan.timings.iter().copied().chain(timer.timings).collect(),
    }
}
