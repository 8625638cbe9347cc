//! The folders that the settings name: the output must not be, hold or lie among what the author wrote, whatever way its path is spelt
//! and wherever `--output` or a symbolic link leads. Invariant: nothing is read but what paths are.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::content::ContentSettings;
use super::settings::Settings;
use crate::disk::Door;

/// Why the output folder is not one of its own.
pub(super) fn misplaced(root: &Path, settings: &Settings) -> Option<&'static str> {
    let root = real(root);
    let output = real(&root.join(&settings.site.output));
    let content = real(&root.join(&settings.content.path));
    if root.starts_with(&output) || content.starts_with(&output) {
        return Some("the output folder would hold the sources");
    }
    // A site may have its content in its own folder: then only the folders that are read count.
    let within = output.starts_with(&content) && !root.starts_with(&content);
    let folders = &settings.content;
    let named = folders.articles.iter().chain(&folders.pages).chain(&folders.static_folders);
    let within = within || named.map(|name| real(&content.join(name))).any(|folder| folder != content && output.starts_with(folder));
    within.then_some("the output folder would lie among the sources")
}

/// The way to the author's files. A content folder that the settings name outside of the site's folder is part of the site.
pub(super) fn door(root: &Path, content: &ContentSettings) -> Door {
    let is_inside = Path::new(&content.path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let named = (!is_inside).then(|| content.path.clone());
    Door::new(root, content.follow.iter().chain(&named))
}

/// The path without links, `.` and `..`, as far as there is something at it.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(real) = fs::canonicalize(&path) {
        return real;
    }
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    let there = plain.ancestors().find_map(|above| Some((fs::canonicalize(above).ok()?, plain.strip_prefix(above).ok()?)));
    there.map_or_else(|| plain.clone(), |(real, rest)| real.join(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(root: &Path, output: &str, content: &str) -> Option<&'static str> {
        let toml = format!("site = {{ title = '', url = '', output = '{output}' }}\ncontent = {{ path = '{content}' }}");
        misplaced(root, &toml::from_str(&toml).unwrap())
    }

    #[test]
    fn the_output_is_a_folder_of_its_own_however_it_is_spelt() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let absolute = root.join("content/x").display().to_string();
        for output in ["", ".", "..", "public/..", "./content", "content", "content/out", "x/../content/blog", &absolute] {
            assert!(why(root, output, "content").is_some(), "{output}");
        }
        for output in ["public", "contents", "../site-of-another", "/tmp/elsewhere"] {
            assert_eq!(why(root, output, "content"), None, "{output}");
        }
    }

    #[test]
    fn a_site_whose_content_is_its_own_folder_can_have_its_output_in_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(why(folder.path(), "public", "."), None);
        assert!(why(folder.path(), "blog/out", ".").is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_the_content_is_the_content() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("content")).unwrap();
        std::os::unix::fs::symlink("content", folder.path().join("public")).unwrap();
        assert!(why(folder.path(), "public", "content").is_some());
    }
}
