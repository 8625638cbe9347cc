//! GitHub and GitHub Enterprise Server. Source: "REST API endpoints for repositories", version 2022-11-28.

use serde::Deserialize;

use super::client::Failure;
use super::forge::{Forge, Question, Repositories, day, segment};
use crate::aggregate::Repository;

/// GitHub.
pub(super) struct GitHub;

/// A repository in the list of them.
#[derive(Deserialize)]
struct Listed {
    created_at: String,
    #[serde(default)]
    private: bool,
    visibility: Option<String>,
    #[serde(default)]
    fork: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    stargazers_count: u64,
    #[serde(default)]
    forks_count: u64,
    #[serde(default)]
    open_issues_count: u64,
    license: Option<Named>,
    language: Option<String>,
    owner: Option<Owner>,
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Owner {
    html_url: Option<String>,
}

impl Forge for GitHub {
    fn repositories(&self, id: &str, question: &Question) -> Result<Repositories, Failure> {
        // An id that is no organisation may be a person's.
        match list("orgs", id, question) {
            Err(Failure::Missing) => list("users", id, question),
            answer => answer,
        }
    }
}

fn list(kind: &str, id: &str, question: &Question) -> Result<Repositories, Failure> {
    let (all, moved) = question.list::<Listed>(format!("{}/{kind}/{}/repos?per_page=100&page=1", question.api, segment(id)))?;
    let public = |listed: &Listed| !listed.private && listed.visibility.as_deref().is_none_or(|visibility| visibility == "public");
    let all: Vec<Listed> = all.into_iter().filter(public).collect();
    let link = all.iter().find_map(|listed| listed.owner.as_ref()?.html_url.clone());
    Ok(Repositories { repositories: all.into_iter().map(repository).collect::<Result<_, _>>()?, link, moved })
}

fn repository(listed: Listed) -> Result<Repository, Failure> {
    Ok(Repository {
        created: day(&listed.created_at)?,
        stargazers: listed.stargazers_count,
        forks: listed.forks_count,
        issues: listed.open_issues_count,
        licence: listed.license.and_then(|licence| licence.name),
        language: listed.language,
        fork: listed.fork,
        archived: listed.archived,
    })
}
