//! What is found in finished pages -> diagnostics at the line of the source that an author can mend.
//!
//! A finding is looked for where it was written: in the post, an include, the menu or the settings of the theme. What is in none of them
//! comes from the theme or a plugin, and is told once, with the page it was first met in and the number of the others.

use std::collections::{BTreeMap, BTreeSet};

use avocet_plugin::{Code, Diagnostic, PageId, Place, Route, codes};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::links;
use crate::pipeline::{Plan, Session};
use crate::stages::convert::LinkSource;

/// How a finding is found again in the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// By this address, as it stands in the page.
    Address(String),
    /// By this start tag.
    Tag(String),
}

/// Something found in one page.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) code: &'static Code,
    /// What is wrong, without the name of the page.
    pub(super) message: String,
    pub(super) help: String,
    pub(super) mark: Mark,
}

impl Finding {
    pub(super) fn new(code: &'static Code, message: String, help: impl Into<String>, mark: Mark) -> Self {
        Self { code, message, help: help.into(), mark }
    }
}

/// Finds the places of findings.
pub(super) struct Places<'p> {
    session: &'p Session,
    /// What was said of the bodies already, by file, line and code.
    diagnostics: BTreeSet<(String, usize, String)>,
    /// Files of which something was said, with the code.
    said_of: BTreeSet<(String, String)>,
}

/// What is told of one kind of finding that is in no source.
struct Unplaced<'f> {
    finding: &'f Finding,
    output: &'f str,
    pages: usize,
}

impl<'p> Places<'p> {
    /// `reported`: what was told of the bodies while they were converted.
    pub(super) fn new(session: &'p Session, diagnostics: &[Diagnostic]) -> Self {
        let placed = || diagnostics.iter().filter_map(|reported| Some((reported.place.as_ref()?, &reported.code)));
        Self {
            session,
            diagnostics: placed().map(|(place, code)| (place.file.clone(), place.line, code.clone())).collect(),
            said_of: placed().map(|(place, code)| (place.file.clone(), code.clone())).collect(),
        }
    }

    /// The diagnostics of all findings, by output path.
    pub(super) fn told(&self, found: &BTreeMap<String, Vec<Finding>>) -> Vec<Diagnostic> {
        let mut told = Vec::new();
        // Of each finding, by kind and mark: whether a source has it.
        let mut known: BTreeSet<(&str, String)> = BTreeSet::new();
        let mut unplaced: BTreeMap<(&str, String), Unplaced> = BTreeMap::new();
        for (output, findings) in found {
            let Some(route) = self.session.plan.index.routes.to(output) else { continue };
            let page = route.page.map(|id| Source::new(self.session, id));
            let mut met: BTreeMap<&Mark, usize> = BTreeMap::new();
            for finding in findings {
                let key = (finding.code.name, self.key(&finding.mark));
                let nth = met.entry(&finding.mark).or_default();
                let place = page.as_ref().and_then(|page| page.place(&finding.mark, *nth));
                *nth += 1;
                match place {
                    Some(place) => {
                        known.insert(key);
                        if !self.diagnostics.contains(&(place.file.clone(), place.line, finding.code.name.to_owned())) {
                            told.push(diagnostic(finding, finding.message.clone(), finding.help.clone()).at(place));
                        }
                    }
                    None if finding.code == &codes::HEADING_LEVEL
                        && page.as_ref().is_some_and(|page| self.is_said_of(page, finding.code.name)) =>
                    {
                        known.insert(key);
                    }
                    None => unplaced.entry(key).or_insert(Unplaced { finding, output, pages: 0 }).pages += 1,
                }
            }
        }
        // A list shows again what a post has; the menu may have it as well.
        let left =
            unplaced.into_iter().filter(|(key, unplaced)| !known.contains(key) || self.of_settings(&unplaced.finding.mark).is_some());
        told.extend(left.map(|(_, unplaced)| self.unplaced(&unplaced)));
        told
    }

