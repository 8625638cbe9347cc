//! [`Page`] and [`SiteIndex`] -> [`Body`]: Markdown into HTML, with contents, summary, links resolved and tags answered.
//!
//! Invariant: a body is a function of the page, the index and the theme. Whatever is wrong is in `body.diagnostics`, at its place in the
//! source; the rest of the body is made all the same.

mod asked;
mod components;
mod links;
mod lost;
mod memo;
mod tags;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use avocet_plugin::html;
use avocet_plugin::{
    Body, CodeBlock, CodeRenderer, Diagnostic, Dialect, Fragment, Heading, Page, PageBody, PageId, Part, Plugin, RouteKey, SiteIndex,
    TagBody, codes,
};
use tera::Context;

use crate::config::{LimitSettings, MarkdownSettings, TocSettings};
use crate::markup::headings;
use crate::markup::markdown::{Answer, ConvertOptions, Element, Limits, MarkdownConverter, MarkdownHost, PlacedCode, SourceText};
use crate::markup::pelican::Toc;
use crate::markup::{summary, tags::Call};
use crate::theme::{Templates, Values};
use crate::trace::{self, Question};
use links::LinkResolver;
pub use links::{looks_like_host, looks_like_mail};
pub use memo::{ConvertMemo, HighlightedCode};
use tags::PlacedCall;

/// Texts of the site's `includes/` by name, each with the path of its file.
pub type Includes = BTreeMap<String, (String, Arc<str>)>;

/// Converts the bodies of one plan.
pub struct Converter<'a> {
    /// The site and its files.
    pub index: &'a SiteIndex,
    /// Their tags and transforms.
    pub plugins: &'a [Plugin],
    /// The theme's components and the site's tags.
    pub templates: &'a Templates,
    /// What these see.
    pub values: &'a Values,
    /// The site's includes.
    pub includes: &'a Includes,
    /// `[markdown]`.
    pub settings: &'a MarkdownSettings,
    /// `[limits]`.
    pub limits: &'a LimitSettings,
    /// What was asked before.
    pub memo: &'a ConvertMemo,
}

/// A link of a page, and where it was written.
#[derive(Debug, Clone)]
pub struct LinkSource {
    /// As it stands in the HTML.
    pub address: String,
    /// The file that it is written in: the page's own, or an include.
    pub file: String,
    /// The text of that file.
    pub text: Arc<str>,
    /// Where in the text.
    pub span: Range<usize>,
}

