//! A promise of one output file, and the table of all of them.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};
use serde::{Deserialize, Serialize};

use crate::{PageId, Term};

/// What an output file is of, so that links and templates find its address: `("page", "blog/hello.md")`, `("tag", "python")`,
/// `("overview", "tags")`, `("static", "images/a.svg")`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RouteKey {
    /// Its kind.
    pub kind: String,
    /// Which one of its kind.
    pub name: String,
}

impl RouteKey {
    /// The subject of this kind and name.
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: name.into() }
    }
}

/// A promise of one output file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Route {
    /// Path below the output folder, with `/` between names; never outside.
    pub output: String,
    /// The address, with the site's base path.
    pub url: String,
    /// What it is of. Pages after the first of a list have none.
    pub key: Option<RouteKey>,
    /// Why the file exists, for messages: "page 2 of the tag `python`".
    pub reason: String,
    /// The page that it is of: its own output, or its redirect.
    pub page: Option<PageId>,
    /// Whether it replaces a route of no page at the same path, as `save_as` does in Pelican.
    pub overrides: bool,
    /// What the file holds.
    pub content: Content,
    /// The plugin that promised it; the engine fills it in.
    #[serde(default)]
    pub plugin: String,
}

impl Route {
    /// The address that the file leads on to, if that is all that it does: a host that can sends a redirect instead.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        match &self.content {
            Content::Template { name, view } if name == "redirect.html" => view.values.get("target")?.as_str(),
            _ => None,
        }
    }
}

/// What an output file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// A template of the theme with a view.
    Template {
        /// Its file, such as `article.html`.
        name: String,
        /// What it shows.
        view: View,
    },
    /// A file of the content folder, as it is.
    Copy {
        /// Path below the content folder.
        file: Arc<str>,
    },
    /// These bytes.
    Bytes(Vec<u8>),
    /// What a [`crate::Renderer`] of the same plugin makes when the file is asked for.
    Computed {
        /// Its name.
        renderer: String,
        /// What it shows. With `title` and `type` (a media type, both text) among its values, the file is another form of its list,
        /// or of the whole site: templates see it in `alternates`. The bodies of the articles of its list are kept for it.
        view: View,
    },
}

impl Content {
    /// What the file shows, unless it is a copy or bytes.
    #[must_use]
    pub fn view(&self) -> Option<&View> {
        match self {
            Self::Template { view, .. } | Self::Computed { view, .. } => Some(view),
            Self::Copy { .. } | Self::Bytes(_) => None,
        }
    }
}

/// What a template shows, besides what every template sees.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct View {
    /// The page that the file is of.
    pub page: Option<PageId>,
    /// The list that the file shows.
    pub list: Option<Box<List>>,
    /// Further values, by name.
    pub values: serde_json::Map<String, serde_json::Value>,
}

/// One page of a list of articles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct List {
    /// `index`, `tag`, `category`, `author`, `year`.
    pub kind: String,
    /// The name of the tag, category, author or year; empty for the index.
    pub title: String,
    /// The tag, category or author, with the address of its first page.
    pub term: Option<(Term, String)>,
    /// The year of a yearly archive.
    pub year: Option<i16>,
    /// Articles of the whole list.
    pub count: usize,
    /// Those of this page of it.
    pub articles: Vec<PageId>,
    /// Where this page stands in the list.
    pub pager: Pager,
}

/// Where a page stands in a list of several pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pager {
    /// From 1.
    pub number: usize,
    /// Pages of the list, at least 1.
    pub count: usize,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// The first, the last and those near this one, in order; a gap shows in the numbers.
    pub items: Vec<PagerItem>,
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PagerItem {
    /// From 1.
    pub number: usize,
    /// Its address.
    pub url: String,
}

/// A finished output file.
#[derive(Debug, Clone)]
pub enum Artifact {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A copy of this file of the content folder.
    Copy(Arc<str>),
}

/// All promises of a plan, by output path and by subject.
#[derive(Debug, Default)]
pub struct Routes {
    all: Vec<Route>,
    hasher: DefaultHashBuilder,
    by_output: HashTable<usize>,
    by_key: HashTable<usize>,
}

impl Routes {
    /// The table of these routes, whose output paths differ.
    #[must_use]
    pub fn new(all: Vec<Route>) -> Self {
        let hasher = DefaultHashBuilder::default();
        let (mut by_output, mut by_key) = (HashTable::with_capacity(all.len()), HashTable::with_capacity(all.len()));
        // There is room for all of them: nothing is hashed again.
        for (at, route) in all.iter().enumerate() {
            by_output.insert_unique(hasher.hash_one(&*route.output), at, |_| 0);
            if let Some(key) = &route.key {
                let hash = hasher.hash_one((&*key.kind, &*key.name));
                // Of two routes of one subject the later one is found.
                match by_key.find_mut(hash, |at: &usize| all[*at].key.as_ref() == Some(key)) {
                    Some(known) => *known = at,
                    None => drop(by_key.insert_unique(hash, at, |_| 0)),
                }
            }
        }
        Self { all, hasher, by_output, by_key }
    }

    /// All routes, by output path.
    #[must_use]
    pub fn all(&self) -> &[Route] {
        &self.all
    }

    /// The route to this output path.
    #[must_use]
    pub fn to(&self, output: &str) -> Option<&Route> {
        let found = self.by_output.find(self.hasher.hash_one(output), |at| self.all[*at].output == output);
        found.map(|at| &self.all[*at])
    }

    /// The route of this subject.
    #[must_use]
    pub fn of(&self, kind: &str, name: &str) -> Option<&Route> {
        let same = |key: &RouteKey| key.kind == kind && key.name == name;
        let found = self.by_key.find(self.hasher.hash_one((kind, name)), |at| self.all[*at].key.as_ref().is_some_and(same));
        found.map(|at| &self.all[*at])
    }

    /// The file that a host sends for this path (below the base path, without a slash at the beginning): the file itself, the
    /// `index.html` of a folder, or the `.html` file whose ending was left out.
    #[must_use]
    pub fn served(&self, path: &str) -> Option<&Route> {
        let folder = path.is_empty() || path.ends_with('/');
        if folder {
            return self.to(&format!("{path}index.html"));
        }
        self.to(path).or_else(|| self.to(&format!("{path}.html"))).or_else(|| self.to(&format!("{path}/index.html")))
    }
}
