//! [`Feed`] -> Atom (RFC 4287).

use std::io;

use avocet_plugin::Date;

use crate::feed::{Entry, Feed};
use crate::settings::Format;
use crate::xml::{self, Xml, allowed, element, empty, with};

/// The feed as bytes.
pub(crate) fn write(feed: &Feed) -> io::Result<Vec<u8>> {
    let mut xml = xml::document()?;
    let space = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", &*feed.language)];
    xml.create_element("feed").with_attributes(space).write_inner_content(|xml| {
        element(xml, "title", &feed.title)?;
        element(xml, "subtitle", &feed.description)?;
        element(xml, "id", &feed.home)?;
        empty(xml, "link", &[("href", &feed.home), ("rel", "alternate"), ("type", "text/html")])?;
        empty(xml, "link", &[("href", &feed.address), ("rel", "self"), ("type", Format::Atom.media_type())])?;
        // An empty feed has to say a time, and the clock's would be another one in every build.
        element(xml, "updated", &feed.updated.as_ref().map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), time))?;
        person(xml, &feed.author)?;
        element(xml, "generator", "Avocet")?;
        feed.entries.iter().try_for_each(|post| entry(xml, post))
    })?;
    Ok(xml::bytes(xml))
}

fn entry(xml: &mut Xml, entry: &Entry) -> io::Result<()> {
    let language = entry.language.as_deref().map(|language| ("xml:lang", language));
    xml.create_element("entry").with_attributes(language).write_inner_content(|xml| {
        element(xml, "title", &entry.title)?;
        element(xml, "id", &entry.id)?;
        empty(xml, "link", &[("href", &entry.address), ("rel", "alternate"), ("type", "text/html")])?;
        element(xml, "published", &time(&entry.published))?;
        element(xml, "updated", &time(&entry.updated))?;
        entry.authors.iter().try_for_each(|author| person(xml, author))?;
        entry.subjects.iter().try_for_each(|key| empty(xml, "category", &[("term", &allowed(key))]))?;
        if !entry.summary.is_empty() {
            with(xml, "summary", &[("type", "html")], &entry.summary)?;
        }
        entry.content.iter().try_for_each(|content| with(xml, "content", &[("type", "html")], content))
    })?;
    Ok(())
}

fn person(xml: &mut Xml, name: &str) -> io::Result<()> {
    xml.create_element("author").write_inner_content(|xml| element(xml, "name", name)).map(drop)
}

/// RFC 3339.
fn time(date: &Date) -> String {
    date.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
