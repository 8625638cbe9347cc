//! Jinja's extension for translations, which Pelican always has on: texts stay as they are.

use std::borrow::Cow;
use std::sync::LazyLock;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Value};
use regex::{Captures, Regex};

static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)\{%([-+]?)\s*(trans|pluralize|endtrans)\b(.*?)([-+]?)%\}").ok());

/// A block of `{% trans %}` that is open.
struct Open<'t> {
    /// Its values, such as `count=articles|length`.
    given: &'t str,
    /// The name that decides between one and many.
    count: Option<&'t str>,
}

impl Open<'_> {
    fn begin(&self) -> Vec<String> {
        let with = self.given.contains('=').then(|| format!("with {}", self.given));
        with.into_iter().chain([self.count.map_or("if true".to_owned(), |count| format!("if {count} == 1"))]).collect()
    }

    fn end(&self) -> Vec<String> {
        let with = self.given.contains('=').then(|| "endwith".to_owned());
        ["endif".to_owned()].into_iter().chain(with).collect()
    }
}

/// The template with plain statements in place of `{% trans %}`, `{% pluralize %}` and `{% endtrans %}`. Every line stays where it was.
pub(super) fn without_translations(text: &str) -> String {
    let Some(tag) = TAG.as_ref().filter(|_| text.contains("trans")) else { return text.to_owned() };
    let tags: Vec<Captures<'_>> = tag.captures_iter(text).collect();
    let (mut plain, mut done, mut open) = (String::with_capacity(text.len()), 0, Vec::new());
    for (at, found) in tags.iter().enumerate() {
        let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
        let statements = match part(2) {
            "trans" => {
                let begun = Open { given: given(part(3)), count: count(&tags[at..]) };
                let statements = begun.begin();
                open.push(begun);
                statements
            }
            "pluralize" => vec!["else".to_owned()],
            _ => open.pop().map_or(Vec::new(), |open| open.end()),
        };
        let whole = found.get(0).map_or(0..0, |whole| whole.range());
        plain.push_str(&text[done..whole.start]);
        plain.extend(statements.iter().map(|words| format!("{{%{} {words} {}%}}", part(1), part(4))));
        plain.push_str(&"\n".repeat(part(0).matches('\n').count()));
        done = whole.end;
    }
    plain.push_str(&text[done..]);
    plain
}

/// The values of a block.
fn given(written: &str) -> &str {
    let written = written.trim();
    written.strip_prefix("trimmed").or_else(|| written.strip_prefix("notrimmed")).unwrap_or(written).trim_start_matches(',').trim()
}

/// The name that decides between one and many, in the block that begins here: that of `{% pluralize %}`, or the first one given.
fn count<'t>(tags: &[Captures<'t>]) -> Option<&'t str> {
    let word = |found: &Captures<'t>, at: usize| found.get(at).map_or("", |part| part.as_str());
    let next = tags.get(1).filter(|next| word(next, 2) == "pluralize")?;
    let named = word(next, 3).trim();
    let first = given(word(&tags[0], 3)).split(['=', ',']).next().unwrap_or_default().trim();
    Some(if named.is_empty() { first } else { named })
}

/// `gettext` and `_` give the text back; `ngettext` chooses.
pub(super) fn register(environment: &mut Environment<'static>) {
    for name in ["_", "gettext"] {
        environment.add_function(name, |text: Cow<'_, str>, values: Kwargs| filled(&text, &values));
    }
    environment.add_function("ngettext", |one: Cow<'_, str>, many: Cow<'_, str>, count: i64, values: Kwargs| {
        filled(if count == 1 { &one } else { &many }, &values)
    });
}

/// The text with `%(name)s` replaced by the value of that name.
fn filled(text: &str, values: &Kwargs) -> Result<String, Error> {
    let mut filled = text.to_owned();
    for name in values.args() {
        let value: Value = values.get(name)?;
        for form in [format!("%({name})s"), format!("%({name})d")] {
            filled = filled.replace(&form, &value.to_string());
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::without_translations;

    #[test]
    fn a_text_to_be_translated_stays_as_it_is() {
        assert_eq!(without_translations("{% trans %}Hi{% endtrans %}"), "{% if true %}Hi{% endif %}");
        assert_eq!(
            without_translations("{%- trans n=a|count,\n b=c -%}one{% pluralize %}{{ n }}{%- endtrans %}"),
            "{%- with n=a|count,\n b=c -%}{%- if n == 1 -%}\none{% else %}{{ n }}{%- endif %}{%- endwith %}"
        );
        assert_eq!(without_translations("{% trans n=1 %}a{% pluralize m %}b{% endtrans %}").matches("if m == 1").count(), 1);
        assert_eq!(without_translations("{% trans"), "{% trans");
        assert_eq!(without_translations("x{% endtrans %}"), "x");
    }
}
