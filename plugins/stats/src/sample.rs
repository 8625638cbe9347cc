//! `avocet stats sample`: made-up data of made-up organisations, to look at before the first collection, and to measure with.
//!
//! Invariant: the same options give the same file. Every name in it is fictional, and its name and links say so.

use std::path::Path;

use avocet_plugin::{Call, Command, CommandOption, Console, Diagnostic, codes};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::aggregate::{Counting, Repository, rows};
use crate::collect::save;
use crate::history::{History, Organisation, total};
use crate::text;

/// Halves of the names.
const PLACES: [&str; 13] = [
    "Merrowdale",
    "Ashby Vale",
    "Kestrel Moor",
    "Larkrise",
    "Oakhaven",
    "Penwater",
    "Quillfield",
    "Ravenscombe",
    "Silverbeck",
    "Thistledown",
    "Umberley",
    "Wrenbury Cross",
    "Yarrowmere",
];
const KINDS: [&str; 8] = [
    "Health Data Community",
    "Hospitals",
    "Ambulance Service",
    "Analysts",
    "Research Unit",
    "Care Board",
    "Pharmacy Group",
    "Imaging Network",
];
const LICENCES: [&str; 4] = ["MIT License", "Apache License 2.0", "GNU General Public License v3.0", "Other"];
const LANGUAGES: [&str; 7] = ["Python", "R", "JavaScript", "HTML", "Jupyter Notebook", "C#", "SQL"];
/// The days in which repositories are created.
const FIRST: Date = date(2014, 3, 3);
const DAYS: u64 = 4470;

/// The command.
pub(crate) struct Sample {
    /// The CSV, from the site's folder.
    pub(crate) data: String,
}

impl Command for Sample {
    fn name(&self) -> &str {
        "sample"
    }

    fn about(&self) -> &str {
        "Write made-up statistics, to try the plugin"
    }

    fn options(&self) -> Vec<CommandOption> {
        vec![
            CommandOption::with_value("organisations", "N", "Number of organisations; 26 by default"),
            CommandOption::with_value("repositories", "N", "Approximate number of repositories in total; 1240 by default"),
            CommandOption::switch("force", "Replace existing statistics"),
        ]
    }

    fn run(&self, call: &Call, console: &dyn Console) -> Vec<Diagnostic> {
        match self.make(call, console) {
            Ok(()) => Vec::new(),
            Err(error) => vec![error],
        }
    }
}

impl Sample {
    fn make(&self, call: &Call, console: &dyn Console) -> Result<(), Diagnostic> {
        let number = |name: &str, default: u64| match call.options.get(name) {
            None => Ok(default),
            Some(text) => text.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
                codes::BAD_OPTION
                    .report(format!("`--{name} {text}` is not a number"))
                    .help(format!("write --{name} {default}, for example"))
            }),
        };
        let (organisations, repositories) = (number("organisations", 26)?, number("repositories", 1240)?);
        let file: &Path = &call.root.join(&self.data);
        if file.exists() && !call.options.contains_key("force") {
            return Err(crate::codes::DATA_THERE
                .report(format!("`{}` already exists", self.data))
                .help("--force replaces it with made-up data; keep a copy if the data is real"));
        }
        let history = history(organisations, repositories);
        save(&history, file, &self.data)?;
        let made = total(history.ranked(None).iter().map(|(_, row)| row.repositories));
        console.print(&format!(
            "Wrote {}: made-up statistics of {} with {}",
            self.data,
            text::count(organisations, "organisation"),
            text::count(made, "repository")
        ));
        Ok(())
    }
}

/// Organisations of very different sizes, the first the largest.
fn history(organisations: u64, repositories: u64) -> History {
    let mut dice = Dice(0x5eed);
    let weights: u64 = (1..=organisations).map(|nth| 1_000_000 / (nth + 2)).sum();
    let mut history = History::default();
    for nth in 0..organisations {
        let share = (repositories * (1_000_000 / (nth + 3)) / weights.max(1)).max(1);
        let all = (0..share).map(|_| repository(&mut dice, nth)).collect();
        let counting = Counting { archived: true, ..Counting::default() };
        let name = name(nth);
        let link = format!("https://example.org/{}", avocet_plugin::slugify(&name));
        history.put(Organisation { name, link: Some(link), rows: rows(all, &counting) });
    }
    history
}

fn name(nth: u64) -> String {
    let at = |nth: u64, of: usize| usize::try_from(nth % of as u64).unwrap_or_default();
    let round = nth / (PLACES.len() * KINDS.len()) as u64;
    // Neighbours in the list differ in both halves; 13 and 8 share no divisor, so all pairs are met.
    let name = format!("{} {}", PLACES[at(nth, PLACES.len())], KINDS[at(nth, KINDS.len())]);
    if round == 0 { name } else { format!("{name} {}", round + 1) }
}

fn repository(dice: &mut Dice, organisation: u64) -> Repository {
    // Organisations begin one after another, and grow faster with time.
    let begin = (organisation % 26) * 60;
    let late = dice.below(DAYS - begin).max(dice.below(DAYS - begin));
    let pick = |names: &[&str], nth: u64| usize::try_from(nth).ok().and_then(|at| names.get(at)).map(|name| (*name).to_owned());
    Repository {
        created: FIRST.saturating_add(i64::try_from(begin + late).unwrap_or_default().days()),
        stargazers: dice.below(12) * dice.below(6),
        forks: dice.below(5),
        issues: dice.below(4),
        licence: pick(&LICENCES, dice.below(6).min(dice.below(6))),
        language: pick(&LANGUAGES, dice.below(8).min(dice.below(8) + organisation % 3)),
        fork: false,
        archived: false,
    }
}

/// Numbers that look like chance and are none: splitmix64, by Sebastiano Vigna.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_the_same_each_time_and_no_name_is_met_twice() {
        let made = history(1000, 2000);
        assert_eq!(made.organisations.len(), 1000);
        assert_eq!(made, history(1000, 2000));
        assert!(made.organisations.iter().all(|one| one.link.as_deref().unwrap().starts_with("https://example.org/")));
    }
}
