//! The law of what is remembered: after any edits, a build with what earlier builds left makes what a build without it makes, byte for byte,
//! and reports the same problems; at one thread and at two; and so does the session of a preview that goes from plan to plan.
//!
//! `AVOCET_MEMO_EDITS` says how many edits, `AVOCET_LAW_SEED` which (a fixed seed by default, printed with what went wrong).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]
#![allow(clippy::print_stdout, reason = "a test of chance says what it did")]

mod common;

use std::path::Path;
use std::sync::Arc;

use avocet::config::Overrides;
use avocet::pipeline::{self, Built, OutputOptions, Session};
use avocet::plugin::Registry;
use avocet::project::Project;
use avocet::report;
use avocet_plugin::{
    Artifact, CallError, CodeBlock, CodeRenderer, Diagnostic, Fragment, Page, Plugin, PostProcessor, Route, SettingError, Setup, SiteIndex,
    Tag, TagBody, TagCall, Transform,
};
use common::edited::{Edited, variable};
use common::{Content, Site, Tree, tree};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// A plugin whose roles depend on its setting; and if that is 0 or 1, on the whole site.
#[derive(Clone, Copy)]
struct Mark {
    number: u64,
    needs_site: bool,
}

impl Mark {
    fn plugin(setup: &Setup) -> Result<Plugin, SettingError> {
        let number = setup.settings["number"].as_u64().unwrap_or_default();
        let mark = Self { number, needs_site: false };
        let plugin = Plugin::new("mark").tag(mark).code_renderer(mark).post_processor(mark);
        Ok(match number {
            0 => plugin.transform(Self { needs_site: true, ..mark }),
            1 => plugin.transform(mark).post_processor(Self { needs_site: true, ..mark }),
            _ => plugin.transform(mark),
        })
    }

    fn text(self, index: &SiteIndex) -> String {
        format!("{} {}", self.number, if self.needs_site { index.site.all.len() } else { 0 })
    }
}

impl Tag for Mark {
    fn name(&self) -> &str {
        "marked"
    }

    fn body(&self) -> TagBody {
        TagBody::None
    }

    fn needs_site(&self) -> bool {
        false
    }

    fn render(&self, call: &TagCall, index: &SiteIndex) -> Result<String, CallError> {
        Ok(format!("<u>{} {}</u>", call.page(index).map_or("", |page| &page.title), self.number))
    }
}

impl CodeRenderer for Mark {
    fn languages(&self) -> Vec<&str> {
        vec!["count"]
    }

    fn render(&self, block: &CodeBlock, index: &SiteIndex) -> Result<String, CallError> {
        Ok(format!("<u>{} of {}</u>", block.page.title, index.site.all.len()))
    }
}

impl Transform for Mark {
    fn needs_site(&self) -> bool {
        self.needs_site
    }

    fn transform(&self, page: &Page, index: &SiteIndex, fragment: &mut Fragment) {
        fragment.html.push_str(&format!("<u>{} {}</u>", page.slug, self.text(index)));
    }
}

impl PostProcessor for Mark {
    fn needs_site(&self) -> bool {
        self.needs_site
    }

    fn process(&self, route: &Route, index: &SiteIndex, html: String) -> Result<String, Diagnostic> {
        Ok(html + &format!("<!-- {} {} -->", route.output, self.text(index)))
    }
}

fn threads(number: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(number).build().unwrap()
}

/// The site as it is now, with this output folder.
fn open(site: &Site, output: &Path) -> Result<Arc<Project>, Vec<Diagnostic>> {
    let overrides = Overrides { drafts: true, output: Some(output.to_owned()), ..Overrides::default() };
    Project::open(site.path(), &overrides, &Registry::standard().with("mark", Mark::plugin)).map(Arc::new)
}

/// A build, with what it reports.
fn build(site: &Site, pool: &ThreadPool, output: &Path, no_cache: bool) -> Result<Built, Vec<Diagnostic>> {
    let project = open(site, output)?;
    let options = OutputOptions { no_cache, ..OutputOptions::default() };
    let mut built = pool.install(|| pipeline::build(&project, options, &|diagnostics| diagnostics));
    built.diagnostics = report::sorted(built.diagnostics);
    if built.report.is_some() { Ok(built) } else { Err(built.diagnostics) }
}

