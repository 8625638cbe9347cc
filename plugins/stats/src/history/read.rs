//! CSV -> [`History`], in three formats:
//!
//! - `Organisation,Link,Date,…`, which [`super::write`] writes;
//! - `Organisation,Org Short,Date,…`, where an organisation is `<a href='URL'>NAME</a>` and numbers may be `8.0`;
//! - `Organisation,Date,Open Repositories,Top Language,Top License,URL`.
//!
//! Columns are found by name, in any order. Invariant: what cannot be read is an error at its field; a missing column gives `None`, not 0. Of
//! two rows for the same organisation and day, the later one counts.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, suggest};
use csv::StringRecord;
use jiff::civil::Date;

use super::{History, Organisation, Row};

/// The columns of all formats. `Org Short`, the name at the forge, is in the link too.
const KNOWN: [&str; 11] = [
    "Organisation",
    "Org Short",
    "Link",
    "URL",
    "Date",
    "Open Repositories",
    "Stargazers",
    "Forks",
    "Open Issues",
    "Top License",
    "Top Language",
];

/// Reads the text of `file`.
///
/// # Errors
/// All rows that cannot be read, each with its line and column.
pub(crate) fn read(file: &str, text: &Arc<str>) -> Result<History, Vec<Diagnostic>> {
    let source = Source { file, text };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(header) => Columns::find(header, &source)?,
        Err(error) => return Err(vec![source.error(0..0, format!("this is not CSV: {error}"))]),
    };
    let mut errors = Vec::new();
    let mut organisations: BTreeMap<String, (Option<String>, BTreeMap<Date, Row>)> = BTreeMap::new();
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let at = error.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or_default());
                errors.push(source.error(at..at, format!("this is not CSV: {error}")));
                break;
            }
        }
        let fields = Fields { source: &source, columns: &columns, record: &record };
        match fields.row() {
            Ok((name, link, row)) => {
                let (known_link, rows) = organisations.entry(name).or_default();
                *known_link = link.or(known_link.take());
                rows.insert(row.date, row);
            }
            Err(error) => errors.push(*error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let organisation =
        |(name, (link, rows)): (String, (_, BTreeMap<_, _>))| Organisation { name, link, rows: rows.into_values().collect() };
    Ok(History { organisations: organisations.into_iter().map(organisation).collect() })
}

/// The file, for messages.
struct Source<'a> {
    file: &'a str,
    text: &'a Arc<str>,
}

impl Source<'_> {
    fn error(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        crate::codes::BAD_DATA.report(message).at(Place::new(self.file, self.text, span))
    }

    /// The bytes of field `nth` of the record that begins at `start`; commas inside quotes do not end it.
    fn field(&self, start: usize, nth: usize) -> Range<usize> {
        let rest = self.text.get(start..).unwrap_or_default();
        // The reader's position may be the line end before the record.
        let start = start + (rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        let (mut from, mut count, mut quoted) = (start, 0, false);
        for (at, c) in self.text.get(start..).unwrap_or_default().char_indices() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted && count == nth => return from..start + at,
                ',' if !quoted => (from, count) = (start + at + 1, count + 1),
                '\r' | '\n' if !quoted => return from..start + at,
                _ => {}
            }
        }
        from..self.text.len()
    }
}

/// Where each column is.
struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    fn find(header: &StringRecord, source: &Source) -> Result<Self, Vec<Diagnostic>> {
        let mut found = BTreeMap::new();
        let mut errors = Vec::new();
        for (at, name) in header.iter().enumerate() {
            match KNOWN.iter().find(|known| **known == name.trim()) {
                Some(known) => drop(found.insert(*known, at)),
                // The number of the row, which older scripts wrote.
                None if name.trim().is_empty() && at == 0 => {}
                None => {
                    let near = suggest(name, KNOWN).map_or(String::new(), |near| format!("did you mean `{near}`?"));
                    let error = source.error(source.field(0, at), format!("there is no column `{name}`"));
                    errors.push(error.label(near).help(format!("the columns are: {}", KNOWN.join(", "))));
                }
            }
        }
        for needed in ["Organisation", "Date", "Open Repositories"].iter().filter(|needed| !found.contains_key(**needed)) {
            let error = source.error(0..0, format!("there is no column `{needed}`"));
            errors.push(error.help("the first line must name the columns, as in the files that `avocet stats collect` writes"));
        }
        if errors.is_empty() { Ok(Self(found)) } else { Err(errors) }
    }
}

/// The fields of a record, by column.
struct Fields<'a> {
    source: &'a Source<'a>,
    columns: &'a Columns,
    record: &'a StringRecord,
}

type RowError = Box<Diagnostic>;

