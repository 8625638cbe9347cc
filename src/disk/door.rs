//! The one way to the author's files: a folder in, its regular files out, or why one of them is not opened.
//!
//! Invariant: a symbolic link is followed to where the site, or a path of `[content] follow`, is; never elsewhere. What is no regular file
//! (a pipe, a device, a socket) is never opened, since it might not end.

use std::fs::{self, File};
use std::io::{self, Read};
use std::iter;
use std::path::{Path, PathBuf};

use avocet_plugin::{Diagnostic, Place, codes};
use walkdir::WalkDir;

use super::why;

/// Where the author's files may lie.
#[derive(Debug, Clone)]
pub struct Door {
    root: PathBuf,
    /// Canonical paths: the site's folder, and what it follows links to.
    open: Vec<PathBuf>,
}

/// Why a file is not opened.
#[derive(Debug)]
pub enum Refusal {
    /// It is a link, or lies behind one, that leads here, out of the site.
    Outside(PathBuf),
    /// It is a link to here, where nothing is.
    Dangling(PathBuf),
    /// It is a link to itself, or to a folder that contains it.
    Loop,
    /// The disk refuses it, or it is no regular file.
    Disk(io::Error),
}

impl Door {
    /// The door of the site in the folder `root`, which follows links that lead to one of `follow` (paths from that folder).
    #[must_use]
    pub fn new<'a>(root: &Path, follow: impl IntoIterator<Item = &'a String>) -> Self {
        let open = iter::once(root.to_owned()).chain(follow.into_iter().map(|path| root.join(path)));
        Self { root: root.to_owned(), open: open.filter_map(|path| fs::canonicalize(path).ok()).collect() }
    }

    /// Checks that this path leads to something inside.
    ///
    /// # Errors
    /// When it leads elsewhere or nowhere.
    pub fn check(&self, path: &Path) -> Result<(), Refusal> {
        match fs::canonicalize(path) {
            Ok(real) if self.open.iter().any(|open| real.starts_with(open)) => Ok(()),
            Ok(real) => Err(Refusal::Outside(real)),
            Err(error) => Err(refusal(path, error)),
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When it is not inside, no regular file, or cannot be read.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, Refusal> {
        self.check(path)?;
        read(path).map_err(Refusal::Disk)
    }

    /// The regular files below a folder, in the order of their names, and what of it is refused, without all that is `ignored`.
    pub fn walk<'a>(
        &'a self,
        folder: &Path,
        ignored: impl Fn(&Path) -> bool + 'a,
    ) -> impl Iterator<Item = Result<PathBuf, Box<Diagnostic>>> + 'a {
        let mut walk = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
        iter::from_fn(move || {
            loop {
                let entry = match walk.next()? {
                    Ok(entry) => entry,
                    Err(error) if error.path().is_some_and(&ignored) => continue,
                    Err(error) => return Some(Err(self.of_walk(error))),
                };
                let is_folder = entry.file_type().is_dir();
                let refused = if entry.depth() > 0 && ignored(entry.path()) {
                    None
                } else if let Err(refusal) = self.check_entry(&entry) {
                    Some(refusal.report(&self.display_path(entry.path())))
                } else if is_folder {
                    continue;
                } else {
                    return Some(Ok(entry.into_path()));
                };
                if is_folder {
                    walk.skip_current_dir();
                }
                if let Some(refused) = refused {
                    return Some(Err(Box::new(refused)));
                }
            }
        })
    }

    /// Only a link, and where the walk begins, can lead out.
    fn check_entry(&self, entry: &walkdir::DirEntry) -> Result<(), Refusal> {
        if entry.depth() == 0 || entry.path_is_symlink() {
            self.check(entry.path())?;
        }
        let kind = entry.file_type();
        if kind.is_dir() || kind.is_file() { Ok(()) } else { Err(Refusal::Disk(not_regular())) }
    }

    fn of_walk(&self, error: walkdir::Error) -> Box<Diagnostic> {
        let path = error.path().unwrap_or(&self.root).to_owned();
        let is_loop = error.loop_ancestor().is_some();
        let error = error.into_io_error().unwrap_or_else(|| io::Error::other("the disk does not say why"));
        let refusal = if is_loop { Refusal::Loop } else { refusal(&path, error) };
        Box::new(refusal.report(&self.display_path(&path)))
    }

    /// The path of a file as messages show it: from the site's folder, with `/` between names.
    fn display_path(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy();
        if std::path::MAIN_SEPARATOR == '/' { below.into_owned() } else { below.replace(std::path::MAIN_SEPARATOR, "/") }
    }
}

