//! `avocet check`: a project in, the problems of its finished pages out. No output is written, only caches.
//!
//! Every page is made as a build makes it and read once, in parallel (`reader`); at the end each finding is placed at the line of the source
//! that it comes from (`finding`). Links are followed among the declared routes (`links`), in pages and in feeds (`feeds`); `external` asks
//! other hosts if that is wanted. `cli` decides the severity of each code.

pub mod external;
mod feeds;
mod files;
mod finding;
mod links;
mod others;
mod reader;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use avocet_plugin::{Artifact, Diagnostic, Route, codes};

use crate::markup::accessibility;
use crate::pipeline::{self, Plan, Session};
use crate::project::Project;
use crate::stages::convert::{looks_like_host, looks_like_mail};
use files::Uses;
use finding::{Finding, Mark, Places};
use links::{Links, Target};
use reader::{ElementProblem, LinkRef, PageScan, Problem};

/// The result of a check.
pub struct Checked {
    /// All problems, including those that were reported while the pages were made.
    pub diagnostics: Vec<Diagnostic>,
    /// Files of the site.
    pub files: usize,
    /// Links that were followed.
    pub links: usize,
    /// URLs of other hosts that were asked for, or remembered.
    pub asked: usize,
}

/// An anchor in another page that a page links to.
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
    /// URLs of other hosts as they are written, each with the pages that contain it, once for every time.
    away: BTreeMap<String, Vec<String>>,
    sizes: Vec<Diagnostic>,
    links: usize,
}

/// Checks a site; `external`: other hosts are asked as well.
#[must_use]
pub fn check(project: &Arc<Project>, external: bool) -> Checked {
    let session = Session::new(pipeline::plan(project)).with_link_sources();
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
    // Links to a page that could not be read would be reported again as dead, and what it links to as unused.
    let sound = !plan.diagnostics.iter().any(Diagnostic::is_error);
    if sound {
        found.dead_anchors();
    } else {
        found.findings.values_mut().for_each(|findings| findings.retain(|finding| !of_links(&finding.diagnostic.code)));
    }
    let asked = if external { checker.ask(&mut found) } else { 0 };
    let mut diagnostics = plan.diagnostics.clone();
    diagnostics.extend(Places::new(&session, &reported).diagnostics(&found.findings));
    diagnostics.extend(reported);
    diagnostics.extend(found.sizes);
    if sound {
        diagnostics.extend(files::images(project, plan, &checker.uses));
        diagnostics.extend(files::orphans(plan, &checker.uses));
    }
    session.save(false);
    Checked { diagnostics, files: plan.index.routes.all().len(), links: found.links, asked }
}

/// Whether problems with this code follow from a page that is missing.
fn of_links(code: &str) -> bool {
    [codes::DEAD_LINK, codes::DEAD_ANCHOR, codes::MISSING_ASSET, codes::EMPTY_LINK].iter().any(|of_links| of_links.name == code)
}

/// What the pages of a plan are checked with.
struct PageChecker<'p> {
    project: &'p Project,
    plan: &'p Plan,
    links: Links<'p>,
    uses: Uses,
    external: bool,
}

/// What was found in one file.
#[derive(Default)]
struct Page {
    findings: Vec<Finding>,
    wanted: Vec<Wanted>,
    away: Vec<String>,
}

