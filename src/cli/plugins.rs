//! `avocet plugin`: what the owner of a site does with its plugins that are programs: make one, test it, run its commands, lock all.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use avocet_plugin::{Diagnostic, codes};
use clap::{Subcommand, ValueEnum};
use serde_json::Value;

use super::{Common, Outcome, count, failed, plugin, show, tally};
use crate::config::{self, Config};
use crate::disk;
use crate::plugin::{Externals, LOCK, Package, Registry, Replayed, is_name, lock_text};
use crate::project::Project;
use crate::report::Format;
use crate::scaffold_plugin::{self, Language};

/// The commands below `avocet plugin`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a plugin that is a program, in plugins/NAME
    New {
        /// Its name: small letters, digits and hyphens
        name: String,
        /// python or javascript
        #[arg(long, value_enum, default_value_t = Lang::Python, hide_possible_values = true)]
        lang: Lang,
    },
    /// Run the recorded tests of plugins: plugins/NAME/tests/*.json
    Test {
        /// The plugin; all that the site names, if there is none
        name: Option<String>,
        /// Write the answers that are given now as those that are right
        #[arg(long)]
        record: bool,
    },
    /// Run a command of a plugin
    Run {
        /// The plugin
        name: String,
        /// Its command
        command: String,
        /// What the command is given
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Write the hashes of all plugins of the site to plugins.lock: others are not run from then on
    Lock,
}

/// Languages of new plugins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Lang {
    Python,
    #[value(name = "javascript")]
    JavaScript,
}

pub(super) fn run(common: &Common, command: Command, registry: &Registry) -> io::Result<Outcome> {
    // A faulty manifest or an old lock must not keep its owner from putting it right: only `run` opens the site.
    if let Command::Run { name, command, arguments } = command {
        return match Project::open(&common.site, &common.overrides(), registry) {
            Ok(project) => plugin::run(&project, common, &plugin::Asked::new(name, command, arguments)),
            Err(errors) => Ok(failed(common, errors)),
        };
    }
    let config = match config::load(&common.site, &common.overrides()) {
        Ok(config) => config,
        Err(errors) => return Ok(failed(common, errors)),
    };
    match command {
        Command::New { name, lang } => new(common, &config, registry, (&name, lang)),
        Command::Test { name, record } => test(common, &config, registry.externals(), (name, record)),
        Command::Run { .. } | Command::Lock => lock(common, &config),
    }
}

/// Creates the files of a plugin.
fn new(common: &Common, config: &Config, registry: &Registry, (name, lang): (&str, Lang)) -> io::Result<Outcome> {
    let folder = config.root.join("plugins").join(name);
    let error = if !is_name(name) || name == "plugin" || registry.names().contains(&name) {
        let error = codes::BAD_PLUGIN.report(format!("`{name}` cannot be the name of a new plugin"));
        Some(error.help("a name has small letters, digits and hyphens, begins with a letter, and is not that of a plugin of Avocet"))
    } else if folder.exists() {
        Some(codes::FILE_THERE.report(format!("there is a folder `plugins/{name}` already")).help("choose another name, or remove it"))
    } else {
        None
    };
    if let Some(error) = error {
        show(common, vec![error])?;
        return Ok(Outcome::UsageError);
    }
    let language = match lang {
        Lang::Python => Language::Python,
        Lang::JavaScript => Language::JavaScript,
    };
    for (path, text) in scaffold_plugin::files(name, language) {
        if let Err(error) = avocet_io::replace(&folder.join(&path), text.as_bytes()) {
            show(common, vec![unwritable(&format!("plugins/{name}/{path}"), &error)])?;
            return Ok(Outcome::UsageError);
        }
        if common.is_chatty() {
            writeln!(io::stdout(), "Created plugins/{name}/{path}")?;
        }
    }
    if common.is_chatty() {
        let mut names = config.site.plugins.clone();
        names.push(name.to_owned());
        writeln!(io::stdout(), "\nNext: write in site.toml, below [site]: plugins = {names:?}")?;
        writeln!(io::stdout(), "Then run: avocet plugin test {name}")?;
    }
    Ok(Outcome::Success)
}

