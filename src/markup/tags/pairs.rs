//! Which tags belong together, and how deep they are in each other.

use std::collections::HashMap;
use std::ops::Range;

use avocet_plugin::suggest;

use super::Call;

/// For each tag, the tag that ends it: an end belongs to the nearest tag of its name before it that has none yet.
pub(super) fn ends(calls: &[Call]) -> Vec<Option<usize>> {
    let mut ends = vec![None; calls.len()];
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, call) in calls.iter().enumerate() {
        match call.name.strip_prefix("end") {
            Some(name) => {
                if let Some(begin) = open.get_mut(name).and_then(Vec::pop) {
                    ends[begin] = Some(index);
                }
            }
            // A raw body was found with its tag.
            None if call.body.is_some() => {}
            None => open.entry(&call.name).or_default().push(index),
        }
    }
    ends
}

/// See [`super::Tags::levels`].
pub(super) fn levels(calls: &[Call], ends: &[Option<usize>]) -> Vec<Range<usize>> {
    let mut levels = Vec::new();
    // The ends of the tags that are open.
    let mut open: Vec<usize> = Vec::new();
    for (at, (call, end)) in calls.iter().zip(ends).enumerate() {
        while open.pop_if(|end| *end <= at).is_some() {}
        if call.name.starts_with("end") {
            continue;
        }
        if open.len() == levels.len() {
            levels.push(call.span.start..call.name_span.end);
        }
        open.extend(end.filter(|end| open.last().is_none_or(|outer| end < outer)));
    }
    levels
}

/// The open tag that an end with another name is meant for: one of the nearest, with a name that is much alike.
pub(super) fn meant(outer: &[Call], name: &str) -> Option<usize> {
    const NEAREST: usize = 16;
    let near = outer.iter().enumerate().rev().take(NEAREST).filter(|(_, call)| call.body.is_none());
    let near: Vec<(usize, &str)> = near.map(|(at, call)| (at, call.name.as_str())).collect();
    let best = suggest(name, near.iter().map(|(_, name)| *name))?;
    near.iter().find(|(_, name)| *name == best).map(|(at, _)| *at)
}
