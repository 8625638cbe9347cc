//! A route and the site -> [`Feed`]: what all three formats say, with every address absolute.

use avocet_plugin::{Bodies, Date, List, Page, PageId, Route, Site, SiteIndex};
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
    /// Who stands for posts without an author.
    pub(crate) author: String,
    /// Its own address.
    pub(crate) address: String,
    /// The page that it is a feed of.
    pub(crate) home: String,
    /// When the newest change of its posts was; none without posts.
    pub(crate) updated: Option<Date>,
    /// Newest first.
    pub(crate) entries: Vec<Entry>,
}

/// A post.
pub(crate) struct Entry {
    /// What readers know it by, for ever.
    pub(crate) id: String,
    /// Whether the id is the address.
    pub(crate) id_is_address: bool,
    /// Where it is.
    pub(crate) address: String,
    /// Plain text.
    pub(crate) title: String,
    /// When it was published.
    pub(crate) published: Date,
    /// When it was last changed; `published` when it was not.
    pub(crate) updated: Date,
    /// Names, in the order written.
    pub(crate) authors: Vec<String>,
    /// The category and the tags, each once.
    pub(crate) subjects: Vec<String>,
    /// Its language when it is not the site's.
    pub(crate) language: Option<String>,
    /// HTML.
    pub(crate) summary: String,
    /// The summary as plain text.
    pub(crate) description: String,
    /// HTML, when the feed is to hold it.
    pub(crate) content: Option<String>,
    /// The picture that stands for it.
    pub(crate) image: Option<String>,
}

/// What a feed of this list is called.
pub(crate) fn title(site: &Site, list: &List) -> String {
    if list.title.is_empty() { site.info.title.clone() } else { format!("{} – {}", site.info.title, list.title) }
}

impl Feed {
    pub(crate) fn new(settings: &Settings, route: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Self {
        let site = &index.site;
        let info = &site.info;
        let list = route.content.view().and_then(|view| view.list.as_deref());
        let term_url = list.and_then(|list| list.term.as_ref()).map(|(_, url)| url).filter(|url| !url.is_empty());
        let entry = |id: &PageId| entry(settings, index, bodies, *id);
        let entries: Vec<Entry> = list.iter().flat_map(|list| &list.articles).filter_map(entry).collect();
        Self {
            title: list.map(|list| title(site, list)).unwrap_or_default(),
            description: if info.description.is_empty() { info.title.clone() } else { info.description.clone() },
            language: info.language.clone(),
            author: info.author.clone().unwrap_or_else(|| info.title.clone()),
            address: address(site, &route.url),
            home: term_url.map_or_else(|| address(site, &format!("{}/", info.base)), |url| address(site, url)),
            updated: entries.iter().map(|entry| &entry.updated).max().cloned(),
            entries,
        }
    }
}

/// An address of the site with its host, as it is sent over the wire.
fn address(site: &Site, url: &str) -> String {
    let host = site.info.url.strip_suffix(&*site.info.base).unwrap_or(&site.info.url);
    let whole = format!("{host}{url}");
    Url::parse(&whole).map_or(whole, String::from)
}

/// A post without a date, or without a file of its own, is in no feed.
fn entry(settings: &Settings, index: &SiteIndex, bodies: &dyn Bodies, id: PageId) -> Option<Entry> {
    let SiteIndex { site, routes, .. } = index;
    let page: &Page = site.page(id);
    let published = page.date.clone()?;
    let url = &routes.of("page", &page.source)?.url;
    let address = address(site, url);
    let whole = (settings.content == Content::Full).then(|| bodies.body(id));
    let body = whole.as_deref().unwrap_or_else(|| bodies.excerpt(id));
    let base = Url::parse(&address).ok();
    let absolute = |html: &str| base.as_ref().map_or_else(|| html.to_owned(), |base| absolute::html(html, base));
    let image = body.image.as_deref().map(|image| base.as_ref().and_then(|base| base.join(image).ok()).map_or(image.into(), String::from));
    let updated = page.modified.clone().filter(|modified| *modified > published).unwrap_or_else(|| published.clone());
    let mut subjects: Vec<String> = Vec::new();
    for term in page.category.iter().chain(&page.tags) {
        if !subjects.contains(&term.name) {
            subjects.push(term.name.clone());
        }
    }
    Some(Entry {
        id: match settings.ids {
            Ids::Tag => tag(settings, site, url, &published),
            Ids::Address => address.clone(),
        },
        id_is_address: settings.ids == Ids::Address,
        title: page.title.clone(),
        published,
        updated,
        authors: page.authors.iter().map(|author| author.name.clone()).collect(),
        subjects,
        language: (page.lang != site.info.language).then(|| page.lang.clone()),
        summary: absolute(&body.summary),
        description: body.description.clone(),
        content: whole.as_ref().map(|body| absolute(body.html.trim_end())),
        image,
        address,
    })
}

/// `tag:HOST,DATE:/PATH`, as Pelican has it: the host without its port, the day in the post's own time zone, the path as it is written.
fn tag(settings: &Settings, site: &Site, url: &str, published: &Date) -> String {
    let moved = !settings.id_url.is_empty();
    let parsed = Url::parse(if moved { &settings.id_url } else { &site.info.url }).ok();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
    let base = match &parsed {
        Some(old) if moved => old.path().trim_end_matches('/'),
        _ => &site.info.base,
    };
    let path = url.strip_prefix(&*site.info.base).unwrap_or(url);
    format!("tag:{host},{}:{base}{path}", published.strftime("%Y-%m-%d"))
}
