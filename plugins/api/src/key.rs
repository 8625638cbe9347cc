//! What a file of the site is of: the key by which links and templates find its URL.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an output file is of. Owned in a route, borrowed to look one up: `routes.of(RouteKey::Page("blog/hello.md"))`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RouteKey<S = String> {
    /// An article or page, by the path of its source below the content folder.
    Page(S),
    /// A file that is copied, by its path below the content folder.
    Static(S),
    /// The first page of the list of a tag, category or author.
    Term {
        /// What of the three.
        kind: TermKind,
        /// Its slug.
        slug: S,
    },
    /// The first page of the list of a year.
    Year(i16),
    /// A page that the site has once.
    Overview(Overview),
    /// A page of a plugin that the site has once; templates link to it by this name: `urls.search` for `search`.
    Named(S),
    /// Any other file of a plugin.
    Custom {
        /// The kind of file, such as `feed`.
        kind: S,
        /// Which one of its kind.
        name: S,
    },
}

/// A kind of term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermKind {
    /// An article has any number of tags.
    Tag,
    /// An article has one category.
    Category,
    /// An article has any number of authors.
    Author,
}

/// A page that a site has once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Overview {
    /// The home page.
    Home,
    /// The first page of all articles.
    Index,
    /// All tags.
    Tags,
    /// All categories.
    Categories,
    /// All authors.
    Authors,
    /// All articles on one page.
    Archives,
    /// What a host sends for a URL that leads nowhere.
    NotFound,
}

impl RouteKey {
    /// The same key, borrowed.
    #[must_use]
    pub fn borrowed(&self) -> RouteKey<&str> {
        match self {
            Self::Page(source) => RouteKey::Page(source),
            Self::Static(path) => RouteKey::Static(path),
            Self::Term { kind, slug } => RouteKey::Term { kind: *kind, slug },
            Self::Year(year) => RouteKey::Year(*year),
            Self::Overview(overview) => RouteKey::Overview(*overview),
            Self::Named(name) => RouteKey::Named(name),
            Self::Custom { kind, name } => RouteKey::Custom { kind, name },
        }
    }
}

impl TermKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Tag, Self::Category, Self::Author];

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its name: `tag`, `category`, `author`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Category => "category",
            Self::Author => "author",
        }
    }
}

impl fmt::Display for TermKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Overview {
    /// Those that templates find in `urls`, by their names there.
    pub const LINKED: [(&'static str, Self); 5] = [
        ("index", Self::Index),
        ("tags", Self::Tags),
        ("categories", Self::Categories),
        ("authors", Self::Authors),
        ("archives", Self::Archives),
    ];
}
