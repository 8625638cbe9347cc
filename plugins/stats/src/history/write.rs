//! [`History`] -> CSV, in the current format.

use super::History;

/// What makes a spreadsheet treat a cell as a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The text of a CSV for people who open it in a spreadsheet: cells that it would run as a formula begin with `'`, which makes them text.
///
/// # Errors
/// What is not CSV.
pub(crate) fn without_formulas(text: &str) -> Result<Vec<u8>, csv::Error> {
    let records = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes()).into_records();
    let records = records.collect::<Result<Vec<_>, _>>()?;
    if !records.iter().flatten().any(|cell| cell.starts_with(FORMULA)) {
        return Ok(text.as_bytes().to_vec());
    }
    let mut out = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    for record in &records {
        out.write_record(record.iter().map(|cell| if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }))?;
    }
    out.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The columns, with the names that they have always had.
pub(super) const COLUMNS: [&str; 9] =
    ["Organisation", "Link", "Date", "Open Repositories", "Stargazers", "Forks", "Open Issues", "Top License", "Top Language"];

/// The file: by organisation, then by date; lines end with a line feed.
///
/// # Errors
/// Running out of memory.
pub(crate) fn write(history: &History) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    for organisation in &history.organisations {
        for row in &organisation.rows {
            out.write_record([
                organisation.name.as_str(),
                organisation.link.as_deref().unwrap_or_default(),
                &row.date.to_string(),
                &row.repositories.to_string(),
                &number(row.stargazers),
                &number(row.forks),
                &number(row.issues),
                row.licence.as_deref().unwrap_or_default(),
                row.language.as_deref().unwrap_or_default(),
            ])?;
        }
    }
    out.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
