//! A value of settings as serde reads it, with errors that are data: which key is unknown, which is missing, which type was expected.
//! The errors of serde_json are sentences, and no code has to read those.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserialize, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// What a setting has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Text,
    Truth,
    WholeNumber,
    NotNegative,
    List,
    Table,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

impl Expected {
    /// In words.
    pub(super) fn words(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Text => "text in quotes",
            Self::Truth => "true or false",
            Self::WholeNumber => "a whole number",
            Self::NotNegative => "a whole number that is not below 0",
            Self::List => "a list, such as [\"a\", \"b\"]",
            Self::Table => "a table",
            Self::OneOf(words) => return Cow::Owned(format!("one of \"{}\"", words.join("\", \""))),
        })
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ValueError {
    /// There is no such key; the second are those that there are.
    Unknown(String, &'static [&'static str]),
    Missing(&'static str),
    Wrong(Expected),
    /// Something else that serde says. None of the types of the settings brings it about.
    Other(String),
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(key, _) => write!(f, "unknown key {key}"),
            Self::Missing(key) => write!(f, "missing key {key}"),
            Self::Wrong(expected) => write!(f, "expected {}", expected.words()),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for ValueError {}

impl de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Other(message.to_string())
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned(), expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::Wrong(Expected::OneOf(expected))
    }
}

/// A type from a value.
pub(super) fn deserialize<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, serde_path_to_error::Error<ValueError>> {
    serde_path_to_error::deserialize(Node(value))
}

/// A value to be read.
#[derive(Clone, Copy)]
struct Node<'de>(&'de Value);

impl<'de> IntoDeserializer<'de, ValueError> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Node<'de> {
    fn list<V: Visitor<'de>>(items: &'de [Value], visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_seq(SeqDeserializer::new(items.iter().map(Node)))
    }

    fn table<V: Visitor<'de>>(table: &'de serde_json::Map<String, Value>, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_map(MapDeserializer::new(table.iter().map(|(key, value)| (key.as_str(), Node(value)))))
    }
}

impl<'de> de::Deserializer<'de> for Node<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => Self::list(items, visitor),
            Value::Object(table) => Self::table(table, visitor),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (_, Some(number)) => visitor.visit_i64(number),
                _ => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.0.as_bool().map_or(Err(ValueError::Wrong(Expected::Truth)), |truth| visitor.visit_bool(truth))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.0.as_str().map_or(Err(ValueError::Wrong(Expected::Text)), |text| visitor.visit_borrowed_str(text))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let expected = if self.0.is_i64() { Expected::NotNegative } else { Expected::WholeNumber };
        self.0.as_u64().map_or(Err(ValueError::Wrong(expected)), |number| visitor.visit_u64(number))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.0.as_array().map_or(Err(ValueError::Wrong(Expected::List)), |items| Self::list(items, visitor))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.0.as_object().map_or(Err(ValueError::Wrong(Expected::Table)), |table| Self::table(table, visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, ValueError> {
        let word = self.0.as_str().ok_or(ValueError::Wrong(Expected::Text))?;
        visitor.visit_enum(word.into_deserializer())
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct identifier
        ignored_any
    }
}
