//! Settings that a theme or a plugin declares: a table of declarations and what the site sets in, all values out, and what is wrong with
//! those of the site at its place in `site.toml`.

use std::collections::BTreeMap;

use avocet_plugin::{Diagnostic, Place, codes, suggest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Config;

/// The declaration of one setting.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclaredSetting {
    /// The type of its value.
    #[serde(rename = "type")]
    kind: Kind,
    /// The value where the site sets none.
    default: Value,
    /// The values that a string may have; any if the list is empty.
    #[serde(default)]
    one_of: Vec<String>,
    /// If set, each item of a list is a table with these keys, whose values are text.
    #[serde(default)]
    keys: Vec<String>,
    /// Further keys that an item may have.
    #[serde(default)]
    optional: Vec<String>,
    /// What it is for, in one line.
    #[serde(default, rename = "help")]
    _help: String,
}

/// Types of settings.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    String,
    Bool,
    Number,
    List,
}

impl Kind {
    fn accepts(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Bool => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::List => value.is_array(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::String => "text in quotes",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::List => "a list, such as [\"a\", \"b\"]",
        }
    }
}

impl DeclaredSetting {
    /// What its default has to be, if it is something else.
    #[must_use]
    pub fn wrong_default(&self) -> Option<&'static str> {
        (!self.kind.accepts(&self.default)).then(|| self.kind.words())
    }

    /// How an item of the list is written.
    fn item_help(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| format!("{key} = \"…\"")).collect();
        let optional = if self.optional.is_empty() { String::new() } else { format!("; optional keys: {}", self.optional.join(", ")) };
        format!("write {{ {} }}{optional}", keys.join(", "))
    }
}

/// The settings that somebody declares.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredSettings<'a> {
    /// The site's settings.
    pub config: &'a Config,
    /// The table in `site.toml`: `theme`, `plugins.NAME`.
    pub table: &'a str,
    /// Who declares them, for messages: "the theme".
    pub owner: &'a str,
    /// The declarations.
    pub settings: &'a BTreeMap<String, DeclaredSetting>,
}

impl DeclaredSettings<'_> {
    /// All settings with their values; what is wrong with those that are set goes to `errors`.
    #[must_use]
    pub fn values<'v>(self, set: impl IntoIterator<Item = (&'v String, &'v Value)>, errors: &mut Vec<Diagnostic>) -> Map<String, Value> {
        let mut values: Map<String, Value> = self.settings.iter().map(|(name, setting)| (name.clone(), setting.default.clone())).collect();
        for (name, value) in set {
            match self.settings.get(name) {
                Some(setting) => {
                    errors.extend(Given { declared: self, name, setting }.check(value));
                    values.insert(name.clone(), value.clone());
                }
                None => errors.push(self.unknown(name)),
            }
        }
        values
    }

    fn unknown(self, name: &str) -> Diagnostic {
        let known: Vec<&str> = self.settings.keys().map(String::as_str).collect();
        let help = if known.is_empty() { "it has no settings".to_owned() } else { format!("it has: {}", known.join(", ")) };
        codes::UNKNOWN_SETTING
            .report(format!("{} has no setting `{name}`", self.owner))
            .at(self.config.key_place(&format!("{}.{name}", self.table)))
            .label(suggest(name, known.iter().copied()).map_or(String::new(), |near| format!("did you mean `{near}`?")))
            .help(help)
    }
}

/// A setting that the site sets.
struct Given<'a> {
    declared: DeclaredSettings<'a>,
    name: &'a str,
    setting: &'a DeclaredSetting,
}

impl Given<'_> {
    /// What is wrong with a value.
    fn check(&self, value: &Value) -> Vec<Diagnostic> {
        let Self { declared: DeclaredSettings { config, table, owner, .. }, name, setting } = self;
        let at = || config.place(&format!("{table}.{name}"));
        if !setting.kind.accepts(value) {
            let error = codes::BAD_SETTING.report(format!("`{name}` of {} has the wrong type", of(owner))).at(at());
            return vec![error.label(format!("expected {}", setting.kind.words()))];
        }
        let mut errors = Vec::new();
        if let Some(text) = value.as_str().filter(|text| !setting.one_of.is_empty() && !setting.one_of.iter().any(|known| known == text)) {
            let known = setting.one_of.iter().map(|known| format!("\"{known}\"")).collect::<Vec<_>>().join(", ");
            let error = codes::BAD_SETTING.report(format!("`{name}` of {} cannot be `{text}`", of(owner))).at(at());
            errors.push(error.help(format!("it is one of: {known}")));
        }
        let items = value.as_array().filter(|_| !setting.keys.is_empty());
        errors.extend(items.into_iter().flatten().enumerate().flat_map(|(number, item)| self.check_item(number, item)));
        errors
    }

    fn check_item(&self, number: usize, item: &Value) -> Vec<Diagnostic> {
        let Self { declared: DeclaredSettings { config, table, owner, .. }, name, setting } = self;
        let (path, owner) = (format!("{table}.{name}.{number}"), of(owner));
        let error =
            |at: Place, message: String, label: String| codes::BAD_SETTING.report(message).at(at).label(label).help(setting.item_help());
        let Some(item) = item.as_object() else {
            let message = format!("an item of `{name}` of {owner} has the wrong type");
            return vec![error(config.place(&path), message, "expected a table".into())];
        };
        let mut errors = Vec::new();
        let known = || setting.keys.iter().chain(&setting.optional).map(String::as_str);
        for (key, value) in item {
            let inner = format!("{path}.{key}");
            if !known().any(|known| known == key) {
                let near = suggest(key, known()).map_or(String::new(), |near| format!("did you mean `{near}`?"));
                errors.push(error(config.key_place(&inner), format!("an item of `{name}` of {owner} has no key `{key}`"), near));
            } else if !value.is_string() {
                let message = format!("`{key}` in `{name}` of {owner} has the wrong type");
                errors.push(error(config.place(&inner), message, format!("expected {}", Kind::String.words())));
            }
        }
        for missing in setting.keys.iter().filter(|key| !item.contains_key(*key)) {
            errors.push(error(config.place(&path), format!("an item of `{name}` of {owner} has no `{missing}`"), String::new()));
        }
        errors
    }
}

/// The owner without its name: "the theme" of "the theme `nhs`", which stands beside its own settings.
fn of(owner: &str) -> &str {
    owner.split(" `").next().unwrap_or(owner)
}
