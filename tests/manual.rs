//! The manual's page of all keys and tags is made of the code: `SNAPSHOTS=overwrite cargo test --test manual` writes
//! `content/pages/all-keys.md`, to be looked at in the difference. What is in it has to be explained in the page of its topic too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use avocet::config::{Config, Overrides};
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

/// The fields of a struct, in order, as `site.toml` names them, with the first sentence of what is said of them.
fn fields(source: &str, name: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(source)).unwrap();
    let begin = format!("pub struct {name} {{\n");
    let start = text.find(&begin).unwrap_or_else(|| panic!("{source} has no `{name}`")) + begin.len();
    let (mut fields, mut doc, mut renamed) = (Vec::new(), String::new(), None);
    for line in text[start..].lines().map(str::trim).take_while(|line| *line != "}") {
        if let Some(words) = line.strip_prefix("/// ") {
            doc = format!("{doc} {words}").trim().to_owned();
        } else if let Some(name) = line.strip_prefix("#[serde(rename = \"") {
            renamed = name.split('"').next().map(str::to_owned);
        } else if let Some((key, _)) = line.strip_prefix("pub ").and_then(|line| line.split_once(':')) {
            fields.push((renamed.take().unwrap_or_else(|| key.to_owned()), std::mem::take(&mut doc).trim_end_matches('.').to_owned()));
        }
    }
    fields
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

fn default(config: &Config, table: &str, key: &str) -> Value {
    let (site, content, articles, markdown, check) = (&config.site, &config.content, &config.articles, &config.markdown, &config.check);
    match (table, key) {
        ("site", "title" | "url" | "author") => Value::Null,
        ("site", "description") => json!(site.description),
        ("site", "language") => json!(site.language),
        ("site", "timezone") => json!(site.timezone.iana_name()),
        ("site", "theme") => json!(site.theme),
        ("site", "output") => json!(site.output),
        ("site", "plugins") => json!(site.plugins),
        ("content", "path") => json!(content.path),
        ("content", "articles") => json!(content.articles),
        ("content", "pages") => json!(content.pages),
        ("content", "static") => json!(content.static_folders),
        ("content", "ignore") => json!(content.ignore),
        ("articles", "page_size") => json!(articles.page_size),
        ("articles", "category") => json!(articles.category),
        ("articles", "slug") => json!(articles.slug),
        ("articles", "future") => json!(articles.future),
        ("markdown", "smart") => json!(markdown.smart),
        ("markdown", "highlight") => json!(markdown.highlight),
        ("markdown", "summary_words") => json!(markdown.summary_words),
        ("check", "severity") => json!({}),
        ("check", "max_file_kb") => json!(check.max_file_kb),
        ("check", "external_allow") => json!(check.external.allow),
        ("check", "external_ignore") => json!(check.external.ignore),
        ("check", "external_timeout") => json!(check.external.timeout),
        ("check", "external_retries") => json!(check.external.retries),
        ("check", "external_pause") => json!(check.external.pause),
        ("check", "external_days") => json!(check.external.days),
        _ => panic!("[{table}] {key} is new: say here where its default is"),
    }
}

/// A table of `site.toml`: its keys, in the order of the code, each with its default and its meaning.
fn rows(config: &Config, table: &str, of: &[(&str, &str)]) -> Vec<[String; 3]> {
    let all = of.iter().flat_map(|(name, prefix)| {
        let source = format!("src/config/{}.rs", if table == "check" { "check" } else { "settings" });
        fields(&source, name).into_iter().map(move |(key, meaning)| (format!("{prefix}{key}"), meaning))
    });
    let kept = all.filter(|(key, _)| key != "external");
    kept.map(|(key, meaning)| [key.clone(), toml(&default(config, table, &key)), meaning]).collect()
}

/// The whole page.
fn all_keys(project: &Project) -> String {
    let config = &project.config;
    let mut out = HEAD.to_owned();
    for (table, of) in [
        ("site", &[("SiteSettings", "")][..]),
        ("content", &[("ContentSettings", "")]),
        ("articles", &[("ArticleSettings", "")]),
        ("markdown", &[("MarkdownSettings", "")]),
        ("check", &[("CheckSettings", ""), ("ExternalSettings", "external_")]),
    ] {
        write!(out, "\n## Settings: `[{table}]` {{#{table}}}\n\n| Key | Default | What it is |\n| --- | --- | --- |\n").unwrap();
        for [key, default, meaning] in rows(config, table, of) {
            writeln!(out, "| `{key}` | {} | {meaning} |", if default.is_empty() { "none" } else { &default }).unwrap();
        }
    }
    out.push_str("\n## Settings: `[urls]` {#urls}\n\n| Key | Default |\n| --- | --- |\n");
    for (key, pattern) in json!(config.urls).as_object().unwrap().iter().filter(|(key, _)| *key != "clean") {
        writeln!(out, "| `{key}` | `{}` |", pattern.as_str().unwrap()).unwrap();
    }
    out.push_str("\n## Settings: `[theme]` of the theme `nhs` {#theme}\n\n| Key | Default | What it is |\n| --- | --- | --- |\n");
    let theme: toml::Table = fs::read_to_string(root().join("themes/nhs/theme.toml")).unwrap().parse().unwrap();
    for (key, setting) in theme["settings"].as_table().unwrap() {
        let default = setting.get("default").map(ToString::to_string).unwrap_or_default();
        writeln!(out, "| `{key}` | `{default}` | {} |", setting["help"].as_str().unwrap().replace("{%", "\\{%")).unwrap();
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

#[test]
fn the_page_of_all_keys_is_what_the_program_knows() {
    let (_folder, project) = project();
    let made = all_keys(&project);
    golden(&root().join("content/pages/all-keys.md"), made.as_bytes()).unwrap_or_else(|difference| panic!("{difference}"));
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
    for (table, name) in
        [("site", "SiteSettings"), ("content", "ContentSettings"), ("articles", "ArticleSettings"), ("markdown", "MarkdownSettings")]
    {
        for [key, ..] in rows(&project.config, table, &[(name, "")]) {
            look("settings.md", &key);
        }
    }
    for [key, ..] in rows(&project.config, "check", &[("CheckSettings", ""), ("ExternalSettings", "external_")]) {
        look("checking.md", &key);
    }
    KEYS.iter().for_each(|key| look("front-matter.md", key));
    theme_tags(&project).iter().for_each(|tag| look("components.md", tag));
    plugin_tags().iter().flat_map(|(_, tags)| tags).for_each(|tag| look("plugins.md", tag));
    assert!(missing.is_empty(), "not explained:\n{}", missing.join("\n"));
}
