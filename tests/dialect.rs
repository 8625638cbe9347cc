//! The dialect `pelican`: texts of each kind in which Python-Markdown and CommonMark differ, and texts that must not take long.
//!
//! `tests/dialect/cases.txt` has the texts with their HTML. Each was compared as a tree of elements with what Python-Markdown 3.11.3 makes
//! of it with Pelican's default extensions; ids of headings and the colours of code were set aside. `SNAPSHOTS=overwrite` writes the file.
//!
//! Four things are left as they are on purpose: code that begins with `#!python` has no numbers of lines; an attribute list in a cell of a
//! table is text; references to one footnote are numbered in the order of the text; and no text is lost after `:::python`.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::time::{Duration, Instant};

use avocet::markup::headings;
use avocet::markup::markdown::{Answer, ConvertOptions, Element, Limits, MarkdownConverter, MarkdownHost, PlacedCode, SourceText};
use avocet::markup::pelican::Toc;
use avocet::markup::tags::Call;
use avocet_plugin::{Diagnostic, Dialect};

/// A host that knows no tag, no theme and no link.
#[derive(Default)]
struct Bare {
    reported: Vec<Diagnostic>,
}

impl MarkdownHost for Bare {
    fn resolve_url(&mut self, _: &SourceText, _: &str, _: Range<usize>, _: bool) -> Option<String> {
        None
    }