impl Converter<'_> {
    /// The body of a page.
    #[must_use]
    pub fn convert(&self, id: PageId) -> Body {
        self.convert_recording(id, None)
    }

    /// The same. The links of the page are added to `links`, if there is such a list, each with where it was written, in order.
    #[must_use]
    pub fn convert_recording(&self, id: PageId, links: Option<&mut Vec<LinkSource>>) -> Body {
        let page = self.index.site.page(id);
        let mut host = PageConverter {
            converter: self,
            id,
            output: self.index.routes.of(RouteKey::Page(&page.source)).map_or("", |route| &*route.output),
            context: OnceCell::new(),
            diagnostics: Vec::new(),
            inputs: BTreeSet::new(),
            links,
        };
        let toc = self.settings.toc.as_ref().filter(|_| page.dialect == Dialect::Pelican).map(toc);
        let (html, mut headings) = self.content(page, toc.as_ref(), &mut host);
        let Fragment { mut html, values, mut diagnostics, .. } = self.transformed(page, Part::Body, html, &mut headings);
        html.shrink_to_fit();
        let list = toc.as_ref().map(|toc| toc.list(&headings));
        headings.retain(|heading| heading.level > 1);
        let mut contents = headings::tree(headings);
        if headings::place(&contents, list, &mut html) {
            contents.clear();
        }
        let mut summary = self.summary(page, &html, &mut host);
        if page.summary.is_some() {
            let fragment = self.transformed(page, Part::Summary, summary, &mut Vec::new());
            summary = fragment.html;
            diagnostics.extend(fragment.diagnostics);
        }
        let image = host.image(page);
        let mut body = Body::default();
        body.description = html::text(&summary);
        (body.html, body.contents, body.summary, body.image) = (html, contents, summary, image);
        body.inputs = host.inputs.into_iter().collect();
        body.values = values;
        body.diagnostics = host.diagnostics;
        body.diagnostics.append(&mut diagnostics);
        body
    }

    /// The body of a page in HTML, with its headings.
    fn content(&self, page: &Page, toc: Option<&Toc>, host: &mut PageConverter) -> (String, Vec<Heading>) {
        let (text, range) = match &page.body {
            PageBody::Markdown(text) | PageBody::Html(text) => (text, 0..text.len()),
            PageBody::Source(range) => (&page.text, range.clone()),
        };
        let mut source = source_text(page, Arc::clone(text));
        source.made_from = (!Arc::ptr_eq(text, &page.text)).then(|| Arc::clone(&page.text));
        let mut markdown = MarkdownConverter::new(host, self.options(page, page.title_from_body, toc));
        if let PageBody::Html(_) = page.body {
            let html = markdown.html(&source, range);
            markdown.finish();
            let headings = headings::read(&html);
            return (html, headings);
        }
        let html = markdown.convert(&source, range);
        (html, markdown.finish())
    }

    /// What the plugins' transforms make of a piece of a page; `headings` are then as they left them.
    fn transformed(&self, page: &Page, part: Part, html: String, headings: &mut Vec<Heading>) -> Fragment {
        let mut fragment = Fragment::new(part, html);
        let mut transforms = self.plugins.iter().flat_map(|plugin| &plugin.transforms).peekable();
        if transforms.peek().is_none() {
            return fragment;
        }
        let before = fragment.html.clone();
        for transform in transforms {
            transform.transform(page, self.index, &mut fragment);
        }
        if fragment.html != before {
            headings::refresh(headings, &headings::read(&before), &headings::read(&fragment.html));
        }
        fragment
    }

    fn options<'p>(&'p self, page: &'p Page, drop_title: bool, toc: Option<&'p Toc>) -> ConvertOptions<'p> {
        let LimitSettings { nesting, includes, tags, page_mb, highlight } = *self.limits;
        let limits =
            Limits { nesting, includes, tags, bytes: page_mb.saturating_mul(1_000_000), highlight: highlight.saturating_mul(1_000_000) };
        let (dialect, smart) = (page.dialect, self.settings.smart);
        ConvertOptions { dialect, toc, smart, drop_title, title: &page.title, limits, reserved_ids: self.templates.ids() }
    }

    /// The summary of the metadata, else what the body has before `<!-- more -->`, else its first words.
    fn summary(&self, page: &Page, html: &str, host: &mut PageConverter) -> String {
        let Some(written) = &page.summary else {
            return summary::marked(html).unwrap_or_else(|| summary::first_words(html, self.settings.summary_words));
        };
        let span = page.fields.get("summary").cloned().unwrap_or_default();
        // If the file holds the text letter by letter, what is wrong with it is shown there.
        let at = page.text.get(span.clone()).and_then(|raw| raw.find(written.as_str())).map(|at| span.start + at);
        let (text, range) = match at {
            Some(start) => (Arc::clone(&page.text), start..start + written.len()),
            None => (Arc::from(written.as_str()), 0..written.len()),
        };
        let options = self.options(page, false, None);
        let mut markdown = MarkdownConverter::new(host, options);
        let html = markdown.convert(&source_text(page, text), range);
        markdown.finish();
        html.trim_end().to_owned()
    }
}

/// What draws blocks of code of this language.
fn code_renderer<'a>(plugins: &'a [Plugin], language: &str) -> Option<&'a dyn CodeRenderer> {
    let mut renderers = plugins.iter().flat_map(|plugin| &plugin.code_renderers);
    renderers
        .find(|renderer| renderer.languages().into_iter().any(|known| known.eq_ignore_ascii_case(language)))
        .map(|renderer| &**renderer)
}

/// The settings of the list of contents, for the converter.
fn toc(settings: &TocSettings) -> Toc {
    let TocSettings { title, top, bottom, base_level, anchor_links, permalinks } = settings.clone();
    let level = |level: usize| u8::try_from(level).unwrap_or(6);
    Toc { title, levels: level(top)..=level(bottom), base_level: level(base_level), anchor_links, permalinks }
}

/// A text that belongs to a page.
fn source_text(page: &Page, text: Arc<str>) -> SourceText {
    SourceText { display_path: page.display_path.clone(), source: page.source.to_string(), text, made_from: None }
}

