//! Addresses in feeds and site maps: XML in its tags and in the HTML that it carries, and JSON Feed.
//!
//! Invariant: what is neither has none. The kinds of feeds need not be known: an address is what stands in `href`, `src` or `url`, or is
//! all that `link`, `loc`, `url` or `icon` hold.

use serde_json::Value;

use super::reader::{self, LinkRef};

/// Elements of XML, and keys of JSON, that hold an address and nothing else.
const HOLD: [&str; 10] = ["link", "loc", "url", "icon", "logo", "home_page_url", "feed_url", "external_url", "image", "banner_image"];

/// The addresses of a file, if it is XML or a JSON Feed.
pub(super) fn leads(output: &str, text: &str) -> Vec<LinkRef> {
    let ending = output.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "xml" | "atom" | "rss" => of_xml(text),
        "json" if text.contains("https://jsonfeed.org/") => serde_json::from_str(text).map_or_else(|_| Vec::new(), |feed| of_json(&feed)),
        _ => Vec::new(),
    }
}

fn of_xml(text: &str) -> Vec<LinkRef> {
    let text = text.replace("<![CDATA[", "").replace("]]>", "");
    let mut leads = Vec::new();
    for name in HOLD {
        let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
        let held = text.split(begin.as_str()).skip(1).filter_map(|rest| rest.split(end.as_str()).next());
        leads.extend(held.filter(|held| !held.contains('<')).map(|held| lead(name, &unescaped(held))));
    }
    // Both levels at once: the tags of the feed, and those of the posts in it.
    leads.extend(reader::read(&unescaped(&text)).leads);
    leads
}

fn of_json(feed: &Value) -> Vec<LinkRef> {
    let mut leads = Vec::new();
    let mut open = vec![("", feed)];
    while let Some((key, value)) = open.pop() {
        match value {
            Value::String(html) if key == "content_html" => leads.extend(reader::read(html).leads),
            Value::String(address) if HOLD.contains(&key) => leads.push(lead(key, address)),
            Value::Array(items) => open.extend(items.iter().map(|item| (key, item))),
            Value::Object(table) => open.extend(table.iter().map(|(key, value)| (key.as_str(), value))),
            _ => {}
        }
    }
    leads
}

fn lead(element: &str, value: &str) -> LinkRef {
    LinkRef { element: element.to_owned(), attribute: "href", rel: String::new(), value: value.trim().to_owned() }
}

/// Text of XML with its five entities as characters.
fn unescaped(text: &str) -> String {
    let signs = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    signs.replace("&#39;", "'").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(output: &str, text: &str) -> Vec<String> {
        leads(output, text).into_iter().map(|lead| lead.value).collect()
    }

    #[test]
    fn addresses_of_feeds_are_found_on_both_levels() {
        let atom = "<feed><link href=\"/a\"/><entry><content type=\"html\">&lt;a href=&quot;/b?x&amp;amp;y&quot;&gt;b&lt;/a&gt;</content>\
                    </entry></feed>";
        assert_eq!(values("feeds/all.atom.xml", atom), ["/a", "/b?x&y"]);
        let rss = "<rss><channel><link>https://x.org/</link><description><![CDATA[<img src=\"/c.png\">]]></description></channel></rss>";
        assert_eq!(values("rss.xml", rss), ["https://x.org/", "/c.png"]);
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","items":[{"url":"/d","content_html":"<a href='/e'>e</a>"}]}"#;
        assert_eq!(values("feed.json", json), ["/e", "/d"]);
        assert!(values("data.json", r#"{"url":"/d"}"#).is_empty() && values("a.css", "<link href=x>").is_empty());
    }
}
