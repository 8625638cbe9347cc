//! `avocet check`: makes the whole site in memory and follows every link, anchor and picture in it. Writes nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use avocet_plugin::{Artifact, Diagnostic, Place, Route};
use percent_encoding::percent_decode_str;

use super::{Common, End, count, show, tally, time};
use crate::markup::html::{self, Address};
use crate::pipeline::{self, Plan};
use crate::project::Project;
use crate::report::{self, Format};

/// How a reason begins that is about an anchor.
const NO_ANCHOR: &str = "there is no anchor";

/// What was found in the pages, by output path.
#[derive(Default)]
struct Found {
    addresses: BTreeMap<String, Vec<Address>>,
    anchors: HashMap<String, HashSet<String>>,
}

pub(super) fn run(project: &Arc<Project>, common: &Common, started: Instant) -> io::Result<End> {
    let plan = pipeline::plan(project);
    let found = Mutex::new(Found::default());
    let mut diagnostics = plan.diagnostics.clone();
    diagnostics.extend(plan.render_all(|route, artifact| {
        if let Artifact::Bytes(bytes) = artifact
            && route.output.ends_with(".html")
        {
            let leads = html::leads(&String::from_utf8_lossy(&bytes));
            let mut found = found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            found.addresses.insert(route.output.clone(), leads.addresses);
            found.anchors.insert(route.output.clone(), leads.anchors.into_iter().collect());
        }
        Ok(())
    }));
    let found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let links: usize = found.addresses.values().map(Vec::len).sum();
    // Links to a page that could not be read would be told again as dead.
    if !plan.diagnostics.iter().any(Diagnostic::is_error) {
        diagnostics.extend(follow(&plan, &found));
    }
    diagnostics.extend(foreign_scripts(&plan, &found));
    project.highlighted.save();
    let diagnostics = report::sorted(common.refine(diagnostics));
    let faulty = diagnostics.iter().any(Diagnostic::is_error);
    let said = if diagnostics.is_empty() { "all good".to_owned() } else { tally(&diagnostics) };
    show(common, diagnostics)?;
    if common.format == Format::Text && (faulty || !common.quiet) {
        let files = count(plan.routes.all().len(), "file");
        writeln!(io::stdout(), "Checked {files} and {} in {}: {said}", count(links, "link"), time(started))?;
    }
    Ok(if faulty { End::Faulty } else { End::Good })
}

/// Scripts of other hosts: they see who reads the page, hold it up, and may be gone or another one tomorrow. Each is told once.
fn foreign_scripts(plan: &Plan, found: &Found) -> Vec<Diagnostic> {
    let own = |value: &str| value.strip_prefix(&*plan.site.info.url).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let foreign = |address: &Address| {
        let value = address.value.trim();
        let leaves = ["https://", "http://", "//"].iter().any(|begin| value.starts_with(begin));
        address.element == "script" && leaves && !own(value)
    };
    let mut told: BTreeMap<&str, (Diagnostic, usize)> = BTreeMap::new();
    for (output, addresses) in &found.addresses {
        let Some(route) = plan.routes.to(output) else { continue };
        for address in addresses.iter().filter(|address| foreign(address)) {
            told.entry(&address.value).or_insert_with(|| (foreign_script(plan, route, address), 0)).1 += 1;
        }
    }
    told.into_values().map(|(fault, pages)| if pages > 1 { more(fault, pages) } else { fault }).collect()
}

fn foreign_script(plan: &Plan, route: &Route, address: &Address) -> Diagnostic {
    let what = format!("`{}` loads the script `{}` from another host", route.output, address.value);
    let place = fault(plan, route, address, "").place;
    let warning = Diagnostic { place, ..Diagnostic::warning("foreign-script", what) };
    warning.help("take it out if nothing needs it, or put the file into static/ and load it from there")
}

/// Links that lead nowhere. One that stands in many pages, as those of the menu do, is told once.
fn follow(plan: &Plan, found: &Found) -> Vec<Diagnostic> {
    let mut dead: BTreeMap<(String, String), (Diagnostic, usize)> = BTreeMap::new();
    for (output, addresses) in &found.addresses {
        let Some(route) = plan.routes.to(output) else { continue };
        for address in addresses {
            if let Some(why) = nowhere(plan, route, address, found) {
                let told = dead.entry((address.value.clone(), why.clone())).or_insert_with(|| (fault(plan, route, address, &why), 0));
                told.1 += 1;
            }
        }
    }
    dead.into_values().map(|(fault, pages)| if pages > 1 { more(fault, pages) } else { fault }).collect()
}

