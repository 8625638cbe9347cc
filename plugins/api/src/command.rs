//! The role `Command`: a subcommand of a plugin, `avocet PLUGIN NAME [--option VALUE]`.
//!
//! It is the one role that may touch the disk and the network, because a person asked for it; building a site never does. It prints
//! nothing: its messages go to the [`Console`] that it is given, and what went wrong is [`Diagnostic`]s.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Diagnostic;

/// A subcommand of a plugin.
pub trait Command: Send + Sync {
    /// Its name: `collect` of `avocet stats collect`.
    fn name(&self) -> &str;

    /// What it does, in one line without a full stop.
    fn about(&self) -> &str;

    /// The options that it takes.
    fn options(&self) -> Vec<CommandOption>;

    /// Does it. With an error among the diagnostics, the process exits with 1.
    fn run(&self, call: &Call, console: &dyn Console) -> Vec<Diagnostic>;
}

/// An option of a subcommand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommandOption {
    /// Its name without the dashes: `dry-run`.
    pub name: String,
    /// What its value is called in the help (`NAME`); nothing for a switch.
    pub value: Option<String>,
    /// What it is for, in one line without a full stop.
    pub help: String,
}

impl CommandOption {
    /// An option with a value, which the help calls `value`.
    pub fn with_value(name: impl Into<String>, value: impl Into<String>, help: impl Into<String>) -> Self {
        Self { name: name.into(), value: Some(value.into()), help: help.into() }
    }

    /// An option without a value.
    pub fn switch(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self { name: name.into(), value: None, help: help.into() }
    }
}

/// A call of a subcommand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Call {
    /// The site's folder.
    pub root: PathBuf,
    /// The folder of what is remembered between runs; it may not exist yet.
    pub cache: PathBuf,
    /// The options that were given; a switch has an empty value.
    pub options: BTreeMap<String, String>,
    /// Words that stand after the command, for one that is a program of its own.
    #[serde(default)]
    pub arguments: Vec<String>,
}

impl Call {
    /// A call for the site in the folder `root`, without options.
    pub fn new(root: impl Into<PathBuf>, cache: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), cache: cache.into(), options: BTreeMap::new(), arguments: Vec::new() }
    }

    /// With these options.
    #[must_use]
    pub fn options(self, options: BTreeMap<String, String>) -> Self {
        Self { options, ..self }
    }

    /// With these words after the command.
    #[must_use]
    pub fn arguments(self, arguments: Vec<String>) -> Self {
        Self { arguments, ..self }
    }
}

/// Where a command reports its progress. Several threads may use it at once.
pub trait Console: Send + Sync {
    /// Prints one line.
    fn print(&self, line: &str);

    /// Shows progress in a terminal: `done` of `total` steps, and what is being done now.
    fn progress(&self, done: usize, total: usize, now: &str);
}
