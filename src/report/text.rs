//! A problem as a drawing: the line, a caret under the place, how to mend it. The look is that of rustc.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use avocet_plugin::{Diagnostic, Place, Severity};

/// Columns of a drawing; fixed, so that it does not depend on the terminal.
const WIDTH: usize = 140;

/// Draws one problem.
pub(super) fn draw(diagnostic: &Diagnostic, colour: bool) -> String {
    let level = if diagnostic.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let mut group = level.primary_title(&*diagnostic.message).id(&*diagnostic.code).elements(Vec::<Snippet<'_, Annotation<'_>>>::new());
    if let Some(place) = &diagnostic.place {
        group = at(group, place, &diagnostic.label);
    }
    let mut groups = vec![group];
    for related in &diagnostic.related {
        groups.push(at(Group::with_title(Level::NOTE.secondary_title(&*related.message)), &related.place, ""));
    }
    if let Some(help) = &diagnostic.help {
        groups.push(Group::with_title(Level::HELP.secondary_title(&**help)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(WIDTH).render(&groups)
}

/// The place, with its line where the text is known.
fn at<'a>(group: Group<'a>, place: &'a Place, label: &'a str) -> Group<'a> {
    let Some(text) = place.text.as_deref().filter(|text| place.line > 0 && !text.is_empty()) else {
        let origin = Origin::path(&*place.file);
        return group.element(if place.line > 0 { origin.line(place.line) } else { origin });
    };
    let window = window(text, &place.span);
    let mut span = place.span.start - window.start..place.span.end.min(window.end) - window.start;
    if span.is_empty() {
        // Something to point at: the character there, or the end of the line.
        span.end = text[window.start + span.start..window.end].chars().next().map_or(span.start, |c| span.start + c.len_utf8());
    }
    let first = place.line - text[window.start..place.span.start].matches('\n').count();
    let annotation = AnnotationKind::Primary.span(span);
    let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
    group.element(Snippet::source(&text[window]).line_start(first).path(&*place.file).annotation(annotation))
}

/// The lines of a span, at most three of them.
fn window(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let mut end = span.start;
    for _ in 0..3 {
        end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        if end >= span.end || end == text.len() {
            break;
        }
    }
    start..end
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_problem_is_drawn_with_its_line_a_caret_and_help() {
        let text: Arc<str> = Arc::from("one\ntwo [x](nope.md) é\nthree\n");
        let problem = Diagnostic::error("dead-link", "there is no page or file `nope.md`")
            .at(Place::new("content/a.md", &text, 12..19))
            .label("did you mean `no.md`?")
            .help("mend it");
        let expected = "error[dead-link]: there is no page or file `nope.md`
 --> content/a.md:2:9
  |
2 | two [x](nope.md) é
  |         ^^^^^^^ did you mean `no.md`?
  |
help: mend it";
        assert_eq!(draw(&problem, false), expected);
    }

    #[test]
    fn a_place_without_text_and_a_second_place_are_shown() {
        let text: Arc<str> = Arc::from("slug: a\n");
        let problem = Diagnostic::warning("x", "twice").at(Place::file("b.md")).related(Place::new("c.md", &text, 6..7), "the first one");
        let drawn = draw(&problem, false);
        assert!(drawn.starts_with("warning[x]: twice\n --> b.md\n"), "{drawn}");
        assert!(drawn.contains("note: the first one\n --> c.md:1:7"), "{drawn}");
    }

    #[test]
    fn odd_places_are_drawn_without_a_panic() {
        let text: Arc<str> = Arc::from("é\r\nlast");
        for span in [0..0, 0..99, 2..4, 4..8, 8..8, 99..120] {
            draw(&Diagnostic::error("x", "y").at(Place::new("f", &text, span)), true);
        }
        let empty: Arc<str> = Arc::from("");
        draw(&Diagnostic::error("x", "y").at(Place::new("f", &empty, 0..0)), false);
    }
}
