//! A project in, its site in the output folder out: every route is rendered while others are written.
//!
//! Promise: with an error nothing is written, and all that is wrong is told in one run.

use std::sync::Arc;

use avocet_plugin::{Artifact, Diagnostic, Kind, Status};

use super::collect::Collection;
use super::{Clock, Timings, inputs, plan_of};
use crate::project::Project;
use crate::stages::discover::Found;
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

/// Plans, renders every file, writes. `refine` decides which problems are errors; with one nothing is written.
#[must_use]
pub fn build(project: &Arc<Project>, refine: &dyn Fn(Vec<Diagnostic>) -> Vec<Diagnostic>) -> Built {
    let mut clock = Clock::start();
    let inputs = inputs::discover(project, &Found::default());
    let fingerprint = inputs::fingerprint(project, &inputs);
    clock.lap("discover");
    if let Some((clean, files)) = fingerprint.and_then(|inputs| write::last(&project.output(), &project.cache(), inputs)) {
        let report = Some(Report { written: 0, unchanged: files, pruned: 0 });
        let (articles, pages) = (clean.articles, clean.pages);
        return Built { articles, pages, files, report, diagnostics: Vec::new(), timings: clock.laps };
    }
    let plan = plan_of(project, inputs, &[], clock);
    let count = |kind| plan.site.all.iter().filter(|page| page.kind == kind && page.status != Status::Draft).count();
    let (articles, pages) = (count(Kind::Article), count(Kind::Page));
    let mut clock = Clock::start();
    let faulty = |diagnostics: &[Diagnostic]| diagnostics.iter().any(Diagnostic::is_error);
    let mut diagnostics = refine(plan.diagnostics.clone());
    let (mut report, mut collected) = (None, 0);
    let writer = if faulty(&diagnostics) { None } else { Some(Writer::open(&project.output(), &project.content(), &project.cache())) };
    match writer {
        // With errors already, the rest is rendered all the same, to tell all problems of the run at once.
        None => diagnostics.extend(refine(plan.render_all(|_, _| Ok(())))),
        Some(Err(fault)) => diagnostics.push(fault),
        Some(Ok(writer)) => {
            let collection = Collection::new(&plan);
            diagnostics.extend(refine(plan.render_all(|route, artifact| {
                collection.take(route, &artifact);
                writer.put(&route.output, artifact)
            })));
            clock.lap("render");
            if !faulty(&diagnostics) {
                let (files, said) = collection.write(|output, bytes| writer.put(output, Artifact::Bytes(bytes)));
                collected = files;
                diagnostics.extend(refine(said));
                clock.lap("collect");
            }
            if !faulty(&diagnostics) {
                let clean = fingerprint.filter(|_| diagnostics.is_empty()).map(|inputs| Clean { inputs, articles, pages });
                match writer.finish(clean) {
                    Ok(done) => report = Some(done),
                    Err(fault) => diagnostics.push(fault),
                }
            }
        }
    }
    project.highlighted.save();
    clock.lap("write");
    Built {
        articles,
        pages,
        files: plan.routes.all().len() + collected,
        report,
        diagnostics,
        timings: plan.timings.iter().copied().chain(clock.laps).collect(),
    }
}
