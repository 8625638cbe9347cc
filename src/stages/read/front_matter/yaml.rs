//! A YAML mapping, or an object of JSON, which is one -> fields, each with its place.
//!
//! One parse gives values, places and comments, so that nothing can be read in two ways. Scalars keep their spelling: `slug: 012` is not
//! 12. Whatever YAML would silently drop from a text (a tag, an anchor, an alias, a comment) is an error or a warning.

use std::ops::Range;

use avocet_plugin::{Diagnostic, Field, Place, codes};
use granit_parser::ErrorKind;

use super::yaml_events::Builder;

/// The fields of a front matter, and what is odd about them.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) fields: Vec<Field>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// Why a front matter is not read as YAML.
#[derive(Debug)]
pub(super) struct YamlError {
    pub(super) at: Range<usize>,
    pub(super) problem: Problem,
}

/// What is wrong with it.
#[derive(Debug)]
pub(super) enum Problem {
    Syntax(ErrorKind),
    /// A list in brackets that a colon breaks off.
    OpenList,
    /// The front matter is a list or a single text.
    NoMapping,
    /// A line that is no key, where one has to be.
    NoKey,
    /// A key that is a list or a map.
    KeyType,
    Tag,
    Anchor,
    SecondDocument,
    /// A key of an inner map that appears twice.
    Duplicate(String),
}

impl YamlError {
    pub(super) fn diagnostic(self, place: impl Fn(Range<usize>) -> Place) -> Diagnostic {
        if let Problem::Duplicate(key) = &self.problem {
            let error = codes::DUPLICATE_KEY.report(format!("the key `{key}` appears twice")).at(place(self.at));
            return error.label("the second one").help("keep one of them");
        }
        let (label, help) = words(&self.problem);
        let left_out = matches!(self.problem, Problem::Tag | Problem::Anchor | Problem::Syntax(ErrorKind::UnknownAnchor));
        let message = if left_out { "YAML drops a part of this value" } else { "the front matter is not valid YAML" };
        codes::BAD_YAML.report(message).at(place(self.at)).label(label).help(help)
    }
}

/// A problem in plain words, and how to fix it. The parser gives kinds of errors, not texts, so this is the one place that words them.
fn words(problem: &Problem) -> (&'static str, &'static str) {
    use ErrorKind as Kind;
    let list = ("this list is not closed, or lacks a comma", "write it as in tags: [python, open source]");
    let no_key = ("this line is not of the form `key: value`", "write a key, a colon and a space before the value");
    let quotes = "put quotes around a value that contains a colon, `#`, `[` or `{`: title: \"NHS: a story\"";
    let text = "put the value in quotes if this is a part of it";
    match problem {
        Problem::NoMapping => ("this is not of the form `key: value`", "write `key: value` on every line between the `---` lines"),
        Problem::NoKey | Problem::Syntax(Kind::SimpleKeyExpected) => no_key,
        Problem::OpenList => list,
        Problem::KeyType => ("a key is a word", "write `key: value`, and put quotes around a key that contains brackets"),
        Problem::Tag => ("YAML reads this as the name of a type", text),
        Problem::Anchor => ("YAML reads this as an anchor, and drops it", text),
        Problem::Syntax(Kind::UnknownAnchor) => ("YAML reads this as a reference to an anchor", text),
        Problem::SecondDocument => ("a second document starts here", "write all keys between two lines `---`"),
        // Told elsewhere, with the key.
        Problem::Duplicate(_) => ("the second one", "keep one of them"),
        Problem::Syntax(kind) => match kind {
            Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => ("a colon and a space in a value", quotes),
            Kind::UnclosedQuotedScalar => ("this quote is not closed", "put the same quote at the end of the value"),
            Kind::UnclosedFlowCollection { open: '[' } | Kind::ExpectedFlowSequenceSeparator | Kind::UnexpectedEofFlowSequence => list,
            Kind::UnclosedFlowCollection { .. } | Kind::ExpectedFlowMappingSeparator | Kind::UnexpectedEofFlowMapping => {
                ("this brace is not closed", quotes)
            }
            Kind::ExpectedBlockMappingKey
            | Kind::ExpectedBlockSequenceEntry
            | Kind::BlockSequenceEntryNotAllowed
            | Kind::InvalidIndentation
            | Kind::InvalidTrailingDoubleQuotedScalar
            | Kind::InvalidTrailingSingleQuotedScalar => (
                "this does not fit what comes before it",
                "start the items of a list with `- ` in the same column, and put quotes around values that start with a quote, `[` or `{`",
            ),
            Kind::TabNotAllowed | Kind::TabInBlockIndentation | Kind::TabInIndentation | Kind::TabAtBlockScalarStart => {
                ("this is a tab", "indent with spaces: YAML does not allow tabs")
            }
            Kind::UnexpectedCharacter { .. } => ("a value cannot start with this character", quotes),
            Kind::UnknownQuotedScalarEscape | Kind::InvalidQuotedScalarHexEscape => {
                ("YAML does not know this escape", "write `\\\\` for a backslash, or put the value in single quotes")
            }
            Kind::RecursionLimitExceeded => ("lists or maps are nested too deeply", "nest them less deeply"),
            _ => ("YAML does not allow this here", quotes),
        },
    }
}

