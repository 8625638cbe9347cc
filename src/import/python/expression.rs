//! An expression of Python -> its value, as far as it is made of constants and of names that have a value.

use std::collections::BTreeMap;
use std::ops::Range;

use tree_sitter::Node;

use super::{File, Setting, Value, literal};

/// How deep values may lie in each other.
const DEEPEST: usize = 50;

/// How much text and how many values names may be copied as, all together: names that double themselves would fill the memory.
pub(super) const MOST_COPIED: usize = 1 << 20;

/// Computes one expression.
pub(super) struct Evaluator<'a> {
    file: File<'a>,
    names: &'a BTreeMap<String, Setting>,
    depth: usize,
    /// How much may still be copied.
    budget: &'a mut usize,
    /// What cannot be read, and why.
    pub(super) problems: Vec<(Range<usize>, String)>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(file: File<'a>, names: &'a BTreeMap<String, Setting>, budget: &'a mut usize) -> Self {
        Self { file, names, depth: 0, budget, problems: Vec::new() }
    }

    pub(super) fn value(&mut self, node: Node) -> Value {
        if self.depth >= DEEPEST {
            return self.unread(node, "it is nested too deeply");
        }
        self.depth += 1;
        let value = self.any(node);
        self.depth -= 1;
        value
    }

    fn any(&mut self, node: Node) -> Value {
        let text = self.file.text(node);
        match node.kind() {
            "none" => Value::None,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "integer" => literal::integer(text).map_or_else(|| self.unread(node, "the number is too large"), Value::Int),
            "float" => text.replace('_', "").parse().map_or_else(|_| self.unread(node, "it is not a plain number"), Value::Float),
            "string" => self.string(node),
            "concatenated_string" => {
                let parts = parts(node);
                parts.into_iter().fold(Value::Text(String::new()), |text, part| {
                    let part = self.value(part);
                    add(text, part).unwrap_or(Value::Unread)
                })
            }
            "identifier" => self.name(node),
            "list" | "tuple" | "set" | "expression_list" => Value::List(parts(node).into_iter().map(|item| self.value(item)).collect()),
            "dictionary" => self.dictionary(node),
            "parenthesized_expression" | "type" => parts(node).first().map_or(Value::Unread, |inner| self.value(*inner)),
            "unary_operator" => self.negative(node),
            "binary_operator" => self.sum(node),
            "attribute" => self.unread(node, &format!("`{}` is not a constant", first_line(text))),
            "call" => self.call(node),
            "subscript" => self.item(node),
            "lambda" => self.unread(node, "it is a function"),
            _ => self.unread(node, "only running the file would tell"),
        }
    }

    pub(super) fn unread(&mut self, node: Node, why: &str) -> Value {
        self.problems.push((node.byte_range(), why.to_owned()));
        Value::Unread
    }

    /// Counts a value that is copied, and refuses what is too much.
    fn copy(&mut self, node: Node, value: &Value) -> Value {
        let left = size(value, *self.budget).and_then(|size| self.budget.checked_sub(size));
        *self.budget = left.unwrap_or(0);
        if left.is_some() { value.clone() } else { self.unread(node, "it is too large") }
    }

    fn name(&mut self, node: Node) -> Value {
        let name = self.file.text(node);
        match self.names.get(name).map(|setting| &setting.value) {
            Some(Value::Unread) => self.unread(node, &format!("`{name}` could not be read")),
            Some(value) => self.copy(node, value),
            None if name == "__file__" => Value::Text(self.file.name.to_owned()),
            None => self.unread(node, &format!("`{name}` is not a name of this file with a value")),
        }
    }

    fn string(&mut self, node: Node) -> Value {
        let mut out = String::new();
        let start = parts(node).first().map_or("", |start| self.file.text(*start)).to_lowercase();
        let (is_raw, is_format) = (start.contains('r'), start.contains('f'));
        for part in parts(node) {
            match part.kind() {
                "string_content" => {
                    let text = self.file.text(part);
                    let text = if is_raw { text.to_owned() } else { literal::unescape(text) };
                    out.push_str(&if is_format { text.replace("{{", "{").replace("}}", "}") } else { text });
                }
                "interpolation" => match parts(part)[..] {
                    [inner] => match self.value(inner) {
                        Value::Text(text) => out.push_str(&text),
                        Value::Int(number) => out.push_str(&number.to_string()),
                        Value::Unread => return Value::Unread,
                        _ => return self.unread(part, "only text and whole numbers can be put into a text here"),
                    },
                    _ => return self.unread(part, "a format in a text cannot be read"),
                },
                _ => {}
            }
        }
        Value::Text(out)
    }

    fn dictionary(&mut self, node: Node) -> Value {
        let mut items: Vec<(Value, Value)> = Vec::new();
        for part in parts(node) {
            if let (Some(key), Some(value)) = (part.child_by_field_name("key"), part.child_by_field_name("value")) {
                items.push((self.value(key), self.value(value)));
                continue;
            }
            let spread = parts(part).first().map(|inner| self.value(*inner));
            match spread {
                Some(Value::Dict(more)) if part.kind() == "dictionary_splat" => items.extend(more),
                _ => drop(self.unread(part, "only running the file would tell")),
            }
        }
        Value::Dict(items)
    }

    fn negative(&mut self, node: Node) -> Value {
        let is_minus = node.child_by_field_name("operator").is_some_and(|operator| self.file.text(operator) == "-");
        let value = node.child_by_field_name("argument").map_or(Value::Unread, |argument| self.value(argument));
        match value {
            Value::Int(number) if is_minus => Value::Int(-number),
            Value::Float(number) if is_minus => Value::Float(-number),
            _ => self.unread(node, "only running the file would tell"),
        }
    }

    /// `a + b + c`, which is parsed as `(a + b) + c`, without going down for each of them.
    fn sum(&mut self, node: Node) -> Value {
        let (mut left, mut terms) = (node, Vec::new());
        while left.kind() == "binary_operator" {
            let Some(next) = left.child_by_field_name("left") else { break };
            terms.push(left);
            left = next;
        }
        let (file, mut value) = (self.file, self.value(left));
        for term in terms.into_iter().rev() {
            let operator = term.child_by_field_name("operator").map_or("", |operator| file.text(operator));
            let right = term.child_by_field_name("right").map_or(Value::Unread, |right| self.value(right));
            if value == Value::Unread || right == Value::Unread {
                return Value::Unread;
            }
            let result = match operator {
                "+" => add(value, right),
                "%" => literal::percent(&value, &right).map(Value::Text),
                _ => None,
            };
            let Some(result) = result else {
                return self.unread(term, &format!("only running the file would tell what `{operator}` gives"));
            };
            value = result;
        }
        value
    }

    fn item(&mut self, node: Node) -> Value {
        let part = |name| node.child_by_field_name(name);
        let (Some(of), Some(key)) = (part("value"), part("subscript")) else {
            return self.unread(node, "only running the file would tell");
        };
        let (of, key) = (self.value(of), self.value(key));
        let found = match (&of, &key) {
            (Value::Dict(items), key) => items.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone()),
            (Value::List(items), Value::Int(at)) => usize::try_from(*at).ok().and_then(|at| items.get(at)).cloned(),
            _ => None,
        };
        found.unwrap_or_else(|| self.unread(node, "there is no such item that can be read"))
    }

    /// A call of a function whose result is known: of paths, of the environment, and those that make lists and dictionaries.
    fn call(&mut self, node: Node) -> Value {
        let function = node.child_by_field_name("function").map_or("", |function| self.file.text(function)).to_owned();
        let arguments = node.child_by_field_name("arguments").map_or_else(Vec::new, parts);
        let known = ["join", "dirname", "abspath", "realpath", "normpath"];
        if function.strip_prefix("os.path.").or_else(|| function.strip_prefix("path.")).is_some_and(|name| known.contains(&name)) {
            let values: Vec<Value> = arguments.into_iter().map(|argument| self.value(argument)).collect();
            return literal::path(&function, &values).map_or_else(|| self.unread(node, "it is not a path of constants"), Value::Text);
        }
        match (&*function, &arguments[..]) {
            ("os.getenv" | "os.environ.get" | "getenv", [_, default]) => {
                self.problems.push((node.byte_range(), "it comes from the environment, and its default is taken".to_owned()));
                self.value(*default)
            }
            ("list" | "tuple" | "set" | "str" | "dict" | "OrderedDict" | "collections.OrderedDict", [only])
                if only.kind() != "keyword_argument" =>
            {
                let value = self.value(*only);
                if function.to_lowercase().ends_with("dict") {
                    pairs(value).unwrap_or_else(|| self.unread(node, "it is not a list of pairs"))
                } else {
                    value
                }
            }
            ("dict" | "OrderedDict" | "collections.OrderedDict", arguments) => self.keywords(node, arguments),
            ("list" | "tuple" | "set", []) => Value::List(Vec::new()),
            _ => self.unread(node, &format!("`{}` is a call, and no code is run", first_line(self.file.text(node)))),
        }
    }

    /// `dict(key=value)`.
    fn keywords(&mut self, node: Node, arguments: &[Node]) -> Value {
        let mut items = Vec::new();
        for argument in arguments {
            let (Some(name), Some(value)) = (argument.child_by_field_name("name"), argument.child_by_field_name("value")) else {
                return self.unread(node, "only running the file would tell");
            };
            items.push((Value::Text(self.file.text(name).to_owned()), self.value(value)));
        }
        Value::Dict(items)
    }
}

