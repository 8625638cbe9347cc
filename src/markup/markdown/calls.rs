//! A tag of a page in, what stands in its place out: HTML of the host, or a text that it includes.

use std::ops::Range;

use avocet_plugin::{Diagnostic, codes};

use super::budget::Budget;
use super::regions::moved;
use super::{Answer, MarkdownConverter, SourceText, Wrapper, elements};
use crate::markup::tags::Call;

impl MarkdownConverter<'_> {
    /// What a tag answers. Inside a line its body is one paragraph, without the paragraph's element.
    pub(super) fn answer(&mut self, origin: &SourceText, offset: usize, call: &Call, alone: bool) -> String {
        if let Some(body) = call.body.clone().filter(|_| self.host.is_wrapper(&call.name, elements::TABLE)) {
            return self.wrapper(origin, moved(call, offset), offset + body.start..offset + body.end);
        }
        let moved = moved(call, offset);
        let begin = moved.span.start..moved.name_span.end;
        if !self.is_within(origin, &begin, Budget::open_tag) {
            return String::new();
        }
        let body = call.body.clone().map(|body| {
            if self.host.is_raw(&call.name) {
                return origin.text.get(offset + body.start..offset + body.end).unwrap_or_default().to_owned();
            }
            let html = self.convert(origin, offset + body.start..offset + body.end);
            if alone { html } else { unwrap_paragraph(&html).to_owned() }
        });
        let html = match self.host.tag(origin, &moved, body) {
            Some(Answer::Html(html)) => html,
            Some(Answer::Text { origin: inner, markdown }) => self.include(origin, &moved, &inner, markdown),
            None => String::new(),
        };
        self.budget.close_tag();
        if self.is_within(origin, &begin, |budget| budget.made(html.len())) { html } else { String::new() }
    }

    /// Whether the page is within its limits. The first one that it exceeds is reported, and nothing more is made of the page.
    pub(super) fn is_within(
        &mut self,
        origin: &SourceText,
        span: &Range<usize>,
        spend: impl FnOnce(&mut Budget) -> Result<(), Diagnostic>,
    ) -> bool {
        if self.budget.is_spent() {
            return false;
        }
        let Err(error) = spend(&mut self.budget) else { return true };
        self.host.report(error.at(origin.place(span.clone())));
        self.budget.end();
        false
    }

    /// Reports a tag in the URL of a link: one that does not exist, or that cannot stand there.
    pub(super) fn tag_in_url(&mut self, origin: &SourceText, offset: usize, call: &Call) {
        let moved = moved(call, offset);
        if self.host.tag(origin, &moved, None).is_some() {
            let error = codes::BAD_TAG.report("a tag cannot make the URL of a link");
            self.host.report(error.at(origin.place(moved.span)).help("write the URL, or the path of the file"));
        }
    }

    /// The body of a tag that says more of the table in it.
    fn wrapper(&mut self, origin: &SourceText, call: Call, body: Range<usize>) -> String {
        let span = call.span.start..call.name_span.end;
        let name = call.name.clone();
        if !self.is_within(origin, &span, Budget::open_tag) {
            return String::new();
        }
        self.wrapper.push(Wrapper { origin: origin.clone(), call, met: 0 });
        let html = self.convert(origin, body);
        self.budget.close_tag();
        let met = self.wrapper.pop().map_or(0, |wrapper| wrapper.met);
        if met != 1 && !self.budget.is_spent() {
            let message = if met == 0 { "it contains none" } else { "it contains more than one" };
            self.host.report(
                codes::BAD_TAG
                    .report(format!("`{{% {name} %}}` must contain exactly one Markdown table: {message}"))
                    .at(origin.place(span))
                    .help("put rows such as `| Name | Number |` before its end tag, with the line `| --- | --: |` under the first"),
            );
        }
        html
    }

    fn include(&mut self, origin: &SourceText, call: &Call, inner: &SourceText, markdown: bool) -> String {
        if self.open.is_empty() {
            self.open.push(origin.display_path.clone());
        }
        if self.open.contains(&inner.display_path) {
            let chain: Vec<&str> = self.open.iter().map(String::as_str).chain([inner.display_path.as_str()]).collect();
            self.host.report(
                codes::RECURSIVE_INCLUDE
                    .report("this include includes itself")
                    .at(origin.place(call.span.clone()))
                    .label(chain.join(" -> "))
                    .help("remove one of these includes"),
            );
            return String::new();
        }
        if !self.is_within(origin, &call.span, |budget| budget.include(inner.text.len())) {
            return String::new();
        }
        self.open.push(inner.display_path.clone());
        let whole = 0..inner.text.len();
        let html = if markdown { self.convert(inner, whole) } else { self.expand(inner, whole) };
        self.open.pop();
        html
    }
}

/// The inside of HTML that is one paragraph.
fn unwrap_paragraph(html: &str) -> &str {
    let inner = html.trim().strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
    inner.filter(|inner| !inner.contains("<p>")).unwrap_or(html)
}
