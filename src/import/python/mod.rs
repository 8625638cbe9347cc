//! A settings file in Python -> its settings, without running it: the file is parsed, and what is written as constants is read.
//!
//! Invariant: a name has the value that Python would give it, or none. What could not be read is listed at its place, and so is each name
//! that depends on it. The time is linear in the files, and so is the memory.

mod expression;
mod literal;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use avocet_plugin::Place;
use tree_sitter::{Node, Parser};

use expression::Evaluator;

/// A value of Python.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A string.
    Text(String),
    /// A list, a tuple or a set.
    List(Vec<Value>),
    /// A dictionary, in the order written.
    Dict(Vec<(Value, Value)>),
    /// What only running the file would tell.
    Unread,
}

/// A name with its value.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The value.
    pub value: Value,
    /// Where it is assigned.
    pub place: Place,
}

/// Something that could not be read.
#[derive(Debug, Clone)]
pub struct Unread {
    /// The setting that it belongs to, if it does to one.
    pub setting: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// Why, as the end of a sentence.
    pub why: String,
}

/// What files in Python say.
#[derive(Debug, Default)]
pub struct Settings {
    /// The names in capitals.
    pub settings: BTreeMap<String, Setting>,
    /// What could not be read, in the order of the files.
    pub unread: Vec<Unread>,
    /// The files that were read, in this order.
    pub files: Vec<String>,
}

/// Gives the text of a file in the folder of the settings.
pub type Load<'a> = &'a dyn Fn(&str) -> Option<Arc<str>>;

/// Reads a file and those that it imports with `from NAME import *`.
#[must_use]
pub fn read(file: &str, text: &Arc<str>, load: Load) -> Settings {
    let mut interpreter =
        Interpreter { load, names: BTreeMap::new(), found: Settings::default(), started: BTreeSet::new(), budget: expression::MOST_COPIED };
    interpreter.run(file, text);
    let Interpreter { names, mut found, .. } = interpreter;
    found.settings = names.into_iter().filter(|(name, _)| is_setting(name)).collect();
    found
}

/// Pelican takes names without small letters.
fn is_setting(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase) && !name.starts_with('_')
}

/// Takes the statements of one file after the other.
struct Interpreter<'a> {
    load: Load<'a>,
    names: BTreeMap<String, Setting>,
    found: Settings,
    /// Files that are not read again.
    started: BTreeSet<String>,
    /// How much of the values of names may still be copied.
    budget: usize,
}

/// A file that is being read.
#[derive(Clone, Copy)]
struct File<'a> {
    name: &'a str,
    text: &'a Arc<str>,
}

impl<'a> File<'a> {
    fn place(self, span: Range<usize>) -> Place {
        let end = self.text.get(span.clone()).and_then(|text| text.find('\n')).map_or(span.end, |line| span.start + line);
        Place::new(self.name, self.text, span.start..end)
    }

    fn text(self, node: Node) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }
}

