//! One pass over a finished page: where it leads, what can be led to, and what its HTML leaves open or keeps from readers.
//!
//! Source: the attributes of the HTML standard that hold an address; its void elements and those whose end tag may be left out; WCAG 2.2
//! success criteria 1.1.1, 1.3.1, 2.4.4 and 4.1.2, of which the first two are looked at as in `markup::accessibility`.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::elements::{is_phrasing_end, is_void, may_stay_open};
use crate::markup::accessibility::empty_word;

/// An address in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LinkRef {
    /// The element, in lower case.
    pub(super) element: String,
    /// The attribute, in lower case.
    pub(super) attribute: &'static str,
    /// The value of `rel`.
    pub(super) rel: String,
    /// The address, with entities decoded, without space round it.
    pub(super) value: String,
}

impl LinkRef {
    /// Whether it is loaded with the page, as a picture or a frame is.
    pub(super) fn is_asset(&self) -> bool {
        matches!(self.attribute, "src" | "poster" | "data" | "srcset")
    }

    /// Whether it is a stylesheet.
    pub(super) fn is_style(&self) -> bool {
        self.element == "link" && self.rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("stylesheet"))
    }
}

/// Something that is wrong with an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It has no end tag.
    Open,
    /// A frame without a title.
    Frame,
    /// A picture without `alt`.
    NoAlt,
    /// A picture whose text says nothing.
    EmptyWord(String),
    /// A heading of the first level follows one of the second, and a level between is skipped.
    Heading(u8, u8),
    /// A link without words.
    NoWords,
    /// A link without an address.
    NoAddress,
}

/// What is wrong, with the start tag as it stands and the address in it, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HtmlError {
    pub(super) wrong: Wrong,
    pub(super) tag: String,
    pub(super) address: Option<String>,
}

/// A page, read.
#[derive(Debug, Default)]
pub(super) struct PageScan {
    pub(super) leads: Vec<LinkRef>,
    /// Values of `id`, and of `name` on `a`.
    pub(super) anchors: Vec<String>,
    pub(super) errors: Vec<HtmlError>,
    /// Values of `style` and texts of `<style>`, which may name pictures.
    pub(super) styles: String,
}

/// Attributes that are looked at; others are passed over.
const WATCHED: [&str; 22] = [
    "href",
    "src",
    "srcset",
    "imagesrcset",
    "poster",
    "data",
    "cite",
    "action",
    "formaction",
    "content",
    "property",
    "http-equiv",
    "id",
    "name",
    "alt",
    "title",
    "aria-label",
    "aria-labelledby",
    "aria-hidden",
    "hidden",
    "rel",
    "style",
];

/// An element that is open.
struct Open {
    name: String,
    tag: Range<usize>,
    foreign: bool,
}

/// A link that is open.
struct Link {
    tag: Range<usize>,
    address: String,
    words: bool,
}

/// Where the reader stands.
struct Reader<'h> {
    html: &'h str,
    scan: PageScan,
    name: String,
    start: usize,
    attributes: Vec<(&'static str, String)>,
    named: bool,
    open: Vec<Open>,
    link: Option<Link>,
    level: u8,
}

/// Reads a page or a piece of one.
pub(super) fn read(html: &str) -> PageScan {
    let mut reader = Reader {
        html,
        scan: PageScan::default(),
        name: String::new(),
        start: 0,
        attributes: Vec::new(),
        named: false,
        open: Vec::new(),
        link: None,
        level: 0,
    };
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<()> {
        reader.event(&event, &span);
        None
    });
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(()) = token;
    }
    reader.close_from(0);
    reader.scan
}

