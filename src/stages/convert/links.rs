//! LinkResolver in content -> URLs: Pelican's `{filename}` family, and plain relative links to sources, files and output.
//!
//! Source: Pelican's "Linking to internal content"; RFC 3986 for what is relative. LinkResolver to other sites are not looked at.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use avocet_plugin::{Diagnostic, Listing, Overview, RouteKey, SiteIndex, TermKind, Unpublished, codes, name_key, paths, slugify, suggest};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

/// What may not stand in the path of an address as it is.
static UNSAFE: LazyLock<AsciiSet> =
    LazyLock::new(|| CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'?').add(b'#').add(b'{').add(b'}').add(b'%'));

/// Resolves the links of one text.
pub(super) struct LinkResolver<'a> {
    /// The site and its files.
    pub(super) index: &'a SiteIndex,
    /// What was looked for already.
    pub(super) suggestions: &'a Suggestions,
    /// Path below the content folder of the source that the links stand in.
    pub(super) source: &'a str,
    /// Path of the file that the links will stand in.
    pub(super) output: &'a str,
}

/// Names that were not found, each with the one that is most like it: an image that is missing in every post is looked for once.
#[derive(Debug, Default)]
pub(super) struct Suggestions(Mutex<HashMap<String, Option<String>>>);

impl LinkResolver<'_> {
    /// The URL to write for `url`, or `None` when it stays as it is.
    ///
    /// # Errors
    /// When nothing is there. The caller adds the place.
    pub(super) fn resolve(&self, url: &str, asset: bool) -> Result<Option<String>, Box<Diagnostic>> {
        let url = url.trim();
        if let Some((what, value)) = indicator(url) {
            return self.indicated(what, value).map(Some);
        }
        if !asks_the_site(url) {
            return Ok(None);
        }
        let (path, tail) = parts(url);
        let decoded = decode(path);
        if let Some(rooted) = decoded.strip_prefix('/') {
            return self.rooted(rooted, tail, asset).map(Some);
        }
        let content = paths::join(self.source, &decoded);
        if let Some(address) = content.as_deref().and_then(|content| self.of_content(content)) {
            return Ok(Some(address + tail));
        }
        if let Some(route) = paths::join(self.output, &decoded).and_then(|output| self.index.routes.served(&output)) {
            return Ok(Some(encode(&route.url) + tail));
        }
        let near = |near: &str| relative(self.source, near);
        Err(Box::new(self.dead(&decoded, content.as_deref().unwrap_or(&decoded), asset, &near)))
    }

    /// `{filename}x.md` and its family.
    fn indicated(&self, what: &str, value: &str) -> Result<String, Box<Diagnostic>> {
        let (path, tail) = parts(value);
        let decoded = decode(path);
        let content = match decoded.strip_prefix('/') {
            Some(rooted) => Some(rooted.to_owned()),
            None => paths::join(self.source, &decoded),
        };
        if let Some(kind) = TermKind::named(what) {
            return self.of_term(kind, &decoded).map(|url| url + tail);
        }
        match what {
            "filename" | "static" | "attach" => {
                let found = content.as_deref().and_then(|content| self.of_content(content));
                let asset = what != "filename";
                let near = |near: &str| format!("{{{what}}}/{near}");
                found
                    .map(|address| address + tail)
                    .ok_or_else(|| Box::new(self.dead(&decoded, content.as_deref().unwrap_or(&decoded), asset, &near)))
            }
            "index" => self.index.routes.of(RouteKey::Overview(Overview::Index)).map(|route| route.url.clone() + tail).ok_or_else(|| {
                Box::new(
                    codes::DEAD_LINK
                        .report("this site has no index of posts to link to")
                        .help("set a pattern for [urls] index in site.toml"),
                )
            }),
            _ => {
                let known = ["filename", "static", "attach", "tag", "category", "author", "index"];
                let near = suggest(what, known).map_or(String::new(), |near| format!("did you mean `{{{near}}}`?"));
                Err(Box::new(
                    codes::DEAD_LINK
                        .report(format!("links cannot begin with `{{{what}}}`"))
                        .label(near)
                        .help("use {filename}, {static}, {attach}, {tag}, {category}, {author} or {index}"),
                ))
            }
        }
    }

    fn of_content(&self, path: &str) -> Option<String> {
        if self.index.unpublished.get(path) == Some(&Unpublished::HasErrors) {
            return Some(String::new());
        }
        let route = self.index.routes.of(RouteKey::Page(path)).or_else(|| self.index.routes.of(RouteKey::Static(path)))?;
        Some(encode(&route.url))
    }

    fn of_term(&self, kind: TermKind, name: &str) -> Result<String, Box<Diagnostic>> {
        let slug = slug_of(self.index.site.terms(kind), name);
        if let Some(route) = self.index.routes.of(RouteKey::Term { kind, slug: &slug }) {
            return Ok(encode(&route.url));
        }
        // The slug, since a link of Markdown must not have spaces in it.
        let near = suggest(&slug, self.index.site.terms(kind).iter().map(|listing| listing.term.slug.as_str()));
        let near = near.map(|near| format!("{{{kind}}}{near}"));
        Err(Box::new(with_suggestion(codes::DEAD_LINK.report(format!("there is no {kind} `{name}`")), near.as_deref())))
    }

    /// `/x`: from the root of the site, with or without its base path.
    fn rooted(&self, path: &str, tail: &str, asset: bool) -> Result<String, Box<Diagnostic>> {
        let base = self.index.site.info.base.trim_start_matches('/');
        let below_base = path.strip_prefix(base).filter(|_| !base.is_empty()).and_then(|rest| rest.strip_prefix('/'));
        let route = below_base.and_then(|path| self.index.routes.served(path)).or_else(|| self.index.routes.served(path));
        match route {
            Some(route) => Ok(encode(&route.url) + tail),
            None => {
                let below = below_base.unwrap_or(path);
                let outputs = self.index.routes.all().iter().map(|route| route.output.as_str()).filter(|output| same_kind(output, below));
                let output = suggest(below, outputs).filter(|near| alike(near, below)).map(|near| format!("/{near}"));
                let near = |near: &str| output.clone().unwrap_or_else(|| relative(self.source, near));
                let mut error = self.dead(&format!("/{path}"), path.strip_prefix("content/").unwrap_or(path), asset, &near);
                if let (true, Some(output)) = (error.label.is_empty(), &output) {
                    error.help = None;
                    error = with_suggestion(error, Some(output));
                }
                Err(Box::new(error))
            }
        }
    }

    /// A dead link; `write` says how the link would name a path below the content folder.
    fn dead(&self, display_path: &str, path: &str, asset: bool, write: &dyn Fn(&str) -> String) -> Diagnostic {
        if self.index.unpublished.contains_key(path) {
            return codes::DEAD_LINK
                .report(format!("`{display_path}` is a draft, skipped or scheduled, and is not published"))
                .help("publish it, remove the link, or build with --drafts");
        }
        let (code, what) = if asset { (&codes::MISSING_ASSET, "file") } else { (&codes::DEAD_LINK, "page or file") };
        let error = code.report(format!("there is no {what} `{display_path}`"));
        if !asset && looks_like_mail(display_path) {
            return error.label("read as a file of your site").help(format!("for a mail address, write mailto:{display_path}"));
        }
        let host = display_path.split('/').next().unwrap_or_default();
        if !asset && !display_path.starts_with(['/', '.']) && looks_like_host(host) {
            return error.label("read as a file of your site").help(format!("for another site, write https://{display_path}"));
        }
        let near = self.suggest(path);
        if near.as_ref().is_some_and(|near| near != path && near.nfc().eq(path.nfc())) {
            let help = "the two names look the same, but encode an accent in different ways (Unicode NFC and NFD): type the name of the file again, without accents";
            return error.label("this file has a name of other bytes").help(help);
        }
        let near = near.map(|near| write(&near));
        let error = with_suggestion(error, near.as_deref());
        match (asset, near) {
            (true, _) => error.help("add the file, or build with --allow missing-asset until you have it"),
            (false, Some(_)) => error,
            (false, None) => {
                error.help("a link starts at the folder of its own file; `{filename}/blog/a-post.md` starts at the content folder")
            }
        }
    }

    /// The source or file whose name is most alike: the same folder first, then the whole site.
    fn suggest(&self, path: &str) -> Option<String> {
        let known = || self.suggestions.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(near) = known().get(path) {
            return near.clone();
        }
        let near = self.look_for(path);
        known().insert(path.to_owned(), near.clone());
        near
    }

    fn look_for(&self, path: &str) -> Option<String> {
        let sources = || self.index.site.all.iter().map(|page| &*page.source);
        let files = || self.index.site.files.iter().map(|file| &*file.path);
        let name = |path: &'_ str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let same_name = sources().chain(files()).find(|candidate| {
            let (candidate, name) = (name(candidate), name(path));
            candidate.eq_ignore_ascii_case(&name) || candidate.nfc().eq(name.nfc())
        });
        let near = same_name.or_else(|| suggest(path, sources().chain(files())).filter(|best| alike(best, path)));
        near.map(str::to_owned)
    }
}