impl PageChecker<'_> {
    /// Checks one file.
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
            let links = feeds::links(&route.output, text);
            self.follow(route, &links, &HashSet::new(), &mut page);
            return found.lock().unwrap_or_else(PoisonError::into_inner).add(route, page, links.len(), None);
        }
        let PageScan { links, anchors, problems, styles } = reader::read(text);
        self.uses.mark_words(routes, &self.links, route, &styles);
        let anchors: HashSet<String> = anchors.into_iter().collect();
        page.findings.extend(problems.iter().filter_map(problem));
        self.follow(route, &links, &anchors, &mut page);
        let size = files::page_size(self.project, self.plan, route, bytes.len());
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.sizes.extend(size);
        found.add(route, page, links.len(), Some(anchors));
    }

    /// Follows the links of one file.
    fn follow<'r>(&'r self, route: &'r Route, links: &[LinkRef], anchors: &HashSet<String>, page: &mut Page) {
        let redirect = route.redirect().is_some();
        for link in links {
            match self.links.target(route, &link.url) {
                Target::Collected => {}
                Target::Away => {
                    others::look(&self.plan.index.site.info, link, &mut page.findings);
                    if self.external && matches!(link.element.as_str(), "a" | "area" | "img" | "iframe" | "script" | "source" | "video") {
                        page.away.extend(external::is_askable(&link.url).then(|| link.url.clone()));
                    }
                }
                Target::Nowhere(why) => page.findings.push(dead(link, &why)),
                Target::File(target, anchor) => {
                    let is_followed = matches!(link.element.as_str(), "a" | "area") && !redirect;
                    self.uses.mark(&self.plan.index.routes, route, target, is_followed);
                    let Some(anchor) = anchor else { continue };
                    let finding = || dead_anchor(link, &anchor, target);
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

    /// Asks other hosts. Returns the number of URLs.
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

    /// Reports dead anchors in other pages, once all pages are known.
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

fn described(link: &LinkRef) -> String {
    format!("`<{} {}=\"{}\">`", link.element, link.attribute, link.url)
}

fn dead(link: &LinkRef, why: &str) -> Finding {
    let host = link.url.split('/').next().unwrap_or_default();
    let mark = Mark::Url(link.url.clone());
    if looks_like_mail(&link.url) {
        let message = format!("{} leads nowhere: without `mailto:`, it is a file of your site", described(link));
        return Finding::new(&codes::DEAD_LINK, message, format!("write mailto:{}", link.url), mark);
    }
    if looks_like_host(host) {
        let message = format!("{} leads nowhere: without `https://`, it is a file of your site", described(link));
        return Finding::new(&codes::DEAD_LINK, message, format!("write https://{}", link.url), mark);
    }
    let message = format!("{} leads nowhere: {why}", described(link));
    if link.is_asset() {
        return Finding::new(&codes::MISSING_ASSET, message, "add the file, or correct the URL", mark);
    }
    Finding::new(&codes::DEAD_LINK, message, "correct the URL; `avocet list routes` lists all output files", mark)
}

fn dead_anchor(link: &LinkRef, anchor: &str, target: &Route) -> Finding {
    let message = format!("{} leads nowhere: there is no anchor `{anchor}` in `{}`", described(link), target.output);
    let help = format!("give the heading its own id: `## Heading {{#{anchor}}}`");
    Finding::new(&codes::DEAD_ANCHOR, message, help, Mark::Url(link.url.clone()))
}

/// The finding for a problem of an element.
fn problem(found: &ElementProblem) -> Option<Finding> {
    let tag = short(&found.tag);
    let url = found.url.as_deref().unwrap_or_default();
    let diagnostic = match &found.problem {
        Problem::Unclosed => codes::UNCLOSED_HTML.report(format!("`{tag}` has no end tag")).help("close it: what follows is inside it"),
        Problem::NoText => codes::EMPTY_LINK
            .report(format!("the link to `{url}` has no text: a screen reader reads out its URL"))
            .help("write text between its tags, or alternative text for the image in it"),
        Problem::NoUrl => codes::EMPTY_LINK.report("this link has no URL").help("write a URL, or remove the link"),
        Problem::Accessibility(finding, before) => {
            let mut diagnostic = accessibility::diagnostic(finding, *before)?;
            if !matches!(finding, accessibility::Finding::Heading(_)) {
                diagnostic.message.push_str(&format!(": `{tag}`"));
            }
            diagnostic
        }
    };
    let has_url = !url.is_empty() || found.problem == Problem::NoUrl;
    let mark = if has_url { Mark::Url(url.to_owned()) } else { Mark::Tag(found.tag.clone()) };
    Some(Finding { diagnostic, mark })
}

/// A tag that fits in a line.
fn short(tag: &str) -> String {
    let line = tag.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 90 { line.chars().take(89).chain(['…']).collect() } else { line }
}
