//! The tables of `content/pages/command-line.md`, made from the same declaration as the help. `SNAPSHOTS=overwrite cargo test --lib manual`
//! writes them, and the test fails if the manual has other tables.

use clap::{Arg, ArgAction, Command};

/// The heading before the tables.
pub(super) const BEGIN: &str = "## Commands {#commands}\n";
/// The heading after the tables.
pub(super) const END: &str = "## Exit codes {#exit-codes}\n";

/// The sections about commands, their options, and the common options.
pub(super) fn sections(line: &Command) -> String {
    let mut out = format!("{BEGIN}\n| Command | What it does |\n| --- | --- |\n");
    let commands = commands(line, "avocet");
    for (name, command) in &commands {
        let usage: Vec<String> = positionals(command).map(usage).collect();
        let usage = std::iter::once(name.clone()).chain(usage).collect::<Vec<_>>().join(" ");
        out += &format!("| `{usage}` | {} |\n", text(command.get_about()));
    }
    out += "\n## Options of one command {#own-options}\n\n| Command | Option | What it does |\n| --- | --- | --- |\n";
    for (name, command) in &commands {
        for arg in positionals(command).chain(options(command)) {
            let form = if arg.is_positional() { arg_name(arg) } else { form(arg) };
            out += &format!("| `{name}` | `{form}` | {} |\n", text(arg.get_help()));
        }
    }
    out += "\n## Options of every command {#options}\n\n| Option | What it does |\n| --- | --- |\n";
    for arg in line.get_arguments().filter(|arg| arg.is_global_set()) {
        out += &format!("| `{}` | {} |\n", form(arg), text(arg.get_help()));
    }
    out + "\n"
}

/// All commands that do something, including subcommands.
fn commands<'c>(command: &'c Command, name: &str) -> Vec<(String, &'c Command)> {
    let below = command.get_subcommands().filter(|command| command.get_name() != "help");
    let named = below.map(|command| (format!("{name} {}", command.get_name()), command));
    named.flat_map(|(name, command)| if command.has_subcommands() { commands(command, &name) } else { vec![(name, command)] }).collect()
}

fn positionals(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| arg.is_positional())
}

fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command
        .get_arguments()
        .filter(|arg| !arg.is_positional() && !arg.is_global_set() && !matches!(arg.get_id().as_str(), "help" | "version"))
}

fn arg_name(arg: &Arg) -> String {
    arg.get_value_names().and_then(|names| names.first()).map_or_else(|| arg.get_id().to_string().to_uppercase(), ToString::to_string)
}

/// `[WHAT]`, or `TITLE` when it is required.
fn usage(arg: &Arg) -> String {
    if arg.is_required_set() { arg_name(arg) } else { format!("[{}]", arg_name(arg)) }
}

/// `--output DIR`, `-q, --quiet`.
fn form(arg: &Arg) -> String {
    let short = arg.get_short().map_or(String::new(), |short| format!("-{short}, "));
    let long = arg.get_long().unwrap_or_default();
    let value = if matches!(arg.get_action(), ArgAction::SetTrue) { String::new() } else { format!(" {}", arg_name(arg)) };
    format!("{short}--{long}{value}")
}

/// Text for a table cell.
fn text(help: Option<&clap::builder::StyledStr>) -> String {
    help.map_or(String::new(), |help| help.to_string().replace('|', "\\|").replace("[profile.NAME]", "`[profile.NAME]`"))
}
