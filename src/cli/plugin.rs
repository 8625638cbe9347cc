//! `avocet PLUGIN COMMAND`: the commands that plugins bring, declared to clap from what they say of themselves.
//!
//! Plugins print nothing: their lines, and a bar where there is a terminal, are drawn here.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use avocet_plugin::{Call, Console, Diagnostic, Plugin, codes, suggest};
use clap::{Arg, ArgAction, ArgMatches};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Common, Outcome, show, tally};
use crate::plugin::Registry;
use crate::project::Project;
use crate::report::Format;

/// Marks the options of plugins among all matches.
const OWN: &str = "plugin:";

/// A command of a plugin, as it was called.
pub(super) struct Asked {
    plugin: String,
    command: String,
    options: BTreeMap<String, String>,
    arguments: Vec<String>,
}

impl Asked {
    /// A command of a plugin that is a program, with its arguments.
    pub(super) fn new(plugin: String, command: String, arguments: Vec<String>) -> Self {
        Self { plugin, command, options: BTreeMap::new(), arguments }
    }
}

/// The command line, with the commands of all plugins that there are.
pub(super) fn declared(mut line: clap::Command, registry: &Registry) -> clap::Command {
    for plugin in registry.unset().iter().filter(|plugin| !plugin.commands.is_empty()) {
        let about = format!("Commands of the plugin {}", plugin.name);
        let mut group = clap::Command::new(plugin.name.clone()).about(about).subcommand_required(true).arg_required_else_help(true);
        for command in &plugin.commands {
            let mut declared = clap::Command::new(command.name().to_owned()).about(command.about().to_owned());
            for option in command.options() {
                let arg = Arg::new(format!("{OWN}{}", option.name)).long(option.name).help(option.help);
                declared = declared.arg(match option.value {
                    Some(value) => arg.value_name(value),
                    None => arg.action(ArgAction::SetTrue),
                });
            }
            group = group.subcommand(declared);
        }
        line = line.subcommand(group);
    }
    line
}

/// The command of a plugin that is meant, with the matches below it, which hold the common options as well.
pub(super) fn asked(matches: &ArgMatches) -> Option<(Asked, &ArgMatches)> {
    let (plugin, matches) = matches.subcommand().filter(|(plugin, _)| *plugin != "plugin")?;
    let (command, matches) = matches.subcommand()?;
    let mut options = BTreeMap::new();
    for id in matches.ids() {
        let Some(name) = id.as_str().strip_prefix(OWN) else { continue };
        if let Ok(Some(value)) = matches.try_get_one::<String>(id.as_str()) {
            options.insert(name.to_owned(), value.clone());
        } else if matches.try_get_one::<bool>(id.as_str()).is_ok_and(|given| given == Some(&true)) {
            options.insert(name.to_owned(), String::new());
        }
    }
    Some((Asked { plugin: plugin.to_owned(), command: command.to_owned(), options, arguments: Vec::new() }, matches))
}

pub(super) fn run(project: &Project, common: &Common, asked: &Asked) -> io::Result<Outcome> {
    let Some(plugin) = project.plugins.iter().find(|plugin| plugin.name == asked.plugin) else {
        let names = project.plugins.iter().map(|plugin| plugin.name.as_str());
        let near = suggest(&asked.plugin, names).map_or(String::new(), |near| format!(": did you mean `{near}`?"));
        let error = codes::UNKNOWN_PLUGIN
            .report(format!("this site does not enable the plugin `{}`{near}", asked.plugin))
            .help(format!("add \"{}\" to [site] plugins in site.toml", asked.plugin));
        show(common, vec![error])?;
        return Ok(Outcome::UsageError);
    };
    let Some(command) = plugin.commands.iter().find(|command| command.name() == asked.command) else {
        show(common, vec![unknown_command(plugin, &asked.command)])?;
        return Ok(Outcome::UsageError);
    };
    let call = Call::new(&project.config.root, project.cache()).options(asked.options.clone()).arguments(asked.arguments.clone());
    let terminal = Terminal::new(common);
    let diagnostics = common.apply_severity(&project.config.check, command.run(&call, &terminal));
    terminal.bar.finish_and_clear();
    let misused = diagnostics.iter().any(|diagnostic| diagnostic.is(&codes::BAD_OPTION));
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    let reported = tally(&diagnostics);
    show(common, diagnostics)?;
    if has_errors && common.format == Format::Text {
        writeln!(io::stderr(), "avocet {} {}: {reported}", asked.plugin, asked.command)?;
    }
    Ok(match (misused, has_errors) {
        (true, _) => Outcome::UsageError,
        (_, true) => Outcome::SiteErrors,
        _ => Outcome::Success,
    })
}

/// The error about a command that a plugin does not have.
fn unknown_command(plugin: &Plugin, name: &str) -> Diagnostic {
    let known = || plugin.commands.iter().map(|command| command.name());
    let near = suggest(name, known()).map_or(String::new(), |near| format!(": did you mean `{near}`?"));
    let all = known().collect::<Vec<_>>().join(", ");
    codes::BAD_OPTION.report(format!("the plugin `{}` has no command `{name}`{near}", plugin.name)).help(if all.is_empty() {
        "it has none".to_owned()
    } else {
        format!("there are: {all}")
    })
}

/// Lines to standard output, progress to a terminal if standard error is one.
struct Terminal {
    bar: ProgressBar,
    quiet: bool,
}

impl Terminal {
    fn new(common: &Common) -> Self {
        let visible = io::stderr().is_terminal() && !common.quiet && common.format == Format::Text;
        let bar = if visible { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar, quiet: common.quiet || common.format != Format::Text }
    }
}

impl Console for Terminal {
    fn print(&self, line: &str) {
        if !self.quiet {
            // Nobody reads on (a closed pipe): the work goes on all the same.
            self.bar.suspend(|| drop(writeln!(io::stdout(), "{line}")));
        }
    }

    fn progress(&self, done: usize, total: usize, now: &str) {
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
        self.bar.set_message(now.to_owned());
    }
}