/// The parts of a node that count.
fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).filter(|part| part.kind() != "comment").collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// A list of pairs as a dictionary.
fn pairs(value: Value) -> Option<Value> {
    let items = match value {
        Value::Dict(items) => return Some(Value::Dict(items)),
        Value::List(items) => items,
        _ => return None,
    };
    let pair = |item| match item {
        Value::List(pair) => <[Value; 2]>::try_from(pair).ok().map(|[key, value]| (key, value)),
        _ => None,
    };
    items.into_iter().map(pair).collect::<Option<Vec<_>>>().map(Value::Dict)
}

/// The sum of two values, if there is one.
pub(super) fn add(left: Value, right: Value) -> Option<Value> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(Value::Text(left + &right)),
        (Value::List(mut left), Value::List(right)) => {
            left.extend(right);
            Some(Value::List(left))
        }
        (Value::Int(left), Value::Int(right)) => left.checked_add(right).map(Value::Int),
        _ => None,
    }
}

/// How large a value is; `None` if it is larger than `most`, or too deep.
fn size(value: &Value, most: usize) -> Option<usize> {
    let mut open = vec![(value, 0)];
    let mut size = 0_usize;
    while let Some((value, depth)) = open.pop() {
        size += 1;
        match value {
            Value::Text(text) => size += text.len(),
            Value::List(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Dict(items) => open.extend(items.iter().flat_map(|(key, value)| [(key, depth + 1), (value, depth + 1)])),
            _ => {}
        }
        if size > most || depth > DEEPEST {
            return None;
        }
    }
    Some(size)
}
