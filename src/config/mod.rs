//! `site.toml` in, typed settings out. Unknown keys are refused with the nearest known one; all problems of the file are told at once,
//! each at its place.
//!
//! Later settings win: the file, its `[profile.NAME]`, the command line's own options, `--set`.

mod checks;
mod settings;
mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, UrlPatterns, nearest};
use serde_json::{Map, Value};

use crate::disk;
use settings::Settings;
pub use settings::{ArticleSettings, ContentSettings, MarkdownSettings, MenuEntry, SiteSettings};
use tree::Tree;

/// What the command line changes.
#[derive(Debug, Default, Clone)]
pub struct Overrides {
    /// Settings file, from the current folder; `site.toml` of the site's folder when there is none.
    pub file: Option<PathBuf>,
    /// Which `[profile.NAME]` is laid over.
    pub profile: Option<String>,
    /// `KEY=VALUE`, the key dotted, the value as in TOML, or else text.
    pub set: Vec<String>,
    /// Output folder, from the current folder.
    pub output: Option<PathBuf>,
    /// Address of the site.
    pub base_url: Option<String>,
    /// Whether drafts are made.
    pub drafts: bool,
    /// Whether articles of the future are published.
    pub future: bool,
}

/// The settings of a site.
#[derive(Debug)]
pub struct Config {
    /// The site's folder.
    pub root: PathBuf,
    /// `[site]`.
    pub site: SiteSettings,
    /// `[content]`.
    pub content: ContentSettings,
    /// `[urls]`.
    pub urls: UrlPatterns,
    /// `[articles]`.
    pub articles: ArticleSettings,
    /// `[markdown]`.
    pub markdown: MarkdownSettings,
    /// `[[menu]]`.
    pub menu: Vec<MenuEntry>,
    /// `[theme]`, which the theme checks.
    pub theme: Map<String, Value>,
    /// `[plugins.NAME]`, which the plugins check.
    pub plugins: BTreeMap<String, Value>,
    /// Whether drafts are made.
    pub drafts: bool,
    tree: Tree,
}

impl Config {
    /// Where the value of a setting stands (`theme.licence`, `site.plugins.0`); the nearest table above it when it has none.
    #[must_use]
    pub fn place(&self, path: &str) -> Place {
        self.tree.place(path)
    }

    /// Where the key of a setting stands.
    #[must_use]
    pub fn key_place(&self, path: &str) -> Place {
        self.tree.key_place(path)
    }
}

