//! The names that every template sees, and what a template asks for while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use avocet_plugin::{Bodies, Body, Kind, ListKind, Page, PageBody, PageId, Route, SiteIndex, Status, TermKind, View};
use minijinja::Value;
use minijinja::value::Object;
use serde_json::Map;

use super::lists::{Articles, Listings};
use super::page::{self, Article};
use super::paginator::Paginator;
use super::{Values, settings};
use crate::trace::{self, Hash, Question};

/// A site as templates see it, with what they have asked for of its pages.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) index: Arc<SiteIndex>,
    /// Names that do not depend on the file, such as `SITENAME`.
    pub(super) settings: Values,
    /// Tags in the order in which the newest articles name them, as Pelican lists them: positions in the list by slug.
    pub(super) tags: Vec<usize>,
    excerpts: Vec<OnceLock<Excerpt>>,
    hash: OnceLock<Option<Hash>>,
}

/// What lists show of a body.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) summary: Value,
    pub(super) image: Option<String>,
    hash: Hash,
}

impl Site {
    pub(super) fn new(index: &Arc<SiteIndex>, settings: &Map<String, serde_json::Value>) -> Self {
        Self {
            index: Arc::clone(index),
            settings: settings::values(index, settings),
            tags: tags(&index.site),
            excerpts: index.site.all.iter().map(|_| OnceLock::new()).collect(),
            hash: OnceLock::new(),
        }
    }

    /// A hash of everything but the bodies, which are asked for.
    pub(super) fn hash(&self) -> Option<Hash> {
        *self.hash.get_or_init(|| {
            let SiteIndex { site, routes, .. } = &*self.index;
            let mut lists = site.clone();
            lists.all.clear();
            lists.inputs.clear();
            let mut parts = vec![trace::hash_of(&lists)?];
            for page in &site.all {
                let mut page = Page::clone(page);
                let extra = serde_json::to_vec(&std::mem::take(&mut page.extra)).ok()?;
                let written: Vec<&str> = page.fields.keys().map(String::as_str).collect();
                parts.extend([trace::hash(&[&extra]), trace::hash_of(&written)?]);
                (page.text, page.body) = ("".into(), PageBody::default());
                page.fields.clear();
                parts.push(trace::hash_of(&page)?);
            }
            let of_route = |route: &Route| trace::hash(&[route.output.as_bytes(), route.url.as_bytes(), route.reason.as_bytes()]);
            parts.extend(routes.all().iter().map(of_route));
            Some(trace::hash(&parts.iter().map(|part| &part[..]).collect::<Vec<_>>()))
        })
    }

    /// Whether the site names this plugin of Pelican among those that it had.
    pub(super) fn has_plugin(&self, name: &str) -> bool {
        let plugins = self.settings.get("PLUGINS").and_then(|plugins| plugins.try_iter().ok());
        plugins.into_iter().flatten().any(|plugin| plugin.as_str().is_some_and(|plugin| plugin.rsplit('.').next() == Some(name)))
    }

    /// A URL as Pelican has it: from the folder of the site, without a slash before it.
    pub(super) fn relative<'u>(&self, url: &'u str) -> &'u str {
        url.strip_prefix(&*self.index.site.info.base).unwrap_or(url).trim_start_matches('/')
    }
}

/// Positions of the tags, as the newest articles name them.
fn tags(site: &avocet_plugin::Site) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let written = site.articles.iter().flat_map(|id| &site.page(*id).tags);
    let positions = written.filter_map(|tag| site.tags.binary_search_by(|listing| listing.term.slug.cmp(&tag.slug)).ok());
    positions.filter(|at| seen.insert(*at)).collect()
}

/// What a template asks for of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Excerpt(PageId),
    Body(PageId),
}

/// The making of one file.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) site: Arc<Site>,
    bodies: Mutex<BTreeMap<PageId, Arc<Body>>>,
    needs: Mutex<BTreeSet<Need>>,
    /// The pages whose bodies the template asked for.
    shown: Mutex<BTreeSet<PageId>>,
}

impl Scope {
    pub(super) fn new(site: Arc<Site>) -> Self {
        Self { site, bodies: Mutex::default(), needs: Mutex::default(), shown: Mutex::default() }
    }

