//! `avocet check`: a project in, everything that is wrong with its finished pages out. Nothing is written but what is remembered.
//!
//! Every page is made as a build makes it and read once, by itself and in parallel (`reader`); what is found is put at the line of the
//! source at the end (`finding`). Links are followed among the promised files (`links`), in pages and in feeds (`feeds`); other hosts are
//! asked by `external`, when that is wanted. How bad each kind is, `cli` decides.

mod elements;
pub mod external;
mod feeds;
mod files;
mod finding;
mod links;
mod others;
mod reader;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use avocet_plugin::{Artifact, Code, Diagnostic, Route, codes};

use crate::pipeline::{self, Plan, Session};
use crate::project::Project;
use crate::stages::convert::looks_like_host;
use files::Uses;
use finding::{Finding, Mark, Places};
use links::{Links, Target};
use reader::{HtmlError, LinkRef, PageScan, Wrong};

/// What a check came to.
pub struct Checked {
    /// All that was found, also while the pages were made.
    pub diagnostics: Vec<Diagnostic>,
    /// Files of the site.
    pub files: usize,
    /// Links that were followed.
    pub links: usize,
    /// Addresses of other hosts that were asked for, or remembered.
    pub asked: usize,
}

/// An anchor that a page leads to in another one.
struct Wanted {
    target: String,
    anchor: String,
    finding: Finding,
}

/// What was found in the pages.
#[derive(Default)]
struct Findings {
    findings: BTreeMap<String, Vec<Finding>>,
    anchors: HashMap<String, HashSet<String>>,
    wanted: BTreeMap<String, Vec<Wanted>>,
    /// Addresses of other hosts as they are written, each with the pages that it stands in, once for every time.
    away: BTreeMap<String, Vec<String>>,
    sizes: Vec<Diagnostic>,
    links: usize,
}

