//! Routes of the lists: index, tags, categories, authors, years (all on numbered pages), and the overview of each.

use avocet_plugin::{
    Diagnostic, List, ListKind, Overview, PageId, Pager, PagerItem, Pattern, PatternError, Route, RouteKey, Site, TermKind, View, codes,
};
use rayon::prelude::*;

/// Pages of a list that a pager names on either side of the current one, besides the first and the last: a pager that named all would
/// make a long list quadratic.
const NEAR: usize = 2;

/// All lists and overviews.
pub(crate) fn lists(site: &Site, errors: &mut Vec<Diagnostic>) -> Vec<Route> {
    let urls = &site.urls;
    let mut wholes = Vec::new();
    if !urls.index.is_off() {
        wholes.push((Whole { kind: ListKind::Index, articles: &site.articles }, urls.index.of_slug("")));
    }
    for (kind, pattern) in [(TermKind::Tag, &urls.tag), (TermKind::Category, &urls.category), (TermKind::Author, &urls.author)] {
        for listing in site.terms(kind).iter().filter(|_| !pattern.is_off()) {
            let whole = Whole { kind: ListKind::Term(kind, listing.term.clone()), articles: &listing.articles };
            wholes.push((whole, pattern.of_slug(&listing.term.slug)));
        }
    }
    for year in site.years.iter().filter(|_| !urls.year.is_off()) {
        let Some(day) = year.articles.first().and_then(|id| site.page(*id).date.clone()) else { continue };
        wholes.push((Whole { kind: ListKind::Year(year.year), articles: &year.articles }, urls.year.of_date(&day)));
    }
    let declared: Vec<Result<Vec<Route>, Diagnostic>> = wholes.into_par_iter().map(|(whole, first)| whole.routes(site, first)).collect();
    let mut routes = Vec::new();
    for declared in declared {
        match declared {
            Ok(declared) => routes.extend(declared),
            Err(error) => errors.push(error),
        }
    }
    routes.extend(overviews(site, errors));
    routes
}

/// One page each that names all tags, categories, authors or articles.
fn overviews(site: &Site, errors: &mut Vec<Diagnostic>) -> Vec<Route> {
    let urls = &site.urls;
    let overviews = [
        (Overview::Tags, "tags", &urls.tags),
        (Overview::Categories, "categories", &urls.categories),
        (Overview::Authors, "authors", &urls.authors),
        (Overview::Archives, "archives", &urls.archives),
    ];
    let mut routes = Vec::new();
    for (overview, name, pattern) in overviews.into_iter().filter(|(.., pattern)| !pattern.is_off()) {
        match pattern.of_slug("") {
            Ok(output) => {
                let route = Route::builder(site, output).key(RouteKey::Overview(overview)).reason(format!("the overview of {name}"));
                routes.push(route.template(format!("{name}.html"), View::default()));
            }
            Err(why) => errors.push(bad_pattern(name, &why)),
        }
    }
    routes
}

fn bad_pattern(kind: &str, why: &PatternError) -> Diagnostic {
    codes::BAD_SETTING.report(format!("the pattern `[urls] {kind}` cannot be filled: {why}"))
}

/// A list before it is cut into pages.
struct Whole<'a> {
    kind: ListKind,
    articles: &'a [PageId],
}

impl Whole<'_> {
    /// A route for each page of the list, the first at `first`; a list without articles has one empty page.
    fn routes(&self, site: &Site, first: Result<String, PatternError>) -> Result<Vec<Route>, Diagnostic> {
        let first = first.map_err(|why| bad_pattern(self.kind.name(), &why))?;
        let count = self.articles.len().div_ceil(site.page_size).max(1);
        let outputs = outputs(&first, count, &site.urls.paged)?;
        let urls: Vec<String> = outputs.iter().map(|output| site.url_of(output)).collect();
        Ok((0..count).map(|at| self.route(site, at, &outputs, &urls)).collect())
    }

    fn route(&self, site: &Site, at: usize, outputs: &[String], urls: &[String]) -> Route {
        let url_of = |at: usize| urls.get(at).cloned();
        let near = |number: &usize| *number == 0 || *number == outputs.len() - 1 || number.abs_diff(at) <= NEAR;
        let item = |number: usize| PagerItem { number: number + 1, url: url_of(number).unwrap_or_default() };
        let pager = Pager {
            number: at + 1,
            count: outputs.len(),
            previous: at.checked_sub(1).and_then(url_of),
            next: url_of(at + 1),
            items: (0..outputs.len()).filter(near).map(item).collect(),
        };
        let start = (at * site.page_size).min(self.articles.len());
        let end = (start + site.page_size).min(self.articles.len());
        let list = List::new(self.kind.clone(), self.articles[start..end].to_vec()).page(self.articles.len(), pager);
        let mut route = Route::builder(site, &*outputs[at]).reason(self.reason(at));
        if at == 0 {
            route = route.key(self.kind.key());
        }
        route.template(format!("{}.html", self.kind.name()), View::of_list(list))
    }

    fn reason(&self, at: usize) -> String {
        let what = match self.kind {
            ListKind::Index => "the blog's index".to_owned(),
            _ => ["the ", self.kind.name(), " `", &self.kind.title(), "`"].concat(),
        };
        if at == 0 { what } else { format!("page {} of {what}", at + 1) }
    }
}

/// The output paths of the pages of a list.
fn outputs(first: &str, count: usize, paged: &Pattern) -> Result<Vec<String>, Diagnostic> {
    (1..=count).map(|number| paged.of_page_number(first, number).map_err(|why| bad_pattern("paged", &why))).collect()
}
