//! `avocet stats collect`: asks the forges, and writes the history.
//!
//! Invariant: the CSV is replaced at the end and at once, so that a run which is interrupted leaves the old one whole. An organisation
//! that cannot be asked keeps what is known of it, and the run says so and ends with an error after the others are saved.

mod client;
mod clock;
mod etags;
mod forge;
mod gate;
mod github;
mod gitlab;
mod save;

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{env, fs, io, thread};

use avocet_plugin::{Call, Command, CommandOption, Console, Diagnostic, Place, codes, suggest};

use crate::aggregate::{Counting, rows};
use crate::data::bad_organisations;
use crate::history::{self, History, Organisation, total};
use crate::settings::{ForgeKind, Settings, Source, organisation_file};
use crate::text::{count, number};
use client::{Access, Failure, ForgeClient, Patience};
use clock::{Clock, Machine};
use etags::Etags;
use forge::{Forge, Question, Repositories};
pub(crate) use save::save;

/// Organisations that are asked for at once; a host gets four requests at once, however many there are.
const WORKERS: usize = 4;
/// The longest wait for a host's limits, unless `--max-wait` says another: ten minutes.
const MAX_WAIT: Duration = Duration::from_secs(600);
/// The longest time for one request, body included.
const TIME_OUT: Duration = Duration::from_secs(60);

/// The command.
pub(crate) struct Collect(pub(crate) Settings);

impl Command for Collect {
    fn name(&self) -> &str {
        "collect"
    }

    fn about(&self) -> &str {
        "Collect statistics of the organisations' repositories from GitHub and GitLab"
    }

    fn options(&self) -> Vec<CommandOption> {
        vec![
            CommandOption::with_value("only", "NAME", "Collect only this organisation; the others keep their figures"),
            CommandOption::switch("dry-run", "Show what is new, but write nothing"),
            CommandOption::with_value("max-wait", "TIME", "Longest total wait for rate limits: 90s, 10m (the default), 1h"),
        ]
    }

    fn run(&self, call: &Call, console: &dyn Console) -> Vec<Diagnostic> {
        let token = |name: &str| env::var(name).ok();
        let tokens = Tokens { github: token("GITHUB_TOKEN"), gitlab: token("GITLAB_TOKEN") };
        let run = Run { settings: &self.0, call, console, clock: &Machine, tokens, time_out: TIME_OUT };
        run.collect().unwrap_or_else(|errors| errors)
    }
}

/// Tokens of the forges, if there are any.
#[derive(Default)]
struct Tokens {
    github: Option<String>,
    gitlab: Option<String>,
}

/// One collection.
struct Run<'a> {
    settings: &'a Settings,
    call: &'a Call,
    console: &'a dyn Console,
    clock: &'a dyn Clock,
    tokens: Tokens,
    time_out: Duration,
}

