//! All that a plan is made from, besides the project's settings and theme: what lies in the site's folders.
//!
//! In: a project, and the inputs of an earlier plan. Out: its inputs now, their fingerprint, and what differs between two plans. Invariant:
//! what is the same by content is the same text in memory; what is known from before only decides which files need not be read again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{Input, Reader, SourceFile};

use crate::disk::Stamp;
use crate::project::Project;
use crate::stages::convert::Includes;
use crate::stages::discover::{self, ContentFolder, Discovered};
use crate::stages::fingerprint::{self, BuildInputs};
use crate::stages::read;

/// What lies in the site's folders.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// Sources and files.
    pub(super) found: Discovered,
    /// Texts of `includes/`.
    pub(super) includes: Includes,
}

/// The Markdown reader, and those of the plugins before it.
pub(super) fn readers(project: &Project) -> Vec<&dyn Reader> {
    let plugins = project.plugins.iter().flat_map(|plugin| plugin.readers.iter().map(|reader| &**reader));
    plugins.chain([&read::Markdown as &dyn Reader]).collect()
}

/// Finds them; what `before` holds already is not read again.
pub(super) fn discover(project: &Project, before: &Discovered) -> Inputs {
    with_includes(project, in_content(project, |content| content.discover(before)))
}

/// The same if no file of the content folder but those `written` can have changed, and none has come or gone.
pub(super) fn look_again(project: &Project, before: &Discovered, written: &BTreeSet<PathBuf>) -> Inputs {
    match in_content(project, |content| content.look_again(before, written)) {
        Some(found) => with_includes(project, found),
        None => discover(project, before),
    }
}

/// Looks into the content folder.
fn in_content<T>(project: &Project, look: impl FnOnce(ContentFolder) -> T) -> T {
    let readers = readers(project);
    let extensions: Vec<&str> = readers.iter().flat_map(|reader| reader.extensions()).collect();
    let inputs: Vec<Input> = project.plugins.iter().flat_map(|plugin| plugin.inputs.clone()).collect();
    let config = &project.config;
    look(ContentFolder {
        root: &config.root,
        output: &project.output(),
        door: &config.door,
        settings: &config.content,
        extensions: &extensions,
        inputs: &inputs,
    })
}

fn with_includes(project: &Project, mut found: Discovered) -> Inputs {
    let (includes, diagnostics) = discover::includes(&project.config.root, &project.config.door);
    found.diagnostics.extend(diagnostics);
    Inputs { found, includes }
}

/// A hash of all that a build is made from.
pub(super) type Fingerprint = [u8; 32];

/// Whether the files that were copied are those that were found: one that changed meanwhile is not what the fingerprint is of.
pub(super) fn copies_are_unchanged(content: &Path, inputs: &Inputs) -> bool {
    let found = &inputs.found;
    found.files.iter().zip(&found.stamps).all(|(file, stamp)| Stamp::of(&content.join(&*file.path)) == *stamp)
}

/// The fingerprint of a build; `None` if it depends on the clock, or a file cannot be read.
pub(super) fn fingerprint(project: &Project, inputs: &Inputs) -> Option<Fingerprint> {
    let config = &project.config;
    if config.articles.hold_future() && !config.drafts {
        return None;
    }
    let mut texts = fingerprint::texts(project.theme.templates.texts().chain(inputs.includes.values()));
    texts.extend(inputs.found.inputs.iter().map(|(file, text)| (file.as_str(), text.as_bytes())));
    texts.extend(inputs.found.input_bytes.iter().map(|(file, bytes)| (file.as_str(), &**bytes)));
    texts.extend(project.plugins.iter().filter_map(|plugin| Some((plugin.name.as_str(), plugin.hash.as_ref()?.as_slice()))));
    texts.extend(project.theme.assets.iter().map(|asset| (asset.name.as_str(), &*asset.bytes)));
    fingerprint::fingerprint(&BuildInputs {
        settings: format!("{config:?} {:?}", project.theme.settings),
        sources: &inputs.found.sources,
        files: &inputs.found.files,
        content: project.content(),
        texts,
    })
}

