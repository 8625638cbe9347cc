//! Lists of pages and of terms, whose items are made when a template comes to them.

use std::sync::Arc;

use avocet_plugin::{PageId, TermKind};
use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

use super::context::Scope;
use super::page::{self, Article};

/// Pages in order.
#[derive(Debug)]
pub(super) struct Articles {
    scope: Arc<Scope>,
    ids: Vec<PageId>,
}

impl Articles {
    pub(super) fn value(scope: &Arc<Scope>, ids: &[PageId]) -> Value {
        Value::from_object(Self { scope: Arc::clone(scope), ids: ids.to_vec() })
    }
}

impl Object for Articles {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, at: &Value) -> Option<Value> {
        self.ids.get(at.as_usize()?).map(|id| Article::value(&self.scope, *id))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.ids.len())
    }
}

/// All tags, categories or authors: pairs of the term and its articles.
#[derive(Debug)]
pub(super) struct Listings {
    scope: Arc<Scope>,
    kind: TermKind,
}

impl Listings {
    pub(super) fn value(scope: &Arc<Scope>, kind: TermKind) -> Value {
        Value::from_object(Self { scope: Arc::clone(scope), kind })
    }
}

impl Object for Listings {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, at: &Value) -> Option<Value> {
        let at = at.as_usize()?;
        let at = if self.kind == TermKind::Tag { *self.scope.site.tags.get(at)? } else { at };
        let listing = self.scope.site.index.site.terms(self.kind).get(at)?;
        let term = page::term(&self.scope.site, self.kind, &listing.term);
        Some(Value::from(vec![term, Articles::value(&self.scope, &listing.articles)]))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let site = &self.scope.site;
        Enumerator::Seq(if self.kind == TermKind::Tag { site.tags.len() } else { site.index.site.terms(self.kind).len() })
    }
}