/// Checks a site; `external`: other hosts are asked as well.
#[must_use]
pub fn check(project: &Arc<Project>, external: bool) -> Checked {
    let session = Session::new(pipeline::plan(project));
    let plan = &*session.plan;
    let collected = plan.entries().map(|(_, entry)| entry).collect();
    let links = Links::new(&plan.index.site.info, &plan.index.routes, collected);
    let checker = PageChecker { project, plan, links, uses: Uses::new(&plan.index.routes), external };
    let found = Mutex::new(Findings::default());
    let reported = session.render_all(|route, artifact| {
        checker.take(route, &artifact, &found);
        Ok(())
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Links to a page that could not be read would be told again as dead, and what it links to as unused.
    let sound = !plan.diagnostics.iter().any(Diagnostic::is_error);
    if sound {
        found.dead_anchors();
    } else {
        found.findings.values_mut().for_each(|findings| findings.retain(|finding| !of_links(finding.code)));
    }
    let asked = if external { checker.ask(&mut found) } else { 0 };
    let mut diagnostics = plan.diagnostics.clone();
    diagnostics.extend(Places::new(&session, &reported).told(&found.findings));
    diagnostics.extend(reported);
    diagnostics.extend(found.sizes);
    if sound {
        diagnostics.extend(files::images(project, plan, &checker.uses));
        diagnostics.extend(files::orphans(plan, &checker.uses));
    }
    session.save();
    Checked { diagnostics, files: plan.index.routes.all().len(), links: found.links, asked }
}

/// Whether a kind follows from a page that is not there.
fn of_links(code: &Code) -> bool {
    [codes::DEAD_LINK, codes::DEAD_ANCHOR, codes::MISSING_ASSET, codes::EMPTY_LINK].contains(code)
}

/// What the pages of a plan are checked with.
struct PageChecker<'p> {
    project: &'p Project,
    plan: &'p Plan,
    links: Links<'p>,
    uses: Uses,
    external: bool,
}

/// What one file came to.
#[derive(Default)]
struct Page {
    findings: Vec<Finding>,
    wanted: Vec<Wanted>,
    away: Vec<String>,
}

impl PageChecker<'_> {
    /// Looks at one file.
    fn take(&self, route: &Route, artifact: &Artifact, found: &Mutex<Findings>) {
        let routes = &self.plan.index.routes;
        let bytes = match artifact {
            Artifact::Bytes(bytes) => bytes,
            Artifact::Copy(file) => {
                if let Some(text) = files::text_of(&self.project.content(), file) {
                    self.uses.mark_words(routes, &self.links, route, &text);
                }
                return;
            }
        };
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let Some(route) = routes.to(&route.output) else { return };
        let mut page = Page::default();
        if !route.output.ends_with(".html") {
            self.uses.mark_words(routes, &self.links, route, text);
            let leads = feeds::links(&route.output, text);
            self.follow(route, &leads, &HashSet::new(), &mut page);
            return found.lock().unwrap_or_else(PoisonError::into_inner).add(route, page, leads.len(), None);
        }
        let PageScan { leads, anchors, errors, styles } = reader::read(text);
        self.uses.mark_words(routes, &self.links, route, &styles);
        let anchors: HashSet<String> = anchors.into_iter().collect();
        page.findings.extend(errors.iter().map(wrong));
        self.follow(route, &leads, &anchors, &mut page);
        let size = files::page_size(self.project, self.plan, route, bytes.len());
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.sizes.extend(size);
        found.add(route, page, leads.len(), Some(anchors));
    }

    /// Follows the links of one file.
    fn follow<'r>(&'r self, route: &'r Route, leads: &[LinkRef], anchors: &HashSet<String>, page: &mut Page) {
        let redirect = route.page.is_some() && route.key.as_ref().is_none_or(|key| key.kind != "page");
        for lead in leads {
            match self.links.target(route, &lead.value) {
                Target::Collected => {}
                Target::Away => {
                    others::look(&self.plan.index.site.info, lead, &mut page.findings);
                    if self.external && matches!(lead.element.as_str(), "a" | "area" | "img" | "iframe" | "script" | "source" | "video") {
                        page.away.extend(external::is_askable(&lead.value).then(|| lead.value.clone()));
                    }
                }
                Target::Nowhere(why) => page.findings.push(dead(lead, &why)),
                Target::File(target, anchor) => {
                    let link = matches!(lead.element.as_str(), "a" | "area") && !redirect;
                    self.uses.mark(&self.plan.index.routes, route, target, link);
                    let Some(anchor) = anchor else { continue };
                    let finding = || dead_anchor(lead, &anchor, target);
                    if target.output != route.output {
                        let finding = finding();
                        page.wanted.push(Wanted { target: target.output.clone(), anchor, finding });
                    } else if !anchors.contains(&anchor) && target.output.ends_with(".html") {
                        page.findings.push(finding());
                    }
                }
            }
        }
    }

    /// Asks other hosts. Gives the number of addresses.
    fn ask(&self, found: &mut Findings) -> usize {
        let settings = &self.project.config.check.external;
        found.away.values_mut().for_each(|outputs| outputs.sort());
        let addresses: Vec<&String> = found.away.keys().filter(|address| external::is_asked(settings, address)).collect();
        let answers = external::ask(settings, &self.project.cache(), &self.plan.index.site.info.url, &addresses);
        let asked = addresses.len();
        for (address, answer) in answers {
            let Some(finding) = answer.finding(&address) else { continue };
            for output in found.away.get(&address).into_iter().flatten() {
                found.findings.entry(output.clone()).or_default().push(finding.clone());
            }
        }
        asked
    }
}

impl Findings {
    fn add(&mut self, route: &Route, page: Page, links: usize, anchors: Option<HashSet<String>>) {
        self.links += links;
        for address in page.away {
            self.away.entry(address).or_default().push(route.output.clone());
        }
        if !page.findings.is_empty() {
            self.findings.insert(route.output.clone(), page.findings);
        }
        if !page.wanted.is_empty() {
            self.wanted.insert(route.output.clone(), page.wanted);
        }
        if let Some(anchors) = anchors {
            self.anchors.insert(route.output.clone(), anchors);
        }
    }

