//! [`Site`] -> [`Routes`]: asks the generators for their promises, and refuses two of one output path and any outside the output.
//!
//! Promise: the table is sorted by output path, and every path in it is a plain one below the output folder.

use std::collections::HashMap;
use std::path::{Component, Path};

use avocet_plugin::{Diagnostic, Page, Place, Plugin, Route, Routes, Site};

/// Asks the plugins, in their order; `made` are routes that are promised already.
#[must_use]
pub fn route(site: &Site, plugins: &[Plugin], mut made: Vec<Route>) -> (Routes, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    for plugin in plugins {
        for generator in &plugin.generators {
            match generator.routes(site) {
                Ok(routes) => made.extend(routes.into_iter().map(|route| Route { plugin: plugin.name.clone(), ..route })),
                Err(faults) => diagnostics.extend(faults),
            }
        }
    }
    let mut inner = Vec::with_capacity(made.len());
    for mut route in made {
        match inside(&route.output) {
            Some(output) => {
                route.output = output;
                inner.push(route);
            }
            None => diagnostics.push(outside(site, &route)),
        }
    }
    // Names that differ in case only are one file on many disks.
    inner.sort_by_cached_key(|route| route.output.to_lowercase());
    let mut routes: Vec<Route> = Vec::with_capacity(inner.len());
    let mut rest = inner.into_iter().peekable();
    while let Some(first) = rest.next() {
        let name = first.output.to_lowercase();
        let mut rivals = vec![first];
        while let Some(rival) = rest.next_if(|route| route.output.to_lowercase() == name) {
            rivals.push(rival);
        }
        match settle(rivals) {
            Ok(route) => routes.push(route),
            Err(rivals) if same_slugs(site, &rivals) => {}
            Err(rivals) => diagnostics.push(clash(site, &rivals)),
        }
    }
    routes.sort_by(|a, b| a.output.cmp(&b.output));
    diagnostics.extend(folders(site, &routes));
    (Routes::new(routes), diagnostics)
}

/// The path with `.` and empty names taken out, or nothing when it leaves the output folder or is the folder itself.
fn inside(output: &str) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for component in Path::new(output).components() {
        match component {
            Component::Normal(name) => names.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                names.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let foreign = output.contains(['\\', '\0', '\n']) || output.ends_with('/');
    (!names.is_empty() && !foreign).then(|| names.join("/"))
}

/// The one route to a path. A page with `save_as` replaces what is of no page, as in Pelican.
fn settle(mut rivals: Vec<Route>) -> Result<Route, Vec<Route>> {
    if rivals.len() > 1 && rivals.iter().filter(|route| route.overrides).count() == 1 {
        let sources = rivals.iter().filter(|route| route.page.is_some() || source_file(route)).count();
        if sources == 1 {
            rivals.retain(|route| route.overrides);
        }
    }
    if rivals.len() == 1 { rivals.pop().ok_or(rivals) } else { Err(rivals) }
}

/// Whether these are pages of one slug, which `index` has told of.
fn same_slugs(site: &Site, rivals: &[Route]) -> bool {
    let key = |route: &Route| {
        let page = site.page(route.page.filter(|_| route.subject.is_some())?);
        let article = page.kind == avocet_plugin::Kind::Article;
        page.save_as.is_none().then_some((article, &page.slug, &page.lang, page.status == avocet_plugin::Status::Draft))
    };
    let first = rivals.first().and_then(key);
    first.is_some() && rivals.iter().all(|rival| key(rival) == first)
}

fn source_file(route: &Route) -> bool {
    route.subject.as_ref().is_some_and(|subject| subject.kind == "static")
}

fn clash(site: &Site, rivals: &[Route]) -> Diagnostic {
    let reasons: Vec<String> = rivals.iter().map(|route| route.reason.clone()).collect();
    let output = rivals.first().map_or("", |route| &route.output);
    let mut fault = Diagnostic::error(
        "output-clash",
        format!("{} would all be written to `{output}`", reasons.join(" and "))
            .replace(" all ", if rivals.len() == 2 { " both " } else { " all " }),
    )
    .help("change a `slug` or `save_as`, rename a tag, or give one of them another pattern under [urls] in site.toml");
    for route in rivals {
        let place = route_place(site, route);
        match (&fault.place, place) {
            (None, Some(place)) => fault = fault.at(place).label(route.reason.clone()),
            (Some(_), Some(place)) => fault = fault.related(place, route.reason.clone()),
            _ => {}
        }
    }
    fault
}

/// The source that made a route what it is: a page's slug or path, a tag in the newest article that has it, a file.
fn route_place(site: &Site, route: &Route) -> Option<Place> {
    let key = |page: &Page, keys: &[&str]| {
        let key = keys.iter().find(|key| page.fields.contains_key(**key)).copied().unwrap_or("title");
        page.place_of(key)
    };
    if let Some(id) = route.page {
        let alias = route.subject.is_none();
        return Some(key(site.page(id), if alias { &["aliases"] } else { &["save_as", "slug"] }));
    }
    if source_file(route) {
        return Some(Place::file(route.reason.trim_start_matches("the file ").trim_matches('`').to_owned()));
    }
    let list = route.content.view()?.list.as_ref()?;
    let newest = site.page(*list.articles.first()?);
    match list.kind.as_str() {
        "tag" => Some(key(newest, &["tags"])),
        "category" => Some(key(newest, &["category"])),
        "author" => Some(key(newest, &["authors", "author"])),
        _ => None,
    }
}

fn outside(site: &Site, route: &Route) -> Diagnostic {
    let fault =
        Diagnostic::error("output-outside", format!("{} would be written outside the output folder, to `{}`", route.reason, route.output))
            .help("write a path below the output folder, such as `about/index.html`");
    match route_place(site, route) {
        Some(place) => fault.at(place),
        None => fault,
    }
}

/// Files whose path is a folder of another.
fn folders(site: &Site, routes: &[Route]) -> Vec<Diagnostic> {
    let files: HashMap<&str, &Route> = routes.iter().map(|route| (&*route.output, route)).collect();
    let mut faults = Vec::new();
    for route in routes {
        for (slash, _) in route.output.match_indices('/') {
            if let Some(file) = files.get(&route.output[..slash]) {
                let mut fault = clash(site, &[(*file).clone(), route.clone()]);
                fault.message = format!("{} would be the file `{}`, in which {} needs a folder", file.reason, file.output, route.reason);
                faults.push(fault);
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn a_path_inside_is_made_plain_and_one_outside_is_refused() {
        assert_eq!(inside("a/./b/../c.html").as_deref(), Some("a/c.html"));
        for bad in ["../evil.html", "a/../../evil.html", "/etc/x", "", ".", "a/..", "a\\b", "a/"] {
            assert_eq!(inside(bad), None, "{bad}");
        }
    }
}
