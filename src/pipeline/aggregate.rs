//! Finished pages -> the files that plugins make of all of them, such as a search index.
//!
//! In: pages, as they are finished, from any thread. Out: files, by output path. Invariant: they depend on what was taken only, and never on
//! the order in which pages were finished; each lies in its collector's folder, and none in the place of a route.

use std::sync::{Mutex, PoisonError};

use avocet_plugin::{Aggregator, Artifact, Diagnostic, Route, Site, codes};
use rayon::prelude::*;

use super::Plan;

/// A file: its output path and what it holds.
pub(super) type File = (String, Vec<u8>);

/// Places of routes in the plan's table, with what was taken of their pages.
type CollectedPages = Vec<(usize, Vec<u8>)>;

/// Takes of finished pages what the collectors want.
pub(super) struct Aggregation<'p> {
    plan: &'p Plan,
    aggregators: Vec<(&'p str, &'p dyn Aggregator, Mutex<CollectedPages>)>,
}

/// The collectors of a plan, each with its plugin's name.
pub(super) fn aggregators(plan: &Plan) -> impl Iterator<Item = (&str, &dyn Aggregator)> {
    plan.project.plugins.iter().flat_map(|plugin| plugin.aggregators.iter().map(|aggregator| (&*plugin.name, &**aggregator)))
}

impl<'p> Aggregation<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        let aggregators = aggregators(plan).map(|(name, aggregator)| (name, aggregator, Mutex::default())).collect();
        Self { plan, aggregators }
    }

    /// Whether anybody takes anything of this route's page.
    pub(super) fn wants(&self, route: &Route) -> bool {
        self.aggregators.iter().any(|(_, aggregator, _)| aggregator.wants(route, &self.plan.index.site))
    }

    /// Takes what is wanted of a finished file.
    pub(super) fn take(&self, route: &Route, artifact: &Artifact) {
        let (site, Artifact::Bytes(bytes)): (&Site, _) = (&self.plan.index.site, artifact) else { return };
        for (_, aggregator, kept) in self.aggregators.iter().filter(|(_, aggregator, _)| aggregator.wants(route, site)) {
            let taken = std::str::from_utf8(bytes).ok().and_then(|html| aggregator.take(route, site, html));
            let place = self.plan.index.routes.all().binary_search_by(|known| known.output.cmp(&route.output));
            if let (Some(taken), Ok(place)) = (taken, place) {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push((place, taken));
            }
        }
    }

    /// The files of all collectors, by output path, and what went wrong.
    pub(super) fn files(self) -> (Vec<File>, Vec<Diagnostic>) {
        let (mut files, mut errors): (Vec<File>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
        for (name, aggregator, kept) in self.aggregators {
            let mut kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
            kept.sort_unstable_by_key(|(place, _)| *place);
            let taken = kept.into_iter().map(|(place, taken)| (&self.plan.index.routes.all()[place], taken)).collect();
            match aggregator.files(&self.plan.index.site, taken) {
                Ok(made) => {
                    errors.extend(made.iter().filter_map(|(output, _)| misplaced(self.plan, name, aggregator, output)));
                    files.extend(made);
                }
                Err(error) => errors.push(error),
            }
        }
        files.sort();
        files.dedup_by(|a, b| a.0 == b.0);
        (files, errors)
    }

    /// Gives all files to `put`; tells how many there are, and what went wrong.
    pub(super) fn write(self, put: impl Fn(&str, Vec<u8>) -> Result<(), Diagnostic> + Sync) -> (usize, Vec<Diagnostic>) {
        let (files, mut errors) = self.files();
        let number = files.len();
        errors.extend(files.into_par_iter().filter_map(|(output, bytes)| put(&output, bytes).err()).collect::<Vec<_>>());
        (number, errors)
    }
}

impl Plan {
    /// The file at this output path that a plugin makes of all finished pages: all of them are made when one is first asked for.
    pub fn collected(&self, output: &str) -> Option<&[u8]> {
        self.aggregator_of(output)?;
        let files = self.aggregates();
        files.binary_search_by(|(known, _)| known.as_str().cmp(output)).ok().map(|at| &*files[at].1)
    }

    /// All files that plugins make of finished pages, by output path. Pages with errors are left out.
    pub fn aggregates(&self) -> &[(String, Vec<u8>)] {
        let make = || {
            let collection = Aggregation::new(self);
            self.index.routes.all().par_iter().filter(|route| collection.wants(route)).for_each(|route| {
                if let Ok(artifact) = self.render(route) {
                    collection.take(route, &artifact);
                }
            });
            collection.files().0
        };
        self.collected.get_or_init(make)
    }

    /// The files that plugins make of all finished pages whatever the site holds, each with its plugin's name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, String)> {
        aggregators(self).flat_map(|(plugin, aggregator)| aggregator.entries().into_iter().map(move |entry| (plugin, entry)))
    }

    /// The plugin in whose folder of collected files this path lies.
    #[must_use]
    pub fn aggregator_of(&self, output: &str) -> Option<&str> {
        aggregators(self).find(|(_, aggregator)| output.starts_with(aggregator.folder())).map(|(plugin, _)| plugin)
    }
}

/// What is wrong with where a file of a collector lies.
fn misplaced(plan: &Plan, plugin: &str, aggregator: &dyn Aggregator, output: &str) -> Option<Diagnostic> {
    let below = output.strip_prefix(aggregator.folder());
    let plain = below.is_some_and(|rest| rest.split('/').all(|name| !matches!(name, "" | "." | "..") && !name.contains(['\\', '\0', ':'])));
    if !plain {
        let what = format!("the plugin `{plugin}` would write `{output}`, which is not in its folder `{}`", aggregator.folder());
        return Some(codes::OUTPUT_OUTSIDE.report(what).help("this is a fault of the plugin: tell those who wrote it"));
    }
    let rival = plan.index.routes.to(output)?;
    let what = format!("{} and a file that the plugin `{plugin}` makes of all pages would both be written to `{output}`", rival.reason);
    Some(codes::OUTPUT_CLASH.report(what).help("move the first elsewhere, or take the plugin out of [site] plugins"))
}
