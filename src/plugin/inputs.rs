//! The inputs that a manifest names: patterns in, the files of the site that they mean, with their texts, out.

use std::path::{Path, PathBuf};

use avocet_plugin::{Diagnostic, Place, codes};
use globset::{Glob, GlobMatcher};

use super::external::Texts;
use super::package::below;
use crate::config::Config;
use crate::disk::Stamp;

/// The files, by path from the site's folder, and their texts.
pub(super) fn read(config: &Config, patterns: &[String]) -> Result<(Vec<PathBuf>, Texts), Vec<Diagnostic>> {
    let (mut paths, mut texts, mut errors) = (Vec::new(), Texts::new(), Vec::new());
    let files: Vec<Result<String, Diagnostic>> = patterns.iter().flat_map(|pattern| files(config, pattern)).collect();
    for file in files {
        let text = file.and_then(|path| text(config, &path).map(|text| (path, text)));
        match text {
            Ok((path, text)) => {
                paths.push(PathBuf::from(&path));
                texts.extend(text.map(|text| (path, text)));
            }
            Err(error) => errors.push(error),
        }
    }
    paths.sort();
    paths.dedup();
    if errors.is_empty() { Ok((paths, texts)) } else { Err(errors) }
}

/// The text of a file; none if there is no such file, which is for the plugin to judge.
fn text(config: &Config, path: &str) -> Result<Option<String>, Diagnostic> {
    let file = config.root.join(path);
    if Stamp::of(&file).is_none() {
        return Ok(None);
    }
    let bytes = config.door.read(&file).map_err(|refusal| refusal.report(path))?;
    let not_utf8 = |_| codes::NOT_UTF_8.report("this file is not UTF-8").at(Place::file(path)).help("save it as UTF-8");
    String::from_utf8(bytes).map(Some).map_err(not_utf8)
}

/// The files that a pattern means. One without wildcards means its file, whether it is there or not.
fn files(config: &Config, pattern: &str) -> Vec<Result<String, Diagnostic>> {
    if !pattern.contains(['*', '?', '[', '{']) {
        return vec![Ok(pattern.to_owned())];
    }
    let names: Vec<Step> = pattern.split('/').map(Step::new).collect();
    let root = &config.root;
    let is_ignored = |path: &Path| {
        let path = below(root, path);
        path.rsplit('/').next().is_some_and(|name| name.starts_with('.')) || !may_match(&names, &path)
    };
    let matcher = Glob::new(pattern).ok().map(|glob| glob.compile_matcher());
    let is_match = |path: &str| matcher.as_ref().is_some_and(|matcher| matcher.is_match(path));
    let found = config.door.walk(root, is_ignored).map(|file| file.map(|file| below(root, &file)).map_err(|error| *error));
    found.filter(|file| file.as_ref().map_or(true, |path| is_match(path))).collect()
}

/// A part of a pattern between two slashes.
enum Step {
    /// `**`: any folders.
    Any,
    Name(Option<GlobMatcher>),
}

impl Step {
    fn new(name: &str) -> Self {
        if name.contains("**") { Self::Any } else { Self::Name(Glob::new(name).ok().map(|glob| glob.compile_matcher())) }
    }
}

/// Whether a path matches, or something below it may: folders in which nothing can match are not looked into.
fn may_match(steps: &[Step], path: &str) -> bool {
    let mut steps = steps.iter();
    for name in path.split('/') {
        match steps.next() {
            Some(Step::Any) => return true,
            Some(Step::Name(Some(matcher))) if matcher.is_match(name) => {}
            _ => return false,
        }
    }
    true
}
