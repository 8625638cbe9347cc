//! [`Page`] + routes -> [`Body`]: Markdown into HTML, with contents, summary, links resolved and tags answered.
//!
//! Invariant: the body is a function of the page and of the plan. Whatever is wrong is in `body.diagnostics`, at its place in the source;
//! the rest of the body is made all the same.

mod links;
mod tags;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use avocet_plugin::{Body, Diagnostic, Page, PageId, Plugin, SiteIndex};

use crate::cache::Cache;
use crate::config::MarkdownSettings;
use crate::images::ImageSizes;
use crate::markup::headings;
use crate::markup::highlight::{self, Highlighter};
use crate::markup::markdown::{Answer, ConvertOptions, Element, MarkdownConverter, MarkdownHost, SourceText};
use crate::markup::{summary, tags::Call};
use crate::theme::{Templates, Values};
use links::{From, Links};
pub use links::{Suggestions, looks_like_host};

/// Texts of the site's `includes/`, by name: where from, and what.
pub type Includes = BTreeMap<String, (String, Arc<str>)>;

/// What conversion needs of the plan.
pub struct Converter<'a> {
    /// The site and its files.
    pub index: &'a SiteIndex,
    /// The theme's components and the site's tags.
    pub templates: &'a Templates,
    /// Sizes of pictures.
    pub images: &'a ImageSizes,
    /// Values for them.
    pub values: &'a Values,
    /// Tags and transforms of plugins.
    pub plugins: &'a [Plugin],
    /// The site's includes.
    pub includes: &'a Includes,
    /// `[markdown]`.
    pub settings: &'a MarkdownSettings,
    /// Highlights code.
    pub highlighter: &'a Highlighter,
    /// Remembers highlighted code.
    pub cache: &'a Cache,
    /// Remembers what was looked for and not found.
    pub suggestions: &'a Suggestions,
}

/// An address of a page, with where it was written.
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
    /// Converts one body.
    #[must_use]
    pub fn convert(&self, id: PageId) -> Body {
        self.converted(id, false).0
    }

    /// The addresses of one page with where each was written, in order.
    #[must_use]
    pub fn written(&self, id: PageId) -> Vec<LinkSource> {
        self.converted(id, true).1
    }

    /// Converts one body, and keeps where its addresses were written if asked to.
    fn converted(&self, id: PageId, keep: bool) -> (Body, Vec<LinkSource>) {
        let page = self.index.site.page(id);
        let output = self.index.routes.of("page", &page.source).map_or("", |route| &*route.output);
        let origin = SourceText { display_path: page.display_path.clone(), source: page.source.to_string(), text: Arc::clone(&page.text) };
        let mut converter =
            PageConverter { plan: self, id, output, diagnostics: Vec::new(), inputs: BTreeSet::new(), written: keep.then(Vec::new) };
        let about = ConvertOptions { smart: self.settings.smart, drop_title: page.title_from_body, title: &page.title };
        let mut markdown = MarkdownConverter::new(&mut converter, about);
        let mut html = markdown.convert(&origin, page.body.clone());
        html.shrink_to_fit();
        let contents = headings::tree(markdown.headings());
        let summary = self.summary(page, &html, &mut converter);
        let image = converter.image(page, &origin);
        let mut body = Body {
            description: summary::plain_text(&summary),
            html,
            contents,
            summary,
            image,
            inputs: converter.inputs.into_iter().collect(),
            diagnostics: converter.diagnostics,
        };
        for transform in self.plugins.iter().flat_map(|plugin| &plugin.transforms) {
            transform.transform(page, &self.index.site, &mut body);
        }
        (body, converter.written.unwrap_or_default())
    }

    /// The summary of the metadata, else the first words of the body.
    fn summary(&self, page: &Page, html: &str, converter: &mut PageConverter) -> String {
        let Some(written) = &page.summary else {
            return summary::first_words(html, self.settings.summary_words);
        };
        let span = page.fields.get("summary").cloned().unwrap_or_default();
        // When the text stands in the file as it is, faults in it are shown at their place.
        let at = page.text.get(span.clone()).and_then(|raw| raw.find(written.as_str())).map(|at| span.start + at);
        let (text, range) = match at {
            Some(start) => (Arc::clone(&page.text), start..start + written.len()),
            None => (Arc::from(written.as_str()), 0..written.len()),
        };
        let origin = SourceText { display_path: page.display_path.clone(), source: page.source.to_string(), text };
        let about = ConvertOptions { smart: self.settings.smart, drop_title: false, title: &page.title };
        MarkdownConverter::new(converter, about).convert(&origin, range).trim_end().to_owned()
    }
}

/// Answers what the converter asks while it converts one body.
struct PageConverter<'a> {
    plan: &'a Converter<'a>,
    id: PageId,
    output: &'a str,
    diagnostics: Vec<Diagnostic>,
    inputs: BTreeSet<String>,
    written: Option<Vec<LinkSource>>,
}

impl PageConverter<'_> {
    fn resolve(&mut self, origin: &SourceText, url: &str, span: Range<usize>, asset: bool) -> Option<String> {
        let links = Links { index: self.plan.index, suggestions: self.plan.suggestions };
        let address = links.resolve(&From { source: &origin.source, output: self.output }, url, asset).unwrap_or_else(|error| {
            self.diagnostics.push(error.at(origin.place(span.clone())));
            None
        });
        if let Some(written) = &mut self.written {
            let address = address.clone().unwrap_or_else(|| url.to_owned());
            written.push(LinkSource { address, file: origin.display_path.clone(), text: Arc::clone(&origin.text), span });
        }
        address
    }

    /// The address of the picture that stands for the page.
    fn image(&mut self, page: &Page, origin: &SourceText) -> Option<String> {
        let image = page.image.as_deref()?;
        let span = page.fields.get("image").cloned().unwrap_or_default();
        Some(self.resolve(origin, image, span, true).unwrap_or_else(|| image.to_owned()))
    }
}

impl MarkdownHost for PageConverter<'_> {
    fn address(&mut self, origin: &SourceText, url: &str, span: Range<usize>, asset: bool) -> Option<String> {
        self.resolve(origin, url, span, asset)
    }

    fn code(&mut self, language: &str, code: &str) -> Option<String> {
        let highlighter = self.plan.highlighter;
        if !self.plan.settings.highlight || language.is_empty() || !highlighter.known(language) {
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        for part in [highlight::VERSION, language, code] {
            hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
        }
        let html = self.plan.cache.get(*hasher.finalize().as_bytes(), || highlighter.highlight(language, code).unwrap_or_default());
        (!html.is_empty() || code.is_empty()).then(|| html.to_string())
    }

    fn element(&mut self, origin: &SourceText, element: Element, call: Option<&Call>, span: Range<usize>) -> Option<String> {
        tags::element(self, origin, element, call, span)
    }

    fn is_wrapper(&self, tag: &str, kind: &str) -> bool {
        self.plan.templates.element(kind) == Some(tag)
    }

    fn image_size(&mut self, address: &str) -> Option<(u32, u32)> {
        self.plan.images.size(address)
    }

    fn tag(&mut self, origin: &SourceText, call: &Call, body: Option<String>) -> Option<Answer> {
        tags::answer(self, origin, call, body)
    }

    fn report(&mut self, error: Diagnostic) {
        self.diagnostics.push(error);
    }
}
