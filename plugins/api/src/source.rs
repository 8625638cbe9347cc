//! A file of the content folder, as `discover` found it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Kind;

/// A source of a page: its path and its text. (Files that are only copied are [`crate::StaticFile`]s.)
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceFile {
    /// Path below the content folder, with `/` between names, such as `blog/hello.md`.
    pub path: Arc<str>,
    /// Path from the site's folder, for messages, such as `content/blog/hello.md`.
    pub display_path: String,
    /// What it becomes, by the folder that it is in.
    pub kind: Kind,
    /// The names of the folders between the folder of its kind and the file: `["data"]` for `blog/data/x.md`.
    pub folders: Vec<String>,
    /// The whole text, without a byte order mark; each line ends with `\n`.
    pub text: Arc<str>,
}

impl SourceFile {
    /// A source at this path, which messages show as `display_path`, in no folder of its kind's.
    pub fn new(path: impl Into<Arc<str>>, display_path: impl Into<String>, kind: Kind, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), display_path: display_path.into(), kind, folders: Vec::new(), text: text.into() }
    }

    /// The ending of its name, without the dot, as written.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, ext)| ext)
    }
}
