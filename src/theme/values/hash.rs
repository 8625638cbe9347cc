//! Values of templates -> their hashes: what a template is given has another hash if any template could tell it apart.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use avocet_plugin::{Body, PageId};
use tera::Value;
use tera::value::{Key, ValueKind};

use super::{SITE_LISTS, Values};
use crate::trace::{self, Hash};

/// Hashes of what many templates are given, each computed once.
pub(super) struct Hashes {
    shared: OnceLock<Hash>,
    pages: Vec<OnceLock<Hash>>,
    lists: BTreeMap<&'static str, OnceLock<Hash>>,
    tag_lists: BTreeMap<&'static str, OnceLock<Hash>>,
}

impl Hashes {
    /// Of a site of so many pages.
    pub(super) fn new(pages: usize) -> Self {
        let lists = || SITE_LISTS.into_iter().map(|name| (name, OnceLock::new())).collect();
        let pages = (0..pages).map(|_| OnceLock::new()).collect();
        Self { shared: OnceLock::new(), pages, lists: lists(), tag_lists: lists() }
    }
}

impl Values {
    /// A hash of what every template sees.
    #[must_use]
    pub fn shared_hash(&self) -> Hash {
        *self.hashes.shared.get_or_init(|| hash_values(self.shared.iter().map(|(name, value)| (*name, value))))
    }

    /// A hash of what tags and components see in the content of a page.
    #[must_use]
    pub fn tag_context_hash(&self, id: PageId) -> Hash {
        let metadata = Value::from(self.metadata(id));
        trace::hash(&[&self.shared_hash(), &hash_values([("page", &metadata)])])
    }

    /// A hash of a list of the whole site, as tags of the site see it.
    #[must_use]
    pub fn tag_list_hash(&self, name: &str) -> Hash {
        let hash = || hash_values(self.tag_lists(|known| known == name).collect::<Vec<_>>().iter().map(|(name, list)| (*name, list)));
        self.hashes.tag_lists.get(name).map_or_else(Hash::default, |known| *known.get_or_init(hash))
    }

    /// A page as lists show it, as its hash.
    pub fn page_hash<'b>(&self, id: PageId, body: impl FnOnce() -> &'b Body) -> Value {
        let hash = || hash_values([("page", &self.page(id, body))]);
        self.hashes.pages.get(id.index()).map_or_else(Value::none, |known| hashed(known.get_or_init(hash)))
    }

    /// A page as its own template shows it, as hashes: of the page, and of its body.
    pub fn own_page_hash<'b>(&self, id: PageId, excerpt: impl FnOnce() -> &'b Body, body: &Hash) -> Value {
        Value::from(vec![self.page_hash(id, excerpt), hashed(body), self.related_pages(id)])
    }

    /// The hash of a list of the whole site. `article` gives a page as its hash.
    pub fn site_list_hash(&self, name: &str, article: impl Fn(PageId) -> Value) -> Value {
        let hash = || hash_values([(name, &self.site_list(name, article))]);
        self.hashes.lists.get(name).map_or_else(Value::none, |known| hashed(known.get_or_init(hash)))
    }
}

/// A hash in the place of the value that it is of.
fn hashed(hash: &Hash) -> Value {
    Value::bytes(&hash[..])
}

/// The hash of named values. What is inside a value waits in a list: an author's values may be as deep as they like.
pub fn hash_values<'v>(values: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Hash {
    let mut hasher = blake3::Hasher::new();
    for (name, value) in values {
        add(&mut hasher, b'n', name.as_bytes());
        let mut open = vec![(None, value)];
        while let Some((key, value)) = open.pop() {
            if let Some(key) = key {
                add_key(&mut hasher, key);
            }
            if let Some(items) = value.as_array() {
                add(&mut hasher, b'a', &items.len().to_le_bytes());
                open.extend(items.iter().rev().map(|item| (None, item)));
            } else if let Some(map) = value.as_map() {
                add(&mut hasher, b'm', &map.len().to_le_bytes());
                open.extend(map.iter().rev().map(|(key, value)| (Some(key), value)));
            } else {
                add_scalar(&mut hasher, value);
            }
        }
    }
    *hasher.finalize().as_bytes()
}

/// Adds bytes of a kind, with their number.
fn add(hasher: &mut blake3::Hasher, kind: u8, bytes: &[u8]) {
    let [a, b, c, d, e, f, g, h] = (bytes.len() as u64).to_le_bytes();
    hasher.update(&[kind, a, b, c, d, e, f, g, h]).update(bytes);
}

fn add_key(hasher: &mut blake3::Hasher, key: &Key) {
    match key.as_str() {
        Some(name) => add(hasher, b'k', name.as_bytes()),
        // A number or a truth value: only front matter has them.
        None => add(hasher, b'K', key.to_string().as_bytes()),
    }
}

fn add_scalar(hasher: &mut blake3::Hasher, value: &Value) {
    match value.kind() {
        // Safe HTML is not escaped.
        ValueKind::String if value.is_safe() => add(hasher, b'h', value.as_str().unwrap_or_default().as_bytes()),
        ValueKind::String => add(hasher, b's', value.as_str().unwrap_or_default().as_bytes()),
        ValueKind::Bytes => add(hasher, b'x', value.as_bytes().unwrap_or_default()),
        ValueKind::F64 => add(hasher, b'f', &value.as_f64().unwrap_or_default().to_bits().to_le_bytes()),
        ValueKind::Bool => add(hasher, b'b', &[u8::from(value.as_bool() == Some(true))]),
        ValueKind::None => add(hasher, b'0', &[]),
        ValueKind::Undefined => add(hasher, b'u', &[]),
        // Whole numbers, by their digits.
        _ => add(hasher, b'i', value.to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_template_can_tell_apart_has_hashes_of_its_own() {
        let values = [
            json!(null),
            json!(""),
            json!("a"),
            json!("1"),
            json!(1),
            json!(-1),
            json!(1.0),
            json!(0),
            json!(false),
            json!(true),
            json!([]),
            json!({}),
            json!([[]]),
            json!([null]),
            json!(["a", "b"]),
            json!(["ab"]),
            json!([["a"], "b"]),
            json!([["a", "b"]]),
            json!({ "a": null, "b": "c", "c": "d" }),
            json!({ "a": "b", "c": "c", "d": null }),
            json!({ "b": "c", "a": null, "c": "d" }),
            json!({ "a": { "b": 1 } }),
            json!({ "a": {}, "b": 1 }),
        ];
        let mut values: Vec<Value> = values.iter().map(Value::from_serializable).collect();
        values.extend([Value::safe_string("a"), Value::undefined(), Value::bytes("a")]);
        let hashes: HashSet<Hash> = values.iter().map(|value| hash_values([("v", value)])).collect();
        assert_eq!(hashes.len(), values.len());
        let again = hash_values([("v", &Value::from_serializable(&json!({ "a": { "b": 1 } })))]);
        assert!(hashes.contains(&again));
        assert_ne!(again, hash_values([("w", &Value::from_serializable(&json!({ "a": { "b": 1 } })))]));
    }

    #[test]
    fn a_value_may_be_as_deep_as_it_likes() {
        let deep = (0..2000).fold(Value::none(), |inner, _| Value::from(vec![inner]));
        hash_values([("v", &deep)]);
    }
}
