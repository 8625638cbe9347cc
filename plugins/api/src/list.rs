//! Lists of articles, cut into numbered pages.

use serde::{Deserialize, Serialize};

use crate::{Overview, PageId, RouteKey, Term, TermKind};

/// One page of a list of articles.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct List {
    /// What the articles have in common.
    pub kind: ListKind,
    /// Articles of the whole list.
    pub count: usize,
    /// Those of this page of it.
    pub articles: Vec<PageId>,
    /// Where this page stands in the list.
    pub pager: Pager,
}

/// What the articles of a list have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ListKind {
    /// Nothing: it is the list of all.
    Index,
    /// A tag, category or author.
    Term(TermKind, Term),
    /// The year that they are of.
    Year(i16),
}

impl ListKind {
    /// Its name, as templates see it: `index`, `tag`, `category`, `author`, `year`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Term(kind, _) => kind.name(),
            Self::Year(_) => "year",
        }
    }

    /// The name of the tag, category, author or year; empty for the list of all.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Index => String::new(),
            Self::Term(_, term) => term.name.clone(),
            Self::Year(year) => year.to_string(),
        }
    }

    /// The key of the list's first page.
    #[must_use]
    pub fn key(&self) -> RouteKey {
        match self {
            Self::Index => RouteKey::Overview(Overview::Index),
            Self::Term(kind, term) => RouteKey::Term { kind: *kind, slug: term.slug.clone() },
            Self::Year(year) => RouteKey::Year(*year),
        }
    }
}

impl List {
    /// A list of these articles on one page.
    #[must_use]
    pub fn new(kind: ListKind, articles: Vec<PageId>) -> Self {
        Self { kind, count: articles.len(), articles, pager: Pager::default() }
    }

    /// A page of a longer list of `count` articles.
    #[must_use]
    pub fn page(self, count: usize, pager: Pager) -> Self {
        Self { count, pager, ..self }
    }
}

/// Where a page stands in a list of several pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pager {
    /// From 1.
    pub number: usize,
    /// Pages of the list, at least 1.
    pub count: usize,
    /// URL of the page before.
    pub previous: Option<String>,
    /// URL of the page after.
    pub next: Option<String>,
    /// The first, the last and those near this one, in order; a gap shows in the numbers.
    pub items: Vec<PagerItem>,
}

impl Default for Pager {
    /// The one page of a list.
    fn default() -> Self {
        Self { number: 1, count: 1, previous: None, next: None, items: Vec::new() }
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PagerItem {
    /// From 1.
    pub number: usize,
    /// Its URL.
    pub url: String,
}