/// The fields of the mapping in `matter`, a part of `text`.
pub(super) fn parse(text: &str, matter: Range<usize>, place: impl Fn(Range<usize>) -> Place) -> Result<Parsed, YamlError> {
    let offset = matter.start;
    let mut builder = Builder::new(&text[matter.clone()]);
    let parsed = builder.document();
    let shift = |range: &Range<usize>| offset + range.start..offset + range.end;
    match parsed {
        Ok(mut fields) => {
            for field in &mut fields {
                (field.key_span, field.span) = (shift(&field.key_span), shift(&field.span));
            }
            let cut = |(key, comment): &(String, Range<usize>)| cut_value(key, place(shift(comment)));
            Ok(Parsed { fields, warnings: builder.cuts.iter().map(cut).collect() })
        }
        Err(error) => Err(YamlError { at: shift(&error.at), problem: error.problem }),
    }
}

/// A value that ends where YAML reads the rest of its line as a comment.
fn cut_value(key: &str, comment: Place) -> Diagnostic {
    codes::CUT_VALUE
        .report(format!("`{key}` ends before `#`, which starts a comment in YAML"))
        .at(comment)
        .label("this is dropped")
        .help("put the value in quotes if this is a part of it")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_for(yaml: &str) -> (&'static str, String) {
        let error = parse(yaml, 0..yaml.len(), |_| Place::file("a.md")).unwrap_err();
        (words(&error.problem).0, yaml[error.at].to_owned())
    }

    /// The kinds are those of the parser: this notices when another version of it gives others.
    #[test]
    fn common_slips_are_named_at_their_place() {
        for (yaml, label, at) in [
            ("title: NHS: a story\n", "a colon and a space in a value", ":"),
            ("title: \"A\nb: c\n", "this quote is not closed", "\""),
            ("title: 'it's'\n", "this does not fit what comes before it", "s"),
            ("tags: [a, b\n", "this list is not closed, or lacks a comma", "["),
            ("tags: [a, b\nx: y\n", "this list is not closed, or lacks a comma", "["),
            ("tags: {a\n", "this brace is not closed", "{"),
            ("tags:\n  - a\n - b\n", "this does not fit what comes before it", "-"),
            ("title: A\nfoo bar\nlang: en\n", "this line is not of the form `key: value`", "foo bar"),
            ("title A\nlang: en\n", "this line is not of the form `key: value`", "title A"),
            ("title A\n", "this is not of the form `key: value`", "title A"),
            ("a:\n\tb: c\n", "this is a tab", "\t"),
            ("title: @a\n", "a value cannot start with this character", "@"),
            ("title: !x y\n", "YAML reads this as the name of a type", "!x"),
            ("title: &Co are\n", "YAML reads this as an anchor, and drops it", "&Co"),
            ("title: *a\n", "YAML reads this as a reference to an anchor", "*"),
            ("title: \"\\q\"\n", "YAML does not know this escape", "\""),
            ("a: {b: 1, b: 2}\n", "the second one", "b"),
            ("? [a]\n: b\n", "a key is a word", "["),
        ] {
            assert_eq!(words_for(yaml), (label, at.to_owned()), "{yaml}");
        }
    }

    #[test]
    fn spellings_are_kept_and_types_are_those_that_lose_nothing() {
        let yaml = "tags: [3.10, 2.0, 0x1F, yes]\nslug: 012\nown: [3.10, 3.1, 7, 0x1F, true, null, '8']\n";
        let fields = parse(yaml, 0..yaml.len(), |_| Place::file("a.md")).unwrap().fields;
        assert_eq!(fields[0].value, serde_json::json!(["3.10", "2.0", "0x1F", "yes"]));
        assert_eq!(fields[1].value, serde_json::json!("012"));
        assert_eq!(fields[2].value, serde_json::json!(["3.10", 3.1, 7, "0x1F", true, null, "8"]));
        let written: Vec<&str> = fields.iter().map(|field| &yaml[field.span.clone()]).collect();
        assert_eq!(written, ["[3.10, 2.0, 0x1F, yes]", "012", "[3.10, 3.1, 7, 0x1F, true, null, '8']"]);
    }

    proptest::proptest! {
        /// Two parsers that know nothing of each other find the same keys and texts, or both find fault.
        #[test]
        fn what_is_read_is_what_serde_yaml_reads(
            lines in proptest::collection::vec("[a-c]x?: ?[a-z '\"\\[\\],:{}>|-]{0,9}|  - [a-z]{0,3}|  [a-z]{1,4}", 1..6),
        ) {
            let yaml = lines.join("\n") + "\n";
            let oracle = serde_yaml::from_str::<serde_yaml::Mapping>(&yaml);
            if let (Ok(parsed), Ok(oracle)) = (parse(&yaml, 0..yaml.len(), |_| Place::file("a.md")), oracle) {
                let text = |value: &serde_yaml::Value| serde_json::to_value(value).unwrap();
                let expected: Vec<(serde_json::Value, serde_json::Value)> = oracle.iter().map(|(key, value)| (text(key), text(value))).collect();
                let found: Vec<(serde_json::Value, serde_json::Value)> =
                    parsed.fields.into_iter().map(|field| (field.key.into(), field.value)).collect();
                proptest::prop_assert_eq!(found, expected, "{}", yaml);
            }
        }
    }

    #[test]
    fn a_hundred_thousand_brackets_are_an_error() {
        let yaml = format!("a: {}", "[".repeat(100_000));
        assert_eq!(words_for(&yaml).0, "lists or maps are nested too deeply");
    }
}
