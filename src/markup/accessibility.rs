//! What in an author's HTML shuts out readers who do not see the page: frames without a title, pictures without a text, headings that
//! skip a level. In: HTML as written. Out: findings, in order, with their place; the words and the mend are the caller's.
//!
//! Source: WCAG 2.2 success criteria 1.1.1 (alternatives for pictures), 1.3.1 (headings) and 4.1.2 (names of frames), and the NHS
//! service manual's rules for pictures.

use std::ops::Range;

use avocet_plugin::{Diagnostic, codes};
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A frame without a title. A title can be put in at the end of `span`.
    Frame,
    /// A picture without the attribute `alt`.
    NoAlt,
    /// A picture whose text says nothing of it, such as `link`.
    EmptyWord(String),
    /// A heading, of this level.
    Heading(u8),
}

/// Texts that say that there is a picture, not what is on it.
const EMPTY_WORDS: [&str; 10] = ["link", "image", "picture", "photo", "graphic", "logo", "icon", "img", "alt", "untitled"];

/// A start tag as it is read.
#[derive(Default)]
struct Tag {
    name: String,
    start: usize,
    attribute: String,
    attributes: Vec<(String, String)>,
}

/// Everything to look at in a piece of HTML, and the bytes of its start tag without the `>` (or `/>`) at the end.
#[must_use]
pub fn findings(html: &str) -> Vec<(Finding, Range<usize>)> {
    let mut found = Vec::new();
    let mut tag = Tag::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<()> {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_ascii_lowercase();
        match event {
            CallbackEvent::OpenStartTag { name } => {
                let start = html.get(..span.end.min(html.len())).and_then(|before| before.rfind('<')).unwrap_or(span.start);
                tag = Tag { name: lossy(name), start, ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => {
                tag.attribute = lossy(name);
                tag.attributes.push((tag.attribute.clone(), String::new()));
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, last)) = tag.attributes.last_mut() {
                    *last = String::from_utf8_lossy(value).trim().to_owned();
                }
            }
            CallbackEvent::CloseStartTag { .. } => {
                let end = html.get(..span.end.min(html.len())).map_or(tag.start, |tag| tag.trim_end_matches(['>', '/']).trim_end().len());
                found.extend(look(&tag).map(|finding| (finding, tag.start..end.max(tag.start))));
            }
            _ => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(()) = token;
    }
    found
}

fn look(tag: &Tag) -> Option<Finding> {
    let value = |name: &str| tag.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    let named = || ["title", "aria-label", "aria-labelledby"].iter().any(|name| value(name).is_some_and(|value| !value.is_empty()));
    let unseen = value("aria-hidden") == Some("true") || value("hidden").is_some();
    match tag.name.as_str() {
        "iframe" if !named() && !unseen => Some(Finding::Frame),
        "img" if unseen || value("role") == Some("presentation") => None,
        "img" => match value("alt") {
            None => Some(Finding::NoAlt),
            Some(alt) => empty_word(alt).map(|word| Finding::EmptyWord(word.to_owned())),
        },
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => tag.name[1..].parse().ok().map(Finding::Heading),
        _ => None,
    }
}

/// The text of a picture, when it says nothing of it.
#[must_use]
pub fn empty_word(alt: &str) -> Option<&str> {
    let alt = alt.trim();
    let file = alt.rsplit_once('.').is_some_and(|(name, ending)| {
        !name.contains(' ') && ["png", "jpg", "jpeg", "gif", "svg", "webp"].contains(&ending.to_ascii_lowercase().as_str())
    });
    (file || EMPTY_WORDS.contains(&alt.to_ascii_lowercase().as_str())).then_some(alt)
}

/// What is said of a finding; nothing of a heading that follows well on the one of level `before`.
#[must_use]
pub fn warning(finding: &Finding, before: u8) -> Option<Diagnostic> {
    Some(match finding {
        Finding::Frame => codes::IFRAME_TITLE
            .report("this frame has no title: a screen reader can only say that there is one")
            .help("add title=\"…\" with what the frame shows; until then the title of the page stands there"),
        Finding::NoAlt => codes::IMAGE_TEXT
            .report("this picture has no text for those who cannot see it")
            .help("add alt=\"…\" with what it shows, or alt=\"\" if it only decorates"),
        Finding::EmptyWord(word) => codes::IMAGE_TEXT
            .report(format!("the text `{word}` does not say what this picture shows"))
            .help("say what it shows or where it leads, or write alt=\"\" if it only decorates"),
        Finding::Heading(level) if *level > before + 1 => codes::HEADING_LEVEL
            .report(format!("a heading of level {level} follows one of level {before}: a level is skipped"))
            .help(format!("make it a heading of level {}, or add the one that is missing above it", before + 1)),
        Finding::Heading(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shuts_readers_out_is_found_with_its_tag() {
        let html = "<p>é</p><iframe width=9\n src='x'\n></iframe><img src=a><img src=b alt='link' /><h4 class=x>T</h4>";
        let found: Vec<_> = findings(html).into_iter().map(|(finding, span)| (finding, &html[span])).collect();
        let expected = [
            (Finding::Frame, "<iframe width=9\n src='x'"),
            (Finding::NoAlt, "<img src=a"),
            (Finding::EmptyWord("link".into()), "<img src=b alt='link'"),
            (Finding::Heading(4), "<h4 class=x"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_named_or_hidden_is_good() {
        let good = "<iframe title='A chart'></iframe><img alt=''><img alt='Seven people'><iframe hidden></iframe><img aria-hidden=true>";
        assert_eq!(findings(good), []);
        assert_eq!(findings("<!-- <img> --><script>'<iframe>'</script>"), []);
    }

    #[test]
    fn a_heading_may_be_one_level_deeper_and_any_number_higher() {
        assert!(warning(&Finding::Heading(2), 1).is_none() && warning(&Finding::Heading(2), 4).is_none());
        assert!(warning(&Finding::Heading(4), 2).is_some_and(|reported| reported.message.contains("level 4 follows one of level 2")));
    }
}
