//! Which plugins there are. A site enables them by name, in its own order.

mod code_table;
mod command;
mod external;
mod externals;
mod generate;
mod inputs;
mod manifest;
mod manifest_check;
mod package;
mod process;
mod refused;
mod replay;
mod roles;
mod trust;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use avocet_plugin::SettingError;
use avocet_plugin::{Diagnostic, Plugin, Setup, codes, suggest};
use serde_json::Value;

use crate::config::Config;
pub use code_table::Codes;
pub use externals::Externals;
pub use manifest::{Manifest, is_name};
pub use package::Package;
pub use replay::Replayed;
pub use trust::{LOCK, Trust, lock_text};

/// Makes a plugin. One that needs what the site is made of is also asked without it, for its codes and commands.
pub type Constructor = Box<dyn Fn(&Setup) -> Result<Plugin, SettingError> + Send + Sync>;

/// All plugins that a site may name.
pub struct Registry {
    native: Vec<(String, Constructor)>,
    externals: Arc<Externals>,
}

impl Registry {
    /// Those that Avocet comes with.
    #[must_use]
    pub fn standard() -> Self {
        Self { native: Vec::new(), externals: Arc::default() }
            .with("blog", avocet_blog::plugin)
            .with("feeds", avocet_feeds::plugin)
            .with("search", avocet_search::plugin)
            .with("sitemap", avocet_sitemap::plugin)
            .with("stats", avocet_stats::plugin)
    }

    /// One more. Its codes and commands are asked of it without settings and without a site, so the constructor has to accept that.
    #[must_use]
    pub fn with(
        mut self,
        name: impl Into<String>,
        constructor: impl Fn(&Setup) -> Result<Plugin, SettingError> + Send + Sync + 'static,
    ) -> Self {
        self.native.push((name.into(), Box::new(constructor)));
        self
    }

    /// Names of all, in their order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.native.iter().map(|(name, _)| &**name).collect()
    }

    /// Every plugin as it is without settings, by name: its codes and commands.
    #[must_use]
    pub fn unset(&self) -> Vec<Plugin> {
        self.native.iter().filter_map(|(_, constructor)| constructor(&Setup::new(&Value::Null)).ok()).collect()
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
            match self.open_one(config, at, name) {
                Ok(plugin) => plugins.push(plugin),
                Err(reported) => errors.extend(reported),
            }
        }
        errors.extend(shared_names(config, &plugins));
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

    /// The plugin that stands at this place of `[site] plugins`: one of this program, or one in a folder of the site.
    fn open_one(&self, config: &Config, at: usize, name: &str) -> Result<Plugin, Vec<Diagnostic>> {
        if config.site.plugins[..at].iter().any(|known| known == name) {
            return Err(vec![twice(config, at, format!("`{name}` stands here twice"))]);
        }
        let mut constructors = self.native.iter().filter(|(known, _)| known == name).map(|(_, constructor)| constructor);
        match (constructors.next(), constructors.next(), Package::exists(&config.root, name)) {
            (None, _, true) => self.externals.open(config, at, name),
            (None, _, false) => Err(vec![self.unknown(config, at, name)]),
            (Some(constructor), None, false) => {
                let settings = config.plugins.get(name).unwrap_or(&Value::Null);
                let plugin = constructor(&Setup::new(settings).root(&config.root));
                plugin.map_err(|error| vec![bad_setting(config, name, &error)])
            }
            (Some(_), ..) => Err(vec![twice(config, at, format!("there are two plugins of the name `{name}`"))]),
        }
    }

    /// The plugins that are no part of this program: what of them runs, and who may.
    #[must_use]
    pub fn externals(&self) -> &Arc<Externals> {
        &self.externals
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

/// A plugin that is not the only one of its name.
fn twice(config: &Config, at: usize, message: String) -> Diagnostic {
    codes::BAD_SETTING.report(message).at(config.place(&format!("site.plugins.{at}"))).help("remove one of them")
}

/// Tags and languages of code that two plugins have: which of them answers must not depend on their order in silence.
fn shared_names(config: &Config, plugins: &[Plugin]) -> Vec<Diagnostic> {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for (at, plugin) in plugins.iter().enumerate() {
        let tags = plugin.tags.iter().map(|tag| format!("the tag `{}`", tag.name()));
        let languages = plugin.code_renderers.iter().flat_map(|renderer| renderer.languages());
        for what in tags.chain(languages.map(|language| format!("the language `{language}`"))) {
            match owners.get(&what) {
                Some(owner) => errors.push(twice(config, at, format!("the plugins `{owner}` and `{}` both have {what}", plugin.name))),
                None => drop(owners.insert(what, &plugin.name)),
            }
        }
    }
    errors
}

fn bad_setting(config: &Config, name: &str, error: &SettingError) -> Diagnostic {
    let path = if error.path.is_empty() { format!("plugins.{name}") } else { format!("plugins.{name}.{}", error.path) };
    codes::BAD_SETTING.report(error.message.clone()).at(config.place(&path))
}