fn more(mut fault: Diagnostic, pages: usize) -> Diagnostic {
    fault.message = format!("{} (in {})", fault.message, count(pages, "page"));
    fault
}

fn fault(plan: &Plan, route: &Route, address: &Address, why: &str) -> Diagnostic {
    let code = if why.contains("anchor") {
        "dead-anchor"
    } else if address.is_asset() {
        "missing-asset"
    } else {
        "dead-link"
    };
    let what = format!("`<{} {}=\"{}\">` in `{}` leads nowhere: {why}", address.element, address.attribute, address.value, route.output);
    let place = route.page.map(|id| {
        let page = plan.site.page(id);
        let raw = address.value.rsplit(['/', '#']).next().unwrap_or_default();
        match page.body().find(raw).filter(|_| !raw.is_empty()) {
            Some(at) => page.place(page.body.start + at..page.body.start + at + raw.len()),
            None => Place::file(page.shown.clone()),
        }
    });
    let fault = Diagnostic::error(code, what);
    match place {
        Some(place) => fault.at(place),
        None => fault.help(format!("the file is {}", route.reason)),
    }
}

/// Why an address leads nowhere, if it is of this site and does.
fn nowhere(plan: &Plan, route: &Route, address: &Address, found: &Found) -> Option<String> {
    let info = &plan.site.info;
    let value = address.value.trim();
    let value = value.strip_prefix(&*info.url).filter(|rest| rest.is_empty() || rest.starts_with(['/', '#', '?'])).map_or_else(
        || value.to_owned(),
        |rest| format!("{}{}", info.base, if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") }),
    );
    if value.contains(':') && value.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':')) || value.starts_with("//") {
        return None;
    }
    let (rest, fragment) = value.split_once('#').map_or((value.as_str(), None), |(path, fragment)| (path, Some(fragment)));
    let path = percent_decode_str(rest.split('?').next().unwrap_or_default()).decode_utf8_lossy().into_owned();
    let target = match target(plan, route, &path, &info.base) {
        Ok(Some(target)) => target,
        Ok(None) => return None,
        Err(why) => return Some(why),
    };
    let anchor = percent_decode_str(fragment.filter(|anchor| !anchor.is_empty() && *anchor != "top")?).decode_utf8_lossy().into_owned();
    let anchors = found.anchors.get(&target.output)?;
    (!anchors.contains(&anchor)).then(|| format!("{NO_ANCHOR} `{anchor}` in `{}`", target.output))
}

/// The route that a path leads to; nothing for a file that is made of all pages.
fn target<'p>(plan: &'p Plan, route: &'p Route, path: &str, base: &str) -> Result<Option<&'p Route>, String> {
    if path.is_empty() {
        return Ok(Some(route));
    }
    let output = if path.starts_with('/') {
        let below = path.strip_prefix(base).and_then(|path| path.strip_prefix('/'));
        below
            .or_else(|| (path == base).then_some(""))
            .map(str::to_owned)
            .ok_or_else(|| format!("it is outside the site's path `{base}/`"))?
    } else {
        joined(&route.output, path).ok_or("it leaves the site")?
    };
    match plan.routes.served(&output) {
        None if !plan.entries().any(|(_, entry)| entry == output) => Err(format!("no file is written for `{output}`")),
        found => Ok(found),
    }
}

/// A relative path as a browser reads it.
fn joined(from: &str, relative: &str) -> Option<String> {
    let mut names: Vec<&str> = from.split('/').collect();
    names.pop();
    let folder = relative.ends_with('/') || relative.ends_with("..") || relative == ".";
    for name in relative.split('/').filter(|name| !name.is_empty() && *name != ".") {
        if name == ".." {
            names.pop()?;
        } else {
            names.push(name);
        }
    }
    let path = names.join("/");
    Some(if folder && !path.is_empty() { path + "/" } else { path })
}