    fn code(&mut self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn drawing(&mut self, _: &SourceText, _: PlacedCode<'_>) -> Option<String> {
        None
    }

    fn element(&mut self, _: &SourceText, _: Element, _: Option<&Call>, _: Range<usize>) -> Option<String> {
        None
    }

    fn is_wrapper(&self, _: &str, _: &str) -> bool {
        false
    }

    fn is_raw(&self, _: &str) -> bool {
        false
    }

    fn is_tag(&self, _: &str) -> bool {
        false
    }

    fn image_size(&mut self, _: &str) -> Option<(u32, u32)> {
        None
    }

    fn tag(&mut self, _: &SourceText, _: &Call, _: Option<String>) -> Option<Answer> {
        None
    }

    fn report(&mut self, error: Diagnostic) {
        self.reported.push(error);
    }
}

fn convert(text: &str, toc: Option<&Toc>) -> (String, Vec<Diagnostic>) {
    let mut host = Bare::default();
    let reserved_ids = BTreeSet::new();
    let limits = Limits { nesting: 100, includes: 10, tags: 1_000_000, bytes: 1 << 30, highlight: 10_000_000 };
    let dialect = Dialect::Pelican;
    let options = ConvertOptions { dialect, toc, smart: false, drop_title: false, title: "A", limits, reserved_ids: &reserved_ids };
    let source = SourceText { display_path: "a.md".into(), source: "a.md".into(), text: text.into(), made_from: None };
    let mut converter = MarkdownConverter::new(&mut host, options);
    let mut html = converter.convert(&source, 0..text.len());
    let found = converter.finish();
    let list = toc.map(|toc| toc.list(&found));
    headings::place(&headings::tree(found), list, &mut html);
    (html, host.reported)
}

#[test]
fn texts_are_read_as_python_markdown_reads_them() {
    let path = "tests/dialect/cases.txt";
    let cases = fs::read_to_string(path).unwrap();
    let toc = Toc { title: String::new(), levels: 1..=6, base_level: 1, anchor_links: false, permalinks: String::new() };
    let (mut wrong, mut now) = (Vec::new(), Vec::new());
    for case in cases.split("@@@ ").skip(1) {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, expected) = rest.split_once("@@@\n").unwrap();
        let (html, _) = convert(text, name.ends_with("+toc").then_some(&toc));
        if html.trim_end() != expected.trim_end() {
            wrong.push(format!("{name}:\n{text}\n-- expected\n{expected}\n-- found\n{html}"));
        }
        now.push(format!("@@@ {name}\n{text}@@@\n{}\n", html.trim_end()));
    }
    assert!(now.len() > 80);
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        return fs::write(path, now.join("\n")).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_links_of_the_list_of_contents_are_settings() {
    let toc = Toc { title: "On this page".into(), levels: 2..=3, base_level: 2, anchor_links: true, permalinks: "#".into() };
    let (html, _) = convert("[TOC]\n\n# Tea *now*\n\n### Deep\n", Some(&toc));
    let expected = "<div class=\"toc\"><span class=\"toctitle\">On this page</span><ul>\n<li><a href=\"#tea-now\">Tea now</a></li>\n</ul>\n</div>\n\
                    <h2 id=\"tea-now\"><a class=\"toclink\" href=\"#tea-now\">Tea <em>now</em></a><a class=\"headerlink\" href=\"#tea-now\" \
                    title=\"Permanent link\">#</a></h2>\n<h4 id=\"deep\"><a class=\"toclink\" href=\"#deep\">Deep</a><a class=\"headerlink\" \
                    href=\"#deep\" title=\"Permanent link\">#</a></h4>\n";
    assert_eq!(html, expected);
}

#[test]
fn a_tag_that_nobody_knows_is_text_with_a_warning_at_its_place() {
    let (html, reported) = convert("a\n\n> - {% photo a.jpg %}\n\n`{% raw %}` {% photo", None);
    assert!(html.contains("{% photo a.jpg %}") && html.contains("{% photo"), "{html}");
    let places: Vec<_> = reported.iter().map(|warning| warning.place.as_ref().map(|place| (place.line, place.column))).collect();
    assert_eq!((places, reported[0].code.as_str()), (vec![Some((3, 5))], "foreign-syntax"), "{reported:?}");
}

/// Parts of texts, each many times.
const MANY: [&str; 54] = [
    "> ",
    "+ ",
    "1. ",
    "    ",
    ">\n",
    "- a\n",
    "- a\n\n",
    "    - a\n",
    "> a\n\n",
    "#",
    "# a\n",
    "a\n=\n",
    "---\n",
    "a\n---\n",
    "*",
    "**",
    "***a",
    "_a_ ",
    "*a**b ",
    "**a *b",
    "a*b",
    "[",
    "]",
    "[a](",
    "[a](b ",
    "![",
    "[a][",
    "[^a]",
    "[^a]: b\n",
    "[a]: b\n",
    "x\n[a]: b\n",
    "`",
    "`a``b",
    "\\",
    "<",
    "<a ",
    "<!-- ",
    "<div>\n",
    "</div>",
    "<div markdown=\"1\">\n",
    "&amp",
    "{: .a ",
    "*a*{",
    "*a*{: .b }",
    "a {: .b }\n",
    "|",
    "|a|b|\n|-|-|\n",
    "| a\n",
    ": a\n",
    "a\n: b\n",
    "```\n",
    "~~~a\n",
    "\t",
    "*[a]: b\n",
];

#[test]
fn what_is_repeated_takes_linear_time() {
    let mut slow = Vec::new();
    for part in MANY {
        let time = |count: usize| {
            let start = Instant::now();
            assert!(convert(&format!("a\n\n{}", part.repeat(count)), None).0.contains('a'), "{part:?}");
            start.elapsed()
        };
        let (few, many) = (time(2_000), time(8_000));
        // Four times as much takes about four times as long; sixteen times would be quadratic.
        if many > few * 10 + Duration::from_millis(300) {
            slow.push(format!("{part:?}: {few:?}, {many:?}"));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
fn what_is_nested_too_deep_is_an_error_and_soon_over() {
    for part in ["> ", "+ ", "<div markdown=1>\n"] {
        let (_, reported) = convert(&part.repeat(100_000), None);
        assert!(part.starts_with('<') || reported.iter().any(|error| error.code == "limit-exceeded"), "{part}");
    }
    let deep: String = (0..1000).map(|level| format!("{}- a\n", " ".repeat(level * 4))).collect();
    assert!(convert(&deep, None).1.iter().any(|error| error.code == "limit-exceeded"));
}
