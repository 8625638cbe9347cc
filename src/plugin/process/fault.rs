//! Why a program gave no answer -> a diagnostic.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use avocet_plugin::protocol::MAX_MESSAGE;
use avocet_plugin::{Diagnostic, Place, codes};

use crate::disk;

/// Characters of a line that are shown.
const SHOWN: usize = 120;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum FaultKind {
    /// The program, and why it cannot be started.
    NotStarted(String, io::Error),
    /// The process ended, in this way if that is known.
    Ended(Option<ExitStatus>),
    /// It did not answer in this time.
    Slow(Duration),
    /// It did not answer to the first message in this time.
    SlowStart(Duration),
    /// A line that is no answer, and why not.
    NoAnswer(String, String),
    /// A line that is too long.
    LongLine,
    /// The request would be too long: its bytes.
    TooLarge(usize),
    /// It says that it cannot work, and how to fix that.
    Refused(String, Option<String>),
}

impl FaultKind {
    pub(super) fn no_answer(line: &[u8], why: &str) -> Self {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        let mut shown: String = line.chars().take(SHOWN).map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect();
        if shown.len() < line.len() {
            shown.push('…');
        }
        Self::NoAnswer(shown, why.to_owned())
    }

    /// What to tell the author: `words` is what the process wrote to its standard error.
    pub(super) fn report(&self, plugin: &str, words: &str) -> Diagnostic {
        let wrote = if words.is_empty() { "it wrote nothing to its standard error".to_owned() } else { format!("it wrote:\n{words}") };
        let name = format!("the plugin `{plugin}`");
        match self {
            Self::Ended(status) => {
                let how = status.map_or_else(|| "without an answer".to_owned(), how);
                codes::FAILED_PLUGIN.report(format!("{name} ended {how}")).help(wrote)
            }
            Self::Slow(time) => codes::SLOW_PLUGIN
                .report(format!("{name} did not answer within {} s", time.as_secs()))
                .help(format!("raise `timeout` in plugins/{plugin}/plugin.toml if it needs more time; {wrote}")),
            Self::NoAnswer(line, why) => codes::PLUGIN_PROTOCOL
                .report(format!("{name} wrote a line that is no answer: `{line}`"))
                .help(format!("print to the standard error, since the standard output is for answers; {why}")),
            Self::LongLine => codes::PLUGIN_PROTOCOL
                .report(format!("{name} wrote a line of more than {} MiB", MAX_MESSAGE >> 20))
                .help("print to the standard error, since the standard output is for answers; an answer can be 16 MiB long"),
            Self::TooLarge(bytes) => codes::FAILED_PLUGIN
                .report(format!("{name} cannot be given {bytes} bytes at once: a message can have {} MiB", MAX_MESSAGE >> 20))
                .help("make the page shorter, or take the plugin out of [site] plugins"),
            // What keeps it from starting has nothing to do with a page.
            _ => self.report_start(plugin, wrote).at(Place::file(format!("plugins/{plugin}/plugin.toml"))),
        }
    }

    /// Why it cannot start, or does not want to.
    fn report_start(&self, plugin: &str, wrote: String) -> Diagnostic {
        let name = format!("the plugin `{plugin}`");
        match self {
            Self::NotStarted(program, error) if error.kind() == io::ErrorKind::NotFound => codes::NO_PROGRAM
                .report(format!("{name} needs the program `{program}`, which is not on this machine"))
                .help(format!("install `{program}`, or correct `run`")),
            Self::NotStarted(program, error) => codes::NO_PROGRAM
                .report(format!("the program `{program}` of {name} cannot be started: {}", disk::why(error)))
                .help("check its permissions, or correct `run`"),
            Self::SlowStart(time) => codes::SLOW_PLUGIN
                .report(format!("{name} did not answer to `hello` within {} s", time.as_secs()))
                .help(format!("it may have to call `avocet.run()`, and can do slow work when it is first asked for something; {wrote}")),
            Self::Refused(message, help) => {
                codes::FAILED_PLUGIN.report(format!("{name} cannot work: {message}")).help(help.clone().unwrap_or(wrote))
            }
            _ => codes::FAILED_PLUGIN.report(format!("{name} gave no answer")).help(wrote),
        }
    }
}

fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("by signal {signal}");
    }
    status.code().map_or_else(|| "without an answer".to_owned(), |code| format!("with exit code {code}, without an answer"))
}
