//! The command line, with one file for each command. It takes the arguments of the process, prints, and returns an exit code: 0 for success,
//! 1 if the site has errors, 2 if the command was used wrongly.

mod build;
mod check;
mod common;
mod completions;
mod docs;
mod explain;
mod find;
mod import;
mod init;
mod list;
mod new;
mod plugin;
mod plugins;
mod programs;
mod publish;
#[cfg(test)]
mod reference;
mod serve;
mod severity;

use std::io::{self, IsTerminal, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Instant;

use avocet_plugin::{Diagnostic, Severity, codes};
use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use rayon::{ThreadBuilder, ThreadPoolBuilder};

use crate::config::Overrides;
use crate::pipeline::Timings;
use crate::plugin::Registry;
use crate::project::Project;
use crate::report::{self, Format};
use common::Common;

/// Turns a folder of Markdown files into an accessible website
#[derive(Debug, Parser)]
#[command(name = "avocet", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a new site
    Init(init::Options),
    /// Move a site of another engine here: write its settings as site.toml
    #[command(subcommand)]
    Import(import::Engine),
    /// Create a new post or page, as a draft
    New(new::Options),
    /// Preview the site in a browser
    Serve(serve::Arguments),
    /// Build the site and write it to the output folder
    Build(build::Options),
    /// Check the links, images and accessibility of every page, and write nothing
    Check {
        /// Also check links to other hosts
        #[arg(long)]
        external: bool,
    },
    /// Publish a draft: set its status to published, and its date to now unless that is in the future
    Publish(publish::Publish),
    /// Turn a published post back into a draft
    Draft(publish::Draft),
    /// List what the site has
    List {
        /// articles, pages, drafts, tags, categories, authors, routes (output files) or plugins
        #[arg(value_enum, default_value_t = list::What::Articles, hide_possible_values = true)]
        what: list::What,
    },
    /// Show what made a page: its source, template, plugin and inputs
    Explain {
        /// A URL (/blog/hello.html), an output path, or the file, slug or title of a page
        what: String,
    },
    /// Make, test, run and lock plugins that are programs
    Plugin {
        #[command(subcommand)]
        command: plugins::Command,
    },
    /// Open the manual, which is in this program, or print it
    Docs(docs::Options),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// How a command ended.
enum Outcome {
    /// No errors.
    Success,
    /// The site has errors, which were printed.
    SiteErrors,
    /// The command was used wrongly.
    UsageError,
}

/// Runs the command in the process's arguments, with these plugins.
#[must_use]
pub fn run(registry: Registry) -> ExitCode {
    let started = Instant::now();
    let (invocation, common) = match parse(&registry) {
        Ok(parsed) => parsed,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let common = if invocation.needs_site() { common.find_site() } else { common };
    start_threads(common.jobs);
    let externals = Arc::clone(registry.externals());
    externals.allow(common.trust(), programs::announce(&common, &externals));
    let outcome = dispatch(invocation, &common, registry, started);
    externals.close();
    match outcome {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::SiteErrors) => ExitCode::from(1),
        Ok(Outcome::UsageError) => ExitCode::from(2),
        // Standard output is closed, for example by `| head`.
        Err(_) => ExitCode::from(1),
    }
}

/// Starts the threads of the process, as many as may be had of those asked for; without any, this thread does all the work.
fn start_threads(jobs: Option<u16>) {
    let wanted = jobs.map_or_else(|| thread::available_parallelism().map_or(1, NonZero::get), usize::from);
    // The threads are there before the pool is: a pool that lacks one could not be made again.
    let threads: Vec<Sender<ThreadBuilder>> = (0..wanted).map_while(|_| idle_thread().ok()).collect();
    let pool = ThreadPoolBuilder::new().num_threads(threads.len().max(1));
    // If there is a pool already, that one is used.
    let _ = if threads.is_empty() {
        pool.use_current_thread().build_global()
    } else {
        pool.spawn_handler(move |work| threads[work.index()].send(work).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe)))
            .build_global()
    };
}

/// A thread that waits for its part in a pool.
fn idle_thread() -> io::Result<Sender<ThreadBuilder>> {
    let (sender, receiver) = channel::<ThreadBuilder>();
    let work = move || receiver.recv().map_or((), ThreadBuilder::run);
    thread::Builder::new().spawn(work).map(|_| sender)
}

