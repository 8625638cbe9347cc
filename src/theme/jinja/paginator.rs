//! A list that is cut into numbered pages, with the methods of Pelican's paginator.

use std::sync::Arc;

use avocet_plugin::List;
use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::Values;
use super::context::{Scope, Site};
use super::lists::Articles;

/// The whole list.
#[derive(Debug, Clone)]
pub(super) struct Paginator {
    site: Arc<Site>,
    /// The output path of its first page.
    first: String,
    /// Its pages.
    count: usize,
    /// Its articles.
    articles: usize,
}

/// One page of it.
#[derive(Debug)]
struct NumberedPage {
    whole: Paginator,
    number: usize,
    articles: Value,
}

impl Paginator {
    /// What a template of a list sees: `articles_page`, its neighbours, and the whole.
    pub(super) fn values(scope: &Arc<Scope>, list: &List, first: &str) -> Values {
        let site = Arc::clone(&scope.site);
        let whole = Self { site, first: first.to_owned(), count: list.pager.count, articles: list.count };
        let number = list.pager.number;
        let page = |number: usize, articles: Value| whole.page(number, articles);
        let mut values = Values::new();
        values.insert("articles_page".into(), page(number, Articles::value(scope, &list.articles)));
        values.insert("articles_paginator".into(), Value::from_object(whole.clone()));
        if number > 1 {
            values.insert("articles_previous_page".into(), page(number - 1, Value::UNDEFINED));
        }
        if number < whole.count {
            values.insert("articles_next_page".into(), page(number + 1, Value::UNDEFINED));
        }
        values
    }

    fn page(&self, number: usize, articles: Value) -> Value {
        Value::from_object(NumberedPage { whole: self.clone(), number, articles })
    }

    fn per_page(&self) -> usize {
        self.site.index.site.page_size
    }

    /// The URL of a page, which is that of its file unless links leave the ending out.
    fn url(&self, number: usize) -> String {
        let (site, output) = (&self.site.index.site, self.output(number));
        if site.urls.clean { self.site.relative(&site.url_of(&output)).to_owned() } else { output }
    }

    /// The output path of a page.
    fn output(&self, number: usize) -> String {
        self.site.index.site.urls.paged.of_page_number(&self.first, number).unwrap_or_default()
    }
}

impl Object for Paginator {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        Some(match name.as_str()? {
            "num_pages" => Value::from(self.count),
            "count" => Value::from(self.articles),
            "per_page" => Value::from(self.per_page()),
            "orphans" => Value::from(0),
            "page_range" => Value::from((1..=self.count).map(Value::from).collect::<Vec<_>>()),
            _ => return None,
        })
    }

    fn call_method(self: &Arc<Self>, _: &State<'_, '_>, method: &str, args: &[Value]) -> Result<Value, Error> {
        let number = args.first().and_then(Value::as_usize).filter(|number| (1..=self.count).contains(number));
        match (method, number) {
            ("page", Some(number)) => Ok(self.page(number, Value::UNDEFINED)),
            ("page", None) => Err(Error::new(ErrorKind::InvalidOperation, format!("the list has {} pages", self.count))),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

impl NumberedPage {
    fn method(&self, name: &str) -> Option<Value> {
        Some(match name {
            "has_next" => Value::from(self.number < self.whole.count),
            "has_previous" => Value::from(self.number > 1),
            "has_other_pages" => Value::from(self.whole.count > 1),
            "next_page_number" => Value::from(self.number + 1),
            "previous_page_number" => Value::from(self.number.saturating_sub(1)),
            "start_index" => Value::from(((self.number - 1) * self.whole.per_page() + 1).min(self.whole.articles)),
            "end_index" => Value::from((self.number * self.whole.per_page()).min(self.whole.articles)),
            _ => return None,
        })
    }
}

impl Object for NumberedPage {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        Some(match name.as_str()? {
            "number" => Value::from(self.number),
            "url" => Value::from(self.whole.url(self.number)),
            "save_as" => Value::from(self.whole.output(self.number)),
            "object_list" => self.articles.clone(),
            "paginator" => Value::from_object(self.whole.clone()),
            // Without its brackets a method counts as true, as in Python.
            name => self.method(name).map(|_| Value::from(true))?,
        })
    }

    fn call_method(self: &Arc<Self>, _: &State<'_, '_>, method: &str, _: &[Value]) -> Result<Value, Error> {
        self.method(method).ok_or_else(|| Error::from(ErrorKind::UnknownMethod))
    }
}
