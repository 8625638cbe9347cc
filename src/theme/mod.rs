//! A theme: its files (embedded, or in the site's folder, each of which replaces the embedded one of its path), its settings as
//! `theme.toml` declares them, and its templates, ready to render.
//!
//! Invariant: a template or setting that is wrong is an error before anything is rendered, with its place.

mod engine;
mod error;
mod filters;
mod jinja;
mod lost;
mod options;
mod settings;
mod values;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use avocet_plugin::{Diagnostic, Place, codes, paths, suggest};
use serde_json::{Map, Value};

use crate::config::Config;
use crate::disk::{self, Refusal};
pub use engine::Templates;
use error::Texts;
pub use lost::is_lost;
use settings::Engine;
pub use values::{SITE_LISTS, Values, hash_values};

/// Themes that are in the binary.
const EMBEDDED: [&str; 1] = ["nhs"];

/// A file of the theme.
#[derive(Debug, Clone)]
struct File {
    /// For messages: from the site's folder, or `nhs: templates/base.html`.
    display_path: String,
    bytes: Cow<'static, [u8]>,
}

/// A file that is published under a name with its fingerprint.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its name in the theme, below `assets/`.
    pub name: String,
    /// For messages, as templates have it: from the site's folder, or `nhs: assets/nhs.css`.
    pub display_path: String,
    /// Its output path.
    pub output: String,
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
}

/// A theme that is ready to render.
pub struct Theme {
    /// Its name.
    pub name: String,
    /// Its templates, components and tags.
    pub templates: Templates,
    /// Its settings, with the site's.
    pub settings: tera::Value,
    /// Its assets, by name.
    pub assets: Vec<Asset>,
}

/// Opens the theme that the site names, with the site's own templates over it. Templates that have not changed since `before` are not
/// compiled again.
///
/// # Errors
/// All that is wrong with its files and with the site's `[theme]`.
pub fn open(config: &Config, functions: Vec<String>, before: Option<&Theme>) -> Result<Theme, Vec<Diagnostic>> {
    let name = &config.site.theme;
    let mut files: BTreeMap<String, File> = embedded(name);
    let folder = config.root.join("themes").join(name);
    if files.is_empty() && !folder.is_dir() {
        return Err(vec![unknown(config)]);
    }
    overlay(config, &folder, "", &mut files)?;
    let mut errors = Vec::new();
    let (engine, settings) = settings::settings(config, &files, &mut errors);
    let jinja = engine == Engine::Jinja;
    let originals = if jinja { files.clone() } else { BTreeMap::new() };
    overlay(config, &config.root.join("templates"), "templates/", &mut files)?;
    let (texts, assets) = parts(files, originals, jinja, &mut errors);
    let addresses = assets.iter().map(|asset| (asset.name.clone(), format!("{}/{}", config.site.base(), asset.output))).collect();
    let environment = engine::TemplateEnvironment {
        addresses,
        url: config.site.url.clone(),
        base: config.site.base().to_owned(),
        functions,
        jinja: jinja.then(|| pelicans_settings(config, &settings)),
    };
    match Templates::compile(texts, environment, before.map(|before| &before.templates)) {
        Ok(templates) if errors.is_empty() => {
            Ok(Theme { name: name.clone(), templates, settings: tera::Value::from_serializable(&settings), assets })
        }
        Ok(_) => Err(errors),
        Err(reported) => {
            errors.extend(reported);
            Err(errors)
        }
    }
}

/// The templates and the published files of a theme. `originals` are the files of a theme of Pelican without those of the site over them.
fn parts(
    files: BTreeMap<String, File>,
    originals: BTreeMap<String, File>,
    jinja: bool,
    errors: &mut Vec<Diagnostic>,
) -> (Texts, Vec<Asset>) {
    let mut texts: Texts = BTreeMap::new();
    let mut assets = Vec::new();
    for (path, file) in files {
        match Part::of(&path, jinja) {
            Part::Asset(asset) if jinja => assets.push(unchanged(asset, file)),
            Part::Asset(asset) => assets.push(fingerprinted(asset, file)),
            Part::Template(name) => add_template(&mut texts, name.to_owned(), file, errors),
            Part::Other => {}
        }
    }
    // A template of the site that replaces one of the theme can still extend it.
    for (path, file) in originals {
        if let Part::Template(name) = Part::of(&path, jinja) {
            add_template(&mut texts, format!("!theme/{name}"), file, errors);
        }
    }
    (texts, assets)
}

