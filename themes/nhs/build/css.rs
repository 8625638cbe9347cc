//! The stylesheet: nhsuk-frontend's, made fit for a blog, and the theme's own behind it.
//!
//! A small reader splits CSS by its brackets, strings and comments; that is all the grammar which dropping whole rules needs.

use std::{error::Error, fmt::Write as _, fs, path::Path};

/// Components of the package that no page of a blog uses. What is not named here stays.
const DROPPED: [&str; 14] = [
    "character-count",
    "checkboxes",
    "date-input",
    "error-summary",
    "fieldset",
    "file-upload",
    "notification-banner",
    "panel",
    "password-input",
    "radios",
    "select",
    "tabs",
    "task-list",
    "textarea",
];

/// The licence asks for this notice with every copy.
const NOTICE: &str = "/*! nhsuk-frontend 10.6.1 | MIT Licence | Copyright (c) 2019 NHS England | changed by Avocet: fonts and unused rules removed\n\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), \
to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, \
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions: \
The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software. \
THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, \
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, \
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE. */\n";

/// The whole stylesheet, from the package's folder and the folder of the theme's own sheets.
pub(crate) fn stylesheet(package: &Path, own: &Path) -> Result<String, Box<dyn Error>> {
    let dist = package.join("dist/nhsuk");
    let compiled = fs::read_to_string(dist.join("nhsuk-frontend.min.css"))?;
    let mut css = String::from("@charset \"UTF-8\";");
    css.push_str(NOTICE);
    css.push_str(&embed_icons(&without_font(&purge(&compiled)), &dist)?);
    let mut sheets = fs::read_dir(own)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    sheets.sort();
    for sheet in sheets {
        css.push_str(&purge(&fs::read_to_string(sheet)?));
    }
    css.push('\n');
    check_addresses(&css)?;
    Ok(css)
}

/// A sheet of the theme's own, made small.
pub(crate) fn small(css: &str) -> String {
    purge(css) + "\n"
}

/// Copies rules, less comments, needless white space, fonts and the components of [`DROPPED`].
fn purge(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(item) = next_item(&mut rest) {
        let head = squeeze(item.head);
        match item.body {
            None if head.is_empty() || head.starts_with("@charset") => {}
            None => push_declaration(&mut out, &head),
            Some(_) if head.starts_with("@font-face") => {}
            Some(body) if head.starts_with('@') => push_rule(&mut out, &head, &purge(body)),
            Some(body) => push_rule(&mut out, &kept_selectors(&head), &purge(body)),
        }
    }
    out
}

fn push_declaration(out: &mut String, declaration: &str) {
    out.push_str(declaration);
    out.push(';');
}

/// Writes a rule, unless its selectors or its block were emptied.
fn push_rule(out: &mut String, head: &str, body: &str) {
    let body = body.strip_suffix(';').unwrap_or(body);
    if !head.is_empty() && !body.is_empty() {
        // A String takes all that is written to it.
        let _ = write!(out, "{head}{{{body}}}");
    }
}

/// Of a list of selectors, those that name no dropped component.
fn kept_selectors(head: &str) -> String {
    let kept: Vec<&str> = split(head, ',').into_iter().map(str::trim).filter(|selector| !names_dropped(selector)).collect();
    kept.join(",")
}

/// Whether a class of a dropped component must be there for the selector to match.
fn names_dropped(selector: &str) -> bool {
    selector.split(":not(").enumerate().any(|(index, part)| {
        let part = if index == 0 { part } else { part.split_once(')').map_or("", |(_, after)| after) };
        part.split(".nhsuk-").skip(1).any(|class| {
            DROPPED.iter().any(|name| {
                class.strip_prefix(name).is_some_and(|after| {
                    after.starts_with("--")
                        || after.starts_with("__")
                        || !after.starts_with(|c: char| c == '-' || c == '_' || c.is_alphanumeric())
                })
            })
        })
    })
}

/// A statement or a block with what stands before it.
struct Item<'a> {
    head: &'a str,
    body: Option<&'a str>,
}

