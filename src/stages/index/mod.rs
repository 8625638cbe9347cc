//! [`Page`]s -> [`Site`]: who is published, in which order, and how the pages hang together (tags, categories, authors, years,
//! translations, neighbours).
//!
//! Invariant: the result depends on the pages alone, not on their order.

mod terms;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Kind, Listing, Neighbours, Page, PageId, Site, Status, Term, Year};
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

/// What decides who is published.
#[derive(Debug, Clone, Copy)]
pub struct Publishing {
    /// Whether drafts are written.
    pub drafts: bool,
    /// Articles later than this are held back.
    pub until: Option<jiff::Timestamp>,
}

/// Fills a site, which says all but its pages, with these pages. `slugs` are those that the settings give, by name.
#[must_use]
pub fn index(mut site: Site, pages: Vec<Arc<Page>>, publishing: Publishing, slugs: &BTreeMap<String, String>) -> (Site, Vec<Diagnostic>) {
    site.all = pages.into_iter().filter(|page| is_written(page, publishing)).collect();
    site.all.sort_by(|a, b| a.source.cmp(&b.source));
    let merged = terms::part(&mut site.all, slugs);
    let (translations, by_date) = rayon::join(|| translations(&site), || by_date(&site.all));
    site.translations = translations;
    sort_in(&mut site, by_date);
    let ((tags, categories), (authors, (years, neighbours))) = rayon::join(
        || (listings(&site, |page| &page.tags), listings(&site, |page| page.category.as_slice())),
        || (listings(&site, |page| &page.authors), (years(&site), neighbours(&site.articles))),
    );
    (site.tags, site.categories, site.authors) = (tags, categories, authors);
    (site.years, site.neighbours) = (years, neighbours);
    (site, merged)
}

fn is_written(page: &Page, publishing: Publishing) -> bool {
    let draft = page.status == Status::Draft;
    let future =
        page.kind == Kind::Article && matches!((&page.date, publishing.until), (Some(date), Some(until)) if date.timestamp() > until);
    publishing.drafts || !(draft || future)
}

/// Groups pages of one kind and slug by language.
fn translations(site: &Site) -> BTreeMap<PageId, Vec<PageId>> {
    // Most slugs are there once: only the others are sorted into groups.
    let mut first: HashMap<(bool, &str), PageId> = HashMap::with_capacity(site.all.len());
    let mut groups: BTreeMap<(bool, &str), Vec<PageId>> = BTreeMap::new();
    for (id, page) in site.ids().zip(&site.all) {
        let key = (page.kind == Kind::Article, &*page.slug);
        match first.entry(key) {
            Entry::Vacant(vacant) => drop(vacant.insert(id)),
            Entry::Occupied(known) => groups.entry(key).or_insert_with(|| vec![*known.get()]).push(id),
        }
    }
    let mut translations = BTreeMap::new();
    for ids in groups.into_values() {
        for id in &ids {
            let page = site.page(*id);
            let mut others: Vec<PageId> = ids.iter().copied().filter(|other| site.page(*other).lang != page.lang).collect();
            others.sort_by(|a, b| site.page(*a).lang.cmp(&site.page(*b).lang));
            translations.insert(*id, others);
        }
    }
    translations
}

/// The published articles, newest first.
fn by_date(all: &[Arc<Page>]) -> Vec<PageId> {
    let articles =
        all.iter().zip((0..).map(PageId::new)).filter(|(page, _)| page.status == Status::Published && page.kind == Kind::Article);
    let date = |page: &Page| Reverse(page.date.as_ref().map(avocet_plugin::Date::timestamp));
    let mut sorted: Vec<_> = articles.map(|(page, id)| (date(page), &*page.slug, &*page.source, id)).collect();
    sorted.sort_unstable();
    sorted.into_iter().map(|(.., id)| id).collect()
}

/// Fills the lists of articles, pages, drafts and hidden ones.
fn sort_in(site: &mut Site, by_date: Vec<PageId>) {
    for id in site.ids() {
        let page = site.page(id);
        match (page.status, page.kind) {
            (Status::Draft, _) => site.drafts.push(id),
            (Status::Hidden, _) => site.hidden.push(id),
            (Status::Published, Kind::Page) if !is_translation(site, id) => site.pages.push(id),
            (Status::Published, _) => {}
        }
    }
    site.articles = by_date.into_iter().filter(|id| !is_translation(site, *id)).collect();
}

/// Whether another page of the group, in the site's language, is listed instead.
fn is_translation(site: &Site, id: PageId) -> bool {
    let main = |id: PageId| site.page(id).lang == site.info.language;
    !main(id) && site.translations.get(&id).is_some_and(|others| others.iter().any(|other| main(*other)))
}

/// The listed articles of each term, by slug; the name is spelt as in the newest article.
fn listings<'a>(site: &'a Site, terms: impl Fn(&'a Page) -> &'a [Term]) -> Vec<Listing> {
    let mut listings: Vec<Listing> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for id in &site.articles {
        for term in terms(site.page(*id)) {
            let at = *known.entry(&term.slug).or_insert_with(|| {
                listings.push(Listing::new(term.clone()));
                listings.len() - 1
            });
            let listing = &mut listings[at];
            if listing.articles.last() != Some(id) {
                listing.articles.push(*id);
            }
        }
    }
    listings.sort_by(|a, b| a.term.slug.cmp(&b.term.slug));
    listings
}

fn years(site: &Site) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for id in &site.articles {
        let Some(date) = &site.page(*id).date else { continue };
        match years.iter_mut().find(|year| year.year == date.year()) {
            Some(year) => year.articles.push(*id),
            None => {
                let mut year = Year::new(date.year());
                year.articles.push(*id);
                years.push(year);
            }
        }
    }
    years.sort_by_key(|year| Reverse(year.year));
    years
}

fn neighbours(articles: &[PageId]) -> BTreeMap<PageId, Neighbours> {
    let at = |at: Option<usize>| at.and_then(|at| articles.get(at)).copied();
    articles.iter().enumerate().map(|(here, id)| (*id, Neighbours::new(at(here.checked_sub(1)), at(Some(here + 1))))).collect()
}
