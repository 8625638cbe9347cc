//! The template of a tag of the site -> the options that it reads: `args.NAME`, `args["NAME"]`.

use std::collections::BTreeSet;

use super::error::Texts;

/// The options that this template reads, with all templates that it names; `None` if it may read any.
pub(super) fn of_tag(template: &str, texts: &Texts) -> Option<BTreeSet<String>> {
    let mut names = vec![template];
    let mut at = 0;
    while let Some((_, text)) = names.get(at).and_then(|name| texts.get(*name)) {
        at += 1;
        let is_named = |name: &&str| text.contains(&format!("\"{name}\"")) || text.contains(&format!("'{name}'"));
        let more: Vec<&str> = texts.keys().map(String::as_str).filter(is_named).filter(|name| !names.contains(name)).collect();
        names.extend(more);
    }
    read(names.iter().filter_map(|name| texts.get(*name)).map(|(_, text)| &**text))
}

/// The options that these templates read; `None` if one of them passes on `args` as a whole, so that any may be read.
fn read<'t>(templates: impl IntoIterator<Item = &'t str>) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for template in templates {
        for code in without_comments(template) {
            let mut before: Option<&str> = None;
            for rest in code.split("args") {
                if before.is_some_and(is_free) && !rest.starts_with(is_of_word) {
                    names.insert(name(rest)?.to_owned());
                }
                before = Some(rest);
            }
        }
    }
    Some(names)
}

/// Whether a name can begin after this, and is not a part of another.
fn is_free(before: &str) -> bool {
    !before.ends_with(is_of_word) && (!before.ends_with('.') || before.ends_with("..."))
}

fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

/// The parts of a template outside of `{# … #}`.
fn without_comments(template: &str) -> impl Iterator<Item = &str> {
    template.split("#}").filter_map(|part| part.split("{#").next())
}

/// The name that follows `args`.
fn name(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix('?').unwrap_or(rest);
    if let Some(rest) = rest.strip_prefix('.') {
        return rest.split(|sign| !is_of_word(sign)).next().filter(|name| !name.is_empty());
    }
    let rest = rest.strip_prefix('[')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::read;

    fn names(template: &str) -> Option<String> {
        read([template]).map(|names| names.into_iter().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn options_are_found_by_name() {
        let template =
            r#"{# args.no #}{{ args.name }}{% if args?.role is defined %}{{ args["e-mail"] }}{% endif %}{{ kwargs.x }}{{ my.args.y }}"#;
        assert_eq!(names(template).as_deref(), Some("e-mail name role"));
        assert_eq!(names("<p>x</p>").as_deref(), Some(""));
    }

    #[test]
    fn args_as_a_whole_may_be_any_option() {
        for template in ["{% for key, value in args %}", "{{ <card {...args} /> }}", "{{ args | json }}", "{{ args[name] }}"] {
            assert_eq!(names(template), None, "{template}");
        }
    }
}
