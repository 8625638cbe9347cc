//! [`Site`] -> [`Routes`]: asks the generators for their routes, and refuses two of one output path and any outside the output folder.
//!
//! Invariant: the table is sorted by output path, every path in it is a plain one below the output folder, and every page that a route
//! names is a page of the site.

use std::borrow::Cow;
use std::collections::BTreeSet;

use avocet_plugin::{
    Content, Diagnostic, Kind, ListKind, Page, PageId, Place, Plugin, Route, RouteKey, Routes, Site, TermKind, codes,
    paths::{self, Unfit},
};
use rayon::prelude::*;

/// Asks the plugins, in their order; `declared` are routes that there are already.
#[must_use]
pub fn route(site: &Site, plugins: &[Plugin], declared: Vec<Route>) -> (Routes, Vec<Diagnostic>) {
    let (declared, mut diagnostics) = declare(site, plugins, declared);
    let mut inner: Vec<Option<Route>> = Vec::with_capacity(declared.len());
    for mut route in declared {
        match paths::plain(&route.output) {
            Some(Cow::Borrowed(_)) => inner.push(Some(route)),
            Some(Cow::Owned(output)) => {
                route.output = output;
                inner.push(Some(route));
            }
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
                Err(rivals) => diagnostics.push(duplicate_slug(site, &rivals).unwrap_or_else(|| clash(site, &rivals))),
            },
        }
    }
    routes.sort_by(|a, b| a.output.cmp(&b.output));
    diagnostics.extend(unfit(site, &routes));
    let routes = Routes::new(routes);
    diagnostics.extend(folders(site, &routes));
    (routes, diagnostics)
}

/// The routes of all generators: those that depend on the routes of others come last.
fn declare(site: &Site, plugins: &[Plugin], mut declared: Vec<Route>) -> (Vec<Route>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    for last in [false, true] {
        let generators = plugins.iter().flat_map(|plugin| plugin.generators.iter().map(move |generator| (plugin, generator)));
        for (plugin, generator) in generators.filter(|(_, generator)| generator.needs_all_routes() == last) {
            match generator.routes(site, &declared) {
                Ok(routes) => declared.extend(routes.into_iter().filter_map(|mut route| {
                    route.plugin.clone_from(&plugin.name);
                    match stranger(site, &route) {
                        None => Some(route),
                        Some(error) => {
                            diagnostics.push(error);
                            None
                        }
                    }
                })),
                Err(errors) => diagnostics.extend(errors),
            }
        }
    }
    (declared, diagnostics)
}

