//! A problem as text, in the style of rustc: the line, a caret under the place, and how to fix it.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use avocet_plugin::{Diagnostic, Place, Severity};

/// The width in columns, fixed so that the text does not depend on the terminal.
const WIDTH: usize = 140;

/// Longer lines are not shown: each problem in such a line would cost the time to read it.
const LONGEST_LINE: usize = 64 * 1024;

/// Formats one problem.
pub(super) fn draw(diagnostic: &Diagnostic, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::NOTE,
    };
    let title = level.primary_title(harmless(&diagnostic.message)).id(&*diagnostic.code);
    let mut group = title.elements(Vec::<Snippet<'_, Annotation<'_>>>::new());
    if let Some(place) = &diagnostic.place {
        group = at(group, place, &diagnostic.label);
    }
    let mut groups = vec![group];
    for related in &diagnostic.related {
        groups.push(at(Group::with_title(Level::NOTE.secondary_title(harmless(&related.message))), &related.place, ""));
    }
    let drawn = diagnostic.place.as_ref().is_some_and(has_line);
    let is_long = diagnostic.place.as_ref().is_some_and(|place| place.text.is_some() && place.line > 0);
    if !drawn && !diagnostic.label.is_empty() && (is_long || diagnostic.label.starts_with("did you mean")) {
        groups.push(Group::with_title(Level::HELP.secondary_title(harmless(&diagnostic.label))));
    }
    if let Some(help) = &diagnostic.help {
        groups.push(Group::with_title(Level::HELP.secondary_title(harmless(help))));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(WIDTH).render(&groups)
}

/// The text without control characters. The library removes them only from lines of files and from the first title, but file names and text
/// of authors can be in all parts.
fn harmless(text: &str) -> Cow<'_, str> {
    let odd = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(odd) { Cow::Owned(text.replace(odd, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// Adds the place, with its line if the text is known.
fn at<'a>(group: Group<'a>, place: &'a Place, label: &'a str) -> Group<'a> {
    // A line break in a file name would look like a second place.
    let file = harmless(&place.file).replace('\n', "\u{fffd}");
    let Some(text) = place.text.as_deref().filter(|_| has_line(place)) else {
        return group.element(origin(file, place));
    };
    let window = window(text, &place.span);
    let mut span = place.span.start - window.start..place.span.end.min(window.end) - window.start;
    if span.is_empty() {
        // Point at the character there, or at the end of the line.
        span.end = text[window.start + span.start..window.end].chars().next().map_or(span.start, |c| span.start + c.len_utf8());
    }
    let annotation = AnnotationKind::Primary.span(span);
    let annotation = if label.is_empty() { annotation } else { annotation.label(harmless(label)) };
    group.element(Snippet::source(&text[window]).line_start(place.line).path(file).annotation(annotation))
}

/// Whether the line can be shown, with a label at its caret.
fn has_line(place: &Place) -> bool {
    place.line > 0 && place.text.as_deref().is_some_and(|text| !text.is_empty() && line(text, place.span.start).len() <= LONGEST_LINE)
}

/// The line that a byte is in.
fn line(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    &text[start..end]
}

/// A place without its text.
fn origin(file: String, place: &Place) -> Origin<'static> {
    let origin = Origin::path(file);
    match (place.line, place.column) {
        (0, _) => origin,
        (line, 0) => origin.line(line),
        (line, column) => origin.line(line).char_column(column),
    }
}

