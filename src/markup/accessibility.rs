//! What in HTML shuts out readers who do not see the page: iframes without a title, images without a text, headings that skip a level.
//! In: a start tag. Out: what is wrong with it, and the diagnostic that says so, without its place.
//!
//! Source: WCAG 2.2 success criteria 1.1.1 (alternatives for images), 1.3.1 (headings) and 4.1.2 (names of iframes), and the NHS
//! service manual's rules for images.

use avocet_plugin::html::Tag;
use avocet_plugin::html::elements::heading_level;
use avocet_plugin::{Diagnostic, codes};

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// An iframe without a title.
    Iframe,
    /// An image without the attribute `alt`.
    NoAlt,
    /// An image whose text says nothing of it, such as `link`.
    EmptyWord(String),
    /// A heading, of this level.
    Heading(u8),
}

/// Texts that say that there is an image, not what is on it.
const EMPTY_WORDS: [&str; 10] = ["link", "image", "picture", "photo", "graphic", "logo", "icon", "img", "alt", "untitled"];

/// What there is to look at in an element.
#[must_use]
pub fn look(tag: &Tag<'_>) -> Option<Finding> {
    match &*tag.name {
        "iframe" if !is_labelled(tag) && !is_hidden(tag) => Some(Finding::Iframe),
        "img" if is_hidden(tag) || tag.value("role").is_some_and(|role| role.trim() == "presentation") => None,
        "img" => match tag.value("alt") {
            None => Some(Finding::NoAlt),
            Some(alt) => empty_word(&alt).map(|word| Finding::EmptyWord(word.to_owned())),
        },
        name => heading_level(name).map(Finding::Heading),
    }
}

/// Whether an element is given a name by an attribute.
#[must_use]
pub fn is_labelled(tag: &Tag<'_>) -> bool {
    ["title", "aria-label", "aria-labelledby"].iter().any(|name| tag.value(name).is_some_and(|value| !value.trim().is_empty()))
}

/// Whether an element is kept from screen readers.
#[must_use]
pub fn is_hidden(tag: &Tag<'_>) -> bool {
    tag.attribute("hidden").is_some() || tag.value("aria-hidden").is_some_and(|value| value.trim() == "true")
}

/// The text of an image, when it says nothing of it.
#[must_use]
pub fn empty_word(alt: &str) -> Option<&str> {
    let alt = alt.trim();
    let file = alt.rsplit_once('.').is_some_and(|(name, ending)| {
        !name.contains(' ') && ["png", "jpg", "jpeg", "gif", "svg", "webp"].contains(&ending.to_ascii_lowercase().as_str())
    });
    (file || EMPTY_WORDS.contains(&alt.to_ascii_lowercase().as_str())).then_some(alt)
}

/// The diagnostic of a finding; `None` for a heading that may follow one of level `before`.
#[must_use]
pub fn diagnostic(finding: &Finding, before: u8) -> Option<Diagnostic> {
    Some(match finding {
        Finding::Iframe => codes::IFRAME_TITLE
            .report("this iframe has no title, so a screen reader cannot say what it shows")
            .help("add title=\"…\" with what the iframe shows"),
        Finding::NoAlt => codes::IMAGE_TEXT
            .report("this image has no text for people who cannot see it")
            .help("add alt=\"…\" with what it shows, or alt=\"\" if it is only decoration"),
        Finding::EmptyWord(word) => codes::IMAGE_TEXT
            .report(format!("the text `{word}` does not say what this image shows"))
            .help("say what it shows or where it leads, or write alt=\"\" if it is only decoration"),
        Finding::Heading(level) if *level > before + 1 => codes::HEADING_LEVEL
            .report(format!("a heading of level {level} follows a heading of level {before}, which skips a level"))
            .help(format!("make it a heading of level {}, or add the missing heading above it", before + 1)),
        Finding::Heading(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use avocet_plugin::html::start_tags;

    use super::*;

    fn findings(html: &str) -> Vec<Finding> {
        start_tags(html).filter_map(|(tag, _)| look(&tag)).collect()
    }

    #[test]
    fn accessibility_problems_are_found() {
        let html = "<iframe width=9 src='x'></iframe><img src=a><img src=b alt='link' /><img alt='a.png'><h4 class=x>T</h4>";
        let empty = |word: &str| Finding::EmptyWord(word.to_owned());
        assert_eq!(findings(html), [Finding::Iframe, Finding::NoAlt, empty("link"), empty("a.png"), Finding::Heading(4)]);
    }

    #[test]
    fn what_is_named_or_hidden_is_good() {
        let good = "<iframe title='A chart'></iframe><img alt=''><img alt='Seven people'><iframe hidden></iframe><img aria-hidden=true>";
        assert_eq!(findings(good), []);
        assert_eq!(findings("<!-- <img> --><script>'<iframe>'</script>"), []);
    }

    #[test]
    fn a_heading_may_be_one_level_deeper_and_any_number_higher() {
        assert!(diagnostic(&Finding::Heading(2), 1).is_none() && diagnostic(&Finding::Heading(2), 4).is_none());
        assert!(diagnostic(&Finding::Heading(4), 2).is_some_and(|found| found.message.contains("level 4 follows a heading of level 2")));
    }
}
