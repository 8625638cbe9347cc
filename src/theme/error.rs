//! Errors of Tera -> diagnostics: the template, the line, what was expected. This is the one place that knows the errors of Tera. It reads
//! them as data; only what Tera checks over all templates at once (unknown filters, tests, functions and components) comes as one text, a
//! report for each, and is read from that text. `tests/errors/template-syntax-…` notices another form.

use std::collections::BTreeMap;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, codes, suggest};
use tera::{Error, ErrorKind};

/// The tags that end others.
const ENDS: [&str; 7] = ["endif", "endfor", "endblock", "endset", "endfilter", "endcomponent", "endraw"];

/// Names, places and texts of the templates.
pub(super) type Texts = BTreeMap<String, (String, Arc<str>)>;

/// The errors of all templates together: reports in one text, or a single error with data.
pub(super) fn diagnostics(texts: &Texts, error: &Error) -> Vec<Diagnostic> {
    let ErrorKind::Msg(reports) = error.kind() else { return vec![diagnostic(texts, error)] };
    let reported: Vec<Diagnostic> = reports.split("error: ").skip(1).filter_map(|one| from_report(texts, one)).collect();
    if reported.is_empty() { vec![diagnostic(texts, error)] } else { reported }
}

/// One report: its message, and in the next line `--> NAME:LINE:COLUMN`.
fn from_report(texts: &Texts, report: &str) -> Option<Diagnostic> {
    let (message, rest) = report.split_once('\n')?;
    let (name, at) = rest.trim_start().strip_prefix("--> ")?.lines().next()?.split_once(':')?;
    let (line, column) = at.split_once(':')?;
    let (line, column): (usize, usize) = (line.trim().parse().ok()?, column.trim().parse().ok()?);
    let (_, text) = texts.get(name)?;
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let start = start + text[start..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
    let carets = rest.lines().find_map(|line| Some(line.matches('^').count()).filter(|carets| *carets > 0)).unwrap_or(1);
    Some(placed(codes::TEMPLATE_SYNTAX.report(sentence(message)), texts, name, start..start + carets))
}

/// A single error.
pub(super) fn diagnostic(texts: &Texts, error: &Error) -> Diagnostic {
    match error.kind() {
        ErrorKind::SyntaxError(report) => {
            let span = report.span().range.clone();
            let written = texts.get(report.filename()).and_then(|(_, text)| text.get(span.clone())).unwrap_or_default();
            // Of a stray end, Tera only says that it is unknown. What is written there says more.
            let error = if ENDS.contains(&written) {
                codes::TEMPLATE_SYNTAX
                    .report(format!("`{written}` cannot be used here"))
                    .help("something before it, such as `{% if … %}`, has no end yet, or nothing was opened")
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
