//! [`History`] -> the table of the organisations, in the markup of the components `table` and `scroll` of the theme `nhs`: the tests of
//! the engine compare them.
//!
//! It is sorted without any script. With the script of the theme's table, readers can sort it by any column.

use avocet_plugin::html::escape;

use std::fmt::Write;

use crate::history::{History, Measure, Organisation, Row};
use crate::text::number;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// A number.
    Figure(Measure),
    /// The licence that most repositories have.
    Licence,
    /// The language that most repositories are written in.
    Language,
}

impl Column {
    /// All, in the order in which they are shown.
    pub(crate) const ALL: [Self; 6] = [
        Self::Figure(Measure::Repositories),
        Self::Figure(Measure::Stargazers),
        Self::Figure(Measure::Forks),
        Self::Figure(Measure::Issues),
        Self::Licence,
        Self::Language,
    ];

    /// Its name as an option.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Figure(measure) => measure.name(),
            Self::Licence => "licence",
            Self::Language => "language",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Figure(measure) => measure.title(),
            Self::Licence => "Top licence",
            Self::Language => "Top language",
        }
    }

    /// As text, and as a number if it is one.
    fn value(self, row: &Row) -> Option<(String, Option<u64>)> {
        match self {
            Self::Figure(measure) => measure.of(row).map(|figure| (number(figure), Some(figure))),
            Self::Licence => row.licence.clone().map(|text| (text, None)),
            Self::Language => row.language.clone().map(|text| (text, None)),
        }
    }
}

/// What the table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// Columns after that of the organisation; `None` is all that have a value.
    pub(crate) columns: Option<Vec<Column>>,
    /// The column by which it is sorted, figures in descending order; `None` sorts by name.
    pub(crate) sort: Option<Column>,
    /// The maximum number of rows.
    pub(crate) limit: usize,
    /// Its caption.
    pub(crate) caption: Option<String>,
    /// The `id` of the caption, unique in the page.
    pub(crate) id: String,
}

impl Table {
    /// The HTML.
    pub(crate) fn html(&self, history: &History) -> String {
        let mut selected = history.ranked(None);
        self.order(&mut selected);
        let all = Column::ALL.into_iter().filter(|column| selected.iter().any(|(_, row)| column.value(row).is_some())).collect();
        let columns: Vec<Column> = self.columns.clone().unwrap_or(all);
        selected.truncate(self.limit);
        let mut out = String::with_capacity(400 + selected.len() * (300 + columns.len() * 80));
        self.head(&mut out, &columns);
        for (organisation, row) in selected {
            body_row(&mut out, organisation, row, &columns);
        }
        out.push_str("</tbody>\n</table>\n</div>\n</div>\n");
        out
    }

    /// The rows are ranked already, and a stable sort keeps equals in that order.
    fn order(&self, selected: &mut [(&Organisation, &Row)]) {
        match self.sort {
            None => selected.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name)),
            Some(Column::Figure(measure)) => selected.sort_by_key(|(_, row)| std::cmp::Reverse(measure.of(row))),
            Some(column) => selected.sort_by_key(|(_, row)| column.value(row).map_or((true, String::new()), |(text, _)| (false, text))),
        }
    }

    fn head(&self, out: &mut String, columns: &[Column]) {
        let caption = escape(self.caption.as_deref().unwrap_or("Open source statistics by organisation"));
        // A String takes all that is written to it, here and below.
        let _ = write!(
            out,
            "<div class=\"nhsuk-scroll\" data-module=\"nhsuk-scroll\">\n\
             <div class=\"nhsuk-scroll__content\" role=\"region\" aria-labelledby=\"{id}\">\n\
             <table class=\"nhsuk-table nhsuk-table--compact nhsuk-table--sortable\" data-module=\"nhsuk-table\">\n\
             <caption class=\"nhsuk-table__caption\" id=\"{id}\">{caption}\
             <span class=\"nhsuk-u-visually-hidden\"> (Column headers are sortable)</span></caption>\n\
             <thead class=\"nhsuk-table__head\">\n<tr class=\"nhsuk-table__row\">\n",
            id = self.id
        );
        let sorted = |here: bool, direction: &str| if here { format!(" aria-sort=\"{direction}\"") } else { String::new() };
        let by_name = sorted(self.sort.is_none(), "ascending");
        let _ = writeln!(out, "<th class=\"nhsuk-table__header\" scope=\"col\" data-sort{by_name}>Organisation</th>");
        for column in columns {
            let here = self.sort == Some(*column);
            let (class, attributes) = match column {
                Column::Figure(_) => {
                    (" nhsuk-table__header--numeric", " data-sort-next=\"descending\"".to_owned() + &sorted(here, "descending"))
                }
                _ => ("", sorted(here, "ascending")),
            };
            let _ = writeln!(out, "<th class=\"nhsuk-table__header{class}\" scope=\"col\" data-sort{attributes}>{}</th>", column.title());
        }
        out.push_str("</tr>\n</thead>\n<tbody class=\"nhsuk-table__body\">\n");
    }
}

fn body_row(out: &mut String, organisation: &Organisation, row: &Row, columns: &[Column]) {
    let name = escape(&organisation.name);
    let name = match organisation.link.as_deref().filter(|link| link.starts_with("https://") || link.starts_with("http://")) {
        Some(link) => format!("<a class=\"nhsuk-link\" href=\"{}\">{name}</a>", escape(link)),
        None => name,
    };
    let _ = writeln!(out, "<tr class=\"nhsuk-table__row\">\n<th class=\"nhsuk-table__header\" scope=\"row\">{name}</th>");
    for column in columns {
        let _ = match column.value(row) {
            Some((text, Some(figure))) => {
                writeln!(out, "<td class=\"nhsuk-table__cell nhsuk-table__cell--numeric\" data-sort-value=\"{figure}\">{text}</td>")
            }
            Some((text, None)) => writeln!(out, "<td class=\"nhsuk-table__cell\">{}</td>", escape(&text)),
            None if matches!(column, Column::Figure(_)) => {
                writeln!(out, "<td class=\"nhsuk-table__cell nhsuk-u-text-align-right nhsuk-u-secondary-text-colour\">No data</td>")
            }
            None => writeln!(out, "<td class=\"nhsuk-table__cell nhsuk-u-secondary-text-colour\">No data</td>"),
        };
    }
    out.push_str("</tr>\n");
}
