//! The history of the organisations' open repositories: a row for each organisation and each day on which it created one.
//!
//! [`read`] reads the current format of the CSV and two older ones, [`write`] writes the current one.

mod read;
mod write;

use jiff::civil::Date;

pub(crate) use read::read;
pub(crate) use write::{without_formulas, write};

/// All organisations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// By name, one of each.
    pub(crate) organisations: Vec<Organisation>,
}

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Organisation {
    /// The name that readers see.
    pub(crate) name: String,
    /// The URL of its page at the forge.
    pub(crate) link: Option<String>,
    /// By date, one of each; at least one.
    pub(crate) rows: Vec<Row>,
}

/// What an organisation had opened by a day. A figure that the file does not have is `None`, not 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// The day.
    pub(crate) date: Date,
    /// Repositories.
    pub(crate) repositories: u64,
    /// Stargazers of all of them.
    pub(crate) stargazers: Option<u64>,
    /// Forks of all of them.
    pub(crate) forks: Option<u64>,
    /// Open issues of all of them.
    pub(crate) issues: Option<u64>,
    /// The licence that most of them have.
    pub(crate) licence: Option<String>,
    /// The language that most of them are written in.
    pub(crate) language: Option<String>,
}

/// A figure that can be counted and drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    /// Open repositories.
    Repositories,
    /// Stargazers.
    Stargazers,
    /// Forks.
    Forks,
    /// Open issues.
    Issues,
}

impl Measure {
    /// All, in the order of the columns.
    pub(crate) const ALL: [Self; 4] = [Self::Repositories, Self::Stargazers, Self::Forks, Self::Issues];

    /// Its name as an option of a tag.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Repositories => "repositories",
            Self::Stargazers => "stargazers",
            Self::Forks => "forks",
            Self::Issues => "issues",
        }
    }

    /// The name that readers see.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Repositories => "Open repositories",
            Self::Stargazers => "Stargazers",
            Self::Forks => "Forks",
            Self::Issues => "Open issues",
        }
    }

    /// The figure of this row, if it is known.
    pub(crate) fn of(self, row: &Row) -> Option<u64> {
        match self {
            Self::Repositories => Some(row.repositories),
            Self::Stargazers => row.stargazers,
            Self::Forks => row.forks,
            Self::Issues => row.issues,
        }
    }
}

/// The sum, which saturates: a forge may answer any figures.
pub(crate) fn total(figures: impl IntoIterator<Item = u64>) -> u64 {
    figures.into_iter().fold(0, u64::saturating_add)
}

impl Organisation {
    /// The row that is valid on this day, if there was any repository by then; without a day, the last row.
    pub(crate) fn on(&self, day: Option<Date>) -> Option<&Row> {
        let until = day.map_or(self.rows.len(), |day| self.rows.partition_point(|row| row.date <= day));
        self.rows[..until].last()
    }
}

impl History {
    /// The organisations with their rows on this day, or their last rows: most open repositories first, then by name.
    pub(crate) fn ranked(&self, day: Option<Date>) -> Vec<(&Organisation, &Row)> {
        let mut ranked: Vec<_> = self.organisations.iter().filter_map(|one| Some((one, one.on(day)?))).collect();
        ranked.sort_by(|(a, row_a), (b, row_b)| row_b.repositories.cmp(&row_a.repositories).then_with(|| a.name.cmp(&b.name)));
        ranked
    }

    /// The latest day of all.
    pub(crate) fn latest(&self) -> Option<Date> {
        self.organisations.iter().filter_map(|one| Some(one.rows.last()?.date)).max()
    }

    /// The first day of all.
    pub(crate) fn earliest(&self) -> Option<Date> {
        self.organisations.iter().filter_map(|one| Some(one.rows.first()?.date)).min()
    }

    /// Adds an organisation, or replaces the one with the same name.
    pub(crate) fn put(&mut self, organisation: Organisation) {
        match self.organisations.binary_search_by(|one| one.name.cmp(&organisation.name)) {
            Ok(at) => self.organisations[at] = organisation,
            Err(at) => self.organisations.insert(at, organisation),
        }
    }
}