/// The slug of a name, or of a slug.
fn slug_of(listings: &[Listing], name: &str) -> String {
    let slug = slugify(name);
    let key = name_key(name);
    let is_name = |listing: &&Listing| slugify(&listing.term.name) == slug && name_key(&listing.term.name) == key;
    let plain = listings.binary_search_by(|listing| listing.term.slug.cmp(&slug)).ok().map(|at| &listings[at]);
    let named = plain.filter(|_| slug == name).or_else(|| plain.filter(is_name)).or_else(|| listings.iter().find(is_name));
    named.map_or_else(|| slug.clone(), |listing| listing.term.slug.clone())
}

/// Whether the names at the end of two paths are much alike.
fn alike(a: &str, b: &str) -> bool {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    strsim::normalized_damerau_levenshtein(&name(a), &name(b)) > 0.5
}

/// Whether two paths end in the same way, as in `.html`.
fn same_kind(a: &str, b: &str) -> bool {
    let ending = |path: &str| path.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending(a) == ending(b)
}

/// The path `to` as seen from the file `from`.
fn relative(from: &str, to: &str) -> String {
    let folders: Vec<&str> = from.split('/').collect();
    let folders = &folders[..folders.len() - 1];
    let names: Vec<&str> = to.split('/').collect();
    let shared = folders.iter().zip(&names[..names.len() - 1]).take_while(|(a, b)| a == b).count();
    "../".repeat(folders.len() - shared) + &names[shared..].join("/")
}

