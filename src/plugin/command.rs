//! The role `Command` of a plugin that is no part of this program: a process of its own, which has the terminal.

use std::path::Path;

use avocet_plugin::{Call, Command, CommandOption, Console, Diagnostic};

use super::process::{self, Launch};

/// A command of a plugin.
pub(super) struct External {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) launch: Launch,
}

impl Command for External {
    fn name(&self) -> &str {
        &self.name
    }

    fn about(&self) -> &str {
        &self.about
    }

    fn options(&self) -> Vec<CommandOption> {
        Vec::new()
    }

    fn run(&self, call: &Call, console: &dyn Console) -> Vec<Diagnostic> {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (site, cache) = (absolute(&call.root), absolute(&call.cache).join("plugin").join(&self.launch.plugin));
        console.print(&self.launch.line());
        let variables = [("AVOCET_SITE", &*site), ("AVOCET_CACHE", &*cache)];
        process::run(&self.launch, &call.arguments, variables).err().map(|error| *error).into_iter().collect()
    }
}
