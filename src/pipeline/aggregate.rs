//! Finished pages -> the files that plugins make of all of them, such as a search index.
//!
//! In: pages, as they are finished, from any thread. Out: files, by output path. Invariant: they depend on what was taken only, and never on
//! the order in which pages were finished; each lies in its aggregator's folder, and none in the place of a route.

use std::sync::{Arc, Mutex, PoisonError};

use avocet_plugin::{Aggregator, Artifact, Diagnostic, Route, codes, paths};
use rayon::prelude::*;

use super::{Plan, Session};
use crate::trace::Hash;

/// A file that is made of all finished pages: its output path and its bytes.
pub(super) type OutputFile = (String, Vec<u8>);

/// What one aggregator took of the pages, each with the place of its route in the plan's table.
type TakenPages = Vec<(usize, Arc<[u8]>)>;

/// Takes of finished pages what the aggregators want.
pub(super) struct Aggregation<'s> {
    session: &'s Session,
    aggregators: Vec<(&'s str, &'s dyn Aggregator, Mutex<TakenPages>)>,
}

/// The aggregators of a plan, each with its plugin's name.
fn aggregators(plan: &Plan) -> impl Iterator<Item = (&str, &dyn Aggregator)> {
    plan.project.plugins.iter().flat_map(|plugin| plugin.aggregators.iter().map(|aggregator| (&*plugin.name, &**aggregator)))
}

impl<'s> Aggregation<'s> {
    pub(super) fn new(session: &'s Session) -> Self {
        let aggregators = aggregators(&session.plan).map(|(name, aggregator)| (name, aggregator, Mutex::default())).collect();
        Self { session, aggregators }
    }

    /// Whether anybody takes anything of this route's page.
    fn wants(&self, route: &Route) -> bool {
        self.aggregators.iter().any(|(_, aggregator, _)| aggregator.wants(route, &self.session.plan.index))
    }

    /// Takes what is wanted of a finished file.
    pub(super) fn take(&self, route: &Route, artifact: &Artifact) {
        let Artifact::Bytes(bytes) = artifact else { return };
        let Some(html) = std::str::from_utf8(bytes).ok().filter(|_| self.wants(route)) else { return };
        let hash = *blake3::hash(bytes).as_bytes();
        self.take_by(route, |name, aggregator| {
            let make = || aggregator.take(html).map(Arc::from);
            match self.key(name, aggregator, &hash) {
                Some(key) => Some(self.session.memo.remembered.taken.get(key, make)),
                None => Some(make()),
            }
        });
    }

    /// Takes what is wanted of the page with this hash, if it is known what that was. Returns whether it is.
    pub(super) fn recall(&self, route: &Route, hash: &Hash) -> bool {
        self.take_by(route, |name, aggregator| self.session.memo.remembered.taken.find(&self.key(name, aggregator, hash)?))
    }

    /// Takes by `look` for each aggregator that wants the page: all of it or nothing.
    fn take_by(&self, route: &Route, look: impl Fn(&str, &dyn Aggregator) -> Option<Option<Arc<[u8]>>>) -> bool {
        let index = &self.session.plan.index;
        let wanting = || self.aggregators.iter().filter(|(_, aggregator, _)| aggregator.wants(route, index));
        let taken: Option<Vec<_>> = wanting().map(|(name, aggregator, _)| look(name, *aggregator)).collect();
        let place = index.routes.all().binary_search_by(|known| known.output.cmp(&route.output));
        let (Some(taken), Ok(place)) = (taken, place) else { return false };
        for ((.., pages), taken) in wanting().zip(taken) {
            if let Some(taken) = taken {
                pages.lock().unwrap_or_else(PoisonError::into_inner).push((place, taken));
            }
        }
        true
    }

    fn key(&self, plugin: &str, aggregator: &dyn Aggregator, page: &Hash) -> Option<Hash> {
        self.session.memo.ingredients.taken_key(plugin, aggregator.folder(), page)
    }