/// Takes the next item off the front of `rest`.
fn next_item<'a>(rest: &mut &'a str) -> Option<Item<'a>> {
    let text = *rest;
    if text.trim().is_empty() {
        return None;
    }
    let end = find(text, |c| c == ';' || c == '{').unwrap_or(text.len());
    let head = &text[..end];
    if !text[end..].starts_with('{') {
        *rest = text.get(end + 1..).unwrap_or("");
        return Some(Item { head, body: None });
    }
    let inside = &text[end + 1..];
    let close = find(inside, |c| c == '}').unwrap_or(inside.len());
    *rest = inside.get(close + 1..).unwrap_or("");
    Some(Item { head, body: Some(&inside[..close]) })
}

/// Where the first character that is `wanted` stands outside of brackets, strings and comments.
fn find(text: &str, wanted: impl Fn(char) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if depth == 0 && wanted(c) {
            return Some(at);
        }
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '\\' => drop(characters.next()),
            '"' | '\'' => while characters.next().is_some_and(|(_, inner)| inner != c) {},
            '/' if text[at..].starts_with("/*") => {
                let end = text[at..].find("*/").map_or(text.len(), |length| at + length + 1);
                while characters.next().is_some_and(|(inner, _)| inner < end) {}
            }
            _ => {}
        }
    }
    None
}

/// The parts of `text` between the separators that stand outside of brackets.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, |c| c == separator) {
        parts.push(&rest[..at]);
        rest = &rest[at + separator.len_utf8()..];
    }
    parts.push(rest);
    parts
}

/// Text without comments, with single spaces.
fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A variable in place of the licensed font's name: the next of the stack is used, unless a site has its own copies of the font.
fn without_font(css: &str) -> String {
    const FONT: &str = "var(--avocet-font, arial),";
    css.replace("\"Frutiger W01\",", FONT).replace("Frutiger W01,", FONT)
}

/// Puts the package's few icons into the sheet, so that it asks for no other file.
fn embed_icons(css: &str, dist: &Path) -> Result<String, Box<dyn Error>> {
    const ICONS: &str = "url(/assets/images/";
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once(ICONS) {
        let (name, after) = after.split_once(')').ok_or("an address in nhsuk-frontend's stylesheet has no end")?;
        let icon = fs::read_to_string(dist.join("assets/images").join(name))?;
        write!(out, "{before}url(\"data:image/svg+xml,{}\")", encode(&squeeze(&icon)))?;
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// An SVG as it may stand in a quoted data address.
fn encode(svg: &str) -> String {
    svg.replace('"', "'").replace('%', "%25").replace('#', "%23").replace('<', "%3C").replace('>', "%3E")
}

/// Nothing in the sheet may lead to another file or host.
fn check_addresses(css: &str) -> Result<(), Box<dyn Error>> {
    for address in css.split("url(").skip(1) {
        if !address.trim_start_matches('"').starts_with("data:") {
            return Err(format!("the stylesheet would ask for another file: url({}", &address[..address.len().min(80)]).into());
        }
    }
    for mark in ["@import", "sourceMappingURL", "Frutiger"] {
        if css.contains(mark) {
            return Err(format!("the stylesheet still holds {mark}").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_stays_with_those_of_its_selectors_that_a_blog_uses() {
        assert_eq!(purge(".nhsuk-radios__item, .nhsuk-card > a { color: red; }"), ".nhsuk-card > a{color: red}");
        assert_eq!(purge(".nhsuk-panel{a:b}.nhsuk-panel--x{a:b}.nhsuk-select .nhsuk-icon{a:b}"), "");
        assert_eq!(purge(".nhsuk-selection:not(.nhsuk-tabs){a:b}"), ".nhsuk-selection:not(.nhsuk-tabs){a:b}");
    }

    #[test]
    fn an_emptied_block_goes_too() {
        assert_eq!(purge("@media print{.nhsuk-tabs{a:b}}@media print{p{a:b}}"), "@media print{p{a:b}}");
        assert_eq!(purge("@font-face{src:url(x)}p{a:b}"), "p{a:b}");
    }

    #[test]
    fn brackets_in_strings_comments_and_values_do_not_end_a_block() {
        assert_eq!(purge("a{content:\"}\";b:url(x;y)}/* } */ c{d:e}"), "a{content:\"}\";b:url(x;y)}c{d:e}");
        assert_eq!(purge("a:is(b, c), d\\,e{f:g}"), "a:is(b, c),d\\,e{f:g}");
    }

    #[test]
    fn an_address_outside_of_the_sheet_is_refused() {
        assert!(check_addresses("a{b:url(\"data:x\")}").is_ok());
        assert!(check_addresses("a{b:url(https://example.org/x)}").is_err());
    }
}
