//! Routes of the lists: index, tags, categories, authors, years (all on numbered pages), and the overview of each.

use avocet_plugin::{
    Content, Diagnostic, List, Listing, PageId, Pager, PagerItem, Pattern, PatternError, Route, RouteKey, Site, View, codes,
};

use rayon::prelude::*;

use crate::{route, template};

/// Pages of a list that a pager names on either side of the current one, besides the first and the last: a pager that named all would
/// make a long list quadratic.
const NEAR: usize = 2;

/// All lists and overviews.
pub(crate) fn lists(site: &Site, errors: &mut Vec<Diagnostic>) -> Vec<Route> {
    let urls = &site.urls;
    let mut wholes = Vec::new();
    if !urls.index.is_off() {
        let index = Whole { kind: "index", title: String::new(), listing: None, year: None, articles: &site.articles };
        wholes.push((index, urls.index.of_slug("")));
    }
    for (kind, pattern, listings) in
        [("tag", &urls.tag, &site.tags), ("category", &urls.category, &site.categories), ("author", &urls.author, &site.authors)]
    {
        for listing in listings.iter().filter(|_| !pattern.is_off()) {
            let whole = Whole { kind, title: listing.term.name.clone(), listing: Some(listing), year: None, articles: &listing.articles };
            wholes.push((whole, pattern.of_slug(&listing.term.slug)));
        }
    }
    for year in site.years.iter().filter(|_| !urls.year.is_off()) {
        let Some(day) = year.articles.first().and_then(|id| site.page(*id).date.clone()) else { continue };
        let whole = Whole { kind: "year", title: year.year.to_string(), listing: None, year: Some(year.year), articles: &year.articles };
        wholes.push((whole, urls.year.of_date(&day)));
    }
    let made: Vec<Result<Vec<Route>, Diagnostic>> = wholes.into_par_iter().map(|(whole, first)| whole.routes(site, first)).collect();
    let mut routes = Vec::new();
    for made in made {
        keep(made, &mut routes, errors);
    }
    routes.extend(overviews(site, errors));
    routes
}

/// One page each that names all tags, categories, authors or articles.
fn overviews(site: &Site, errors: &mut Vec<Diagnostic>) -> Vec<Route> {
    let urls = &site.urls;
    let mut routes = Vec::new();
    for (name, pattern) in
        [("tags", &urls.tags), ("categories", &urls.categories), ("authors", &urls.authors), ("archives", &urls.archives)]
    {
        match pattern.of_slug("") {
            _ if pattern.is_off() => {}
            Ok(output) => {
                let content = template(&format!("{name}.html"));
                let made = route(site, output, format!("the overview of {name}"), content);
                routes.push(Route { key: Some(RouteKey::new("overview", name)), ..made });
            }
            Err(why) => errors.push(bad_pattern(name, &why)),
        }
    }
    routes
}

fn keep(made: Result<Vec<Route>, Diagnostic>, routes: &mut Vec<Route>, errors: &mut Vec<Diagnostic>) {
    match made {
        Ok(made) => routes.extend(made),
        Err(error) => errors.push(error),
    }
}

fn bad_pattern(kind: &str, why: &PatternError) -> Diagnostic {
    codes::BAD_SETTING.report(format!("the pattern `[urls] {kind}` cannot be filled: {why}"))
}

/// A list before it is cut into pages.
struct Whole<'a> {
    kind: &'static str,
    title: String,
    listing: Option<&'a Listing>,
    year: Option<i16>,
    articles: &'a [PageId],
}

impl Whole<'_> {
    /// A route for each page of the list, the first at `first`; a list without articles has one empty page.
    fn routes(&self, site: &Site, first: Result<String, PatternError>) -> Result<Vec<Route>, Diagnostic> {
        let first = first.map_err(|why| bad_pattern(self.kind, &why))?;
        let count = self.articles.len().div_ceil(site.page_size).max(1);
        let outputs = outputs(&first, count, &site.urls.paged)?;
        let urls: Vec<String> = outputs.iter().map(|output| site.address(output)).collect();
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
        let list = List {
            kind: self.kind.into(),
            title: self.title.clone(),
            term: self.listing.map(|listing| (listing.term.clone(), url_of(0).unwrap_or_default())),
            year: self.year,
            count: self.articles.len(),
            articles: self.articles[start..end].to_vec(),
            pager,
        };
        let view = View { list: Some(Box::new(list)), ..View::default() };
        let made = route(site, outputs[at].clone(), self.reason(at), Content::Template { name: format!("{}.html", self.kind), view });
        Route { key: (at == 0).then(|| self.key()), ..made }
    }

    fn key(&self) -> RouteKey {
        match self.listing {
            Some(listing) => RouteKey::new(self.kind, &listing.term.slug),
            None if self.kind == "index" => RouteKey::new("overview", "index"),
            None => RouteKey::new(self.kind, &self.title),
        }
    }

    fn reason(&self, at: usize) -> String {
        let what = match self.kind {
            "index" => "the blog's index".to_owned(),
            kind => ["the ", kind, " `", &self.title, "`"].concat(),
        };
        if at == 0 { what } else { format!("page {} of {what}", at + 1) }
    }
}

/// The output paths of the pages of a list.
fn outputs(first: &str, count: usize, paged: &Pattern) -> Result<Vec<String>, Diagnostic> {
    (1..=count).map(|number| paged.of_page_number(first, number).map_err(|why| bad_pattern("paged", &why))).collect()
}