impl Interpreter<'_> {
    /// Imports are few, and a file is run once: the depth is the number of files at most.
    fn run(&mut self, name: &str, text: &Arc<str>) {
        if !self.started.insert(name.to_owned()) {
            return;
        }
        self.found.files.push(name.to_owned());
        let mut parser = Parser::new();
        let language = tree_sitter_python::LANGUAGE.into();
        let tree = parser.set_language(&language).ok().and_then(|()| parser.parse(text.as_bytes(), None));
        let Some(tree) = tree else { return };
        let file = File { name, text };
        for statement in tree.root_node().children(&mut tree.walk()) {
            self.statement(file, statement);
        }
    }

    fn statement(&mut self, file: File, node: Node) {
        match node.kind() {
            "expression_statement" => {
                for part in node.named_children(&mut node.walk()) {
                    match part.kind() {
                        "assignment" => self.assignment(file, part),
                        "augmented_assignment" => self.addition(file, part),
                        "call" => self.method(file, part),
                        _ => {}
                    }
                }
            }
            "import_from_statement" => self.import(file, node),
            "import_statement" | "future_import_statement" | "comment" | "pass_statement" => {}
            "ERROR" => self.unread(file, node, None, "this is not Python that can be parsed"),
            _ => self.undecided(file, node),
        }
    }

    /// `A = B = value`.
    fn assignment(&mut self, file: File, node: Node) {
        let mut targets = Vec::new();
        let mut node = node;
        let value = loop {
            targets.extend(node.child_by_field_name("left"));
            match node.child_by_field_name("right") {
                Some(right) if right.kind() == "assignment" => node = right,
                right => break right,
            }
        };
        // A name with a type and no value.
        let Some(value) = value else { return };
        let setting = targets.first().map(|target| file.text(*target).to_owned());
        let value = self.value(file, value, setting.as_deref());
        for target in targets {
            match (target.kind(), &value) {
                ("identifier", _) => self.assign(file, target, value.clone()),
                ("pattern_list" | "tuple_pattern", Value::List(values)) if values.len() == target.named_child_count() => {
                    let names: Vec<Node> = target.named_children(&mut target.walk()).collect();
                    for (name, value) in names.into_iter().zip(values) {
                        self.assign(file, name, value.clone());
                    }
                }
                ("subscript", _) => self.assign_item(file, target, &value),
                _ => self.undecided(file, target),
            }
        }
    }

    fn assign(&mut self, file: File, target: Node, value: Value) {
        let name = file.text(target).to_owned();
        self.names.insert(name, Setting { value, place: file.place(target.byte_range()) });
    }

    /// `A['key'] = value`.
    fn assign_item(&mut self, file: File, target: Node, value: &Value) {
        let (Some(of), Some(key)) = (target.child_by_field_name("value"), target.child_by_field_name("subscript")) else { return };
        let name = file.text(of).to_owned();
        let key = self.value(file, key, Some(&name));
        match self.names.get_mut(&name).map(|setting| &mut setting.value) {
            Some(Value::Dict(items)) if key != Value::Unread => {
                items.retain(|(known, _)| *known != key);
                items.push((key, value.clone()));
            }
            _ => self.spoil(file, target, &name, "only running the file would tell what this changes"),
        }
    }

    /// `A += value`.
    fn addition(&mut self, file: File, node: Node) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return };
        let name = file.text(left).to_owned();
        let is_sum = node.child_by_field_name("operator").is_some_and(|operator| file.text(operator) == "+=");
        let added = self.value(file, right, Some(&name));
        self.change(file, node, &name, |before| if is_sum { expression::add(before, added) } else { None });
    }

    /// `A.append(value)`, `A.extend(values)` and `A.update(values)`.
    fn method(&mut self, file: File, call: Node) {
        let Some(function) = call.child_by_field_name("function").filter(|function| function.kind() == "attribute") else { return };
        let (Some(object), Some(method)) = (function.child_by_field_name("object"), function.child_by_field_name("attribute")) else {
            return;
        };
        let name = file.text(object).to_owned();
        if !is_setting(&name) || !self.names.contains_key(&name) {
            return;
        }
        let arguments: Vec<Node> = call
            .child_by_field_name("arguments")
            .into_iter()
            .flat_map(|all| all.named_children(&mut all.walk()).collect::<Vec<_>>())
            .collect();
        let [argument] = arguments[..] else { return self.spoil(file, call, &name, "only running the file would tell what this changes") };
        let value = self.value(file, argument, Some(&name));
        let method = file.text(method).to_owned();
        self.change(file, call, &name, |before| match (&*method, before, value) {
            ("append" | "add", Value::List(mut items), item) => {
                items.push(item);
                Some(Value::List(items))
            }
            ("extend", before @ Value::List(_), more @ Value::List(_)) => expression::add(before, more),
            ("update", Value::Dict(mut items), Value::Dict(more)) => {
                items.retain(|(key, _)| !more.iter().any(|(other, _)| other == key));
                items.extend(more);
                Some(Value::Dict(items))
            }
            _ => None,
        });
    }

    /// Gives a name what `change` makes of its value, or nothing if it makes nothing.
    fn change(&mut self, file: File, node: Node, name: &str, change: impl FnOnce(Value) -> Option<Value>) {
        let before = self.names.get_mut(name).map(|setting| std::mem::replace(&mut setting.value, Value::Unread));
        match (before.and_then(change), self.names.get_mut(name)) {
            (Some(value), Some(setting)) => setting.value = value,
            _ => self.spoil(file, node, name, "only running the file would tell what this changes"),
        }
    }

    /// `from NAME import *` of a file beside this one.
    fn import(&mut self, file: File, node: Node) {
        let is_all = node.children(&mut node.walk()).any(|part| part.kind() == "wildcard_import");
        let module = node.child_by_field_name("module_name").map(|module| file.text(module).trim_start_matches('.').to_owned());
        let Some(module) = module else { return };
        let path = format!("{}.py", module.replace('.', "/"));
        let folder = file.name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let path = format!("{folder}{path}");
        if self.started.contains(&path) {
            return;
        }
        match (self.load)(&path) {
            Some(text) => self.run(&path, &text),
            None if is_all => self.unread(file, node, None, &format!("there is no file `{path}`")),
            None => {}
        }
    }

    /// A statement whose effect is not known before it runs, such as `if`: the settings that it assigns have no value from here on.
    fn undecided(&mut self, file: File, node: Node) {
        if matches!(node.kind(), "function_definition" | "class_definition" | "decorated_definition" | "lambda") {
            return;
        }
        let mut open = vec![node];
        while let Some(part) = open.pop() {
            if matches!(part.kind(), "assignment" | "augmented_assignment") {
                let left = part.child_by_field_name("left").map(|left| file.text(left).to_owned());
                if let Some(name) = left.filter(|name| is_setting(name)) {
                    self.spoil(file, part, &name, "it depends on what happens when the file runs");
                }
            }
            if !matches!(part.kind(), "function_definition" | "class_definition") {
                open.extend(part.named_children(&mut part.walk()).collect::<Vec<_>>().into_iter().rev());
            }
        }
    }

    /// A name whose value is not known any more.
    fn spoil(&mut self, file: File, node: Node, name: &str, why: &str) {
        let place = file.place(node.byte_range());
        self.names.insert(name.to_owned(), Setting { value: Value::Unread, place });
        if is_setting(name) {
            self.unread(file, node, Some(name), why);
        }
    }

    fn unread(&mut self, file: File, node: Node, setting: Option<&str>, why: &str) {
        let (setting, place) = (setting.map(str::to_owned), file.place(node.byte_range()));
        self.found.unread.push(Unread { setting, place, why: why.to_owned() });
    }

    /// The value of an expression. What cannot be read of it is listed, if it belongs to a setting.
    fn value(&mut self, file: File, node: Node, setting: Option<&str>) -> Value {
        let setting = setting.map(|target| target.split('[').next().unwrap_or(target).trim()).filter(|name| is_setting(name));
        let mut evaluator = Evaluator::new(file, &self.names, &mut self.budget);
        let value = evaluator.value(node);
        let problems = evaluator.problems;
        if setting.is_some() {
            for (span, why) in problems {
                self.found.unread.push(Unread { setting: setting.map(str::to_owned), place: file.place(span), why });
            }
        }
        value
    }
}

#[cfg(test)]
mod tests;
