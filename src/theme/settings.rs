//! The settings of a theme: what `theme.toml` declares, with what the site's `[theme]` sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, codes};
use serde::Deserialize;

use super::File;
use crate::config::{Config, DeclaredSetting, DeclaredSettings};

/// `theme.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declaration {
    #[serde(rename = "name")]
    _name: String,
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default)]
    settings: BTreeMap<String, DeclaredSetting>,
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
    let owner = format!("the theme `{}`", config.site.theme);
    let declared = DeclaredSettings { config, table: "theme", owner: &owner, settings: &declared };
    tera::Value::from_serializable(&declared.values(&config.theme, errors))
}

fn declared(file: &File) -> Result<BTreeMap<String, DeclaredSetting>, Box<Diagnostic>> {
    let text: Arc<str> = String::from_utf8_lossy(&file.bytes).into();
    let error = |error: toml::de::Error| {
        let place = error.span().map_or_else(|| Place::file(&*file.display_path), |span| Place::new(&*file.display_path, &text, span));
        Box::new(codes::BAD_THEME.report(format!("theme.toml is not valid: {}", error.message())).at(place))
    };
    let declaration: Declaration = toml::from_str(&text).map_err(error)?;
    for (name, setting) in &declaration.settings {
        if let Some(expected) = setting.wrong_default() {
            let message = format!("the default of `{name}` is not {expected}");
            return Err(Box::new(codes::BAD_THEME.report(message).at(Place::file(&*file.display_path))));
        }
    }
    Ok(declaration.settings)
}
