//! Files of the site: what is too large, which pictures nothing shows, which pages nothing links to.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use avocet_plugin::{Code, Content, Diagnostic, Place, Route, Routes, Status, codes};

use super::links::{Links, Target};
use crate::pipeline::Plan;
use crate::project::Project;

/// The longest file that is read for the pictures that it names, in bytes.
const LONGEST: u64 = 4 << 20;

/// Which files are used, by their number among the routes.
pub(super) struct Uses {
    /// Loaded or linked to by some file.
    used: Vec<AtomicBool>,
    /// Linked to, for readers, by another page.
    linked: Vec<AtomicBool>,
}

impl Uses {
    pub(super) fn new(routes: &Routes) -> Self {
        let none = || routes.all().iter().map(|_| AtomicBool::new(false)).collect();
        Self { used: none(), linked: none() }
    }

    /// `from` uses `to`; `link`: readers can follow it.
    pub(super) fn mark(&self, routes: &Routes, from: &Route, to: &Route, link: bool) {
        if from.output == to.output {
            return;
        }
        let Ok(at) = routes.all().binary_search_by(|route| route.output.as_str().cmp(&to.output)) else { return };
        if let Some(used) = self.used.get(at) {
            used.store(true, Ordering::Relaxed);
        }
        if let Some(linked) = self.linked.get(at).filter(|_| link) {
            linked.store(true, Ordering::Relaxed);
        }
    }

    /// `from` uses every file whose address is a word of `text`: of a stylesheet, a script, data.
    pub(super) fn mark_words<'r>(&self, routes: &Routes, links: &Links<'r>, from: &'r Route, text: &str) {
        let border = |c: char| c.is_whitespace() || c.is_control() || "\u{22}'`()<>;,|=&\\".contains(c);
        for word in text.split(border).filter(|word| word.len() > 4 && image(word.split(['?', '#']).next().unwrap_or_default())) {
            if let Target::File(to, _) = links.target(from, word) {
                self.mark(routes, from, to, false);
            }
        }
    }
}

/// Whether a path ends as a picture does.
pub(super) fn image(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp", "heic", "ico"].contains(&ending.as_str()))
}

/// The text of a copied file that may name pictures.
pub(super) fn text_of(content: &Path, file: &str) -> Option<String> {
    let ending = file.rsplit_once('.')?.1;
    let path = content.join(file);
    let small = || fs::metadata(&path).is_ok_and(|meta| meta.len() <= LONGEST);
    (["css", "html", "htm", "js", "json", "svg", "webmanifest"].contains(&ending) && small()).then(|| fs::read_to_string(&path).ok())?
}

fn told(code: &Code, message: String, place: Place, help: &str) -> Diagnostic {
    code.report(message).at(place).help(help)
}

/// The size of a page, if it is too large.
pub(super) fn page_size(project: &Project, plan: &Plan, route: &Route, size: usize) -> Option<Diagnostic> {
    let most = project.config.check.max_file_kb;
    if most == 0 || size <= most * 1000 {
        return None;
    }
    let place =
        route.page.map_or_else(|| Place::file(route.output.clone()), |id| Place::file(plan.index.site.page(id).display_path.clone()));
    let message = format!("the page `{}` has {} kB, more than the limit of {most} kB", route.output, size / 1000);
    Some(told(&codes::LARGE_FILE, message, place, "make it shorter, split it, or raise `max_file_kb` in [check]"))
}

/// Pictures that are too large, or that nothing shows.
pub(super) fn images(project: &Project, plan: &Plan, uses: &Uses) -> Vec<Diagnostic> {
    let most = project.config.check.max_file_kb;
    let folder = &project.config.content.path;
    let mut found = Vec::new();
    for (route, used) in plan.index.routes.all().iter().zip(&uses.used) {
        let Content::Copy { file } = &route.content else { continue };
        if !image(file) {
            continue;
        }
        let place = || Place::file(format!("{folder}/{file}"));
        let size = plan.index.site.files.binary_search_by(|known| known.path.cmp(file)).map_or(0, |at| plan.index.site.files[at].size);
        if most > 0 && size > most as u64 * 1000 {
            let message = format!("this image has {} kB, more than the limit of {most} kB", size / 1000);
            found.push(told(&codes::LARGE_FILE, message, place(), "make it smaller, or increase `max_file_kb` in [check]"));
        }
        // Browsers ask for it by themselves.
        if !used.load(Ordering::Relaxed) && route.output != "favicon.ico" {
            let message = "no page shows or links to this image".to_owned();
            found.push(told(&codes::UNUSED_IMAGE, message, place(), "remove it if you do not need it"));
        }
    }
    found
}

/// Published pages that no other page links to.
pub(super) fn orphans(plan: &Plan, uses: &Uses) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (route, linked) in plan.index.routes.all().iter().zip(&uses.linked) {
        let Some(page) = route.page.map(|id| plan.index.site.page(id)) else { continue };
        let front = matches!(route.output.as_str(), "index.html" | "404.html");
        if route.is_page() && !front && page.status == Status::Published && !linked.load(Ordering::Relaxed) {
            let message = format!("no page links to `{}`: readers find it only if they know its URL", route.output);
            let help = "link to it from another page or the menu, or write `status: hidden` if this is intended";
            found.push(told(&codes::ORPHAN_PAGE, message, Place::file(page.display_path.clone()), help));
        }
    }
    found
}
