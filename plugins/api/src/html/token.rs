//! Tokens of HTML, as slices of the input.

use std::borrow::Cow;
use std::ops::Range;

use html5gum::Tokenizer;

use super::elements::is_void;
use super::emitter::SpanEmitter;
use super::escape::decode_attribute;
use super::reader::ShallowReader;

/// A piece of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    /// A start tag.
    Start(Tag<'t>),
    /// An end tag, by its name in lower case.
    End(Cow<'t, str>),
    /// Text as written. Its character references count: see [`super::decode`].
    Text(&'t str),
    /// The content of `script`, `style` and the like, in which neither tags nor character references count.
    RawText(&'t str),
    /// A comment as written, or what browsers read as one, such as `<?…>`.
    Comment(&'t str),
    /// A doctype.
    Doctype,
}

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag<'t> {
    /// In lower case.
    pub name: Cow<'t, str>,
    /// In the order written. Of two with the same name the first counts.
    pub attributes: Vec<Attribute<'t>>,
    /// Whether it ends with `/>`.
    pub self_closing: bool,
}

/// An attribute of a start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'t> {
    /// In lower case.
    pub name: Cow<'t, str>,
    /// The value as written, without its quotes; empty if there is none.
    pub raw: &'t str,
    /// The bytes of the value without its quotes; if there is none, the empty place after the name.
    pub span: Range<usize>,
    /// Name, value and quotes, as written.
    pub source: &'t str,
}

impl<'t> Attribute<'t> {
    /// The value, with character references decoded.
    #[must_use]
    pub fn value(&self) -> Cow<'t, str> {
        decode_attribute(self.raw)
    }
}

impl<'t> Tag<'t> {
    /// The attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'t>> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The value of the attribute of this name, decoded; empty if it has none.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Cow<'t, str>> {
        self.attribute(name).map(Attribute::value)
    }
}

/// The tokens of a page or a piece of one, each with the bytes that it takes up. A tag that never ends is left out, as in browsers.
#[must_use]
pub fn tokens(html: &str) -> Tokens<'_> {
    tokens_from(html, 0)
}

/// The tokens from a byte of the text on. Spans are bytes of the whole text.
#[must_use]
pub fn tokens_from(text: &str, at: usize) -> Tokens<'_> {
    let rest = text.get(at..).unwrap_or_default();
    let position = text.len() - rest.len();
    Tokens { text, tokenizer: Tokenizer::new_with_emitter(ShallowReader::new(rest), SpanEmitter::new(text, position)), position }
}

/// The start tags of a page or a piece of one, each with the bytes that it takes up.
pub fn start_tags(html: &str) -> impl Iterator<Item = (Tag<'_>, Range<usize>)> {
    tokens(html).filter_map(|(token, span)| if let Token::Start(tag) = token { Some((tag, span)) } else { None })
}

/// See [`tokens`].
pub struct Tokens<'t> {
    text: &'t str,
    tokenizer: Tokenizer<ShallowReader<'t>, SpanEmitter<'t>>,
    position: usize,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = (Token<'t>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // An error only says that the tokenizer was interrupted.
            if let Ok((token, span)) = self.tokenizer.next()? {
                self.position = span.end;
                return Some((token, span));
            }
        }
    }
}

