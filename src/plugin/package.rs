//! `plugins/NAME/` of a site: its files in, one hash and the text of its manifest out. Nothing is started.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, codes};

use crate::config::Config;
use crate::disk::{self, Door, Refusal, Stamp};

/// The folder of plugins, in that of the site.
pub(super) const FOLDER: &str = "plugins";

/// The manifest of a plugin, in its folder.
pub(super) const MANIFEST: &str = "plugin.toml";

/// Files that a plugin may have, and their bytes: more is no plugin, but something that lies in its folder by mistake.
const MAX_FILES: usize = 1000;
const MAX_BYTES: u64 = 16 << 20;

/// The files of a plugin.
pub struct Package {
    /// Its folder.
    pub folder: PathBuf,
    /// The text of its manifest.
    pub manifest: Arc<str>,
    /// A hash of the names and bytes of all its files.
    pub hash: [u8; 32],
}

impl Package {
    /// Whether the site has a plugin of this name.
    #[must_use]
    pub fn exists(root: &Path, name: &str) -> bool {
        Stamp::of(&root.join(FOLDER).join(name).join(MANIFEST)).is_some()
    }

    /// Reads the files of the plugin of this name.
    ///
    /// # Errors
    /// Files that cannot be read, or too many of them.
    pub fn read(config: &Config, name: &str) -> Result<Self, Vec<Diagnostic>> {
        let folder = config.root.join(FOLDER).join(name);
        let files = files(&config.door, &folder)?;
        let bytes: u64 = files.iter().filter_map(|file| Stamp::of(file)).map(|stamp| stamp.length).sum();
        if files.len() > MAX_FILES || bytes > MAX_BYTES {
            let what =
                format!("the plugin `{name}` has {} files with {} MB: it can have 1,000 with 16 MiB", files.len(), bytes / 1_000_000);
            let help = "move what is no part of it to another folder, or to one whose name begins with a dot";
            return Err(vec![codes::BAD_PLUGIN.report(what).at(Place::file(format!("{FOLDER}/{name}"))).help(help)]);
        }
        let (mut hasher, mut manifest) = (blake3::Hasher::new(), Arc::from(""));
        for file in files {
            let path = below(&folder, &file);
            let display_path = format!("{FOLDER}/{name}/{path}");
            let bytes = disk::read(&file).map_err(|error| vec![Refusal::Disk(error).report(&display_path)])?;
            hasher.update(&path.len().to_le_bytes()).update(path.as_bytes()).update(blake3::hash(&bytes).as_bytes());
            if path == MANIFEST {
                let not_utf8 = |_| vec![codes::NOT_UTF_8.report("this manifest is not UTF-8").at(Place::file(display_path))];
                let text = String::from_utf8(bytes).map_err(not_utf8)?;
                manifest = text.trim_start_matches('\u{feff}').into();
            }
        }
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        Ok(Self { folder, manifest, hash: *hasher.finalize().as_bytes() })
    }
}

/// The files of a plugin, in the order of their names.
fn files(door: &Door, folder: &Path) -> Result<Vec<PathBuf>, Vec<Diagnostic>> {
    let is_ignored = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') || name == "__pycache__" || name == "node_modules"
    };
    // One file more than are allowed is enough to know.
    let found = door.walk(folder, is_ignored).take(MAX_FILES + 1);
    let (files, errors): (Vec<_>, Vec<_>) = found.partition(Result::is_ok);
    let errors: Vec<Diagnostic> = errors.into_iter().filter_map(Result::err).map(|error| *error).collect();
    if errors.is_empty() { Ok(files.into_iter().flatten().collect()) } else { Err(errors) }
}

/// The path of a file below a folder, with `/` between names.
pub(super) fn below(folder: &Path, file: &Path) -> String {
    let names = file.strip_prefix(folder).unwrap_or(file).components();
    names.map(|name| name.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}
