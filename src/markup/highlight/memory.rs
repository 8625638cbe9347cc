//! Lines that were highlighted before: where a parser stood and a line in, its HTML and where the parser stands then out.
//!
//! Half of the lines of a site's code are lines it has had before (`}`, `import os`, nothing at all), and to parse one takes a
//! hundred times as long as to look it up. Promised: exactly what parsing gives, in bounded memory.

use std::collections::HashMap;

use syntect::parsing::ParseState;

use super::classes::ClassStack;

/// More text than this is not kept: it is forgotten before the next block.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A place in [`Memory`] that stands for a [`State`].
#[derive(Clone, Copy, Debug)]
pub(super) struct StateId(usize);

/// All that decides how the next line is highlighted.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) parse: ParseState,
    pub(super) classes: ClassStack,
}

/// The lines that one thread has seen.
#[derive(Debug, Default)]
pub(super) struct Memory {
    states: Vec<(State, HashMap<Box<str>, Line>)>,
    /// The states by their classes, as a parser cannot be hashed.
    by_classes: HashMap<ClassStack, Vec<StateId>>,
    bytes: usize,
}

#[derive(Debug)]
struct Line {
    html: Box<str>,
    next: StateId,
}

impl Memory {
    /// Where a block begins.
    pub(super) fn start(&mut self, parse: ParseState) -> StateId {
        if self.bytes > MOST_BYTES {
            *self = Self::default();
        }
        self.id(State { parse, classes: ClassStack::default() })
    }

    /// The HTML of a line, which `parse` is asked for when it is new, and the state after it.
    pub(super) fn line(&mut self, html: &mut String, at: StateId, line: &str, parse: impl FnOnce(&mut State) -> String) -> StateId {
        let Some((state, lines)) = self.states.get(at.0) else { return at };
        if let Some(known) = lines.get(line) {
            html.push_str(&known.html);
            return known.next;
        }
        let mut state = state.clone();
        let new = parse(&mut state);
        html.push_str(&new);
        let next = self.id(state);
        self.bytes += line.len() + new.len() + size_of::<(Box<str>, Line)>();
        if let Some((_, lines)) = self.states.get_mut(at.0) {
            lines.insert(line.into(), Line { html: new.into(), next });
        }
        next
    }

    fn id(&mut self, state: State) -> StateId {
        let alike = self.by_classes.entry(state.classes.clone()).or_default();
        let known = alike.iter().find(|id| self.states.get(id.0).is_some_and(|(known, _)| known.parse == state.parse));
        if let Some(&id) = known {
            return id;
        }
        let id = StateId(self.states.len());
        alike.push(id);
        self.bytes += size_of::<(State, HashMap<Box<str>, Line>)>() + 256;
        self.states.push((state, HashMap::new()));
        id
    }
}