impl Reader<'_> {
    fn event(&mut self, event: &CallbackEvent<'_>, span: &Span<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.name.clear();
                self.name.push_str(&String::from_utf8_lossy(name));
                self.start = self.html.get(..span.end.min(self.html.len())).and_then(|before| before.rfind('<')).unwrap_or(span.start);
                self.attributes.clear();
                self.named = false;
            }
            CallbackEvent::AttributeName { name } => {
                let watched = WATCHED.iter().find(|watched| watched.as_bytes() == *name);
                self.named = watched.is_some();
                self.attributes.extend(watched.map(|name| (*name, String::new())));
            }
            CallbackEvent::AttributeValue { value } if self.named => {
                if let Some((_, last)) = self.attributes.last_mut() {
                    *last = String::from_utf8_lossy(value).into_owned();
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => self.tag(self.start..span.end.min(self.html.len()), *self_closing),
            CallbackEvent::EndTag { name } => self.end(&String::from_utf8_lossy(name)),
            CallbackEvent::String { value } => self.text(value),
            _ => {}
        }
    }

    fn text(&mut self, value: &[u8]) {
        if let Some(link) = &mut self.link {
            link.words |= !value.trim_ascii().is_empty();
        }
        if self.open.last().is_some_and(|open| open.name == "style") {
            self.scan.styles.push_str(&String::from_utf8_lossy(value));
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, value)| value.trim())
    }

    fn filled(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| !value.is_empty())
    }

    /// The whole of a start tag.
    fn tag(&mut self, tag: Range<usize>, self_closing: bool) {
        self.leads();
        if let Some(style) = self.value("style").filter(|style| style.contains("url(")).map(str::to_owned) {
            self.scan.styles.push_str(&style);
        }
        let name = self.name.as_str();
        for (attribute, value) in &self.attributes {
            if *attribute == "id" || *attribute == "name" && name == "a" {
                self.scan.anchors.push(value.clone());
            }
        }
        let unseen = self.value("aria-hidden") == Some("true") || self.value("hidden").is_some();
        let labelled = ["aria-label", "aria-labelledby", "title"].iter().any(|name| self.filled(name));
        let says = labelled || name == "img" && self.filled("alt");
        if let Some(link) = &mut self.link {
            link.words |= says;
        }
        match name {
            "iframe" if !labelled && !unseen => self.error(Wrong::Frame, &tag, "src"),
            "img" if !unseen => self.image(&tag),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(&tag),
            "a" if self.value("href").is_some() => {
                if self.value("href") == Some("") && !unseen {
                    self.error(Wrong::NoAddress, &tag, "href");
                }
                let address = self.value("href").unwrap_or_default().to_owned();
                self.link = Some(Link { tag: tag.clone(), address, words: labelled || unseen });
            }
            _ => {}
        }
        self.begin(tag, self_closing);
    }

    fn leads(&mut self) {
        let element = &self.name;
        let rel = self.value("rel").unwrap_or_default().to_owned();
        let lead =
            |attribute, value: &str| LinkRef { element: element.clone(), attribute, rel: rel.clone(), value: value.trim().to_owned() };
        let mut found = Vec::new();
        for (attribute, value) in &self.attributes {
            match *attribute {
                "href" | "src" | "poster" | "cite" | "action" | "formaction" => found.push(lead(*attribute, value)),
                "data" if element == "object" => found.push(lead("data", value)),
                "srcset" | "imagesrcset" => {
                    let candidates = value.split(',').filter_map(|candidate| candidate.split_whitespace().next());
                    found.extend(candidates.map(|address| lead("srcset", address)));
                }
                "content" if element == "meta" => {
                    let refresh = self.value("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh"));
                    let told = self.value("property").or(self.value("name")).unwrap_or_default();
                    if matches!(told, "og:image" | "twitter:image" | "og:url") {
                        found.push(lead(if told == "og:url" { "content" } else { "src" }, value));
                    } else if let Some((_, address)) = value.split_once("url=").filter(|_| refresh) {
                        found.push(lead("content", address));
                    }
                }
                _ => {}
            }
        }
        self.scan.leads.append(&mut found);
    }

    fn image(&mut self, tag: &Range<usize>) {
        match self.value("alt") {
            None => self.error(Wrong::NoAlt, tag, "src"),
            Some(alt) => {
                if let Some(word) = empty_word(alt).map(str::to_owned) {
                    self.error(Wrong::EmptyWord(word), tag, "src");
                }
            }
        }
    }

    fn heading(&mut self, tag: &Range<usize>) {
        let level = self.name.as_bytes().get(1).map_or(0, |digit| digit - b'0');
        if level > self.level + 1 && self.level > 0 {
            self.error(Wrong::Heading(level, self.level), tag, "href");
        }
        self.level = level;
    }

    fn error(&mut self, wrong: Wrong, tag: &Range<usize>, address: &str) {
        let address = self.value(address).map(str::to_owned);
        let tag = self.html.get(tag.clone()).unwrap_or_default().to_owned();
        self.scan.errors.push(HtmlError { wrong, tag, address });
    }

    /// An element begins.
    fn begin(&mut self, tag: Range<usize>, self_closing: bool) {
        let foreign = matches!(self.name.as_str(), "svg" | "math") || self.open.last().is_some_and(|open| open.foreign);
        if is_void(&self.name) || foreign && self_closing {
            return;
        }
        // A block ends the paragraph that is open.
        if is_phrasing_end(&self.name) && self.open.last().is_some_and(|open| open.name == "p") {
            self.open.pop();
        }
        self.open.push(Open { name: self.name.clone(), tag, foreign });
    }

    /// An element ends. An end tag that closes nothing is passed over by browsers, and here.
    fn end(&mut self, name: &str) {
        if name == "a"
            && let Some(link) = self.link.take().filter(|link| !link.words && !link.address.is_empty())
        {
            let tag = self.html.get(link.tag).unwrap_or_default().to_owned();
            self.scan.errors.push(HtmlError { wrong: Wrong::NoWords, tag, address: Some(link.address) });
        }
        if let Some(at) = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)) {
            self.close_from(at + 1);
            self.open.truncate(at);
        }
    }

    /// Closes what is open from here on, though it has no end tag.
    fn close_from(&mut self, at: usize) {
        for open in self.open.drain(at..).filter(|open| !may_stay_open(&open.name)) {
            let tag = self.html.get(open.tag).unwrap_or_default().to_owned();
            self.scan.errors.push(HtmlError { wrong: Wrong::Open, tag, address: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(html: &str) -> Vec<(Wrong, String)> {
        read(html).errors.into_iter().map(|error| (error.wrong, error.tag)).collect()
    }

    #[test]
    fn addresses_are_found_in_all_attributes_that_hold_one() {
        let html = "<a href=' a.html?b=1&amp;c '>t</a><img src=p.png srcset=\"a.png 1x, b.png 2x\" alt=''><video poster=v.png></video>\
                    <meta http-equiv=refresh content='0; url=/new'><meta property='og:image' content='/card.png'><object data=d></object>";
        let found: Vec<String> = read(html).leads.into_iter().map(|lead| lead.value).collect();
        assert_eq!(found, ["a.html?b=1&c", "p.png", "a.png", "b.png", "v.png", "/new", "/card.png", "d"]);
        assert!(read("<!-- <a href=x> --><script>'<a href=y>'</script>").leads.is_empty());
    }

    #[test]
    fn an_element_without_its_end_is_found_and_one_that_needs_none_is_not() {
        assert_eq!(errors("<div><div class=a><p>x</div>"), [(Wrong::Open, "<div>".into())]);
        assert_eq!(errors("<ul><li>a<li><b>b</ul>"), [(Wrong::Open, "<b>".into())]);
        assert_eq!(errors("<div/><p>x"), [(Wrong::Open, "<div/>".into())]);
        assert_eq!(errors("<p>a<div>b</div></p><svg><path d=''/><g></g></svg><br><table><tr><td>x</table></b>"), []);
    }

    #[test]
    fn links_without_words_or_address_are_found() {
        assert_eq!(errors("<a href=x> <span></span></a>"), [(Wrong::NoWords, "<a href=x>".into())]);
        assert_eq!(errors("<a href=''>x</a>"), [(Wrong::NoAddress, "<a href=''>".into())]);
        assert_eq!(errors("<a id=x></a><a href=x><img src=p alt='Home'></a><a href=x aria-label=Home></a><a href=y>y</a>"), []);
    }

    #[test]
    fn what_shuts_readers_out_is_found_in_the_finished_page() {
        let found = errors("<h1>a</h1><h3>b</h3><img src=x><iframe src=y></iframe><iframe title=z></iframe>");
        let wrong: Vec<Wrong> = found.into_iter().map(|(wrong, _)| wrong).collect();
        assert_eq!(wrong, [Wrong::Heading(3, 1), Wrong::NoAlt, Wrong::Frame]);
    }
}