    /// The files of all aggregators, by output path, and what went wrong.
    fn files(self) -> (Vec<OutputFile>, Vec<Diagnostic>) {
        let (mut files, mut errors): (Vec<OutputFile>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
        let plan = &*self.session.plan;
        for (name, aggregator, pages) in self.aggregators {
            let mut pages = pages.into_inner().unwrap_or_else(PoisonError::into_inner);
            pages.sort_unstable_by_key(|(place, _)| *place);
            let taken = pages.into_iter().map(|(place, taken)| (&plan.index.routes.all()[place], taken)).collect();
            match aggregator.files(&plan.index, taken) {
                Ok(made) => {
                    errors.extend(made.iter().filter_map(|(output, _)| misplaced(plan, name, aggregator, output)));
                    files.extend(made);
                }
                Err(error) => errors.push(error),
            }
        }
        files.sort();
        files.dedup_by(|a, b| a.0 == b.0);
        (files, errors)
    }

    /// Gives all files to `put`. Returns how many there are, and what went wrong.
    pub(super) fn write(self, put: impl Fn(&str, Vec<u8>) -> Result<(), Diagnostic> + Sync) -> (usize, Vec<Diagnostic>) {
        let (files, mut errors) = self.files();
        let number = files.len();
        errors.extend(files.into_par_iter().filter_map(|(output, bytes)| put(&output, bytes).err()).collect::<Vec<_>>());
        (number, errors)
    }
}

impl Session {
    /// The file at this output path that a plugin makes of all finished pages: all of them are made when one is first asked for.
    pub fn aggregate(&self, output: &str) -> Option<&[u8]> {
        self.plan.aggregator_of(output)?;
        let files = self.aggregates();
        files.binary_search_by(|(known, _)| known.as_str().cmp(output)).ok().map(|at| &*files[at].1)
    }

    /// All files that plugins make of finished pages, by output path. Pages with errors are left out.
    pub fn aggregates(&self) -> &[(String, Vec<u8>)] {
        let make = || {
            let aggregation = Aggregation::new(self);
            self.plan.index.routes.all().par_iter().filter(|route| aggregation.wants(route)).for_each(|route| {
                if let Ok(Some(artifact)) = self.render_unless(route, |hash| aggregation.recall(route, hash)) {
                    aggregation.take(route, &artifact);
                }
            });
            aggregation.files().0
        };
        self.memo.aggregates.get_or_init(make)
    }
}

impl Plan {
    /// The files that plugins make of all finished pages whatever the site holds, each with its plugin's name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, String)> {
        aggregators(self).flat_map(|(plugin, aggregator)| aggregator.entries().into_iter().map(move |entry| (plugin, entry)))
    }

    /// The plugin in whose folder of aggregated files this path lies.
    #[must_use]
    pub fn aggregator_of(&self, output: &str) -> Option<&str> {
        aggregators(self).find(|(_, aggregator)| output.starts_with(aggregator.folder())).map(|(plugin, _)| plugin)
    }
}

/// What is wrong with where a file of an aggregator lies.
fn misplaced(plan: &Plan, plugin: &str, aggregator: &dyn Aggregator, output: &str) -> Option<Diagnostic> {
    let below = output.strip_prefix(aggregator.folder());
    if !below.is_some_and(paths::is_plain) {
        let what = format!("the plugin `{plugin}` would write `{output}`, which is not in its folder `{}`", aggregator.folder());
        return Some(codes::OUTPUT_OUTSIDE.report(what).help("this is a bug in the plugin: report it to its author"));
    }
    let rival = plan.index.routes.to(output)?;
    let what = format!("{} and a file that the plugin `{plugin}` makes of all pages would both be written to `{output}`", rival.reason);
    Some(codes::OUTPUT_CLASH.report(what).help("move the first one, or remove the plugin from [site] plugins"))
}
