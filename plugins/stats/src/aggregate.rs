//! [`Repository`]s of one organisation -> its [`Row`]s: what it had opened by each day on which it created a repository.
//!
//! The figures are cumulative: each repository counts from the day of its creation, with the figures that it has today. The top licence and
//! the top language of a day are the most common so far, in a tie the alphabetically last; repositories without one do not count.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::history::{Row, total};

/// A public repository, as its forge describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repository {
    /// The day on which it was created, in UTC.
    pub(crate) created: Date,
    /// How many people have starred it.
    pub(crate) stargazers: u64,
    /// How many forks of it there are at the forge.
    pub(crate) forks: u64,
    /// Its open issues; GitHub includes pull requests.
    pub(crate) issues: u64,
    /// The name of its licence.
    pub(crate) licence: Option<String>,
    /// The language that most of it is written in.
    pub(crate) language: Option<String>,
    /// Whether it is a fork of another.
    pub(crate) fork: bool,
    /// Whether it is read only.
    pub(crate) archived: bool,
}

/// Which repositories are counted, and which languages are counted as another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counting {
    /// Whether forks are counted.
    pub(crate) forks: bool,
    /// Whether archived repositories are counted.
    pub(crate) archived: bool,
    /// Languages that are counted as another.
    pub(crate) synonyms: BTreeMap<String, String>,
}

impl Counting {
    /// Whether a repository is counted, given whether it is a fork and whether it is archived.
    pub(crate) fn counts(&self, fork: bool, archived: bool) -> bool {
        (self.forks || !fork) && (self.archived || !archived)
    }
}

/// The rows of an organisation, by date; none if nothing is counted. The order of the repositories does not matter.
pub(crate) fn rows(mut repositories: Vec<Repository>, counting: &Counting) -> Vec<Row> {
    repositories.retain(|one| counting.counts(one.fork, one.archived));
    repositories.sort_by_key(|one| one.created);
    let (mut licences, mut languages) = (Tally::default(), Tally::default());
    let mut rows: Vec<Row> = Vec::new();
    for day in repositories.chunk_by(|a, b| a.created == b.created) {
        let before = rows.last();
        let sum = |before: Option<u64>, of: fn(&Repository) -> u64| Some(total(before.into_iter().chain(day.iter().map(of))));
        let mut row = Row {
            date: day[0].created,
            repositories: before.map_or(0, |row| row.repositories) + day.len() as u64,
            stargazers: sum(before.and_then(|row| row.stargazers), |one| one.stargazers),
            forks: sum(before.and_then(|row| row.forks), |one| one.forks),
            issues: sum(before.and_then(|row| row.issues), |one| one.issues),
            licence: None,
            language: None,
        };
        for one in day {
            licences.count(one.licence.as_deref());
            languages.count(one.language.as_ref().map(|name| counting.synonyms.get(name).unwrap_or(name).as_str()));
        }
        row.licence = licences.top();
        row.language = languages.top();
        rows.push(row);
    }
    rows
}

