//! Footnotes as Python-Markdown writes them. Other pages link to their ids, `fn:LABEL`.

use pulldown_cmark::Event;

use super::{Document, Item};

/// The references to the footnotes of a document: their order, and how many each footnote has.
pub(super) struct References {
    /// Numbers of footnotes in the order in which they are referred to.
    order: Vec<usize>,
    /// For each footnote its place in this order, and its references.
    known: Vec<(Option<usize>, usize)>,
}

impl References {
    pub(super) fn new(count: usize) -> Self {
        Self { order: Vec::new(), known: vec![(None, 0); count] }
    }

    /// A reference in the text, as HTML.
    pub(super) fn refer(&mut self, document: &Document<'_>, note: usize) -> String {
        let (place, count) = &mut self.known[note];
        *count += 1;
        let order = &mut self.order;
        let place = *place.get_or_insert_with(|| {
            order.push(note);
            order.len() - 1
        });
        let id = id(document, note);
        format!(
            "<sup id=\"{}\"><a class=\"footnote-ref\" href=\"#fn:{id}\">{}</a></sup>",
            back_id(*count, &id),
            document.footnotes + place + 1
        )
    }

    /// The footnotes in the order in which they are shown: first those that are referred to.
    pub(super) fn in_order(&self) -> Vec<usize> {
        let rest = (0..self.known.len()).filter(|note| self.known[*note].0.is_none());
        self.order.iter().copied().chain(rest).collect()
    }

    /// The links back to the references of a footnote.
    fn back_links(&self, document: &Document<'_>, note: usize, place: usize) -> String {
        let id = id(document, note);
        let number = document.footnotes + place + 1;
        let link = |nth| {
            let back = back_id(nth, &id);
            format!("<a class=\"footnote-backref\" href=\"#{back}\" title=\"Jump back to footnote {number} in the text\">&#8617;</a>")
        };
        (1..=self.known[note].1.max(1)).map(link).collect()
    }

    /// All footnotes with their events.
    pub(super) fn write<'d>(&self, document: &'d Document<'_>, mut notes: Vec<Vec<Item<'d>>>, out: &mut Vec<Item<'d>>) {
        let html = |html: String| (Event::Html(html.into()), 0..0, None);
        out.push(html("<div class=\"footnote\">\n<hr>\n<ol>\n".to_owned()));
        for (place, note) in self.in_order().into_iter().enumerate() {
            out.push(html(format!("<li id=\"fn:{}\">\n", id(document, note))));
            let events = std::mem::take(&mut notes[note]);
            let ends_with_text = matches!(events.last(), Some((Event::End(pulldown_cmark::TagEnd::Paragraph), ..)));
            let links = self.back_links(document, note, place);
            let is_empty = events.is_empty();
            out.extend(events);
            if ends_with_text {
                out.insert(out.len() - 1, (Event::InlineHtml(format!("&#160;{links}").into()), 0..0, None));
            } else if !is_empty {
                out.push(html(format!("<p>{links}</p>\n")));
            }
            out.push(html("</li>\n".to_owned()));
        }
        out.push(html("</ol>\n</div>\n".to_owned()));
    }
}

/// The label of a footnote as it stands in an attribute.
fn id(document: &Document<'_>, note: usize) -> String {
    avocet_plugin::html::escape_attribute(&document.definitions.footnotes[note].label)
}

fn back_id(nth: usize, id: &str) -> String {
    if nth == 1 { format!("fnref:{id}") } else { format!("fnref{nth}:{id}") }
}
