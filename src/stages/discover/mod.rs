//! Roots -> [`SourceFile`]s: walks the content folder once, in sorted order, and says of each file whether it is an article, a page, or
//! copied as it is. Reads the sources' text, in parallel; a file that looks from outside as it did before is not read again.
//!
//! Invariant: the result depends on the files alone, not on the order in which the disk names them, nor on what was found before. What cannot be read is an error; a
//! source that no folder claims is a warning.

mod formats;
mod inputs;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use avocet_plugin::{Diagnostic, Input, Kind, Place, SourceFile, StaticFile, codes};
use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::prelude::*;

use crate::config::ContentSettings;
use crate::disk::{self, Door, Refusal, Stamp, bad_name, slashed};

/// The folder that hosts and other programs look for (RFC 8615).
const WELL_KNOWN: &str = ".well-known";

/// What lies in the content folder.
#[derive(Debug, Default, Clone)]
pub struct Discovered {
    /// Sources of articles and pages, by path.
    pub sources: Vec<SourceFile>,
    /// Files that are copied, by path.
    pub files: Vec<StaticFile>,
    /// Texts of the plugins' inputs that there are, by path from the site's folder.
    pub inputs: BTreeMap<String, Arc<str>>,
    /// Bytes of those of which plugins want bytes.
    pub input_bytes: BTreeMap<String, Arc<[u8]>>,
    /// How the files looked from outside, in their order.
    pub stamps: Vec<Option<Stamp>>,
    /// How the sources looked from outside, in their order; `None` where that cannot be trusted yet.
    settled: Vec<Option<Stamp>>,
    /// What is wrong with some of them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Discovered {
    /// Whether a plugin reads this file, by its path from the site's folder.
    fn is_input(&self, path: &str) -> bool {
        self.inputs.contains_key(path) || self.input_bytes.contains_key(path)
    }
}

/// A source before its text is read.
struct Candidate {
    path: String,
    kind: Kind,
    folders: Vec<String>,
}

/// Where sources and files lie.
#[derive(Clone, Copy)]
pub struct ContentFolder<'a> {
    /// The folder of the site.
    pub root: &'a Path,
    /// The folder that the site is written to.
    pub output: &'a Path,
    /// The way to the files in it.
    pub door: &'a Door,
    /// `[content]`, with the path of the content folder.
    pub settings: &'a ContentSettings,
    /// Endings of the names of sources, in lower case.
    pub extensions: &'a [&'a str],
    /// What plugins read besides, from the site's folder.
    pub inputs: &'a [Input],
}

