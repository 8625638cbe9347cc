//! Elements that are open.

use std::borrow::Cow;
use std::collections::HashMap;

/// The elements that have begun and not ended, the innermost last, each with what its owner wants to know of it. Whether an end tag ends
/// any of them is known without a search, so that a page of many end tags that end nothing costs no more than another.
#[derive(Debug)]
pub struct OpenElements<'t, T> {
    open: Vec<(Cow<'t, str>, T)>,
    count: HashMap<Cow<'t, str>, usize>,
}

impl<T> Default for OpenElements<'_, T> {
    fn default() -> Self {
        Self { open: Vec::new(), count: HashMap::new() }
    }
}

impl<'t, T> OpenElements<'t, T> {
    /// An element begins.
    pub fn push(&mut self, name: Cow<'t, str>, value: T) {
        *self.count.entry(name.clone()).or_default() += 1;
        self.open.push((name, value));
    }

    /// The innermost element ends.
    pub fn pop(&mut self) -> Option<(Cow<'t, str>, T)> {
        let (name, value) = self.open.pop()?;
        if let Some(count) = self.count.get_mut(&name) {
            *count -= 1;
        }
        Some((name, value))
    }

    /// The innermost element.
    #[must_use]
    pub fn last(&self) -> Option<(&str, &T)> {
        self.open.last().map(|(name, value)| (&**name, value))
    }

    /// How many elements are open outside of the innermost one of this name; nothing if none is open.
    #[must_use]
    pub fn depth_of(&self, name: &str) -> Option<usize> {
        self.count.get(name).filter(|count| **count > 0)?;
        self.open.iter().rposition(|(open, _)| open == name)
    }

    /// How many are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether none is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Their names, the innermost last.
    pub fn names(&self) -> impl Iterator<Item = &Cow<'t, str>> {
        self.open.iter().map(|(name, _)| name)
    }
}
