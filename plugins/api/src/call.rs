//! What a plugin is given of a page to answer for, and what it says when it cannot: calls of tags, blocks of code, and pieces of HTML.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Code, Diagnostic, Page, SiteIndex};

/// A call of a tag.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TagCall {
    /// Its name.
    pub name: String,
    /// Its options. A word without a name is the option that [`crate::Tag::words`] names.
    pub args: BTreeMap<String, Value>,
    /// What stands in the block form, as [`crate::Tag::body`] asks for it.
    pub body: Option<String>,
    /// The source that calls it; empty in a template.
    pub source: String,
}

impl TagCall {
    /// A call of this tag, without options.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// With this option.
    #[must_use]
    pub fn arg(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.args.insert(name.into(), value.into());
        self
    }

    /// The page that calls it; `None` in a template.
    #[must_use]
    pub fn page<'i>(&self, index: &'i SiteIndex) -> Option<&'i Arc<Page>> {
        index.site.find(&self.source).map(|id| index.site.page(id))
    }
}

/// What a tag takes between `{% name %}` and `{% endname %}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TagBody {
    /// Nothing: a block form is an error.
    None,
    /// Markdown, of which it gets the HTML.
    #[default]
    Html,
    /// The text as it is written: nothing in it is read as Markdown, HTML or a tag.
    Raw,
}

/// A block of code of a page.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CodeBlock<'a> {
    /// Its language, as the author wrote it.
    pub language: &'a str,
    /// What stands behind the language: `caption="x"`.
    pub info: &'a str,
    /// The code, as it is written.
    pub code: &'a str,
    /// The page that it stands in.
    pub page: &'a Page,
}

impl<'a> CodeBlock<'a> {
    /// A block of this language.
    #[must_use]
    pub const fn new(language: &'a str, info: &'a str, code: &'a str, page: &'a Page) -> Self {
        Self { language, info, code, page }
    }
}

/// A piece of a page in HTML.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fragment {
    /// What it is of the page.
    pub part: Part,
    /// The HTML.
    pub html: String,
    /// Values for templates: `page.values.NAME`. Those of a summary are not kept.
    pub values: BTreeMap<String, Value>,
    /// What went wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a [`Fragment`] is of its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Part {
    /// The content.
    Body,
    /// The summary that the front matter has. Without one, the summary is taken of the body.
    Summary,
}

impl Fragment {
    /// This HTML.
    #[must_use]
    pub const fn new(part: Part, html: String) -> Self {
        Self { part, html, values: BTreeMap::new(), diagnostics: Vec::new() }
    }
}

/// Why a tag or a block of code has no HTML. The engine adds the place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallError {
    /// One sentence without a full stop: what is wrong.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// The line of the code, or of the raw body, that is wrong, from 1.
    pub line: Option<usize>,
    /// Another kind of problem than `failed-tag` or `failed-code`.
    pub code: Option<Code>,
}

impl CallError {
    /// What is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// How to fix it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The line of the code, or of the raw body, that is wrong, from 1.
    #[must_use]
    pub fn line(self, line: usize) -> Self {
        Self { line: Some(line), ..self }
    }

    /// Another kind of problem than `failed-tag` or `failed-code`.
    #[must_use]
    pub fn code(self, code: &Code) -> Self {
        Self { code: Some(code.clone()), ..self }
    }

    /// The problem, which is of the kind `usual` unless it is of a kind of its own.
    #[must_use]
    pub fn report(self, usual: &Code) -> Diagnostic {
        let problem = self.code.as_ref().unwrap_or(usual).report(self.message);
        match self.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

impl From<String> for CallError {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&str> for CallError {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}
