//! URL patterns, as in Pelican: `blog/{date:%Y}/{slug}.html`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Page;

/// A pattern of output paths. An empty pattern switches a kind of page off. Fields: `{slug}`, `{lang}`, `{category}`, `{author}`,
/// `{date:FORMAT}` (strftime), `{path}` and `{path_no_ext}` of the source, `{meta.KEY}` for a key of the author's own, and in pagination `{name}`, `{base_name}`, `{extension}`, `{number}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(pub String);

/// Why a pattern cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternError {
    /// A field that does not exist here.
    UnknownField(String),
    /// A `{` without `}`.
    Unclosed,
    /// A date format that is not one.
    BadFormat(String),
    /// A key that the page does not have.
    NoValue(String),
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(name) => write!(f, "there is no field `{{{name}}}` here"),
            Self::Unclosed => write!(f, "a `{{` has no `}}`"),
            Self::NoValue(key) => write!(f, "the page has no `{key}`"),
            Self::BadFormat(why) => write!(f, "the date format is not one: {why}"),
        }
    }
}

impl Pattern {
    /// Whether the kind of page is switched off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.0.is_empty()
    }

    /// The pattern with each field replaced by what `value` gives for its name and format.
    ///
    /// # Errors
    /// When a field is unknown (`value` gives nothing) or not closed.
    pub fn fill(&self, mut value: impl FnMut(&str, &str) -> Result<String, PatternError>) -> Result<String, PatternError> {
        let mut out = String::with_capacity(self.0.len() + 80);
        let mut rest = self.0.as_str();
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let close = rest[open..].find('}').ok_or(PatternError::Unclosed)? + open;
            let (name, format) = rest[open + 1..close].split_once(':').unwrap_or((&rest[open + 1..close], ""));
            out.push_str(&value(name, format)?);
            rest = &rest[close + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }

    /// The output path of a page. A field without a value (`{author}` of a page without authors) is empty.
    ///
    /// # Errors
    /// When the pattern is faulty.
    pub fn of_page(&self, page: &Page) -> Result<String, PatternError> {
        self.fill(|name, format| match name {
            "slug" => Ok(page.slug.clone()),
            "lang" => Ok(page.lang.clone()),
            "category" => Ok(page.category.as_ref().map(|c| c.slug.clone()).unwrap_or_default()),
            "author" => Ok(page.authors.first().map(|a| a.slug.clone()).unwrap_or_default()),
            "date" => date(page.date.as_ref(), format),
            "path" => Ok(page.source.to_string()),
            "path_no_ext" => Ok(page.source.rsplit_once('.').map_or(&*page.source, |(path, _)| path).to_owned()),
            _ => own_value(page, Self::meta_key(name).ok_or_else(|| PatternError::UnknownField(name.to_owned()))?),
        })
    }

    /// The key that a field such as `{meta.KEY}` names.
    #[must_use]
    pub fn meta_key(field: &str) -> Option<&str> {
        field.strip_prefix("meta.").filter(|key| !key.is_empty())
    }

    /// The output path of a tag, category or author.
    ///
    /// # Errors
    /// When the pattern is faulty.
    pub fn of_slug(&self, slug: &str) -> Result<String, PatternError> {
        self.fill(|name, _| match name {
            "slug" => Ok(slug.to_owned()),
            _ => Err(PatternError::UnknownField(name.to_owned())),
        })
    }

    /// The output path of the archive of the period that `day` is in.
    ///
    /// # Errors
    /// When the pattern is faulty.
    pub fn of_date(&self, day: &crate::Date) -> Result<String, PatternError> {
        self.fill(|name, format| match name {
            "date" => date(Some(day), format),
            _ => Err(PatternError::UnknownField(name.to_owned())),
        })
    }

    /// The output path of page `number` (from 1) of the list whose first page is `first`.
    ///
    /// # Errors
    /// When the pattern is faulty.
    pub fn of_page_number(&self, first: &str, number: usize) -> Result<String, PatternError> {
        if number <= 1 {
            return Ok(first.to_owned());
        }
        let (name, extension) = first.rsplit_once('.').map_or((first, String::new()), |(name, ext)| (name, format!(".{ext}")));
        let base_name = name.strip_suffix("/index").unwrap_or(if name == "index" { "" } else { name });
        let filled = self.fill(|field, _| match field {
            "name" => Ok(name.to_owned()),
            "base_name" => Ok(base_name.to_owned()),
            "extension" => Ok(extension.clone()),
            "number" => Ok(number.to_string()),
            _ => Err(PatternError::UnknownField(field.to_owned())),
        })?;
        Ok(filled.trim_start_matches('/').to_owned())
    }
}

/// The value of a key of the author's own.
fn own_value(page: &Page, key: &str) -> Result<String, PatternError> {
    match page.extra.get(&key.to_lowercase()) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
        _ => Err(PatternError::NoValue(key.to_owned())),
    }
}

fn date(day: Option<&crate::Date>, format: &str) -> Result<String, PatternError> {
    let Some(day) = day else { return Ok(String::new()) };
    let format = if format.is_empty() { "%Y-%m-%d" } else { format };
    jiff::fmt::strtime::format(format, day).map_err(|e| PatternError::BadFormat(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_list_are_numbered_as_in_pelican_or_in_folders() {
        let pelican = Pattern("{name}{number}{extension}".into());
        let folders = Pattern("{base_name}/page/{number}{extension}".into());
        assert_eq!(pelican.of_page_number("tag/python.html", 2).as_deref(), Ok("tag/python2.html"));
        assert_eq!(folders.of_page_number("blog/index.html", 3).as_deref(), Ok("blog/page/3.html"));
        assert_eq!(folders.of_page_number("index.html", 2).as_deref(), Ok("page/2.html"));
        assert_eq!(folders.of_page_number("tag/python.html", 1).as_deref(), Ok("tag/python.html"));
    }

    #[test]
    fn a_faulty_pattern_is_an_error() {
        assert_eq!(Pattern("{slgu}.html".into()).of_slug("a"), Err(PatternError::UnknownField("slgu".into())));
        assert_eq!(Pattern("{slug.html".into()).of_slug("a"), Err(PatternError::Unclosed));
    }
}
