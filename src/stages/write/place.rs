//! Staged files -> their places, all of them or none.
//!
//! Invariant: what a file replaces is kept until all are in place; if one cannot be placed, those before it go back.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A step that can be taken back.
enum Step {
    /// A file was placed here.
    Placed(PathBuf),
    /// The file here was kept at the second path.
    SetAside(PathBuf, PathBuf),
}

/// Places files of a staging folder in an output folder.
pub(super) struct Placing<'w> {
    output: &'w Path,
    /// The new files.
    staged: &'w Path,
    /// Where files go that are in the way, until all is placed.
    aside: &'w Path,
    /// The output folder without links.
    inside: PathBuf,
    good_folders: HashSet<PathBuf>,
    steps: Vec<Step>,
}

impl<'w> Placing<'w> {
    pub(super) fn new(output: &'w Path, staged: &'w Path, aside: &'w Path) -> io::Result<Self> {
        let inside = fs::canonicalize(output)?;
        fs::create_dir_all(aside)?;
        Ok(Self { output, staged, aside, inside, good_folders: HashSet::new(), steps: Vec::new() })
    }

    /// Places one file. Its folder must be inside the output when links are followed.
    pub(super) fn place(&mut self, path: &str) -> io::Result<()> {
        let target = self.output.join(path);
        if let Some(folder) = target.parent().filter(|folder| !self.good_folders.contains(*folder)) {
            fs::create_dir_all(folder)?;
            if !fs::canonicalize(folder)?.starts_with(&self.inside) {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "a link in the output folder leads outside"));
            }
            self.good_folders.insert(folder.to_owned());
        }
        match fs::symlink_metadata(&target) {
            Ok(meta) if meta.is_file() => {
                // It stays where it is until the new one takes its place, so that no reader misses it.
                let aside = self.next_aside();
                fs::hard_link(&target, &aside).or_else(|_| fs::copy(&target, &aside).map(drop))?;
                self.steps.push(Step::SetAside(target.clone(), aside));
            }
            Ok(_) => self.set_aside(path)?,
            Err(_) => {}
        }
        fs::rename(self.staged.join(path), &target)?;
        self.steps.push(Step::Placed(target));
        Ok(())
    }

    /// Moves a file out of the way.
    pub(super) fn set_aside(&mut self, path: &str) -> io::Result<()> {
        let target = self.output.join(path);
        if fs::symlink_metadata(&target)?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let aside = self.next_aside();
        fs::rename(&target, &aside)?;
        self.steps.push(Step::SetAside(target, aside));
        Ok(())
    }

    fn next_aside(&self) -> PathBuf {
        self.aside.join(self.steps.len().to_string())
    }

    /// Takes everything back. Answers whether the output is as it was.
    pub(super) fn undo(self) -> bool {
        let mut restored = true;
        for step in self.steps.into_iter().rev() {
            restored &= match step {
                Step::Placed(target) => fs::remove_file(&target).or_else(|_| fs::remove_dir_all(&target)).is_ok(),
                Step::SetAside(target, aside) => {
                    target.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok()) && fs::rename(aside, target).is_ok()
                }
            };
        }
        restored
    }
}
