//! The recorded tests of a plugin, `tests/*.json`: calls and the answers that are right in, what is wrong out.
//!
//! Each file is asked twice: in its order, and backwards of a second process. A plugin whose answers differ depends on what it was asked
//! before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use avocet_plugin::protocol::Answer;
use avocet_plugin::{Diagnostic, Place, codes};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::external::{Backend, Request, Texts};
use super::package::{FOLDER, below};
use crate::config::Config;
use crate::disk::{self, Refusal};

/// A file of tests.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tests {
    /// Settings of the site, over the defaults of the manifest.
    pub(super) settings: Map<String, Value>,
    /// Texts of the inputs.
    pub(super) inputs: Texts,
    calls: Vec<Test>,
}

/// A call, and the answer that is right.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    ask: Map<String, Value>,
    #[serde(default)]
    answer: Value,
}

/// What became of a file of tests.
pub struct Replayed {
    /// The file.
    pub file: PathBuf,
    /// The answers that were given, in the order of the file.
    pub answers: Vec<Value>,
    /// What is wrong.
    pub errors: Vec<Diagnostic>,
}

/// Starts what answers the tests of a file.
type Start<'a> = &'a dyn Fn(&Tests) -> Result<Box<dyn Backend>, Vec<Diagnostic>>;

/// Runs the tests of a plugin, with processes of its own.
pub(super) fn replay(config: &Config, name: &str, start: Start) -> Result<Vec<Replayed>, Vec<Diagnostic>> {
    let folder = config.root.join(FOLDER).join(name).join("tests");
    let files: Vec<PathBuf> = config.door.walk(&folder, |_| false).filter_map(Result::ok).collect();
    let files = files.into_iter().filter(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.map(|file| one(config, &file, start)).collect()
}

fn one(config: &Config, file: &Path, start: Start) -> Result<Replayed, Vec<Diagnostic>> {
    let display_path = below(&config.root, file);
    let bytes = disk::read(file).map_err(|error| vec![Refusal::Disk(error).report(&display_path)])?;
    let text: Arc<str> = String::from_utf8_lossy(&bytes).into();
    let tests = parse(&display_path, &text)?;
    let calls: Vec<Vec<u8>> = tests.calls.iter().map(|test| serde_json::to_vec(&test.ask).unwrap_or_default()).collect();
    let (first, second) = (start(&tests)?, start(&tests)?);
    let ask = |backend: &dyn Backend, at: &usize| {
        let failures = AtomicUsize::new(0);
        let answer = backend.call(&Request { json: &calls[*at], pages: None, failures: &failures });
        (
            *at,
            answer
                .map(|answer| shown(&answer))
                .map_err(|error| error.map_or_else(|| codes::FAILED_PLUGIN.report("no answer"), |error| *error)),
        )
    };
    let order: Vec<usize> = (0..calls.len()).collect();
    let forwards: BTreeMap<usize, _> = order.iter().map(|at| ask(&*first, at)).collect();
    let backwards: BTreeMap<usize, _> = order.iter().rev().map(|at| ask(&*second, at)).collect();
    let place = || Place::file(&*display_path);
    let mut replayed = Replayed { file: file.to_owned(), answers: Vec::new(), errors: Vec::new() };
    for ((at, forward), backward) in forwards.into_iter().zip(backwards.into_values()) {
        let wrong = wrong(at, &tests.calls[at], &forward, &backward);
        replayed.errors.extend(wrong.map(|error| if error.place.is_some() { error } else { error.at(place()) }));
        replayed.answers.push(forward.unwrap_or_default());
    }
    Ok(replayed)
}

fn parse(display_path: &str, text: &Arc<str>) -> Result<Tests, Vec<Diagnostic>> {
    serde_json::from_str(text).map_err(|error| {
        let lines = text.lines().take(error.line().saturating_sub(1)).map(|line| line.len() + 1);
        let at = lines.sum::<usize>() + error.column().saturating_sub(1);
        let report = codes::FAILED_TEST.report(format!("this is no file of tests: {error}")).at(Place::new(display_path, text, at..at));
        vec![report.help("write { \"calls\": [{ \"ask\": { \"call\": \"transform\", … }, \"answer\": { … } }] }")]
    })
}

/// What is wrong with the answers to one call.
fn wrong(at: usize, test: &Test, forward: &Result<Value, Diagnostic>, backward: &Result<Value, Diagnostic>) -> Option<Diagnostic> {
    let call = format!("call {} (`{}`)", at + 1, test.ask.get("call").and_then(Value::as_str).unwrap_or_default());
    let expected = serde_json::from_value::<Answer>(test.answer.clone()).map(|answer| shown(&answer)).unwrap_or_default();
    match (forward, backward) {
        (Err(error), _) | (_, Err(error)) => Some(error.clone()),
        (Ok(forward), Ok(backward)) if forward != backward => {
            let message = format!("the answer to {call} depends on what was asked before");
            Some(codes::FAILED_TEST.report(message).help(format!("forwards:  {forward}\nbackwards: {backward}")))
        }
        (Ok(forward), _) if *forward != expected => {
            let message = format!("the answer to {call} is another one");
            let help = format!("expected: {expected}\nanswered: {forward}\n`avocet plugin test --record` writes the new answers");
            Some(codes::FAILED_TEST.report(message).help(help))
        }
        _ => None,
    }
}

/// What an answer says.
fn shown(answer: &Answer) -> Value {
    let mut value = serde_json::to_value(answer).unwrap_or_default();
    strip(&mut value);
    if let Some(fields) = value.as_object_mut() {
        fields.shift_remove("id");
    }
    value
}

/// Leaves out what an answer does not say: only of its own fields and of problems, not of values that a plugin made.
fn strip(value: &mut Value) {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let Some(fields) = value.as_object_mut() else { return };
    for (name, field) in fields.iter_mut() {
        let items = match field {
            Value::Array(items) if ["files", "pages", "warnings"].contains(&name.as_str()) => items.iter_mut().collect(),
            Value::Object(_) if name == "error" => vec![field],
            _ => Vec::new(),
        };
        for item in items.into_iter().filter_map(Value::as_object_mut) {
            item.retain(|_, value| !is_empty(value));
        }
    }
    fields.retain(|_, value| !is_empty(value));
}