impl Fields<'_> {
    fn row(&self) -> Result<(String, Option<String>, Row), RowError> {
        let written = self.text("Organisation")?.unwrap_or_default();
        let (name, anchor) = anchor(written);
        if name.is_empty() {
            return Err(self.error("Organisation", "the organisation has no name".into(), "expected a name"));
        }
        let link = anchor.or(self.text("Link")?).or(self.text("URL")?);
        let row = Row {
            date: self.date()?,
            repositories: self
                .number("Open Repositories")?
                .ok_or_else(|| self.error("Open Repositories", "the number is missing".into(), "expected a whole number"))?,
            stargazers: self.number("Stargazers")?,
            forks: self.number("Forks")?,
            issues: self.number("Open Issues")?,
            licence: self.text("Top License")?.map(str::to_owned),
            language: self.text("Top Language")?.map(str::to_owned),
        };
        Ok((name.to_owned(), link.map(str::to_owned), row))
    }

    /// The text of a field; `None` if it is empty, which pandas may write in several ways.
    fn text(&self, column: &str) -> Result<Option<&str>, RowError> {
        let Some(at) = self.columns.0.get(column) else { return Ok(None) };
        match self.record.get(*at).map(str::trim) {
            Some("" | "nan" | "NaN" | "None") => Ok(None),
            Some(text) => Ok(Some(text)),
            None => Err(self.error(
                column,
                format!("the row ends before the column `{column}`"),
                "expected as many fields as the first line has",
            )),
        }
    }

    /// A whole number, which may be written as `8.0`.
    fn number(&self, column: &str) -> Result<Option<u64>, RowError> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        let whole = text.split_once('.').map_or(text, |(whole, zeros)| if zeros.trim_matches('0').is_empty() { whole } else { text });
        whole
            .parse()
            .map(Some)
            .map_err(|_| self.error(column, format!("`{text}` is not a number of {column}"), "expected a whole number, such as 8"))
    }

    /// An ISO 8601 date; a time after it is ignored.
    fn date(&self) -> Result<Date, RowError> {
        let text = self.text("Date")?.unwrap_or_default();
        let day = text.get(..10).filter(|_| text[10..].is_empty() || text[10..].starts_with(['T', ' '])).unwrap_or(text);
        day.parse().map_err(|_| self.error("Date", format!("`{text}` is not a date"), "expected a date such as 2022-06-26"))
    }

    fn error(&self, column: &str, message: String, expected: &str) -> RowError {
        let start = self.record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or_default());
        let nth = self.columns.0.get(column).copied().unwrap_or_default();
        Box::new(self.source.error(self.source.field(start, nth), message).label(expected).help("correct the row, or remove it"))
    }
}

/// The name and the URL in `<a href='URL'>NAME</a>`; any other text is a name.
fn anchor(written: &str) -> (&str, Option<&str>) {
    let parts = || {
        let (tag, name) = written.strip_prefix("<a ")?.strip_suffix("</a>")?.split_once('>')?;
        let (_, value) = tag.split_once("href=")?;
        Some((name.trim(), value.trim().trim_matches(['\'', '"'])))
    };
    parts().map_or((written, None), |(name, link)| (name, Some(link).filter(|link| !link.is_empty())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(text: &str) -> History {
        read("data.csv", &Arc::from(text)).unwrap()
    }

    /// Line, column and message of each error.
    fn errors(text: &str) -> Vec<(usize, usize, String)> {
        let errors = read("data.csv", &Arc::from(text)).unwrap_err();
        errors.into_iter().map(|error| (error.place.as_ref().unwrap().line, error.place.unwrap().column, error.message)).collect()
    }

    #[test]
    fn the_three_formats_are_read_alike() {
        let new = "Organisation,Link,Date,Open Repositories,Stargazers,Forks,Open Issues,Top License,Top Language\n\
                   Vale,https://x.org/vale,2022-06-26,8,3,0,1,MIT License,Python\n";
        let short = "Organisation,Org Short,Date,Open Repositories,Stargazers,Forks,Open Issues,Top License,Top Language\r\n\
                     <a href='https://x.org/vale'>Vale</a>,vale,2022-06-26,8.0,3.0,0.0,1.0,MIT License,Python\r\n";
        assert_eq!(history(new), history(short));
        let long = history(
            "Organisation,Date,Open Repositories,Top Language,Top License,URL\nVale,2022-06-26 00:00:00,8,Python,MIT License,https://x.org/vale\n",
        );
        let (row, all) = (&long.organisations[0].rows[0], &history(new).organisations[0].rows[0]);
        assert_eq!((row.stargazers, row.forks, row.issues), (None, None, None));
        assert_eq!((row.repositories, &row.licence, &row.language), (all.repositories, &all.licence, &all.language));
        assert_eq!(long.organisations[0].link.as_deref(), Some("https://x.org/vale"));
    }

    #[test]
    fn a_row_that_cannot_be_read_is_told_with_line_and_column() {
        let head = "Organisation,Link,Date,Open Repositories\n";
        assert_eq!(
            errors(&format!("{head}\"A, B\",,26/06/2022,8\nVale,,2022-06-26,8.5\n")),
            [(2, 9, "`26/06/2022` is not a date".into()), (3, 18, "`8.5` is not a number of Open Repositories".into())]
        );
        assert_eq!(errors(&format!("{head}Vale,,2022-06-26\n"))[0].2, "the row ends before the column `Open Repositories`");
        assert_eq!(errors("Organisation,Day\n")[0], (1, 14, "there is no column `Day`".into()));
        assert_eq!(errors(&format!("{head},,2022-06-26,-1\n"))[0].2, "the organisation has no name");
    }

    #[test]
    fn rows_are_sorted_by_date_and_the_later_of_one_day_counts() {
        let read = history("Organisation,Date,Open Repositories\nB,2022-01-02,2\nA,2022-01-01,1\nB,2022-01-01,1\nB,2022-01-02,3\n");
        let figures: Vec<_> = read
            .organisations
            .iter()
            .map(|one| (one.name.as_str(), one.rows.iter().map(|row| row.repositories).collect::<Vec<_>>()))
            .collect();
        assert_eq!(figures, [("A", vec![1]), ("B", vec![1, 3])]);
    }
}
