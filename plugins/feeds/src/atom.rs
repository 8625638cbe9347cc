//! [`Feed`] -> Atom (RFC 4287).

use std::io;

use atom_syndication as atom;
use atom_syndication::{Category, Content, FixedDateTime, Generator, Link, Person, Text, WriteConfig};
use avocet_plugin::{Date, rfc3339};

use crate::feed::{Entry, Feed};
use crate::settings::Format;
use crate::xml;

/// The feed as bytes.
pub(crate) fn write(feed: Feed) -> io::Result<Vec<u8>> {
    let document = atom::Feed {
        title: feed.title.into(),
        subtitle: Some(feed.description.into()),
        id: feed.home_url.clone(),
        links: vec![link(feed.home_url, "alternate", "text/html"), link(feed.url, "self", Format::Atom.media_type())],
        // An empty feed must have a time too. The current time would change with every build, so it is the library's default, 1970.
        updated: feed.updated.as_ref().map(time).transpose()?.unwrap_or_default(),
        authors: vec![person(feed.author)],
        generator: Some(Generator { value: "Avocet".into(), ..Generator::default() }),
        entries: feed.entries.into_iter().map(entry).collect::<io::Result<_>>()?,
        lang: Some(feed.language),
        ..atom::Feed::default()
    };
    let layout = WriteConfig { write_document_declaration: true, indent_size: Some(2) };
    xml::finish(document.write_with_config(Vec::new(), layout).map_err(io::Error::other)?)
}

/// The language of an entry is that of its texts: the library has no `xml:lang` for entries.
fn entry(entry: Entry) -> io::Result<atom::Entry> {
    let lang = entry.language;
    Ok(atom::Entry {
        title: Text { lang: lang.clone(), ..Text::plain(entry.title) },
        id: entry.id,
        links: vec![link(entry.url, "alternate", "text/html")],
        published: Some(time(&entry.published)?),
        updated: time(&entry.updated)?,
        authors: entry.authors.into_iter().map(person).collect(),
        categories: entry.terms.into_iter().map(|term| Category { term, ..Category::default() }).collect(),
        summary: (!entry.summary.is_empty()).then(|| Text { lang: lang.clone(), ..Text::html(entry.summary) }),
        content: entry.content.map(|html| Content { value: Some(html), content_type: Some("html".into()), lang, ..Content::default() }),
        ..atom::Entry::default()
    })
}

fn link(href: String, rel: &str, media_type: &str) -> Link {
    Link { href, rel: rel.into(), mime_type: Some(media_type.into()), ..Link::default() }
}

fn person(name: String) -> Person {
    Person { name, ..Person::default() }
}

fn time(date: &Date) -> io::Result<FixedDateTime> {
    let text = rfc3339(date);
    FixedDateTime::parse_from_rfc3339(&text).map_err(|_| io::Error::other(format!("Atom cannot express the date {text}")))
}
