//! The types of the settings -> the JSON schema of `site.toml`, for editors and for the manual.

use schemars::schema_for;
use serde_json::{Map, Value, json};

use super::settings::Settings;

/// The schema. What themes and plugins declare is theirs: their tables accept every key.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schema_for!(Settings).to_value();
    // The keys of a table have their defaults; those of the table as a whole only repeat them.
    for table in schema["properties"].as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        table.remove("default");
    }
    // A profile may set what the file itself sets, and need not set any of it.
    let tables: Map<String, Value> = schema["properties"].as_object().into_iter().flatten().map(optional).collect();
    schema["properties"]["profile"] = json!({
        "description": "Tables of settings that `--profile NAME` lays over the others.",
        "type": "object",
        "additionalProperties": { "type": "object", "properties": tables, "additionalProperties": false }
    });
    if let Some(mut site) = schema["$defs"].get("SiteTable").cloned() {
        if let Some(table) = site.as_object_mut() {
            table.remove("required");
        }
        schema["$defs"]["SiteOfProfile"] = site;
    }
    schema
}

/// A table in a profile: of `[site]`, nothing is required there.
fn optional((name, table): (&String, &Value)) -> (String, Value) {
    let mut table = table.clone();
    if name == "site" {
        table["$ref"] = json!("#/$defs/SiteOfProfile");
    }
    (name.clone(), table)
}
