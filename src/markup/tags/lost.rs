//! A tag -> what it says that nobody would read.

use std::collections::HashSet;

use super::{Call, TagError};

/// Options that a tag has already.
pub(super) fn doubled(call: &Call) -> impl Iterator<Item = TagError> {
    let mut keys = HashSet::new();
    let doubled = call.args.iter().filter(move |arg| !keys.insert(arg.0.as_str()));
    doubled.map(|(key, _, span)| TagError {
        span: span.clone(),
        message: format!("the option `{key}` is given twice"),
        help: "keep one of them".to_owned(),
    })
}

/// What is wrong with an end tag that says more than what it ends.
pub(super) fn of_end(call: &Call) -> Option<TagError> {
    let opened = call.name.strip_prefix("end")?;
    let word = call.words.iter().find(|(word, _)| word != opened).map(|(_, span)| span);
    let span = word.or(call.args.first().map(|(.., span)| span))?.clone();
    let help = format!("write options in the tag that begins, `{{% {opened} … %}}`");
    Some(TagError { span, message: "an end tag has no options".to_owned(), help })
}

#[cfg(test)]
mod tests {
    use super::super::scan;

    #[test]
    fn nothing_that_a_tag_says_is_lost() {
        for text in ["{% a b=1 b=2 %}", "{% a %}{% enda b=1 %}", "{% a %}{% enda b %}"] {
            assert_eq!(scan(text, &[], &[]).errors.len(), 1, "{text}");
        }
        assert!(scan("{% a b=1 c=1 %}{% enda a %}", &[], &[]).errors.is_empty());
    }
}
