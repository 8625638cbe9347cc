//! [`Feed`] -> RSS 2.0. RSS itself has no place for several authors, the full text and the feed's own URL: `dc:creator`,
//! `content:encoded` and `atom:link` hold them, which feed readers know.

use std::collections::BTreeMap;
use std::io;

use avocet_plugin::{Date, rfc3339};
use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Guid, Item};

use crate::feed::{Entry, Feed};
use crate::settings::Format;
use crate::xml;

/// The feed as bytes.
pub(crate) fn write(feed: Feed) -> io::Result<Vec<u8>> {
    let this = Link { href: feed.url, rel: "self".into(), mime_type: Some(Format::Rss.media_type().into()), ..Link::default() };
    let channel = Channel {
        title: feed.title,
        link: feed.home_url,
        description: feed.description,
        language: Some(feed.language),
        last_build_date: feed.updated.as_ref().map(time),
        generator: Some("Avocet".into()),
        atom_ext: Some(AtomExtension { links: vec![this] }),
        items: feed.entries.into_iter().map(|entry| item(entry, &feed.author)).collect(),
        ..Channel::default()
    };
    xml::finish(channel.pretty_write_to(Vec::new(), b' ', 2).map_err(io::Error::other)?)
}

fn item(entry: Entry, site_author: &str) -> Item {
    let updated = (entry.updated != entry.published).then(|| rfc3339(&entry.updated));
    let dublin_core = DublinCoreExtension {
        creators: if entry.authors.is_empty() { vec![site_author.to_owned()] } else { entry.authors },
        languages: entry.language.into_iter().collect(),
        ..DublinCoreExtension::default()
    };
    Item {
        title: Some(entry.title),
        link: Some(entry.url),
        guid: Some(Guid { value: entry.id, permalink: entry.id_is_url }),
        pub_date: Some(time(&entry.published)),
        categories: entry.terms.into_iter().map(Category::from).collect(),
        description: Some(entry.summary).filter(|html| !html.is_empty()),
        content: entry.content,
        extensions: updated.map(atom_updated).unwrap_or_default(),
        dublin_core_ext: Some(dublin_core),
        ..Item::default()
    }
}

/// `<atom:updated>`.
fn atom_updated(time: String) -> ExtensionMap {
    let updated = Extension { name: "atom:updated".into(), value: Some(time), ..Extension::default() };
    BTreeMap::from([("atom".into(), BTreeMap::from([("updated".into(), vec![updated])]))])
}

/// RFC 822, with a year of four digits, as RSS wants it.
fn time(date: &Date) -> String {
    date.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}
