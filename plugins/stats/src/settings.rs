//! `[plugins.stats]` -> [`Settings`]: whose repositories are counted, and where the history is kept and shown.
//!
//! Invariant: an unknown key, a value of the wrong type or a path outside the site is an error, with the path of the setting.

use std::collections::BTreeMap;
use std::fmt;

use avocet_plugin::{SettingError, paths, settings};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

/// The settings, with their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// `[[plugins.stats.organisation]]`, in the order of the file.
    pub(crate) organisation: Vec<Source>,
    /// A YAML file with two maps from name to id, instead of `organisation`.
    pub(crate) organisations: Option<String>,
    /// The history, relative to the site's folder.
    pub(crate) data: String,
    /// Where the history is published.
    pub(crate) download: String,
    /// Where the chart of open repositories is published, with those of the other measures beside it.
    pub(crate) chart_page: String,
    /// Whether forks are counted.
    pub(crate) include_forks: bool,
    /// Whether archived repositories are counted.
    pub(crate) include_archived: bool,
    /// Languages that are counted as another: `"Jupyter Notebook" = "Python"`.
    pub(crate) language_synonyms: BTreeMap<String, String>,
    /// Base URL of GitHub's API.
    pub(crate) github_api: String,
    /// Base URL of GitLab's API.
    pub(crate) gitlab_api: String,
    /// The most requests that `avocet stats collect` sends for one organisation.
    pub(crate) max_requests: u32,
}

/// An organisation whose repositories are counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// The name that readers see.
    pub(crate) name: String,
    /// Where its repositories are.
    pub(crate) forge: ForgeKind,
    /// Login, or GitLab group id or path.
    #[serde(deserialize_with = "text_or_number")]
    pub(crate) id: String,
}

/// A forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ForgeKind {
    /// GitHub, or GitHub Enterprise Server.
    GitHub,
    /// GitLab, or a GitLab server of one's own.
    GitLab,
}

impl fmt::Display for ForgeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            organisation: Vec::new(),
            organisations: None,
            data: "content/data/openhealthstats.csv".into(),
            download: "assets/data/openhealthstats.csv".into(),
            chart_page: "static/openhealth-stats-plotly.html".into(),
            include_forks: false,
            include_archived: true,
            language_synonyms: BTreeMap::new(),
            github_api: "https://api.github.com".into(),
            gitlab_api: "https://gitlab.com/api/v4".into(),
            max_requests: 5000,
        }
    }
}

impl Settings {
    /// Reads `[plugins.stats]`; without the table all settings have their defaults.
    pub(crate) fn read(value: &Value) -> Result<Self, SettingError> {
        let settings: Self = settings::parse(value)?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), SettingError> {
        let error = |path: &str, message: String| Err(SettingError::new(path, message));
        for (path, value) in [("data", &self.data), ("download", &self.download), ("chart_page", &self.chart_page)] {
            if !paths::is_plain(value) {
                return error(path, format!("`{value}` is not a path inside the site: write one such as `{}`", Self::default_of(path)));
            }
        }
        if !self.chart_page.ends_with(".html") {
            return error("chart_page", format!("`{}` is not a page: its name must end with `.html`", self.chart_page));
        }
        for (path, value) in [("github_api", &self.github_api), ("gitlab_api", &self.gitlab_api)] {
            if let Err(message) = check_api(value) {
                return error(path, message);
            }
        }
        if self.organisations.is_some() && !self.organisation.is_empty() {
            return error("organisations", "the organisations are listed twice: keep the file or the tables, not both".into());
        }
        match twice(&self.organisation) {
            Some(at) => {
                error(&format!("organisation.{at}.name"), format!("two organisations have the name `{}`", self.organisation[at].name))
            }
            None => Ok(()),
        }
    }

    fn default_of(path: &str) -> String {
        let default = Self::default();
        match path {
            "data" => default.data,
            "download" => default.download,
            _ => default.chart_page,
        }
    }

    /// The base URL of a forge's API, without a slash at its end.
    pub(crate) fn api(&self, forge: ForgeKind) -> &str {
        match forge {
            ForgeKind::GitHub => &self.github_api,
            ForgeKind::GitLab => &self.gitlab_api,
        }
        .trim_end_matches('/')
    }
}

/// A token must reach the forge encrypted, or not leave this machine, which tests use.
fn check_api(url: &str) -> Result<(), String> {
    let example = "write a URL such as `https://git.example.org/api/v4`";
    let Ok(parsed) = Url::parse(url) else { return Err(format!("`{url}` is not a URL: {example}")) };
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(format!("a user name or password must not be in the URL: {example}, and set the token in the environment"));
    }
    match (parsed.scheme(), parsed.host_str()) {
        ("https", Some(_)) | ("http", Some("127.0.0.1" | "localhost" | "[::1]")) => Ok(()),
        _ => Err(format!("`{url}` is not encrypted: {example}")),
    }
}