impl ContentFolder<'_> {
    /// Walks the content folder. A source whose text is that of `before` is taken over.
    #[must_use]
    pub fn discover(self, before: &Discovered) -> Discovered {
        let mut found = Discovered::default();
        inputs::read(self, &mut found);
        let mut candidates = Vec::with_capacity(before.sources.len());
        if let Err(error) = self.walk(&mut candidates, &mut found) {
            found.diagnostics.push(*error);
            return found;
        }
        let folder = self.path();
        candidates.par_sort_by(|a, b| a.path.cmp(&b.path));
        found.files.sort_by(|a, b| a.path.cmp(&b.path));
        found.stamps = found.files.par_iter().map(|file| Stamp::of(&folder.join(&*file.path))).collect();
        for (file, stamp) in found.files.iter_mut().zip(&found.stamps) {
            file.size = stamp.map_or(0, |stamp| stamp.length);
        }
        let read: Vec<_> = candidates.into_par_iter().map(|candidate| read(&folder, &self.settings.path, candidate, before)).collect();
        for source in read {
            match source {
                Ok((source, stamp)) => {
                    found.sources.push(source);
                    found.settled.push(stamp);
                }
                Err(error) => found.diagnostics.push(error),
            }
        }
        found
    }

    /// What `before` is now, if no file but those `written` (absolute paths) can have changed, and none has come or gone; `None` when that
    /// cannot be known, because something was wrong or is.
    #[must_use]
    pub fn look_again(self, before: &Discovered, written: &BTreeSet<PathBuf>) -> Option<Discovered> {
        let has_errors = |found: &Discovered| found.diagnostics.iter().any(Diagnostic::is_error);
        let mut found = (!has_errors(before)).then(|| before.clone())?;
        (found.inputs, found.input_bytes) = (BTreeMap::new(), BTreeMap::new());
        inputs::read(self, &mut found);
        let folder = self.path();
        let absolute = std::path::absolute(&folder).ok()?;
        let below = |file: &PathBuf| slashed(Path::new(""), file.strip_prefix(&absolute).ok()?);
        for path in written.iter().filter_map(below) {
            // What a file is may depend on its content, and a link may have taken its place.
            let file = folder.join(&path);
            if formats::depends_on_content(&file) || file.exists() && self.door.check(&file).is_err() {
                return None;
            }
            if let Ok(at) = found.sources.binary_search_by(|source| (*source.path).cmp(&path)) {
                let SourceFile { kind, folders, .. } = found.sources[at].clone();
                let candidate = Candidate { path, kind, folders };
                (found.sources[at], found.settled[at]) = read(&folder, &self.settings.path, candidate, before).ok()?;
            } else if let Ok(at) = found.files.binary_search_by(|file| (*file.path).cmp(&path)) {
                found.stamps[at] = Some(Stamp::of(&folder.join(&path))?);
                found.files[at].size = found.stamps[at].map_or(0, |stamp| stamp.length);
            }
        }
        (!has_errors(&found)).then_some(found)
    }

    fn path(self) -> PathBuf {
        self.root.join(&self.settings.path)
    }

    /// Finds all files, and decides what each is.
    fn walk(self, candidates: &mut Vec<Candidate>, found: &mut Discovered) -> Result<(), Box<Diagnostic>> {
        let folder = self.path();
        if !folder.is_dir() {
            return Err(Box::new(
                codes::NO_CONTENT
                    .report(format!("there is no folder `{}`", self.settings.path))
                    .help("create it and add a Markdown file, or set [content] path in site.toml"),
            ));
        }
        let ignored = Ignored { folder: &folder, settings: self.settings, globs: globs(&self.settings.ignore)? };
        for file in self.door.walk(&folder, |path| ignored.holds(path)) {
            match file.map(|file| (slashed(&folder, &file), file)) {
                Ok((Some(path), file)) => sort_in(self, path, &file, candidates, found),
                Ok((None, file)) => found.diagnostics.push(bad_name(&file)),
                Err(refused) => found.diagnostics.push(*refused),
            }
        }
        Ok(())
    }
}

/// Which files and folders of the content are left out.
struct Ignored<'a> {
    folder: &'a Path,
    settings: &'a ContentSettings,
    globs: GlobSet,
}

impl Ignored<'_> {
    /// What the settings name is never left out. `.well-known` is left out only by its own name, since hosts and other programs look for it.
    fn holds(&self, path: &Path) -> bool {
        let Some(name) = path.file_name() else { return false };
        let is_well_known = name == WELL_KNOWN && !self.settings.ignore.iter().any(|pattern| pattern == WELL_KNOWN);
        let is_ignored = self.globs.is_match(name) || name.to_str().is_some_and(disk::is_leftover);
        is_ignored && !is_well_known && !self.is_named(path)
    }

    /// Whether the settings name this path, or one below it.
    fn is_named(&self, path: &Path) -> bool {
        let ContentSettings { articles, pages, static_folders, .. } = self.settings;
        let Ok(path) = path.strip_prefix(self.folder) else { return false };
        articles.iter().chain(pages).chain(static_folders).any(|named| Path::new(named.trim_matches('/')).starts_with(path))
    }
}

