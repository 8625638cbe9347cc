//! GitHub and GitHub Enterprise Server. Source: "REST API endpoints for repositories", version 2022-11-28.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::client::Failure;
use super::forge::{Forge, Question, Repositories, day};
use crate::aggregate::Repository;

/// GitHub.
pub(super) struct GitHub;

/// A repository, as the list of them tells.
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
            told => told,
        }
    }
}

fn list(kind: &str, id: &str, question: &Question) -> Result<Repositories, Failure> {
    let mut found = Repositories::default();
    let mut next = Some(format!("{}/{kind}/{}/repos?per_page=100&page=1", question.api, utf8_percent_encode(id, NON_ALPHANUMERIC)));
    while let Some(address) = next {
        let answer = question.client.get::<Vec<Listed>>(&address, question.done)?;
        found.moved |= answer.moved;
        for listed in answer.value {
            let public = !listed.private && listed.visibility.as_deref().is_none_or(|visibility| visibility == "public");
            if !public {
                continue;
            }
            if found.link.is_none() {
                found.link = listed.owner.as_ref().and_then(|owner| owner.html_url.clone());
            }
            found.repositories.push(repository(listed)?);
        }
        next = answer.next;
    }
    Ok(found)
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
