//! A folder opened as a site: its settings, its theme and its plugins.
//!
//! Invariant: an open project never changes; after a change of its files it is opened again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Plugin};

use crate::config::{self, Config, Overrides};
use crate::plugin::Registry;
use crate::theme::{self, Theme};

/// An opened site.
pub struct Project {
    /// `site.toml`, with the command line over it.
    pub config: Config,
    /// Its plugins, in the order of `[site] plugins`.
    pub plugins: Arc<Vec<Plugin>>,
    /// Its theme.
    pub theme: Theme,
}

impl Project {
    /// Opens the site in the folder `root`.
    ///
    /// # Errors
    /// All that is wrong with its settings, its plugins and its theme.
    pub fn open(root: &Path, overrides: &Overrides, registry: &Registry) -> Result<Self, Vec<Diagnostic>> {
        Self::reopen(root, overrides, registry, None)
    }

    /// Opens the site again; templates that are the same as `before` are taken over.
    ///
    /// # Errors
    /// As of [`Project::open`].
    pub fn reopen(root: &Path, overrides: &Overrides, registry: &Registry, before: Option<&Self>) -> Result<Self, Vec<Diagnostic>> {
        let config = config::load(root, overrides)?;
        let severities = registry.codes().check_severities(&config);
        let plugins = registry.open(&config);
        let tags: Vec<String> = plugins.iter().flatten().flat_map(|plugin| &plugin.tags).map(|tag| tag.name().to_owned()).collect();
        let theme = theme::open(&config, tags, before.map(|before| &before.theme));
        match (plugins, theme) {
            (Ok(plugins), Ok(theme)) if severities.is_empty() => Ok(Self { config, plugins: Arc::new(plugins), theme }),
            (plugins, theme) => Err([Some(severities), plugins.err(), theme.err()].into_iter().flatten().flatten().collect()),
        }
    }

    /// The output folder.
    #[must_use]
    pub fn output(&self) -> PathBuf {
        self.config.root.join(&self.config.site.output)
    }

    /// The content folder.
    #[must_use]
    pub fn content(&self) -> PathBuf {
        self.config.root.join(&self.config.content.path)
    }

    /// The folders that the site is made from. They need not be there.
    #[must_use]
    pub fn source_folders(&self) -> Vec<PathBuf> {
        let others = ["includes", "templates", "themes", "plugins"].map(|folder| self.config.root.join(folder));
        others.into_iter().chain([self.content()]).collect()
    }

    /// The folder of what is remembered between runs.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.config.root.join(".cache")
    }
}
