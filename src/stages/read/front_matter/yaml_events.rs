//! Events of the YAML parser -> fields, with places in the parsed text, and the comments that cut a value.

use std::ops::Range;

use avocet_plugin::Field;
use granit_parser::{ErrorKind, Event, Parser, Placement, ScalarStyle, Span, StrInput};
use serde_json::{Map, Number, Value};

use super::yaml::{Problem, YamlError};
use crate::stages::read::is_text;

/// Lists and maps in each other: more is no front matter.
const MAX_NESTING: usize = 32;
/// Lines of comment in a row.
const MAX_COMMENTS: usize = 10_000;

type Result<T> = std::result::Result<T, YamlError>;

/// A value with its place.
struct Node {
    value: Value,
    span: Range<usize>,
}

/// What came last: a comment on the same line may be meant as a part of it.
#[derive(PartialEq, Eq)]
enum Last {
    Key,
    PlainValue,
    Other,
}

/// Builds fields from the events of the parser.
pub(super) struct Builder<'t> {
    source: &'t str,
    events: Parser<'t, StrInput<'t>>,
    last: Last,
    /// Where that ends.
    end: usize,
    /// Where the open lists and maps in brackets begin.
    open: Vec<usize>,
    /// The key at the left edge whose value is read.
    key: String,
    /// Comments that cut a value, with its key.
    pub(super) cuts: Vec<(String, Range<usize>)>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(source: &'t str) -> Self {
        let options = granit_parser::options! {
            disallow_directives: true,
            emit_anchor_events: true,
            max_buffered_comment_events: MAX_COMMENTS,
            flow_nesting_limit: MAX_NESTING,
            block_nesting_limit: MAX_NESTING,
        };
        let events = Parser::new_from_str_with_options(source, options);
        Self { source, events, last: Last::Other, end: 0, open: Vec::new(), key: String::new(), cuts: Vec::new() }
    }

    /// The fields of the one document.
    pub(super) fn document(&mut self) -> Result<Vec<Field>> {
        let mut fields = Vec::new();
        let mut documents = 0;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(fields),
                Event::DocumentStart(..) if documents > 0 => return Err(error(span, Problem::SecondDocument)),
                Event::DocumentStart(..) => documents += 1,
                Event::MappingStart(_, _, tag) => {
                    self.check_tag(tag.is_some_and(|tag| tag.is_custom()), &span)?;
                    let span = span.bytes();
                    self.fields(&mut fields, self.source[span.clone()].starts_with('{').then_some(span.start))?;
                }
                // The front matter is empty, or has comments only.
                Event::Scalar(_, ScalarStyle::Plain, ..) if span.bytes().is_empty() => {}
                Event::Scalar(..) => {
                    let line = self.line(span.bytes().start);
                    // Something that is a key follows, if this is all that was understood as one text.
                    let problem = if self.next().is_err() { Problem::NoKey } else { Problem::NoMapping };
                    return Err(YamlError { at: line, problem });
                }
                Event::SequenceStart(..) => return Err(YamlError { at: self.line(span.bytes().start), problem: Problem::NoMapping }),
                _ => {}
            }
        }
    }

    /// The next event that is no comment; comments are judged.
    fn next(&mut self) -> Result<(Event<'t>, Span)> {
        loop {
            match self.events.next_event() {
                None => return Ok((Event::StreamEnd, Span::default())),
                Some(Ok((Event::Comment(text, Placement::Right), span))) => self.look_at_comment(&text, span.bytes()),
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok((Event::Anchor(..), span))) => return Err(error(span, Problem::Anchor)),
                Some(Ok((Event::Alias(_), span))) => return Err(error(span, Problem::Syntax(ErrorKind::UnknownAnchor))),
                Some(Ok(event)) => return Ok(event),
                Some(Err(found)) => return Err(self.syntax_error(found.kind().clone(), found.marker().byte_offset().unwrap_or_default())),
            }
        }
    }

    fn syntax_error(&self, kind: ErrorKind, at: usize) -> YamlError {
        let at = at.min(self.source.len());
        // Of a tab, it tells where the text behind it begins.
        let tab = matches!(kind, ErrorKind::TabInBlockIndentation).then(|| self.source[..at].rfind('\t')).flatten();
        let at = tab.unwrap_or(at);
        let end = self.source[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        match (kind, self.open.last()) {
            // The parser reads on over the end of the line, and wonders at the colon of the next key.
            (ErrorKind::InvalidColonPlacement | ErrorKind::MappingValueNotAllowed, Some(open)) if self.source[*open..].starts_with('[') => {
                YamlError { at: *open..open + 1, problem: Problem::OpenList }
            }
            (kind @ ErrorKind::SimpleKeyExpected, _) => YamlError { at: self.line(at), problem: Problem::Syntax(kind) },
            (kind, _) => YamlError { at: at..end, problem: Problem::Syntax(kind) },
        }
    }

    /// A comment behind a value may be meant as a part of it: `title: C # major`, `tags: [c, #rust,`, `tags: #rust`.
    fn look_at_comment(&mut self, text: &str, comment: Range<usize>) {
        let between = self.source.get(self.end..comment.start).unwrap_or_default();
        let behind_value = self.last == Last::PlainValue && between.chars().all(|c| matches!(c, ' ' | '\t' | ':' | '-'));
        let a_word = !text.starts_with([' ', '#', '!']) && !text.is_empty();
        if behind_value || a_word && (self.last == Last::Key || !self.open.is_empty()) {
            self.cuts.push((self.key.clone(), comment));
        }
    }

    fn fields(&mut self, fields: &mut Vec<Field>, open: Option<usize>) -> Result<()> {
        self.open.extend(open);
        while let Some((key, key_span)) = self.key()? {
            self.key = key.to_lowercase();
            let Node { value, span } = self.value(&key_span)?;
            fields.push(Field::new(&*self.key, value, key_span, span));
        }
        self.open.pop();
        Ok(())
    }

    /// The next key of a map; `None` at its end.
    fn key(&mut self) -> Result<Option<(String, Range<usize>)>> {
        let (event, span) = self.next()?;
        match event {
            Event::Scalar(text, _, _, tag) => {
                self.check_tag(tag.is_some_and(|tag| tag.is_custom()), &span)?;
                (self.last, self.end) = (Last::Key, span.bytes().end);
                Ok(Some((text.into_owned(), span.bytes())))
            }
            Event::MappingEnd => {
                (self.last, self.end) = (Last::Other, span.bytes().end);
                Ok(None)
            }
            _ => Err(error(span, Problem::KeyType)),
        }
    }

    /// The value of a key.
    fn value(&mut self, key: &Range<usize>) -> Result<Node> {
        let (event, span) = self.next()?;
        let mut node = self.node(event, span)?;
        if node.value.is_null() && node.span.is_empty() {
            // The parser puts what is not there behind the key; behind its colon there is room for it.
            let colon = self.source[key.end..].find(':').map_or(key.end, |at| key.end + at + 1);
            node.span = colon..colon;
        }
        Ok(node)
    }

    fn node(&mut self, event: Event, span: Span) -> Result<Node> {
        let Range { start, end } = span.bytes();
        match event {
            Event::Scalar(text, style, _, tag) => {
                self.check_tag(tag.as_ref().is_some_and(|tag| tag.is_custom()), &span)?;
                let plain = style == ScalarStyle::Plain;
                (self.last, self.end) = (if plain { Last::PlainValue } else { Last::Other }, end);
                let is_string = !plain || tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
                let value = if is_string { Value::String(text.into_owned()) } else { self.plain(&text) };
                Ok(Node { value, span: start..start + self.source[start..end].trim_end().len() })
            }
            Event::SequenceStart(_, _, tag) => {
                self.check_tag(tag.is_some_and(|tag| tag.is_custom()), &span)?;
                self.list(start..end)
            }
            Event::MappingStart(_, _, tag) => {
                self.check_tag(tag.is_some_and(|tag| tag.is_custom()), &span)?;
                self.map(start..end)
            }
            _ => Err(error(span, Problem::NoMapping)),
        }
    }

    fn list(&mut self, begin: Range<usize>) -> Result<Node> {
        let in_brackets = !begin.is_empty();
        if in_brackets {
            self.open.push(begin.start);
        }
        (self.last, self.end) = (Last::Other, begin.end);
        let (mut items, mut end) = (Vec::new(), begin.end);
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Node { value: Value::Array(items), span: begin.start..self.close(in_brackets, &span, end) });
            }
            let node = self.node(event, span)?;
            end = node.span.end.max(end);
            items.push(node.value);
        }
    }

    fn map(&mut self, begin: Range<usize>) -> Result<Node> {
        let in_brackets = !begin.is_empty();
        if in_brackets {
            self.open.push(begin.start);
        }
        (self.last, self.end) = (Last::Other, begin.end);
        let (mut map, mut end) = (Map::new(), begin.end);
        while let Some((key, span)) = self.key()? {
            if map.contains_key(&key) {
                return Err(YamlError { at: span, problem: Problem::Duplicate(key) });
            }
            let node = self.value(&span)?;
            end = node.span.end.max(end);
            map.insert(key, node.value);
        }
        let closed = self.end;
        let end = if in_brackets { closed } else { end };
        if in_brackets {
            self.open.pop();
        }
        Ok(Node { value: Value::Object(map), span: begin.start..end })
    }

    /// Where a list ends: at its bracket, else at its last item.
    fn close(&mut self, in_brackets: bool, bracket: &Span, last_item: usize) -> usize {
        self.last = Last::Other;
        if !in_brackets {
            return last_item;
        }
        self.open.pop();
        self.end = bracket.bytes().end;
        self.end
    }

    /// A value without quotes. What Avocet knows is text as it was written; for the author's own keys it is a number or truth if writing
    /// that down again gives the same text, so that `3.10` stays `3.10`.
    fn plain(&self, text: &str) -> Value {
        let number = || serde_json::from_str::<Number>(text).ok().filter(|number| number.to_string() == text);
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            _ if is_text(&self.key) => Value::String(text.to_owned()),
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            _ => number().map_or_else(|| Value::String(text.to_owned()), Value::Number),
        }
    }

    /// A tag is no part of the text, so only those that say what the value is anyway may stand.
    fn check_tag(&self, custom: bool, span: &Span) -> Result<()> {
        if !custom {
            return Ok(());
        }
        let at = span.tag_span().map_or_else(|| span.bytes(), |tag| tag.bytes());
        Err(YamlError { at, problem: Problem::Tag })
    }

    /// The line that begins at or holds a byte, without its indentation.
    fn line(&self, at: usize) -> Range<usize> {
        let at = at.min(self.source.len());
        at..self.source[at..].find('\n').map_or(self.source.len(), |line| at + line)
    }
}

fn error(span: Span, problem: Problem) -> YamlError {
    YamlError { at: span.bytes(), problem }
}

/// The bytes of a span; a text, which is what is parsed here, has them always.
trait Bytes {
    fn bytes(&self) -> Range<usize>;
}

impl Bytes for Span {
    fn bytes(&self) -> Range<usize> {
        self.byte_range().unwrap_or_default()
    }
}