    /// Makes a body before the template asks for it.
    pub(super) fn give_body(&self, id: PageId, bodies: &dyn Bodies) {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner).insert(id, bodies.body(id));
        self.give_excerpt(id, bodies);
    }

    fn give_excerpt(&self, id: PageId, bodies: &dyn Bodies) {
        let make = || {
            let excerpt = bodies.excerpt(id);
            Excerpt { summary: Value::from(excerpt.summary.as_str()), image: excerpt.image.clone(), hash: trace::hash_excerpt(excerpt) }
        };
        if let Some(excerpt) = self.site.excerpts.get(id.index()) {
            excerpt.get_or_init(make);
        }
    }

    /// Makes what the template asked for and did not find. Returns whether there was any.
    pub(super) fn fill(&self, bodies: &dyn Bodies) -> bool {
        let needs = std::mem::take(&mut *self.needs.lock().unwrap_or_else(PoisonError::into_inner));
        for need in &needs {
            match need {
                Need::Excerpt(id) => self.give_excerpt(*id, bodies),
                Need::Body(id) => self.give_body(*id, bodies),
            }
        }
        !needs.is_empty()
    }

    fn need(&self, need: Need) {
        self.needs.lock().unwrap_or_else(PoisonError::into_inner).insert(need);
    }

    /// What lists show of a body; nothing yet when it has to be made first.
    pub(super) fn excerpt(&self, id: PageId) -> Option<&Excerpt> {
        let excerpt = self.site.excerpts.get(id.index())?.get();
        match excerpt {
            Some(excerpt) => trace::note(|| (Question::Excerpt(self.source(id)), excerpt.hash)),
            None => self.need(Need::Excerpt(id)),
        }
        excerpt
    }

    /// A body; nothing yet when it has to be made first.
    pub(super) fn body(&self, id: PageId) -> Option<Arc<Body>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        let body = self.bodies.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        match &body {
            Some(body) => trace::note(|| (Question::Body(self.source(id)), trace::hash_answer(Some(&body.html)))),
            None => self.need(Need::Body(id)),
        }
        body
    }

    /// Whether the template asked for the body of this page, if it has any text.
    pub(super) fn shows_body(&self, id: PageId) -> bool {
        let bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        let is_empty = bodies.get(&id).is_none_or(|body| body.html.trim().is_empty());
        is_empty || self.shown.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    fn source(&self, id: PageId) -> String {
        self.site.index.site.page(id).source.to_string()
    }
}

/// The names of one file.
#[derive(Debug)]
pub(super) struct Context {
    scope: Arc<Scope>,
    /// Names that only this file has, such as `article` or `articles_page`.
    own: Values,
}

impl Context {
    pub(super) fn new(scope: Arc<Scope>, route: &Route, view: &View) -> Self {
        let mut own = Values::new();
        own.insert("output_file".into(), Value::from(route.output.as_str()));
        // All pages of a list have the name of the first.
        let first = view.list.as_ref().and_then(|list| scope.site.index.routes.of(list.kind.key().borrowed())).unwrap_or(route);
        if let Some(id) = view.page {
            own.extend(of_page(&scope, id));
        } else {
            own.insert("page_name".into(), Value::from(first.output.strip_suffix(".html").unwrap_or(&first.output)));
        }
        if let Some(list) = &view.list {
            own.extend(of_list(&scope, &list.kind));
            own.extend(Paginator::values(&scope, list, &first.output));
        }
        own.extend(view.values.iter().map(|(name, value)| (name.clone(), Value::from_serialize(value))));
        Self { scope, own }
    }

    fn lists(&self, name: &str) -> Option<Value> {
        let site = &self.scope.site.index.site;
        let articles = |ids: &[PageId]| Some(Articles::value(&self.scope, ids));
        let of_kind = |ids: &[PageId], kind| {
            let ids: Vec<PageId> = ids.iter().copied().filter(|id| site.page(*id).kind == kind).collect();
            articles(&ids)
        };
        match name {
            "articles" | "dates" | "all_articles" => articles(&site.articles),
            "pages" => {
                let mut ids = site.pages.clone();
                ids.sort_by_key(|id| site.page(*id).source.rsplit('/').next().map(str::to_owned));
                articles(&ids)
            }
            "hidden_articles" => of_kind(&site.hidden, Kind::Article),
            "hidden_pages" => of_kind(&site.hidden, Kind::Page),
            "drafts" => of_kind(&site.drafts, Kind::Article),
            "draft_pages" => of_kind(&site.drafts, Kind::Page),
            "tags" => Some(Listings::value(&self.scope, TermKind::Tag)),
            "categories" => Some(Listings::value(&self.scope, TermKind::Category)),
            "authors" => Some(Listings::value(&self.scope, TermKind::Author)),
            _ => None,
        }
    }
}

impl Object for Context {
    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        let name = name.as_str()?;
        self.own.get(name).or_else(|| self.scope.site.settings.get(name)).cloned().or_else(|| self.lists(name))
    }
}

/// The names of an article or a page.
fn of_page(scope: &Arc<Scope>, id: PageId) -> Values {
    let page = scope.site.index.site.page(id);
    let own = Article::value(scope, id);
    match (page.kind, &page.category) {
        (Kind::Page, _) => Values::from([("page".into(), own)]),
        (Kind::Article, None) => Values::from([("article".into(), own)]),
        (Kind::Article, Some(category)) => {
            Values::from([("article".into(), own), ("category".into(), page::term(&scope.site, TermKind::Category, category))])
        }
    }
}

/// The names of a list: what its articles have in common, and all of them.
fn of_list(scope: &Arc<Scope>, kind: &ListKind) -> Values {
    let site = &scope.site.index.site;
    let mut values = Values::new();
    let all = match kind {
        ListKind::Term(kind, term) => {
            values.insert(kind.name().into(), page::term(&scope.site, *kind, term));
            site.terms(*kind).iter().find(|listing| listing.term.slug == term.slug).map(|found| &found.articles)
        }
        ListKind::Year(year) => {
            let period = Value::from(vec![i64::from(*year)]);
            values.extend([("period".into(), period.clone()), ("period_num".into(), period)]);
            site.years.iter().find(|found| found.year == *year).map(|found| &found.articles)
        }
        _ => None,
    };
    if let Some(all) = all {
        let articles = Articles::value(scope, all);
        values.extend([("articles".into(), articles.clone()), ("dates".into(), articles)]);
    }
    values
}

/// The status of a page, as Pelican spells it.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Published => "published",
        Status::Draft => "draft",
        Status::Hidden => "hidden",
    }
}
