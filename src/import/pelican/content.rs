//! `[content]`: where the sources are, and what names and paths say of them.

use regex::Regex;
use toml::Value as Toml;

use super::{Importer, Outcome, Value, list, text};

/// `[content]`.
pub(super) fn content(importer: &mut Importer) {
    let path = path(importer);
    let statics = folders(importer, "STATIC_PATHS", "images");
    let pages = folders(importer, "PAGE_PATHS", "pages");
    let articles = folders(importer, "ARTICLE_PATHS", "");
    importer.take("ARTICLE_PATHS", "content", "articles", list(articles));
    importer.take("PAGE_PATHS", "content", "pages", list(pages.clone()));
    importer.take("STATIC_PATHS", "content", "static", list(statics.clone()));
    ignored(importer, &path, &[pages, statics].concat());
    for (name, key) in [("FILENAME_METADATA", "filename_metadata"), ("PATH_METADATA", "path_metadata")] {
        let Some(pattern) = importer.text(name).map(str::to_owned) else { continue };
        let names = |pattern: &str| Regex::new(pattern).is_ok_and(|pattern| pattern.capture_names().flatten().next().is_some());
        if pattern.is_empty() || names(&pattern) {
            importer.take(name, "content", key, pattern);
        } else {
            importer.refuse(name, "Avocet cannot use this regular expression: write one without look-around in [content]");
        }
    }
    metadata(importer);
    if !importer.is_on("STATIC_EXCLUDE_SOURCES", true) {
        importer.refuse(
            "STATIC_EXCLUDE_SOURCES",
            "the sources of posts are never copied: put copies into a folder of their own, named in `static`",
        );
    }
}

/// The content folder. Pelican's Makefile names `content` on the command line.
fn path(importer: &mut Importer) -> String {
    let written = importer.text("PATH").map(plain);
    let path = written.unwrap_or_else(|| if (importer.exists)("content") { "content".to_owned() } else { ".".to_owned() });
    let path = if path.is_empty() { ".".to_owned() } else { path };
    importer.take("PATH", "content", "path", path.clone());
    path
}

/// A path without `./` before it and `/` behind it.
fn plain(path: &str) -> String {
    path.trim_start_matches("./").trim_end_matches('/').to_owned()
}

fn folders(importer: &Importer, name: &str, default: &str) -> Vec<String> {
    let written = importer.texts(name).unwrap_or_else(|| vec![default.to_owned()]);
    written.iter().map(|folder| if folder == "." { String::new() } else { plain(folder) }).collect()
}

/// What is in the content folder and is no content.
fn ignored(importer: &mut Importer, path: &str, named: &[String]) {
    let mut ignored = vec![".*".to_owned()];
    let mut from = Vec::new();
    for name in ["IGNORE_FILES", "ARTICLE_EXCLUDES", "PAGE_EXCLUDES", "STATIC_EXCLUDES"] {
        let Some(patterns) = importer.texts(name) else { continue };
        // A folder that is in another list is that list's, because the nearer folder wins.
        let patterns = patterns.iter().map(|pattern| plain(pattern)).filter(|pattern| !named.contains(pattern));
        ignored.extend(patterns.filter_map(|pattern| pattern.rsplit('/').next().map(str::to_owned)).filter(|pattern| !pattern.is_empty()));
        importer.report(name, Outcome::TakenOver, "[content] ignore, by name");
        from.push(name);
    }
    if path == "." {
        let outside = ["THEME", "OUTPUT_PATH", "CACHE_PATH", "PLUGIN_PATHS"].map(|name| importer.texts(name).unwrap_or_default());
        ignored.extend(
            outside.into_iter().flatten().filter_map(|path| plain(&path).split('/').next().map(str::to_owned)).filter(|path| path != ".."),
        );
        ignored.extend(
            ["output", "cache", "public", "themes", "plugins", "site.toml", "*.py", "__pycache__", "Makefile", "requirements.txt"]
                .map(str::to_owned),
        );
    }
    ignored.sort();
    ignored.dedup();
    importer.toml.set("content", "ignore", list(ignored), &from.join(", "));
}

/// `EXTRA_PATH_METADATA` and `DEFAULT_METADATA`.
fn metadata(importer: &mut Importer) {
    let extra = importer.value("EXTRA_PATH_METADATA").cloned();
    let mut left_out = Vec::new();
    if let Some(Value::Dict(items)) = extra {
        for (path, metadata) in &items {
            let (Some(path), Value::Dict(metadata)) = (text(path), metadata) else { continue };
            match table(metadata) {
                Some(table) if table.get("save_as").and_then(Toml::as_str) == Some("robots.txt") => {
                    importer.toml.set("content.metadata", plain(path), table, "EXTRA_PATH_METADATA");
                    importer.has_robots = true;
                }
                Some(table) => importer.toml.set("content.metadata", plain(path), table, "EXTRA_PATH_METADATA"),
                None => left_out.push(path.to_owned()),
            }
        }
        match &left_out[..] {
            [] => importer.report("EXTRA_PATH_METADATA", Outcome::TakenOver, "[content.metadata]"),
            left_out => importer.refuse("EXTRA_PATH_METADATA", format!("these have a value that is not text: {}", left_out.join(", "))),
        }
    }
    if let Some(Value::Dict(items)) = importer.value("DEFAULT_METADATA").cloned() {
        match table(&items) {
            Some(table) => {
                importer.toml.set("content.metadata", "", table, "DEFAULT_METADATA");
                importer.report("DEFAULT_METADATA", Outcome::TakenOver, "[content.metadata] \"\"");
            }
            None => importer.refuse("DEFAULT_METADATA", "a value is not text: write it in [content.metadata] \"\""),
        }
    }
}

/// Metadata as a table; `path` of a file that is copied is where it goes.
fn table(metadata: &[(Value, Value)]) -> Option<Toml> {
    let item = |(key, value): &(Value, Value)| {
        let value = match value {
            Value::Text(text) => Toml::from(text.as_str()),
            Value::Int(number) => Toml::from(*number),
            Value::Bool(truth) => Toml::from(*truth),
            _ => return None,
        };
        let key = text(key)?;
        Some((if key == "path" { "save_as" } else { key }.to_owned(), value))
    };
    metadata.iter().map(item).collect::<Option<toml::Table>>().map(Toml::Table)
}