fn with_suggestion(error: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(near) => error.label(format!("did you mean `{near}`?")),
        None => error,
    }
}

/// Whether where a link leads depends on the site. Others stay as they are.
pub(super) fn asks_the_site(url: &str) -> bool {
    let url = url.trim();
    let stays = url.is_empty() || url.starts_with(['#', '?']) || url.starts_with("//") || has_scheme(url);
    indicator(url).is_some() || !stays
}

/// `{what}value`, or Pelican's older `|what|value`.
fn indicator(url: &str) -> Option<(&str, &str)> {
    let close = match url.chars().next()? {
        '{' => '}',
        '|' => '|',
        _ => return None,
    };
    url[1..].split_once(close)
}

fn has_scheme(url: &str) -> bool {
    let Some((scheme, _)) = url.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// `example.org`, `github.com`: a name with a dot whose last part is letters, and no ending of a file.
#[must_use]
pub fn looks_like_host(name: &str) -> bool {
    let Some((before, last)) = name.rsplit_once('.') else { return false };
    let file = ["html", "htm", "md", "png", "jpg", "jpeg", "svg", "gif", "pdf", "csv", "txt", "css", "js", "json", "xml", "zip", "webp"];
    !before.is_empty() && last.len() >= 2 && last.chars().all(|c| c.is_ascii_alphabetic()) && !file.contains(&last.to_lowercase().as_str())
}

/// `team@example.org`.
#[must_use]
pub fn looks_like_mail(url: &str) -> bool {
    let Some((name, host)) = url.split_once('@') else { return false };
    !name.is_empty() && !name.contains(['/', ':']) && looks_like_host(host) && !host.contains(['/', '@'])
}

/// The path, and the query with the fragment.
fn parts(url: &str) -> (&str, &str) {
    url.split_at(url.find(['?', '#']).unwrap_or(url.len()))
}

fn decode(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

fn encode(path: &str) -> String {
    utf8_percent_encode(path, &UNSAFE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_as_seen_from_a_file() {
        assert_eq!(relative("blog/a.md", "blog/b.md"), "b.md");
        assert_eq!(relative("blog/x/a.md", "images/b.png"), "../../images/b.png");
        assert_eq!(relative("a.md", "blog/b.md"), "blog/b.md");
    }

    #[test]
    fn what_leaves_the_site_is_told_by_its_scheme() {
        assert!(has_scheme("https://x") && has_scheme("mailto:a@b") && !has_scheme("a/b:c") && !has_scheme("x.md"));
        assert!(looks_like_mail("a.b@c.org") && !looks_like_mail("@c.org") && !looks_like_mail("x/a@c.org") && !looks_like_mail("a@c.png"));
        assert!(looks_like_host("github.com") && !looks_like_host("picture.png") && !looks_like_host("contact"));
    }
}
