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
    /// The values that a string may have; all of them when there are none.
    #[serde(default)]
    one_of: Vec<String>,
    /// What each item of a list has to be: a table with these keys of strings.
    #[serde(default)]
    keys: Vec<String>,
    /// Keys that an item may have besides.
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
    fn admits(self, value: &Value) -> bool {
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

impl Setting {
    /// Says what is wrong with a value of the right type.
    fn look(&self, config: &Config, name: &str, value: &Value, errors: &mut Vec<Diagnostic>) {
        if let Some(text) = value.as_str().filter(|text| !self.one_of.is_empty() && !self.one_of.iter().any(|known| known == text)) {
            let known = self.one_of.iter().map(|known| format!("\"{known}\"")).collect::<Vec<_>>().join(", ");
            errors.push(
                codes::BAD_SETTING
                    .report(format!("`{name}` of the theme cannot be `{text}`"))
                    .at(config.place(&format!("theme.{name}")))
                    .help(format!("it is one of: {known}")),
            );
        }
        let items = value.as_array().filter(|_| !self.keys.is_empty());
        for (number, item) in items.into_iter().flatten().enumerate() {
            self.look_at_item(config, name, (number, item), errors);
        }
    }

    fn look_at_item(&self, config: &Config, name: &str, (number, item): (usize, &Value), errors: &mut Vec<Diagnostic>) {
        let path = format!("theme.{name}.{number}");
        let filled: Vec<String> = self.keys.iter().map(|key| format!("{key} = \"…\"")).collect();
        let optional =
            if self.optional.is_empty() { String::new() } else { format!("; it may have besides: {}", self.optional.join(", ")) };
        let help = format!("write {{ {} }}{optional}", filled.join(", "));
        let mut error = |at: Place, message: String, label: String| {
            errors.push(codes::BAD_SETTING.report(message).at(at).label(label).help(help.clone()));
        };
        let Some(item) = item.as_object() else {
            return error(config.place(&path), format!("an item of `{name}` of the theme is of another type"), "expected a table".into());
        };
        let known = || self.keys.iter().chain(&self.optional).map(String::as_str);
        for (key, value) in item {
            let inner = format!("{path}.{key}");
            if !known().any(|known| known == key) {
                let near = suggest(key, known()).map_or(String::new(), |near| format!("did you mean `{near}`?"));
                error(config.key_place(&inner), format!("an item of `{name}` of the theme has no key `{key}`"), near);
            } else if !value.is_string() {
                let message = format!("`{key}` in `{name}` of the theme is of another type");
                error(config.place(&inner), message, format!("expected {}", Kind::String.words()));
            }
        }
        for missing in self.keys.iter().filter(|key| !item.contains_key(*key)) {
            error(config.place(&path), format!("an item of `{name}` of the theme has no `{missing}`"), String::new());
        }
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
            Some(setting) if setting.kind.admits(value) => {
                setting.look(config, name, value, errors);
                values.insert(name.clone(), value.clone());
            }
            Some(setting) => errors.push(
                codes::BAD_SETTING
                    .report(format!("`{name}` of the theme is of another type"))
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
        Box::new(codes::BAD_THEME.report(format!("theme.toml is faulty: {}", error.message())).at(place))
    };
    let declaration: Declaration = toml::from_str(&text).map_err(error)?;
    for (name, setting) in &declaration.settings {
        if !setting.kind.admits(&setting.default) {
            return Err(Box::new(
                codes::BAD_THEME
                    .report(format!("the default of `{name}` is not {}", setting.kind.words()))
                    .at(Place::file(&*file.display_path)),
            ));
        }
    }
    Ok(declaration.settings)
}