/// Decides what one file is.
fn sort_in(content: ContentFolder, path: String, file: &Path, candidates: &mut Vec<Candidate>, found: &mut Discovered) {
    let ContentFolder { settings, extensions, .. } = content;
    let is_source = path.rsplit_once('.').is_some_and(|(_, ext)| extensions.contains(&ext.to_lowercase().as_str()));
    let claim = |folders: &[String], kind: Option<Kind>| {
        let holding = folders.iter().filter(|folder| below(folder, &path).is_some()).map(|folder| folder.trim_matches('/').to_owned());
        holding.max_by_key(String::len).map(|folder| (kind, folder))
    };
    let claims =
        [claim(&settings.pages, Some(Kind::Page)), claim(&settings.articles, Some(Kind::Article)), claim(&settings.static_folders, None)];
    // The folder that is nearer to the file wins, so that `articles = [""]` leaves the pages alone. Of two that are the same, the one of
    // sources has the sources, and the one of files to copy has the others.
    let rank = |kind: Option<Kind>| kind.is_some() == is_source;
    let owner = claims.into_iter().flatten().max_by_key(|(kind, folder)| (folder.len(), rank(*kind)));
    match owner {
        Some((None, _)) => found.files.push(static_file(settings, path)),
        Some((Some(kind), folder)) if is_source => {
            let mut folders: Vec<String> = below(&folder, &path).unwrap_or_default().split('/').map(str::to_owned).collect();
            folders.pop();
            candidates.push(Candidate { path, kind, folders });
        }
        Some(_) => match formats::unread_format(file) {
            Some(format) => found.diagnostics.push(unread(settings, &path, format)),
            None => found.files.push(static_file(settings, path)),
        },
        // A plugin publishes what it makes of its inputs.
        None if found.is_input(&format!("{}/{path}", settings.path)) => {}
        None => found.diagnostics.push(
            codes::UNPUBLISHED_FILE
                .report(format!("`{path}` is not published, because it is in no folder of [content]"))
                .at(Place::file(format!("{}/{path}", settings.path)))
                .help("move it, add its folder to `articles`, `pages` or `static`, or add its name to `ignore`"),
        ),
    }
}

/// A file that is copied, to the place that `[content.metadata]` gives it.
fn static_file(settings: &ContentSettings, path: String) -> StaticFile {
    let save_as = settings.metadata.get(&path).and_then(|metadata| metadata.get("save_as")).and_then(|save_as| save_as.as_str());
    let output = save_as.map(|output| Arc::from(output.trim_start_matches('/')));
    let mut file = StaticFile::new(path, 0);
    file.output = output.unwrap_or(file.output);
    file
}

/// The warning about a post in a format that no reader reads.
fn unread(settings: &ContentSettings, path: &str, format: &str) -> Diagnostic {
    codes::UNPUBLISHED_FILE
        .report(format!("`{path}` is not published: it is {format}, and Avocet reads Markdown"))
        .at(Place::file(format!("{}/{path}", settings.path)))
        .help("convert it to Markdown; or name it, or its folder, in `static` of [content] to publish it as it is, or in `ignore`")
}

/// What of `path` is below `folder`, if it is there. The empty folder holds everything.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let folder = folder.trim_matches('/');
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { path.rsplit('/').next() } else { rest.strip_prefix('/') }
}

/// A source, and its stamp if that tells of a later change.
fn read(folder: &Path, display_path: &str, candidate: Candidate, before: &Discovered) -> Result<(SourceFile, Option<Stamp>), Diagnostic> {
    let Candidate { path, kind, folders } = candidate;
    let file = folder.join(&path);
    let now = SystemTime::now();
    let stamp = Stamp::of(&file);
    let known = before.sources.binary_search_by(|source| (*source.path).cmp(&path)).ok();
    let known = known.map(|at| (&before.sources[at], before.settled[at])).filter(|(source, _)| source.kind == kind);
    if let Some((source, Some(settled))) = known
        && Some(settled) == stamp
    {
        return Ok((source.clone(), stamp));
    }
    let settled = stamp.filter(|stamp| stamp.is_settled(now));
    let display_path = format!("{display_path}/{path}");
    let text = read_source(&file, &display_path)?;
    if let Some((source, _)) = known.filter(|(source, _)| source.text == text && source.folders == folders) {
        return Ok((source.clone(), settled));
    }
    let mut source = SourceFile::new(path, display_path, kind, text);
    source.folders = folders;
    Ok((source, settled))
}

