//! [`History`] -> `static/stats.json`: the data for others. Its schema is in the plugin's README.

use serde_json::{Value, json};

use crate::history::{History, Measure, Organisation, Row};

/// Its output path.
pub(crate) const OUTPUT: &str = "static/stats.json";

/// The version of the schema: it grows when a field goes or means something else.
const SCHEMA: u32 = 1;

/// The file: organisations in the order of the table, each with its latest figures and its history, a list for each figure.
pub(crate) fn json(history: &History, download: &str) -> Vec<u8> {
    let organisations: Vec<Value> = history.ranked(None).into_iter().map(|(one, row)| organisation(one, row)).collect();
    let document = json!({
        "schema": SCHEMA,
        "latest": history.latest().map(|day| day.to_string()),
        "csv": download,
        "organisations": organisations,
    });
    format!("{document}\n").into_bytes()
}

fn organisation(one: &Organisation, last: &Row) -> Value {
    let column = |measure: Measure| one.rows.iter().map(|row| measure.of(row)).collect::<Vec<_>>();
    let mut history = json!({ "dates": one.rows.iter().map(|row| row.date.to_string()).collect::<Vec<_>>() });
    let mut document = json!({ "name": one.name, "link": one.link, "date": last.date.to_string() });
    for measure in Measure::ALL {
        document[measure.name()] = json!(measure.of(last));
        history[measure.name()] = json!(column(measure));
    }
    document["licence"] = json!(last.licence);
    document["language"] = json!(last.language);
    document["history"] = history;
    document
}
