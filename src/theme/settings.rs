//! The settings of a theme: what `theme.toml` declares, with what the site's `[theme]` sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, codes};
use serde::Deserialize;
use serde_json::{Map, Value};

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
    engine: Engine,
    #[serde(default)]
    settings: BTreeMap<String, DeclaredSetting>,
}

/// The language of a theme's templates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Engine {
    /// Tera, which is Avocet's own.
    #[default]
    Tera,
    /// Jinja, with the names that Pelican's themes know.
    Jinja,
}

/// The engine that a theme names, and all settings with their values; what is wrong goes to `errors`. A Jinja theme that declares no
/// settings takes any.
pub(super) fn settings(config: &Config, files: &BTreeMap<String, File>, errors: &mut Vec<Diagnostic>) -> (Engine, Map<String, Value>) {
    let (engine, declared) = match files.get("theme.toml").map(declared) {
        Some(Ok(Declaration { engine, settings, .. })) => (engine, settings),
        Some(Err(error)) => {
            errors.push(*error);
            return (Engine::Tera, Map::new());
        }
        None if is_pelicans(files) => (Engine::Jinja, BTreeMap::new()),
        None => (Engine::Tera, BTreeMap::new()),
    };
    if engine == Engine::Jinja && declared.is_empty() {
        return (engine, config.theme.clone());
    }
    let owner = format!("the theme `{}`", config.site.theme);
    let declared = DeclaredSettings { config, table: "theme", owner: &owner, settings: &declared };
    (engine, declared.values(&config.theme, errors))
}

/// Whether a folder without `theme.toml` looks as Pelican's themes do.
fn is_pelicans(files: &BTreeMap<String, File>) -> bool {
    let has_static = files.keys().any(|path| path.starts_with("static/"));
    has_static && ["templates/article.html", "templates/base.html"].iter().any(|name| files.contains_key(*name))
}

fn declared(file: &File) -> Result<Declaration, Box<Diagnostic>> {
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
    Ok(declaration)
}