/// What is wrong with a route that names a page which the site does not have.
fn stranger(site: &Site, route: &Route) -> Option<Diagnostic> {
    let shown = match &route.content {
        Content::Template { view, .. } => view.page,
        _ => None,
    };
    let listed = route.content.list().map_or(&[][..], |list| &list.articles);
    let known = |id: &PageId| site.get(*id).is_some();
    if route.page.iter().chain(&shown).chain(listed).all(known) {
        return None;
    }
    let message = format!("the plugin `{}` declares `{}` for a page that the site does not have", route.plugin, route.output);
    Some(codes::FAILED_RENDERER.report(message).help("this is an error of the plugin: take it out of [site] plugins, and tell its author"))
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

/// The one route to a path. A page with `save_as` replaces what is of no page, as in Pelican.
fn settle(mut rivals: Vec<Route>) -> Result<Route, Vec<Route>> {
    if rivals.len() > 1 && rivals.iter().filter(|route| route.overrides).count() == 1 {
        let sources = rivals.iter().filter(|route| route.page.is_some() || static_path(route).is_some()).count();
        if sources == 1 {
            rivals.retain(|route| route.overrides);
        }
    }
    if rivals.len() == 1 { rivals.pop().ok_or(rivals) } else { Err(rivals) }
}

/// The error about pages of one slug and one language.
fn duplicate_slug(site: &Site, rivals: &[Route]) -> Option<Diagnostic> {
    let key = |route: &Route| {
        let page = site.page(route.page.filter(|_| route.key.is_some())?);
        page.save_as.is_none().then_some((page.kind == Kind::Article, &page.slug, &page.lang))
    };
    let (first, others) = rivals.split_first()?;
    let same = key(first)?;
    if others.iter().any(|other| key(other) != Some(same)) {
        return None;
    }
    let place = |route: &Route| {
        let page = site.page(route.page?);
        Some(page.place_of(if page.fields.contains_key("slug") { "slug" } else { "title" }))
    };
    let mut error = codes::DUPLICATE_SLUG
        .report(format!("{} sources have the slug `{}`", number(rivals.len()), same.1))
        .at(place(others.first()?)?)
        .label("the second one")
        .related(place(first)?, "the first one")
        .help("give one of them another `slug`, or another `lang` if it is a translation");
    for other in others.iter().skip(1) {
        error = error.related(place(other)?, "another one");
    }
    Some(error)
}

fn number(count: usize) -> String {
    if count == 2 { "two".to_owned() } else { count.to_string() }
}

/// The path below the content folder of a file that is copied.
fn static_path(route: &Route) -> Option<&str> {
    match &route.key {
        Some(RouteKey::Static(path)) => Some(path),
        _ => None,
    }
}

fn clash(site: &Site, rivals: &[Route]) -> Diagnostic {
    let reasons: Vec<&str> = rivals.iter().map(|route| &*route.reason).collect();
    let output = rivals.first().map_or("", |route| &route.output);
    let all = if rivals.len() == 2 { "both" } else { "all" };
    let mut error = codes::OUTPUT_CLASH
        .report(format!("{} would {all} be written to `{output}`", reasons.join(" and ")))
        .help("change a `slug` or `save_as`, rename a tag, or change a pattern under [urls] in site.toml");
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
    if let Some(path) = static_path(route) {
        return Some(Place::file(path));
    }
    let list = route.content.list()?;
    let newest = site.page(*list.articles.first()?);
    match &list.kind {
        ListKind::Term(TermKind::Tag, _) => Some(key(newest, &["tags"])),
        ListKind::Term(TermKind::Category, _) => Some(key(newest, &["category"])),
        ListKind::Term(TermKind::Author, _) => Some(key(newest, &["authors", "author"])),
        _ => None,
    }
}

/// The error about a path that is not a plain one below the output folder.
fn outside(site: &Site, route: &Route) -> Diagnostic {
    let Route { reason, output, .. } = route;
    let error = match output.chars().find(|sign| paths::REFUSED_SIGNS.contains(sign)) {
        Some(sign) => codes::OUTPUT_NAME
            .report(format!("{reason} would be written to {output:?}: no file can have {sign:?} in its name"))
            .help("write a path of letters, digits, hyphens and slashes, such as `about/index.html`"),
        None => codes::OUTPUT_OUTSIDE
            .report(format!("{reason} would be written outside the output folder, to `{output}`"))
            .help("write a path inside the output folder, such as `about/index.html`"),
    };
    match route_place(site, route) {
        Some(place) => error.at(place),
        None => error,
    }
}

/// Paths that some disk cannot store. What many routes have of one source, such as the pages of a tag, is reported once.
fn unfit(site: &Site, routes: &[Route]) -> Vec<Diagnostic> {
    let mut known = BTreeSet::new();
    let unfit = routes.iter().filter_map(|route| Some((route, paths::unfit(&route.output)?)));
    let report = |(route, unfit): (&Route, Unfit)| {
        let place = route_place(site, route);
        if place.as_ref().is_some_and(|place| !known.insert((place.file.clone(), place.span.start))) {
            return None;
        }
        let error = too_long_or_unportable(route, unfit);
        Some(if let Some(place) = place { error.at(place) } else { error })
    };
    unfit.filter_map(report).collect()
}

fn too_long_or_unportable(route: &Route, unfit: Unfit) -> Diagnostic {
    let Route { reason, output, .. } = route;
    let shorter = "add a shorter `slug` to the front matter; a tag, category or author gets one with `[articles] slugs` in site.toml";
    match unfit {
        Unfit::LongName(name) => codes::OUTPUT_NAME
            .report(format!("{reason} would be a file whose name is too long: {} bytes, and a disk takes 255", name.len()))
            .help(shorter),
        Unfit::LongPath => {
            codes::OUTPUT_NAME.report(format!("{reason} would be a file whose path is too long: {} bytes", output.len())).help(shorter)
        }
        Unfit::NotOnWindows(name) => codes::UNPORTABLE_NAME
            .report(format!("{reason} is written to `{output}`, and Windows cannot store a file or folder `{name}`"))
            .help("choose another `slug`, or rename the file; on Linux and macOS the name works"),
    }
}

/// Files whose path is a folder of another.
fn folders(site: &Site, routes: &Routes) -> Vec<Diagnostic> {
    let above = |route: &Route| -> Vec<Diagnostic> {
        let folders = route.output.match_indices('/').map(|(slash, _)| &route.output[..slash]);
        let files = folders.filter_map(|folder| routes.to(folder));
        let report = |file: &Route| {
            let mut error = clash(site, &[file.clone(), route.clone()]);
            error.message = format!("{} would be the file `{}`, in which {} needs a folder", file.reason, file.output, route.reason);
            error
        };
        files.map(report).collect()
    };
    routes.all().par_iter().flat_map_iter(above).collect()
}