    /// Anchors of other pages, when all pages are known.
    fn dead_anchors(&mut self) {
        for (output, wanted) in std::mem::take(&mut self.wanted) {
            let missing = |wanted: &Wanted| self.anchors.get(&wanted.target).is_some_and(|there| !there.contains(&wanted.anchor));
            let dead: Vec<Finding> = wanted.into_iter().filter(missing).map(|wanted| wanted.finding).collect();
            if !dead.is_empty() {
                self.findings.entry(output).or_default().extend(dead);
            }
        }
    }
}

fn described(lead: &LinkRef) -> String {
    format!("`<{} {}=\"{}\">`", lead.element, lead.attribute, lead.value)
}

fn dead(lead: &LinkRef, why: &str) -> Finding {
    let host = lead.value.split('/').next().unwrap_or_default();
    let mark = Mark::Address(lead.value.clone());
    if looks_like_host(host) {
        let message = format!("{} leads nowhere: without `https://` it is a file of your site", described(lead));
        return Finding::new(&codes::DEAD_LINK, message, format!("write https://{}", lead.value), mark);
    }
    let message = format!("{} leads nowhere: {why}", described(lead));
    if lead.is_asset() {
        return Finding::new(&codes::MISSING_ASSET, message, "put the file there, or mend the address", mark);
    }
    Finding::new(&codes::DEAD_LINK, message, "mend the address; `avocet list routes` names every file that is written", mark)
}

fn dead_anchor(lead: &LinkRef, anchor: &str, target: &Route) -> Finding {
    let message = format!("{} leads nowhere: there is no anchor `{anchor}` in `{}`", described(lead), target.output);
    let help = format!("give the heading that is meant its own id: `## Heading {{#{anchor}}}`");
    Finding::new(&codes::DEAD_ANCHOR, message, help, Mark::Address(lead.value.clone()))
}

/// What is said of an element.
fn wrong(error: &HtmlError) -> Finding {
    let mark = match (&error.address, &error.wrong) {
        (Some(address), Wrong::NoAddress) => Mark::Address(address.clone()),
        (Some(address), wrong) if !address.is_empty() && *wrong != Wrong::Open => Mark::Address(address.clone()),
        _ => Mark::Tag(error.tag.clone()),
    };
    let tag = short(&error.tag);
    let (code, message, help) = match &error.wrong {
        Wrong::Open => (&codes::UNCLOSED_HTML, format!("`{tag}` has no end tag"), "close it: what follows is inside it".to_owned()),
        Wrong::Frame => {
            (&codes::IFRAME_TITLE, format!("the frame `{tag}` has no title"), "add title=\"…\" with what the frame shows".to_owned())
        }
        Wrong::NoAlt => (
            &codes::IMAGE_TEXT,
            format!("the picture `{tag}` has no text for those who cannot see it"),
            "add alt=\"…\" with what it shows, or alt=\"\" if it only decorates".to_owned(),
        ),
        Wrong::EmptyWord(word) => (
            &codes::IMAGE_TEXT,
            format!("the text `{word}` does not say what the picture `{tag}` shows"),
            "say what it shows or where it leads, or write alt=\"\" if it only decorates".to_owned(),
        ),
        Wrong::Heading(level, before) => (
            &codes::HEADING_LEVEL,
            format!("a heading of level {level} follows one of level {before}: a level is skipped"),
            format!("make it a heading of level {}, or add the one that is missing above it", before + 1),
        ),
        Wrong::NoWords => (
            &codes::EMPTY_LINK,
            format!("the link to `{}` has no words: a screen reader reads its address out", error.address.as_deref().unwrap_or_default()),
            "write words between its tags, or a text for the picture in it".to_owned(),
        ),
        Wrong::NoAddress => {
            (&codes::EMPTY_LINK, "this link has no address".to_owned(), "write where it leads, or take the link out".to_owned())
        }
    };
    Finding::new(code, message, help, mark)
}

/// A tag that fits in a line.
fn short(tag: &str) -> String {
    let line = tag.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 90 { line.chars().take(89).chain(['…']).collect() } else { line }
}
