//! The settings of a theme: what `theme.toml` declares, with what the site's `[theme]` sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, codes, suggest};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::File;
use crate::config::Config;

/// `theme.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declaration {
    #[serde(rename = "name")]
    _name: String,
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default)]
    settings: BTreeMap<String, Setting>,
}

/// One setting.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    #[serde(rename = "type")]
    kind: Kind,
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
    #[serde(default, rename = "help")]
    _help: String,
}

/// Types of settings.
#[derive(Debug, Clone, Copy, Deserialize)]
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

/// A setting that the site sets.
struct Given<'a> {
    config: &'a Config,
    name: &'a str,
    setting: &'a Setting,
}

impl Given<'_> {
    /// What is wrong with a value of the right type.
    fn check(&self, value: &Value) -> Vec<Diagnostic> {
        let Self { config, name, setting } = self;
        let mut errors = Vec::new();
        if let Some(text) = value.as_str().filter(|text| !setting.one_of.is_empty() && !setting.one_of.iter().any(|known| known == text)) {
            let known = setting.one_of.iter().map(|known| format!("\"{known}\"")).collect::<Vec<_>>().join(", ");
            errors.push(
                codes::BAD_SETTING
                    .report(format!("`{name}` of the theme cannot be `{text}`"))
                    .at(config.place(&format!("theme.{name}")))
                    .help(format!("it is one of: {known}")),
            );
        }
        let items = value.as_array().filter(|_| !setting.keys.is_empty());
        errors.extend(items.into_iter().flatten().enumerate().flat_map(|(number, item)| self.check_item(number, item)));
        errors
    }

    fn check_item(&self, number: usize, item: &Value) -> Vec<Diagnostic> {
        let Self { config, name, setting } = self;
        let path = format!("theme.{name}.{number}");
        let error =
            |at: Place, message: String, label: String| codes::BAD_SETTING.report(message).at(at).label(label).help(setting.item_help());
        let Some(item) = item.as_object() else {
            let message = format!("an item of `{name}` of the theme has the wrong type");
            return vec![error(config.place(&path), message, "expected a table".into())];
        };
        let mut errors = Vec::new();
        let known = || setting.keys.iter().chain(&setting.optional).map(String::as_str);
        for (key, value) in item {
            let inner = format!("{path}.{key}");
            if !known().any(|known| known == key) {
                let near = suggest(key, known()).map_or(String::new(), |near| format!("did you mean `{near}`?"));
                errors.push(error(config.key_place(&inner), format!("an item of `{name}` of the theme has no key `{key}`"), near));
            } else if !value.is_string() {
                let message = format!("`{key}` in `{name}` of the theme has the wrong type");
                errors.push(error(config.place(&inner), message, format!("expected {}", Kind::String.words())));
            }
        }
        for missing in setting.keys.iter().filter(|key| !item.contains_key(*key)) {
            errors.push(error(config.place(&path), format!("an item of `{name}` of the theme has no `{missing}`"), String::new()));
        }
        errors
    }
}

impl Setting {
    /// How an item of the list is written.
    fn item_help(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| format!("{key} = \"…\"")).collect();
        let optional = if self.optional.is_empty() { String::new() } else { format!("; optional keys: {}", self.optional.join(", ")) };
        format!("write {{ {} }}{optional}", keys.join(", "))
    }
}

/// All settings with their values; what is wrong goes to `errors`.
pub(super) fn settings(config: &Config, file: Option<&File>, errors: &mut Vec<Diagnostic>) -> tera::Value {
    let declared = match file.map(declared) {
        Some(Ok(declared)) => declared,
        Some(Err(error)) => {
            errors.push(*error);
            return tera::Value::from(());
        }
        None => BTreeMap::new(),
    };
    let mut values: Map<String, Value> = declared.iter().map(|(name, setting)| (name.clone(), setting.default.clone())).collect();
    for (name, value) in &config.theme {
        let path = format!("theme.{name}");
        match declared.get(name) {
            Some(setting) if setting.kind.accepts(value) => {
                errors.extend(Given { config, name, setting }.check(value));
                values.insert(name.clone(), value.clone());
            }
            Some(setting) => errors.push(
                codes::BAD_SETTING
                    .report(format!("`{name}` of the theme has the wrong type"))
                    .at(config.place(&path))
                    .label(format!("expected {}", setting.kind.words())),
            ),
            None => {
                let known: Vec<&str> = declared.keys().map(String::as_str).collect();
                errors.push(
                    codes::UNKNOWN_SETTING
                        .report(format!("the theme `{}` has no setting `{name}`", config.site.theme))
                        .at(config.key_place(&path))
                        .label(suggest(name, known.iter().copied()).map_or(String::new(), |near| format!("did you mean `{near}`?")))
                        .help(format!("it has: {}", known.join(", "))),
                );
            }
        }
    }
    tera::Value::from_serializable(&values)
}

fn declared(file: &File) -> Result<BTreeMap<String, Setting>, Box<Diagnostic>> {
    let text: Arc<str> = String::from_utf8_lossy(&file.bytes).into();
    let error = |error: toml::de::Error| {
        let place = error.span().map_or_else(|| Place::file(&*file.display_path), |span| Place::new(&*file.display_path, &text, span));
        Box::new(codes::BAD_THEME.report(format!("theme.toml is not valid: {}", error.message())).at(place))
    };
    let declaration: Declaration = toml::from_str(&text).map_err(error)?;
    for (name, setting) in &declaration.settings {
        if !setting.kind.accepts(&setting.default) {
            return Err(Box::new(
                codes::BAD_THEME
                    .report(format!("the default of `{name}` is not {}", setting.kind.words()))
                    .at(Place::file(&*file.display_path)),
            ));
        }
    }
    Ok(declaration.settings)
}
