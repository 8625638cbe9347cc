//! Headings and blocks of code, whose text has ended.

use std::ops::Range;

use avocet_plugin::html::escape;
use avocet_plugin::{Dialect, Heading, codes};
use pulldown_cmark::{Event, HeadingLevel};

use super::super::elements::{in_contents, plain};
use super::super::{PlacedCode, language};
use super::Writer;
use crate::markup::accessibility::Finding;
use crate::markup::{foreign, highlight};

impl<'t> Writer<'_, '_, 't> {
    pub(super) fn heading(&mut self, level: HeadingLevel, id: Option<&str>, attributes: &str, events: Vec<Event<'t>>, range: Range<usize>) {
        let text: String = events.iter().filter_map(plain).collect();
        let depth = level as u8;
        if depth == 1 && std::mem::take(&mut self.converter.drop_title) {
            return;
        }
        let line = self.text.get(range.clone()).map_or(0, |text| text.trim_end().len());
        let place = self.offset + range.start..self.offset + range.start + line;
        self.converter.look(&Finding::Heading(depth), self.origin, place);
        let id = self.converter.anchors.take(id, &text);
        let mut title = String::new();
        pulldown_cmark::html::push_html(&mut title, events.iter().filter(|event| in_contents(event)).cloned());
        let mut html = format!("<{level} id=\"{}\"{attributes}>", escape(&id));
        let start = html.len();
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        let toc = self.converter.options.toc;
        if let Some(toc) = toc {
            toc.link_heading(&id, &mut html, start);
        }
        html.push_str(&format!("</{level}>\n"));
        if depth > 1 || toc.is_some() {
            self.converter.headings.push(Heading { level: depth, id, title, children: Vec::new() });
        }
        self.push_html(html);
    }

    /// A block of code, which has no `info` if it has no fence.
    pub(super) fn code(&mut self, info: Option<&str>, text: &str, start: usize) {
        let (is_fenced, info) = (info.is_some(), info.unwrap_or_default());
        let of_fence = language::of_fence(info);
        // The dialect `pelican` has read the first line by its own rules.
        let may_name = self.converter.options.dialect == Dialect::CommonMark && of_fence.is_empty();
        let named = if may_name { language::of_first_line(text) } else { None };
        let (language, text) = named.unwrap_or((of_fence, text));
        let info = info.split_once(of_fence).map_or("", |(_, rest)| rest.trim_matches([' ', '\t', ',', '}']));
        let lines = usize::from(is_fenced) + usize::from(named.is_some());
        let code = PlacedCode { language, info, text, start: (self.offset + start, lines) };
        if let Some(html) = self.converter.host.drawing(self.origin, code) {
            return self.push_html(html + "\n");
        }
        if let Some(found) = is_fenced.then(|| foreign::title_of_code(self.text.get(start..).unwrap_or_default(), start)).flatten() {
            self.converter.foreign(self.origin, self.offset, found);
        }
        let highlighted = if self.can_highlight(language, text, start) { self.converter.host.code(language, text) } else { None };
        let inner = highlighted.unwrap_or_else(|| escape(text));
        let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{}\"", escape(language)) };
        self.push_html(format!("<div class=\"highlight\"><pre tabindex=\"0\"><code{class}>{inner}</code></pre></div>\n"));
    }

    /// Whether a block of code is within the limit of work; one that is not stays plain, and is reported.
    fn can_highlight(&mut self, language: &str, text: &str, start: usize) -> bool {
        if highlight::steps(language, text) <= self.converter.options.limits.highlight {
            return true;
        }
        let place = self.origin.place(self.origin.line_below(self.offset + start, 0));
        let warning = codes::PLAIN_CODE.report(format!("this code has no colours: to find those of `{language}` would take too long"));
        let help = "break its longest words, name no language, or raise `highlight` in [limits] of site.toml";
        self.converter.host.report(warning.at(place).help(help));
        false
    }
}
