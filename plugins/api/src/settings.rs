//! The settings of a plugin, `[plugins.NAME]` of `site.toml`, as its own type.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A setting of a plugin that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingError {
    /// The path of the setting below `[plugins.NAME]`, such as `data` or `organisation.0.id`; empty for the table as a whole. The engine
    /// shows its place in `site.toml`.
    pub path: String,
    /// What is wrong, as one sentence.
    pub message: String,
}

impl SettingError {
    /// What is wrong with the setting at this path.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

/// The settings as a type that serde reads; the type's default when the site sets none. `#[serde(deny_unknown_fields, default)]` on the type
/// refuses misspelt keys and makes every key optional.
///
/// # Errors
/// The first setting that has the wrong type or that the type does not know.
pub fn parse<T: DeserializeOwned + Default>(value: &Value) -> Result<T, SettingError> {
    if value.is_null() {
        return Ok(T::default());
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string().replace('[', ".").replace(']', "");
        SettingError::new(if path == "." { String::new() } else { path }, error.inner().to_string())
    })
}

/// For a plugin that has no settings: refuses all.
///
/// # Errors
/// The first setting that there is.
pub fn none(value: &Value) -> Result<(), SettingError> {
    match value.as_object().and_then(|table| table.keys().next()) {
        Some(key) => Err(SettingError::new(key.clone(), "this plugin has no settings of its own")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Settings {
        station: Vec<Station>,
        days: u32,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Station {
        id: u32,
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        assert_eq!(parse::<Settings>(&Value::Null), Ok(Settings::default()));
        assert_eq!(parse::<Settings>(&json!({ "days": 3 })), Ok(Settings { days: 3, station: Vec::new() }));
    }

    #[test]
    fn an_error_has_the_path_of_its_setting() {
        let path = |value: Value| parse::<Settings>(&value).map_err(|error| error.path).unwrap_err();
        assert_eq!(path(json!({ "station": [{ "id": 1 }, { "id": "x" }] })), "station.1.id");
        assert_eq!(path(json!({ "dys": 3 })), "dys");
        assert_eq!(path(json!(3)), "");
    }
}
