//! Which plugins there are. A site enables them by name, in its own order.

mod code_table;

pub use avocet_plugin::SettingError;
use avocet_plugin::{Diagnostic, Plugin, codes, suggest};
use serde_json::Value;

use crate::config::Config;
pub use code_table::Codes;

/// Makes a plugin from its settings, which are the site's `[plugins.NAME]`.
pub type Constructor = fn(&Value) -> Result<Plugin, SettingError>;

/// All plugins that a site may name.
pub struct Registry(Vec<(&'static str, Constructor)>);

impl Registry {
    /// Those that Avocet comes with.
    #[must_use]
    pub fn standard() -> Self {
        Self(vec![
            ("blog", avocet_blog::plugin),
            ("feeds", avocet_feeds::plugin),
            ("search", avocet_search::plugin),
            ("sitemap", avocet_sitemap::plugin),
            ("stats", avocet_stats::plugin),
        ])
    }

    /// One more. Its codes and commands are asked of it without settings, so the constructor has to accept `Value::Null`.
    #[must_use]
    pub fn with(mut self, name: &'static str, constructor: Constructor) -> Self {
        self.0.push((name, constructor));
        self
    }

    /// Names of all, in their order.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }

    /// Every plugin as it is without settings, by name: its codes and commands.
    #[must_use]
    pub fn unset(&self) -> Vec<Plugin> {
        self.0.iter().filter_map(|(_, constructor)| constructor(&Value::Null).ok()).collect()
    }

    /// The kinds of problems of the engine and of all plugins, also of those that a site does not enable.
    #[must_use]
    pub fn codes(&self) -> Codes {
        Codes::new(self.unset().iter().flat_map(|plugin| plugin.codes.iter().copied()))
    }

    /// The plugins that the site names.
    ///
    /// # Errors
    /// Names that there are not, settings that are wrong, settings of plugins that the site does not enable.
    pub fn open(&self, config: &Config) -> Result<Vec<Plugin>, Vec<Diagnostic>> {
        let mut plugins = Vec::new();
        let mut errors = Vec::new();
        for (at, name) in config.site.plugins.iter().enumerate() {
            let settings = config.plugins.get(name).unwrap_or(&Value::Null);
            match self.0.iter().find(|(known, _)| known == name) {
                Some((_, constructor)) => match constructor(settings) {
                    Ok(plugin) => plugins.push(plugin),
                    Err(error) => errors.push(bad_setting(config, name, &error)),
                },
                None => errors.push(self.unknown(config, at, name)),
            }
        }
        for name in config.plugins.keys().filter(|name| !config.site.plugins.contains(name)) {
            errors.push(
                codes::UNKNOWN_SETTING
                    .report(format!("[plugins.{name}] is for a plugin that this site does not enable"))
                    .at(config.key_place(&format!("plugins.{name}")))
                    .help(format!("add \"{name}\" to [site] plugins, or remove the table")),
            );
        }
        if errors.is_empty() { Ok(plugins) } else { Err(errors) }
    }

    fn unknown(&self, config: &Config, at: usize, name: &str) -> Diagnostic {
        let near = suggest(name, self.names()).map_or(String::new(), |near| format!("did you mean `{near}`?"));
        codes::UNKNOWN_PLUGIN
            .report(format!("there is no plugin `{name}`"))
            .at(config.place(&format!("site.plugins.{at}")))
            .label(near)
            .help(format!("there are: {}", self.names().join(", ")))
    }
}

fn bad_setting(config: &Config, name: &str, error: &SettingError) -> Diagnostic {
    let path = if error.path.is_empty() { format!("plugins.{name}") } else { format!("plugins.{name}.{}", error.path) };
    codes::BAD_SETTING.report(error.message.clone()).at(config.place(&path))
}
