//! An article, a page, and the tags, categories and authors that they have.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use avocet_plugin::{Kind, Page, PageId, RouteKey, Term, TermKind};
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};
use minijinja_contrib::pycompat::unknown_method_callback;

use super::context::{Scope, Site, status};
use super::date::Date;

/// Articles that an article names as related.
const RELATED: usize = 5;

/// An article or a page.
#[derive(Debug)]
pub(super) struct Article {
    scope: Arc<Scope>,
    id: PageId,
}

impl Article {
    pub(super) fn value(scope: &Arc<Scope>, id: PageId) -> Value {
        Value::from_object(Self { scope: Arc::clone(scope), id })
    }

    fn page(&self) -> &Page {
        self.scope.site.index.site.page(self.id)
    }

    fn other(&self, id: Option<PageId>) -> Value {
        id.map_or(Value::from(()), |id| Self::value(&self.scope, id))
    }

    fn terms(&self, kind: TermKind, terms: &[Term]) -> Value {
        Value::from(terms.iter().map(|written| term(&self.scope.site, kind, written)).collect::<Vec<_>>())
    }

    fn in_metadata(&self, name: &str) -> Option<Value> {
        let (page, site) = (self.page(), &self.scope.site);
        Some(match name {
            "title" => Value::from(page.title.as_str()),
            "slug" => Value::from(page.slug.as_str()),
            "status" => Value::from(status(page.status)),
            "lang" => Value::from(page.lang.as_str()),
            "in_default_lang" => Value::from(page.lang == site.index.site.info.language),
            "template" => Value::from(page.template.as_deref().unwrap_or(if page.kind == Kind::Article { "article" } else { "page" })),
            "date" => Date::value(page.date.as_ref()?),
            "modified" => Date::value(page.modified.as_ref()?),
            "locale_date" => Value::from(Date::locale(page.date.as_ref()?, site)),
            "locale_modified" => Value::from(Date::locale(page.modified.as_ref()?, site)),
            "category" => term(site, TermKind::Category, &page.category.clone().or_else(|| folder(page))?),
            "tags" => self.terms(TermKind::Tag, &page.tags),
            "authors" => self.terms(TermKind::Author, &page.authors),
            "author" => term(site, TermKind::Author, page.authors.first()?),
            "series" => Value::from(page.series.as_deref()?),
            "source_path" | "relative_source_path" => Value::from(&*page.source),
            _ => return page.extra.get(name).map(Value::from_serialize),
        })
    }

    fn in_site(&self, name: &str) -> Option<Value> {
        let index = &self.scope.site.index;
        let route = || index.routes.of(RouteKey::Page(&*self.page().source));
        let neighbours = || index.site.neighbours.get(&self.id).copied().unwrap_or_default();
        let list = |ids: &[PageId]| Value::from(ids.iter().map(|id| Self::value(&self.scope, *id)).collect::<Vec<_>>());
        Some(match name {
            "url" => Value::from(self.scope.site.relative(&route()?.url)),
            "save_as" => Value::from(route()?.output.as_str()),
            "translations" => list(index.site.translations.get(&self.id).map(Vec::as_slice).unwrap_or_default()),
            "next_article" if self.scope.site.has_plugin("neighbors") => self.other(neighbours().newer),
            "prev_article" if self.scope.site.has_plugin("neighbors") => self.other(neighbours().older),
            "related_posts" if self.scope.site.has_plugin("related_posts") => list(&index.site.related(self.id, RELATED)),
            _ => return None,
        })
    }

    fn in_body(&self, name: &str) -> Option<Value> {
        Some(match name {
            // Empty until it is made, so that filters have a text to work on.
            "summary" => self.scope.excerpt(self.id).map_or(Value::from(""), |excerpt| excerpt.summary.clone()),
            "content" => Value::from(self.scope.body(self.id).map_or(String::new(), |body| body.html.clone())),
            "image" => Value::from(self.scope.excerpt(self.id)?.image.as_deref()?),
            _ => return None,
        })
    }
}

impl Object for Article {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        let name = name.as_str()?;
        if name == "metadata" {
            return Some(Value::from_object(Metadata(Arc::clone(self))));
        }
        self.in_body(name).or_else(|| self.in_site(name)).or_else(|| self.in_metadata(name))
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        Some(self.id.cmp(&other.downcast_ref::<Self>()?.id))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.page().display_path)
    }
}

/// What an author wrote above a page, by name.
#[derive(Debug)]
struct Metadata(Arc<Article>);

impl Object for Metadata {
    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        let is_written = self.0.page().fields.contains_key(name.as_str()?);
        if is_written { self.0.get_value(name) } else { None }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.page().fields.keys().map(|name| Value::from(name.as_str())).collect())
    }
}

/// The category of a page that has none is its folder, as in Pelican.
fn folder(page: &Page) -> Option<Term> {
    Some(Term::new(page.source.rsplit('/').nth(1)?))
}

/// A tag, a category or an author: a name that has a page.
#[derive(Debug)]
struct Named {
    name: String,
    slug: String,
    url: String,
    output: String,
}

/// A term, spelt as in its newest article.
pub(super) fn term(site: &Site, kind: TermKind, written: &Term) -> Value {
    let index = &site.index;
    let listed = index.site.terms(kind).iter().find(|listing| listing.term.slug == written.slug);
    let term = listed.map_or(written, |listing| &listing.term);
    let route = index.routes.of(RouteKey::Term { kind, slug: &*term.slug });
    let (url, output) = route.map_or(("", ""), |route| (site.relative(&route.url), &route.output));
    Value::from_object(Named { name: term.name.clone(), slug: term.slug.clone(), url: url.to_owned(), output: output.to_owned() })
}

impl Object for Named {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        Some(match name.as_str()? {
            "name" => Value::from(self.name.as_str()),
            "slug" => Value::from(self.slug.as_str()),
            "url" => Value::from(self.url.as_str()),
            "save_as" => Value::from(self.output.as_str()),
            "page_name" => Value::from(self.output.strip_suffix(".html").unwrap_or(&self.output)),
            _ => return None,
        })
    }

    /// It is used like its name: `category.title()`.
    fn call_method(self: &Arc<Self>, state: &State<'_, '_>, method: &str, args: &[Value]) -> Result<Value, Error> {
        unknown_method_callback(state, &Value::from(self.name.as_str()), method, args)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        Some((self.name.to_lowercase(), &self.slug).cmp(&(other.name.to_lowercase(), &other.slug)))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
