//! The roles of a plugin that is no part of this program: each is a call to it, and what its answer means.

use std::sync::Arc;

use avocet_plugin::protocol::{Answer, Call, Problem};
use avocet_plugin::{
    CallError, Code, CodeBlock, CodeRenderer, Diagnostic, Document, Field, Fragment, Page, PageBody, Part, Place, PostProcessor, Reader,
    Route, SiteIndex, SourceFile, Tag, TagBody, TagCall, Transform, codes, suggest,
};
use memchr::memmem::Finder;
use serde_json::Value;

use super::external::{External, page_data, place_near};
use super::manifest::{BodyKind, Filter, Need, OptionKind, PageKind, TagDeclaration, TagOption};

/// Which pages a plugin is asked for, ready to look.
pub(super) struct Wanted {
    texts: Vec<Finder<'static>>,
    kinds: Vec<PageKind>,
}

impl Wanted {
    pub(super) fn new(filter: &Filter) -> Self {
        let texts = filter.contains.iter().map(|text| Finder::new(text).into_owned()).collect();
        Self { texts, kinds: filter.kinds.clone() }
    }

    fn takes(&self, page: Option<&Page>, html: &str) -> bool {
        let kind = page.map(|page| match page.kind {
            avocet_plugin::Kind::Article => PageKind::Article,
            avocet_plugin::Kind::Page => PageKind::Page,
        });
        let is_kind = self.kinds.is_empty() || kind.is_some_and(|kind| self.kinds.contains(&kind));
        is_kind && (self.texts.is_empty() || self.texts.iter().any(|text| text.find(html.as_bytes()).is_some()))
    }
}

/// Changes bodies and summaries.
pub(super) struct Transforms(pub(super) Arc<External>, pub(super) Wanted);

impl Transform for Transforms {
    fn needs_site(&self) -> bool {
        false
    }

    fn transform(&self, page: &Page, index: &SiteIndex, fragment: &mut Fragment) {
        let Self(external, wanted) = self;
        if !wanted.takes(Some(page), &fragment.html) {
            return;
        }
        let call = Call::Transform { part: fragment.part, html: &fragment.html, page: page_data(page, index) };
        let answer = match external.ask(&call, None) {
            Ok(answer) => answer,
            Err(error) => return fragment.diagnostics.push(at(*error, place_near(page, None))),
        };
        fragment
            .diagnostics
            .extend(answer.warnings.iter().map(|warning| external.warning(warning, place_near(page, warning.near.as_ref()))));
        match answer {
            Answer { error: Some(error), .. } => {
                fragment.diagnostics.push(external.problem(&error).at(place_near(page, error.near.as_ref())));
            }
            Answer { html, values, .. } => {
                fragment.html = html.unwrap_or_else(|| std::mem::take(&mut fragment.html));
                if fragment.part == Part::Body {
                    fragment.values.extend(values);
                }
            }
        }
    }
}

/// The place of what has none yet.
fn at(error: Diagnostic, place: Place) -> Diagnostic {
    if error.place.is_some() { error } else { error.at(place) }
}

/// Changes finished pages.
pub(super) struct Finishes(pub(super) Arc<External>, pub(super) Wanted);

impl PostProcessor for Finishes {
    fn needs_site(&self) -> bool {
        false
    }

    fn process(&self, route: &Route, index: &SiteIndex, html: String) -> Result<String, Diagnostic> {
        let Self(external, wanted) = self;
        let page = route.page.map(|id| &**index.site.page(id));
        if !wanted.takes(page, &html) {
            return Ok(html);
        }
        let place = |near| page.map_or_else(|| external.place(), |page| place_near(page, near));
        let call = Call::Finish { path: &route.output, url: &route.url, html: &html };
        match external.ask(&call, None) {
            Err(error) => Err(at(*error, place(None))),
            Ok(Answer { error: Some(error), .. }) => Err(external.problem(&error).at(place(error.near.as_ref()))),
            Ok(answer) => Ok(answer.html.unwrap_or(html)),
        }
    }
}

/// A tag.
pub(super) struct Tags {
    pub(super) external: Arc<External>,
    pub(super) name: String,
    pub(super) declaration: TagDeclaration,
}

impl Tag for Tags {
    fn name(&self) -> &str {
        &self.name
    }

    fn body(&self) -> TagBody {
        body(&self.declaration)
    }

    fn words(&self) -> Vec<&str> {
        words(&self.declaration)
    }

    fn needs_site(&self) -> bool {
        self.declaration.needs.contains(&Need::Pages)
    }

    fn render(&self, call: &TagCall, index: &SiteIndex) -> Result<String, CallError> {
        self.check(call)?;
        let page = call.page(index).map(|page| page_data(page, index));
        let asked = Call::Tag { name: &self.name, args: &call.args, body: call.body.as_deref(), page };
        let pages = self.needs_site().then(|| self.external.pages(index));
        html_of(&self.external, self.external.ask(&asked, pages.as_deref()))
    }
}

/// What may stand between a tag and its end.
pub(super) fn body(declaration: &TagDeclaration) -> TagBody {
    match declaration.body {
        BodyKind::None => TagBody::None,
        BodyKind::Html => TagBody::Html,
        BodyKind::Raw => TagBody::Raw,
    }
}

