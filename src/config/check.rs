//! `[check]`: how severe each code is, what is too large, and how links to other hosts are checked.

use std::collections::BTreeMap;

use avocet_plugin::{Diagnostic, Severity, codes, suggest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tree::Tree;

/// `[check]`, before its values are checked.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CheckTable {
    /// How severe each code is: `error`, `warning`, `info`, or `off` to not report it.
    #[schemars(extend("additionalProperties" = { "enum": ["error", "warning", "info", "off"] }))]
    severity: BTreeMap<String, String>,
    /// The largest page or image in kilobytes of 1,000 bytes; 0 for no limit.
    max_file_kb: usize,
    /// Only these hosts, or URLs that start like this, are checked with `--external`; all if the list is empty.
    external_allow: Vec<String>,
    /// Hosts, or URLs that start like this, that are not checked.
    external_ignore: Vec<String>,
    /// Seconds to wait for an answer; at least 1.
    #[schemars(range(min = 1))]
    external_timeout: usize,
    /// How often a host that does not answer is asked again.
    external_retries: usize,
    /// Milliseconds between two requests to one host; a second attempt waits twice as long, a third four times.
    external_pause: usize,
    /// Days for which a good answer is remembered; 0 to remember none.
    external_days: usize,
}

impl Default for CheckTable {
    fn default() -> Self {
        Self {
            severity: BTreeMap::new(),
            max_file_kb: 1000,
            external_allow: Vec::new(),
            external_ignore: Vec::new(),
            external_timeout: 20,
            external_retries: 2,
            external_pause: 500,
            external_days: 7,
        }
    }
}

/// `[check]`.
#[derive(Debug, Clone)]
pub struct CheckSettings {
    /// The severities that the site sets, by code; `None` if the code is not reported.
    pub severity: BTreeMap<String, Option<Severity>>,
    /// The largest page or image in kilobytes of 1,000 bytes; 0 for no limit.
    pub max_file_kb: usize,
    /// How links to other hosts are checked.
    pub external: ExternalSettings,
}

/// The settings `external_…` of `[check]`.
#[derive(Debug, Clone)]
pub struct ExternalSettings {
    /// Only these hosts, or URLs that start like this, are checked; all if the list is empty.
    pub allow: Vec<String>,
    /// Hosts, or URLs that start like this, that are not checked.
    pub ignore: Vec<String>,
    /// Seconds to wait for an answer; at least 1.
    pub timeout: usize,
    /// How often a host that does not answer is asked again.
    pub retries: usize,
    /// Milliseconds between two requests to one host; a second attempt waits twice as long, a third four times.
    pub pause: usize,
    /// Days for which a good answer is remembered; 0 to remember none.
    pub days: usize,
}

/// The words for a severity.
const WORDS: [&str; 4] = ["error", "warning", "info", "off"];

/// Checks the table.
pub(super) fn check(table: &CheckTable, tree: &Tree, errors: &mut Vec<Diagnostic>) -> CheckSettings {
    let mut severity = BTreeMap::new();
    for (name, word) in &table.severity {
        match level(word) {
            Ok(level) => drop(severity.insert(name.clone(), level)),
            Err(error) => errors.push(error.at(tree.place(&format!("check.severity.{name}")))),
        }
    }
    if table.external_timeout == 0 {
        let error = codes::BAD_SETTING.report("the timeout must be at least 1 second").at(tree.place("check.external_timeout"));
        errors.push(error.help("write 20, or remove the setting"));
    }
    for (list, name) in [(&table.external_allow, "external_allow"), (&table.external_ignore, "external_ignore")] {
        for (at, _) in list.iter().enumerate().filter(|(_, entry)| entry.trim().is_empty()) {
            let error = codes::BAD_SETTING.report("this does not name a host").at(tree.place(&format!("check.{name}.{at}")));
            errors.push(error.help("write a host, such as example.org, or the start of a URL, such as https://example.org/old/"));
        }
    }
    CheckSettings {
        severity,
        max_file_kb: table.max_file_kb,
        external: ExternalSettings {
            allow: table.external_allow.clone(),
            ignore: table.external_ignore.clone(),
            timeout: table.external_timeout,
            retries: table.external_retries,
            pause: table.external_pause,
            days: table.external_days,
        },
    }
}

/// The severity that `word` means; nothing for `off`.
fn level(word: &str) -> Result<Option<Severity>, Diagnostic> {
    match word {
        "error" => Ok(Some(Severity::Error)),
        "warning" => Ok(Some(Severity::Warning)),
        "info" => Ok(Some(Severity::Info)),
        "off" => Ok(None),
        _ => {
            let near = suggest(word, WORDS).map_or(String::new(), |near| format!("did you mean `{near}`?"));
            let error = codes::BAD_SETTING.report(format!("`{word}` is not a severity")).label(near);
            Err(error.help(format!("write one of: {}", WORDS.join(", "))))
        }
    }
}
