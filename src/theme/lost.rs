//! The output of a template or tag -> whether it shows a text that it was given.
//!
//! This cannot be read from a template, or from the code of a plugin. So one whose output does not have the text letter by letter is asked
//! again with another text: if the output is the same, nobody will ever see the text.

/// What stands in the place of a text.
const OTHER: &str = "…";

/// Whether `html` is the same with another text. `draw` answers with that text, or not at all.
pub fn is_lost(html: &str, text: &str, draw: impl FnOnce(&str) -> Option<String>) -> bool {
    let text = text.trim();
    !text.is_empty() && text != OTHER && !html.contains(text) && draw(OTHER).is_some_and(|other| other == html)
}

#[cfg(test)]
mod tests {
    use super::is_lost;

    #[test]
    fn a_text_is_lost_if_another_changes_nothing() {
        let ask = |template: &'static str| {
            let draw = move |text: &str| Some(template.replace("LOUD", &text.to_uppercase()).replace("TEXT", text));
            is_lost(&draw("a b").unwrap(), "a b", draw)
        };
        assert!(ask("<p>x</p>"));
        assert!(!ask("<p>TEXT</p>"));
        assert!(!ask("<p>LOUD</p>"));
        assert!(!is_lost("<p>x</p>", "a b", |_| None));
        assert!(!is_lost("<p>x</p>", " ", |_| Some("<p>x</p>".to_owned())));
    }
}
