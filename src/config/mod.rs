//! `site.toml` in, typed settings out. Unknown keys are refused with the nearest known one; all problems of the file are told at once,
//! each at its place.
//!
//! Later settings win: the file, its `[profile.NAME]`, the command line's own options, `--set`.

mod check;
mod checks;
mod content;
mod declared;
mod document;
mod folders;
mod schema;
mod settings;
mod tree;
mod typed;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Place, UrlPatterns, codes, suggest};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::disk::{self, Door};
pub use check::{CheckSettings, ExternalSettings};
pub use content::{ArticleSettings, ContentSettings};
pub use declared::{DeclaredSetting, DeclaredSettings};
pub use document::Document;
pub use schema::schema;
use settings::Settings;
pub use settings::{LimitSettings, MarkdownSettings, MenuEntry, OutputSettings, SiteSettings, TocSettings};
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
    /// The way to the author's files in it.
    pub door: Door,
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
    /// `[limits]`.
    pub limits: LimitSettings,
    /// `[output]`.
    pub output: OutputSettings,
    /// `[check]`.
    pub check: CheckSettings,
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
    let (display_path, text) = read(root, overrides).map_err(|error| vec![*error])?;
    let mut tree = Tree::parse(&display_path, &text)?;
    let mut errors = Vec::new();
    let profiles = overlay(&mut tree, overrides, &mut errors);
    let Some(Validated { settings, urls, timezone, check }) = validate(root, &mut tree, &mut errors) else { return Err(errors) };
    let unused = profiles.iter().filter(|(name, _)| overrides.profile.as_ref() != Some(*name));
    let file = || Tree::parse(&display_path, &text).ok();
    // What is wrong outside of these profiles is reported already, or depends on the command line.
    errors.extend(unused.filter_map(|(name, profile)| Some(unused_profile(root, file()?, name, profile))).flatten());
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Config {
        root: root.to_owned(),
        door: folders::door(root, &settings.content),
        site: SiteSettings::new(settings.site, timezone),
        content: settings.content,
        urls,
        articles: settings.articles,
        markdown: settings.markdown,
        limits: settings.limits,
        output: settings.output,
        check,
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
    let display_path = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
    let bytes = disk::read(&file).map_err(|error| {
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        Box::new(if missing && overrides.file.is_none() {
            let folder = if root == Path::new(".") { "this folder or above it".to_owned() } else { format!("`{}`", root.display()) };
            codes::NO_SITE
                .report(format!("there is no site.toml in {folder}"))
                .help("go to the folder of your site, or name that folder with --site DIR")
        } else {
            let help = if overrides.file.is_some() { "name another file with --config" } else { "it must be a file that you can read" };
            codes::UNREADABLE_FILE.report(format!("`{display_path}` cannot be read: {}", disk::why(&error))).help(help)
        })
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((display_path, text.trim_start_matches('\u{feff}').into())),
        Err(_) => Err(Box::new(
            codes::NOT_UTF_8.report("the settings are not UTF-8").at(Place::file(display_path)).help("save the file as UTF-8"),
        )),
    }
}

/// Settings with types, checked.
struct Validated {
    settings: Settings,
    urls: UrlPatterns,
    timezone: TimeZone,
    check: CheckSettings,
}

/// Types and checks the settings.
fn validate(root: &Path, tree: &mut Tree, errors: &mut Vec<Diagnostic>) -> Option<Validated> {
    let settings = typed::typed::<Settings>(tree, errors)?;
    let urls = settings.urls.patterns();
    checks::check(root, &settings, &urls, tree, errors);
    let timezone = checks::timezone(&settings.site.timezone, tree, errors);
    let check = check::check(&settings.check, tree, errors);
    Some(Validated { settings, urls, timezone, check })
}

/// What is wrong in a profile that is not asked for: otherwise a misspelt setting would wait for the day of publishing.
fn unused_profile(root: &Path, mut tree: Tree, name: &str, profile: &Value) -> Vec<Diagnostic> {
    tree.take("profile");
    let from = format!("profile.{name}");
    tree.lay_over(profile, &from);
    let mut errors = Vec::new();
    validate(root, &mut tree, &mut errors);
    errors.retain(|error| error.place.as_ref().is_some_and(|place| tree.is_below(&from, place)));
    errors
}

/// Lays the profile and the command line over the file. Gives all profiles.
fn overlay(tree: &mut Tree, overrides: &Overrides, errors: &mut Vec<Diagnostic>) -> Map<String, Value> {
    let profiles = profiles(tree, errors);
    if let Some(name) = &overrides.profile {
        match profiles.get(name) {
            Some(profile) => tree.lay_over(profile, &format!("profile.{name}")),
            None => errors.push(unknown_profile(tree, name, &profiles)),
        }
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
        match pair.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
            Some((key, value)) if key.split('.').all(|name| !name.is_empty()) => {
                tree.set(key, tree::value(value), &format!("--set {pair}"))
            }
            _ => errors.push(
                codes::BAD_SETTING
                    .report(format!("`--set {pair}` does not have the form KEY=VALUE"))
                    .at(Place::file(format!("--set {pair}")))
                    .help("write --set site.title=\"A title\""),
            ),
        }
    }
    profiles
}

