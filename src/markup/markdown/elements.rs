//! Elements of Markdown that a theme may render with a component: a table, an image that is a paragraph of its own and an alert, as the
//! parameters of the component; and their HTML without one.

use avocet_plugin::Diagnostic;
use avocet_plugin::html::escape;
use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, LinkType, Tag, TagEnd};
use serde_json::{Map, Value as Json, json};

use super::lost;

/// The kind of a table.
pub(super) const TABLE: &str = "table";

/// An element of Markdown for the theme's component.
pub struct Element {
    /// `table`, `image`, `alert`: what the component names in its metadata as its `element`.
    pub kind: &'static str,
    /// Parameters of the component, which takes those that it knows.
    pub options: Map<String, Json>,
    /// HTML of what stands in it.
    pub body: Option<String>,
}

impl Element {
    fn new<const N: usize>(kind: &'static str, options: [(&str, Json); N]) -> Self {
        Self { kind, options: options.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(), body: None }
    }
}

/// A table as its events come: cells in HTML.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// How many cells the source does not have.
    missing: usize,
}

impl Table {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, head: Vec::new(), rows: Vec::new(), missing: 0 }
    }

    pub(super) fn start_row(&mut self) {
        self.rows.push(Vec::new());
    }

    /// A cell of the row that was started last; of the head when none was.
    pub(super) fn push(&mut self, cell: String) {
        self.rows.last_mut().unwrap_or(&mut self.head).push(cell);
    }

    /// Counts a cell that the source does not have; an error when there are too many.
    pub(super) fn count_missing(&mut self) -> Option<Diagnostic> {
        self.missing += 1;
        (self.missing == lost::MAX_MISSING_CELLS).then(lost::missing_cells)
    }

    fn alignment(&self, column: usize) -> Alignment {
        self.alignments.get(column).copied().unwrap_or(Alignment::None)
    }

    /// For the theme. Columns aligned to the right are numeric.
    pub(super) fn element(&self, labelled_by: Option<&str>) -> Element {
        let cell = |(column, html): (usize, &String)| match self.alignment(column) {
            Alignment::Right => json!({ "html": html, "format": "numeric" }),
            Alignment::Center => json!({ "html": html, "align": "centre" }),
            Alignment::Left | Alignment::None => json!({ "html": html }),
        };
        let row = |cells: &Vec<String>| Json::Array(cells.iter().enumerate().map(cell).collect());
        // The parser reads a row of empty head cells for a table without a head.
        let head = if self.head.iter().all(String::is_empty) { Json::Array(Vec::new()) } else { row(&self.head) };
        let rows = self.rows.iter().map(row).collect();
        let label = json!(labelled_by.unwrap_or_default());
        Element::new(TABLE, [("head", head), ("rows", rows), ("labelled_by", label), ("scroll", json!(true)), ("plain", json!(true))])
    }

    pub(super) fn html(&self) -> String {
        let style = |column| match self.alignment(column) {
            Alignment::None => "",
            Alignment::Left => " style=\"text-align: left\"",
            Alignment::Center => " style=\"text-align: center\"",
            Alignment::Right => " style=\"text-align: right\"",
        };
        let row = |cells: &[String], element: &str, scope: &str| {
            let cell = |(column, html): (usize, &String)| format!("<{element}{scope}{}>{html}</{element}>", style(column));
            format!("<tr>{}</tr>\n", cells.iter().enumerate().map(cell).collect::<String>())
        };
        let rows: String = self.rows.iter().map(|cells| row(cells, "td", "")).collect();
        let body = if rows.is_empty() { String::new() } else { format!("<tbody>\n{rows}</tbody>\n") };
        format!("<table>\n<thead>\n{}</thead>\n{body}</table>\n", row(&self.head, "th", " scope=\"col\""))
    }
}

/// An image.
#[derive(Clone)]
pub(super) struct Image {
    /// Its URL.
    pub(super) src: String,
    /// Its text.
    pub(super) alt: String,
    /// Its title, which is its caption when it stands alone.
    pub(super) title: String,
    /// Those that the author gave it, as HTML.
    pub(super) attributes: String,
}

impl Image {
    pub(super) fn element(&self) -> Element {
        let caption = if self.title.is_empty() { Json::Null } else { json!(self.title) };
        Element::new("image", [("src", json!(self.src)), ("alt", json!(self.alt)), ("caption", caption)])
    }

    /// In a line, or where the theme draws none.
    pub(super) fn html(&self, size: Option<(u32, u32)>) -> String {
        let image = Tag::Image {
            link_type: LinkType::Inline,
            dest_url: self.src.as_str().into(),
            title: self.title.as_str().into(),
            id: "".into(),
        };
        let mut html = String::new();
        let events = [Event::Start(image), Event::Text(self.alt.as_str().into()), Event::End(TagEnd::Image)];
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        let open = html.strip_suffix(" />").unwrap_or_default();
        let given = &self.attributes;
        match size.filter(|_| !given.contains(" width=") && !given.contains(" height=")) {
            Some((width, height)) => {
                format!("{open} width=\"{width}\" height=\"{height}\" loading=\"lazy\" decoding=\"async\"{given} />")
            }
            None if given.is_empty() => html,
            None => format!("{open}{given} />"),
        }
    }
}

/// `> [!NOTE]`, with what stands in it.
/// `level` is that of a heading that would fit here.
pub(super) fn alert(kind: BlockQuoteKind, body: String, level: u8) -> Element {
    let (name, title) = alert_words(kind);
    Element { body: Some(body), ..Element::new("alert", [("kind", json!(name)), ("title", json!(title)), ("level", json!(level))]) }
}

/// The same where the theme draws none: the markup of GitHub.
pub(super) fn alert_html(kind: BlockQuoteKind, body: &str) -> String {
    let (name, title) = alert_words(kind);
    format!("<div class=\"markdown-alert markdown-alert-{name}\">\n<p class=\"markdown-alert-title\">{title}</p>\n{body}</div>\n")
}

fn alert_words(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    }
}

/// The text of an event.
pub(super) fn plain<'e>(event: &'e Event) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    }
}

/// Links, images and raw HTML stay out of the table of contents.
pub(super) fn in_contents(event: &Event) -> bool {
    !matches!(
        event,
        Event::Start(Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Link | TagEnd::Image)
            | Event::Html(_)
            | Event::InlineHtml(_)
    )
}

/// The attributes of a heading as HTML.
pub(super) fn attributes(classes: &[CowStr], attrs: &[(CowStr, Option<CowStr>)]) -> String {
    let mut out = String::new();
    if !classes.is_empty() {
        let classes: Vec<String> = classes.iter().map(|class| escape(class)).collect();
        out.push_str(&format!(" class=\"{}\"", classes.join(" ")));
    }
    for (name, value) in attrs {
        match value {
            Some(value) => out.push_str(&format!(" {}=\"{}\"", escape(name), escape(value))),
            None => out.push_str(&format!(" {}", escape(name))),
        }
    }
    out
}
