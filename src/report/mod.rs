//! The only module that formats problems: [`Diagnostic`]s become text for people, JSON lines for tools, or annotations for GitHub.

mod github;
mod json;
mod text;

use std::fmt;
use std::io::{self, Write};

use avocet_plugin::Diagnostic;
use clap::{ColorChoice, ValueEnum};

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people
    Text,
    /// One JSON object on each line
    Json,
    /// Annotations for a GitHub workflow
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

/// A problem as text for people, without colour.
#[must_use]
pub fn drawing(diagnostic: &Diagnostic) -> String {
    text::draw(diagnostic, false)
}

/// The problems sorted by file, line, column and kind, without duplicates.
#[must_use]
pub fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let key = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref();
        (
            place.map(|place| (place.file.clone(), place.line, place.column)).unwrap_or_default(),
            diagnostic.code.clone(),
            diagnostic.message.clone(),
            // These bring duplicates together, because `dedup` compares only neighbours.
            (diagnostic.label.clone(), diagnostic.help.clone(), diagnostic.severity),
        )
    };
    diagnostics.sort_by_cached_key(key);
    diagnostics.dedup();
    diagnostics
}

/// Whether to use colour: as chosen, or else on a terminal, unless `NO_COLOR` is set (<https://no-color.org>) or the terminal is dumb;
/// always with `CLICOLOR_FORCE`.
#[must_use]
pub fn colour(choice: ColorChoice, terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => colour_by(terminal, |name| std::env::var(name).ok()),
    }
}

fn colour_by(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    // By that standard, any value counts if it is not empty, including 0.
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return false;
    }
    let forced = variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    forced || terminal && variable("TERM").is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use avocet_plugin::Place;

    use avocet_plugin::Code;

    use super::*;

    #[test]
    fn problems_are_sorted_by_place_without_duplicates() {
        let text: Arc<str> = Arc::from("a\nb\nc\n");
        let at = |file: &str, byte: usize| Code::error("x", "", "").report("m").at(Place::new(file, &text, byte..byte + 1));
        let unsorted =
            vec![at("b", 0), at("a", 4), at("a", 0).help("h"), at("a", 0), at("a", 0).help("h"), Code::error("z", "", "").report("m")];
        let sorted = sorted(unsorted);
        let places: Vec<_> = sorted.iter().map(|problem| problem.place.as_ref().map(|place| (place.file.as_str(), place.line))).collect();
        assert_eq!(places, [None, Some(("a", 1)), Some(("a", 1)), Some(("a", 3)), Some(("b", 1))]);
    }

    #[test]
    fn colour_follows_the_choice_or_the_terminal_and_the_variables() {
        assert!(colour(ColorChoice::Always, false) && !colour(ColorChoice::Never, true));
        let with = |terminal, set: &[(&str, &str)]| {
            colour_by(terminal, |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(with(true, &[]) && !with(false, &[]));
        assert!(!with(true, &[("NO_COLOR", "0")]) && with(true, &[("NO_COLOR", "")]));
        assert!(with(false, &[("CLICOLOR_FORCE", "1")]) && !with(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!with(true, &[("TERM", "dumb")]) && !with(true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    }
}