/// A session as a preview has it, which goes from plan to plan.
struct Preview(Option<Session>);

impl Preview {
    /// All files of the site as it is now.
    fn files(&mut self, site: &Site, output: &Path) -> Tree {
        let project = open(site, output).unwrap();
        let plan = match &self.0 {
            Some(before) => pipeline::replan(&project, &before.plan, None).map(|replan| replan.plan),
            None => Some(pipeline::plan(&project)),
        };
        if let Some(plan) = plan {
            self.0 = Some(Session::after(plan, self.0.as_ref()));
        }
        let session = self.0.as_ref().unwrap();
        session.check_all(|| true);
        let bytes = |artifact| match artifact {
            Artifact::Bytes(bytes) => bytes,
            Artifact::Copy(file) => std::fs::read(project.content().join(&*file)).unwrap(),
        };
        let routes = session.plan.index.routes.all().iter();
        let files = routes.map(|route| (route.output.clone(), Content(bytes(session.render(route).unwrap()))));
        let aggregates = session.aggregates().iter().map(|(output, bytes)| (output.clone(), Content(bytes.clone())));
        files.chain(aggregates).collect()
    }
}

/// The first file in which two trees differ, in words.
fn difference(is: &Tree, should: &Tree) -> Option<String> {
    let names = is.keys().chain(should.keys());
    let name = names.into_iter().find(|name| is.get(*name) != should.get(*name))?;
    Some(format!("{name}\n--- remembered\n{:?}\n--- made anew\n{:?}", is.get(name), should.get(name)))
}

#[test]
fn after_any_edits_what_is_remembered_changes_nothing() {
    let (edits, seed) = (variable("AVOCET_MEMO_EDITS", 60), variable("AVOCET_LAW_SEED", 20_261_128));
    println!("AVOCET_MEMO_EDITS={edits} AVOCET_LAW_SEED={seed}");
    let mut edited = Edited::with_mark(seed, Some(2));
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (threads(1), threads(2));
    let mut preview = Preview(None);
    let (mut kept, mut written, mut warned, mut has_errors) = (0, 0, 0, 0);
    for edit in 0..edits {
        edited.edit();
        let wrong = |what: &str| -> ! {
            let log = edited.log.iter().rev().take(12).cloned().collect::<Vec<_>>().join("\n");
            panic!("seed {seed}, after {} edits, the last first:\n{log}\n{what}", edit + 1)
        };
        let empty = folder.path().join(format!("fresh {edit}"));
        let fresh = build(&edited.site, if edit % 2 == 0 { &one } else { &two }, &empty, true);
        for (pool, output) in [(&one, folder.path().join("one")), (&two, folder.path().join("two"))] {
            match (build(&edited.site, pool, &output, false), &fresh) {
                (Ok(built), Ok(fresh)) => {
                    if built.diagnostics != fresh.diagnostics {
                        wrong(&format!("reported: {:?}\ninstead of: {:?}", built.diagnostics, fresh.diagnostics));
                    }
                    if let Some(difference) = difference(&tree(&output), &tree(&empty)) {
                        wrong(&difference);
                    }
                    let report = built.report.unwrap();
                    (kept, written) = (kept + report.unchanged, written + report.written);
                    warned += built.diagnostics.len();
                }
                (Err(reported), Err(fresh)) if reported == *fresh => {}
                (built, fresh) => wrong(&format!("reported: {:?}\ninstead of: {:?}", built.err(), fresh.as_ref().err())),
            }
        }
        match fresh {
            Ok(_) => {
                if let Some(difference) = difference(&preview.files(&edited.site, &folder.path().join("preview")), &tree(&empty)) {
                    wrong(&format!("in a preview: {difference}"));
                }
                std::fs::remove_dir_all(empty).unwrap();
            }
            Err(errors) => {
                println!("{}", errors.iter().map(|error| format!("{}: {}", error.code, error.message)).collect::<Vec<_>>().join("; "));
                has_errors += 1;
                edited.fix();
            }
        }
    }
    println!("{edits} edits: {kept} files kept, {written} written, {warned} warnings, {has_errors} with errors");
    assert!(kept > written && warned > 0 && has_errors * 4 < edits, "the edits do not try what is remembered");
}