fn unwritable(display_path: &str, error: &io::Error) -> Diagnostic {
    codes::UNWRITABLE_FILE.report(format!("`{display_path}` cannot be written: {}", disk::why(error)))
}

/// The plugins that the site names and that lie in folders of it.
fn named(config: &Config) -> Vec<String> {
    config.site.plugins.iter().filter(|name| Package::exists(&config.root, name)).cloned().collect()
}

/// Runs the recorded tests.
fn test(common: &Common, config: &Config, externals: &Externals, (name, record): (Option<String>, bool)) -> io::Result<Outcome> {
    let names = name.map_or_else(|| named(config), |name| vec![name]);
    let mut errors = Vec::new();
    for name in names {
        if !Package::exists(&config.root, &name) {
            let error = codes::UNKNOWN_PLUGIN.report(format!("there is no `plugins/{name}/plugin.toml`"));
            errors.push(error.help(format!("`avocet plugin new {name}` creates it")));
            continue;
        }
        match externals.replay(config, &name) {
            Ok(files) => errors.extend(tested(common, &name, files, record)?),
            Err(reported) => errors.extend(reported),
        }
    }
    let (has_errors, reported) = (!errors.is_empty(), tally(&errors));
    show(common, errors)?;
    if has_errors && common.format == Format::Text {
        writeln!(io::stderr(), "avocet plugin test: {reported}")?;
    }
    Ok(if has_errors { Outcome::SiteErrors } else { Outcome::Success })
}

/// Says what became of the tests of a plugin, or records their answers.
fn tested(common: &Common, name: &str, files: Vec<Replayed>, record: bool) -> io::Result<Vec<Diagnostic>> {
    let calls: usize = files.iter().map(|file| file.answers.len()).sum();
    let mut errors = Vec::new();
    if calls == 0 {
        let error = codes::FAILED_TEST.report(format!("the plugin `{name}` has no recorded tests"));
        errors.push(error.help(format!("write plugins/{name}/tests/first.json; `avocet plugin new` shows its form")));
    }
    for file in files {
        let (lasting, differing): (Vec<_>, Vec<_>) = file.errors.into_iter().partition(|error| !error.is(&codes::FAILED_TEST));
        errors.extend(lasting);
        if !record {
            errors.extend(differing);
        } else if let Err(error) = write_answers(&file.file, &file.answers) {
            errors.push(unwritable(&file.file.display().to_string(), &error));
        }
    }
    if errors.is_empty() && common.is_chatty() {
        let done = if record { "recorded" } else { "passed, in two orders" };
        writeln!(io::stdout(), "{name}: {} {done}", count(calls, "call"))?;
    }
    Ok(errors)
}

/// Puts the answers into a file of tests.
fn write_answers(file: &Path, answers: &[Value]) -> io::Result<()> {
    let mut tests: Value = serde_json::from_slice(&fs::read(file)?)?;
    let calls = tests.get_mut("calls").and_then(Value::as_array_mut).into_iter().flatten();
    for (call, answer) in calls.zip(answers) {
        call["answer"] = answer.clone();
    }
    avocet_io::replace(file, (serde_json::to_string_pretty(&tests)? + "\n").as_bytes())
}

/// Writes the hashes of all plugins of the site.
fn lock(common: &Common, config: &Config) -> io::Result<Outcome> {
    let (mut hashes, mut errors) = (BTreeMap::new(), Vec::new());
    for name in named(config) {
        match Package::read(config, &name) {
            Ok(package) => drop(hashes.insert(name, package.hash)),
            Err(reported) => errors.extend(reported),
        }
    }
    if errors.is_empty()
        && let Err(error) = avocet_io::replace(&config.root.join(LOCK), lock_text(&hashes).as_bytes())
    {
        errors.push(unwritable(LOCK, &error));
    }
    if !errors.is_empty() {
        return Ok(failed(common, errors));
    }
    if common.is_chatty() {
        writeln!(io::stdout(), "Wrote {LOCK} with {}", count(hashes.len(), "plugin"))?;
    }
    Ok(Outcome::Success)
}
