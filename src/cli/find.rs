//! What a person names on the command line -> a page or a route of the site.

use std::fs;

use avocet_plugin::{Diagnostic, Page, Route, RouteKey, codes, name_key, suggest};

use crate::pipeline::Plan;

/// The output path in a URL with or without host and base path.
pub(super) fn below<'w>(plan: &Plan, what: &'w str) -> &'w str {
    let info = &plan.index.site.info;
    let path = what.strip_prefix(&*info.url).unwrap_or(what);
    path.strip_prefix(&*info.base).filter(|rest| rest.starts_with('/')).unwrap_or(path).trim_start_matches('/')
}

/// The route for a URL with or without host and base path, an output path, or a source.
pub(super) fn route<'p>(plan: &'p Plan, what: &str) -> Option<&'p Route> {
    let below = below(plan, what);
    let page = plan.index.site.all.iter().find(|page| page.display_path == what || *page.source == *what);
    let of_page = page.and_then(|page| plan.index.routes.of(RouteKey::Page(&page.source)));
    of_page.or_else(|| plan.index.routes.served(below)).or_else(|| plan.index.routes.all().iter().find(|route| route.url == what))
}

/// All pages, those that are not published as well.
fn pages(plan: &Plan) -> impl Iterator<Item = &Page> {
    plan.index.site.all.iter().map(|page| &**page).chain(plan.unpublished_pages())
}

/// The page with this file, slug, title or URL. A draft is also found by the URL that it has when it is published.
pub(super) fn page<'p>(plan: &'p Plan, what: &str) -> Result<&'p Page, Vec<Diagnostic>> {
    let pages = || pages(plan);
    let same_file = |page: &&Page| {
        fs::canonicalize(plan.project.content().join(&*page.source)).is_ok_and(|file| fs::canonicalize(what).is_ok_and(|what| what == file))
    };
    if let Some(page) = pages().find(|page| page.display_path == what || *page.source == *what).or_else(|| pages().find(same_file)) {
        return Ok(page);
    }
    if let [page] = pages().filter(|page| page.slug == what).collect::<Vec<_>>()[..] {
        return Ok(page);
    }
    if let Some(id) = route(plan, what).and_then(|route| route.page) {
        return Ok(plan.index.site.page(id));
    }
    let stem = stem(what);
    let in_folder = what.contains('/');
    let named = |page: &&Page| page.slug == stem || self::stem(&page.source) == stem;
    let titled = |page: &&Page| !in_folder && name_key(&page.title) == name_key(what);
    let is_source = what.ends_with(".md");
    let found: Vec<&Page> = match pages().filter(|page| titled(page) || !is_source && named(page)).collect::<Vec<_>>() {
        found if found.is_empty() && is_source && !in_folder => pages().filter(|page| file_name(&page.source) == what).collect(),
        found => found,
    };
    match found[..] {
        [page] => Ok(page),
        [] => Err(unknown(plan, what)),
        _ => {
            let names: Vec<&str> = found.iter().map(|page| page.display_path.as_str()).collect();
            let error = codes::UNKNOWN_PAGE.report(format!("`{what}` could be each of {} sources", names.len()));
            Err(vec![error.help(format!("name the file: {}", names.join(" or ")))])
        }
    }
}

/// The last part of a path or URL.
fn file_name(path: &str) -> &str {
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default()
}

/// The last part of a path or URL, without its ending.
fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The errors of a source that could not be read, or an error that there is no such page.
fn unknown(plan: &Plan, what: &str) -> Vec<Diagnostic> {
    let mine = |diagnostics: &&Diagnostic| {
        diagnostics.is_error()
            && diagnostics.place.as_ref().is_some_and(|place| place.file == what || place.file.ends_with(&format!("/{what}.md")))
    };
    let errors: Vec<Diagnostic> = plan.diagnostics.iter().filter(mine).cloned().collect();
    if !errors.is_empty() {
        return errors;
    }
    let names = pages(plan).flat_map(|page| [page.slug.as_str(), &page.title, stem(&page.source), &page.display_path]);
    let near = suggest(what, names).map_or(String::new(), |near| format!("did you mean `{near}`? "));
    vec![
        codes::UNKNOWN_PAGE
            .report(format!("no post or page has the file, slug, title or URL `{what}`"))
            .help(format!("{near}`avocet list articles --drafts` lists the posts")),
    ]
}
