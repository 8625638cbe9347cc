//! One pass over a finished page: its links, its anchors, and what its HTML leaves open or keeps from readers.
//!
//! Source: WCAG 2.2 success criteria 1.1.1, 1.3.1, 2.4.4 and 4.1.2, the first two and the last as in `markup::accessibility`.

use std::ops::Range;

use avocet_plugin::html::elements::{implies_end, is_void, may_omit_end};
use avocet_plugin::html::{OpenElements, Tag, Token, decode, links, tokens};

use crate::markup::accessibility::{self, is_hidden, is_labelled};

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LinkRef {
    /// The element, in lower case.
    pub(super) element: String,
    /// The attribute, in lower case.
    pub(super) attribute: String,
    /// The value of `rel`.
    pub(super) rel: String,
    /// The URL, with character references decoded, without space round it.
    pub(super) url: String,
}

impl LinkRef {
    /// Whether what it leads to is loaded with the page, as an image or an iframe is.
    pub(super) fn is_asset(&self) -> bool {
        let of_feed = matches!(self.element.as_str(), "image" | "banner_image" | "icon" | "logo");
        of_feed || matches!(self.attribute.as_str(), "src" | "poster" | "data" | "srcset" | "imagesrcset" | "background")
    }

    /// Whether it is a stylesheet.
    pub(super) fn is_style(&self) -> bool {
        self.element == "link" && self.rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("stylesheet"))
    }
}

/// A problem of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// It has no end tag.
    Unclosed,
    /// An accessibility problem, after a heading of this level.
    Accessibility(accessibility::Finding, u8),
    /// A link without text.
    NoText,
    /// A link without a URL.
    NoUrl,
}

/// A problem, with the start tag as it stands and the URL in it, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ElementProblem {
    pub(super) problem: Problem,
    pub(super) tag: String,
    pub(super) url: Option<String>,
}

/// What was found in a page.
#[derive(Debug, Default)]
pub(super) struct PageScan {
    pub(super) links: Vec<LinkRef>,
    /// Values of `id`, and of `name` on `a`.
    pub(super) anchors: Vec<String>,
    pub(super) problems: Vec<ElementProblem>,
    /// Values of `style` and texts of `<style>`, which may name images.
    pub(super) styles: String,
}

/// An element that is open.
struct OpenElement {
    tag: Range<usize>,
    /// Whether it is of another language, such as SVG.
    is_foreign: bool,
}

/// A link that is open.
struct OpenLink {
    tag: Range<usize>,
    url: String,
    has_text: bool,
}

/// Where the reader stands.
struct Reader<'h> {
    html: &'h str,
    scan: PageScan,
    open: OpenElements<'h, OpenElement>,
    link: Option<OpenLink>,
    /// The level of the last heading.
    level: u8,
}

/// Reads a page or a piece of one.
pub(super) fn read(html: &str) -> PageScan {
    let mut reader = Reader { html, scan: PageScan::default(), open: OpenElements::default(), link: None, level: 0 };
    for (token, span) in tokens(html) {
        match token {
            Token::Start(tag) => reader.start(tag, span),
            Token::End(name) => reader.end(&name),
            Token::Text(text) => {
                if let Some(link) = &mut reader.link {
                    link.has_text |= !decode(text).trim().is_empty();
                }
            }
            Token::RawText(text) if reader.open.last().is_some_and(|(name, _)| name == "style") => reader.scan.styles.push_str(text),
            Token::RawText(_) | Token::Comment(_) | Token::Doctype => {}
        }
    }
    reader.close_from(0);
    reader.scan
}

impl<'h> Reader<'h> {
    /// An element begins.
    fn start(&mut self, tag: Tag<'h>, span: Range<usize>) {
        self.links(&tag);
        if let Some(style) = tag.value("style").filter(|style| style.contains("url(")) {
            self.scan.styles.push_str(&style);
        }
        let anchors = tag.attributes.iter().filter(|attribute| attribute.name == "id" || attribute.name == "name" && tag.name == "a");
        self.scan.anchors.extend(anchors.map(|attribute| attribute.value().into_owned()));
        let is_alternative = || tag.name == "img" && tag.value("alt").is_some_and(|alt| !alt.trim().is_empty());
        if let Some(link) = &mut self.link {
            link.has_text |= is_labelled(&tag) || is_alternative();
        }
        if let Some(finding) = accessibility::look(&tag) {
            self.accessibility(finding, &tag, &span);
        }
        if tag.name == "a"
            && let Some(url) = tag.value("href")
        {
            self.start_link(url.trim(), &tag, &span);
        }
        self.open(tag, span);
    }

    fn links(&mut self, tag: &Tag<'_>) {
        let rel = || tag.value("rel").map_or_else(String::new, |rel| rel.trim().to_owned());
        let link = |attribute: &str, url: &str| LinkRef {
            element: tag.name.to_string(),
            attribute: attribute.to_owned(),
            rel: rel(),
            url: url.trim().to_owned(),
        };
        self.scan.links.extend(links(tag).iter().map(|found| link(&found.attribute, &found.url)));
        let Some(content) = tag.value("content").filter(|_| tag.name == "meta") else { return };
        let property = tag.value("property").or_else(|| tag.value("name")).unwrap_or_default();
        let is_refresh = || tag.value("http-equiv").is_some_and(|value| value.trim().eq_ignore_ascii_case("refresh"));
        match property.trim() {
            "og:image" | "twitter:image" => self.scan.links.push(link("src", &content)),
            "og:url" => self.scan.links.push(link("content", &content)),
            _ => {
                let url = content.split_once("url=").filter(|_| is_refresh());
                self.scan.links.extend(url.map(|(_, url)| link("content", url)));
            }
        }
    }