impl Run<'_> {
    /// Collects and saves. Gives what is odd or went wrong; nothing was done when it fails.
    fn collect(mut self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        let sources = self.sources()?;
        let longest_wait = self.longest_wait().map_err(|error| vec![error])?;
        let old = self.history()?;
        let asked = self.asked(&sources).map_err(|error| vec![error])?;
        let patience = Patience { longest_wait, time_out: self.time_out };
        let tokens = std::mem::take(&mut self.tokens);
        let found = self.ask(&asked, patience, tokens);
        let mut diagnostics = Vec::new();
        let mut new = old.clone();
        for (source, found) in asked.iter().zip(found) {
            match found {
                Ok(found) => diagnostics.extend(self.take(source, found, &mut new)),
                Err(failure) => diagnostics.push(not_collected(source, &failure)),
            }
        }
        diagnostics.extend(old.organisations.iter().filter(|one| !sources.iter().any(|source| source.name == one.name)).map(unlisted));
        let saved = if new == old {
            self.console.print("Nothing has changed");
            Ok(())
        } else if self.call.options.contains_key("dry-run") {
            self.console.print("Nothing was written, as --dry-run asks");
            Ok(())
        } else {
            self.save(&new)
        };
        diagnostics.extend(saved.err());
        Ok(diagnostics)
    }

    fn save(&self, new: &History) -> Result<(), Diagnostic> {
        let file = &self.settings.data;
        save(new, &self.call.root.join(file), file)?;
        let repositories = total(new.ranked(None).iter().map(|(_, row)| row.repositories));
        let organisations = count(new.organisations.len() as u64, "organisation");
        self.console.print(&format!("Wrote {file}: {organisations} with {}", count(repositories, "repository")));
        Ok(())
    }

    /// The organisations of the settings, or of the file that they name.
    fn sources(&self) -> Result<Vec<Source>, Vec<Diagnostic>> {
        let sources = match &self.settings.organisations {
            None => self.settings.organisation.clone(),
            Some(file) => {
                let text: Arc<str> = self.read(file).map_err(|error| vec![unreadable(file, &error)])?.into();
                organisation_file(&text).map_err(|error| vec![bad_organisations(file, &text, error)])?
            }
        };
        if sources.is_empty() {
            let error = codes::BAD_SETTING.report("no organisation is configured");
            return Err(vec![error.help("add one as [[plugins.stats.organisation]] in site.toml, with `name`, `forge` and `id`")]);
        }
        Ok(sources)
    }

    /// Those that are asked for: all, or the one of `--only`.
    fn asked(&self, sources: &[Source]) -> Result<Vec<Source>, Diagnostic> {
        let Some(only) = self.call.options.get("only") else { return Ok(sources.to_vec()) };
        let asked: Vec<Source> = sources.iter().filter(|source| source.name == *only || source.id == *only).cloned().collect();
        if asked.is_empty() {
            let near = suggest(only, sources.iter().map(|source| source.name.as_str()));
            let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
            let error = codes::BAD_OPTION.report(format!("--only: there is no organisation `{only}`"));
            return Err(
                error.help(near.map_or_else(|| format!("there are: {}", names.join(", ")), |near| format!("did you mean `{near}`?")))
            );
        }
        Ok(asked)
    }

    fn longest_wait(&self) -> Result<Duration, Diagnostic> {
        let Some(text) = self.call.options.get("max-wait") else { return Ok(MAX_WAIT) };
        let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let seconds = match unit {
            "" | "s" => Some(1),
            "m" => Some(60),
            "h" => Some(3600),
            _ => None,
        };
        let wait = seconds.and_then(|seconds| digits.parse::<u64>().ok()?.checked_mul(seconds));
        let error = || codes::BAD_OPTION.report(format!("--max-wait: `{text}` is not a time")).help("write 90s, 10m or 1h, for example");
        wait.map(Duration::from_secs).ok_or_else(error)
    }

    /// The text of a file of the site. A pipe or a device might never end: it is not opened.
    fn read(&self, file: &str) -> io::Result<String> {
        let path = self.call.root.join(file);
        if fs::metadata(&path)?.is_file() { fs::read_to_string(path) } else { Err(io::Error::other("it is not a regular file")) }
    }

    /// What is known already.
    fn history(&self) -> Result<History, Vec<Diagnostic>> {
        let file = &self.settings.data;
        match self.read(file) {
            Ok(text) => history::read(file, &text.trim_start_matches('\u{feff}').into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(History::default()),
            Err(error) => Err(vec![unreadable(file, &error)]),
        }
    }

    /// Asks for all of them, some at once; answers in their order.
    fn ask(&self, sources: &[Source], patience: Patience, tokens: Tokens) -> Vec<Result<Repositories, Failure>> {
        let settings = self.settings;
        let counting =
            Counting { forks: settings.include_forks, archived: settings.include_archived, synonyms: settings.language_synonyms.clone() };
        let client = |kind: ForgeKind, token| {
            ForgeClient::new(
                Access { api: settings.api(kind), token },
                patience,
                Etags(self.call.cache.join("stats")),
                self.clock,
                self.console,
            )
        };
        let (github, gitlab) = (client(ForgeKind::GitHub, tokens.github), client(ForgeKind::GitLab, tokens.gitlab));
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let found: Vec<Mutex<Option<Result<Repositories, Failure>>>> = sources.iter().map(|_| Mutex::default()).collect();
        let work = || {
            while let Some((source, place)) = take(&next, sources, &found) {
                let so_far = (done.load(Ordering::Relaxed), sources.len());
                self.console.progress(so_far.0, so_far.1, &source.name);
                let (client, forge): (_, &dyn Forge) = match source.forge {
                    ForgeKind::GitHub => (&github, &github::GitHub),
                    ForgeKind::GitLab => (&gitlab, &gitlab::GitLab),
                };
                let question = Question {
                    client,
                    api: settings.api(source.forge),
                    counting: &counting,
                    done: so_far,
                    max_requests: settings.max_requests,
                    requests: AtomicU32::new(0),
                };
                let answer = forge.repositories(&source.id, &question);
                if let Ok(found) = &answer {
                    self.console.print(&format!("{}: {}", source.name, count(found.repositories.len() as u64, "repository")));
                }
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                done.fetch_add(1, Ordering::Relaxed);
            }
        };
        thread::scope(|scope| {
            for _ in 0..WORKERS.min(sources.len()) {
                scope.spawn(work);
            }
        });
        let told = |place: Mutex<Option<_>>| place.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.into_iter().map(|place| told(place).unwrap_or_else(|| Err(Failure::Refused("the collection stopped".into())))).collect()
    }

    /// Puts what was found into the history; gives what is odd.
    fn take(&self, source: &Source, found: Repositories, history: &mut History) -> Option<Diagnostic> {
        let settings = self.settings;
        let counting =
            Counting { forks: settings.include_forks, archived: settings.include_archived, synonyms: settings.language_synonyms.clone() };
        let rows = rows(found.repositories, &counting);
        let known = history.organisations.iter().find(|one| one.name == source.name);
        let Some(last) = rows.last() else {
            let kept = if known.is_some() { "; it keeps what is known of it" } else { "" };
            return Some(crate::codes::NO_REPOSITORIES.report(format!("`{}` has no repositories that count{kept}", source.name)));
        };
        let (before, now) = (known.and_then(|one| one.rows.last()).map_or(0, |row| row.repositories), last.repositories);
        if before != now {
            self.console.print(&format!("{}: {} counted, {} before", source.name, number(now), number(before)));
        }
        let link = found.link.or_else(|| known.and_then(|one| one.link.clone()));
        history.put(Organisation { name: source.name.clone(), link, rows });
        found.moved.then(|| {
            crate::codes::RENAMED_ORGANISATION
                .report(format!("`{}` has a new name on {}: it is no longer `{}`", source.name, source.forge, source.id))
                .help("its repositories were found; write its new `id`")
        })
    }
}

