//! Keys with their values -> the text of `site.toml`, each with the setting that it comes from as a comment.

use std::fmt::Write;

use toml::Value;

/// A key of a table.
struct Line {
    key: String,
    value: Value,
    comment: String,
}

/// A table, in the order of the file.
struct Table {
    name: &'static str,
    lines: Vec<Line>,
}

/// The tables of a `site.toml`.
#[derive(Default)]
pub(super) struct SiteToml {
    tables: Vec<Table>,
}

/// The tables, in the order in which they are written.
const ORDER: [&str; 13] = [
    "site",
    "content",
    "content.metadata",
    "urls",
    "articles",
    "markdown",
    "menu",
    "theme",
    "plugins.feeds",
    "plugins.feeds.all",
    "plugins.feeds.category",
    "plugins.feeds.author",
    "plugins.feeds.tag",
];

impl SiteToml {
    /// Sets a key. The comment says where the value comes from.
    pub(super) fn set(&mut self, table: &'static str, key: impl Into<String>, value: impl Into<Value>, comment: &str) {
        let (key, value, comment) = (key.into(), value.into(), comment.to_owned());
        let lines = match self.tables.iter_mut().find(|known| known.name == table) {
            Some(table) => &mut table.lines,
            None => {
                self.tables.push(Table { name: table, lines: Vec::new() });
                let Some(table) = self.tables.last_mut() else { return };
                &mut table.lines
            }
        };
        lines.retain(|line| line.key != key);
        lines.push(Line { key, value, comment });
    }

    /// The text of the file, with `head` above it.
    pub(super) fn write(mut self, head: &str) -> String {
        let mut out = head.to_owned();
        self.tables.sort_by_key(|table| ORDER.iter().position(|name| *name == table.name).unwrap_or(ORDER.len()));
        for table in self.tables {
            // An entry of the menu is a table of its own.
            if table.name != "menu" {
                let _ = writeln!(out, "\n[{}]", table.name);
            }
            for Line { key, value, comment } in table.lines {
                if table.name == "menu" {
                    let _ = write!(out, "\n[[menu]]{}\ntitle = {}\nurl = {value}\n", after(&comment, 8), Value::from(key));
                    continue;
                }
                let line = format!("{} = {value}", quoted(&key));
                let _ = writeln!(out, "{line}{}", after(&comment, line.chars().count()));
            }
        }
        out
    }
}

/// A comment behind a line of this length.
fn after(comment: &str, length: usize) -> String {
    let room = 44_usize.saturating_sub(length).max(2);
    if comment.is_empty() { String::new() } else { format!("{:room$}# {comment}", "") }
}

/// A key, in quotes if it needs them.
fn quoted(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_bare { key.to_owned() } else { Value::from(key).to_string() }
}