    fn accessibility(&mut self, finding: accessibility::Finding, tag: &Tag<'_>, span: &Range<usize>) {
        let before = self.level;
        if let accessibility::Finding::Heading(level) = finding {
            self.level = level;
            if before == 0 || level <= before + 1 {
                return;
            }
        }
        let url = tag.value("src").map(|url| url.trim().to_owned());
        self.problem(Problem::Accessibility(finding, before), span, url);
    }

    fn start_link(&mut self, url: &str, tag: &Tag<'_>, span: &Range<usize>) {
        let is_hidden = is_hidden(tag);
        if url.is_empty() && !is_hidden {
            self.problem(Problem::NoUrl, span, Some(String::new()));
        }
        self.link = Some(OpenLink { tag: span.clone(), url: url.to_owned(), has_text: is_labelled(tag) || is_hidden });
    }

    fn problem(&mut self, problem: Problem, tag: &Range<usize>, url: Option<String>) {
        let tag = self.html.get(tag.clone()).unwrap_or_default().to_owned();
        self.scan.problems.push(ElementProblem { problem, tag, url });
    }

    fn open(&mut self, tag: Tag<'h>, span: Range<usize>) {
        let is_foreign = matches!(&*tag.name, "svg" | "math") || self.open.last().is_some_and(|(_, open)| open.is_foreign);
        if is_void(&tag.name) || is_foreign && tag.self_closing {
            return;
        }
        while self.open.last().is_some_and(|(open, _)| implies_end(open, &tag.name)) {
            self.open.pop();
        }
        self.open.push(tag.name, OpenElement { tag: span, is_foreign });
    }

    /// An element ends. An end tag that closes nothing is passed over by browsers, and here.
    fn end(&mut self, name: &str) {
        if name == "a"
            && let Some(link) = self.link.take().filter(|link| !link.has_text && !link.url.is_empty())
        {
            self.problem(Problem::NoText, &link.tag, Some(link.url));
        }
        if let Some(depth) = self.open.depth_of(name) {
            self.close_from(depth + 1);
            self.open.pop();
        }
    }

    /// Closes what is open inside so many elements, though it has no end tag.
    fn close_from(&mut self, depth: usize) {
        let mut unclosed = Vec::new();
        while self.open.len() > depth {
            unclosed.extend(self.open.pop().filter(|(name, _)| !may_omit_end(name)));
        }
        for (_, open) in unclosed.into_iter().rev() {
            self.problem(Problem::Unclosed, &open.tag, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(html: &str) -> Vec<(Problem, String)> {
        read(html).problems.into_iter().map(|found| (found.problem, found.tag)).collect()
    }

    #[test]
    fn urls_are_found_in_all_attributes_that_hold_one() {
        let html = "<a href=' a.html?b=1&amp;c '>t</a><img src=p.png srcset=\"a.png 1x, b.png 2x\" alt=''><video poster=v.png></video>\
                    <meta http-equiv=refresh content='0; url=/new'><meta property='og:image' content='/card.png'><object data=d></object>";
        let found: Vec<String> = read(html).links.into_iter().map(|link| link.url).collect();
        assert_eq!(found, ["a.html?b=1&c", "p.png", "a.png", "b.png", "v.png", "/new", "/card.png", "d"]);
        assert!(read("<!-- <a href=x> --><script>'<a href=y>'</script>").links.is_empty());
    }

    #[test]
    fn an_element_without_its_end_is_found_and_one_that_needs_none_is_not() {
        assert_eq!(problems("<div><div class=a><p>x</div>"), [(Problem::Unclosed, "<div>".into())]);
        assert_eq!(problems("<ul><li>a<li><b>b</ul>"), [(Problem::Unclosed, "<b>".into())]);
        assert_eq!(problems("<div/><p>x"), [(Problem::Unclosed, "<div/>".into())]);
        assert_eq!(problems("<p>a<div>b</div></p><svg><path d=''/><g></g></svg><br><table><tr><td>x</table></b>"), []);
    }

    #[test]
    fn links_without_text_or_url_are_found() {
        assert_eq!(problems("<a href=x> <span></span>&nbsp;</a>"), [(Problem::NoText, "<a href=x>".into())]);
        assert_eq!(problems("<a href=''>x</a>"), [(Problem::NoUrl, "<a href=''>".into())]);
        assert_eq!(problems("<a id=x></a><a href=x><img src=p alt='Home'></a><a href=x aria-label=Home></a><a href=y>y</a>"), []);
    }

    #[test]
    fn accessibility_problems_are_found_in_the_finished_page() {
        use accessibility::Finding::{Heading, Iframe, NoAlt};
        let found = problems("<h1>a</h1><h3>b</h3><img src=x><iframe src=y></iframe><iframe title=z></iframe>");
        let found: Vec<Problem> = found.into_iter().map(|(problem, _)| problem).collect();
        assert_eq!(found, [(Heading(3), 1), (NoAlt, 3), (Iframe, 3)].map(|(finding, level)| Problem::Accessibility(finding, level)));
    }

    #[test]
    fn deep_nesting_and_stray_end_tags_take_linear_time_and_no_stack() {
        let deep = 100_000;
        let html = "<b>".repeat(deep) + &"</i>".repeat(deep);
        assert_eq!(read(&html).problems.len(), deep);
    }
}
