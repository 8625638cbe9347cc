//! [`Site`] -> [`Routes`]: asks the generators for their promises, and refuses two of one output path and any outside the output.
//!
//! Invariant: the table is sorted by output path, and every path in it is a plain one below the output folder.

use std::borrow::Cow;
use std::path::{Component, Path};

use avocet_plugin::{Diagnostic, Page, Place, Plugin, Route, Routes, Site, codes};
use rayon::prelude::*;

/// Asks the plugins, in their order; `made` are routes that are promised already.
#[must_use]
pub fn route(site: &Site, plugins: &[Plugin], mut made: Vec<Route>) -> (Routes, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    for plugin in plugins {
        for generator in &plugin.generators {
            match generator.routes(site) {
                Ok(routes) => made.extend(routes.into_iter().map(|route| Route { plugin: plugin.name.clone(), ..route })),
                Err(errors) => diagnostics.extend(errors),
            }
        }
    }
    let mut inner: Vec<Option<Route>> = Vec::with_capacity(made.len());
    for route in made {
        match inside(&route.output) {
            Some(Cow::Borrowed(_)) => inner.push(Some(route)),
            Some(Cow::Owned(output)) => inner.push(Some(Route { output, ..route })),
            None => diagnostics.push(outside(site, &route)),
        }
    }
    let mut routes: Vec<Route> = Vec::with_capacity(inner.len());
    let lower: Vec<Option<String>> = inner.par_iter().map(|route| lower(route.as_ref()?)).collect();
    for rivals in by_place(&inner, &lower).chunk_by(|(a, _), (b, _)| a == b) {
        match *rivals {
            [(_, at)] => routes.extend(inner[at].take()),
            _ => match settle(rivals.iter().filter_map(|(_, at)| inner[*at].take()).collect()) {
                Ok(route) => routes.push(route),
                Err(rivals) if same_slugs(site, &rivals) => {}
                Err(rivals) => diagnostics.push(clash(site, &rivals)),
            },
        }
    }
    routes.sort_by(|a, b| a.output.cmp(&b.output));
    let routes = Routes::new(routes);
    diagnostics.extend(folders(site, &routes));
    (routes, diagnostics)
}

/// The path in small letters, where it has others: names that differ in case only are one file on many disks.
fn lower(route: &Route) -> Option<String> {
    let is_small = route.output.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    (!is_small).then(|| route.output.to_lowercase())
}

/// Where the routes stand, by place, each with the number of its place.
fn by_place(routes: &[Option<Route>], lower: &[Option<String>]) -> Vec<(usize, usize)> {
    let place = |at: usize| lower[at].as_deref().or_else(|| routes[at].as_ref().map(|route| &*route.output)).unwrap_or_default();
    let mut order: Vec<usize> = (0..routes.len()).collect();
    order.par_sort_unstable_by(|a, b| place(*a).cmp(place(*b)).then(a.cmp(b)));
    let same = |a: &usize, b: &usize| place(*a) == place(*b);
    order.chunk_by(same).enumerate().flat_map(|(number, rivals)| rivals.iter().map(move |at| (number, *at))).collect()
}

/// The path with `.` and empty names taken out, or nothing when it leaves the output folder or is the folder itself.
fn inside(output: &str) -> Option<Cow<'_, str>> {
    let plain = |name: &str| !name.is_empty() && name != "." && name != ".." && !name.contains(['\\', '\0', '\n', ':']);
    if output.split('/').all(plain) {
        return Some(Cow::Borrowed(output));
    }
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
    (!names.is_empty() && !foreign).then(|| Cow::Owned(names.join("/")))
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
        let page = site.page(route.page.filter(|_| route.key.is_some())?);
        let article = page.kind == avocet_plugin::Kind::Article;
        page.save_as.is_none().then_some((article, &page.slug, &page.lang, page.status == avocet_plugin::Status::Draft))
    };
    let first = rivals.first().and_then(key);
    first.is_some() && rivals.iter().all(|rival| key(rival) == first)
}

fn source_file(route: &Route) -> bool {
    route.key.as_ref().is_some_and(|key| key.kind == "static")
}

fn clash(site: &Site, rivals: &[Route]) -> Diagnostic {
    let reasons: Vec<String> = rivals.iter().map(|route| route.reason.clone()).collect();
    let output = rivals.first().map_or("", |route| &route.output);
    let mut error = codes::OUTPUT_CLASH
        .report(
            format!("{} would all be written to `{output}`", reasons.join(" and "))
                .replace(" all ", if rivals.len() == 2 { " both " } else { " all " }),
        )
        .help("change a `slug` or `save_as`, rename a tag, or give one of them another pattern under [urls] in site.toml");
    for route in rivals {
        let place = route_place(site, route);
        match (&error.place, place) {
            (None, Some(place)) => error = error.at(place).label(route.reason.clone()),
            (Some(_), Some(place)) => error = error.related(place, route.reason.clone()),
            _ => {}
        }
    }
    error
}

/// The source that made a route what it is: a page's slug or path, a tag in the newest article that has it, a file.
fn route_place(site: &Site, route: &Route) -> Option<Place> {
    let key = |page: &Page, keys: &[&str]| {
        let key = keys.iter().find(|key| page.fields.contains_key(**key)).copied().unwrap_or("title");
        page.place_of(key)
    };
    if let Some(id) = route.page {
        let alias = route.key.is_none();
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
    let error = codes::OUTPUT_OUTSIDE
        .report(format!("{} would be written outside the output folder, to `{}`", route.reason, route.output))
        .help("write a path below the output folder, such as `about/index.html`");
    match route_place(site, route) {
        Some(place) => error.at(place),
        None => error,
    }
}

/// Files whose path is a folder of another.
fn folders(site: &Site, routes: &Routes) -> Vec<Diagnostic> {
    let above = |route: &Route| -> Vec<Diagnostic> {
        let folders = route.output.match_indices('/').map(|(slash, _)| &route.output[..slash]);
        let files = folders.filter_map(|folder| routes.to(folder));
        let tell = |file: &Route| {
            let mut error = clash(site, &[file.clone(), route.clone()]);
            error.message = format!("{} would be the file `{}`, in which {} needs a folder", file.reason, file.output, route.reason);
            error
        };
        files.map(tell).collect()
    };
    routes.all().par_iter().flat_map_iter(above).collect()
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