/// The first organisation with the name of an earlier one.
fn twice(organisations: &[Source]) -> Option<usize> {
    (0..organisations.len()).find(|at| organisations[..*at].iter().any(|before| before.name == organisations[*at].name))
}

/// The ids of GitLab's groups are numbers, and may be written without quotes.
fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Value::Number(number) if number.is_u64() => Ok(number.to_string()),
        other => Err(serde::de::Error::custom(format!(
            "`{other}` is not an id: write a login in quotes, or the number or path of a GitLab group"
        ))),
    }
}

/// The YAML file: two maps from display name to id.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct OrganisationFile {
    github_org_dict: BTreeMap<String, serde_yaml::Value>,
    gitlab_group_dict: BTreeMap<String, serde_yaml::Value>,
}

/// The organisations of the YAML file: those of GitHub by name, then those of GitLab.
///
/// # Errors
/// The line and column (from 1, or 0 when it is about the file as a whole) and one sentence.
pub(crate) fn organisation_file(text: &str) -> Result<Vec<Source>, (usize, usize, String)> {
    let file: OrganisationFile = serde_yaml::from_str(text).map_err(|error| {
        let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
        let what = "the file must contain the maps `github_org_dict` and `gitlab_group_dict`, from name to id";
        (line, column, format!("{error}; {what}"))
    })?;
    let mut sources = Vec::new();
    for (forge, map) in [(ForgeKind::GitHub, file.github_org_dict), (ForgeKind::GitLab, file.gitlab_group_dict)] {
        for (name, id) in map {
            let id = match id {
                serde_yaml::Value::String(text) => text,
                serde_yaml::Value::Number(number) => number.to_string(),
                _ => return Err((0, 0, format!("the id of `{name}` must be a login, or the number or path of a GitLab group"))),
            };
            sources.push(Source { name, forge, id });
        }
    }
    match twice(&sources) {
        Some(at) => Err((0, 0, format!("`{}` is in both maps: give one of them another name", sources[at].name))),
        None => Ok(sources),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_settings_are_the_defaults_and_all_may_be_set() {
        assert_eq!(Settings::read(&Value::Null), Ok(Settings::default()));
        let set =
            json!({ "organisation": [{ "name": "A", "forge": "gitlab", "id": 7 }], "include_forks": true, "gitlab_api": "https://x/api/" });
        let read = Settings::read(&set).unwrap();
        assert_eq!((read.organisation[0].id.as_str(), read.api(ForgeKind::GitLab)), ("7", "https://x/api"));
    }

    #[test]
    fn an_error_has_the_path_of_its_setting() {
        let path = |value: Value| Settings::read(&value).unwrap_err().path;
        assert_eq!(path(json!({ "dta": "x.csv" })), "dta");
        assert_eq!(path(json!({ "organisation": [{ "name": "A", "forge": "sourcehut", "id": "a" }] })), "organisation.0.forge");
        assert_eq!(path(json!({ "data": "../x.csv" })), "data");
        for url in ["http://git.example.org/", "http://localhost:x@127.0.0.2", "https://u:p@git.example.org", "https://", "git.example.org"]
        {
            assert_eq!(path(json!({ "github_api": url })), "github_api", "{url}");
        }
        assert!(Settings::read(&json!({ "github_api": "http://[::1]:80/" })).is_ok());
        let error = Settings::read(&json!({ "gitlab_api": "https://u:p4ss@git.example.org" })).unwrap_err();
        assert!(!error.message.contains("p4ss"), "{}", error.message);
        assert_eq!(path(json!({ "chart_page": "chart" })), "chart_page");
        let two = json!([{ "name": "A", "forge": "github", "id": "a" }, { "name": "A", "forge": "gitlab", "id": 1 }]);
        assert_eq!(path(json!({ "organisation": two })), "organisation.1.name");
        assert_eq!(
            path(json!({ "organisation": [{ "name": "A", "forge": "github", "id": "a" }], "organisations": "x.yaml" })),
            "organisations"
        );
    }

    #[test]
    fn the_yaml_file_has_two_maps_and_an_error_has_its_line() {
        let text = "github_org_dict:\n  Vale Trust: vale\n  Abbey: abbey\ngitlab_group_dict:\n  Moor: 42\n";
        let names: Vec<String> =
            organisation_file(text).unwrap().into_iter().map(|source| format!("{} {} {}", source.name, source.forge, source.id)).collect();
        assert_eq!(names, ["Abbey GitHub abbey", "Vale Trust GitHub vale", "Moor GitLab 42"]);
        assert_eq!(organisation_file("github_org_dict:\n  A: a\ngithub_orgs: {}\n").unwrap_err().0, 3);
    }
}
