//! Attributes of HTML that lead somewhere, and anchors: what `convert` resolves in pasted HTML and what `check` follows in pages.
//!
//! Source of the list: the attributes of the HTML standard that hold an address of something to load or to go to.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// An attribute that holds an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The element, in lower case.
    pub element: String,
    /// The attribute, in lower case.
    pub attribute: String,
    /// The value, with entities decoded.
    pub value: String,
    /// Bytes of the value, or of the attribute's name when the value is empty.
    pub span: Range<usize>,
}

impl Address {
    /// Whether it is loaded with the page, as a picture or a frame is.
    #[must_use]
    pub fn is_asset(&self) -> bool {
        matches!(self.attribute.as_str(), "src" | "poster" | "data" | "srcset")
    }
}

/// What leads out of a piece of HTML, and what can be led to.
#[derive(Debug, Default)]
pub struct Leads {
    /// Addresses, in order.
    pub addresses: Vec<Address>,
    /// Values of `id`, and of `name` on `a`.
    pub anchors: Vec<String>,
}

/// Reads a page or a piece of one.
#[must_use]
pub fn leads(html: &str) -> Leads {
    let mut leads = Leads::default();
    let mut element = String::new();
    let mut attribute: Option<(String, Range<usize>)> = None;
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<()> {
        match event {
            CallbackEvent::OpenStartTag { name } => element = lossy(name),
            CallbackEvent::AttributeName { name } => attribute = Some((lossy(name), span.start..span.end)),
            CallbackEvent::AttributeValue { value } => {
                if let Some((name, _)) = attribute.take() {
                    keep(&mut leads, &element, name, lossy(value), value_span(html, span));
                }
            }
            _ => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(()) = token;
    }
    leads
}

/// The span that the tokenizer gives, without quotes.
fn value_span(html: &str, span: Span<usize>) -> Range<usize> {
    let range = span.start.min(html.len())..span.end.min(html.len());
    match html.get(range.clone()) {
        Some(value) if value.len() >= 2 && value.starts_with(['"', '\'']) && value.ends_with(['"', '\'']) => range.start + 1..range.end - 1,
        _ => range,
    }
}

fn keep(leads: &mut Leads, element: &str, attribute: String, value: String, span: Range<usize>) {
    match attribute.as_str() {
        "href" | "src" | "poster" | "cite" | "formaction" | "action" => {
            leads.addresses.push(Address { element: element.to_owned(), attribute, value, span });
        }
        "data" if element == "object" => leads.addresses.push(Address { element: element.to_owned(), attribute, value, span }),
        "srcset" => {
            let mut at = 0;
            for candidate in value.split(',') {
                let start = at + candidate.len() - candidate.trim_start().len();
                let address = candidate.split_whitespace().next().unwrap_or_default();
                let span = span.start + start..span.start + start + address.len();
                leads.addresses.push(Address { element: element.to_owned(), attribute: "srcset".into(), value: address.to_owned(), span });
                at += candidate.len() + 1;
            }
        }
        "id" => leads.anchors.push(value),
        "name" if element == "a" => leads.anchors.push(value),
        _ => {}
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Text made safe for HTML, between tags and in attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_with_the_place_of_their_value() {
        let html =
            "<div>é<a class=x href=\"a.html?b=1&amp;c\">t</a>\n<img\n src='p.png' srcset=\"a.png 1x, b.png 2x\"><iframe src=q></iframe>";
        let found: Vec<_> = leads(html).addresses.into_iter().map(|a| (a.value, html[a.span].to_owned())).collect();
        let expected = [("a.html?b=1&c", "a.html?b=1&amp;c"), ("p.png", "p.png"), ("a.png", "a.png"), ("b.png", "b.png"), ("q", "q")];
        assert_eq!(found, expected.map(|(value, raw)| (value.to_owned(), raw.to_owned())));
    }

    #[test]
    fn comments_and_scripts_lead_nowhere() {
        assert!(leads("<!-- <a href=x> --><script>'<a href=y>'</script>").addresses.is_empty());
    }
}
