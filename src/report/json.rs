//! A problem as one line of JSON.

use avocet_plugin::{Diagnostic, Place, Related};
use serde_json::{Value, json};

/// An object with `severity`, `code`, `message`, `file`, `line`, `column` (from 1; `null` when unknown), `label`, `help`, `related`.
pub(super) fn line(diagnostic: &Diagnostic) -> Value {
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .map(|Related { place, message, .. }| {
            json!({ "message": message, "file": place.file, "line": number(place.line), "column": number(place.column) })
        })
        .collect();
    let place = diagnostic.place.as_ref();
    let part = |part: fn(&Place) -> usize| place.map_or(Value::Null, |place| number(part(place)));
    json!({
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "file": place.map(|place| &place.file),
        "line": part(|place| place.line),
        "column": part(|place| place.column),
        "label": diagnostic.label,
        "help": diagnostic.help,
        "related": related,
    })
}

fn number(number: usize) -> Value {
    if number == 0 { Value::Null } else { Value::from(number) }
}

#[cfg(test)]
mod tests {
    use avocet_plugin::Code;

    use super::*;

    #[test]
    fn unknown_places_are_null() {
        let line = line(&Code::error("x", "", "").report("y").at(Place::file("f")));
        assert_eq!((line["file"].as_str(), line["line"].is_null(), line["severity"].as_str()), (Some("f"), true, Some("error")));
    }
}