impl Refusal {
    /// What to tell the author.
    #[must_use]
    pub fn report(&self, display_path: &str) -> Diagnostic {
        let error = match self {
            Self::Outside(real) => codes::LINK_OUTSIDE
                .report(format!("this symbolic link leads out of the site, to `{}`", real.display()))
                .help(format!("put a copy in its place, or write `follow = [\"{display_path}\"]` under [content] in site.toml")),
            Self::Dangling(target) => codes::UNREADABLE_FILE
                .report(format!("this symbolic link leads to `{}`, which does not exist", target.display()))
                .help("remove the link, or correct where it leads"),
            Self::Loop => codes::LINK_LOOP
                .report("this symbolic link leads to itself, or to a folder that contains it")
                .help("remove the link, or add it to [content] ignore"),
            Self::Disk(error) => codes::UNREADABLE_FILE
                .report(format!("this file cannot be read: {}", why(error)))
                .help("check the permissions of the file, or put a regular file in its place"),
        };
        error.at(Place::file(display_path))
    }
}

/// Why a path leads nowhere.
fn refusal(path: &Path, error: io::Error) -> Refusal {
    match fs::read_link(path) {
        Ok(target) if error.kind() == io::ErrorKind::NotFound => Refusal::Dangling(target),
        Ok(_) if error.kind() != io::ErrorKind::PermissionDenied => Refusal::Loop,
        _ => Refusal::Disk(error),
    }
}

fn not_regular() -> io::Error {
    io::Error::other("it is not a regular file")
}

/// Opens a file for reading, if it is a regular one: a pipe or a device might never end.
///
/// # Errors
/// When it is none, or cannot be opened.
pub fn open(path: &Path) -> io::Result<File> {
    match fs::metadata(path)? {
        meta if meta.is_file() => File::open(path),
        meta if meta.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        _ => Err(not_regular()),
    }
}

/// The bytes of a regular file.
///
/// # Errors
/// Like those of [`open()`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open(path)?;
    let mut bytes = Vec::with_capacity(file.metadata().map_or(0, |meta| usize::try_from(meta.len()).unwrap_or(0)) + 1);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether this is the name of what editors and systems leave behind: backups, locks, and what they remember of a folder.
#[must_use]
pub fn is_leftover(name: &str) -> bool {
    const ENDINGS: [&str; 7] = ["~", ".bak", ".orig", ".rej", ".tmp", ".swp", ".swo"];
    const BEGINNINGS: [&str; 2] = [".#", "~$"];
    const NAMES: [&str; 4] = ["4913", "thumbs.db", "ehthumbs.db", "desktop.ini"];
    let name = name.to_lowercase();
    let is_autosave = name.len() > 1 && name.starts_with('#') && name.ends_with('#');
    is_autosave
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || NAMES.contains(&&*name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends where something is wrong")]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_editors_are_known_by_their_names() {
        for name in ["a.md~", "a.md.bak", "A.ORIG", ".#a.md", "#a.md#", "4913", "Thumbs.db", "~$a.docx", ".a.md.swp"] {
            assert!(is_leftover(name), "{name}");
        }
        for name in ["a.md", "backup.md", "tmp", "4913.md", "#", "thumbs.png", "orig.md"] {
            assert!(!is_leftover(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_the_site_and_to_what_it_names() {
        use std::os::unix::fs::symlink;
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |path: &str| folder.path().join(path);
        fs::create_dir(at("content")).unwrap();
        fs::write(at("a.md"), "a").unwrap();
        fs::write(other.path().join("b.md"), "b").unwrap();
        symlink("../a.md", at("content/inside.md")).unwrap();
        symlink(other.path(), at("content/other")).unwrap();
        symlink(other.path().join("b.md"), at("content/outside.md")).unwrap();
        symlink("nowhere", at("content/gone.md")).unwrap();
        symlink("itself.md", at("content/itself.md")).unwrap();
        symlink("nowhere", at("content/.#lock")).unwrap();
        let walk = |follow: &[&str]| {
            let follow: Vec<String> = follow.iter().map(|path| (*path).to_owned()).collect();
            let door = Door::new(folder.path(), &follow);
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            let found = door.walk(&at("content"), |path| is_leftover(&name(path)));
            found.map(|file| file.map_or_else(|error| error.code.clone(), |path| door.display_path(&path))).collect::<Vec<_>>()
        };
        assert_eq!(walk(&[]), ["unreadable-file", "content/inside.md", "link-loop", "link-outside", "link-outside"]);
        let all = ["unreadable-file", "content/inside.md", "link-loop", "content/other/b.md", "content/outside.md"];
        assert_eq!(walk(&[&other.path().display().to_string()]), all);
        assert_eq!(walk(&["content/other"]), all);
        assert_eq!(walk(&["content/outside.md"])[3..], ["link-outside", "content/outside.md"]);
    }

    #[test]
    fn a_folder_is_not_opened() {
        assert_eq!(read(tempfile::tempdir().unwrap().path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }
}