/// The next organisation that nobody asks for yet, and where its answer goes.
fn take<'s, 'f, T>(next: &AtomicUsize, sources: &'s [Source], found: &'f [T]) -> Option<(&'s Source, &'f T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((sources.get(at)?, found.get(at)?))
}

fn not_collected(source: &Source, failure: &Failure) -> Diagnostic {
    let (name, forge) = (&source.name, source.forge);
    match failure {
        Failure::Missing => crate::codes::MISSING_ORGANISATION
            .report(format!("`{name}` does not exist: {forge} has no `{}`", source.id))
            .help("it was deleted or renamed: correct its `id`, or remove it; its figures so far are kept"),
        Failure::Limited => crate::codes::NOT_COLLECTED
            .report(format!("`{name}` keeps its old figures: {forge} asks for a longer wait than --max-wait allows"))
            .help(format!("run it again later, allow a longer wait, or set {} in the environment for a higher limit", variable(forge))),
        Failure::TooManyRequests(max) => crate::codes::NOT_COLLECTED
            .report(format!("`{name}` keeps its old figures: {forge} needs more than {max} requests for it"))
            .help("[plugins.stats] max_requests sets how many requests one organisation may need"),
        Failure::Refused(why) => crate::codes::NOT_COLLECTED
            .report(format!("`{name}` keeps its old figures: the request to {forge} failed: {why}"))
            .help(format!("run `avocet stats collect --only \"{name}\"` again later")),
    }
}

fn variable(forge: ForgeKind) -> &'static str {
    match forge {
        ForgeKind::GitHub => "GITHUB_TOKEN",
        ForgeKind::GitLab => "GITLAB_TOKEN",
    }
}

fn unlisted(organisation: &Organisation) -> Diagnostic {
    crate::codes::UNLISTED_ORGANISATION
        .report(format!("`{}` has statistics, but is not in the settings", organisation.name))
        .help("the site shows its old figures; to hide it, remove its rows from the CSV file")
}

fn unreadable(file: &str, error: &io::Error) -> Diagnostic {
    let cause = if error.kind() == io::ErrorKind::Other { error.to_string() } else { error.kind().to_string() };
    codes::UNREADABLE_FILE.report(format!("`{file}` cannot be read: {cause}")).at(Place::file(file))
}

#[cfg(test)]
mod tests;