/// The settings of a theme of Pelican, with those of the site that its templates ask for.
fn pelicans_settings(config: &Config, settings: &Map<String, Value>) -> Map<String, Value> {
    let mut all = Map::from_iter([
        ("SUMMARY_MAX_LENGTH".to_owned(), Value::from(config.markdown.summary_words)),
        ("TIMEZONE".to_owned(), Value::from(config.site.timezone.iana_name())),
    ]);
    all.extend(settings.clone());
    all
}

/// What a file of a theme is.
enum Part<'p> {
    /// A template, by its name.
    Template(&'p str),
    /// A file that is published, by its name.
    Asset(&'p str),
    /// Anything else, such as a licence.
    Other,
}

impl<'p> Part<'p> {
    /// By the path; Pelican's themes have other folders.
    fn of(path: &'p str, jinja: bool) -> Self {
        let asset = path.strip_prefix(if jinja { "static/" } else { "assets/" });
        let template = path.strip_prefix("templates/").or_else(|| path.starts_with("components/").then_some(path));
        match (asset, template) {
            (Some(asset), _) => Self::Asset(asset),
            (_, Some(template)) => Self::Template(template),
            _ => Self::Other,
        }
    }
}

fn add_template(texts: &mut Texts, name: String, file: File, errors: &mut Vec<Diagnostic>) {
    match String::from_utf8(file.bytes.into_owned()) {
        Ok(text) => drop(texts.insert(name, (file.display_path, text.into()))),
        Err(_) => errors.push(codes::NOT_UTF_8.report("this template is not UTF-8").at(Place::file(file.display_path))),
    }
}

fn embedded(name: &str) -> BTreeMap<String, File> {
    if name != "nhs" {
        return BTreeMap::new();
    }
    let file = |(path, bytes): (&'static str, &'static [u8])| {
        (path.to_owned(), File { display_path: format!("nhs: {path}"), bytes: Cow::Borrowed(bytes) })
    };
    avocet_theme_nhs::files().map(file).collect()
}

/// Puts the files of a folder over those that are there.
fn overlay(config: &Config, folder: &Path, prefix: &str, files: &mut BTreeMap<String, File>) -> Result<(), Vec<Diagnostic>> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut errors = Vec::new();
    let names = |path: &Path| path.components().map(|name| name.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/");
    let is_ignored = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') || disk::is_leftover(&name)
    };
    for file in config.door.walk(folder, is_ignored) {
        let file = file.map_err(|refused| *refused).and_then(|file| {
            let display_path = names(file.strip_prefix(&config.root).unwrap_or(&file));
            let bytes = disk::read(&file).map_err(|error| Refusal::Disk(error).report(&display_path))?;
            let path = names(file.strip_prefix(folder).unwrap_or(&file));
            Ok((format!("{prefix}{path}"), File { display_path, bytes: Cow::Owned(bytes) }))
        });
        match file {
            Ok((path, file)) => drop(files.insert(path, file)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn unknown(config: &Config) -> Diagnostic {
    let own: Vec<String> = fs::read_dir(config.root.join("themes"))
        .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    let mut known: Vec<&str> = EMBEDDED.into_iter().chain(own.iter().map(String::as_str)).collect();
    known.sort_unstable();
    let name = &config.site.theme;
    codes::UNKNOWN_THEME
        .report(format!("there is no theme `{name}`"))
        .at(config.place("site.theme"))
        .label(suggest(name, known.iter().copied()).map_or(String::new(), |near| format!("did you mean `{near}`?")))
        .help(format!("there are: {}; your own theme would be the folder themes/{name}/", known.join(", ")))
}

/// A file of a theme of Pelican is published below `theme/` under its own name, which its templates spell out.
fn unchanged(name: &str, File { display_path, bytes }: File) -> Asset {
    Asset { name: name.to_owned(), display_path, output: format!("theme/{name}"), bytes }
}

/// `nhs.css` is published as `assets/nhs.0123456789.css`, so that browsers may keep it for ever.
fn fingerprinted(name: &str, File { display_path, bytes }: File) -> Asset {
    let output = paths::fingerprinted(&format!("assets/{name}"), &bytes);
    Asset { name: name.to_owned(), display_path, output, bytes }
}
