//! What went wrong, where, and how to fix it: data only. The engine collects diagnostics and draws them in one place (`report`).

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Code;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something would be lost or wrong: nothing is written and the command exits with 1.
    Error,
    /// Something looks unintended; the site is made. `--strict` makes it an error.
    Warning,
    /// Good to know. Only `check` reports it, and only the settings make an error of it.
    Info,
}

impl Severity {
    /// Its name in the settings, in JSON and in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// One problem of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Its kind in kebab-case, such as `dead-link`: each has a snapshot in `tests/errors/CODE/`.
    pub code: String,
    /// Whether the site's settings and `--allow` may lower it.
    #[serde(default)]
    pub lowerable: bool,
    /// One sentence without a full stop: what is wrong.
    pub message: String,
    /// Where it is, if it is somewhere.
    #[serde(default)]
    pub place: Option<Place>,
    /// Words at the caret: what was expected there.
    #[serde(default)]
    pub label: String,
    /// How to fix it.
    #[serde(default)]
    pub help: Option<String>,
    /// Other places that belong to it.
    #[serde(default)]
    pub related: Vec<Related>,
}

/// A second place, with what it has to do with the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Related {
    /// Where.
    pub place: Place,
    /// Why it is shown.
    pub message: String,
}

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// Path from the site's folder, with `/` between names.
    pub file: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 when the line as a whole is meant.
    pub column: usize,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// The text of the file, of which the report shows the lines.
    #[serde(skip)]
    pub text: Option<Arc<str>>,
}

impl Place {
    /// The bytes `span` of `text`, which is the text of `file`. A span that leaves the text is cut to it.
    #[must_use]
    pub fn new(file: impl Into<String>, text: &Arc<str>, span: Range<usize>) -> Self {
        let start = floor(text, span.start);
        let end = floor(text, span.end).max(start);
        let (line, column) = position(text, start);
        Self { file: file.into(), line, column, span: start..end, text: Some(Arc::clone(text)) }
    }

    /// A whole file.
    #[must_use]
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: 0, column: 0, span: 0..0, text: None }
    }
}

/// Lines and columns are counted from the last of these steps, so that many places in a long text cost no more than its length.
const STEP: usize = 1024;

/// The line and the column at every [`STEP`] bytes of a text, as far as they were asked for.
struct Positions {
    text: Arc<str>,
    steps: Vec<(usize, usize)>,
}

thread_local! {
    /// Those of the text that was asked for last.
    static LAST: RefCell<Option<Positions>> = const { RefCell::new(None) };
}

/// The line and the column of the byte `at`, both from 1.
fn position(text: &Arc<str>, at: usize) -> (usize, usize) {
    LAST.with_borrow_mut(|last| {
        let positions = match last.take() {
            Some(known) if Arc::ptr_eq(&known.text, text) => known,
            _ => Positions { text: Arc::clone(text), steps: vec![(1, 1)] },
        };
        last.insert(positions).find(at)
    })
}

impl Positions {
    fn find(&mut self, at: usize) -> (usize, usize) {
        let bytes = self.text.as_bytes();
        while let Some(&last) = self.steps.last().filter(|_| self.steps.len() <= at / STEP) {
            let start = (self.steps.len() - 1) * STEP;
            self.steps.push(advance(last, &bytes[start..start + STEP]));
        }
        advance(self.steps[at / STEP], &bytes[at / STEP * STEP..at])
    }
}

/// Line and column after these bytes.
fn advance((line, column): (usize, usize), bytes: &[u8]) -> (usize, usize) {
    let characters = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => (line + bytes.iter().filter(|byte| **byte == b'\n').count(), 1 + characters(&bytes[end + 1..])),
        None => (line, column + characters(bytes)),
    }
}

/// The last border of characters at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl Diagnostic {
    /// A problem of the kind `code`, as bad as that usually is; plugins write `CODE.report("…")`.
    #[must_use]
    pub(crate) fn new(code: &Code, message: impl Into<String>) -> Self {
        Self {
            severity: code.severity,
            code: code.name.to_owned(),
            lowerable: code.lowerable,
            message: message.into(),
            place: None,
            label: String::new(),
            help: None,
            related: Vec::new(),
        }
    }

    /// Another severity than its kind usually has. One that is raised to an error is meant: it cannot be lowered again.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.lowerable &= severity != Severity::Error;
        self.severity = severity;
        self
    }

    /// Whether it is of this kind.
    #[must_use]
    pub fn is(&self, code: &Code) -> bool {
        self.code == code.name
    }

    /// Puts it at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Words at the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// How to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A second place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }

    /// Whether it stops the build.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The name among `known` that `name` was probably meant to be, for "did you mean": at least 0.7 alike by Jaro-Winkler, the most
/// alike first, ties to the first in order.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let mut best = None;
    let mut best_score = 0.7;
    for candidate in known {
        let score = strsim::jaro_winkler(&wanted, &candidate.to_lowercase());
        if score > best_score {
            best_score = score;
            best = Some(candidate);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let text: Arc<str> = Arc::from("a\nbé x\n");
        let place = Place::new("f", &text, 6..7);
        assert_eq!((place.line, place.column), (2, 4));
        let long: Arc<str> = Arc::from("é\nab\u{1F600}".repeat(2000));
        for at in (0..long.len()).rev().step_by(7).filter(|at| long.is_char_boundary(*at)) {
            let place = Place::new("f", &long, at..at);
            let before = &long[..at];
            let line_start = before.rfind('\n').map_or(0, |end| end + 1);
            assert_eq!((place.line, place.column), (1 + before.matches('\n').count(), 1 + before[line_start..].chars().count()), "{at}");
        }
    }

    #[test]
    fn the_nearest_name_is_found_and_a_stranger_is_not() {
        let known = ["tags", "title", "summary"];
        assert_eq!(suggest("tagz", known), Some("tags"));
        assert_eq!(suggest("Sumary", known), Some("summary"));
        assert_eq!(suggest("xyzzy", known), None);
    }
}
