//! A kind of problem, as a constant that makes diagnostics of its kind.

use crate::{Diagnostic, Severity};

/// A kind of problem. `DEAD_LINK.report("…")` makes a [`Diagnostic`] of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// In kebab-case, such as `dead-link`.
    pub name: &'static str,
    /// How bad it is unless the settings say otherwise.
    pub severity: Severity,
    /// Whether `[check] severity` and `--allow` may lower it: no page is missing because of it.
    pub lowerable: bool,
    /// What is wrong, in one sentence of Markdown.
    pub meaning: &'static str,
    /// How to fix it, in one sentence of Markdown.
    pub fix: &'static str,
}

/// Codes that stand together in the manual's page of errors.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeGroup {
    /// The anchor of the section.
    pub anchor: &'static str,
    /// In the order of the manual.
    pub codes: &'static [&'static Code],
}

impl CodeGroup {
    /// The group of these codes.
    #[must_use]
    pub const fn new(anchor: &'static str, codes: &'static [&'static Code]) -> Self {
        Self { anchor, codes }
    }
}

impl Code {
    /// An error that would leave something an author wrote out of the site: it stays an error.
    #[must_use]
    pub const fn fixed(name: &'static str, meaning: &'static str, fix: &'static str) -> Self {
        Self { name, severity: Severity::Error, lowerable: false, meaning, fix }
    }

    /// An error with which every page is still there.
    #[must_use]
    pub const fn error(name: &'static str, meaning: &'static str, fix: &'static str) -> Self {
        Self { lowerable: true, ..Self::fixed(name, meaning, fix) }
    }

    /// Something that looks unintended.
    #[must_use]
    pub const fn warning(name: &'static str, meaning: &'static str, fix: &'static str) -> Self {
        Self { severity: Severity::Warning, ..Self::error(name, meaning, fix) }
    }

    /// Something that is good to know.
    #[must_use]
    pub const fn info(name: &'static str, meaning: &'static str, fix: &'static str) -> Self {
        Self { severity: Severity::Info, ..Self::error(name, meaning, fix) }
    }

    /// A problem of this kind. `message` is one sentence without a full stop.
    #[must_use]
    pub fn report(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self, message)
    }
}

/// Declares kinds of problems as constants, with their group:
///
/// ```
/// avocet_plugin::code_group! {
///     /// What the plugin `weather` reports.
///     pub(crate) WEATHER "weather":
///     NO_FORECAST = warning("no-forecast", "There is no forecast", "Ask again tomorrow");
/// }
/// assert_eq!(NO_FORECAST.report("the station is silent").code, "no-forecast");
/// # assert_eq!(WEATHER.codes.len(), 1);
/// ```
///
/// The texts are Markdown of the manual's page of errors; the string after the group's name is the anchor of its section there.
#[macro_export]
macro_rules! code_group {
    ($(#[$doc:meta])* $vis:vis $group:ident $anchor:literal: $($name:ident = $kind:ident($code:literal, $meaning:literal, $fix:literal);)*) => {
        $(#[doc = $meaning] $vis const $name: $crate::Code = $crate::Code::$kind($code, $meaning, $fix);)*
        $(#[$doc])*
        $vis const $group: $crate::CodeGroup = $crate::CodeGroup::new($anchor, &[$(&$name),*]);
    };
}
