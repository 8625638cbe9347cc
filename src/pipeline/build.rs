//! A project in, its site in the output folder out: every route is rendered while others are written.
//!
//! Invariant: with an error nothing is written, and all that is wrong is reported in one run.

use std::path::Path;
use std::sync::Arc;

use avocet_plugin::{Artifact, Diagnostic, Kind, Site, Status};

use super::aggregate::Aggregation;
use super::inputs::{self, Fingerprint};
use super::plan::{Held, plan_of};
use super::remembered::Remembered;
use super::{Plan, Session, StageTimer, Timings, Work};
use crate::project::Project;
use crate::stages::discover::Discovered;
use crate::stages::write::{self, CleanBuild, Existing, OutputTarget, OutputWriter, WriteSummary};

/// What became of a build.
pub struct Built {
    /// Articles of the site, without drafts.
    pub articles: usize,
    /// Pages that stand by themselves, without drafts.
    pub pages: usize,
    /// Output files.
    pub files: usize,
    /// Sources that are held back; none when nothing has changed since the last build.
    pub held: Held,
    /// What was done to the output; `None` when there were errors.
    pub report: Option<WriteSummary>,
    /// All that was wrong or odd.
    pub diagnostics: Vec<Diagnostic>,
    /// How long each stage took.
    pub timings: Timings,
    /// What was done; nothing if nothing has changed since the last build.
    pub work: Work,
}

/// How a build treats the output folder.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputOptions {
    /// Files that lie there and that no build wrote.
    pub existing: Existing,
    /// Called before another build is waited for; without it, that is an error.
    pub waiting: Option<fn(&Path)>,
    /// Whether to wait until the files are on the disk, if the settings do not forbid it.
    pub fsync: bool,
    /// Whether nothing that earlier runs left is used, and nothing is left for later ones.
    pub no_cache: bool,
}

/// Decides which problems are errors.
pub type Severities<'a> = &'a (dyn Fn(Vec<Diagnostic>) -> Vec<Diagnostic> + Sync);

/// Plans, renders every file, writes. `severities` decides which problems are errors; with one nothing is written.
#[must_use]
pub fn build(project: &Arc<Project>, options: OutputOptions, severities: Severities) -> Built {
    let mut timer = StageTimer::start();
    let inputs = inputs::discover(project, &Discovered::default());
    let fingerprint = inputs::fingerprint(project, &inputs);
    timer.record("discover");
    if let Some(built) = unchanged(project, fingerprint).filter(|_| !options.no_cache) {
        return Built { timings: timer.timings, ..built };
    }
    let remembered = Arc::new(Remembered::open((!options.no_cache).then(|| project.cache()).as_deref()));
    let (plan, ()) = rayon::join(|| plan_of(project, inputs, &[], &mut timer), || remembered.load());
    let session = Session::with(plan, remembered);
    timer.record("values");
    write_files(&session, options, (fingerprint, severities), timer)
}

/// Renders and writes every file of a plan that is there already.
#[must_use]
pub fn write(session: &Session, severities: Severities) -> Built {
    let project = &session.plan.project;
    let fingerprint = inputs::fingerprint(project, &session.plan.inputs);
    unchanged(project, fingerprint)
        .unwrap_or_else(|| write_files(session, OutputOptions::default(), (fingerprint, severities), StageTimer::start()))
}

/// The last build, if it was made from the same inputs and its files lie there untouched.
fn unchanged(project: &Project, fingerprint: Option<Fingerprint>) -> Option<Built> {
    let (clean, files) = write::last(&project.output(), fingerprint?)?;
    let report = Some(WriteSummary { written: 0, unchanged: files, pruned: 0 });
    let (articles, pages) = (clean.articles, clean.pages);
    Some(Built {
        articles,
        pages,
        files,
        held: Held::default(),
        report,
        diagnostics: Vec::new(),
        timings: Timings::new(),
        work: Work::default(),
    })
}

fn write_files(
    session: &Session,
    options: OutputOptions,
    (fingerprint, severities): (Option<Fingerprint>, Severities),
    mut timer: StageTimer,
) -> Built {
    let Plan { project, index, diagnostics, .. } = &*session.plan;
    let (articles, pages) = (count(&index.site, Kind::Article), count(&index.site, Kind::Page));
    let (mut files, mut report) = (index.routes.all().len(), None);
    let mut diagnostics = severities(diagnostics.clone());
    let mut is_complete = true;
    if has_errors(&diagnostics) {
        // The rest is rendered all the same, to report all problems of the run at once.
        diagnostics.extend(severities(session.check_all(|| true)));
    } else {
        match open(project, options) {
            Err(error) => {
                is_complete = false;
                diagnostics.push(error);
            }
            Ok(writer) => {
                let (aggregates, reported) = render_into(&writer, session, severities, &mut timer);
                files += aggregates;
                diagnostics.extend(reported);
                if !has_errors(&diagnostics) {
                    let clean = fingerprint
                        .filter(|_| diagnostics.is_empty() && inputs::copies_are_unchanged(&project.content(), &session.plan.inputs))
                        .map(|inputs| CleanBuild { inputs, articles, pages });
                    report = writer.finish(clean).map_err(|error| diagnostics.push(error)).ok();
                }
            }
        }
    }
    session.save(is_complete);
    timer.record("write");
    let work = session.counters.work();
    Built { articles, pages, files, held: session.plan.held(), report, diagnostics, timings: timer.timings, work }
}

/// A writer into the project's output folder.
fn open(project: &Project, OutputOptions { existing, waiting, fsync, .. }: OutputOptions) -> Result<OutputWriter, Diagnostic> {
    let (output, sources) = (project.output(), project.source_folders());
    let fsync = fsync && project.config.output.fsync;
    let target = OutputTarget { output: &output, root: &project.config.root, sources: &sources, existing, waiting, fsync };
    OutputWriter::open(&target, &project.content())
}

/// Makes every file and gives it to the writer. Returns how many were made of all pages, and what went wrong.
fn render_into(writer: &OutputWriter, session: &Session, severities: Severities, timer: &mut StageTimer) -> (usize, Vec<Diagnostic>) {
    let aggregation = Aggregation::new(session);
    let mut diagnostics = severities(session.each(|route| {
        match session.render_unless(route, |hash| writer.keeps(&route.output, hash) && aggregation.recall(route, hash))? {
            None => Ok(()),
            Some(artifact) => {
                aggregation.take(route, &artifact);
                writer.put(&route.output, artifact)
            }
        }
    }));
    timer.record("render");
    let convert = session.counters.converted.took();
    let highlight = session.memo.remembered.code.took();
    let template = session.counters.rendered.took();
    timer.timings.extend([("convert", convert.saturating_sub(highlight)), ("highlight", highlight), ("template", template)]);
    if has_errors(&diagnostics) {
        return (0, diagnostics);
    }
    let (files, reported) = aggregation.write(|output, bytes| writer.put(output, Artifact::Bytes(bytes)));
    diagnostics.extend(severities(reported));
    timer.record("aggregate");
    (files, diagnostics)
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}

/// Articles or pages of a site, without drafts.
fn count(site: &Site, kind: Kind) -> usize {
    site.all.iter().filter(|page| page.kind == kind && page.status != Status::Draft).count()
}
