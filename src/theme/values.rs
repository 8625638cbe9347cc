//! The site as templates see it: pages, terms and lists as Tera values, each built once and shared. `themes/README.md` names the fields.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use avocet_plugin::{
    Alternate, Body, Content, Date, Heading, List, ListKind, Listing, Overview, Page, PageId, Pager, Route, RouteKey, Routes, SiteIndex,
    SiteInfo, Status, Term, TermKind, rfc3339,
};
use tera::{Context, Map, Value};

mod hash;

pub use hash::hash_values;

/// Values of one plan.
pub struct Values {
    index: Arc<SiteIndex>,
    shared: Vec<(&'static str, Value)>,
    /// By kind and slug: a tag is one value, however many pages have it.
    terms: HashMap<(TermKind, String), Value>,
    alternates: Alternates,
    pages: Vec<OnceLock<Value>>,
    lists: Lists,
    /// The same lists without what bodies say, for tags.
    tag_lists: Lists,
    hashes: hash::Hashes,
}

/// Lists of the whole site, by name.
type Lists = BTreeMap<&'static str, OnceLock<Value>>;

/// Files that show the site or a list in another form.
#[derive(Default)]
struct Alternates {
    /// Of the whole site.
    site: Vec<Value>,
    /// By key of the list.
    lists: HashMap<RouteKey, Vec<Value>>,
}

/// Lists of the whole site, which are built when a template reads them.
pub const SITE_LISTS: [&str; 6] = ["articles", "pages", "tags", "categories", "authors", "years"];

/// Fields of a page that come from its body: five for lists, three more for its own page.
const FROM_BODY: usize = 8;

/// How many related articles a page names.
const RELATED: usize = 3;

/// A map of these fields.
fn map<const N: usize>(fields: [(&'static str, Value); N]) -> Value {
    Value::from(map_with_room(fields, 0))
}

/// A map of these fields, with room for more: growing would double it.
fn map_with_room<const N: usize>(fields: [(&'static str, Value); N], room: usize) -> Map {
    let mut map = Map::with_capacity_and_hasher(N + room, Default::default());
    map.extend(fields.into_iter().map(|(name, value)| (name.into(), value)));
    map
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn maybe(text: Option<&str>) -> Value {
    text.map_or(Value::none(), Value::from)
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::from(items.collect::<Vec<_>>())
}

/// RFC 3339, as the filter `date` takes it.
fn date(date: Option<&Date>) -> Value {
    date.map_or(Value::none(), |date| Value::from(rfc3339(date)))
}

impl Values {
    /// Values of this site, with the settings of its theme.
    #[must_use]
    pub fn new(index: &Arc<SiteIndex>, settings: Value) -> Self {
        let SiteIndex { site, routes, .. } = &**index;
        let terms = TermKind::ALL.into_iter().flat_map(|kind| {
            site.terms(kind).iter().map(move |listing| ((kind, listing.term.slug.clone()), term(routes, kind, &listing.term)))
        });
        Self {
            index: Arc::clone(index),
            shared: shared(&site.info, routes, settings),
            terms: terms.collect(),
            alternates: alternates(routes),
            pages: site.all.iter().map(|_| OnceLock::new()).collect(),
            lists: SITE_LISTS.into_iter().map(|name| (name, OnceLock::new())).collect(),
            tag_lists: SITE_LISTS.into_iter().map(|name| (name, OnceLock::new())).collect(),
            hashes: hash::Hashes::new(site.all.len()),
        }
    }

    /// What every template sees and no body is needed for.
    #[must_use]
    pub fn context(&self) -> Context {
        let mut context = Context::new();
        for (name, value) in &self.shared {
            context.insert_value(*name, value.clone());
        }
        context
    }

    /// What tags and components see in the content of a page.
    #[must_use]
    pub fn tag_context(&self, id: PageId) -> Context {
        let mut context = self.context();
        context.insert_value("page", Value::from(self.metadata(id)));
        context
    }

    /// What every template sees, by name.
    pub fn shared(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.shared.iter().map(|(name, value)| (*name, value))
    }

    /// A list of the whole site: one of [`SITE_LISTS`]. `article` gives a page as lists show it.
    pub fn whole_list(&self, name: &str, article: impl Fn(PageId) -> Value) -> Value {
        self.lists.get(name).map_or_else(Value::none, |list| list.get_or_init(|| self.site_list(name, article)).clone())
    }

    /// The lists of the whole site that are `read`, for a tag. Its pages have no summary, since a body may hold the tag.
    pub fn tag_lists(&self, read: impl Fn(&str) -> bool) -> impl Iterator<Item = (&'static str, Value)> {
        let read = self.tag_lists.iter().filter(move |(name, _)| read(name));
        read.map(|(name, list)| (*name, list.get_or_init(|| self.site_list(name, |id| Value::from(self.metadata(id)))).clone()))
    }

    fn site_list(&self, name: &str, article: impl Fn(PageId) -> Value) -> Value {
        let site = &self.index.site;
        match name {
            "articles" => list(site.articles.iter().map(|id| article(*id))),
            "pages" => list(site.pages.iter().map(|id| article(*id))),
            "tags" => self.listings(TermKind::Tag),
            "categories" => self.listings(TermKind::Category),
            "authors" => self.listings(TermKind::Author),
            _ => self.years(article),
        }
    }

    /// A page as lists show it.
    pub fn page<'b>(&self, id: PageId, body: impl FnOnce() -> &'b Body) -> Value {
        let build = || {
            let mut fields = self.metadata(id);
            let body = body();
            fields.insert("summary".into(), Value::safe_string(&body.summary));
            fields.insert("description".into(), text(&body.description));
            fields.insert("values".into(), Value::from_serializable(&body.values));
            fields.insert("image".into(), maybe(body.image.as_deref()));
            let has_lead = self.index.site.page(id).summary.is_some();
            fields.insert("lead".into(), if has_lead { Value::safe_string(&body.summary) } else { Value::none() });
            Value::from(fields)
        };
        self.pages.get(id.index()).map_or_else(Value::none, |page| page.get_or_init(build).clone())
    }

    /// A page as its own template shows it.
    #[must_use]
    pub fn own_page(&self, id: PageId, body: &Body) -> Value {
        let mut fields = self.page(id, || body).into_map().unwrap_or_default();
        fields.insert("content".into(), Value::safe_string(&body.html));
        fields.insert("related".into(), self.related_pages(id));
        fields.insert("contents".into(), list(body.contents.iter().map(|heading| contents(heading, 3))));
        Value::from(fields)
    }

    /// The pages that are related to one.
    fn related_pages(&self, id: PageId) -> Value {
        list(self.index.site.related(id, RELATED).into_iter().map(|other| self.related(other)))
    }

    /// A page as a related one names it. What its body says is left out, since it would have to be converted for that.
    fn related(&self, id: PageId) -> Value {
        let page = self.index.site.page(id);
        map([("title", text(&page.title)), ("url", text(self.url(id))), ("date", date(page.date.as_ref()))])
    }

    fn url(&self, id: PageId) -> &str {
        self.index.routes.of(RouteKey::Page(&self.index.site.page(id).source)).map_or("", |route| &route.url)
    }

    /// A term, spelt as in its newest article everywhere.
    fn term(&self, kind: TermKind, written: &Term) -> Value {
        let listed = self.terms.get(&(kind, written.slug.clone()));
        listed.cloned().unwrap_or_else(|| term(&self.index.routes, kind, written))
    }

    /// A page without what its body says.
    fn metadata(&self, id: PageId) -> Map {
        let page: &Page = self.index.site.page(id);
        let url = self.url(id);
        let neighbours = self.index.site.neighbours.get(&id).copied().unwrap_or_default();
        let authors: Vec<Value> = page.authors.iter().map(|author| self.term(TermKind::Author, author)).collect();
        map_with_room(
            [
                ("title", text(&page.title)),
                ("slug", text(&page.slug)),
                ("kind", text(if page.kind == avocet_plugin::Kind::Article { "article" } else { "page" })),
                ("status", text(status(page))),
                ("url", text(url)),
                ("absolute", Value::from(self.index.site.absolute(url))),
                ("source", text(&page.display_path)),
                ("date", date(page.date.as_ref())),
                ("modified", date(page.modified.as_ref())),
                ("year", page.date.as_ref().map_or(Value::none(), |date| Value::from(i64::from(date.year())))),
                ("lang", text(&page.lang)),
                ("template", maybe(page.template.as_deref())),
                ("tags", list(page.tags.iter().map(|tag| self.term(TermKind::Tag, tag)))),
                ("author", authors.first().cloned().unwrap_or(Value::none())),
                ("authors", Value::from(authors)),
                ("category", page.category.as_ref().map_or(Value::none(), |category| self.term(TermKind::Category, category))),
                ("series", maybe(page.series.as_deref())),
                ("meta", Value::from_serializable(&page.extra)),
                ("newer", self.neighbour(neighbours.newer)),
                ("older", self.neighbour(neighbours.older)),
                ("translations", self.translations(id)),
            ],
            FROM_BODY,
        )
    }

    /// The article before or after another.
    fn neighbour(&self, other: Option<PageId>) -> Value {
        let link = |id| map([("title", text(&self.index.site.page(id).title)), ("url", text(self.url(id)))]);
        other.map_or(Value::none(), link)
    }

    /// The page in other languages.
    fn translations(&self, id: PageId) -> Value {
        let translations = self.index.site.translations.get(&id).map(Vec::as_slice).unwrap_or_default();
        list(translations.iter().map(|id| {
            let page = self.index.site.page(*id);
            map([("lang", text(&page.lang)), ("title", text(&page.title)), ("url", text(self.url(*id)))])
        }))
    }

    /// The file that is being made.
    #[must_use]
    pub fn here(&self, route: &Route) -> Value {
        map([
            ("url", text(&route.url)),
            ("absolute", Value::from(self.index.site.absolute(&route.url))),
            ("output", text(&route.output)),
            ("depth", Value::from(route.output.matches('/').count())),
        ])
    }

    /// All tags, categories or authors, by name.
    fn listings(&self, kind: TermKind) -> Value {
        let mut sorted: Vec<&Listing> = self.index.site.terms(kind).iter().collect();
        sorted.sort_by_key(|listing| (listing.term.name.to_lowercase(), &listing.term.slug));
        list(sorted.into_iter().map(|listing| {
            let url = self.index.routes.of(RouteKey::Term { kind, slug: &listing.term.slug }).map(|route| &*route.url);
            map([
                ("name", text(&listing.term.name)),
                ("slug", text(&listing.term.slug)),
                ("url", maybe(url)),
                ("count", Value::from(listing.articles.len())),
            ])
        }))
    }

    /// All years with their articles, which are values already.
    fn years(&self, article: impl Fn(PageId) -> Value) -> Value {
        list(self.index.site.years.iter().map(|year| {
            let url = self.index.routes.of(RouteKey::Year(year.year)).map(|route| &*route.url);
            map([
                ("year", Value::from(i64::from(year.year))),
                ("url", maybe(url)),
                ("count", Value::from(year.articles.len())),
                ("articles", list(year.articles.iter().map(|id| article(*id)))),
            ])
        }))
    }

    /// Files that show this list in another form, and then those that show the whole site.
    #[must_use]
    pub fn alternates(&self, list_view: Option<&List>) -> Value {
        let Alternates { site, lists } = &self.alternates;
        let own = list_view.and_then(|list| lists.get(&list.kind.key())).map(Vec::as_slice).unwrap_or_default();
        list(own.iter().chain(site).cloned())
    }

    /// The list that a file shows.
    #[must_use]
    pub fn list(&self, list_view: &List, article: impl FnMut(PageId) -> Value) -> Value {
        let url = self.index.routes.of(list_view.kind.key().borrowed()).map_or("", |route| &route.url);
        let (term, year) = match &list_view.kind {
            ListKind::Term(_, term) => (
                map([("name", text(&term.name)), ("slug", text(&term.slug)), ("url", text(url)), ("count", Value::from(list_view.count))]),
                Value::none(),
            ),
            ListKind::Year(year) => (Value::none(), Value::from(i64::from(*year))),
            _ => (Value::none(), Value::none()),
        };
        map([
            ("kind", text(list_view.kind.name())),
            ("title", text(&list_view.kind.title())),
            ("term", term),
            ("year", year),
            ("count", Value::from(list_view.count)),
            ("articles", list(list_view.articles.iter().copied().map(article))),
            ("pager", pager(&list_view.pager)),
        ])
    }
}

/// What every template sees and no body is needed for.
fn shared(info: &SiteInfo, routes: &Routes, settings: Value) -> Vec<(&'static str, Value)> {
    let site = map([
        ("title", text(&info.title)),
        ("url", text(&info.url)),
        ("base", text(&info.base)),
        ("home", Value::from(format!("{}/", info.base))),
        ("description", text(&info.description)),
        ("language", text(&info.language)),
        ("author", maybe(info.author.as_deref())),
    ]);
    vec![
        ("site", site),
        ("theme", settings),
        ("menu", list(info.menu.iter().map(|(title, url)| map([("title", text(title)), ("url", text(url))])))),
        ("engine", Value::from(concat!("Avocet ", env!("CARGO_PKG_VERSION")))),
        ("urls", urls(routes)),
    ]
}

fn status(page: &Page) -> &'static str {
    match page.status {
        Status::Published => "published",
        Status::Draft => "draft",
        Status::Hidden => "hidden",
    }
}

/// Pages that a site has once, by the names that templates link to them by: those of the engine, and those of plugins.
fn urls(routes: &Routes) -> Value {
    let url = |key| maybe(routes.of(key).map(|route| &*route.url));
    let mut urls = map_with_room(Overview::LINKED.map(|(name, overview)| (name, url(RouteKey::Overview(overview)))), 0);
    for route in routes.all() {
        if let Some(RouteKey::Named(name)) = &route.key {
            urls.insert(name.clone().into(), text(&route.url));
        }
    }
    Value::from(urls)
}

/// Files that show the whole site, and each list, in another form.
fn alternates(routes: &Routes) -> Alternates {
    let mut found = Alternates::default();
    for route in routes.all() {
        let Content::Computed(computed) = &route.content else { continue };
        let Some(Alternate { title, media_type }) = &computed.alternate else { continue };
        let alternate = map([("title", text(title)), ("type", text(media_type)), ("url", text(&route.url))]);
        match route.content.list().filter(|list| list.kind != ListKind::Index) {
            Some(list) => found.lists.entry(list.kind.key()).or_default().push(alternate),
            None => found.site.push(alternate),
        }
    }
    found
}

fn term(routes: &Routes, kind: TermKind, term: &Term) -> Value {
    let url = routes.of(RouteKey::Term { kind, slug: &term.slug }).map(|route| &*route.url);
    map([("name", text(&term.name)), ("slug", text(&term.slug)), ("url", maybe(url))])
}

fn pager(pager: &Pager) -> Value {
    let item = |item: &avocet_plugin::PagerItem| map([("number", Value::from(item.number)), ("url", text(&item.url))]);
    map([
        ("number", Value::from(pager.number)),
        ("count", Value::from(pager.count)),
        ("previous", maybe(pager.previous.as_deref())),
        ("next", maybe(pager.next.as_deref())),
        ("items", list(pager.items.iter().map(item))),
    ])
}

/// A heading with those below it, down to `deepest`.
fn contents(heading: &Heading, deepest: u8) -> Value {
    let children = heading.children.iter().filter(|child| child.level <= deepest).map(|child| contents(child, deepest));
    map([
        ("level", Value::from(u32::from(heading.level))),
        ("id", text(&heading.id)),
        ("title", Value::safe_string(&heading.title)),
        ("children", list(children)),
    ])
}