/// The text of a file's bytes, without a byte order mark.
fn text_of(bytes: Vec<u8>, display_path: &str) -> Result<Arc<str>, Diagnostic> {
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(display_path, &error))?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| Arc::from(text.as_str()), Arc::from))
}

/// The text of a source: lines end with `\n`, so that all that is measured in it later holds.
fn read_source(file: &Path, display_path: &str) -> Result<Arc<str>, Diagnostic> {
    let bytes = disk::read(file).map_err(|error| Refusal::Disk(error).report(display_path))?;
    let text = text_of(bytes, display_path)?;
    Ok(match with_unix_line_ends(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(text) => text.into(),
    })
}

/// The text with `\n` for `\r\n` and for the `\r` of old Macs.
#[must_use]
pub fn with_unix_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

/// IncludeTexts by name: where from, and what.
pub type IncludeTexts = BTreeMap<String, (String, Arc<str>)>;

/// The texts of the site's `includes/`, by name (path below it).
#[must_use]
pub fn includes(root: &Path, door: &Door) -> (IncludeTexts, Vec<Diagnostic>) {
    let folder = root.join("includes");
    let mut includes = BTreeMap::new();
    let mut diagnostics = Vec::new();
    if !folder.is_dir() {
        return (includes, diagnostics);
    }
    let is_leftover = |path: &Path| path.file_name().and_then(|name| name.to_str()).is_some_and(disk::is_leftover);
    for file in door.walk(&folder, is_leftover) {
        let text = file.map_err(|refused| *refused).and_then(|file| {
            let path = slashed(&folder, &file).ok_or_else(|| bad_name(&file))?;
            let display_path = format!("includes/{path}");
            read_source(&file, &display_path).map(|text| (path, (display_path, text)))
        });
        match text {
            Ok((path, include)) => drop(includes.insert(path, include)),
            Err(error) => diagnostics.push(error),
        }
    }
    (includes, diagnostics)
}

fn not_utf8(display_path: &str, error: &std::string::FromUtf8Error) -> Diagnostic {
    let good = error.utf8_error().valid_up_to();
    let byte = error.as_bytes().get(good).copied().unwrap_or_default();
    let text: Arc<str> = String::from_utf8_lossy(error.as_bytes()).into();
    codes::NOT_UTF_8
        .report(format!("this file is not UTF-8: byte {good} is 0x{byte:02X}"))
        .at(Place::new(display_path, &text, good..good + '\u{fffd}'.len_utf8()))
        .label("this character is in another encoding")
        .help("save the file as UTF-8 in your editor (it may be in Windows-1252 or Latin-1 now)")
}

fn globs(patterns: &[String]) -> Result<GlobSet, Box<Diagnostic>> {
    let mut set = GlobSetBuilder::new();
    let bad =
        |error: globset::Error| Box::new(codes::BAD_SETTING.report(format!("[content] ignore has a pattern that is not valid: {error}")));
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(bad)?);
    }
    set.build().map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::{below, with_unix_line_ends};

    #[test]
    fn lines_end_alike_whatever_wrote_them() {
        assert_eq!(with_unix_line_ends("a\r\nb\rc\n\r\n"), "a\nb\nc\n\n");
    }

    #[test]
    fn a_folder_holds_what_is_below_it_and_nothing_that_only_begins_like_it() {
        assert_eq!(below("blog", "blog/a/b.md"), Some("a/b.md"));
        assert_eq!(below("blog", "blogs/a.md"), None);
        assert_eq!(below("", "a.md"), Some("a.md"));
        assert_eq!(below("blog/a.md", "blog/a.md"), Some("a.md"));
    }
}
