//! A file of TOML besides `site.toml`, such as the manifest of a plugin: its text in, a type out, with the place of every key.

use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place};
use serde::de::DeserializeOwned;

use super::tree::Tree;
use super::typed;

/// What a file of TOML says.
#[derive(Debug)]
pub struct Document<T> {
    /// Its values.
    pub value: T,
    tree: Tree,
}

impl<T: DeserializeOwned> Document<T> {
    /// Reads it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its place. The codes are those of `site.toml`.
    pub fn read(display_path: &str, text: &Arc<str>) -> Result<Self, Vec<Diagnostic>> {
        let mut tree = Tree::parse(display_path, text)?;
        let mut errors = Vec::new();
        let value = typed::typed(&mut tree, &mut errors);
        match value {
            Some(value) if errors.is_empty() => Ok(Self { value, tree }),
            _ => Err(errors),
        }
    }
}

impl<T> Document<T> {
    /// Where the value of a key stands (`settings.set.default`); the nearest table above it when there is no such key.
    #[must_use]
    pub fn place(&self, path: &str) -> Place {
        self.tree.place(path)
    }

    /// Where a key stands.
    #[must_use]
    pub fn key_place(&self, path: &str) -> Place {
        self.tree.key_place(path)
    }
}
