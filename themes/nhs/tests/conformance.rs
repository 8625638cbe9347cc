//! The components beside the examples that nhsuk-frontend brings itself (`fixtures.json`): the same options must give the same
//! document. White space, comments and the order of attributes do not count.
//!
//! An option of the package is the component's parameter of the same name in snake case, inside of maps too: `innerHtml` is
//! `inner_html`. `{% call %}` of the package is the component's body. `NHSUK_ONLY=tables` prints the differences of one component,
//! all of them.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use scraper::{Html, Node};
use serde_json::{Map, Value as Json};
use tera::{Context, Tera, Value};

/// The package's components that a blog needs, the component here that answers for each, and the number of examples in 10.6.1.
const COMPONENTS: [(&str, &str, usize); 24] = [
    ("action-link", "action_link", 7),
    ("breadcrumb", "breadcrumb", 5),
    ("button", "part_button", 66),
    ("card", "card", 50),
    ("code", "code", 13),
    ("contents-list", "contents_list", 4),
    ("details", "details", 12),
    ("do-dont-list", "do_dont_list", 12),
    ("error-message", "error_message", 6),
    ("footer", "footer", 18),
    ("header", "header", 58),
    ("heading", "heading", 33),
    ("hero", "hero", 12),
    ("hint", "hint", 3),
    ("images", "image", 14),
    ("input", "input", 44),
    ("inset-text", "inset_text", 3),
    ("label", "label", 31),
    ("pagination", "pagination", 11),
    ("scroll", "scroll", 3),
    ("search-input", "search_input", 26),
    ("skip-link", "skip_link", 3),
    ("tables", "table", 140),
    ("warning-callout", "warning_callout", 6),
];

/// Options with a better name here.
const RENAMED: [(&str, &str); 1] = [("first_cell_is_header", "first_cell_header")];

/// Examples that are not met, by component and number, and why. This list may only become shorter.
const NOT_MET: [(&str, usize, &str); 2] = [
    ("warning-callout", 1, "the package writes `role=\"text\"`, which is no role of ARIA and no valid HTML"),
    ("warning-callout", 2, "the same, with the heading as text"),
];

fn fixtures(component: &str) -> Vec<Json> {
    let file = Path::new(env!("NHSUK_FRONTEND")).join("dist/nhsuk/components").join(component).join("fixtures.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut json: Json = serde_json::from_str(&text).expect("the fixtures are JSON");
    serde_json::from_value(json["fixtures"].take()).expect("the fixtures are a list")
}

/// The same options with names in snake case; names of HTML attributes stay.
fn snake(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(snake).collect(),
        Json::Object(map) => {
            let inner = |key: &String, value: &Json| if key == "attributes" { value.clone() } else { snake(value) };
            Json::Object(map.iter().map(|(key, value)| (snake_key(key), inner(key, value))).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

fn snake_key(key: &str) -> String {
    let mut out = String::new();
    let mut last = '_';
    for c in key.chars() {
        if c.is_ascii_uppercase() && last.is_ascii_lowercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
        last = c;
    }
    RENAMED.iter().find(|(name, _)| *name == out).map_or(out, |(_, better)| (*better).to_owned())
}

fn render(tera: &Tera, component: &str, fixture: &Json) -> Result<String, String> {
    let mut context = Context::new();
    let options = snake(&fixture["context"]);
    for (name, value) in options.as_object().into_iter().flatten() {
        context.insert(name.clone(), value);
    }
    tera.render_component_with_implicits(component, &context, &Context::new(), fixture["callBlock"].as_str(), true).map_err(|error| {
        let mut reported = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            let _ = write!(reported, ": {inner}");
            cause = inner.source();
        }
        reported
    })
}

/// A document as lines: an element with its attributes in order, a text with single spaces, deeper ones further in.
fn outline(html: &str) -> String {
    let document = Html::parse_fragment(html);
    let mut out = String::new();
    for node in document.tree.root().descendants() {
        let indent = "  ".repeat(node.ancestors().count());
        match node.value() {
            Node::Element(element) => {
                let attributes: BTreeMap<_, _> = element.attrs().collect();
                let _ = write!(out, "{indent}<{}", element.name());
                for (name, value) in attributes {
                    let _ = write!(out, " {name}={:?}", value.split_whitespace().collect::<Vec<_>>().join(" "));
                }
                out.push_str(">\n");
            }
            Node::Text(text) => {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if !text.is_empty() {
                    let _ = writeln!(out, "{indent}{text}");
                }
            }
            _ => {}
        }
    }
    out
}

/// Nothing, or what differs.
fn difference(tera: &Tera, component: &str, fixture: &Json) -> Option<String> {
    let expected = outline(fixture["html"].as_str().unwrap_or_default());
    match render(tera, component, fixture) {
        Err(error) => Some(format!("    {error}\n")),
        Ok(html) => {
            let found = outline(&html);
            (found != expected).then(|| compare(&expected, &found))
        }
    }
}

fn compare(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let same = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let part = |lines: &[&str], sign| lines.iter().skip(same).take(4).map(|line| format!("    {sign} {line}\n")).collect::<String>();
    format!("    line {}\n{}{}", same + 1, part(&expected, '-'), part(&found, '+'))
}

#[test]
fn the_components_give_what_nhsuk_frontend_gives() {
    let tera = common::components(Value::none());
    let only = std::env::var("NHSUK_ONLY").unwrap_or_default();
    let mut reported = String::new();
    let (mut met, mut not_met) = (0, Vec::new());
    for (folder, component, count) in COMPONENTS.iter().filter(|(folder, ..)| only.is_empty() || only == *folder) {
        let fixtures = fixtures(folder);
        assert_eq!(fixtures.len(), *count, "{folder}: the package has other examples than this test was written for");
        let mut failures = 0;
        for (number, fixture) in fixtures.iter().enumerate() {
            match difference(&tera, component, fixture) {
                None => met += 1,
                Some(why) => {
                    failures += 1;
                    let known = NOT_MET.iter().any(|(name, which, _)| name == folder && *which == number);
                    if !known && (failures <= 3 || !only.is_empty()) {
                        let _ = writeln!(reported, "  {folder} {number}, {}\n{why}", fixture["name"]);
                    }
                    not_met.push((*folder, number));
                }
            }
        }
        let _ = writeln!(reported, "{folder}: {} of {count}", count - failures);
    }
    let known: Vec<_> =
        NOT_MET.iter().map(|(name, which, _)| (*name, *which)).filter(|(name, _)| only.is_empty() || only == **name).collect();
    assert_eq!(not_met, known, "\n{reported}{met} met; left: what is not met, right: what the test knows of");
}

#[test]
fn a_difference_is_seen() {
    let card = "<div class=\"a  b\" id=x><p>Read  <b>on</b></p><!-- c --></div>";
    assert_eq!(outline(card), outline("<div id='x' class='a b'>\n<p> Read <b>on</b> </p>\n</div>"));
    for other in [
        "<div class=a id=x><p>Read <b>on</b></p></div>",
        "<div class='a b' id=x><p>Read <i>on</i></p></div>",
        "<div class='a b' id=x><p>Read</p></div>",
    ] {
        assert_ne!(outline(card), outline(other));
    }
}
