//! GitLab, the public one or one's own. Source: "Groups API" and "Projects API" of GitLab 17.
//!
//! The list of a group's projects tells neither licence nor language: each project is asked for both.

use std::collections::BTreeMap;
use std::thread;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::client::Failure;
use super::forge::{Forge, Question, Repositories, day};
use crate::aggregate::Repository;

/// GitLab.
pub(super) struct GitLab;

/// Threads that ask for one group; the gate lets four requests through at once, whoever asks.
const THREADS: usize = 4;

/// A project, as the list of them tells.
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
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

impl Forge for GitLab {
    fn repositories(&self, id: &str, question: &Question) -> Result<Repositories, Failure> {
        let mut found = Repositories::default();
        let mut projects = Vec::new();
        let group = utf8_percent_encode(id, NON_ALPHANUMERIC);
        let mut next = Some(format!("{}/groups/{group}/projects?include_subgroups=true&per_page=100&page=1", question.api));
        while let Some(address) = next {
            let answer = question.client.get::<Vec<Listed>>(&address, question.done)?;
            found.moved |= answer.moved;
            projects.extend(answer.value.into_iter().filter(|listed| listed.visibility.as_deref() == Some("public")));
            next = answer.next;
        }
        found.link = projects.iter().find_map(|listed| link(listed.namespace.as_ref()?, id));
        projects.retain(|listed| question.counting.counts(listed.forked_from_project.is_some(), listed.archived));
        let size = projects.len().div_ceil(THREADS).max(1);
        let parts = thread::scope(|scope| {
            let ask = |part: &'_ [Listed]| part.iter().map(|listed| repository(listed, question)).collect::<Result<Vec<_>, _>>();
            let asking: Vec<_> = projects.chunks(size).map(|part| scope.spawn(move || ask(part))).collect();
            asking.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(Failure::Refused("a thread ended".into())))).collect::<Vec<_>>()
        });
        for part in parts {
            found.repositories.extend(part?);
        }
        Ok(found)
    }
}

/// The address of the group, when this is the namespace of it and not of a subgroup.
fn link(namespace: &Namespace, id: &str) -> Option<String> {
    let own = namespace.full_path.as_deref() == Some(id) || namespace.id.is_some_and(|number| number.to_string() == id);
    namespace.web_url.clone().filter(|_| own)
}

fn repository(listed: &Listed, question: &Question) -> Result<Repository, Failure> {
    let project = format!("{}/projects/{}", question.api, listed.id);
    let detailed = known(question.client.get::<Detailed>(&format!("{project}?license=true"), question.done))?;
    let languages = known(question.client.get::<BTreeMap<String, f64>>(&format!("{project}/languages"), question.done))?;
    // The greatest share; of equals the alphabetically last, as everywhere.
    let language = languages.and_then(|answer| answer.value.into_iter().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(name, _)| name));
    Ok(Repository {
        created: day(&listed.created_at)?,
        stargazers: listed.star_count,
        forks: listed.forks_count,
        issues: listed.open_issues_count.unwrap_or_default(),
        licence: detailed.and_then(|answer| answer.value.license?.name),
        language,
        fork: listed.forked_from_project.is_some(),
        archived: listed.archived,
    })
}

/// A project that is gone since the list was made, or has no repository, has neither licence nor language.
fn known<T>(told: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match told {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Missing) => Ok(None),
        Err(failure) => Err(failure),
    }
}
