//! The fields of a front matter, taken out one by one with their type; what is left over is the author's own.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use avocet_plugin::{Date, Diagnostic, Dialect, Field, Place, SourceFile, Term, codes, name_key, suggest};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{KEYS, date, status};

/// Keys that people write for others.
const MEANT: [(&str, &str); 9] = [
    ("tag", "tags"),
    ("keywords", "tags"),
    ("categories", "category"),
    ("description", "summary"),
    ("language", "lang"),
    ("updated", "modified"),
    ("permalink", "save_as"),
    ("alias", "aliases"),
    ("taxonomies", "tags"),
];

/// The fields of one source, and where to say what is wrong with them.
pub(super) struct Fields<'a> {
    file: &'a SourceFile,
    left: Vec<Field>,
    places: BTreeMap<String, Range<usize>>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(file: &'a SourceFile, left: Vec<Field>, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        let places = left.iter().map(|field| (field.key.clone(), field.span.clone())).collect();
        let mut fields = Self { file, left, places, diagnostics };
        fields.warn_of_near_keys();
        fields
    }

    /// Adds a value that stands nowhere in the file, unless the front matter has the key.
    pub(super) fn add(&mut self, key: &str, value: Value) {
        let same = match key {
            "author" => "authors",
            "authors" => "author",
            key => key,
        };
        if !self.has(key) && !self.has(same) {
            self.places.insert(key.to_owned(), 0..0);
            self.left.push(Field::new(key, value, 0..0, 0..0));
        }
    }

    /// Where the value of each key stands.
    pub(super) fn places(&self) -> BTreeMap<String, Range<usize>> {
        self.places.clone()
    }

    /// The fields that are not taken yet.
    pub(super) fn left(&self) -> &[Field] {
        &self.left
    }

    /// The key as it is written, for messages.
    pub(super) fn written_key(&self, field: &Field) -> &str {
        self.file.text.get(field.key_span.clone()).unwrap_or_default()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.places.contains_key(key)
    }

    /// Whether something is wrong with the value of a key.
    pub(super) fn has_errors(&self, key: &str) -> bool {
        let span = self.places.get(key);
        self.diagnostics
            .iter()
            .any(|reported| reported.is_error() && reported.place.as_ref().map(|place| &place.span) == span && span.is_some())
    }

    pub(super) fn say(&mut self, error: Diagnostic) {
        self.diagnostics.push(error);
    }

    /// Says it of the value of a key.
    pub(super) fn say_at(&mut self, key: &str, error: Diagnostic) {
        let place = self.places.get(key).map_or_else(|| self.head_place(), |span| self.place(span.clone()));
        self.diagnostics.push(error.at(place));
    }

    /// The first line of the file.
    pub(super) fn head_place(&self) -> Place {
        let end = self.file.text.find('\n').unwrap_or(self.file.text.len());
        self.place(0..end)
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.file.display_path.clone(), &self.file.text, span)
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        let at = self.left.iter().position(|field| field.key == key)?;
        Some(self.left.remove(at).value)
    }

    /// Text, without the spaces round it; empty text is as good as none.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.text_or_empty(key).filter(|text| !text.is_empty())
    }

    /// Text, which may be empty: `url:` of the home page.
    pub(super) fn text_or_empty(&mut self, key: &str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Null => Some(String::new()),
            Value::Array(_) | Value::Object(_) => {
                let error = codes::BAD_VALUE
                    .report(format!("`{key}` must be text, and this is a list"))
                    .help(format!("write one value after `{key}:` on the same line"));
                self.say_at(key, error);
                None
            }
        }
    }

    /// A list, or text that is split on `;` if it has one, else on `,`.
    pub(super) fn list(&mut self, key: &str) -> Vec<String> {
        let items: Vec<String> = match self.take(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items.iter().map(plain).collect(),
            Some(value) => {
                let text = plain(&value);
                let by = if text.contains(';') { ';' } else { ',' };
                text.split([by, '\n']).map(str::to_owned).collect()
            }
        };
        items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
    }

    /// One name; one without a slug is an error.
    pub(super) fn term(&mut self, key: &str) -> Option<Term> {
        let term = Term::new(&self.text(key)?);
        if term.slug.is_empty() {
            self.say_nameless(key, &term.name);
            return None;
        }
        Some(term)
    }

    fn say_nameless(&mut self, key: &str, name: &str) {
        let error = codes::EMPTY_SLUG.report(format!("no URL can be made from the name `{name}`: it has no letters or digits"));
        let error = error.help("choose another name, or remove it");
        let span = self.places.get(key).cloned().unwrap_or_default();
        match self.file.text.get(span.clone()).and_then(|value| value.find(name)) {
            Some(at) => self.diagnostics.push(error.at(self.place(span.start + at..span.start + at + name.len()))),
            None => self.say_at(key, error),
        }
    }

    /// A list of names, each once.
    pub(super) fn terms(&mut self, key: &str) -> Vec<Term> {
        let mut terms: Vec<Term> = Vec::new();
        let mut met: HashMap<(String, String), usize> = HashMap::new();
        for name in self.list(key) {
            let term = Term::new(&name);
            if term.slug.is_empty() {
                self.say_nameless(key, &name);
                continue;
            }
            let at = *met.entry((term.slug.clone(), name_key(&name))).or_insert(terms.len());
            match terms.get(at) {
                None => terms.push(term),
                Some(before) if before.name == name => {}
                Some(before) => {
                    let merged = codes::MERGED_NAMES.report(format!("`{}` and `{name}` are one name", before.name));
                    self.say_at(key, merged.help("take one of them out"));
                }
            }
        }
        terms
    }

    /// A date; one that cannot be read is told. In Pelican's dialect one with two meanings has Pelican's, and that is told.
    pub(super) fn date(&mut self, key: &str, (zone, dialect): (&TimeZone, Dialect)) -> Option<Date> {
        let text = self.text(key)?;
        match date::parse(&text, zone) {
            Ok(date) => Some(date),
            Err(error) => {
                let pelicans = if dialect == Dialect::Pelican { date::as_pelican(&text, zone) } else { None };
                let report = match &pelicans {
                    Some(date) => codes::AMBIGUOUS_DATE
                        .report(format!("`{text}` is read as {}, as Pelican reads it", date.strftime("%-d %B %Y")))
                        .help(format!("write {}, or another day if it is meant", date.strftime("%Y-%m-%d"))),
                    None => error.diagnostic(&text),
                };
                self.say_at(key, report);
                pelicans
            }
        }
    }

    /// All that was not taken.
    pub(super) fn rest(&mut self) -> BTreeMap<String, Value> {
        std::mem::take(&mut self.left).into_iter().map(|field| (field.key, field.value)).collect()
    }

    /// A key that is close to a known one is probably misspelt.
    fn warn_of_near_keys(&mut self) {
        for field in self.left.iter().filter(|field| !KEYS.contains(&field.key.as_str()) && !status::is_foreign(field)) {
            let meant = MEANT.iter().find(|(written, _)| *written == field.key).map(|(_, meant)| *meant);
            let near = || suggest(&field.key, KEYS).filter(|near| close(&field.key, near));
            if let Some(meant) = meant.or_else(near).filter(|meant| !self.places.contains_key(*meant)) {
                self.diagnostics.push(
                    codes::UNKNOWN_KEY
                        .report(format!("Avocet does not know the key `{}`", field.key))
                        .at(self.place(field.key_span.clone()))
                        .label(format!("did you mean `{meant}`?"))
                        .help(format!("if it is your own key, ignore this: templates have it as `page.meta.{}`", field.key)),
                );
            }
        }
    }
}

/// Whether two words differ by a slip of the finger.
fn close(written: &str, known: &str) -> bool {
    let slips = if known.len() <= 4 { 1 } else { 2 };
    strsim::damerau_levenshtein(written, known) <= slips
}

/// A value as one text.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
