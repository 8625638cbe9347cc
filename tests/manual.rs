//! The schema of `site.toml` and the manual's page of all keys and tags are made from the code: `SNAPSHOTS=overwrite cargo test --test manual`
//! writes `site.schema.json` and `content/pages/all-keys.md`, to be looked at in the difference. The page of a topic has to explain each of
//! its keys too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use avocet::config::Overrides;
use avocet::plugin::Registry;
use avocet::project::Project;
use avocet::stages::read::KEYS;
use common::golden;
use serde_json::{Value, json};

const HEAD: &str = "---
title: All keys and tags
slug: all-keys
summary: Every setting with its default, every key of the front matter and every tag with its options, in one place.
template: wide
---

This page is made from the program itself, so it is complete. The pages of the [reference](reference.md) explain each subject.
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("content/pages").join(name)).unwrap()
}

/// A site that says only what it must.
fn project() -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("site.toml"), "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\n").unwrap();
    let project = Project::open(folder.path(), &Overrides::default(), &Registry::standard()).ok().unwrap();
    (folder, project)
}

/// The schema of `site.toml`, with the settings of the theme that is built in.
fn schema() -> Value {
    let mut schema = avocet::config::schema();
    let theme: toml::Table = fs::read_to_string(root().join("themes/nhs/theme.toml")).unwrap().parse().unwrap();
    let mut settings = serde_json::Map::new();
    for (name, setting) in theme["settings"].as_table().unwrap() {
        let word = |key: &str| setting.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let kind = match word("type") {
            "bool" => "boolean",
            "list" => "array",
            other => other,
        };
        let mut entry = json!({ "description": word("help"), "type": kind, "default": setting["default"] });
        if let Some(words) = setting.get("one_of") {
            entry["enum"] = json!(words);
        }
        settings.insert(name.clone(), entry);
    }
    schema["properties"]["theme"]["properties"] = settings.into();
    schema
}

/// A table of the schema: its keys, in the order of the code, each with its description and default.
fn keys(schema: &Value, table: &str) -> Vec<(String, String, Value)> {
    let table = &schema["properties"][table];
    let table = table["$ref"].as_str().and_then(|path| schema.pointer(path.strip_prefix('#')?)).unwrap_or(table);
    let key = |(name, setting): (&String, &Value)| {
        let meaning = setting["description"].as_str().unwrap_or_else(|| panic!("`{name}` has no description"));
        (name.clone(), meaning.trim_end_matches('.').replace("{%", "\\{%"), setting["default"].clone())
    };
    table["properties"].as_object().unwrap().iter().map(key).collect()
}

/// A value as TOML writes it.
fn toml(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Object(map) if map.is_empty() => "`{}`".to_owned(),
        Value::Array(list) => format!("`[{}]`", list.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")),
        other => format!("`{other}`"),
    }
}

/// The whole page.
fn all_keys(project: &Project) -> String {
    let schema = schema();
    let patterns = json!(project.config.urls);
    let mut out = HEAD.to_owned();
    for table in ["site", "content", "urls", "articles", "markdown", "limits", "output", "check", "theme"] {
        let of = if table == "theme" { " of the theme `nhs`" } else { "" };
        write!(out, "\n## Settings: `[{table}]`{of} {{#{table}}}\n\n| Key | Default | Meaning |\n| --- | --- | --- |\n").unwrap();
        for (key, meaning, default) in keys(&schema, table) {
            let default = match (table, key.as_str()) {
                ("urls", "defaults") => json!("avocet"),
                ("urls", "links") => json!("html"),
                ("urls", _) => patterns[&key].clone(),
                _ => default,
            };
            let default = toml(&default);
            writeln!(out, "| `{key}` | {} | {meaning} |", if default.is_empty() { "none" } else { &default }).unwrap();
        }
    }
    out.push_str("\n## Front matter {#front-matter}\n\n");
    let keys: Vec<String> = KEYS.iter().map(|key| format!("`{key}`")).collect();
    writeln!(out, "{}. Each is explained in [Front matter](front-matter.md).", keys.join(", ")).unwrap();
    out.push_str(
        "\n## Tags of the theme `nhs` {#tags}\n\nAn option without a value has to be given; `null` is none.\n\n| Tag | Options |\n| --- | --- |\n",
    );
    for tag in theme_tags(project) {
        let component = project.theme.templates.component(&tag).unwrap();
        let shown = component.args().iter().filter(|option| !option.is_implicit() && option.name() != "body");
        let options: Vec<String> = shown
            .map(|option| match option.default() {
                Some(default) => format!("`{}={}`", option.name().replace('_', "-"), serde_json::to_string(default).unwrap()),
                None => format!("`{}`", option.name().replace('_', "-")),
            })
            .collect();
        writeln!(out, "| `{tag}` | {} |", if options.is_empty() { "none".to_owned() } else { options.join(", ") }).unwrap();
    }
    out.push_str("\n## Tags of plugins {#plugin-tags}\n\n| Plugin | Tags |\n| --- | --- |\n");
    for (plugin, tags) in plugin_tags() {
        let tags: Vec<String> = tags.iter().map(|tag| format!("`{tag}`")).collect();
        writeln!(out, "| `{plugin}` | {} |", tags.join(", ")).unwrap();
    }
    out
}

