//! Findings in finished pages -> diagnostics at the line of the source that an author can correct.
//!
//! Each finding is searched for where it was written: in the post, an include, the menu or the settings of the theme. A finding in none of
//! them comes from the theme or a plugin, and is reported once, with the first page that has it and the number of the others.

use std::collections::{BTreeMap, BTreeSet};

use avocet_plugin::{Code, Diagnostic, Page, PageBody, PageId, Place, Route, codes, paths};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::links;
use crate::pipeline::{Plan, Session};
use crate::stages::convert::LinkSource;

/// How a finding is found again in the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// By this URL, as it stands in the page.
    Url(String),
    /// By this start tag.
    Tag(String),
}

/// Something found in one page.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// What is wrong, without its place and the name of the page.
    pub(super) diagnostic: Diagnostic,
    pub(super) mark: Mark,
}

impl Finding {
    pub(super) fn new(code: &Code, message: String, help: impl Into<String>, mark: Mark) -> Self {
        Self { diagnostic: code.report(message).help(help), mark }
    }
}

/// Finds the places of findings.
pub(super) struct Places<'p> {
    session: &'p Session,
    /// What conversion has reported, by file, line and code.
    reported: BTreeSet<(String, usize, String)>,
    /// The same by file and code.
    reported_files: BTreeSet<(String, String)>,
}

/// A finding that is in no source, and the pages that have it.
struct Unplaced<'f> {
    finding: &'f Finding,
    output: &'f str,
    pages: usize,
}

impl<'p> Places<'p> {
    /// `reported`: the diagnostics of the conversion.
    pub(super) fn new(session: &'p Session, reported: &[Diagnostic]) -> Self {
        let placed = || reported.iter().filter_map(|reported| Some((reported.place.as_ref()?, &reported.code)));
        Self {
            session,
            reported: placed().map(|(place, code)| (place.file.clone(), place.line, code.clone())).collect(),
            reported_files: placed().map(|(place, code)| (place.file.clone(), code.clone())).collect(),
        }
    }

    /// The diagnostics of all findings, by output path.
    pub(super) fn diagnostics(&self, found: &BTreeMap<String, Vec<Finding>>) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        // Findings that a source has, by code and mark.
        let mut known: BTreeSet<(&str, String)> = BTreeSet::new();
        let mut unplaced: BTreeMap<(&str, String), Unplaced> = BTreeMap::new();
        for (output, findings) in found {
            let Some(route) = self.session.plan.index.routes.to(output) else { continue };
            let page = route.page.map(|id| Source::new(self.session, id));
            let mut met: BTreeMap<&Mark, usize> = BTreeMap::new();
            for finding in findings {
                let code = finding.diagnostic.code.as_str();
                let key = (code, self.key(&finding.mark));
                let elsewhere = (code, self.key(&absolute(&finding.mark, route)));
                let nth = met.entry(&finding.mark).or_default();
                let place = page.as_ref().and_then(|page| page.place(&finding.mark, *nth));
                *nth += 1;
                match place {
                    Some(place) => {
                        known.extend([key, elsewhere]);
                        if !self.reported.contains(&(place.file.clone(), place.line, code.to_owned())) {
                            diagnostics.push(finding.diagnostic.clone().at(place));
                        }
                    }
                    None if code == codes::HEADING_LEVEL.name && page.as_ref().is_some_and(|page| self.is_reported_of(page, code)) => {
                        known.insert(key);
                    }
                    None => unplaced.entry(key).or_insert(Unplaced { finding, output, pages: 0 }).pages += 1,
                }
            }
        }
        // A list shows again what a post has; the menu may have it as well.
        let left =
            unplaced.into_iter().filter(|(key, unplaced)| !known.contains(key) || self.of_settings(&unplaced.finding.mark).is_some());
        diagnostics.extend(left.map(|(_, unplaced)| self.unplaced(&unplaced)));
        diagnostics
    }

    /// The same for the URL of a page and for that of the same page in a feed.
    fn key(&self, mark: &Mark) -> String {
        match mark {
            Mark::Url(url) => plain(&links::own(&self.session.plan.index.site.info, url)),
            Mark::Tag(tag) => tag.clone(),
        }
    }

    fn is_reported_of(&self, page: &Source, code: &str) -> bool {
        self.reported_files.contains(&(page.display_path.to_owned(), code.to_owned()))
    }

    /// The diagnostic of what is in no post, but in the settings or the theme.
    fn unplaced(&self, unplaced: &Unplaced) -> Diagnostic {
        let Unplaced { finding, output, pages } = unplaced;
        let more = if *pages > 1 { format!(" and {} more", pages - 1) } else { String::new() };
        let mut diagnostic = finding.diagnostic.clone();
        diagnostic.message.push_str(&format!(" (in `{output}`{more})"));
        if let Some(place) = self.of_settings(&finding.mark) {
            return diagnostic.at(place);
        }
        let route = self.session.plan.index.routes.to(output);
        let from = route.map_or(String::new(), |route| origin(&self.session.plan, route));
        let help = diagnostic.help.take().unwrap_or_default();
        diagnostic.help(format!("{help}; {from}"))
    }

    /// The setting that has this URL: an entry of the menu, or a text among the theme's settings.
    fn of_settings(&self, mark: &Mark) -> Option<Place> {
        let Mark::Url(url) = mark else { return None };
        let config = &self.session.plan.project.config;
        let base = config.site.base();
        let is = |text: &str| text == url || url.strip_prefix(base).is_some_and(|below| below == text && text.starts_with('/'));
        if let Some(at) = config.menu.iter().position(|entry| is(&entry.url)) {
            return Some(config.place(&format!("menu.{at}.url")));
        }
        let mut open: Vec<(String, &Value)> = config.theme.iter().map(|(name, value)| (format!("theme.{name}"), value)).collect();
        while let Some((path, value)) = open.pop() {
            match value {
                Value::String(text) if is(text) => return Some(config.place(&path)),
                Value::Array(items) => open.extend(items.iter().enumerate().map(|(at, item)| (format!("{path}.{at}"), item))),
                Value::Object(table) => open.extend(table.iter().map(|(name, item)| (format!("{path}.{name}"), item))),
                _ => {}
            }
        }
        None
    }
}

