//! All that a plan is made from, besides the project's settings and theme: what lies in the site's folders.
//!
//! In: a project, and the inputs of an earlier plan. Out: its inputs now, their fingerprint, and what differs between two plans. Promise:
//! what is the same by content is the same text in memory; what is known from before decides nothing but what need not be read again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Reader};

use crate::disk::Stamp;
use crate::project::Project;
use crate::stages::convert::Includes;
use crate::stages::discover::{self, Discovered};
use crate::stages::fingerprint::{self, Inputs as Printed};
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
    let readers = readers(project);
    let extensions: Vec<&str> = readers.iter().flat_map(|reader| reader.extensions()).copied().collect();
    with_includes(project, discover::discover(&project.config.root, &project.config.content, &extensions, &declared(project), before))
}

/// The same when of the files of the content folder none but `written` can have changed, and none come or gone.
pub(super) fn look_again(project: &Project, before: &Discovered, written: &BTreeSet<PathBuf>) -> Inputs {
    match discover::look_again(&project.config.root, &project.config.content, &declared(project), before, written) {
        Some(found) => with_includes(project, found),
        None => discover(project, before),
    }
}

/// The files that plugins read, from the site's folder.
fn declared(project: &Project) -> Vec<PathBuf> {
    project.plugins.iter().flat_map(|plugin| plugin.inputs.clone()).collect()
}

fn with_includes(project: &Project, mut found: Discovered) -> Inputs {
    let (includes, reported) = discover::includes(&project.config.root);
    found.diagnostics.extend(reported);
    Inputs { found, includes }
}

/// The fingerprint of all that a build is made from; nothing when it depends on the clock, or a file cannot be read.
pub(super) fn fingerprint(project: &Project, inputs: &Inputs) -> Option<[u8; 32]> {
    let config = &project.config;
    if config.articles.future == "hold" && !config.drafts {
        return None;
    }
    let mut texts = fingerprint::texts(project.theme.templates.texts().chain(inputs.includes.values()));
    texts.extend(inputs.found.inputs.iter().map(|(file, text)| (file.as_str(), text.as_bytes())));
    texts.extend(project.theme.assets.iter().map(|asset| (asset.name.as_str(), &*asset.bytes)));
    fingerprint::fingerprint(&Printed {
        settings: format!("{config:?} {:?}", project.theme.settings),
        sources: &inputs.found.sources,
        files: &inputs.found.files,
        content: project.content(),
        texts,
    })
}

/// A project with its inputs.
#[derive(Clone, Copy)]
pub(super) struct ProjectInputs<'a>(pub(super) &'a Project, pub(super) &'a Inputs);

/// The files that differ, as messages name them, sorted.
pub(super) fn changes(before: ProjectInputs, now: ProjectInputs) -> Vec<String> {
    let (ProjectInputs(old_project, old), ProjectInputs(project, new)) = (before, now);
    let mut changes = Vec::new();
    if settings(old_project) != settings(project) {
        changes.push("site.toml".to_owned());
    }
    if format!("{:?}", old_project.theme.settings) != format!("{:?}", project.theme.settings) {
        changes.push("theme.toml".to_owned());
    }
    let content = &project.config.content.path;
    let by_path = |a: &str, b: &str| a.cmp(b);
    differing(
        (&old.found.sources, &new.found.sources),
        |a, b| by_path(&a.path, &b.path),
        |a, b| Arc::ptr_eq(&a.text, &b.text) && a.kind == b.kind && a.folders == b.folders,
        |source| changes.push(source.display_path.clone()),
    );
    let files = |found: &Discovered| -> Vec<(Arc<str>, Option<Stamp>)> {
        found.files.iter().map(|file| Arc::clone(&file.path)).zip(found.stamps.iter().copied()).collect()
    };
    differing(
        (&files(&old.found), &files(&new.found)),
        |a, b| by_path(&a.0, &b.0),
        |a, b| a.1 == b.1,
        |(path, _)| changes.push(format!("{content}/{path}")),
    );
    let texts = |project: &Project, inputs: &Inputs| -> BTreeMap<String, Arc<str>> {
        project.theme.templates.texts().chain(inputs.includes.values()).cloned().collect()
    };
    maps((&texts(old_project, old), &texts(project, new)), &mut changes);
    let assets = |project: &Project| -> BTreeMap<String, String> {
        project.theme.assets.iter().map(|asset| (asset.display_path.clone(), asset.output.clone())).collect()
    };
    maps((&assets(old_project), &assets(project)), &mut changes);
    maps((&old.found.inputs, &new.found.inputs), &mut changes);
    let reported = |inputs: &Inputs| -> Vec<Diagnostic> { inputs.found.diagnostics.clone() };
    if changes.is_empty() && reported(old) != reported(new) {
        // A file that cannot be read, or a folder that is not there.
        changes.push(content.clone());
    }
    // A file of the theme that is in the binary seems to come or go with the site's own that replaces it.
    let embedded = format!("{}: ", project.theme.name);
    changes.retain(|change| !change.starts_with(&embedded));
    changes.sort();
    changes.dedup();
    changes
}

/// The settings as text, with their places.
pub(super) fn settings(project: &Project) -> String {
    format!("{:?}", project.config)
}

/// Walks two sorted lists and tells of what is in one only, or not the same in both.
fn differing<T>(
    (old, new): (&[T], &[T]),
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
    same: impl Fn(&T, &T) -> bool,
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

fn maps<V: PartialEq>((old, new): (&BTreeMap<String, V>, &BTreeMap<String, V>), changes: &mut Vec<String>) {
    let differs = |(name, value): &(&String, &V)| new.get(*name) != Some(*value);
    changes.extend(old.iter().filter(differs).map(|(name, _)| name.clone()));
    changes.extend(new.keys().filter(|name| !old.contains_key(*name)).cloned());
}

#[cfg(test)]
mod tests {
    use super::differing;

    #[test]
    fn what_is_gone_new_or_changed_is_told_once() {
        let mut told = Vec::new();
        let old = [("a", 1), ("b", 1), ("d", 1)];
        let new = [("b", 2), ("c", 1), ("d", 1), ("e", 1)];
        differing((&old, &new), |a, b| a.0.cmp(b.0), |a, b| a == b, |one| told.push(*one));
        assert_eq!(told, [("a", 1), ("b", 2), ("c", 1), ("e", 1)]);
    }
}
