//! The files of a new site: answers in, files by path out.
//!
//! Invariant: every file of `scaffold/` is embedded (a test compares the folder), and the folder itself is a site that builds. This module
//! does not use the disk.

use toml::Value;

/// The answers of the owner of a new site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Name of the site.
    pub title: String,
    /// Absolute URL.
    pub url: String,
    /// Author of posts that do not name one.
    pub author: String,
    /// Name of a theme.
    pub theme: String,
    /// Names of plugins, in their order.
    pub plugins: Vec<String>,
    /// Folder of dated posts inside the content folder; empty for the content folder itself.
    pub articles: String,
    /// The date of the two posts: `2026-05-19`.
    pub today: String,
}

/// The answers that are in the files of `scaffold/`.
impl Default for Answers {
    fn default() -> Self {
        Self {
            title: "Our notes".into(),
            url: "https://example.org".into(),
            author: "Our team".into(),
            theme: "nhs".into(),
            plugins: ["blog", "feeds", "sitemap"].map(String::from).into(),
            articles: "blog".into(),
            today: DAY.into(),
        }
    }
}

/// The date in the posts of `scaffold/`.
const DAY: &str = "2026-05-19";
/// The workflow that collects statistics every night, only for a site with that plugin.
const STATISTICS: &str = ".github/workflows/statistics.yml";

macro_rules! embedded {
    ($($path:literal),* $(,)?) => { [$(($path, include_str!(concat!("../scaffold/", $path)))),*] };
}

/// The action in this repository, which is copied into a new site.
const ACTION: (&str, &str) = (".github/actions/avocet/action.yml", include_str!("../action.yml"));
/// The schema of the settings, with which editors complete and check them; a test makes it from the code.
const SCHEMA: (&str, &str) = ("site.schema.json", include_str!("../site.schema.json"));
/// The files of `scaffold/`, except the settings.
const FOLDER: [(&str, &str); 11] = embedded![
    ".github/workflows/publish.yml",
    ".github/workflows/statistics.yml",
    ".gitignore",
    ".gitlab-ci.yml",
    "README.md",
    "content/blog/how-to-write-a-post.md",
    "content/blog/welcome.md",
    "content/images/sheet.svg",
    "content/pages/about.md",
    "content/pages/accessibility.md",
    "requirements.txt",
];
const SETTINGS: &str = include_str!("../scaffold/site.toml");

/// The files of a new site, by path, with `/` between folders.
#[must_use]
pub fn files(answers: &Answers) -> Vec<(&'static str, String)> {
    let nightly = answers.plugins.iter().any(|plugin| plugin == "stats");
    let wanted = [&ACTION, &SCHEMA].into_iter().chain(&FOLDER).filter(|(path, _)| nightly || *path != STATISTICS);
    let fill = |(path, text): &(&'static str, &str)| {
        let text = match path.rsplit_once('.') {
            Some(("README", _)) => text.replacen("# Our notes", &format!("# {}", answers.title), 1),
            Some((_, "md")) => text.replacen(&format!("\ndate: {DAY}\n"), &format!("\ndate: {}\n", answers.today), 1),
            _ => (*text).to_owned(),
        };
        (*path, text)
    };
    let mut files: Vec<_> = wanted.map(fill).collect();
    files.push(("site.toml", settings(answers)));
    files
}

/// `site.toml`, with its comments.
fn settings(answers: &Answers) -> String {
    let plugins = answers.plugins.iter().map(|name| text(name)).collect::<Vec<_>>().join(", ");
    let mut out = String::with_capacity(SETTINGS.len() + 128);
    for (at, table) in SETTINGS.split_inclusive("\n[").enumerate() {
        // Only the first table, which is [site]: others have keys with these names too.
        if at > 1 {
            out.push_str(table);
            continue;
        }
        for line in table.split_inclusive('\n') {
            let value = match line.split_once(" = ").map(|(key, _)| key) {
                Some("title") => text(&answers.title),
                Some("url") => text(&answers.url),
                Some("author") => text(&answers.author),
                Some("theme") => text(&answers.theme),
                Some("plugins") => format!("[{plugins}]"),
                _ => {
                    out.push_str(line);
                    continue;
                }
            };
            out.push_str(&with_value(line, &value));
        }
    }
    let articles = format!("articles = {:<22}", format!("[{}]", text(&answers.articles)));
    let mut out = out.replacen(&format!("articles = {:<22}", "[\"blog\"]"), &articles, 1);
    if answers.plugins.iter().any(|plugin| plugin == "stats") {
        out.push_str(ORGANISATION);
    }
    out
}

