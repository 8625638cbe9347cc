//! HTML of a post -> the same with every URL absolute: a feed is read far from the page that its URLs are relative to.
//!
//! Invariant: all but those URLs stays as it is, byte for byte.

use avocet_plugin::html::{escape_attribute, links, replace, start_tags};
use url::Url;

/// The HTML, with relative URLs resolved against `page`.
pub(crate) fn html(html: &str, page: &Url) -> String {
    let links = start_tags(html).flat_map(|(tag, _)| links(&tag));
    replace(html, links.filter_map(|link| Some((link.span, escape_attribute(&join(&link.url, page)?)))).collect())
}

/// The absolute URL; nothing if it is absolute already.
fn join(url: &str, page: &Url) -> Option<String> {
    if Url::parse(url).is_ok() { None } else { page.join(url).ok().map(String::from) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        html(text, &Url::parse("https://x.org/notes/blog/a.html").unwrap())
    }

    #[test]
    fn every_kind_of_url_becomes_absolute_and_all_else_stays() {
        assert_eq!(
            at("<p class=x>é <a href=\"/notes/b.html?c=1&amp;d#e\">/b</a> <a href='#f'>f</a><a href=../c/>c</a></p>"),
            "<p class=x>é <a href=\"https://x.org/notes/b.html?c=1&amp;d#e\">/b</a> \
             <a href='https://x.org/notes/blog/a.html#f'>f</a><a href=https://x.org/notes/c/>c</a></p>"
        );
        assert_eq!(
            at("<video src=v.mp4 poster=\"p.png\">"),
            "<video src=https://x.org/notes/blog/v.mp4 poster=\"https://x.org/notes/blog/p.png\">"
        );
        assert_eq!(at("<object data=\"/o.svg\" data-x=\"/o\">"), "<object data=\"https://x.org/o.svg\" data-x=\"/o\">");
        for same in ["<a href=\"mailto:a@x.org\">", "<a href=\"\">", "<img src=\"data:image/gif;base64,AA==\">", "<!-- <a href=/x> -->"] {
            assert_eq!(at(same), same);
        }
        assert_eq!(at("<img src=\"//cdn.org/a b.png\">"), "<img src=\"https://cdn.org/a%20b.png\">");
    }

    #[test]
    fn every_url_of_a_srcset_becomes_absolute() {
        assert_eq!(
            at("<img srcset=\"a.png 1x,/b.png  2x, data:image/gif;base64,AA== 3x, c.png\">"),
            "<img srcset=\"https://x.org/notes/blog/a.png 1x,https://x.org/b.png  2x, data:image/gif;base64,AA== 3x, https://x.org/notes/blog/c.png\">"
        );
    }
}
