//! Paths of sources and output files: always with `/` between names, and below a folder.

use std::borrow::Cow;

/// Signs that no name of a file may have: some disk, or some program, takes them for something else.
pub const REFUSED_SIGNS: [char; 4] = ['\\', '\0', '\n', ':'];

/// Whether a path is a plain one below a folder: none of its names is empty, `.` or `..`, and none has a sign that some disk refuses.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    path.split('/').all(|name| !matches!(name, "" | "." | "..") && !name.contains(REFUSED_SIGNS))
}

/// The path as a plain one, with `.`, `..` and empty names resolved; `None` when it leaves the folder or is the folder itself.
#[must_use]
pub fn plain(path: &str) -> Option<Cow<'_, str>> {
    if is_plain(path) {
        return Some(Cow::Borrowed(path));
    }
    if path.starts_with('/') || path.ends_with('/') {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    let path = names.join("/");
    is_plain(&path).then_some(Cow::Owned(path))
}

/// The longest name of a file, in bytes, that all common disks take.
const MAX_NAME: usize = 255;

/// The longest path below the output folder, in bytes: some systems end at 1024 bytes, and the folder is part of that.
const MAX_PATH: usize = 900;

/// Why some disk cannot store a file of this path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit<'a> {
    /// This name in it is too long for every common disk.
    LongName(&'a str),
    /// All of it is too long.
    LongPath,
    /// Windows keeps this name for itself, or refuses a sign in it.
    NotOnWindows(&'a str),
}

/// Why some disk cannot store a file of this plain path; `None` when all common ones can.
#[must_use]
pub fn unfit(path: &str) -> Option<Unfit<'_>> {
    let names = || path.split('/');
    let long = names().find(|name| name.len() > MAX_NAME).map(Unfit::LongName);
    long.or((path.len() > MAX_PATH).then_some(Unfit::LongPath))
        .or_else(|| names().find(|name| !is_name_on_windows(name)).map(Unfit::NotOnWindows))
}

/// Whether Windows can store a file of this name: `con.html` is a device there, and a dot or space at the end is cut off.
fn is_name_on_windows(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let is_device = match stem.get(..3) {
        Some(device) if stem.len() == 3 => ["con", "prn", "aux", "nul"].iter().any(|reserved| device.eq_ignore_ascii_case(reserved)),
        Some(port) if port.eq_ignore_ascii_case("com") || port.eq_ignore_ascii_case("lpt") => {
            matches!(&stem[3..], "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        }
        _ => false,
    };
    !is_device && !name.ends_with(['.', ' ']) && !name.contains(|sign: char| sign < ' ' || "<>\"|?*".contains(sign))
}

/// The path that `relative`, written in the file `from`, leads to, as a browser reads it; `None` when it leaves the top. One that names a
/// folder ends with a slash, unless it is the top.
#[must_use]
pub fn join(from: &str, relative: &str) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in relative.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    let mut path = names.join("/");
    let is_folder = matches!(relative.rsplit('/').next(), Some("" | "." | ".."));
    if is_folder && !path.is_empty() {
        path.push('/');
    }
    Some(path)
}

/// Ten characters that stand for these bytes: a file with them in its name may be kept for ever by browsers, and never mixes with another
/// version of it.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..10].to_owned()
}

/// The path with the fingerprint of the file's bytes before its ending: `assets/search.js` as `assets/search.0123456789.js`.
#[must_use]
pub fn fingerprinted(path: &str, bytes: &[u8]) -> String {
    let print = fingerprint(bytes);
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name..].rfind('.') {
        Some(dot) => format!("{}.{print}{}", &path[..name + dot], &path[name + dot..]),
        None => format!("{path}.{print}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_inside_is_made_plain_and_one_outside_is_refused() {
        assert_eq!(plain("a/./b/../c.html").as_deref(), Some("a/c.html"));
        for bad in ["../evil.html", "a/../../evil.html", "/etc/x", "", ".", "a/..", "a\\b", "a/"] {
            assert_eq!(plain(bad), None, "{bad}");
            assert!(!is_plain(bad), "{bad}");
        }
    }

    #[test]
    fn a_path_that_some_disk_cannot_store_is_known() {
        let long = "x".repeat(256);
        assert_eq!(unfit(&format!("blog/{long}/index.html")), Some(Unfit::LongName(&long)));
        assert_eq!(unfit(&"é".repeat(128)), Some(Unfit::LongName(&"é".repeat(128))));
        assert_eq!(unfit(&format!("{}x", "folder/".repeat(130))), Some(Unfit::LongPath));
        for bad in ["con.html", "Nul", "aux.tar.gz", "com1.html", "lpt³.txt", "a.", "a ", "what?.html", "a\"b", "con .html"] {
            assert_eq!(unfit(&format!("blog/{bad}")), Some(Unfit::NotOnWindows(bad)), "{bad}");
        }
        for good in ["console.html", "com.html", "com10.html", "contact.html", "a.b.html", "é.html", ".well-known", &"x".repeat(255)] {
            assert_eq!(unfit(&format!("blog/{good}")), None, "{good}");
        }
    }

    #[test]
    fn relative_paths_are_joined_as_browsers_do_and_stay_inside() {
        assert_eq!(join("blog/a.md", "../images/x.png").as_deref(), Some("images/x.png"));
        assert_eq!(join("blog/a.md", "b.md").as_deref(), Some("blog/b.md"));
        assert_eq!(join("blog/a.md", "../").as_deref(), Some(""));
        assert_eq!(join("blog/x/a.md", "..").as_deref(), Some("blog/"));
        assert_eq!(join("blog/a.html", "./").as_deref(), Some("blog/"));
        assert_eq!(join("blog/a.md", "../../x"), None);
    }

    #[test]
    fn a_fingerprint_stands_before_the_ending() {
        let print = fingerprint(b"x");
        assert_eq!(print.len(), 10);
        assert_eq!(fingerprinted("assets/a.b.js", b"x"), format!("assets/a.b.{print}.js"));
        assert_eq!(fingerprinted("v1.0/plain", b"x"), format!("v1.0/plain.{print}"));
    }
}
