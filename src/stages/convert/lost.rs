//! A tag that was answered -> the text given to it that its HTML does not show.

use std::ops::Range;

use avocet_plugin::{Diagnostic, codes};
use serde_json::Value as Json;

use super::tags::{PlacedCall, TagOptions, key_span, option_name};
use crate::theme::is_lost;

/// The text given to a tag that `html` does not show: its body, and options that are more than one word. `draw` answers the tag.
pub(super) fn texts(
    placed: PlacedCall,
    html: &str,
    given: (&TagOptions, Option<&str>),
    draw: impl Fn(&TagOptions, Option<&str>) -> Option<String>,
) -> Vec<Diagnostic> {
    let PlacedCall { source, call } = placed;
    let (options, body) = given;
    let mut errors = Vec::new();
    if body.is_some_and(|body| is_lost(html, body, |other| draw(options, Some(other)))) {
        errors.push(body_of(placed));
    }
    for (key, value, span) in &call.args {
        let Some(text) = value.as_str().filter(|text| text.trim().contains(char::is_whitespace)) else { continue };
        let with = |other: &str| {
            let mut options = options.clone();
            options.insert(key.clone(), Json::String(other.to_owned()));
            draw(&options, body)
        };
        if is_lost(html, text, with) {
            let error = codes::LOST_TEXT.report(format!("`{}` does not show the text of the option `{}`", call.name, option_name(key)));
            let help = if body.is_some() { "remove it, or the body of the tag" } else { "remove it, or an option that takes its place" };
            errors.push(error.at(source.place(key_span(source, key, span))).help(help));
        }
    }
    errors
}

/// The body of a tag that has none.
pub(super) fn body_of(placed: PlacedCall) -> Diagnostic {
    let PlacedCall { source, call } = placed;
    let span = call.body.clone().map_or_else(|| call.name_span.clone(), |body| first_line(&source.text, body));
    let error = codes::LOST_TEXT.report(format!("`{}` does not show its body", call.name)).at(source.place(span));
    error.help(format!("remove `{{% end{} %}}`, so that the text stands below the tag", call.name))
}

/// The first line of a stretch of text that is not empty.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let Some(body) = text.get(span.clone()) else { return span };
    let start = span.start + body.len() - body.trim_start().len();
    let line = text.get(start..span.end).and_then(|body| body.lines().next()).unwrap_or_default().trim_end();
    start..start + line.len()
}
