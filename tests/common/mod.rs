//! What the tests of whole sites share: a site in a temporary folder, the command, and trees of files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]
#![allow(dead_code, reason = "each test takes what it needs")]

pub mod edited;
pub mod preview;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use snapbox::assert::DEFAULT_ACTION_ENV;
use snapbox::{Assert, Data};

/// Files by path.
pub type Tree = BTreeMap<String, Content>;

/// What a file holds: compared by its bytes, and read as the text that it has to be then.
#[derive(Clone, PartialEq, Eq)]
pub struct Content(pub Vec<u8>);

impl std::ops::Deref for Content {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a file of text")
    }
}

impl<T: AsRef<[u8]>> PartialEq<T> for Content {
    fn eq(&self, other: &T) -> bool {
        self.0 == other.as_ref()
    }
}

impl std::fmt::Display for Content {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(out)
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match std::str::from_utf8(&self.0) {
            Ok(text) => text.fmt(out),
            Err(_) => write!(out, "{} bytes", self.0.len()),
        }
    }
}

/// A site in a folder of its own, which goes with it.
pub struct Site {
    folder: tempfile::TempDir,
}

impl Site {
    /// A copy of a folder of `tests/`, with the plain theme beside it.
    pub fn from(case: &Path) -> Self {
        let site = Self::empty();
        copy(case, site.path(), &["expected"]);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme"), &site.path().join("themes/plain"), &[]);
        site
    }

    /// A site with nothing in it.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) -> &Self {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("the folder is made");
        fs::write(file, text).expect("the file is written");
        self
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_avocet"));
        command.args(arguments).arg("--site").arg(self.path()).env("NO_COLOR", "1").env("SOURCE_DATE_EPOCH", "1782432000");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("avocet runs")
    }

    /// Builds, and says what was printed when that failed.
    pub fn build(&self) -> Tree {
        let output = self.run(&["build"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        tree(&self.path().join("public"))
    }
}

/// Copies a folder but for these names in it.
pub fn copy(from: &Path, to: &Path, except: &[&str]) {
    fs::create_dir_all(to).expect("the folder is made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target: PathBuf = to.join(entry.file_name());
        if except.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &target, &[]);
        } else {
            fs::copy(entry.path(), target).expect("the file is copied");
        }
    }
}

/// Compares a file in the repository with what it has to be now, byte for byte, and gives the difference. With `SNAPSHOTS=overwrite` in the
/// environment it writes the file instead: look at `git diff` then.
pub fn golden(file: &Path, now: &[u8]) -> Result<(), String> {
    let is_same = || fs::read(file).is_ok_and(|golden| golden == now);
    if is_same() {
        return Ok(());
    }
    let data = String::from_utf8(now.to_vec()).map_or_else(|error| Data::binary(error.into_bytes()), Data::text);
    let golden = Data::read_from(file, None).raw();
    Assert::new().action_env(DEFAULT_ACTION_ENV).try_eq(Some(&"now"), data, golden).map_err(|error| error.to_string())?;
    // snapbox does not look at the ends of lines.
    if is_same() { Ok(()) } else { Err(format!("{}: only the ends of lines differ; delete it to update it", file.display())) }
}

/// All files below a folder.
pub fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".avocet-") {
                // The manifest, the lock and staged files are of the build, not of the site.
                continue;
            }
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path().strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
                let bytes = fs::read(entry.path()).expect("the file is read");
                tree.insert(path, Content(bytes));
            }
        }
    }
    tree
}

/// A blog of `posts` posts in the plain theme.
pub fn blog(posts: usize) -> Site {
    let site = Site::empty();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme"), &site.path().join("themes/plain"), &[]);
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\ntheme = \"plain\"\n[articles]\npage_size = 5\n");
    for post in 0..posts {
        let text = format!(
            "---\ntitle: Post {post}\ndate: 2022-06-{:02}\ntags: [t{}, all]\nauthor: A{}\n---\nText *{post}*, [the first](post-0.md).\n\n```python\nx = {post}\n```\n",
            post % 28 + 1,
            post % 7,
            post % 3,
        );
        site.write(&format!("content/blog/post-{post}.md"), &text);
    }
    site
}