/// The command in the process's arguments, with the options that all commands share.
fn parse(registry: &Registry) -> Result<(Invocation, Common), clap::Error> {
    let matches = common::brief_help(plugin::declared(Arguments::command(), registry)).try_get_matches()?;
    let (invocation, mut common) = invocation(&matches)?;
    severity::check_allowed(&mut common.allow, &registry.codes())
        .map_err(|message| Arguments::command().error(ErrorKind::InvalidValue, format!("invalid value for '--allow <CODE>': {message}")))?;
    Ok((invocation, common))
}

/// Runs a command.
fn dispatch(invocation: Invocation, common: &Common, registry: Registry, started: Instant) -> io::Result<Outcome> {
    let opened = |run: &dyn Fn(&Arc<Project>) -> io::Result<Outcome>| with_project(common, &common.overrides(), &registry, run);
    // Commands about sources include drafts.
    let sources = Overrides { drafts: true, ..common.overrides() };
    let on_sources = |run: &dyn Fn(&Arc<Project>) -> io::Result<Outcome>| with_project(common, &sources, &registry, run);
    let command = match invocation {
        Invocation::Plugin(asked) => return opened(&|project| plugin::run(project, common, &asked)),
        Invocation::Engine(command) => command,
    };
    match command {
        Command::Init(options) => init::run(common, &options, &registry),
        Command::Import(engine) => import::run(common, &engine, &registry),
        Command::New(options) => on_sources(&|project| new::run(project, common, &options)),
        Command::Serve(options) => serve::run(registry, options, common),
        Command::Build(options) => opened(&|project| build::run(project, common, options, (started, &registry))),
        Command::Check { external } => opened(&|project| check::run(project, common, external, started)),
        Command::Publish(options) => on_sources(&|project| publish::publish(project, common, &options)),
        Command::Draft(options) => on_sources(&|project| publish::draft(project, common, &options)),
        Command::List { what } if what.are_sources() => on_sources(&|project| list::run(project, common, what)),
        Command::List { what } => opened(&|project| list::run(project, common, what)),
        Command::Explain { what } => opened(&|project| explain::run(project, common, &what)),
        Command::Plugin { command } => plugins::run(common, command, &registry),
        Command::Docs(options) => docs::run(common, &options, registry),
        Command::Completions { shell } => completions::completions(shell, plugin::declared(Arguments::command(), &registry)),
        Command::Man => completions::man(plugin::declared(Arguments::command(), &registry)),
    }
}

/// Opens the site, and runs a command on it.
fn with_project(
    common: &Common,
    overrides: &Overrides,
    registry: &Registry,
    run: &dyn Fn(&Arc<Project>) -> io::Result<Outcome>,
) -> io::Result<Outcome> {
    match Project::open(&common.site, overrides, registry) {
        Err(errors) => Ok(failed(common, errors)),
        Ok(project) => {
            let project = Arc::new(project);
            let outcome = run(&project);
            // The process ends here, and freeing a large plan takes time.
            std::mem::forget(project);
            outcome
        }
    }
}

/// A parsed command.
enum Invocation {
    /// The engine's.
    Engine(Command),
    /// A plugin's.
    Plugin(plugin::Asked),
}

impl Invocation {
    /// Whether it is about a site that there is.
    fn needs_site(&self) -> bool {
        !matches!(self, Self::Engine(Command::Init(_) | Command::Import(_) | Command::Docs(_) | Command::Completions { .. } | Command::Man))
    }
}

fn invocation(matches: &ArgMatches) -> Result<(Invocation, Common), clap::Error> {
    let is_engines = matches.subcommand_name().is_some_and(Command::has_subcommand);
    match plugin::asked(matches).filter(|_| !is_engines) {
        Some((asked, matches)) => Ok((Invocation::Plugin(asked), Common::from_arg_matches(matches)?)),
        None => Arguments::from_arg_matches(matches).map(|arguments| (Invocation::Engine(arguments.command), arguments.common)),
    }
}

/// Prints problems, sorted by place.
fn show(common: &Common, diagnostics: Vec<Diagnostic>) -> io::Result<()> {
    let stderr = io::stderr();
    let colour = report::colour(common.color, stderr.is_terminal());
    let sorted = report::sorted(diagnostics);
    match common.format {
        Format::Text => report::diagnostics(&mut stderr.lock(), common.format, colour, &sorted),
        Format::Json | Format::Github => report::diagnostics(&mut io::stdout().lock(), common.format, colour, &sorted),
    }
}