    /// What is one for the address of a page and that of the same page in a feed.
    fn key(&self, mark: &Mark) -> String {
        match mark {
            Mark::Address(address) => plain(&links::own(&self.session.plan.index.site.info, address)),
            Mark::Tag(tag) => tag.clone(),
        }
    }

    fn is_said_of(&self, page: &Source, code: &str) -> bool {
        self.said_of.contains(&(page.display_path.clone(), code.to_owned()))
    }

    /// What is in no post: in the settings, or of the theme.
    fn unplaced(&self, unplaced: &Unplaced) -> Diagnostic {
        let Unplaced { finding, output, pages } = unplaced;
        let more = if *pages > 1 { format!(" and {} more", pages - 1) } else { String::new() };
        let message = format!("{} (in `{output}`{more})", finding.message);
        if let Some(place) = self.of_settings(&finding.mark) {
            return diagnostic(finding, message, finding.help.clone()).at(place);
        }
        let route = self.session.plan.index.routes.to(output);
        let from = route.map_or(String::new(), |route| origin(&self.session.plan, route));
        diagnostic(finding, message, format!("{}; {from}", finding.help))
    }

    /// The setting that gave this address: an entry of the menu, or a text among the theme's settings.
    fn of_settings(&self, mark: &Mark) -> Option<Place> {
        let Mark::Address(address) = mark else { return None };
        let config = &self.session.plan.project.config;
        let base = config.site.base();
        let is = |text: &str| text == address || address.strip_prefix(base).is_some_and(|below| below == text && text.starts_with('/'));
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

fn diagnostic(finding: &Finding, message: String, help: String) -> Diagnostic {
    finding.code.report(message).help(help)
}

/// Who wrote what is in no source.
fn origin(plan: &Plan, route: &Route) -> String {
    let who = if route.plugin.is_empty() { "the theme".to_owned() } else { format!("the theme or the plugin `{}`", route.plugin) };
    match route.page {
        Some(id) => format!("it is not in `{}` itself: {who} puts it into its page", plan.index.site.page(id).display_path),
        None => format!("{who} writes it: `{}` is {}", route.output, route.reason),
    }
}

/// The source of a page, with the addresses in it.
struct Source<'p> {
    session: &'p Session,
    id: PageId,
    display_path: String,
    written: std::cell::OnceCell<BTreeMap<String, Vec<LinkSource>>>,
}

impl<'p> Source<'p> {
    fn new(session: &'p Session, id: PageId) -> Self {
        Self { session, id, display_path: session.plan.index.site.page(id).display_path.clone(), written: std::cell::OnceCell::new() }
    }

    /// Where the finding number `nth` of this mark was written.
    fn place(&self, mark: &Mark, nth: usize) -> Option<Place> {
        match mark {
            Mark::Address(address) => {
                let all = self.written.get_or_init(|| self.by_address()).get(&plain(address))?;
                // A page may show again what was written once, as in its summary.
                let written = all.get(nth).or(all.last())?;
                Some(Place::new(written.file.clone(), &written.text, written.span.clone()))
            }
            Mark::Tag(tag) => {
                let page = self.session.plan.index.site.page(self.id);
                let at = page.body().match_indices(tag.as_str()).nth(nth)?.0 + page.body.start;
                Some(page.place(at..at + tag.len()))
            }
        }
    }

    fn by_address(&self) -> BTreeMap<String, Vec<LinkSource>> {
        let mut by_address: BTreeMap<String, Vec<LinkSource>> = BTreeMap::new();
        for written in self.session.links(self.id) {
            let all = by_address.entry(plain(&written.address)).or_default();
            // A text that is converted twice, as the summary may be, was written once.
            if all.iter().all(|other| (&other.file, &other.span) != (&written.file, &written.span)) {
                all.push(written);
            }
        }
        by_address
    }
}

/// An address without the ways in which the same one can be written.
fn plain(address: &str) -> String {
    percent_decode_str(address.trim()).decode_utf8_lossy().into_owned()
}