/// What differs between two plans: the files as messages name them, sorted.
pub(super) fn changes((old_project, old): (&Project, &Inputs), (project, new): (&Project, &Inputs)) -> Vec<String> {
    let mut changes = Vec::new();
    if settings(old_project) != settings(project) {
        changes.push("site.toml".to_owned());
    }
    if format!("{:?}", old_project.theme.settings) != format!("{:?}", project.theme.settings) {
        changes.push("theme.toml".to_owned());
    }
    content_changes(&old.found, &new.found, &project.config.content.path, &mut changes);
    maps(&texts(old_project, old), &texts(project, new), &mut changes);
    maps(&assets(old_project), &assets(project), &mut changes);
    maps(&plugins(old_project), &plugins(project), &mut changes);
    maps(&old.found.inputs, &new.found.inputs, &mut changes);
    maps(&old.found.input_bytes, &new.found.input_bytes, &mut changes);
    if changes.is_empty() && old.found.diagnostics != new.found.diagnostics {
        // A file that cannot be read, or a folder that is not there.
        changes.push(project.config.content.path.clone());
    }
    // A file of the theme that is in the binary seems to come or go with the site's own that replaces it.
    let embedded = format!("{}: ", project.theme.name);
    changes.retain(|change| !change.starts_with(&embedded));
    changes.sort();
    changes.dedup();
    changes
}

/// Sources and files below the folder `content`.
fn content_changes(old: &Discovered, new: &Discovered, content: &str, changes: &mut Vec<String>) {
    let by_path = |a: &SourceFile, b: &SourceFile| a.path.cmp(&b.path);
    let same = |a: &SourceFile, b: &SourceFile| a.text == b.text && a.kind == b.kind && a.folders == b.folders;
    differing(&old.sources, &new.sources, (by_path, same), |source| changes.push(source.display_path.clone()));
    let files = |found: &Discovered| -> BTreeMap<String, Option<Stamp>> {
        found.files.iter().map(|file| format!("{content}/{}", file.path)).zip(found.stamps.iter().copied()).collect()
    };
    maps(&files(old), &files(new), changes);
}

/// Texts of templates and includes, by path.
fn texts(project: &Project, inputs: &Inputs) -> BTreeMap<String, Arc<str>> {
    project.theme.templates.texts().chain(inputs.includes.values()).cloned().collect()
}

/// Output paths of the theme's assets, which tell of their content, by path.
fn assets(project: &Project) -> BTreeMap<String, String> {
    project.theme.assets.iter().map(|asset| (asset.display_path.clone(), asset.output.clone())).collect()
}

/// Hashes of the code of plugins that are not compiled into the program, by their folders.
pub(super) fn plugins(project: &Project) -> BTreeMap<String, [u8; 32]> {
    project.plugins.iter().filter_map(|plugin| Some((format!("plugins/{}", plugin.name), plugin.hash?))).collect()
}

/// The settings as text, with their places.
pub(super) fn settings(project: &Project) -> String {
    format!("{:?}", project.config)
}

/// Walks two sorted lists, and gives to `tell` what is in one of them only, or not the same in both.
fn differing<T>(
    old: &[T],
    new: &[T],
    (order, same): (impl Fn(&T, &T) -> std::cmp::Ordering, impl Fn(&T, &T) -> bool),
    mut tell: impl FnMut(&T),
) {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) => order(a, b),
            (Some(_), None) => Less,
            (None, Some(_)) => Greater,
            (None, None) => return,
        };
        let gone = if order == Greater { None } else { old.next() };
        let come = if order == Less { None } else { new.next() };
        match (gone, come) {
            (Some(a), Some(b)) if order == Equal && same(a, b) => {}
            (_, Some(one)) | (Some(one), None) => tell(one),
            (None, None) => return,
        }
    }
}

/// Names that are in one of two maps only, or not with the same value in both.
fn maps<V: PartialEq>(old: &BTreeMap<String, V>, new: &BTreeMap<String, V>, changes: &mut Vec<String>) {
    let differs = |(name, value): &(&String, &V)| new.get(*name) != Some(*value);
    changes.extend(old.iter().filter(differs).map(|(name, _)| name.clone()));
    changes.extend(new.keys().filter(|name| !old.contains_key(*name)).cloned());
}

#[cfg(test)]
mod tests {
    use super::differing;

    #[test]
    fn what_is_gone_new_or_changed_is_named_once() {
        let mut changes = Vec::new();
        let old = [("a", 1), ("b", 1), ("d", 1)];
        let new = [("b", 2), ("c", 1), ("d", 1), ("e", 1)];
        differing(&old, &new, (|a: &(&str, _), b: &(&str, _)| a.0.cmp(b.0), |a: &_, b: &_| a == b), |one| changes.push(*one));
        assert_eq!(changes, [("a", 1), ("b", 2), ("c", 1), ("e", 1)]);
    }
}
