//! URLs -> XML as sitemaps.org defines it, version 0.9.

use std::io;

use avocet_plugin::rfc3339;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::urls::PublicUrl;

type Xml = Writer<Vec<u8>>;

const NAMESPACE: [(&str, &str); 1] = [("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")];

/// A sitemap of these URLs.
pub(crate) fn sitemap(urls: &[PublicUrl]) -> io::Result<Vec<u8>> {
    document("urlset", |xml| {
        urls.iter().try_for_each(|url| {
            xml.create_element("url").write_inner_content(|xml| {
                element(xml, "loc", &url.url)?;
                let changed = url.changed.as_ref().map(rfc3339);
                changed.iter().try_for_each(|changed| element(xml, "lastmod", changed))
            })?;
            Ok(())
        })
    })
}

/// An index of these sitemaps.
pub(crate) fn index(files: &[String]) -> io::Result<Vec<u8>> {
    document("sitemapindex", |xml| {
        files.iter().try_for_each(|file| {
            xml.create_element("sitemap").write_inner_content(|xml| element(xml, "loc", file))?;
            Ok(())
        })
    })
}

fn document(name: &str, fill: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element(name).with_attributes(NAMESPACE).write_inner_content(fill)?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn element(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(text)).map(drop)
}
