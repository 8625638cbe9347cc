//! What the HTML standard says of elements, by their names in lower case. Each fact stands here once.
//!
//! Source: <https://html.spec.whatwg.org/#syntax>, with the obsolete elements that its parser still knows.

/// How the content of an element is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Tags, character references and text.
    Markup,
    /// Text in which character references count and tags do not.
    Text,
    /// Text in which neither counts.
    RawText,
    /// All that follows is text: there is no end tag.
    Rest,
}

/// How the content of an element is read.
#[must_use]
pub fn content(name: &str) -> Content {
    match name {
        "textarea" | "title" => Content::Text,
        "script" | "style" | "iframe" | "xmp" | "noembed" | "noframes" | "noscript" => Content::RawText,
        "plaintext" => Content::Rest,
        _ => Content::Markup,
    }
}

/// Whether an element has no content and no end tag.
#[must_use]
#[rustfmt::skip]
pub fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr"
            // Obsolete ones.
            | "basefont" | "bgsound" | "frame" | "keygen" | "param"
    )
}

/// Whether the end tag of an element may be left out.
#[must_use]
#[rustfmt::skip]
pub fn may_omit_end(name: &str) -> bool {
    matches!(
        name,
        "html" | "head" | "body" | "p" | "li" | "dt" | "dd" | "rt" | "rp" | "optgroup" | "option" | "colgroup" | "caption" | "thead"
            | "tbody" | "tfoot" | "tr" | "td" | "th"
    )
}

/// Whether a start tag of `next` ends the element `open` that has no end tag before it.
#[must_use]
pub fn implies_end(open: &str, next: &str) -> bool {
    match open {
        "p" => ends_paragraph(next),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "rt" | "rp" => matches!(next, "rt" | "rp"),
        "option" => matches!(next, "option" | "optgroup" | "hr"),
        "optgroup" => matches!(next, "optgroup" | "hr"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "tfoot"),
        "tr" => matches!(next, "tr" | "tbody" | "tfoot"),
        "thead" | "tbody" | "tfoot" => matches!(next, "tbody" | "tfoot"),
        "colgroup" | "caption" => matches!(next, "colgroup" | "thead" | "tbody" | "tfoot" | "tr"),
        _ => false,
    }
}

/// Whether the start tag of an element ends a paragraph that is open.
#[must_use]
#[rustfmt::skip]
pub fn ends_paragraph(name: &str) -> bool {
    matches!(
        name,
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "dialog" | "dir" | "div" | "dl" | "fieldset"
            | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hgroup" | "hr"
            | "listing" | "main" | "menu" | "nav" | "ol" | "p" | "plaintext" | "pre" | "search" | "section" | "summary" | "table" | "ul"
            | "xmp"
    )
}

/// Whether an element stands in a line of text, so that its tags separate no words.
#[must_use]
#[rustfmt::skip]
pub fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr" | "b" | "bdi" | "bdo" | "cite" | "code" | "data" | "del" | "dfn" | "em" | "font" | "i" | "ins" | "kbd" | "mark"
            | "q" | "ruby" | "s" | "samp" | "small" | "span" | "strike" | "strong" | "sub" | "sup" | "time" | "tt" | "u" | "var" | "wbr"
    )
}

/// Whether nothing that an element holds is read as text of the page.
#[must_use]
#[rustfmt::skip]
pub fn is_unread(name: &str) -> bool {
    matches!(
        name,
        "audio" | "canvas" | "head" | "iframe" | "noembed" | "noframes" | "noscript" | "object" | "script" | "select" | "style" | "svg"
            | "template" | "textarea" | "title" | "video" | "xmp"
    )
}

/// The level of a heading: 1 for `h1`.
#[must_use]
pub fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_agree_with_each_other() {
        for name in ["br", "img", "frame", "wbr"] {
            assert!(is_void(name) && content(name) == Content::Markup && !may_omit_end(name), "{name}");
        }
        for name in ["script", "title", "noframes"] {
            assert!(content(name) != Content::Markup && is_unread(name), "{name}");
        }
        assert!(implies_end("p", "div") && !implies_end("p", "b") && !implies_end("div", "div"));
        assert!(
            ["li", "td", "option", "p", "caption"].iter().all(|open| may_omit_end(open) && implies_end(open, open) != (*open == "caption"))
        );
        assert!((heading_level("h2"), heading_level("hr"), heading_level("h7")) == (Some(2), None, None));
    }
}
