//! URLs in feeds, sitemaps and other XML, and in JSON Feed, including those in the HTML that feeds contain.
//!
//! The formats need not be known: a URL is the value of `href`, `src` or `url`, or the whole text of elements such as `link` and `loc`.

use quick_xml::Reader;
use quick_xml::XmlVersion::Implicit1_0;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::Value;

use super::reader::{self, LinkRef};

/// Attributes of XML that are a URL.
const URL_ATTRIBUTES: [&str; 3] = ["href", "src", "url"];
/// Elements of XML, without their prefix, and keys of JSON whose text is a URL.
const URL_ELEMENTS: [&str; 10] =
    ["link", "loc", "url", "icon", "logo", "home_page_url", "feed_url", "external_url", "image", "banner_image"];
/// Elements of XML, without their prefix, whose text is HTML.
const HTML_ELEMENTS: [&str; 4] = ["content", "summary", "description", "encoded"];

/// The links of a file, if it is XML or a JSON Feed.
pub(super) fn links(output: &str, text: &str) -> Vec<LinkRef> {
    let extension = output.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "xml" | "atom" | "rss" => of_xml(text),
        "json" if text.contains("https://jsonfeed.org/") => serde_json::from_str(text).map_or_else(|_| Vec::new(), |feed| of_json(&feed)),
        _ => Vec::new(),
    }
}

/// The links up to the end, or up to what is not XML.
fn of_xml(xml: &str) -> Vec<LinkRef> {
    let mut reader = Reader::from_str(xml);
    let mut links = Vec::new();
    // Since the last start tag: elements with a URL or HTML have no elements in them.
    let mut text = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                links.extend(of_attributes(&tag));
                text.clear();
            }
            Ok(Event::Empty(tag)) => links.extend(of_attributes(&tag)),
            Ok(Event::Text(part)) => text.push_str(&part.decode().unwrap_or_default()),
            Ok(Event::CData(part)) => text.push_str(&part.decode().unwrap_or_default()),
            Ok(Event::GeneralRef(entity)) => text.extend(character(&entity)),
            Ok(Event::End(tag)) => {
                let name = String::from_utf8_lossy(tag.local_name().into_inner()).into_owned();
                if URL_ELEMENTS.contains(&name.as_str()) && !text.trim().is_empty() {
                    links.push(link(&name, "href", &text));
                } else if HTML_ELEMENTS.contains(&name.as_str()) {
                    links.extend(reader::read(&text).links);
                }
                text.clear();
            }
            Ok(Event::Eof) | Err(_) => return links,
            Ok(_) => {}
        }
    }
}

fn of_attributes(tag: &BytesStart) -> Vec<LinkRef> {
    let element = String::from_utf8_lossy(tag.local_name().into_inner()).into_owned();
    let url = |attribute: &str| {
        let found = tag.try_get_attribute(attribute).ok()??;
        Some(link(&element, attribute, &found.normalized_value(Implicit1_0).ok()?))
    };
    URL_ATTRIBUTES.into_iter().filter_map(url).collect()
}

/// The character that `&lt;` or `&#60;` stands for.
fn character(entity: &BytesRef) -> Option<char> {
    let name = entity.decode().unwrap_or_default();
    entity.resolve_char_ref().ok().flatten().or_else(|| resolve_predefined_entity(&name)?.chars().next())
}

fn of_json(feed: &Value) -> Vec<LinkRef> {
    let mut links = Vec::new();
    let mut open = vec![("", feed)];
    while let Some((key, value)) = open.pop() {
        match value {
            Value::String(html) if key == "content_html" => links.extend(reader::read(html).links),
            Value::String(url) if URL_ELEMENTS.contains(&key) => links.push(link(key, "href", url)),
            Value::Array(items) => open.extend(items.iter().map(|item| (key, item))),
            Value::Object(object) => open.extend(object.iter().map(|(key, value)| (key.as_str(), value))),
            _ => {}
        }
    }
    links
}

fn link(element: &str, attribute: &str, url: &str) -> LinkRef {
    LinkRef { element: element.to_owned(), attribute: attribute.to_owned(), rel: String::new(), url: url.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(output: &str, text: &str) -> Vec<String> {
        links(output, text).into_iter().map(|link| link.url).collect()
    }

    #[test]
    fn links_of_a_feed_and_of_the_html_in_it_are_found() {
        let atom = "<feed><link href=\"/a?b&amp;c\"/><entry><content type=\"html\">&lt;a href=&quot;/b?x&amp;amp;y&quot;&gt;b&lt;/a&gt;\
                    </content></entry></feed>";
        assert_eq!(urls("feeds/all.atom.xml", atom), ["/a?b&c", "/b?x&y"]);
        let rss = "<rss><channel><link> https://x.org/&#97;</link><image><url>/i.png</url></image><item><description><![CDATA[<img \
                   src=\"/c.png\">]]></description><enclosure url=\"/d.mp3\"/></item></channel></rss>";
        assert_eq!(urls("rss.xml", rss), ["https://x.org/a", "/i.png", "/c.png", "/d.mp3"]);
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","items":[{"url":"/d","content_html":"<a href='/e'>e</a>"}]}"#;
        assert_eq!(urls("feed.json", json), ["/e", "/d"]);
        assert!(urls("data.json", r#"{"url":"/d"}"#).is_empty() && urls("a.css", "<link href=x>").is_empty());
    }

    #[test]
    fn html_that_a_title_quotes_is_no_link_and_xhtml_is() {
        let atom =
            "<feed><title>&lt;a href='/no'&gt; in HTML</title><content type=\"xhtml\"><div><a href='/yes'>x</a></div></content></feed>";
        assert_eq!(urls("feed.atom", atom), ["/yes"]);
    }
}