/// A URL of this page as lists and feeds write it, which stand elsewhere.
fn absolute(mark: &Mark, route: &Route) -> Mark {
    let Mark::Url(url) = mark else { return mark.clone() };
    let (path, tail) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    if path.is_empty() {
        return Mark::Url(format!("{}{tail}", route.url));
    }
    // Some path that the URL of the page is joined with: what begins with a slash or a scheme stays.
    let below = (!path.starts_with('/') && !path.contains(':')).then(|| paths::join(&route.url, path)).flatten();
    below.map_or_else(|| mark.clone(), |path| Mark::Url(format!("/{path}{tail}")))
}

/// Who wrote what is in no source.
fn origin(plan: &Plan, route: &Route) -> String {
    let who = if route.plugin.is_empty() { "the theme".to_owned() } else { format!("the theme or the plugin `{}`", route.plugin) };
    match route.page {
        Some(id) => format!("it is not in `{}` itself: {who} puts it into its page", plan.index.site.page(id).display_path),
        None => format!("{who} writes it: `{}` is {}", route.output, route.reason),
    }
}

/// The source of a page, with its links by their URL.
struct Source<'p> {
    page: &'p Page,
    display_path: &'p str,
    links: BTreeMap<String, Vec<&'p LinkSource>>,
}

impl<'p> Source<'p> {
    fn new(session: &'p Session, id: PageId) -> Self {
        let page = session.plan.index.site.page(id);
        let mut links: BTreeMap<String, Vec<&LinkSource>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for link in session.link_sources(id) {
            // A text that is converted twice, as the summary may be, was written once.
            if seen.insert((&link.file, link.span.start, link.span.end, &link.address)) {
                links.entry(plain(&link.address)).or_default().push(link);
            }
        }
        Self { page, display_path: &page.display_path, links }
    }

    /// Where the finding number `nth` of this mark was written.
    fn place(&self, mark: &Mark, nth: usize) -> Option<Place> {
        match mark {
            Mark::Url(url) => {
                let links = self.links.get(&plain(url))?;
                // A page may show again what was written once, as in its summary.
                let link = links.get(nth).or(links.last())?;
                Some(Place::new(link.file.clone(), &link.text, link.span.clone()))
            }
            Mark::Tag(tag) => {
                let PageBody::Source(body) = &self.page.body else { return None };
                let at = self.page.body().match_indices(tag.as_str()).nth(nth)?.0 + body.start;
                Some(self.page.place(at..at + tag.len()))
            }
        }
    }
}

/// A URL without the ways in which the same one can be written.
fn plain(url: &str) -> String {
    percent_decode_str(url.trim()).decode_utf8_lossy().into_owned()
}
