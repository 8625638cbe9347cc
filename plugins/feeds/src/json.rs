//! [`Feed`] -> JSON Feed 1.1.

use std::io;

use avocet_plugin::rfc3339;
use serde_json::{Map, Value, json};

use crate::feed::{Entry, Feed};

/// The feed as bytes.
pub(crate) fn write(feed: &Feed) -> io::Result<Vec<u8>> {
    let document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.url,
        "description": feed.description,
        "language": feed.language,
        "authors": [{ "name": feed.author }],
        "items": feed.entries.iter().map(item).collect::<Vec<_>>(),
    });
    let mut bytes = serde_json::to_vec_pretty(&document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// An item, without the fields that have no value.
fn item(entry: &Entry) -> Value {
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let names = |names: &[String], name: fn(&String) -> Value| (!names.is_empty()).then(|| names.iter().map(name).collect::<Value>());
    let html = entry.content.as_ref().unwrap_or(&entry.summary);
    let fields = [
        ("id", Some(json!(entry.id))),
        ("url", Some(json!(entry.url))),
        ("title", Some(json!(entry.title))),
        ("content_html", Some(json!(html))),
        ("summary", (!entry.description.is_empty()).then(|| json!(entry.description))),
        ("image", text(&entry.image)),
        ("date_published", Some(json!(rfc3339(&entry.published)))),
        ("date_modified", (entry.updated != entry.published).then(|| json!(rfc3339(&entry.updated)))),
        ("authors", names(&entry.authors, |name| json!({ "name": name }))),
        ("tags", names(&entry.terms, |name| json!(name))),
        ("language", text(&entry.language)),
    ];
    Value::Object(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>())
}
