//! `avocet completions SHELL` and `avocet man`, for packagers: print text made from the same table as the help.

use std::io::{self, Write};

use clap::Command;
use clap_complete::Shell;

use super::Outcome;

/// Completions for a shell.
pub(super) fn completions(shell: Shell, mut line: Command) -> io::Result<Outcome> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut line, "avocet", &mut text);
    io::stdout().lock().write_all(&text)?;
    Ok(Outcome::Success)
}

/// The manual page `avocet(1)`, with a section for each command.
pub(super) fn man(line: Command) -> io::Result<Outcome> {
    let mut text = Vec::new();
    write_man(line, &mut text)?;
    io::stdout().lock().write_all(&text)?;
    Ok(Outcome::Success)
}

/// Writes the manual page to `out`.
pub(super) fn write_man(mut line: Command, out: &mut Vec<u8>) -> io::Result<()> {
    line.build();
    clap_mangen::Man::new(line.clone()).render(out)?;
    line.get_subcommands().filter(|command| command.get_name() != "help").try_for_each(|command| section(out, command))
}

/// A command with its own options, without those of every command.
fn section(out: &mut Vec<u8>, command: &Command) -> io::Result<()> {
    let own = command.get_arguments().any(|arg| !arg.is_global_set() && arg.get_id() != "help");
    if own {
        let mut alone = command.clone().disable_help_flag(true);
        let common: Vec<_> = alone.get_arguments().filter(|arg| arg.is_global_set()).map(|arg| arg.get_id().clone()).collect();
        for id in common {
            alone = alone.mut_arg(id, |arg| arg.hide(true));
        }
        let name = command.get_display_name().unwrap_or(command.get_name()).replace('-', " ").to_uppercase();
        writeln!(out, ".SH \"{name}\"")?;
        clap_mangen::Man::new(alone).render_options_section(out)?;
    }
    command.get_subcommands().filter(|command| command.get_name() != "help").try_for_each(|command| section(out, command))
}