/// Takes the profiles out of the settings; those that are no tables are told.
fn profiles(tree: &mut Tree, errors: &mut Vec<Diagnostic>) -> Map<String, Value> {
    let mut profiles = match tree.take("profile") {
        Value::Object(profiles) => profiles,
        Value::Null => Map::new(),
        _ => {
            errors.push(no_table(tree, "profile"));
            Map::new()
        }
    };
    for (name, profile) in profiles.iter_mut().filter(|(_, profile)| !profile.is_object()) {
        errors.push(no_table(tree, &format!("profile.{name}")));
        *profile = Value::Object(Map::new());
    }
    profiles
}

fn no_table(tree: &Tree, path: &str) -> Diagnostic {
    let error = codes::BAD_SETTING.report(format!("`{path}` is not a table")).at(tree.place(path));
    error.help("a profile contains tables of settings, such as [profile.preview.site]")
}

fn unknown_profile(tree: &Tree, name: &str, profiles: &Map<String, Value>) -> Diagnostic {
    let known: Vec<&str> = profiles.keys().map(String::as_str).collect();
    let near = suggest(name, known.iter().copied()).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let help = if known.is_empty() { format!("add a table [profile.{name}.site] to it") } else { format!("it has: {}", known.join(", ")) };
    codes::UNKNOWN_PROFILE.report(format!("the settings have no profile `{name}`{near}")).at(Place::file(tree.display_path())).help(help)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn open(text: &str, overrides: &Overrides) -> Result<Config, Vec<Diagnostic>> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("site.toml"), text).unwrap();
        load(folder.path(), overrides)
    }

    const SMALL: &str = "[site]\ntitle = \"T\"\nurl = \"https://x.org/notes/\"\n";

    fn errors(text: &str) -> Vec<(String, usize, String)> {
        let errors = open(text, &Overrides::default()).unwrap_err();
        errors.into_iter().map(|error| (error.code, error.place.map_or(0, |place| place.line), error.label)).collect()
    }

    #[test]
    fn the_smallest_settings_have_the_defaults() {
        let config = open(SMALL, &Overrides::default()).unwrap();
        assert_eq!((config.site.url.as_str(), config.site.base()), ("https://x.org/notes", "/notes"));
        assert_eq!((config.articles.page_size, config.urls.article.0.as_str()), (10, "blog/{slug}.html"));
        assert!(config.output.fsync);
    }

    #[test]
    fn waiting_for_the_disk_can_be_turned_off() {
        assert!(!open(&format!("{SMALL}[output]\nfsync = false\n"), &Overrides::default()).unwrap().output.fsync);
    }

    #[test]
    fn all_faults_are_told_at_once_each_at_its_place() {
        let text = format!("{SMALL}pulgins = []\n[articles]\npage_size = \"x\"\n[urls]\narticle = \"{{slgu}}.html\"\n[sites]\n");
        let reported = errors(&text);
        assert!(reported.contains(&("unknown-setting".into(), 4, "did you mean `plugins`?".into())), "{reported:?}");
        assert!(reported.contains(&("bad-setting".into(), 6, "expected a whole number".into())), "{reported:?}");
        assert!(reported.contains(&("unknown-setting".into(), 9, "did you mean `site`?".into())), "{reported:?}");
        assert!(reported.iter().any(|(code, line, _)| code == "bad-setting" && *line == 8), "{reported:?}");
    }

    #[test]
    fn what_is_missing_is_told() {
        assert_eq!(errors("")[0].0, "missing-setting");
        assert_eq!(errors("[site]\ntitle = \"T\"\n")[0], ("missing-setting".into(), 1, String::new()));
        assert_eq!(errors("[site\n")[0].0, "bad-toml");
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
        let errors = open(SMALL, &overrides).unwrap_err();
        assert_eq!(errors[0].place.as_ref().unwrap().file, "--set articles.page_size=none");
    }

    #[test]
    fn pelicans_patterns_are_there_for_the_asking() {
        let config = open(&format!("{SMALL}[urls]\ndefaults = \"pelican\"\ntag = \"t/{{slug}}.html\"\n"), &Overrides::default()).unwrap();
        assert_eq!((config.urls.article.0.as_str(), config.urls.tag.0.as_str()), ("{slug}.html", "t/{slug}.html"));
        assert!(config.urls.year.is_off());
    }

    #[test]
    fn a_fault_that_follows_from_another_is_not_told() {
        assert_eq!(errors("[site]\ntitle = 3\nurl = \"https://x.org\"\n"), [("bad-setting".into(), 2, "expected text in quotes".into())]);
        assert_eq!(errors("site = 3\n").len(), 1);
        assert_eq!(errors("").len(), 1);
    }

    #[test]
    fn what_is_missing_hides_no_other_fault() {
        let reported = errors("[site]\nauthor = \"A\"\n[articles]\nslug = \"titel\"\n");
        let codes: Vec<&str> = reported.iter().map(|(code, _, _)| code.as_str()).collect();
        assert_eq!(codes, ["missing-setting", "missing-setting", "bad-setting"], "{reported:?}");
    }

    #[test]
    fn the_items_of_a_list_are_told_at_their_own_places_and_no_good_one_is() {
        let text = format!(
            "{SMALL}plugins = [1, \"blog\", 2]\n[[menu]]\ntitel = \"a\"\ntitle = \"a\"\nurl = \"/\"\n[[menu]]\ntitle = 3\nurl = \"/\"\n"
        );
        let errors = open(&text, &Overrides::default()).unwrap_err();
        let at: Vec<(usize, usize)> =
            errors.iter().filter_map(|error| error.place.as_ref()).map(|place| (place.line, place.column)).collect();
        assert_eq!(at, [(4, 12), (4, 23), (6, 1), (10, 9)], "{errors:?}");
        assert_eq!(errors[2].message, "there is no setting `titel` in [[menu]]");
    }

    #[test]
    fn no_number_turns_into_nothing() {
        let config = open(&format!("{SMALL}[theme]\nhex = 0xFF\n"), &Overrides::default()).unwrap();
        assert_eq!(config.theme.get("hex"), Some(&Value::from(255)));
        let reported = errors(&format!("{SMALL}[theme]\na = 99999999999999999999\nb = [inf]\n"));
        assert_eq!(reported.iter().map(|(_, line, _)| *line).collect::<Vec<_>>(), [5, 6]);
    }

    #[test]
    fn a_list_of_the_command_line_has_its_own_place_and_so_has_what_it_replaces() {
        let overrides = Overrides { set: vec!["site.plugins=[\"x\"]".into()], ..Overrides::default() };
        let config = open(&format!("{SMALL}plugins = [\"blog\"]\n"), &overrides).unwrap();
        assert_eq!(config.place("site.plugins.0").file, "--set site.plugins=[\"x\"]");
        let overrides = Overrides { set: vec!["site.title.x=3".into(), "y".into(), "a..b=1".into()], ..Overrides::default() };
        let places: Vec<String> = open(SMALL, &overrides).unwrap_err().into_iter().filter_map(|error| Some(error.place?.file)).collect();
        assert_eq!(places, ["--set y", "--set a..b=1", "--set site.title.x=3"]);
    }

    #[test]
    fn a_profile_is_checked_before_it_is_asked_for() {
        let text = format!("{SMALL}[profile.near.site]\ntitel = \"q\"\n[profile.far.articles]\npage_size = 0\n");
        let reported = errors(&text);
        let diagnostics: std::collections::BTreeSet<_> = reported.iter().map(|(code, line, _)| (*line, code.as_str())).collect();
        assert_eq!(diagnostics.into_iter().collect::<Vec<_>>(), [(5, "unknown-setting"), (7, "bad-setting")]);
        let asked = Overrides { profile: Some("near".into()), ..Overrides::default() };
        assert_eq!(open(&text, &asked).unwrap_err().len(), 2);
        assert_eq!(errors(&format!("profile = 3\n{SMALL}"))[0].0, "bad-setting");
        let good = format!("{SMALL}[profile.near.site]\nurl = \"http://localhost:8000\"\n");
        assert!(open(&good, &Overrides::default()).is_ok());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let code = || load(folder.path(), &Overrides::default()).unwrap_err().remove(0).code;
        assert_eq!(code(), "no-site");
        fs::write(folder.path().join("site.toml"), b"[site]\n\xff").unwrap();
        assert_eq!(code(), "not-utf-8");
        fs::remove_file(folder.path().join("site.toml")).unwrap();
        fs::create_dir(folder.path().join("site.toml")).unwrap();
        assert_eq!(code(), "unreadable-file");
    }

    #[test]
    fn the_output_option_is_checked_like_the_setting() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("site.toml"), SMALL).unwrap();
        let output = |path: PathBuf| load(folder.path(), &Overrides { output: Some(path), ..Overrides::default() });
        assert_eq!(output(folder.path().join("content")).unwrap_err()[0].place.as_ref().unwrap().file, "--output");
        assert!(output(folder.path().join("public")).is_ok());
    }
}
