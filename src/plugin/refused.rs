//! A plugin that may not run: its tags and formats are known, so that nothing seems to be misspelt, and one error says that it did not run.

use avocet_plugin::{
    CallError, CodeBlock, CodeRenderer, Diagnostic, Document, Plugin, Reader, SiteIndex, SourceFile, Tag, TagBody, TagCall, Validator,
};

use super::manifest::{Manifest, TagDeclaration};
use super::roles;

/// The plugin of this name, of which nothing runs for this reason.
pub(super) fn plugin(name: &str, manifest: &Manifest, why: &Diagnostic) -> Plugin {
    let mut plugin = Plugin::new(name).validator(NotRun(why.clone()));
    for (tag, declaration) in &manifest.tag {
        plugin = plugin.tag(NoTag(tag.clone(), declaration.clone()));
    }
    if let Some(code) = &manifest.code {
        plugin = plugin.code_renderer(NoCode(code.languages.clone()));
    }
    if let Some(read) = &manifest.read {
        plugin = plugin.reader(NoReader(read.extensions.clone(), why.clone()));
    }
    plugin
}

struct NotRun(Diagnostic);

impl Validator for NotRun {
    fn validate(&self, _: &SiteIndex) -> Vec<Diagnostic> {
        vec![self.0.clone()]
    }
}

struct NoTag(String, TagDeclaration);

impl Tag for NoTag {
    fn name(&self) -> &str {
        &self.0
    }

    fn body(&self) -> TagBody {
        roles::body(&self.1)
    }

    fn words(&self) -> Vec<&str> {
        roles::words(&self.1)
    }

    fn needs_site(&self) -> bool {
        false
    }

    fn render(&self, _: &TagCall, _: &SiteIndex) -> Result<String, CallError> {
        Ok(String::new())
    }
}

struct NoCode(Vec<String>);

impl CodeRenderer for NoCode {
    fn languages(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    fn needs_site(&self) -> bool {
        false
    }

    fn render(&self, _: &CodeBlock, _: &SiteIndex) -> Result<String, CallError> {
        Ok(String::new())
    }
}

struct NoReader(Vec<String>, Diagnostic);

impl Reader for NoReader {
    fn extensions(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>> {
        let place = avocet_plugin::Place::file(file.display_path.clone());
        Err(vec![self.1.clone().at(place)])
    }
}