/// The options whose names may be left out.
pub(super) fn words(declaration: &TagDeclaration) -> Vec<&str> {
    declaration.words.iter().map(String::as_str).collect()
}

impl Tags {
    /// Checks the options of a call against those of the manifest.
    fn check(&self, call: &TagCall) -> Result<(), CallError> {
        let Self { name, declaration, .. } = self;
        let bad = |message: String| CallError::new(message).code(&codes::BAD_OPTION);
        let known = || declaration.options.keys().map(String::as_str);
        for (option, value) in &call.args {
            let Some(declared) = declaration.options.get(option) else {
                let near = suggest(option, known()).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                let all = known().collect::<Vec<_>>().join(", ");
                let help = if all.is_empty() { "it has none".to_owned() } else { format!("there are: {all}") };
                return Err(bad(format!("the tag `{name}` has no option `{option}`{near}")).help(help));
            };
            if let Some(expected) = wrong_value(declared, value) {
                return Err(bad(format!("the option `{option}` of the tag `{name}` has to be {expected}")));
            }
        }
        let missing = |(option, declared): &(&String, &TagOption)| declared.needed && !call.args.contains_key(*option);
        match declaration.options.iter().find(missing) {
            None => Ok(()),
            Some((option, declared)) => {
                let error = bad(format!("the tag `{name}` needs the option `{option}`"));
                Err(if declared.help.is_empty() { error } else { error.help(declared.help.clone()) })
            }
        }
    }
}

/// What a value has to be, if it is something else.
fn wrong_value(option: &TagOption, value: &Value) -> Option<String> {
    let (fits, words) = match option.kind {
        OptionKind::String => (value.is_string(), "text in quotes"),
        OptionKind::Bool => (value.is_boolean(), "true or false"),
        OptionKind::Number => (value.is_number(), "a number"),
    };
    if !fits {
        return Some(words.to_owned());
    }
    let is_one = option.one_of.is_empty() || value.as_str().is_none_or(|text| option.one_of.iter().any(|one| one == text));
    (!is_one).then(|| format!("one of: {}", option.one_of.join(", ")))
}

/// Blocks of code.
pub(super) struct Codes(pub(super) Arc<External>, pub(super) Vec<String>);

impl CodeRenderer for Codes {
    fn languages(&self) -> Vec<&str> {
        self.1.iter().map(String::as_str).collect()
    }

    fn needs_site(&self) -> bool {
        false
    }

    fn render(&self, block: &CodeBlock, index: &SiteIndex) -> Result<String, CallError> {
        let CodeBlock { language, info, code, page, .. } = *block;
        html_of(&self.0, self.0.ask(&Call::Code { language, info, code, page: page_data(page, index) }, None))
    }
}

/// The HTML of an answer, which has to have some.
fn html_of(external: &External, answer: Result<Answer, Box<Diagnostic>>) -> Result<String, CallError> {
    match answer {
        Ok(Answer { error: Some(Problem { message, help, line, .. }), .. }) => {
            let mut error = CallError::new(message);
            (error.help, error.line) = (help, line);
            Err(error)
        }
        Ok(Answer { html: Some(html), .. }) => Ok(html),
        Ok(_) => {
            Err(CallError::new(format!("the plugin `{}` gave no HTML", external.name)).help("it has to answer with `html` or `error`"))
        }
        Err(error) => {
            let mut failed = CallError::new(error.message);
            failed.help = error.help;
            failed.code = plugin_code(&error.code);
            Err(failed)
        }
    }
}

fn plugin_code(name: &str) -> Option<Code> {
    codes::PLUGINS.codes.iter().find(|code| code.name == name).map(|code| (*code).clone())
}

/// Sources of a format.
pub(super) struct Reads(pub(super) Arc<External>, pub(super) Vec<String>);

impl Reader for Reads {
    fn extensions(&self) -> Vec<&str> {
        self.1.iter().map(String::as_str).collect()
    }

    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>> {
        let external = &*self.0;
        let place = |near: Option<&String>| Page::new(file, "").place_near(near.map_or("", |near| near));
        let answer =
            external.ask(&Call::Read { path: &file.path, text: &file.text }, None).map_err(|error| vec![at(*error, place(None))])?;
        if let Some(error) = &answer.error {
            return Err(vec![external.problem(error).at(place(error.near.as_ref()))]);
        }
        let body = match (answer.markdown, answer.html) {
            (Some(markdown), None) => PageBody::Markdown(markdown.into()),
            (None, Some(html)) => PageBody::Html(html.into()),
            _ => {
                let message = format!("the plugin `{}` read this file without an answer", external.name);
                let error = codes::PLUGIN_PROTOCOL.report(message).at(place(None));
                return Err(vec![error.help("it has to answer with either `markdown` or `html`")]);
            }
        };
        let fields = answer.fields.into_iter().map(|(key, value)| Field::new(key.to_lowercase(), value, 0..0, 0..0)).collect();
        let warnings = answer.warnings.iter().map(|warning| external.warning(warning, place(warning.near.as_ref()))).collect();
        Ok(Document::new(fields, body).warnings(warnings))
    }
}
