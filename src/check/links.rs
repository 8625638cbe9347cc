//! Addresses -> the file of the site that they lead to, or why they lead nowhere.
//!
//! Source: RFC 3986 for what is relative, and how hosts of static files serve paths (`Routes::served`).

use std::borrow::Cow;

use avocet_plugin::{Route, Routes, SiteInfo, paths};
use percent_encoding::percent_decode_str;

/// Where an address leads.
pub(super) enum Target<'r> {
    /// Out of the site, or to nothing that is a file: `https:`, `mailto:`.
    Away,
    /// To a file that is made of all pages.
    Collected,
    /// To this file, and the anchor in it.
    File(&'r Route, Option<String>),
    /// To nothing, with the reason.
    Nowhere(String),
}

/// What links are followed with.
pub(super) struct Links<'p> {
    info: &'p SiteInfo,
    routes: &'p Routes,
    /// Files that are made of all pages.
    collected: Vec<String>,
}

impl<'p> Links<'p> {
    pub(super) fn new(info: &'p SiteInfo, routes: &'p Routes, collected: Vec<String>) -> Self {
        Self { info, routes, collected }
    }

    /// Where `value` leads from the file `from`.
    pub(super) fn target(&self, from: &'p Route, value: &str) -> Target<'p> {
        let value = own(self.info, value);
        if value.starts_with("//") || value.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':')) {
            return Target::Away;
        }
        let (rest, fragment) = value.split_once('#').map_or((&*value, None), |(path, fragment)| (path, Some(fragment)));
        let path = decoded(rest.split('?').next().unwrap_or_default());
        match self.file(from, &path) {
            Ok(None) => Target::Collected,
            Ok(Some(route)) => {
                let anchor = fragment.map(decoded).filter(|anchor| !anchor.is_empty() && anchor != "top");
                // `#:~:text=…` is a search in the page, for the browser.
                Target::File(route, anchor.map(Cow::into_owned).filter(|anchor| !anchor.contains(":~:")))
            }
            Err(why) => Target::Nowhere(why),
        }
    }

    /// The file of a path; nothing for one that is made of all pages.
    fn file(&self, from: &'p Route, path: &str) -> Result<Option<&'p Route>, String> {
        if path.is_empty() {
            return Ok(Some(from));
        }
        let base = &*self.info.base;
        let output = if path.starts_with('/') {
            let below = path.strip_prefix(base).and_then(|path| path.strip_prefix('/'));
            let below = below.or_else(|| (path == base).then_some(""));
            below.map(str::to_owned).ok_or_else(|| format!("it is outside the site's path `{base}/`"))?
        } else {
            paths::join(&from.output, path).ok_or("it leaves the site")?
        };
        match self.routes.served(&output) {
            None if !self.collected.contains(&output) => Err(format!("no file is written for `{output}`")),
            found => Ok(found),
        }
    }
}

/// An address of this site as a path; any other as it is.
pub(super) fn own<'v>(info: &SiteInfo, value: &'v str) -> Cow<'v, str> {
    match value.strip_prefix(&*info.url).filter(|rest| rest.is_empty() || rest.starts_with(['/', '#', '?'])) {
        Some(rest) if rest.starts_with('/') => Cow::Owned(format!("{}{rest}", info.base)),
        Some(rest) => Cow::Owned(format!("{}/{rest}", info.base)),
        None => Cow::Borrowed(value),
    }
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}
