//! The only room that draws problems: [`Diagnostic`]s in; text for people, JSON lines for tools, or annotations for GitHub out.

mod github;
mod json;
mod text;

use std::fmt;
use std::io::{self, Write};

use avocet_plugin::Diagnostic;
use clap::ValueEnum;

/// For whom problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Drawings for people
    Text,
    /// A JSON object a line
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Github => "github",
        })
    }
}

/// Prints problems in this order.
///
/// # Errors
/// When `out` cannot be written.
pub fn diagnostics(out: &mut dyn Write, format: Format, colour: bool, diagnostics: &[Diagnostic]) -> io::Result<()> {
    for diagnostic in diagnostics {
        match format {
            Format::Text => writeln!(out, "{}\n", text::draw(diagnostic, colour))?,
            Format::Json => writeln!(out, "{}", json::line(diagnostic))?,
            Format::Github => writeln!(out, "{}", github::annotation(diagnostic))?,
        }
    }
    Ok(())
}

/// Problems by file, line, column and kind, each once.
#[must_use]
pub fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let key = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref();
        (
            place.map(|place| (place.file.clone(), place.line, place.column)).unwrap_or_default(),
            diagnostic.code.clone(),
            diagnostic.message.clone(),
        )
    };
    diagnostics.sort_by_cached_key(key);
    diagnostics.dedup();
    diagnostics
}

/// Whether to colour: on a terminal, unless `NO_COLOR` or a dumb terminal says otherwise (<https://no-color.org>); always with
/// `CLICOLOR_FORCE`.
#[must_use]
pub fn colour(terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    if set("NO_COLOR") {
        return false;
    }
    set("CLICOLOR_FORCE") || terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
