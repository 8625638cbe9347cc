//! The URLs of a start tag.
//!
//! Source of the list: the attributes of the HTML standard, and the obsolete ones, that hold the URL of something to load or to go to.

use std::borrow::Cow;
use std::ops::Range;

use super::token::Tag;
use super::{Attribute, decode_attribute};

/// A URL in a start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link<'t> {
    /// The attribute, in lower case.
    pub attribute: Cow<'t, str>,
    /// The URL, with character references decoded, without space round it.
    pub url: Cow<'t, str>,
    /// The bytes of the URL: of a `srcset`, those of one of its URLs.
    pub span: Range<usize>,
}

impl Link<'_> {
    /// Whether what it leads to is loaded with the page, as an image or an iframe is.
    #[must_use]
    pub fn is_asset(&self) -> bool {
        matches!(&*self.attribute, "src" | "poster" | "data" | "srcset" | "imagesrcset" | "background")
    }
}

/// The URLs of a start tag, in order. Empty ones are left out.
#[must_use]
pub fn links<'t>(tag: &Tag<'t>) -> Vec<Link<'t>> {
    let mut links = Vec::new();
    for attribute in &tag.attributes {
        match &*attribute.name {
            "href" | "src" | "poster" | "cite" | "action" | "formaction" | "background" | "longdesc" => {
                links.extend(link(attribute, 0..attribute.raw.len()))
            }
            "data" if tag.name == "object" => links.extend(link(attribute, 0..attribute.raw.len())),
            "srcset" | "imagesrcset" => links.extend(srcset(attribute.raw).into_iter().filter_map(|part| link(attribute, part))),
            _ => {}
        }
    }
    links
}

/// The link that a part of a value is.
fn link<'t>(attribute: &Attribute<'t>, part: Range<usize>) -> Option<Link<'t>> {
    let written = attribute.raw.get(part.clone())?;
    let start = attribute.span.start + part.start + written.len() - written.trim_start().len();
    let url = written.trim();
    let link = || Link { attribute: attribute.name.clone(), url: decode_attribute(url), span: start..start + url.len() };
    (!url.is_empty()).then(link)
}

/// Where the URLs of a `srcset` stand: each ends at white space, or at a comma at its end.
#[must_use]
pub fn srcset(value: &str) -> Vec<Range<usize>> {
    let mut urls = Vec::new();
    let mut at = 0;
    while let Some(rest) = value.get(at..) {
        let candidate = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if candidate.is_empty() {
            break;
        }
        let start = value.len() - candidate.len();
        let length = candidate.find(|c: char| c.is_ascii_whitespace()).unwrap_or(candidate.len());
        let url = candidate.get(..length).unwrap_or_default().trim_end_matches(',');
        urls.push(start..start + url.len());
        at = start + length;
        if url.len() == length {
            at += value.get(at..).map_or(0, descriptor_length);
        }
    }
    urls
}

/// How long the descriptors after a URL are: up to a comma that is in no brackets.
fn descriptor_length(rest: &str) -> usize {
    let mut is_in_brackets = false;
    let end = rest.find(|c: char| {
        is_in_brackets = c == '(' || is_in_brackets && c != ')';
        c == ',' && !is_in_brackets
    });
    end.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::super::start_tags;
    use super::*;

    fn found(html: &str) -> Vec<(String, &str)> {
        start_tags(html).flat_map(|(tag, _)| links(&tag)).map(|link| (link.url.into_owned(), &html[link.span])).collect()
    }

    #[test]
    fn urls_are_found_with_the_bytes_that_they_take_up() {
        let html = "<div>é<a class=x HREF=\" a.html?b=1&amp;c \">t</a>\r\n<img\n src='p.png' srcset=\"a.png 1x, b.png 2x\">\
                    <iframe src=q></iframe><object data=d data-x=e><td background=f><a href=''>";
        let expected = [
            ("a.html?b=1&c", "a.html?b=1&amp;c"),
            ("p.png", "p.png"),
            ("a.png", "a.png"),
            ("b.png", "b.png"),
            ("q", "q"),
            ("d", "d"),
            ("f", "f"),
        ];
        assert_eq!(found(html), expected.map(|(url, raw)| (url.to_owned(), raw)));
    }

    #[test]
    fn comments_and_scripts_have_no_links() {
        assert_eq!(found("<!-- <a href=x> --><script>'<a href=y>'</script>"), []);
    }

    #[test]
    fn a_srcset_is_split_as_the_standard_says() {
        let value = " a.png 1x,/b.png  2x, data:image/gif;base64,AA== 3x (a, b), c.png,d.png,, e?a&amp;b=1,2 2w,";
        let urls: Vec<&str> = srcset(value).into_iter().map(|span| &value[span]).collect();
        assert_eq!(urls, ["a.png", "/b.png", "data:image/gif;base64,AA==", "c.png,d.png", "e?a&amp;b=1,2"]);
        assert_eq!(found("<img srcset=' a?x&amp;y 1x'>"), [("a?x&y".to_owned(), "a?x&amp;y")]);
    }
}