/// The settings that the plugin `stats` needs.
const ORGANISATION: &str = "
# The organisations for the plugin stats, one table for each. `avocet stats collect` collects their figures.
[[plugins.stats.organisation]]
name = \"Example Organisation\"
forge = \"github\"                       # or \"gitlab\"
id = \"example-organisation\"
";

/// A line `key = value   # comment` with another value. The comment stays in its column if there is room.
fn with_value(line: &str, value: &str) -> String {
    let key = line.split(" = ").next().unwrap_or_default();
    let begin = format!("{key} = {value}");
    match line.find("  #") {
        Some(_) => {
            let column = line.find('#').unwrap_or_default();
            let comment = &line[column..];
            format!("{begin:<width$}{comment}", width = column.max(begin.chars().count() + 1))
        }
        None => begin + "\n",
    }
}

/// Text as a TOML string on one line.
fn text(text: &str) -> String {
    let line: String = text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ");
    Value::String(line).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scaffold");
        let made = |path: &Path| ["public", ".cache", "preview"].iter().any(|name| path.starts_with(folder.join(name)));
        let there: BTreeSet<String> = walkdir::WalkDir::new(&folder)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file() && !made(entry.path()))
            .map(|entry| entry.path().strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/"))
            .collect();
        let embedded: BTreeSet<String> = FOLDER.iter().map(|(path, _)| (*path).to_owned()).chain(["site.toml".to_owned()]).collect();
        assert_eq!(there, embedded);
    }

    #[test]
    fn the_default_answers_give_the_files_of_the_folder() {
        let files = files(&Answers::default());
        assert_eq!(files.last().unwrap(), &("site.toml", SETTINGS.to_owned()));
        for (path, text) in &files[2..files.len() - 1] {
            assert_eq!(FOLDER.iter().find(|(known, _)| known == path).unwrap().1, text);
        }
        assert!(!files.iter().any(|(path, _)| *path == STATISTICS), "statistics without the plugin");
    }

    #[test]
    fn any_answer_is_a_value_of_toml_and_the_comments_stay() {
        let title = "\"NHS\": 'a\\story' = [x] # 字\nsecond";
        let author = "A very long name of a team, longer than the column of the comment";
        let plugins = vec!["blog".to_owned(), "stats".to_owned()];
        let answers = Answers { title: title.into(), author: author.into(), plugins, today: "2027-01-02".into(), ..Answers::default() };
        let files = files(&answers);
        let settings = &files.last().unwrap().1;
        let table: toml::Table = settings.parse().unwrap();
        assert_eq!(table["site"]["title"].as_str().unwrap(), title.replace('\n', " "));
        assert_eq!(table["site"]["author"].as_str(), Some(author));
        assert_eq!(table["site"]["plugins"].as_array().map(Vec::len), Some(2));
        assert_eq!(table["menu"][0]["title"].as_str(), Some("Home"));
        assert!(settings.contains("comment\" # of posts that do not name one\n"), "{settings}");
        assert!(files.iter().any(|(path, text)| *path == "content/blog/welcome.md" && text.contains("\ndate: 2027-01-02\n")));
        assert!(files.iter().any(|(path, _)| *path == STATISTICS));
    }

    #[test]
    fn the_version_that_is_installed_by_ci_is_this_one() {
        let requirements = include_str!("../scaffold/requirements.txt");
        assert_eq!(requirements.lines().last(), Some(concat!("avocet-ssg==", env!("CARGO_PKG_VERSION"))));
    }
}
