//! Errors of Tera -> diagnostics: the template, the line, what was expected.

use std::collections::BTreeMap;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, codes, suggest};
use tera::{Error, ErrorKind};

/// Names, places and texts of the templates.
pub(super) type Texts = BTreeMap<String, (String, Arc<str>)>;

/// What Tera says when it reads all templates: it tells some faults as text, several of them with their places in it.
pub(super) fn diagnostics(texts: &Texts, error: &Error) -> Vec<Diagnostic> {
    let reported = error.to_string();
    let told: Vec<Diagnostic> = reported.split("error: ").skip(1).filter_map(|one| told(texts, one)).collect();
    if told.is_empty() { vec![diagnostic(texts, error)] } else { told }
}

/// One fault: its message, and in the next line `--> NAME:LINE:COLUMN`.
fn told(texts: &Texts, diagnostics: &str) -> Option<Diagnostic> {
    let (message, rest) = diagnostics.split_once('\n')?;
    let (name, at) = rest.trim_start().strip_prefix("--> ")?.lines().next()?.split_once(':')?;
    let (line, column) = at.split_once(':')?;
    let (line, column): (usize, usize) = (line.trim().parse().ok()?, column.trim().parse().ok()?);
    let (_, text) = texts.get(name)?;
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let start = start + text[start..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
    let carets = rest.lines().find_map(|line| Some(line.matches('^').count()).filter(|carets| *carets > 0)).unwrap_or(1);
    Some(placed(codes::TEMPLATE_SYNTAX.report(sentence(message)), texts, name, start..start + carets))
}

/// What Tera says, as a diagnostic.
pub(super) fn diagnostic(texts: &Texts, error: &Error) -> Diagnostic {
    match error.kind() {
        ErrorKind::SyntaxError(report) => {
            let span = report.span().range.clone();
            let written = texts.get(report.filename()).and_then(|(_, text)| text.get(span.clone())).unwrap_or_default();
            let error = if report.message() == "Unknown tag" && written.starts_with("end") {
                codes::TEMPLATE_SYNTAX
                    .report(format!("`{written}` cannot stand here"))
                    .help("something that began before it, such as `{% if … %}`, has no end yet; or nothing began")
            } else {
                codes::TEMPLATE_SYNTAX.report(sentence(report.message()))
            };
            placed(error, texts, report.filename(), span)
        }
        ErrorKind::RenderingError(report) => {
            let error = codes::TEMPLATE_ERROR.report(sentence(report.message()));
            placed(error, texts, report.filename(), report.span().range.clone())
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => chain("extends itself", texts, tpl, inheritance_chain),
        ErrorKind::CircularInclude { tpl, include_chain } => chain("includes itself", texts, tpl, include_chain),
        ErrorKind::MissingParent { current, parent } => {
            let span = texts.get(current).and_then(|(_, text)| text.find(parent.as_str())).map_or(0..0, |at| at..at + parent.len());
            let near = suggest(parent, texts.keys().map(String::as_str)).map_or(String::new(), |near| format!("did you mean `{near}`?"));
            placed(codes::TEMPLATE_SYNTAX.report(format!("there is no template `{parent}` to extend")), texts, current, span).label(near)
        }
        _ => codes::TEMPLATE_SYNTAX.report(sentence(&error.to_string())),
    }
}

fn chain(what: &str, texts: &Texts, name: &str, links: &[String]) -> Diagnostic {
    placed(codes::TEMPLATE_SYNTAX.report(format!("the template `{name}` {what}")), texts, name, 0..0).help(links.join(" -> "))
}

fn placed(error: Diagnostic, texts: &Texts, name: &str, span: std::ops::Range<usize>) -> Diagnostic {
    match texts.get(name) {
        Some((display_path, text)) => error.at(Place::new(display_path.clone(), text, span)),
        None => error,
    }
}

/// The first line, without a full stop, as messages are.
fn sentence(message: &str) -> String {
    message.trim().trim_end_matches('.').to_owned()
}
