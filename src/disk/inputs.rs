//! A path or a pattern, as plugins declare what they read -> the files of the site that it names.

use std::fs;
use std::path::{Path, PathBuf};

use avocet_plugin::{Diagnostic, Input, Place, codes};
use globset::GlobBuilder;

use super::{Door, is_leftover};

/// The files that an input names, by path from the site's folder, in order, and what of them cannot be opened. Those whose names begin with
/// a dot, leftovers of editors, and what is in the output folder are not among those that a pattern names.
#[must_use]
pub fn input_files((root, output): (&Path, &Path), door: &Door, input: &Input) -> Vec<Result<String, Diagnostic>> {
    if !input.is_pattern() || fs::symlink_metadata(root.join(&input.pattern)).is_ok() {
        let path = slashed(Path::new(""), Path::new(&input.pattern));
        let is_there = fs::symlink_metadata(root.join(&input.pattern)).is_ok();
        return path.filter(|_| is_there).map(Ok).into_iter().collect();
    }
    let glob = match GlobBuilder::new(&input.pattern).literal_separator(true).build() {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => return vec![Err(codes::BAD_SETTING.report(format!("a plugin reads files by a pattern that is not valid: {error}")))],
    };
    let (folder, depth) = input.folder();
    let folder = root.join(folder);
    if !folder.is_dir() {
        return Vec::new();
    }
    let below = |path: &Path| slashed(root, path);
    let is_too_deep = |path: &Path| {
        let below = path.strip_prefix(&folder).map_or(0, |below| below.components().count());
        depth.is_some_and(|depth| below > depth)
    };
    let ignored = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with('.') || is_leftover(name) || path == output || is_too_deep(path)
    };
    let named = |file: PathBuf| match below(&file) {
        Some(path) => glob.is_match(&path).then_some(Ok(path)),
        None => Some(Err(bad_name(&file))),
    };
    door.walk(&folder, ignored).filter_map(|file| file.map_or_else(|refused| Some(Err(*refused)), named)).collect()
}

/// The error about a name that is not UTF-8.
#[must_use]
pub fn bad_name(path: &Path) -> Diagnostic {
    codes::NOT_UTF_8.report("the name of this file is not UTF-8").at(Place::file(path.to_string_lossy())).help("rename it")
}

/// The path of a file below the folder that the walk began in, with `/` between names.
#[must_use]
pub fn slashed(folder: &Path, path: &Path) -> Option<String> {
    let below = path.as_os_str().as_encoded_bytes().get(folder.as_os_str().len()..)?;
    let below = std::str::from_utf8(below).ok()?.trim_start_matches(std::path::MAIN_SEPARATOR);
    Some(if std::path::MAIN_SEPARATOR == '/' { below.to_owned() } else { below.replace(std::path::MAIN_SEPARATOR, "/") })
}