/// Reads the settings of the site in the folder `root`.
///
/// # Errors
/// All that is wrong with them.
pub fn load(root: &Path, overrides: &Overrides) -> Result<Config, Vec<Diagnostic>> {
    let (shown, text) = read(root, overrides).map_err(|fault| vec![*fault])?;
    let mut tree = Tree::parse(&shown, &text).map_err(|fault| vec![*fault])?;
    overlay(&mut tree, overrides).map_err(|fault| vec![*fault])?;
    let mut faults = Vec::new();
    let settings = typed(&mut tree, &mut faults);
    let Some(settings) = settings else { return Err(faults) };
    let urls = settings.urls.patterns();
    checks::check(&settings, &urls, &tree, &mut faults);
    let timezone = checks::timezone(&settings.site.timezone, &tree, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let base = checks::base(&settings.site.url);
    Ok(Config {
        root: root.to_owned(),
        site: SiteSettings {
            title: settings.site.title,
            url: settings.site.url.trim_end_matches('/').to_owned(),
            base,
            description: settings.site.description,
            language: settings.site.language,
            timezone,
            author: settings.site.author,
            theme: settings.site.theme,
            output: settings.site.output,
            plugins: settings.site.plugins,
        },
        content: settings.content,
        urls,
        articles: settings.articles,
        markdown: settings.markdown,
        menu: settings.menu,
        theme: settings.theme,
        plugins: settings.plugins,
        drafts: overrides.drafts,
        tree,
    })
}

/// The settings file: its name for messages, and its text.
fn read(root: &Path, overrides: &Overrides) -> Result<(String, Arc<str>), Box<Diagnostic>> {
    let file = overrides.file.clone().unwrap_or_else(|| root.join("site.toml"));
    let shown = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
    let bytes = fs::read(&file).map_err(|fault| {
        let missing = fault.kind() == std::io::ErrorKind::NotFound;
        Box::new(if missing && overrides.file.is_none() {
            let folder = if root == Path::new(".") { "this folder".to_owned() } else { format!("`{}`", root.display()) };
            Diagnostic::error("no-site", format!("there is no site.toml in {folder}"))
                .help("go to the folder of your site, or name it with --site DIR")
        } else {
            Diagnostic::error("unreadable-file", format!("`{shown}` cannot be read: {}", disk::why(&fault)))
                .help("name another file with --config")
        })
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((shown, text.trim_start_matches('\u{feff}').into())),
        Err(_) => Err(Box::new(
            Diagnostic::error("not-utf-8", "the settings are not UTF-8").at(Place::file(shown)).help("save the file as UTF-8"),
        )),
    }
}

/// Lays the profile and the command line over the file.
fn overlay(tree: &mut Tree, overrides: &Overrides) -> Result<(), Box<Diagnostic>> {
    let profiles = tree.take("profile");
    if let Some(name) = &overrides.profile {
        let known: Vec<&str> = profiles.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let Some(profile) = profiles.get(name) else {
            let near = nearest(name, known.iter().copied()).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let help =
                if known.is_empty() { format!("add a table [profile.{name}.site] to it") } else { format!("it has: {}", known.join(", ")) };
            return Err(Box::new(Diagnostic::error("unknown-profile", format!("the settings have no profile `{name}`{near}")).help(help)));
        };
        tree.lay_over(profile, &format!("profile.{name}"));
    }
    if let Some(url) = &overrides.base_url {
        tree.set("site.url", Value::String(url.clone()), "--base-url");
    }
    if let Some(output) = &overrides.output {
        let output = std::path::absolute(output).unwrap_or_else(|_| output.clone());
        tree.set("site.output", Value::String(output.to_string_lossy().into_owned()), "--output");
    }
    if overrides.future {
        tree.set("articles.future", Value::String("publish".into()), "--future");
    }
    for pair in &overrides.set {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Box::new(
                Diagnostic::error("bad-setting", format!("--set {pair}: there is no `=`")).help("write --set site.title=\"A title\""),
            ));
        };
        tree.set(key.trim(), tree::value(value.trim()), &format!("--set {pair}"));
    }
    Ok(())
}

/// The typed settings; whatever is wrong is told and taken out, so that all is found in one run.
fn typed(tree: &mut Tree, faults: &mut Vec<Diagnostic>) -> Option<Settings> {
    loop {
        match serde_path_to_error::deserialize::<_, Settings>(tree.value().clone()) {
            Ok(settings) => return Some(settings),
            Err(error) => {
                let path = error.path().to_string().replace('[', ".").replace(']', "");
                let path = if path == "." { String::new() } else { path };
                let (fault, wrong) = fault(tree, &path, &error.into_inner().to_string());
                faults.push(fault);
                if !tree.remove(&wrong) {
                    return None;
                }
            }
        }
    }
}

