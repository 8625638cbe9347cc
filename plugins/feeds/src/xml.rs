//! What both XML formats share: elements with a text, and the end of the document.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// XML in memory.
pub(crate) type Xml = Writer<Vec<u8>>;

/// A document with its declaration.
pub(crate) fn document() -> io::Result<Xml> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    Ok(xml)
}

/// The bytes of a document, which end with a line end.
pub(crate) fn bytes(xml: Xml) -> Vec<u8> {
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    bytes
}

/// An element that holds a text.
pub(crate) fn element(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    with(xml, name, &[], text)
}

/// An element with attributes that holds a text.
pub(crate) fn with(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
    let element = xml.create_element(name).with_attributes(attributes.iter().copied());
    element.write_text_content(BytesText::new(&allowed(text))).map(drop)
}

/// An element with attributes only.
pub(crate) fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_empty().map(drop)
}

/// The text without the characters that XML 1.0 (section 2.2) has no way to write.
pub(crate) fn allowed(text: &str) -> String {
    let control = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(|c| !control(*c)).collect()
}