fn theme_tags(project: &Project) -> Vec<String> {
    let mut tags = project.theme.templates.tag_names();
    tags.sort();
    tags
}

fn plugin_tags() -> Vec<(String, Vec<String>)> {
    let tags = |plugin: avocet_plugin::Plugin| (plugin.name, plugin.tags.iter().map(|tag| tag.name().to_owned()).collect::<Vec<_>>());
    Registry::standard().unset().into_iter().map(tags).filter(|(_, tags)| !tags.is_empty()).collect()
}

/// Compares a file that is made from the code with what the code gives, or writes it.
fn compare(file: &str, made: &str) {
    golden(&root().join(file), made.as_bytes()).unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn the_schema_is_that_of_the_settings() {
    compare("site.schema.json", &(serde_json::to_string_pretty(&schema()).unwrap() + "\n"));
}

#[test]
fn the_settings_of_the_repository_and_of_a_new_site_fit_the_schema() {
    let schema = schema();
    for file in ["site.toml", "scaffold/site.toml"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.starts_with("#:schema site.schema.json\n"), "{file} does not name its schema");
        let settings: toml::Table = text.parse().unwrap();
        for (table, values) in &settings {
            let known = &schema["properties"][table];
            assert!(known.is_object(), "{file}: [{table}]");
            if let Some(values) = values.as_table().filter(|_| !["plugins", "profile"].contains(&table.as_str())) {
                let known: Vec<String> = keys(&schema, table).into_iter().map(|(key, ..)| key).collect();
                assert!(values.keys().all(|key| known.contains(key)), "{file}: [{table}]");
            }
        }
    }
}

#[test]
fn the_page_of_all_keys_is_what_the_program_knows() {
    let (_folder, project) = project();
    let made = all_keys(&project);
    compare("content/pages/all-keys.md", &made);
}

#[test]
fn every_key_and_tag_is_explained_in_the_page_of_its_topic() {
    let (_folder, project) = project();
    let mut missing = Vec::new();
    let mut look = |file: &str, word: &str| {
        let text = page(file);
        let stands = [format!("`{word}`"), format!("\n{word} = "), format!("{{% {word}"), format!("{{% include {word} %}}")];
        if !stands.iter().any(|form| text.contains(form)) {
            missing.push(format!("{file}: `{word}`"));
        }
    };
    for table in ["site", "content", "urls", "articles", "markdown", "limits", "output", "check"] {
        for (key, ..) in keys(&schema(), table) {
            look(if table == "check" { "checking.md" } else { "settings.md" }, &key);
        }
    }
    KEYS.iter().for_each(|key| look("front-matter.md", key));
    theme_tags(&project).iter().for_each(|tag| look("components.md", tag));
    plugin_tags().iter().flat_map(|(_, tags)| tags).for_each(|tag| look("plugins.md", tag));
    assert!(missing.is_empty(), "not explained:\n{}", missing.join("\n"));
}
