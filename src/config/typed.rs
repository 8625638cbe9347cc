//! The tree of settings in, typed settings out. serde stops at the first error. So each is reported, its value is replaced by one that only
//! serves to go on, and the rest is read again: one run reports them all. An error that follows from a reported one is not reported.

use std::collections::HashSet;

use avocet_plugin::{Diagnostic, codes, suggest};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serde_path_to_error::{Path, Segment};

use super::tree::Tree;
use super::value::{Expected, ValueError, deserialize};

/// So many errors are looked for.
const MOST_ROUNDS: usize = 1000;

/// The typed settings. They serve for further checks when something was wrong, and for nothing else.
pub(super) fn typed<T: DeserializeOwned>(tree: &mut Tree, errors: &mut Vec<Diagnostic>) -> Option<T> {
    let mut reported: HashSet<Vec<String>> = HashSet::new();
    let before = errors.len();
    let mut rounds = 0;
    loop {
        let error = match deserialize::<T>(tree.value()) {
            Ok(settings) => {
                in_order_of_the_file(&mut errors[before..]);
                return Some(settings);
            }
            Err(error) => error,
        };
        let error = TypeError::new(names(error.path()), error.into_inner());
        if !(0..=error.path.len()).any(|names| reported.contains(&error.path[..names])) {
            errors.push(error.diagnostic(tree));
        }
        let replaced = tree.replace(&error.path, error.fix());
        reported.insert(error.path);
        rounds += 1;
        // Each round replaces something, so this is only reached by an error that serde puts nowhere, or by a file that is none of ours.
        if !replaced || rounds > MOST_ROUNDS {
            return None;
        }
    }
}

/// What serde finds missing, it finds last.
fn in_order_of_the_file(errors: &mut [Diagnostic]) {
    errors.sort_by_key(|error| error.place.as_ref().map_or(0, |place| place.span.start));
}

/// A path as names, numbers of items among them.
fn names(path: &Path) -> Vec<String> {
    let name = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(name).collect()
}

/// What is wrong with one setting.
struct TypeError {
    path: Vec<String>,
    kind: Kind,
}

enum Kind {
    /// There is no such setting; these there are.
    Unknown(&'static [&'static str]),
    Missing,
    Wrong(Expected),
}

impl TypeError {
    /// What serde says of the setting or table at `path`.
    fn new(mut path: Vec<String>, error: ValueError) -> Self {
        let kind = match error {
            ValueError::Unknown(name, known) => {
                if path.last().is_none_or(|last| *last != name) {
                    path.push(name);
                }
                Kind::Unknown(known)
            }
            ValueError::Missing(name) => {
                path.push(name.to_owned());
                Kind::Missing
            }
            ValueError::Wrong(expected) => Kind::Wrong(expected),
            ValueError::Other(_) => Kind::Wrong(Expected::Table),
        };
        Self { path, kind }
    }

    /// The value that replaces the wrong one; `None` removes it.
    fn fix(&self) -> Option<Value> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match (&self.kind, path.as_slice()) {
            (Kind::Unknown(_), _) => None,
            (_, ["site"] | ["menu", _]) => Some(json!({})),
            (_, ["site", "url"]) => Some(json!("https://example.org")),
            // A setting that is removed has its default. A required one is missing then, which is not reported again.
            (Kind::Wrong(_), [_] | [_, _] | ["markdown", "toc", _]) => None,
            _ => Some(json!("")),
        }
    }

    fn diagnostic(&self, tree: &Tree) -> Diagnostic {
        let path = self.path.join(".");
        let (name, above) = self.path.split_last().map_or(("", &[][..]), |(name, above)| (name.as_str(), above));
        let table = table(above);
        match &self.kind {
            Kind::Unknown(known) => {
                let near = suggest(name, known.iter().copied()).map_or(String::new(), |near| format!("did you mean `{near}`?"));
                let table = table.unwrap_or_else(|| tree.display_path().to_owned());
                codes::UNKNOWN_SETTING
                    .report(format!("there is no setting `{name}` in {table}"))
                    .at(tree.key_place(&path))
                    .label(near)
                    .help(format!("there are: {}", known.join(", ")))
            }
            Kind::Missing => {
                let table = table.unwrap_or_else(|| tree.display_path().to_owned());
                let error = codes::MISSING_SETTING.report(format!("{table} needs `{name}`")).at(tree.key_place(&path));
                error.help(format!("add: {}", example(above, name)))
            }
            Kind::Wrong(expected) => {
                let name = match name.parse::<usize>() {
                    Ok(at) => format!("item {} of `{}`", at + 1, above.join(".")),
                    Err(_) => format!("`{name}`"),
                };
                let problem = if matches!(expected, Expected::OneOf(_)) { "has a value that does not exist" } else { "has the wrong type" };
                codes::BAD_SETTING.report(format!("{name} {problem}")).at(tree.place(&path)).label(format!("expected {}", expected.words()))
            }
        }
    }
}

/// A table as it is written in the file; none for the file as a whole.
fn table(path: &[String]) -> Option<String> {
    match path {
        [] => None,
        [list, at] if at.parse::<usize>().is_ok() => Some(format!("[[{list}]]")),
        path => Some(format!("[{}]", path.join("."))),
    }
}

fn example(above: &[String], name: &str) -> String {
    match name {
        "url" if above.first().is_some_and(|table| table == "menu") => "url = \"/blog/\"".to_owned(),
        "site" => "[site]\ntitle = \"My blog\"\nurl = \"https://example.org\"".to_owned(),
        "url" => "url = \"https://example.org\"".to_owned(),
        name => format!("{name} = \"…\""),
    }
}
