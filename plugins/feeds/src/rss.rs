//! [`Feed`] -> RSS 2.0. Several authors, the whole text and the feed's own address have no room in RSS itself: they are said in
//! `dc:creator`, `content:encoded` and `atom:link`, which readers know.

use std::io;

use avocet_plugin::Date;

use crate::feed::{Entry, Feed};
use crate::settings::Format;
use crate::xml::{self, Xml, element, empty, with};

/// The feed as bytes.
pub(crate) fn write(feed: &Feed) -> io::Result<Vec<u8>> {
    let mut xml = xml::document()?;
    let spaces = [
        ("version", "2.0"),
        ("xmlns:atom", "http://www.w3.org/2005/Atom"),
        ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ];
    xml.create_element("rss").with_attributes(spaces).write_inner_content(|xml| {
        xml.create_element("channel").write_inner_content(|xml| channel(xml, feed))?;
        Ok(())
    })?;
    Ok(xml::bytes(xml))
}

fn channel(xml: &mut Xml, feed: &Feed) -> io::Result<()> {
    element(xml, "title", &feed.title)?;
    element(xml, "link", &feed.home)?;
    element(xml, "description", &feed.description)?;
    element(xml, "language", &feed.language)?;
    empty(xml, "atom:link", &[("href", &feed.address), ("rel", "self"), ("type", Format::Rss.media_type())])?;
    if let Some(updated) = &feed.updated {
        element(xml, "lastBuildDate", &time(updated))?;
    }
    element(xml, "generator", "Avocet")?;
    feed.entries.iter().try_for_each(|entry| item(xml, feed, entry))
}

fn item(xml: &mut Xml, feed: &Feed, entry: &Entry) -> io::Result<()> {
    xml.create_element("item").write_inner_content(|xml| {
        element(xml, "title", &entry.title)?;
        element(xml, "link", &entry.address)?;
        with(xml, "guid", &[("isPermaLink", if entry.id_is_address { "true" } else { "false" })], &entry.id)?;
        element(xml, "pubDate", &time(&entry.published))?;
        if entry.updated != entry.published {
            element(xml, "atom:updated", &entry.updated.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())?;
        }
        for author in if entry.authors.is_empty() { std::slice::from_ref(&feed.author) } else { &entry.authors } {
            element(xml, "dc:creator", author)?;
        }
        entry.language.iter().try_for_each(|language| element(xml, "dc:language", language))?;
        entry.subjects.iter().try_for_each(|key| element(xml, "category", key))?;
        if !entry.summary.is_empty() {
            element(xml, "description", &entry.summary)?;
        }
        entry.content.iter().try_for_each(|content| element(xml, "content:encoded", content))
    })?;
    Ok(())
}

/// RFC 822, with a year of four digits, as RSS wants it.
fn time(date: &Date) -> String {
    date.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}
