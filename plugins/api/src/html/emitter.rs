//! What html5gum tells -> [`Token`]s that are slices of the input. Nothing is copied.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use html5gum::{Emitter, Error, State};

use super::elements::{Content, content};
use super::token::{Attribute, Tag, Token};

/// Collects tokens while html5gum reads.
pub(super) struct SpanEmitter<'t> {
    text: &'t str,
    /// After the byte that was read last.
    position: usize,
    /// Where the `<` stands that was read last.
    open: usize,
    /// The end of the last token.
    done: usize,
    tag: Option<OpenTag<'t>>,
    /// Whether the text that is read now is the content of an element such as `script`, and of which.
    raw: Option<(Range<usize>, Content)>,
    queue: VecDeque<(Token<'t>, Range<usize>)>,
}

/// A tag that is being read.
struct OpenTag<'t> {
    is_end: bool,
    name: Range<usize>,
    attributes: Vec<Attribute<'t>>,
    attribute: Option<OpenAttribute>,
    self_closing: bool,
}

/// An attribute that is being read.
struct OpenAttribute {
    name: Range<usize>,
    value: Option<Range<usize>>,
}

impl<'t> SpanEmitter<'t> {
    pub(super) fn new(text: &'t str, start: usize) -> Self {
        Self { text, position: start, open: start, done: start, tag: None, raw: None, queue: VecDeque::new() }
    }

    fn slice(&self, span: Range<usize>) -> &'t str {
        self.text.get(span).unwrap_or_default()
    }

    /// What lies between the last token and the next one is text.
    fn end_text(&mut self, end: usize) {
        if end > self.done {
            let (text, span) = (self.slice(self.done..end), self.done..end);
            let is_raw = matches!(self.raw, Some((_, Content::RawText)));
            self.queue.push_back((if is_raw { Token::RawText(text) } else { Token::Text(text) }, span));
            self.done = end;
        }
    }

    fn end_markup(&mut self, token: Token<'t>) {
        self.end_text(self.open);
        self.queue.push_back((token, self.open..self.position));
        self.done = self.position;
        self.raw = None;
    }

    fn end_attribute(&mut self) {
        let text = self.text;
        let slice = |span: Range<usize>| text.get(span).unwrap_or_default();
        let Some(tag) = &mut self.tag else { return };
        let Some(OpenAttribute { name, value }) = tag.attribute.take() else { return };
        let quoted = |value: &Range<usize>| value.start > 0 && matches!(text.as_bytes().get(value.start - 1), Some(b'"' | b'\''));
        let end = value.as_ref().map_or(name.end, |value| value.end + usize::from(quoted(value)));
        let source = slice(name.start..end);
        let span = value.unwrap_or(name.end..name.end);
        tag.attributes.push(Attribute { name: lower(slice(name)), raw: slice(span.clone()), span, source });
    }
}

/// A name in lower case.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
}

impl<'t> Emitter for SpanEmitter<'t> {
    type Token = (Token<'t>, Range<usize>);

    fn move_position(&mut self, offset: isize) {
        self.position = self.position.saturating_add_signed(offset);
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: Error) {}

    fn set_last_start_tag(&mut self, _: Option<&[u8]>) {}

    fn pop_token(&mut self) -> Option<Self::Token> {
        self.queue.pop_front()
    }

    fn emit_eof(&mut self) {
        let end = if self.tag.is_some() { self.open } else { self.text.len() };
        self.end_text(end);
    }

    fn init_string(&mut self) {
        // `</>` is nothing at all to browsers, and html5gum does not tell of it.
        if self.position == self.open + 3 && self.open >= self.done && self.raw.is_none() {
            let empty = self.slice(self.open..self.position);
            if empty == "</>" {
                self.end_markup(Token::Comment(empty));
            }
        }
    }

    fn emit_string(&mut self, _: &[u8]) {
        // What began as an end tag in `script` and the like was text.
        self.tag = None;
    }

    fn start_open_tag(&mut self) {
        self.open = self.position.saturating_sub(1);
    }

    fn init_start_tag(&mut self) {
        let name = self.open + 1..self.open + 1;
        self.tag = Some(OpenTag { is_end: false, name, attributes: Vec::new(), attribute: None, self_closing: false });
    }

    fn init_end_tag(&mut self) {
        let name = self.open + 2..self.open + 2;
        self.tag = Some(OpenTag { is_end: true, name, attributes: Vec::new(), attribute: None, self_closing: false });
    }

    fn push_tag_name(&mut self, _: &[u8]) {
        let position = self.position;
        if let Some(tag) = &mut self.tag {
            tag.name.end = position;
        }
    }

    fn set_self_closing(&mut self) {
        if let Some(tag) = &mut self.tag {
            tag.self_closing = true;
        }
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.end_attribute();
        let tag = self.tag.take()?;
        let name = lower(self.slice(tag.name.clone()));
        if tag.is_end {
            self.end_markup(Token::End(name));
            return None;
        }
        let content = content(&name);
        self.end_markup(Token::Start(Tag { name, attributes: tag.attributes, self_closing: tag.self_closing }));
        let state = match content {
            Content::Markup => return None,
            Content::RawText if self.slice(tag.name.clone()).eq_ignore_ascii_case("script") => State::ScriptData,
            Content::RawText => State::RawText,
            Content::Text => State::RcData,
            Content::Rest => State::PlainText,
        };
        self.raw = Some((tag.name, if content == Content::Rest { Content::RawText } else { content }));
        Some(state)
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        let (Some((name, _)), Some(tag)) = (&self.raw, &self.tag) else { return false };
        tag.is_end && self.slice(name.clone()).eq_ignore_ascii_case(self.slice(tag.name.clone()))
    }

    fn init_attribute(&mut self) {
        self.end_attribute();
        let start = self.position.saturating_sub(1);
        if let Some(tag) = &mut self.tag {
            tag.attribute = Some(OpenAttribute { name: start..start, value: None });
        }
    }

    fn push_attribute_name(&mut self, _: &[u8]) {
        let position = self.position;
        if let Some(attribute) = self.tag.as_mut().and_then(|tag| tag.attribute.as_mut()) {
            attribute.name.end = position;
        }
    }

    fn init_attribute_value(&mut self) {
        let position = self.position;
        if let Some(attribute) = self.tag.as_mut().and_then(|tag| tag.attribute.as_mut()) {
            attribute.value = Some(position..position);
        }
    }

    fn push_attribute_value(&mut self, _: &[u8]) {
        let position = self.position;
        if let Some(value) = self.tag.as_mut().and_then(|tag| tag.attribute.as_mut()).and_then(|attribute| attribute.value.as_mut()) {
            value.end = position;
        }
    }

    fn init_comment(&mut self) {}

    fn push_comment(&mut self, _: &[u8]) {}

    fn emit_current_comment(&mut self) {
        let comment = self.slice(self.open..self.position);
        self.end_markup(Token::Comment(comment));
    }

    fn init_doctype(&mut self) {}

    fn emit_current_doctype(&mut self) {
        self.end_markup(Token::Doctype);
    }

    fn set_force_quirks(&mut self) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}
