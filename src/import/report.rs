//! What became of each setting.

use avocet_plugin::Place;
use serde::Serialize;

/// What became of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// `site.toml` has it.
    TakenOver,
    /// Avocet does what it asks for, or nobody needs it.
    NotNeeded,
    /// It says something to the theme or to a plugin.
    OfTheme,
    /// There is nothing like it: somebody has to do something.
    NotPossible,
    /// Only running the file would tell its value.
    NotRead,
}

impl Outcome {
    /// All, in the order of the report, each with its heading.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::TakenOver, "Taken over"),
        (Self::NotNeeded, "Not needed"),
        (Self::OfTheme, "For the theme, which has its own settings in Avocet"),
        (Self::NotPossible, "Not possible"),
        (Self::NotRead, "Not read, because only running the file would tell"),
    ];
}

/// One line of the report.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// What became of it.
    pub outcome: Outcome,
    /// The name of the setting.
    pub setting: String,
    /// Where it is assigned; none if it has its default.
    pub place: Option<Place>,
    /// What it is now, why nobody needs it, or what to do.
    pub text: String,
}

/// The report of an import.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// One for each setting, in the order of the files.
    pub entries: Vec<Entry>,
}

impl Report {
    /// The entries with this outcome.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.outcome == outcome)
    }
}
