//! `[content]` and `[articles]`: where sources are, and what they have besides their front matter.

use std::collections::BTreeMap;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `[content]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContentSettings {
    /// The content folder, from the folder of the site.
    pub path: String,
    /// Folders or files of articles, below `path`.
    pub articles: Vec<String>,
    /// Folders or files of pages, below `path`.
    pub pages: Vec<String>,
    /// Folders or files that are copied as they are, below `path`.
    #[serde(rename = "static")]
    pub static_folders: Vec<String>,
    /// Patterns for names of files and folders that are ignored, such as `*.psd`.
    pub ignore: Vec<String>,
    /// A regular expression for the names of sources, without their ending: what its groups `(?P<KEY>…)` find is metadata.
    pub filename_metadata: String,
    /// The same for the paths of sources below `path`.
    pub path_metadata: String,
    /// Metadata by path below `path`: of a source, of all in a folder, or `save_as` of a file that is copied.
    pub metadata: BTreeMap<String, Map<String, Value>>,
    /// Symbolic links that may lead out of the folder of the site, or where they may lead, from that folder.
    pub follow: Vec<String>,
}

impl Default for ContentSettings {
    fn default() -> Self {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            path: "content".into(),
            articles: list(&["blog"]),
            pages: list(&["pages"]),
            static_folders: list(&["images", "static", ".well-known"]),
            ignore: list(&[".*"]),
            filename_metadata: r"(?P<date>\d{4}-\d{2}-\d{2}).*".into(),
            path_metadata: String::new(),
            metadata: BTreeMap::new(),
            follow: Vec::new(),
        }
    }
}

/// `[articles]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ArticleSettings {
    /// Number of articles on one page of a list; at least 1.
    #[schemars(range(min = 1))]
    pub page_size: usize,
    /// The category of articles that name none: `folder` for the name of their folder, or any other text.
    pub category: String,
    /// The category of articles that name none and are in no folder.
    pub default_category: Option<String>,
    /// What a slug is made from: `title` or `filename`.
    #[schemars(extend("enum" = ["title", "filename"]))]
    pub slug: String,
    /// What happens to articles with a date in the future: `publish` or `hold`.
    #[schemars(extend("enum" = ["publish", "hold"]))]
    pub future: String,
    /// Slugs of tags, categories and authors, by name.
    pub slugs: BTreeMap<String, String>,
}

impl ArticleSettings {
    /// Whether an article with a date in the future waits for a build after that date.
    #[must_use]
    pub fn hold_future(&self) -> bool {
        self.future == "hold"
    }
}

impl Default for ArticleSettings {
    fn default() -> Self {
        Self {
            page_size: 10,
            category: "folder".into(),
            default_category: None,
            slug: "title".into(),
            future: "publish".into(),
            slugs: BTreeMap::new(),
        }
    }
}

impl ContentSettings {
    /// The regular expressions for metadata, each with its key; an empty one is off.
    pub fn metadata_patterns(&self) -> impl Iterator<Item = (&'static str, Result<Regex, regex::Error>)> {
        let patterns = [("filename_metadata", &self.filename_metadata), ("path_metadata", &self.path_metadata)];
        let used = patterns.into_iter().filter(|(_, pattern)| !pattern.is_empty());
        // As in Python, a pattern begins where the text begins, and may end before it.
        used.map(|(key, pattern)| (key, Regex::new(&format!("^(?:{pattern})"))))
    }
}
