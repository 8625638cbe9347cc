//! Attribute lists, `{: .class #id key="value" }`, as Python-Markdown's `attr_list` reads them.

use avocet_plugin::html::escape_attribute;

/// The attributes of an element, in the order written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes(Vec<(String, Option<String>)>);

/// So many bytes a list may have.
const LONGEST: usize = 4000;

impl Attributes {
    /// The list that a text begins with, and how many bytes it takes. It ends on its line.
    pub(super) fn parse(text: &str) -> Option<(Self, usize)> {
        let line = &text[..text.floor_char_boundary(LONGEST)];
        let line = line.split('\n').next()?;
        let inner = line.strip_prefix('{')?;
        let inner = inner.strip_prefix(':').unwrap_or(inner).trim_start_matches(' ');
        if inner.is_empty() || inner.starts_with('}') {
            return None;
        }
        let mut list = Vec::new();
        let mut rest = inner;
        while let Some(sign) = rest.chars().next() {
            match sign {
                ' ' => rest = &rest[1..],
                '}' => return Some((Self(list), line.len() - rest.len() + 1)),
                // What cannot be read is left out.
                '=' => rest = &rest[rest.find('}')?..],
                _ => {
                    let (attribute, length) = attribute(rest);
                    list.push(attribute);
                    rest = &rest[length..];
                }
            }
        }
        None
    }

    /// The list at the end of a text, after a space or alone: where it begins.
    pub(super) fn parse_end(text: &str, begins: impl Fn(&str) -> Option<usize>) -> Option<(Self, usize)> {
        let text = text.trim_end_matches(' ');
        let start = begins(text).filter(|_| text.ends_with('}'))?;
        let (list, length) = Self::parse(&text[start..])?;
        (start + length == text.len()).then_some((list, start))
    }

    /// The attributes without the id, which is taken out.
    pub(super) fn take_id(&mut self) -> Option<String> {
        let at = self.0.iter().rposition(|(name, _)| name == "id")?;
        self.0.remove(at).1
    }

    /// ` class="…" key="…"`, with a space before each. Classes are joined; of other attributes the last one counts.
    pub(super) fn html(&self) -> String {
        let mut classes = String::new();
        let mut html = String::new();
        for (at, (name, value)) in self.0.iter().enumerate() {
            match value {
                Some(class) if matches!(&**name, "class" | ".") => {
                    if name == "class" {
                        classes.clear();
                    }
                    classes.push_str(if classes.is_empty() { "" } else { " " });
                    classes.push_str(class);
                }
                _ if self.0[at + 1..].iter().take(32).any(|(after, _)| after == name) => {}
                Some(value) => html.push_str(&format!(" {}=\"{}\"", safe_name(name), escape_attribute(value))),
                None => html.push_str(&format!(" {}", safe_name(name))),
            }
        }
        if classes.is_empty() { html } else { format!(" class=\"{}\"{html}", escape_attribute(&classes)) }
    }
}

/// The first attribute of a text, and how many bytes it takes.
fn attribute(text: &str) -> ((String, Option<String>), usize) {
    let is_end = |sign: char| matches!(sign, ' ' | '=' | '}');
    let name = &text[..text.find(is_end).unwrap_or(text.len())];
    let value = text[name.len()..].strip_prefix('=').unwrap_or_default();
    let quoted = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')).and_then(|quote| value[1..].find(quote));
    if let Some(length) = quoted {
        return ((name.to_owned(), Some(value[1..=length].to_owned())), name.len() + length + 3);
    }
    let value = &value[..value.find(is_end).unwrap_or(value.len())];
    if !value.is_empty() {
        return ((name.to_owned(), Some(value.to_owned())), name.len() + 1 + value.len());
    }
    let attribute = match (name.strip_prefix('.'), name.strip_prefix('#')) {
        (Some(class), _) => (".".to_owned(), Some(class.to_owned())),
        (_, Some(id)) => ("id".to_owned(), Some(id.to_owned())),
        _ => (name.to_owned(), None),
    };
    (attribute, name.len())
}

/// A name that HTML can have.
fn safe_name(name: &str) -> String {
    name.chars().map(|sign| if sign.is_alphanumeric() || matches!(sign, '_' | ':' | '-' | '.') { sign } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> Option<(String, &str)> {
        Attributes::parse(text).map(|(list, length)| (list.html(), &text[length..]))
    }

    #[test]
    fn a_list_has_classes_an_id_and_values() {
        let table = [
            ("{: .a #b c=d } e", " class=\"a\" id=\"b\" c=\"d\"", " e"),
            ("{.a .b}", " class=\"a b\"", ""),
            ("{: title=\"a } b\" x='y' hidden}}", " title=\"a } b\" x=\"y\" hidden", "}"),
            ("{: a<b=1 .x }", " class=\"x\" a_b=\"1\"", ""),
            ("{: ==x .a } b", "", " b"),
        ];
        for (text, list, rest) in table {
            assert_eq!(html(text), Some((list.to_owned(), rest)), "{text}");
        }
    }

    #[test]
    fn what_has_no_end_or_nothing_in_it_is_text() {
        for text in ["{: .a\n}", "{}", "{ }", "{: .a", "a", "{:"] {
            assert_eq!(html(text), None, "{text}");
        }
        assert_eq!(Attributes::parse_end("a {: .b } ", |text| text.find(" {").map(|at| at + 1)).map(|(_, start)| start), Some(2));
        assert_eq!(Attributes::parse_end("{: .b } c", |_| Some(0)), None);
    }
}
