//! The role `Command`: a subcommand of a plugin, `avocet PLUGIN NAME [--option VALUE]`.
//!
//! It is the one role that may touch the disk and the network, because a person asked for it; building a site never does. It prints
//! nothing: what it has to say goes to the [`Console`] that it is given, and what went wrong is [`Diagnostic`]s.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::Diagnostic;

/// A subcommand of a plugin.
pub trait Command: Send + Sync {
    /// Its name: `collect` of `avocet stats collect`.
    fn name(&self) -> &str;

    /// What it does, in one line without a full stop.
    fn about(&self) -> &str;

    /// The options that it takes.
    fn options(&self) -> Vec<CommandOption>;

    /// Does it. With an error among what it gives, the process exits with 1.
    fn run(&self, call: &Call, console: &dyn Console) -> Vec<Diagnostic>;
}

/// An option of a subcommand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandOption {
    /// Its name without the dashes: `dry-run`.
    pub name: &'static str,
    /// What its value is called in the help (`NAME`); nothing for a switch.
    pub value: Option<&'static str>,
    /// What it is for, in one line without a full stop.
    pub help: &'static str,
}

/// A call of a subcommand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// The site's folder.
    pub root: PathBuf,
    /// The folder of what is remembered between runs; it may not exist yet.
    pub cache: PathBuf,
    /// The options that were given; a switch has an empty value.
    pub options: BTreeMap<String, String>,
}

/// Where a command says how it goes. Several threads may speak at once.
pub trait Console: Send + Sync {
    /// One line that stays.
    fn say(&self, line: &str);

    /// How far it is, of `total` steps, and what it does now. Shown where there is a terminal, and nowhere else.
    fn progress(&self, done: usize, total: usize, now: &str);
}
