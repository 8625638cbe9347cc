//! Which plugins may run: the hashes of `plugins.lock`, or of another file, and that of a plugin in; whether it may run out.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, codes};

use super::package::FOLDER;
use crate::config::Document;
use crate::disk::{self, Stamp};

/// The file with the hashes of a site's plugins, beside `site.toml`.
pub const LOCK: &str = "plugins.lock";

/// Which programs may run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// All that the site names.
    #[default]
    All,
    /// Those whose hash is in this file.
    Listed(PathBuf),
    /// None.
    Nothing,
}

/// A hash as a lock has it.
pub(super) fn lock_hash(hash: &[u8; 32]) -> String {
    format!("b3:{}", blake3::Hash::from_bytes(*hash).to_hex())
}

/// The text of a lock with these plugins, by name.
#[must_use]
pub fn lock_text(plugins: &BTreeMap<String, [u8; 32]>) -> String {
    let mut text = "# The plugins that this site trusts: `avocet plugin lock` writes this file.\n".to_owned();
    for (name, hash) in plugins {
        let _ = writeln!(text, "{name} = \"{}\"", lock_hash(hash));
    }
    text
}

/// Checks a plugin against the lock of its site, if that has one.
pub(super) fn check_lock(root: &Path, name: &str, hash: &[u8; 32]) -> Result<(), Vec<Diagnostic>> {
    let file = root.join(LOCK);
    if Stamp::of(&file).is_none() {
        return Ok(());
    }
    let lock = read(&file, LOCK)?;
    let (message, place) = match lock.value.get(name) {
        Some(known) if *known == lock_hash(hash) => return Ok(()),
        Some(_) => (format!("the files of the plugin `{name}` are not those of {LOCK}"), lock.place(name)),
        None => (format!("the plugin `{name}` is not in {LOCK}"), Place::file(LOCK)),
    };
    let help = format!("look at what changed in {FOLDER}/{name}, then run `avocet plugin lock`");
    Err(vec![codes::PLUGIN_CHANGED.report(message).at(place).help(help)])
}

impl Trust {
    /// Whether a program may run; the diagnostic if it may not.
    pub(super) fn refuses(&self, name: &str, hash: &[u8; 32]) -> Result<Option<Diagnostic>, Vec<Diagnostic>> {
        let (why, help) = match self {
            Self::All => return Ok(None),
            Self::Nothing => ("because of --safe".to_owned(), "leave --safe out where you trust the plugins of this site"),
            Self::Listed(file) => {
                let display_path = file.display().to_string();
                let listed = read(file, &display_path)?;
                if listed.value.get(name).is_some_and(|known| *known == lock_hash(hash)) {
                    return Ok(None);
                }
                (format!("because its files are not those of `{display_path}`"), "look at what changed, and lock it where you trust it")
            }
        };
        Ok(Some(codes::PLUGIN_NOT_RUN.report(format!("the plugin `{name}` was not run, {why}")).help(help)))
    }
}

fn read(file: &Path, display_path: &str) -> Result<Document<BTreeMap<String, String>>, Vec<Diagnostic>> {
    let unreadable = |why: String| {
        let error = codes::UNREADABLE_FILE.report(format!("`{display_path}` cannot be read: {why}"));
        vec![error.help("`avocet plugin lock` writes such a file")]
    };
    let bytes = disk::read(file).map_err(|error| unreadable(disk::why(&error)))?;
    let text: Arc<str> = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".into()))?.into();
    Document::read(display_path, &text)
}
