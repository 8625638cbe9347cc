//! What was asked while a body or a page was made, asked again: whether it holds now.

use std::sync::Arc;

use avocet_plugin::{CodeBlock, PageId, RouteKey, TagCall};

use super::links::LinkResolver;
use super::{Converter, code_renderer, tags};
use crate::images;
use crate::trace::{self, Hash, Question};

impl Converter<'_> {
    /// Whether every question gets the answer that it got then. `page` is the page whose body asked, if one did.
    #[must_use]
    pub fn holds(&self, page: Option<PageId>, trace: &[(Question, Hash)]) -> bool {
        trace.iter().all(|(question, answer)| self.answer(page, question).as_ref() == Some(answer))
    }

    /// The hash of the answer to a question; `None` if there is none, or it is an error.
    fn answer(&self, page: Option<PageId>, question: &Question) -> Option<Hash> {
        match question {
            Question::Link { source, url, is_asset } => {
                let page = self.index.site.page(page?);
                let output = self.index.routes.of(RouteKey::Page(&page.source)).map_or("", |route| &*route.output);
                let links = LinkResolver { index: self.index, suggestions: &self.memo.suggestions, source, output };
                links.resolve(url, *is_asset).ok().map(|address| trace::hash_answer(address.as_deref()))
            }
            Question::ImageSize(url) => Some(images::hash_size(self.memo.images.size(url))),
            Question::Include(name) => Some(hash_include(self.includes.get(name))),
            Question::TagContext => Some(self.values.tag_context_hash(page?)),
            Question::TagList(name) => Some(self.values.tag_list_hash(name)),
            Question::Tag(call) => {
                let read: TagCall = serde_json::from_str(call).ok()?;
                // A number that JSON gives back in another way would be another question.
                let is_same = serde_json::to_string(&read).is_ok_and(|again| again == *call);
                let html = tags::plugin_tag(self, &read.name).filter(|_| is_same)?.render(&read, self.index).ok()?;
                Some(trace::hash_answer(Some(&html)))
            }
            Question::Drawing { language, info, code } => {
                let block = CodeBlock::new(language, info, code, self.index.site.page(page?));
                let html = code_renderer(self.plugins, language)?.render(&block, self.index).ok()?;
                Some(trace::hash_answer(Some(&html)))
            }
            Question::Code(key) => Some(*key),
            // Templates ask for bodies, and their answers are not the conversion's.
            Question::Excerpt(_) | Question::Body(_) => None,
        }
    }
}

/// The hash of an include, as an answer.
pub(super) fn hash_include(found: Option<&(String, Arc<str>)>) -> Hash {
    found.map_or_else(|| trace::hash_answer(None), |(display_path, text)| trace::hash(&[display_path.as_bytes(), text.as_bytes()]))
}