/// Prints the problems that stop a command before it starts.
fn failed(common: &Common, errors: Vec<Diagnostic>) -> Outcome {
    let usage_error = errors.iter().any(|error| error.is(&codes::NO_SITE));
    let number = errors.len();
    let shown = show(common, errors);
    if shown.is_ok() && common.format == Format::Text {
        let _ = writeln!(io::stderr(), "{}; the command did nothing", count(number, "error"));
    }
    if usage_error { Outcome::UsageError } else { Outcome::SiteErrors }
}

/// `1 article`, `2 articles`, `1,234 files`.
fn count(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `1,234`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `41 ms`, `1.2 s`.
fn time(started: Instant) -> String {
    let milliseconds = started.elapsed().as_millis();
    if milliseconds < 1000 { format!("{milliseconds} ms") } else { format!("{:.1} s", started.elapsed().as_secs_f64()) }
}

fn print_timings(common: &Common, timings: &Timings) -> io::Result<()> {
    if !common.timings {
        return Ok(());
    }
    let mut out = io::stderr().lock();
    for (stage, took) in timings {
        writeln!(out, "{stage:>10} {:>9.1} ms", took.as_secs_f64() * 1000.0)?;
    }
    Ok(())
}

/// `2 errors, 1 warning and 3 notes`.
fn tally(diagnostics: &[Diagnostic]) -> String {
    let number = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let kinds = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")];
    let mut parts: Vec<String> =
        kinds.iter().map(|(kind, noun)| (number(*kind), noun)).filter(|(number, _)| *number > 0).map(|(n, noun)| count(n, noun)).collect();
    match parts.pop() {
        Some(last) if !parts.is_empty() => format!("{} and {last}", parts.join(", ")),
        last => last.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use avocet_plugin::Code;

    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        plugin::declared(Arguments::command(), &Registry::standard()).debug_assert();
    }

    #[test]
    fn the_help_of_each_command_fits_a_screen() {
        let line = common::brief_help(plugin::declared(Arguments::command(), &Registry::standard()));
        let mut open = vec![(line.clone(), 45)];
        while let Some((mut command, most)) = open.pop() {
            let help = command.render_help().to_string();
            assert!(!help.contains("see more with"), "--help is longer than -h:\n{help}");
            assert!(help.lines().count() <= most, "{} lines:\n{help}", help.lines().count());
            assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
            open.extend(command.get_subcommands().filter(|command| command.get_name() != "help").map(|command| (command.clone(), 26)));
        }
    }

    #[test]
    fn the_manual_names_every_command_and_option() {
        let line = plugin::declared(Arguments::command(), &Registry::standard());
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content/pages/command-line.md");
        let text = std::fs::read_to_string(&file).unwrap();
        let (begin, end) = (text.find(reference::BEGIN).unwrap(), text.find(reference::END).unwrap());
        let written = format!("{}{}{}", &text[..begin], reference::sections(&line), &text[end..]);
        snapbox::assert_data_eq!(written, snapbox::Data::read_from(&file, None).raw());
    }

    #[test]
    fn completions_and_the_manual_page_have_every_command() {
        let line = || plugin::declared(Arguments::command(), &Registry::standard());
        let mut page = Vec::new();
        completions::write_man(line(), &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        for part in ["avocet\\-publish", "\\-\\-base\\-url", ".SH \"AVOCET BUILD\"", "\\-\\-verify", ".SH \"AVOCET STATS COLLECT\""] {
            assert!(page.contains(part), "{part} is not in\n{page}");
        }
        for shell in <clap_complete::Shell as clap::ValueEnum>::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut line(), "avocet", &mut script);
            let script = String::from_utf8(script).unwrap();
            assert!(["publish", "keep-date", "stats"].iter().all(|word| script.contains(word)), "{shell}");
        }
    }

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        assert_eq!(count(1, "post"), "1 post");
        assert_eq!(count(18_400, "file"), "18,400 files");
        assert_eq!(count(1_234_567, "file"), "1,234,567 files");
        let diagnostics = [
            Code::error("x", "", "").report(""),
            Code::warning("x", "", "").report(""),
            Code::info("x", "", "").report(""),
            Code::info("x", "", "").report(""),
        ];
        assert_eq!(tally(&diagnostics), "1 error, 1 warning and 2 notes");
        assert_eq!((tally(&diagnostics[..2]), tally(&diagnostics[2..])), ("1 error and 1 warning".into(), "2 notes".into()));
    }
}
