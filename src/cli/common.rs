//! The options of every command, how its help shows them, and the folder of the site that they name.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ColorChoice};

use crate::config::Overrides;
use crate::plugin::Trust;
use crate::report::Format;

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Common {
    /// Folder of the site; without it, the nearest folder above with a site.toml
    #[arg(long, value_name = "DIR", default_value = ".", global = true)]
    pub(super) site: PathBuf,
    /// Settings file, instead of site.toml in the folder of the site
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) config: Option<PathBuf>,
    /// Override settings with those in [profile.NAME]
    #[arg(long, value_name = "NAME", global = true)]
    pub(super) profile: Option<String>,
    /// Output folder
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) output: Option<PathBuf>,
    /// URL of the site, instead of [site] url
    #[arg(long, value_name = "URL", global = true)]
    pub(super) base_url: Option<String>,
    /// Include drafts
    #[arg(long, global = true)]
    pub(super) drafts: bool,
    /// Include scheduled articles
    #[arg(long, global = true)]
    pub(super) future: bool,
    /// Set one setting: --set articles.page_size=5
    #[arg(long, value_name = "KEY=VALUE", global = true)]
    pub(super) set: Vec<String>,
    /// Number of threads; all processors by default
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// How to print problems and lists: text, json or github
    #[arg(long, value_enum, default_value_t = Format::Text, hide_possible_values = true, global = true)]
    pub(super) format: Format,
    /// Whether to print in colour: auto, always or never
    #[arg(long, alias = "colour", value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto, global = true)]
    #[arg(hide_possible_values = true)]
    pub(super) color: ColorChoice,
    /// Print only problems
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Print how long each stage took
    #[arg(long, global = true)]
    pub(super) timings: bool,
    /// Treat warnings as errors
    #[arg(long, global = true)]
    pub(super) strict: bool,
    /// Treat errors of this kind, such as dead-link, as warnings, and publish the site with them
    #[arg(long, value_name = "CODE", global = true)]
    pub(super) allow: Vec<String>,
    /// Run only plugins whose files are those of this lock
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) trust: Option<PathBuf>,
    /// Run no plugins that are programs
    #[arg(long, global = true, conflicts_with = "trust")]
    pub(super) safe: bool,
}

impl Common {
    /// What the command line changes in the settings.
    pub(super) fn overrides(&self) -> Overrides {
        Overrides {
            file: self.config.clone(),
            profile: self.profile.clone(),
            set: self.set.clone(),
            output: self.output.clone(),
            base_url: self.base_url.clone(),
            drafts: self.drafts,
            future: self.future,
        }
    }

    /// Which plugins may run.
    pub(super) fn trust(&self) -> Trust {
        match (&self.trust, self.safe) {
            (_, true) => Trust::Nothing,
            (Some(file), _) => Trust::Listed(file.clone()),
            (None, false) => Trust::All,
        }
    }

    /// Whether a command prints more than problems.
    pub(super) fn is_chatty(&self) -> bool {
        self.format == Format::Text && !self.quiet
    }

    /// The same options, with the nearest folder above as the site if the current folder is in a site. Says so.
    pub(super) fn find_site(mut self) -> Self {
        if self.site == Path::new(".")
            && self.config.is_none()
            && let Some(above) = site_above(Path::new("."))
        {
            if self.is_chatty() {
                // Where nobody reads, the work goes on.
                let _ = writeln!(io::stderr(), "The site is in `{}`", above.display());
            }
            self.site = above;
        }
        self
    }
}

/// The nearest folder above that has a `site.toml`, unless this folder has one itself.
fn site_above(folder: &Path) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    let found = folder.ancestors().find(|folder| folder.join("site.toml").is_file())?;
    (found != folder).then(|| found.to_owned())
}

/// The common options in the help of each command; that of `avocet` itself has all of them.
const FREQUENT: [&str; 5] = ["site", "profile", "drafts", "format", "quiet"];

/// The command line with help that fits a screen.
pub(super) fn brief_help(mut line: clap::Command) -> clap::Command {
    // Only a complete command line hands its common options down to the commands.
    line.build();
    line.mut_subcommands(brief)
}

fn brief(command: clap::Command) -> clap::Command {
    if command.get_name() == "help" {
        return command;
    }
    let is_rare = |arg: &clap::Arg| arg.is_global_set() && !FREQUENT.contains(&arg.get_id().as_str());
    let rare: Vec<&str> = command.get_arguments().filter(|arg| is_rare(arg)).filter_map(|arg| arg.get_long()).collect();
    let more = format!("Also (see `avocet help`):\n  --{}", rare.join(" --"));
    command.mut_args(|arg| if is_rare(&arg) { arg.hide(true) } else { arg }).after_help(more).mut_subcommands(brief)
}
