//! A component of the theme, as a tag or an element of Markdown asks for it -> its HTML.

use avocet_plugin::{Diagnostic, Place, codes};
use serde_json::Value as Json;
use tera::{ComponentArg, ComponentArgType, ComponentInfo, Context, Map, Value};

use super::tags::option_name;
use super::{Converter, PageConverter};
use crate::markup::markdown::{Element, MarkdownHost};

/// Whether a value has the type that the component declares, in all that an option can be.
pub(super) fn has_type(value: &Json, expected: ComponentArgType) -> bool {
    match expected {
        ComponentArgType::String => value.is_string(),
        ComponentArgType::Bool => value.is_boolean(),
        ComponentArgType::Integer => value.is_i64() || value.is_u64(),
        ComponentArgType::Float => value.is_f64(),
        ComponentArgType::Number => value.is_number(),
        ComponentArgType::Array => value.is_array(),
        ComponentArgType::Map => value.is_object(),
        // A tag cannot write one: Tera says so itself.
        _ => true,
    }
}

/// A type in words.
pub(super) fn type_words(expected: ComponentArgType) -> &'static str {
    match expected {
        ComponentArgType::String => "text in quotes",
        ComponentArgType::Integer => "a whole number without quotes",
        ComponentArgType::Float | ComponentArgType::Number => "a number without quotes",
        ComponentArgType::Bool => "true or false without quotes",
        other => other.as_str(),
    }
}

/// A component of the theme.
pub(super) struct Component {
    pub(super) name: String,
    pub(super) definition: ComponentInfo,
}

impl Component {
    /// The one that draws elements of Markdown of this kind.
    pub(super) fn of_element(converter: &Converter, kind: &str) -> Option<Self> {
        let name = converter.templates.element(kind)?.to_owned();
        Some(Self { definition: converter.templates.definition(&name)?, name })
    }

    /// What an author may give to it.
    pub(super) fn parameters(&self) -> Vec<&ComponentArg> {
        self.definition.args().iter().filter(|parameter| !parameter.is_implicit() && parameter.name() != "body").collect()
    }

    /// Its options, for a message.
    pub(super) fn usage(&self) -> String {
        let name = |parameter: &&ComponentArg| {
            format!("{}{}", option_name(parameter.name()), if parameter.is_required() { " (needed)" } else { "" })
        };
        let names: Vec<String> = self.parameters().iter().map(name).collect();
        if names.is_empty() { "it takes no options".to_owned() } else { format!("its options: {}", names.join(", ")) }
    }

    /// Draws an element of Markdown; `context` holds the options of the tag round it.
    pub(super) fn draw_element(
        &self,
        host: &mut PageConverter,
        element: Element,
        mut context: Context,
        at: impl FnOnce() -> Place,
    ) -> Option<String> {
        for (key, value) in element.options {
            if self.definition.args().iter().any(|parameter| parameter.name() == key) && !context.contains_key(&key) {
                context.insert_value(key, element_value(value));
            }
        }
        self.draw(host, &context, element.body.as_deref(), at)
    }

    /// Its HTML.
    pub(super) fn draw(
        &self,
        host: &mut PageConverter,
        context: &Context,
        body: Option<&str>,
        at: impl FnOnce() -> Place,
    ) -> Option<String> {
        let html = host.converter.templates.render_component(&self.name, context, host.context(), body);
        let report = |error: Diagnostic| host.report(self.failed(error, at()));
        html.map(trimmed).map_err(report).ok()
    }

    /// What to tell the author of the content when this component failed.
    fn failed(&self, error: Diagnostic, at: Place) -> Diagnostic {
        match &error.place {
            // The component itself says what is wrong with what it was given.
            Some(place) if is_thrown(place) => codes::BAD_OPTION.report(error.message).at(at).help(self.usage()),
            Some(_) => error.related(at, format!("in the component `{}`", self.name)),
            None => codes::BAD_OPTION.report(error.message).at(at).help(self.usage()),
        }
    }
}

/// HTML of a component without the empty lines at its end.
pub(super) fn trimmed(html: String) -> String {
    html.trim_end().to_owned() + "\n"
}

/// Whether a template says `throw(…)` there.
fn is_thrown(place: &Place) -> bool {
    place.text.as_ref().and_then(|text| text.get(place.span.clone())).is_some_and(|template| template.starts_with("throw("))
}

/// An option of an element as templates see it, without a copy. Elements have tables of cells at most: what an author writes is no part
/// of it, so that it is never deep.
fn element_value(option: Json) -> Value {
    match option {
        Json::String(text) => Value::from(text),
        Json::Array(items) => Value::from(items.into_iter().map(element_value).collect::<Vec<_>>()),
        Json::Object(fields) => Value::from(fields.into_iter().map(|(name, value)| (name.into(), element_value(value))).collect::<Map>()),
        other => Value::from_serializable(&other),
    }
}