/// How often each name occurs.
#[derive(Default)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    fn count(&mut self, name: Option<&str>) {
        let Some(name) = name.filter(|name| !name.is_empty()) else { return };
        match self.0.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(self.0.insert(name.to_owned(), 1)),
        }
    }

    /// The most common name. In a tie `max_by_key` returns the last, which is the alphabetically last.
    fn top(&self) -> Option<String> {
        self.0.iter().max_by_key(|(_, count)| **count).map(|(name, _)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn repository(created: &str, licence: Option<&str>, language: Option<&str>) -> Repository {
        Repository {
            created: created.parse().unwrap(),
            stargazers: 2,
            forks: 1,
            issues: 3,
            licence: licence.map(str::to_owned),
            language: language.map(str::to_owned),
            fork: false,
            archived: false,
        }
    }

    #[test]
    fn a_day_has_one_row_and_ties_go_to_the_alphabetically_last() {
        let found = rows(
            vec![
                repository("2021-02-02", Some("MIT License"), None),
                repository("2021-01-01", None, Some("Python")),
                repository("2021-01-01", None, Some("R")),
                repository("2021-03-03", None, None),
                repository("2021-03-04", Some("Apache License 2.0"), Some("Python")),
            ],
            &Counting::default(),
        );
        let told: Vec<_> =
            found.iter().map(|row| (row.repositories, row.stargazers, row.licence.as_deref(), row.language.as_deref())).collect();
        assert_eq!(
            told,
            [
                (2, Some(4), None, Some("R")),
                (3, Some(6), Some("MIT License"), Some("R")),
                (4, Some(8), Some("MIT License"), Some("R")),
                (5, Some(10), Some("MIT License"), Some("Python")),
            ]
        );
    }

    #[test]
    fn forks_and_archived_repositories_count_when_they_are_asked_for() {
        let fork = Repository { fork: true, ..repository("2021-01-01", None, None) };
        let archived = Repository { archived: true, ..repository("2021-01-02", None, None) };
        let count = |forks, archived_too| {
            rows(vec![fork.clone(), archived.clone()], &Counting { forks, archived: archived_too, ..Counting::default() }).len()
        };
        assert_eq!((count(false, false), count(true, false), count(true, true)), (0, 1, 2));
    }

    #[test]
    fn a_synonym_is_counted_as_the_language_that_it_stands_for() {
        let synonyms = BTreeMap::from([("Jupyter Notebook".to_owned(), "Python".to_owned())]);
        let found = rows(vec![repository("2021-01-01", None, Some("Jupyter Notebook"))], &Counting { synonyms, ..Counting::default() });
        assert_eq!(found[0].language.as_deref(), Some("Python"));
    }

    fn any_repository() -> impl Strategy<Value = Repository> {
        let name = |names: &'static [&'static str]| proptest::option::of(proptest::sample::select(names).prop_map(str::to_owned));
        (0..900_i64, 0..50_u64, 0..9_u64, 0..9_u64, name(&["MIT License", "Other"]), name(&["R", "Python", "HTML"])).prop_map(
            |(day, stargazers, forks, issues, licence, language)| Repository {
                created: jiff::civil::date(2019, 1, 1).saturating_add(jiff::Span::new().days(day)),
                stargazers,
                forks,
                issues,
                licence,
                language,
                fork: false,
                archived: false,
            },
        )
    }

    proptest! {
        #[test]
        fn cumulative_figures_never_fall_and_the_order_does_not_matter(mut all in proptest::collection::vec(any_repository(), 0..60)) {
            let found = rows(all.clone(), &Counting::default());
            for (a, b) in found.iter().zip(found.iter().skip(1)) {
                prop_assert!(a.date < b.date && a.repositories < b.repositories);
                prop_assert!(a.stargazers <= b.stargazers && a.forks <= b.forks && a.issues <= b.issues);
                prop_assert!(a.licence.is_none() || b.licence.is_some());
            }
            prop_assert_eq!(found.last().map_or(0, |row| row.repositories), all.len() as u64);
            all.reverse();
            prop_assert_eq!(rows(all, &Counting::default()), found);
        }

        #[test]
        fn what_is_written_is_read_again(all in proptest::collection::vec(proptest::collection::vec(any_repository(), 1..20), 0..5)) {
            let organisations = all.into_iter().enumerate().map(|(at, all)| crate::history::Organisation {
                name: format!("Trust \"{at}\", <b>"),
                link: (at % 2 == 0).then(|| "https://example.org/a".to_owned()),
                rows: rows(all, &Counting::default()),
            });
            let history = crate::history::History { organisations: organisations.collect() };
            let text = String::from_utf8(crate::history::write(&history).unwrap()).unwrap();
            prop_assert_eq!(crate::history::read("x.csv", &text.into()).unwrap(), history);
        }
    }
}
