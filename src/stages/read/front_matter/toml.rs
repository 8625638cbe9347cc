//! A table of TOML -> fields, each with its place.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};
use avocet_plugin::{Diagnostic, Field, Place, codes};
use serde_json::{Map, Number, Value};

use crate::stages::read::is_text;

/// The fields of the table in `matter`, a part of `text`.
pub(super) fn parse(text: &str, matter: Range<usize>, place: impl Fn(Range<usize>) -> Place) -> Result<Vec<Field>, Diagnostic> {
    let source = &text[matter.clone()];
    let shift = |range: Range<usize>| matter.start + range.start..matter.start + range.end;
    let table = DeTable::parse(source).map_err(|error| {
        let at = error.span().unwrap_or_default();
        // Of what is wrong, the library gives the place as data and the reason as text.
        codes::BAD_FRONT_MATTER
            .report("the front matter is not TOML")
            .at(place(shift(at)))
            .label(error.message().replace('\n', ", "))
            .help("write `key = \"value\"` on every line between the `+++` lines")
    })?;
    let field = |(key, value): (&Spanned<_>, &Spanned<DeValue>)| {
        let key_span = key.span();
        let name: &std::borrow::Cow<str> = key.get_ref();
        let key = name.to_lowercase();
        // The place of a table is all that is in it: its name stands for it.
        let span = if matches!(value.get_ref(), DeValue::Table(_)) { key_span.clone() } else { value.span() };
        let value = plain(source, &key, value);
        Field::new(key, value, shift(key_span), shift(span))
    };
    let mut fields: Vec<Field> = table.get_ref().iter().map(field).collect();
    fields.sort_by_key(|field| field.key_span.start);
    Ok(fields)
}

/// The value. Where Avocet knows the key, numbers and truths are text as they were written; elsewhere a number is one if writing it
/// down again gives the same text.
fn plain(source: &str, key: &str, value: &Spanned<DeValue>) -> Value {
    let written = || source.get(value.span()).unwrap_or_default().to_owned();
    match value.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| plain(source, key, item)).collect()),
        DeValue::Table(table) => {
            let inner = |(name, value): (&Spanned<_>, &Spanned<DeValue>)| {
                let name: &std::borrow::Cow<str> = name.get_ref();
                (name.to_string(), plain(source, key, value))
            };
            Value::Object(table.iter().map(inner).collect::<Map<_, _>>())
        }
        _ if is_text(key) => Value::String(written()),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Integer(_) | DeValue::Float(_) => {
            let number = serde_json::from_str::<Number>(&written()).ok().filter(|number| number.to_string() == written());
            number.map_or_else(|| Value::String(written()), Value::Number)
        }
        DeValue::Datetime(_) => Value::String(written()),
    }
}
