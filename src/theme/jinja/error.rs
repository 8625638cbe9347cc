//! Errors of minijinja -> diagnostics at the line of the template.

use std::error::Error as _;

use avocet_plugin::{Diagnostic, Place, codes, suggest};
use minijinja::{Error, ErrorKind};

use super::super::error::Texts;

/// What is wrong, at the innermost template that knows.
pub(super) fn diagnostic(texts: &Texts, error: &Error) -> Diagnostic {
    let chain: Vec<&Error> = std::iter::successors(Some(error), |error: &&Error| inner(error)).collect();
    let innermost = chain.last().copied().unwrap_or(error);
    let code = if innermost.kind() == ErrorKind::SyntaxError { &codes::TEMPLATE_SYNTAX } else { &codes::TEMPLATE_ERROR };
    let mut reported = code.report(message(innermost));
    if let Some(place) = chain.iter().rev().find_map(|error| place(texts, error)) {
        reported = reported.at(place);
    }
    match help(texts, innermost) {
        Some(help) => reported.help(help),
        None => reported,
    }
}

/// The error that this one was caused by.
fn inner(error: &Error) -> Option<&Error> {
    error.source()?.downcast_ref::<Error>()
}

/// The name of the template that was looked for, if that is what is wrong.
pub(super) fn missing_template(error: &Error) -> Option<&str> {
    let missing = |error: &&Error| error.kind() == ErrorKind::TemplateNotFound;
    std::iter::successors(Some(error), |error: &&Error| inner(error)).find(missing)?.detail()?.split('"').nth(1)
}

fn message(error: &Error) -> String {
    let kind = error.kind();
    match (kind, error.detail()) {
        (ErrorKind::OutOfFuel, _) => "this template takes more than 50 million steps".into(),
        (ErrorKind::SyntaxError, Some(detail)) => detail.trim_end_matches('.').to_owned(),
        (kind, Some(detail)) => format!("{kind}: {}", detail.trim_end_matches('.')),
        (kind, None) => kind.to_string(),
    }
}

fn help(texts: &Texts, error: &Error) -> Option<String> {
    Some(match error.kind() {
        ErrorKind::OutOfFuel => "look for a loop in a loop over all articles".into(),
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
            "Pelican takes filters, tests and functions from Python code in its settings; rewrite the line with those that Jinja has".into()
        }
        ErrorKind::SyntaxError if error.detail()?.contains("unknown statement") => {
            "statements of Python extensions, such as `{% assets %}`, do not exist here; write a link to the file instead".into()
        }
        ErrorKind::UndefinedError => "ask for it first: `{% if name %}`".into(),
        ErrorKind::TemplateNotFound => {
            let name = error.detail()?.split('"').nth(1)?;
            let near = suggest(name, texts.keys().map(String::as_str))?;
            format!("did you mean `{near}`?")
        }
        _ => return None,
    })
}

fn place(texts: &Texts, error: &Error) -> Option<Place> {
    let (display_path, text) = texts.get(error.name()?)?;
    let line = error.line()?.checked_sub(1)?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let written = text.get(start..)?.lines().next().unwrap_or_default();
    let indent = written.len() - written.trim_start().len();
    Some(Place::new(display_path.clone(), text, start + indent..start + written.trim_end().len().max(indent)))
}
