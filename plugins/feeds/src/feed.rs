//! A route and the site -> [`Feed`]: what all three formats contain, with every URL absolute.

use avocet_plugin::{Bodies, Date, List, ListKind, Page, PageId, Route, RouteKey, Site, SiteIndex};
use url::Url;

use crate::absolute;
use crate::settings::{Content, Ids, Settings};

/// A feed before it is written.
pub(crate) struct Feed {
    /// The site's title, and the name of the list.
    pub(crate) title: String,
    /// The site's description, or its title.
    pub(crate) description: String,
    /// BCP 47.
    pub(crate) language: String,
    /// The author of posts that name none.
    pub(crate) author: String,
    /// The URL of the feed itself.
    pub(crate) url: String,
    /// The URL of the page that it is a feed of.
    pub(crate) home_url: String,
    /// When any of its posts last changed; `None` without posts.
    pub(crate) updated: Option<Date>,
    /// Newest first.
    pub(crate) entries: Vec<Entry>,
}

/// A post.
pub(crate) struct Entry {
    /// How feed readers recognise the post; it never changes.
    pub(crate) id: String,
    /// Whether the id is the URL.
    pub(crate) id_is_url: bool,
    /// The URL of the post.
    pub(crate) url: String,
    /// Plain text.
    pub(crate) title: String,
    /// When it was published.
    pub(crate) published: Date,
    /// When it last changed; `published` if it never did.
    pub(crate) updated: Date,
    /// Names, in the order of the front matter.
    pub(crate) authors: Vec<String>,
    /// The category and the tags, each once.
    pub(crate) terms: Vec<String>,
    /// Its language, if it is not the site's.
    pub(crate) language: Option<String>,
    /// HTML.
    pub(crate) summary: String,
    /// The summary as plain text.
    pub(crate) description: String,
    /// HTML, if the feed contains the full text.
    pub(crate) content: Option<String>,
    /// The URL of its image.
    pub(crate) image: Option<String>,
}

/// The title of the feed of this list.
pub(crate) fn title(site: &Site, list: &List) -> String {
    let name = list.kind.title();
    if name.is_empty() { site.info.title.clone() } else { format!("{} – {name}", site.info.title) }
}

impl Feed {
    pub(crate) fn new(settings: &Settings, route: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Self {
        let site = &index.site;
        let info = &site.info;
        let list = route.content.list();
        let entry = |id: &PageId| entry(settings, index, bodies, *id);
        let entries: Vec<Entry> = list.iter().flat_map(|list| &list.articles).filter_map(entry).collect();
        Self {
            title: list.map(|list| title(site, list)).unwrap_or_default(),
            description: if info.description.is_empty() { info.title.clone() } else { info.description.clone() },
            language: info.language.clone(),
            author: info.author.clone().unwrap_or_else(|| info.title.clone()),
            url: site.absolute(&route.url),
            home_url: site.absolute(&list.and_then(|list| term_url(index, list)).unwrap_or_else(|| format!("{}/", info.base))),
            updated: entries.iter().map(|entry| &entry.updated).max().cloned(),
            entries,
        }
    }
}

/// The URL of the page that lists the posts of a term, if there is one.
fn term_url(index: &SiteIndex, list: &List) -> Option<String> {
    let of_term = matches!(list.kind, ListKind::Term(..));
    index.routes.of(list.kind.key().borrowed()).filter(|_| of_term).map(|route| route.url.clone())
}

/// A post without a date, or without a page of its own, is in no feed.
fn entry(settings: &Settings, index: &SiteIndex, bodies: &dyn Bodies, id: PageId) -> Option<Entry> {
    let SiteIndex { site, routes, .. } = index;
    let page: &Page = site.page(id);
    let published = page.date.clone()?;
    let path = &routes.of(RouteKey::Page(&page.source))?.url;
    let url = site.absolute(path);
    let full = (settings.content == Content::Full).then(|| bodies.body(id));
    let body = full.as_deref().unwrap_or_else(|| bodies.excerpt(id));
    let base = Url::parse(&url).ok();
    let absolute = |html: &str| base.as_ref().map_or_else(|| html.to_owned(), |base| absolute::html(html, base));
    let image = body.image.as_deref().map(|image| base.as_ref().and_then(|base| base.join(image).ok()).map_or(image.into(), String::from));
    let updated = page.modified.clone().filter(|modified| *modified > published).unwrap_or_else(|| published.clone());
    let mut terms: Vec<String> = Vec::new();
    for term in page.category.iter().chain(&page.tags) {
        if !terms.contains(&term.name) {
            terms.push(term.name.clone());
        }
    }
    Some(Entry {
        id: match settings.ids {
            Ids::Tag => tag_uri(settings, site, path, &published),
            Ids::Url => url.clone(),
        },
        id_is_url: settings.ids == Ids::Url,
        title: page.title.clone(),
        published,
        updated,
        authors: page.authors.iter().map(|author| author.name.clone()).collect(),
        terms,
        language: (page.lang != site.info.language).then(|| page.lang.clone()),
        summary: absolute(&body.summary),
        description: body.description.clone(),
        content: full.as_ref().map(|body| absolute(body.html.trim_end())),
        image,
        url,
    })
}

/// `tag:HOST,DATE:/PATH` (RFC 4151), as Pelican writes it: the host without its port, the day in the post's own time zone, the path as it
/// is written.
fn tag_uri(settings: &Settings, site: &Site, path: &str, published: &Date) -> String {
    let moved = !settings.id_url.is_empty();
    let parsed = Url::parse(if moved { &settings.id_url } else { &site.info.url }).ok();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
    let base = match &parsed {
        Some(old) if moved => old.path().trim_end_matches('/'),
        _ => &site.info.base,
    };
    let path = path.strip_prefix(&*site.info.base).unwrap_or(path);
    format!("tag:{host},{}:{base}{path}", published.strftime("%Y-%m-%d"))
}
