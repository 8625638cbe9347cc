//! All declared files of a site.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::{Route, RouteKey};

/// All declared files of a site, by output path and by what they are of.
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
                let hash = hasher.hash_one(key.borrowed());
                // Of two routes with one key the later one is found.
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

    /// The route of what this key names: `routes.of(RouteKey::Page("blog/hello.md"))`.
    #[must_use]
    pub fn of(&self, key: RouteKey<&str>) -> Option<&Route> {
        let same = |at: &usize| self.all[*at].key.as_ref().is_some_and(|known| known.borrowed() == key);
        self.by_key.find(self.hasher.hash_one(key), same).map(|at| &self.all[*at])
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
