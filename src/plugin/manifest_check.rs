//! A manifest that has the right types -> what is wrong with it all the same, each at its place.

use avocet_plugin::{Diagnostic, codes, protocol};
use globset::Glob;

use super::manifest::{Manifest, is_name};
use crate::config::Document;

/// The longest time that a manifest may allow one call, in seconds.
const MAX_TIMEOUT: u64 = 120;

/// The most processes of one plugin.
const MAX_WORKERS: u64 = 64;

/// An error of the settings as one of the manifest.
pub(super) fn of_manifest(error: Diagnostic) -> Diagnostic {
    let mut own =
        codes::BAD_PLUGIN.report(if error.is(&codes::BAD_TOML) { "the manifest is not valid TOML".into() } else { error.message });
    (own.place, own.label, own.help) = (error.place, error.label, error.help);
    own
}

/// What serde cannot check.
pub(super) fn errors(document: &Document<Manifest>) -> Vec<Diagnostic> {
    Check(document).errors()
}

struct Check<'a>(&'a Document<Manifest>);

impl Check<'_> {
    fn errors(&self) -> Vec<Diagnostic> {
        let mut errors = self.versions_and_program();
        errors.extend(self.limits());
        errors.extend(self.names());
        errors.extend(self.tags());
        errors.extend(self.patterns());
        errors
    }

    fn error(&self, path: &str, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        codes::BAD_PLUGIN.report(message).at(self.0.place(path)).help(help)
    }

    fn versions_and_program(&self) -> Vec<Diagnostic> {
        let manifest = &self.0.value;
        let mut errors = Vec::new();
        if manifest.protocol != protocol::VERSION {
            let message =
                format!("this plugin speaks version {} of the protocol, and this Avocet speaks {}", manifest.protocol, protocol::VERSION);
            errors.push(self.error("protocol", message, "use another version of the plugin, or of Avocet"));
        }
        if manifest.run.is_empty() && manifest.has_roles() {
            errors.push(self.error("about", "this plugin names no program", "add: run = [\"python3\", \"NAME.py\"]"));
        }
        if !manifest.has_roles() && manifest.command.is_empty() {
            let help = "add one of [transform], [finish], [tag.NAME], [code], [read], [generate] and [command.NAME]";
            errors.push(self.error("about", "this plugin does nothing", help));
        }
        errors
    }

    fn limits(&self) -> Vec<Diagnostic> {
        let manifest = &self.0.value;
        let mut errors = Vec::new();
        for (key, value, most) in [("workers", manifest.workers, MAX_WORKERS), ("timeout", manifest.timeout, MAX_TIMEOUT)] {
            if value == 0 || value > most {
                errors.push(self.error(key, format!("`{key}` cannot be {value}"), format!("write a number from 1 to {most}")));
            }
        }
        for (name, setting) in &manifest.settings {
            if let Some(expected) = setting.wrong_default() {
                let path = format!("settings.{name}.default");
                errors.push(self.error(&path, format!("the default of `{name}` is not {expected}"), "correct the default, or the type"));
            }
        }
        errors
    }

    fn names(&self) -> Vec<Diagnostic> {
        let manifest = &self.0.value;
        let mut errors = Vec::new();
        let mut name = |path: String, what: &str, name: &str| {
            if !is_name(name) {
                let help = "a name has small letters, digits and hyphens, and begins with a letter";
                errors.push(self.error(&path, format!("`{name}` cannot be the name of {what}"), help));
            }
        };
        for tag in manifest.tag.keys() {
            name(format!("tag.{tag}"), "a tag", tag);
        }
        for command in manifest.command.keys() {
            name(format!("command.{command}"), "a command", command);
        }
        for (command, _) in manifest.command.iter().filter(|(_, command)| command.run.is_empty()) {
            errors.push(self.error(
                &format!("command.{command}.run"),
                "this command names no program",
                "write: run = [\"python3\", \"NAME.py\"]",
            ));
        }
        errors
    }

    fn tags(&self) -> Vec<Diagnostic> {
        let manifest = &self.0.value;
        let mut errors = Vec::new();
        for (tag, declaration) in &manifest.tag {
            for (at, word) in declaration.words.iter().enumerate().filter(|(_, word)| !declaration.options.contains_key(*word)) {
                let help = format!("add: options.{word} = {{ type = \"string\" }}");
                errors.push(self.error(&format!("tag.{tag}.words.{at}"), format!("the tag `{tag}` has no option `{word}`"), help));
            }
        }
        for (at, _) in empty(manifest.read.as_ref().map(|read| &read.extensions), is_extension) {
            let help = "write the ending of a name in small letters, without the dot: \"ipynb\"";
            errors.push(self.error(&format!("read.extensions.{at}"), "this is no ending of a name", help));
        }
        errors
    }

    /// Lists that must have something in them, and patterns.
    fn patterns(&self) -> Vec<Diagnostic> {
        let manifest = &self.0.value;
        let mut errors = Vec::new();
        let lists = [
            ("code.languages", manifest.code.as_ref().map(|code| &code.languages)),
            ("read.extensions", manifest.read.as_ref().map(|read| &read.extensions)),
            ("generate.paths", manifest.generate.as_ref().map(|generate| &generate.paths)),
        ];
        for (path, _) in lists.iter().filter(|(_, list)| list.is_some_and(Vec::is_empty)) {
            errors.push(self.error(path, format!("`{path}` is empty"), "name what this plugin is for, or remove the table"));
        }
        let texts = [("transform.contains", &manifest.transform), ("finish.contains", &manifest.finish)];
        for (path, filter) in texts {
            for (at, _) in empty(filter.as_ref().map(|filter| &filter.contains), |text| !text.is_empty()) {
                errors.push(self.error(&format!("{path}.{at}"), "every page contains this text", "remove it, or write a longer one"));
            }
        }
        let globs = [("inputs", Some(&manifest.inputs)), ("generate.paths", manifest.generate.as_ref().map(|generate| &generate.paths))];
        for (path, patterns) in globs {
            for (at, pattern) in empty(patterns, is_pattern) {
                let help = "write a path below the folder, such as `data/*.csv`";
                errors.push(self.error(&format!("{path}.{at}"), format!("`{pattern}` is not a pattern of paths"), help));
            }
        }
        errors
    }
}

/// The items of a list that are not good, with their numbers.
fn empty(list: Option<&Vec<String>>, is_good: fn(&str) -> bool) -> impl Iterator<Item = (usize, &String)> {
    list.into_iter().flatten().enumerate().filter(move |(_, item)| !is_good(item))
}

fn is_extension(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|sign| sign.is_alphanumeric() && !sign.is_uppercase() || "-_".contains(sign))
}

fn is_pattern(text: &str) -> bool {
    let is_below = text.split('/').all(|name| !matches!(name, "" | "." | "..")) && !text.contains(['\\', ':']);
    is_below && Glob::new(text).is_ok()
}
