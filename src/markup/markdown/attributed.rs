//! Elements with the attributes that their author gave them.

use std::ops::Range;

use avocet_plugin::html::{escape, escape_attribute};
use pulldown_cmark::{Event, LinkType, Tag};

use super::elements::{Image, attributes};
use super::writer::{Held, Writer};

impl<'t> Writer<'_, '_, 't> {
    /// An event of an element with attributes.
    pub(super) fn attributed(&mut self, event: Event<'t>, range: Range<usize>, given: &str) {
        let element = match event {
            Event::Code(code) => return self.push(Event::InlineHtml(format!("<code{given}>{}</code>", escape(&code)).into())),
            Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                let attributes = format!("{}{given}", attributes(&classes, &attrs));
                return self.hold(Held::Heading { level, id: id.map(|id| id.to_string()), attributes, range });
            }
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                let is_mail = link_type == LinkType::Email;
                let url = self.resolve_url(dest_url, range, false, is_mail);
                let scheme = if is_mail { "mailto:" } else { "" };
                let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escape_attribute(&title)) };
                let html = format!("<a href=\"{scheme}{}\"{title}{given}>", escape_attribute(&url));
                return self.push(Event::InlineHtml(html.into()));
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                let src = self.resolve_url(dest_url, range.clone(), true, false).into_string();
                let image = Image { src, alt: String::new(), title: title.into_string(), attributes: given.to_owned() };
                return self.hold(Held::Image { image, range });
            }
            Event::Start(Tag::Paragraph) => "p",
            Event::Start(Tag::Item) => "li",
            Event::Start(Tag::DefinitionListTitle) => "dt",
            Event::Start(Tag::DefinitionListDefinition) => "dd",
            Event::Start(Tag::Emphasis) => "em",
            Event::Start(Tag::Strong) => "strong",
            other => return self.event(other, range),
        };
        self.push(Event::InlineHtml(format!("<{element}{given}>").into()));
    }
}