impl Tokens<'_> {
    /// Where the last token ended.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Passes over the content of an element whose start tag was just read, and its end tag.
    pub fn skip_element(&mut self, tag: &Tag<'_>) {
        if let Some(length) = length_of_code(self.text.get(self.position..).unwrap_or_default(), &tag.name) {
            *self = tokens_from(self.text, self.position + length);
            return;
        }
        // Of the elements that are not void, only those of other languages end with their `/>`.
        let has_end = |tag: &Tag<'_>| !(is_void(&tag.name) || tag.self_closing && matches!(&*tag.name, "svg" | "math"));
        let mut depth = usize::from(has_end(tag));
        while depth > 0 {
            match self.next() {
                Some((Token::Start(inner), _)) if inner.name == tag.name && has_end(&inner) => depth += 1,
                Some((Token::End(name), _)) if name == tag.name => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }
}

/// The length of what stands in a `pre` as highlighted code is written, and of its end tag; nothing if it holds other tags than `code` and
/// `span`, each with a class at most. Half of a page of code are its spans.
fn length_of_code(html: &str, name: &str) -> Option<usize> {
    if name != "pre" {
        return None;
    }
    let mut rest = html;
    loop {
        let (_, tag) = rest.split_once('<')?;
        if let Some(after) = tag.strip_prefix("/pre>") {
            return Some(html.len() - after.len());
        }
        let inner = tag.strip_prefix('/').unwrap_or(tag);
        let after = inner.strip_prefix("span").or_else(|| inner.strip_prefix("code"))?;
        let class = after.strip_prefix(" class=\"").and_then(|class| class.split_once('"'));
        rest = class.map_or(after, |(_, after)| after).strip_prefix('>')?;
    }
}

#[cfg(test)]
mod tests {
    use html5gum::Span;
    use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::super::decode;
    use super::super::elements::{Content, content};
    use super::*;

    #[test]
    fn code_is_passed_over_as_any_element_is() {
        let after = |html: &str| {
            let mut tokens = tokens(html);
            while let Some((token, _)) = tokens.next() {
                if let Token::Start(tag) = token
                    && tag.name == "pre"
                {
                    tokens.skip_element(&tag);
                    return html[tokens.position()..].to_owned();
                }
            }
            String::new()
        };
        let code = "a<pre><code class=\"language-x\"><span class=\"k\">&lt;é</span> </code></pre>b<i>c";
        assert_eq!(length_of_code(&code[6..], "pre"), Some(code.len() - 11));
        let table = [
            (code, "b<i>c"),
            ("<pre></pre></pre>d", "</pre>d"),
            ("<pre><pre>a</pre>b</pre>c", "c"),
            ("<pre><!-- </pre> -->a</pre>b", "b"),
            ("<pre><span title=\"</pre>\">a</span></pre>b", "b"),
            ("<pre><span class=\"</pre>\">a</span></pre>b", "b"),
            ("<pre><span class=\"a\" id=x>a</span></pre>b", "b"),
            ("<pre><textarea></pre></textarea>a</pre>b", "b"),
            ("<pre><code>never ends", ""),
            ("<pre>a < b</pre >c", "c"),
            ("<PRE>a</PRE>b", "b"),
        ];
        for (html, rest) in table {
            assert_eq!(after(html), rest, "{html}");
        }
    }

    /// What a tokenizer tells, piece by piece.
    #[derive(Clone, Debug, PartialEq)]
    enum Event {
        Start(String),
        Name(String),
        Value(String),
        Close,
        End(String),
        Text(String),
        Comment,
    }

    #[test]
    fn a_tag_may_have_any_number_of_attributes() {
        for attribute in ["a=\"b&amp;c\" ", "a='b' ", "a=b ", "a ", "a=\"b\""] {
            let html = format!("<svg {}></svg>", attribute.repeat(100_000));
            let (tag, span) = start_tags(&html).next().unwrap();
            assert_eq!((tag.attributes.len(), span.end), (100_000, html.len() - 6), "{attribute}");
            assert!(tag.attributes.iter().all(|found| found.source == attribute.trim_end()));
        }
    }

    /// html5gum's own reading.
    fn standard(html: &str) -> Vec<Event> {
        let mut events = Vec::new();
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            events.push(match event {
                CallbackEvent::OpenStartTag { name } => Event::Start(text(name)),
                CallbackEvent::AttributeName { name } => Event::Name(text(name)),
                CallbackEvent::AttributeValue { value } => Event::Value(text(value)),
                CallbackEvent::CloseStartTag { .. } => Event::Close,
                CallbackEvent::EndTag { name } => Event::End(text(name)),
                CallbackEvent::String { value } => Event::Text(text(value)),
                CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } => Event::Comment,
                CallbackEvent::Error(html5gum::Error::MissingEndTagName) => Event::Comment,
                CallbackEvent::Error(_) => return None,
            });
            None
        });
        emitter.naively_switch_states(true);
        Tokenizer::new_with_emitter(html, emitter).for_each(drop);
        joined(without_unfinished(&events))
    }

    /// html5gum tells of a start tag before that ends, and of the attributes of an end tag.
    fn without_unfinished(events: &[Event]) -> Vec<Event> {
        let mut open = None;
        let mut kept = Vec::new();
        for event in events {
            match event {
                Event::Close => open = None,
                Event::Start(_) => open = Some(kept.len()),
                Event::Name(_) | Event::Value(_) if open.is_none() => continue,
                _ => {}
            }
            kept.push(event.clone());
        }
        kept.truncate(open.unwrap_or(kept.len()));
        kept
    }

    /// `</>` comes before the text that it stands after in html5gum: as an error it does not wait.
    fn joined(events: Vec<Event>) -> Vec<Event> {
        let mut joined: Vec<Event> = Vec::new();
        for event in events.into_iter().filter(|event| *event != Event::Comment) {
            match (joined.last_mut(), event) {
                (Some(Event::Text(before)), Event::Text(text)) => before.push_str(&text),
                (_, event) => joined.push(event),
            }
        }
        joined
    }

    /// The same of our tokens, whose spans must be in order and leave nothing out but a tag that never ends.
    fn ours(html: &str) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        let mut done = 0;
        for (token, span) in tokens(html) {
            assert_eq!(span.start, done, "a gap in {html:?}");
            done = span.end;
            match token {
                Token::Text(text) => {
                    assert_eq!(&html[span], text);
                    events.push(Event::Text(decode(text).replace("\r\n", "\n").replace('\r', "\n")));
                }
                Token::RawText(text) => events.push(Event::Text(text.replace("\r\n", "\n").replace('\r', "\n"))),
                Token::Start(tag) => {
                    let source = &html[span];
                    assert!(source[1..].to_ascii_lowercase().starts_with(&*tag.name) && source.ends_with('>'));
                    events.push(Event::Start(tag.name.into_owned()));
                    for attribute in tag.attributes {
                        assert_eq!(&html[attribute.span.clone()], attribute.raw);
                        assert!(source.contains(attribute.source) && attribute.source.contains(attribute.raw));
                        let quotes = attribute.source.len() - attribute.raw.len() - attribute.name.len();
                        assert!(attribute.source.ends_with(['"', '\'']) || attribute.source.ends_with(attribute.raw), "{quotes}");
                        let value = attribute.value().replace("\r\n", "\n").replace('\r', "\n");
                        events.push(Event::Name(attribute.name.into_owned()));
                        events.extend(Some(value).filter(|value| !value.is_empty()).map(Event::Value));
                    }
                    events.push(Event::Close);
                }
                Token::End(name) => {
                    assert!(html[span.clone()].starts_with("</") && html[span].ends_with('>'));
                    events.push(Event::End(name.into_owned()));
                }
                Token::Comment(comment) => assert_eq!(&html[span], comment),
                Token::Doctype => {}
            }
        }
        assert!(done == html.len() || html[done..].starts_with('<'), "{:?} is left out", &html[done..]);
        joined(events)
    }

    #[test]
    fn tags_are_told_from_text() {
        let html = "a < b <3 <p class=\"x > y\" id=z/><!-- <b> --><script>\"</b>\"</script></P >&amp;</3></><TITLE>&lt;<b></TITLE><i";
        let kinds: Vec<String> = tokens(html)
            .map(|(token, span)| {
                let kind = match token {
                    Token::Start(_) => "start",
                    Token::End(_) => "end",
                    Token::Text(_) => "text",
                    Token::RawText(_) => "raw",
                    Token::Comment(_) => "comment",
                    Token::Doctype => "doctype",
                };
                format!("{kind} {}", &html[span])
            })
            .collect();
        let expected = [
            "text a < b <3 ",
            "start <p class=\"x > y\" id=z/>",
            "comment <!-- <b> -->",
            "start <script>",
            "raw \"</b>\"",
            "end </script>",
            "end </P >",
            "text &amp;",
            "comment </3>",
            "comment </>",
            "start <TITLE>",
            "text &lt;<b>",
            "end </TITLE>",
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn attributes_have_the_bytes_of_their_values() {
        let html = "<img é=ü A=\"b&amp;\r\n\" c='' d e = f=\"/ A=2 c=''>";
        let Some((Token::Start(tag), _)) = tokens(html).next() else { unreachable!("a start tag") };
        let found: Vec<_> = tag.attributes.iter().map(|a| (&*a.name, a.raw, &html[a.span.clone()], a.source)).collect();
        let expected = [
            ("é", "ü", "ü", "é=ü"),
            ("a", "b&amp;\r\n", "b&amp;\r\n", "A=\"b&amp;\r\n\""),
            ("c", "", "", "c=''"),
            ("d", "", "", "d"),
            ("e", "f=\"/", "f=\"/", "e = f=\"/"),
            ("a", "2", "2", "A=2"),
            ("c", "", "", "c=''"),
        ];
        assert_eq!(found, expected);
        assert_eq!((tag.value("a").as_deref(), tag.value("z").as_deref()), (Some("b&\r\n"), None));
    }

    #[test]
    fn tokens_may_begin_in_the_middle_of_a_text() {
        let text = "é <b> <i>x";
        let found: Vec<&str> = tokens_from(text, 6).map(|(_, span)| &text[span]).collect();
        assert_eq!(found, [" ", "<i>", "x"]);
        assert_eq!(tokens_from(text, 99).count(), 0);
    }

    #[test]
    fn many_attributes_and_deep_nesting_take_linear_time() {
        let attributes: String = (0..6_500).map(|number| format!(" a{number}='{number}'")).collect();
        let html = format!("<p{attributes}>");
        let Some((Token::Start(tag), _)) = tokens(&html).next() else { unreachable!("a start tag") };
        assert_eq!((tag.attributes.len(), tag.value("a6499").as_deref()), (6_500, Some("6499")));
        assert_eq!(tokens(&"<b>".repeat(100_000)).count(), 100_000);
        assert_eq!(tokens(&"<".repeat(100_000)).count(), 1);
        assert_eq!(tokens(&"<p \"".repeat(100_000)).count(), 0);
    }

    #[test]
    fn elements_hold_what_html5gum_reads_in_them() {
        for name in ["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noscript", "plaintext", "p", "pre", "svg"] {
            assert_eq!(content(name) != Content::Markup, html5gum::naive_next_state(name.as_bytes()).is_some(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn tokens_are_those_of_the_standard(
            html in r#"(<p|</p|<P |</i|<b>|<style>|</style|</STYLE>|<script>|</script>|<title|</title>|<!--|-->|--!>|<!a|<\?|&amp;|&eacute|\r\n|[ a-cé<>"'=/!?&;\n-])*"#
        ) {
            prop_assert_eq!(ours(&html), standard(&html));
        }
    }
}
