//! What each element of HTML is to a summary. Names come in lower case; the groups are those of the HTML standard.

use crate::markup::html_blocks::tokens::{Tag, lower};

/// Whether nothing of an element is seen as text.
pub(super) fn is_invisible(name: &str) -> bool {
    matches!(
        name,
        "audio"
            | "canvas"
            | "head"
            | "iframe"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "title"
            | "video"
            | "xmp"
    )
}

/// Whether an element is left out of a summary with all that it holds.
pub(super) fn is_dropped(tag: Tag<'_>) -> bool {
    let name = lower(tag.name);
    is_invisible(&name)
        || matches!(&*name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hgroup" | "nav" | "figcaption" | "picture")
        || matches!(&*name, "button" | "datalist" | "embed" | "img" | "input" | "link" | "meter" | "output" | "progress")
        || tag.attributes().any(|attribute| attribute.name.eq_ignore_ascii_case("class") && has_dropped_class(attribute.value))
}

/// Footnotes and what leads to them, anchors of headings, tables of contents: as Avocet writes them, and as Python-Markdown does.
fn has_dropped_class(value: &str) -> bool {
    const DROPPED: [&str; 10] = [
        "anchor",
        "contents",
        "footnote",
        "footnote-backref",
        "footnote-ref",
        "footnote-reference",
        "footnotes",
        "headerlink",
        "toc",
        "toc-backref",
    ];
    value.split_ascii_whitespace().any(|class| DROPPED.contains(&class))
}

/// Whether the tags of an element are left out and its content stays: a summary is a part of a link, a list and a page already.
pub(super) fn is_unwrapped(name: &str) -> bool {
    matches!(
        name,
        "a" | "area"
            | "base"
            | "body"
            | "details"
            | "dialog"
            | "fieldset"
            | "form"
            | "html"
            | "label"
            | "legend"
            | "link"
            | "main"
            | "map"
            | "meta"
            | "param"
            | "source"
            | "summary"
            | "track"
    )
}

/// Whether an attribute can stand in a page any number of times, and leads to nothing that is not in the summary.
pub(super) fn is_kept_attribute(name: &str) -> bool {
    !matches!(
        name,
        "id" | "accesskey" | "aria-controls" | "aria-describedby" | "aria-labelledby" | "autofocus" | "headers" | "itemref" | "tabindex"
    )
}

/// Whether an element is kept that has lost all of its content: a cell, which the ones after it need.
pub(super) fn is_kept_empty(name: &str) -> bool {
    matches!(name, "td" | "th" | "col" | "colgroup")
}

/// Whether an element stands in a line of text, so that its tags separate no words.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Whether a start tag ends the element that is open without its end tag.
pub(super) fn implies_end(open: &str, new: &str) -> bool {
    match open {
        "li" => new == "li",
        "dt" | "dd" => matches!(new, "dt" | "dd"),
        "td" | "th" => matches!(new, "td" | "th" | "tr" | "tbody" | "tfoot"),
        "tr" => matches!(new, "tr" | "tbody" | "tfoot"),
        "thead" | "tbody" | "tfoot" => matches!(new, "tbody" | "tfoot"),
        "rt" | "rp" => matches!(new, "rt" | "rp"),
        "p" => matches!(
            new,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "center"
                | "dir"
                | "div"
                | "dl"
                | "figure"
                | "footer"
                | "header"
                | "hr"
                | "menu"
                | "ol"
                | "p"
                | "pre"
                | "search"
                | "section"
                | "table"
                | "ul"
        ),
        _ => false,
    }
}
