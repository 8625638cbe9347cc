//! GitLab, the public one or one's own. Source: "Groups API" and "Projects API" of GitLab 17.
//!
//! The list of a group's projects has neither licence nor language: each project is asked for both.

use std::collections::BTreeMap;
use std::thread;

use serde::Deserialize;

use super::client::Failure;
use super::forge::{Forge, Question, Repositories, day, segment};
use crate::aggregate::Repository;

/// GitLab.
pub(super) struct GitLab;

/// Threads that ask for one group; the gate lets four requests through at once, whoever asks.
const THREADS: usize = 4;

/// A project in the list of them.
#[derive(Deserialize)]
struct Listed {
    id: u64,
    created_at: String,
    visibility: Option<String>,
    forked_from_project: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    star_count: u64,
    #[serde(default)]
    forks_count: u64,
    open_issues_count: Option<u64>,
    namespace: Option<Namespace>,
}

#[derive(Deserialize)]
struct Namespace {
    id: Option<u64>,
    full_path: Option<String>,
    web_url: Option<String>,
}

#[derive(Deserialize)]
struct Detailed {
    license: Option<Named>,
    visibility: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

impl Forge for GitLab {
    fn repositories(&self, id: &str, question: &Question) -> Result<Repositories, Failure> {
        let first = format!("{}/groups/{}/projects?include_subgroups=true&per_page=100&page=1", question.api, segment(id));
        let (mut projects, moved) = question.list::<Listed>(first)?;
        // GitLab leaves `visibility` out of what it answers without a token, which is public. With a token the project itself is asked.
        projects.retain(|listed| listed.visibility.as_deref().is_none_or(is_public));
        let link = projects.iter().find_map(|listed| link(listed.namespace.as_ref()?, id));
        projects.retain(|listed| question.counting.counts(listed.forked_from_project.is_some(), listed.archived));
        let size = projects.len().div_ceil(THREADS).max(1);
        let parts = thread::scope(|scope| {
            let ask = |part: &'_ [Listed]| part.iter().filter_map(|listed| repository(listed, question).transpose()).collect();
            let asking: Vec<_> = projects.chunks(size).map(|part| scope.spawn(move || ask(part))).collect();
            let answer = |thread: thread::ScopedJoinHandle<'_, Result<Vec<Repository>, Failure>>| {
                thread.join().unwrap_or_else(|_| Err(Failure::Refused("a thread ended".into())))
            };
            asking.into_iter().map(answer).collect::<Vec<_>>()
        });
        let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Repositories { repositories: parts.into_iter().flatten().collect(), link, moved })
    }
}

fn is_public(visibility: &str) -> bool {
    visibility == "public"
}

/// The URL of the group, if this is its own namespace and not that of a subgroup.
fn link(namespace: &Namespace, id: &str) -> Option<String> {
    let own = namespace.full_path.as_deref() == Some(id) || namespace.id.is_some_and(|number| number.to_string() == id);
    namespace.web_url.clone().filter(|_| own)
}

/// The repository with its licence and language; `None` if the project turns out not to be public.
fn repository(listed: &Listed, question: &Question) -> Result<Option<Repository>, Failure> {
    let project = format!("{}/projects/{}", question.api, listed.id);
    let detailed = known(question.get::<Detailed>(&format!("{project}?license=true")))?.map(|answer| answer.value);
    if listed.visibility.is_none() && question.client.has_token() {
        let visibility = detailed.as_ref().and_then(|detailed| detailed.visibility.as_deref());
        if !visibility.is_some_and(is_public) {
            return Ok(None);
        }
    }
    let languages = known(question.get::<BTreeMap<String, f64>>(&format!("{project}/languages")))?;
    // The greatest share; of equals the alphabetically last, as everywhere.
    let language = languages.and_then(|answer| answer.value.into_iter().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(name, _)| name));
    Ok(Some(Repository {
        created: day(&listed.created_at)?,
        stargazers: listed.star_count,
        forks: listed.forks_count,
        issues: listed.open_issues_count.unwrap_or_default(),
        licence: detailed.and_then(|detailed| detailed.license?.name),
        language,
        fork: listed.forked_from_project.is_some(),
        archived: listed.archived,
    }))
}

/// A project that is gone since the list was made, or has no repository, has neither licence nor language.
fn known<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Missing) => Ok(None),
        Err(failure) => Err(failure),
    }
}