/// What serde says, and the path of what is wrong.
fn fault(tree: &Tree, path: &str, said: &str) -> (Diagnostic, String) {
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    if said.starts_with("unknown field") {
        let (name, known) = quoted.split_first().map_or(("", &[][..]), |(name, known)| (*name, known));
        let path = if path.rsplit('.').next() == Some(name) || path.is_empty() && name.is_empty() {
            path.to_owned()
        } else if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        let table = path.rsplit_once('.').map_or("site.toml".to_owned(), |(table, _)| format!("[{table}]"));
        let near = nearest(name, known.iter().copied()).map_or(String::new(), |near| format!("did you mean `{near}`?"));
        let fault = Diagnostic::error("unknown-setting", format!("there is no setting `{name}` in {table}"))
            .at(tree.key_place(&path))
            .label(near)
            .help(format!("there are: {}", known.join(", ")));
        return (fault, path);
    }
    if said.starts_with("missing field") {
        let name = quoted.first().copied().unwrap_or_default();
        let table = if path.is_empty() { String::new() } else { format!("[{path}] ") };
        let example = if name == "url" { "url = \"https://example.org\"".to_owned() } else { format!("{name} = \"…\"") };
        let example = if name == "site" { "[site]\ntitle = \"My blog\"\nurl = \"https://example.org\"".to_owned() } else { example };
        let fault =
            Diagnostic::error("missing-setting", format!("{table}needs `{name}`")).at(tree.key_place(path)).help(format!("add: {example}"));
        return (fault, format!("{path}.\u{0}"));
    }
    let expected = said.rsplit_once("expected ").map_or(said, |(_, expected)| expected);
    let expected = match expected {
        "a string" => "text in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list, such as [\"a\", \"b\"]",
        "usize" => "a whole number",
        "a map" => "a table",
        other if other.starts_with("struct") => "a table",
        other => other,
    };
    let name = path.rsplit('.').next().unwrap_or_default();
    let fault =
        Diagnostic::error("bad-setting", format!("`{name}` is of another type")).at(tree.place(path)).label(format!("expected {expected}"));
    (fault, path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str, overrides: &Overrides) -> Result<Config, Vec<Diagnostic>> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("site.toml"), text).unwrap();
        load(folder.path(), overrides)
    }

    const SMALL: &str = "[site]\ntitle = \"T\"\nurl = \"https://x.org/notes/\"\n";

    fn faults(text: &str) -> Vec<(String, usize, String)> {
        let faults = open(text, &Overrides::default()).unwrap_err();
        faults.into_iter().map(|fault| (fault.code, fault.place.map_or(0, |place| place.line), fault.label)).collect()
    }

    #[test]
    fn the_smallest_settings_have_the_defaults() {
        let config = open(SMALL, &Overrides::default()).unwrap();
        assert_eq!((config.site.url.as_str(), config.site.base()), ("https://x.org/notes", "/notes"));
        assert_eq!((config.articles.page_size, config.urls.article.0.as_str()), (10, "blog/{slug}.html"));
    }

    #[test]
    fn all_faults_are_told_at_once_each_at_its_place() {
        let text = format!("{SMALL}pulgins = []\n[articles]\npage_size = \"x\"\n[urls]\narticle = \"{{slgu}}.html\"\n[sites]\n");
        let said = faults(&text);
        assert!(said.contains(&("unknown-setting".into(), 4, "did you mean `plugins`?".into())), "{said:?}");
        assert!(said.contains(&("bad-setting".into(), 6, "expected a whole number".into())), "{said:?}");
        assert!(said.contains(&("unknown-setting".into(), 9, "did you mean `site`?".into())), "{said:?}");
        assert!(said.iter().any(|(code, line, _)| code == "bad-setting" && *line == 8), "{said:?}");
    }

    #[test]
    fn what_is_missing_is_told() {
        assert_eq!(faults("")[0].0, "missing-setting");
        assert_eq!(faults("[site]\ntitle = \"T\"\n")[0], ("missing-setting".into(), 1, String::new()));
        assert_eq!(faults("[site\n")[0].0, "bad-toml");
    }

    #[test]
    fn a_profile_and_the_command_line_are_laid_over() {
        let text = format!("{SMALL}[profile.near.site]\ntitle = \"Near\"\n[profile.near.articles]\npage_size = 3\n");
        let overrides = Overrides { profile: Some("near".into()), set: vec!["articles.page_size=4".into()], ..Overrides::default() };
        let config = open(&text, &overrides).unwrap();
        assert_eq!((config.site.title.as_str(), config.articles.page_size), ("Near", 4));
        let unknown = Overrides { profile: Some("neer".into()), ..Overrides::default() };
        assert!(open(&text, &unknown).unwrap_err()[0].message.ends_with("did you mean `near`?"));
    }

    #[test]
    fn a_value_of_the_command_line_that_is_wrong_names_the_option() {
        let overrides = Overrides { set: vec!["articles.page_size=none".into()], ..Overrides::default() };
        let faults = open(SMALL, &overrides).unwrap_err();
        assert_eq!(faults[0].place.as_ref().unwrap().file, "--set articles.page_size=none");
    }

    #[test]
    fn pelicans_patterns_are_there_for_the_asking() {
        let config = open(&format!("{SMALL}[urls]\ndefaults = \"pelican\"\ntag = \"t/{{slug}}.html\"\n"), &Overrides::default()).unwrap();
        assert_eq!((config.urls.article.0.as_str(), config.urls.tag.0.as_str()), ("{slug}.html", "t/{slug}.html"));
        assert!(config.urls.year.is_off());
    }
}
