//! [`History`] -> CSV, in the form that is published.

use super::History;

/// The columns, as they were always called.
pub(super) const COLUMNS: [&str; 9] =
    ["Organisation", "Link", "Date", "Open Repositories", "Stargazers", "Forks", "Open Issues", "Top License", "Top Language"];

/// The file: by organisation, then by date; lines end with a line feed.
///
/// # Errors
/// None that memory does not give.
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