/// The lines of a span: at most three, and only the first if one of them is too long, because the library shortens only spans within one
/// line.
fn window(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let after = |at: usize| text[at..].find('\n').map_or(text.len(), |line| at + line + 1);
    let first = after(span.start);
    let mut end = first;
    for _ in 0..2 {
        if end >= span.end || end == text.len() {
            break;
        }
        end = after(end);
    }
    let long = |line: &str| line.chars().nth(WIDTH).is_some();
    start..if text[start..end].lines().any(long) { first } else { end }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use avocet_plugin::{Code, codes};

    use super::*;

    #[test]
    fn a_problem_has_its_line_a_caret_and_help() {
        let text: Arc<str> = Arc::from("one\ntwo [x](nope.md) é\nthree\n");
        let problem = codes::DEAD_LINK
            .report("there is no page or file `nope.md`")
            .at(Place::new("content/a.md", &text, 12..19))
            .label("did you mean `no.md`?")
            .help("fix it");
        let expected = "error[dead-link]: there is no page or file `nope.md`
 --> content/a.md:2:9
  |
2 | two [x](nope.md) é
  |         ^^^^^^^ did you mean `no.md`?
  |
help: fix it";
        assert_eq!(draw(&problem, false), expected);
    }

    #[test]
    fn a_place_without_text_and_a_second_place_are_shown() {
        let text: Arc<str> = Arc::from("slug: a\n");
        let problem =
            Code::warning("x", "", "").report("twice").at(Place::file("b.md")).related(Place::new("c.md", &text, 6..7), "the first one");
        let drawn = draw(&problem, false);
        assert!(drawn.starts_with("warning[x]: twice\n --> b.md\n"), "{drawn}");
        assert!(drawn.contains("note: the first one\n --> c.md:1:7"), "{drawn}");
    }

    #[test]
    fn unusual_places_do_not_panic() {
        let text: Arc<str> = Arc::from("é\r\nlast");
        for span in [0..0, 0..99, 2..4, 4..8, 8..8, 99..120] {
            draw(&Code::error("x", "", "").report("y").at(Place::new("f", &text, span)), true);
        }
        let empty: Arc<str> = Arc::from("");
        draw(&Code::error("x", "", "").report("y").at(Place::new("f", &empty, 0..0)), false);
    }

    #[test]
    fn a_long_line_is_shortened_around_the_place_even_if_the_place_has_several_lines() {
        let text: Arc<str> = Arc::from(format!("{}nope{}\n{}", "日本<b>".repeat(500), "<p>".repeat(500), "<q>".repeat(500)));
        let start = text.find("nope").unwrap();
        for end in [start + 4, start + 2000, text.len()] {
            let drawn = draw(&Code::error("x", "", "").report("y").at(Place::new("f", &text, start..end)), false);
            assert!(drawn.contains("nope") || drawn.contains("^"), "{drawn}");
            assert!(drawn.lines().all(|line| line.chars().count() <= WIDTH), "{drawn}");
        }
    }

    #[test]
    fn a_line_that_is_no_text_is_not_shown_but_its_label_is() {
        let text: Arc<str> = Arc::from(format!("a\n{}nope", "x".repeat(LONGEST_LINE)));
        let problem = Code::error("x", "", "").report("y").at(Place::new("f", &text, text.len() - 4..text.len())).label("here");
        assert_eq!(draw(&problem, false), format!("error[x]: y\n--> f:2:{}\n |\nhelp: here", LONGEST_LINE + 1));
    }

    #[test]
    fn tabs_and_wide_characters_do_not_move_the_caret() {
        let text: Arc<str> = Arc::from("\t日本 nope\r\n");
        let drawn = draw(&Code::error("x", "", "").report("y").at(Place::new("f", &text, 8..12)), false);
        assert!(drawn.ends_with("1 |     日本 nope\n  |          ^^^^"), "{drawn}");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text: Arc<str> = Arc::from("k \u{1b}[31m nope\n");
        let problem = Code::error("x", "", "").report("a\u{1b}[31m").at(Place::new("a\u{1b}[2J\nb", &text, 0..1)).label("b\u{9b}31m");
        let drawn = draw(&problem.help("c\u{1b}\u{202e}").related(Place::file("d\u{7}"), "e\r"), false);
        assert!(!drawn.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t') || c == '\u{202e}'), "{drawn:?}");
        assert!(drawn.contains("a\u{fffd}[2J\u{fffd}b:1:1"), "{drawn}");
    }
}