/// Answers what Markdown asks while the body of one page is converted.
struct PageConverter<'a> {
    converter: &'a Converter<'a>,
    id: PageId,
    /// Path of the page's file.
    output: &'a str,
    /// What tags and components of the site see besides their options.
    context: OnceCell<Context>,
    diagnostics: Vec<Diagnostic>,
    /// Files that the body is made from besides its source.
    inputs: BTreeSet<String>,
    /// Where links are recorded, if they are.
    links: Option<&'a mut Vec<LinkSource>>,
}

impl PageConverter<'_> {
    fn resolve(&mut self, source: &SourceText, url: &str, span: Range<usize>, asset: bool) -> Option<String> {
        let Converter { index, memo, .. } = self.converter;
        let links = LinkResolver { index, suggestions: &memo.suggestions, source: &source.source, output: self.output };
        let resolved = links.resolve(url, asset);
        if let Ok(address) = &resolved
            && links::asks_the_site(url)
        {
            let question = Question::Link { source: source.source.clone(), url: url.to_owned(), is_asset: asset };
            trace::note(|| (question, trace::hash_answer(address.as_deref())));
        }
        let address = resolved.unwrap_or_else(|error| {
            self.diagnostics.push(error.at(source.place(span.clone())));
            None
        });
        if let Some(links) = &mut self.links {
            let address = address.clone().unwrap_or_else(|| url.to_owned());
            let place = source.made_from.is_some().then(|| source.place(span.clone()));
            let (text, span) = match place {
                Some(place) => (place.text.unwrap_or_else(|| Arc::from("")), place.span),
                None => (Arc::clone(&source.text), span),
            };
            links.push(LinkSource { address, file: source.display_path.clone(), text, span });
        }
        address
    }

    /// The address of the image that stands for the page.
    fn image(&mut self, page: &Page) -> Option<String> {
        let image = page.image.as_deref()?;
        let source = &source_text(page, Arc::clone(&page.text));
        let span = page.fields.get("image").cloned().unwrap_or_default();
        Some(self.resolve(source, image, span, true).unwrap_or_else(|| image.to_owned()))
    }

    /// What tags and components of the site see besides their options.
    fn context(&self) -> &Context {
        self.context.get_or_init(|| {
            trace::note(|| (Question::TagContext, self.converter.values.tag_context_hash(self.id)));
            self.converter.values.tag_context(self.id)
        })
    }
}

impl MarkdownHost for PageConverter<'_> {
    fn resolve_url(&mut self, origin: &SourceText, url: &str, span: Range<usize>, asset: bool) -> Option<String> {
        self.resolve(origin, url, span, asset)
    }

    fn drawing(&mut self, origin: &SourceText, code: PlacedCode) -> Option<String> {
        let Converter { index, plugins, .. } = self.converter;
        let renderer = code_renderer(plugins, code.language)?;
        let block = CodeBlock::new(code.language, code.info, code.text, index.site.page(self.id));
        let drawn = trace::draw(renderer, &block, index).map_err(|error| {
            let (start, below) = code.start;
            let line = error.line.map_or(0, |line| below + line.saturating_sub(1));
            self.diagnostics.push(error.report(&codes::FAILED_CODE).at(origin.place(origin.line_below(start, line))));
        });
        Some(drawn.unwrap_or_default())
    }

    fn is_raw(&self, tag: &str) -> bool {
        tags::plugin_tag(self.converter, tag).is_some_and(|tag| tag.body() == TagBody::Raw)
    }

    fn code(&mut self, language: &str, code: &str) -> Option<String> {
        let Converter { settings, memo, .. } = self.converter;
        if settings.highlight { memo.code.html(language, code) } else { None }
    }

    fn element(&mut self, origin: &SourceText, element: Element, call: Option<&Call>, span: Range<usize>) -> Option<String> {
        match call {
            Some(call) => PlacedCall { source: origin, call }.element(self, element, span),
            None => tags::element(self, origin, element, span),
        }
    }

    fn is_wrapper(&self, tag: &str, kind: &str) -> bool {
        self.converter.templates.element(kind) == Some(tag)
    }

    fn image_size(&mut self, address: &str) -> Option<(u32, u32)> {
        self.converter.memo.images.size(address)
    }

    fn tag(&mut self, origin: &SourceText, call: &Call, body: Option<String>) -> Option<Answer> {
        PlacedCall { source: origin, call }.answer(self, body)
    }

    fn is_tag(&self, name: &str) -> bool {
        tags::is_known(self.converter, name)
    }

    fn report(&mut self, error: Diagnostic) {
        self.diagnostics.push(error);
    }
}
