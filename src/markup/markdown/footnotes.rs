//! Footnotes of one stretch of Markdown: numbered by their first appearance in the page, each with links back to where it is
//! referred to. Source: GitHub's footnotes.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, TagEnd};

/// Footnotes in the order in which they appear.
#[derive(Default)]
pub(super) struct Footnotes<'t> {
    notes: Vec<Footnote<'t>>,
    /// Where the footnote of each label is.
    by_label: HashMap<CowStr<'t>, usize>,
}

/// A footnote: its events, and how often it was referred to.
struct Footnote<'t> {
    number: usize,
    references: usize,
    events: Vec<Event<'t>>,
}

impl<'t> Footnotes<'t> {
    /// The footnote of this label; `count` is how many the page has so far.
    fn find(&mut self, label: &CowStr<'t>, count: &mut usize) -> &mut Footnote<'t> {
        let notes = &mut self.notes;
        let at = *self.by_label.entry(label.clone()).or_insert_with(|| {
            *count += 1;
            notes.push(Footnote { number: *count, references: 0, events: Vec::new() });
            notes.len() - 1
        });
        &mut notes[at]
    }

    /// HTML of a reference.
    pub(super) fn reference(&mut self, label: &CowStr<'t>, count: &mut usize) -> String {
        let note = self.find(label, count);
        note.references += 1;
        let (number, id) = (note.number, reference_id(note.number, note.references));
        format!(
            "<sup class=\"footnote-reference\" id=\"{id}\"><a href=\"#fn-{number}\" aria-label=\"Footnote {number}\">{number}</a></sup>"
        )
    }

    /// What a footnote says; `false` if it says something else already.
    pub(super) fn define(&mut self, label: &CowStr<'t>, count: &mut usize, events: Vec<Event<'t>>) -> bool {
        let note = self.find(label, count);
        let is_new = note.events.is_empty();
        if is_new {
            note.events = events;
        }
        is_new
    }

    /// HTML of all of them.
    pub(super) fn write(mut self, html: &mut String) {
        if self.notes.is_empty() {
            return;
        }
        self.notes.sort_by_key(|note| note.number);
        let start = self.notes[0].number;
        html.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\">\n");
        html.push_str(&if start == 1 { "<ol>\n".to_owned() } else { format!("<ol start=\"{start}\">\n") });
        for note in self.notes {
            let mut events = note.events;
            let back: String = (1..=note.references).map(|nth| back_link(note.number, nth)).collect();
            let at = if matches!(events.last(), Some(Event::End(TagEnd::Paragraph))) { events.len() - 1 } else { events.len() };
            events.insert(at, Event::InlineHtml(back.into()));
            html.push_str(&format!("<li id=\"fn-{}\">", note.number));
            pulldown_cmark::html::push_html(html, events.into_iter());
            html.push_str("</li>\n");
        }
        html.push_str("</ol>\n</section>\n");
    }
}

fn reference_id(number: usize, nth: usize) -> String {
    if nth == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{nth}") }
}

fn back_link(number: usize, nth: usize) -> String {
    let id = reference_id(number, nth);
    format!(" <a class=\"footnote-backref\" href=\"#{id}\" aria-label=\"Back to the reference of footnote {number}\">↩</a>")
}
