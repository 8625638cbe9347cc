//! Where everything is: the pages of the site, and the files that it is written as.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Routes, Site};

/// Where everything is, once all files are known and before any is made.
#[derive(Debug)]
#[non_exhaustive]
pub struct SiteIndex {
    /// The pages, and how they hang together.
    pub site: Site,
    /// The files.
    pub routes: Routes,
    /// Sources that get no page now, by path below the content folder, and why.
    pub unpublished: BTreeMap<String, Unpublished>,
    identity: Arc<()>,
}

impl SiteIndex {
    /// Of a site and its files.
    #[must_use]
    pub fn new(site: Site, routes: Routes, unpublished: BTreeMap<String, Unpublished>) -> Self {
        Self { site, routes, unpublished, identity: Arc::default() }
    }

    /// What no other index has: who keeps something that was made of this one keeps this beside it, and compares it with [`Arc::ptr_eq`].
    #[must_use]
    pub fn identity(&self) -> &Arc<()> {
        &self.identity
    }
}

/// Why a source gets no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unpublished {
    /// It is a draft, skipped or scheduled.
    ByAuthor,
    /// It has errors, which are reported already: a link to it is not one more.
    HasErrors,
}
