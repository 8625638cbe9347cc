//! What types cannot check: words of a choice, URLs, time zones, patterns, folders.

use std::path::Path;

use avocet_plugin::{Date, Diagnostic, Dialect, Pattern, PatternError, UrlPatterns, codes, slugify, suggest};
use jiff::tz::TimeZone;

use super::folders;
use super::settings::Settings;
use super::tree::Tree;
use crate::language;

/// Checks all settings of the site in the folder `root`.
pub(super) fn check(root: &Path, settings: &Settings, urls: &UrlPatterns, tree: &Tree, errors: &mut Vec<Diagnostic>) {
    choices(settings, tree, errors);
    levels(settings, tree, errors);
    let mut refuse = |path: &str, message: &str, help: &str| {
        errors.push(codes::BAD_SETTING.report(message).at(tree.place(path)).help(help));
    };
    if !language::is_code(&settings.site.language) {
        let message = format!("`{}` is not the code of a language", settings.site.language);
        refuse("site.language", &message, &language::help(&settings.site.language));
    }
    if settings.articles.page_size == 0 {
        refuse("articles.page_size", "a page of a list needs at least one article", "write 10, or remove the setting");
    }
    if !absolute(&settings.site.url) {
        refuse(
            "site.url",
            "the URL of the site is not absolute",
            "write it with https:// and without `?` or `#`: https://example.org/notes",
        );
    }
    if let Some(why) = folders::misplaced(root, settings) {
        refuse("site.output", why, "choose a separate folder, such as \"public\"");
    }
    for (at, glob) in settings.content.ignore.iter().enumerate() {
        if let Err(error) = globset::Glob::new(glob) {
            refuse(
                &format!("content.ignore.{at}"),
                &format!("this pattern is not valid: {}", error.kind()),
                "`*` stands for any characters, `?` for one",
            );
        }
    }
    metadata(settings, tree, errors);
    slugs(settings, tree, errors);
    patterns(urls, tree, errors);
}

/// The settings that are one of a few words.
fn choices(settings: &Settings, tree: &Tree, errors: &mut Vec<Diagnostic>) {
    let mut choice = |path: &str, value: &str, words: &[&str]| {
        if !words.contains(&value) {
            let near = suggest(value, words.iter().copied()).map_or(String::new(), |near| format!("did you mean `{near}`?"));
            let error = codes::BAD_SETTING.report(format!("`{value}` is not a valid value"));
            errors.push(error.at(tree.place(path)).label(near).help(format!("write one of: {}", words.join(", "))));
        }
    };
    choice("articles.slug", &settings.articles.slug, &["title", "filename"]);
    choice("articles.future", &settings.articles.future, &["publish", "hold"]);
    choice("markdown.dialect", &settings.markdown.dialect, &Dialect::NAMES);
    choice("urls.defaults", settings.urls.defaults.as_deref().unwrap_or("avocet"), &["avocet", "pelican"]);
    choice("urls.links", settings.urls.links.as_deref().unwrap_or("html"), &["html", "clean"]);
}

/// The levels of headings.
fn levels(settings: &Settings, tree: &Tree, errors: &mut Vec<Diagnostic>) {
    let Some(toc) = &settings.markdown.toc else { return };
    for (key, level) in [("top", toc.top), ("bottom", toc.bottom), ("base_level", toc.base_level)] {
        if !(1..=6).contains(&level) {
            let error = codes::BAD_SETTING.report(format!("there is no heading of level {level}"));
            errors.push(error.at(tree.place(&format!("markdown.toc.{key}"))).help("write a number from 1 to 6"));
        }
    }
}

/// The slugs that names are given.
fn slugs(settings: &Settings, tree: &Tree, errors: &mut Vec<Diagnostic>) {
    for (name, slug) in settings.articles.slugs.iter().filter(|(_, slug)| slug.is_empty() || slugify(slug) != **slug) {
        let error = codes::BAD_SETTING.report(format!("`{slug}` is not a slug")).at(tree.place(&format!("articles.slugs.{name}")));
        errors.push(error.help("write lower-case letters, digits and hyphens, such as \"cpp\""));
    }
}

/// Metadata of names and paths: regular expressions with groups that have names.
fn metadata(settings: &Settings, tree: &Tree, errors: &mut Vec<Diagnostic>) {
    for (key, pattern) in settings.content.metadata_patterns() {
        let (message, help) = match pattern {
            Ok(pattern) if pattern.capture_names().flatten().next().is_some() => continue,
            Ok(_) => (format!("`{key}` has no group with a name, and finds no metadata"), "write a group such as (?P<slug>.*)"),
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it cannot be read").to_owned();
                (format!("`{key}` is not a regular expression: {why}"), "write it as in Python, without look-around and back-references")
            }
        };
        errors.push(codes::BAD_SETTING.report(message).at(tree.place(&format!("content.{key}"))).help(help));
    }
}

/// An address with scheme and host, and without query or fragment.
fn absolute(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', ' ']))
}

/// The path of an absolute address, without a slash at the end.
pub(super) fn base(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    path.trim_end_matches('/').to_owned()
}

/// The zone of this name.
pub(super) fn timezone(name: &str, tree: &Tree, errors: &mut Vec<Diagnostic>) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|_| {
        let zones: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let near = suggest(name, zones.iter().map(String::as_str)).map_or(String::new(), |near| format!("did you mean `{near}`?"));
        let error = codes::BAD_SETTING.report(format!("there is no time zone `{name}`"));
        errors.push(error.at(tree.place("site.timezone")).label(near).help("write a name from the IANA list, such as Europe/London"));
        TimeZone::UTC
    })
}

/// Fills every pattern once.
fn patterns(urls: &UrlPatterns, tree: &Tree, errors: &mut Vec<Diagnostic>) {
    let page = ["slug", "lang", "category", "author", "date:%Y", "path", "path_no_ext", "meta.KEY"];
    let checked: [(&str, &Pattern, &[&str]); 18] = [
        ("article", &urls.article, &page),
        ("article_lang", &urls.article_lang, &page),
        ("draft", &urls.draft, &page),
        ("draft_lang", &urls.draft_lang, &page),
        ("page", &urls.page, &page),
        ("page_lang", &urls.page_lang, &page),
        ("draft_page", &urls.draft_page, &page),
        ("draft_page_lang", &urls.draft_page_lang, &page),
        ("index", &urls.index, &[]),
        ("tag", &urls.tag, &["slug"]),
        ("category", &urls.category, &["slug"]),
        ("author", &urls.author, &["slug"]),
        ("year", &urls.year, &["date:%Y"]),
        ("tags", &urls.tags, &[]),
        ("categories", &urls.categories, &[]),
        ("authors", &urls.authors, &[]),
        ("archives", &urls.archives, &[]),
        ("paged", &urls.paged, &["name", "base_name", "number", "extension"]),
    ];
    for (name, pattern, fields) in checked {
        if let Err(why) = pattern.fill(|field, format| value(field, format, fields)) {
            let fields: Vec<String> = fields.iter().map(|field| format!("{{{field}}}")).collect();
            let known =
                if fields.is_empty() { "it is a path without fields".to_owned() } else { format!("the fields are {}", fields.join(", ")) };
            errors.push(
                codes::BAD_SETTING.report(format!("this pattern is not valid: {why}")).at(tree.place(&format!("urls.{name}"))).help(known),
            );
        }
    }
}

fn value(field: &str, format: &str, fields: &[&str]) -> Result<String, PatternError> {
    let is_known = |known: &str| known.split(':').next() == Some(field) || known == "meta.KEY" && Pattern::meta_key(field).is_some();
    if !fields.iter().any(|known| is_known(known)) {
        return Err(PatternError::UnknownField(field.to_owned()));
    }
    let day = Date::new(jiff::Timestamp::UNIX_EPOCH, TimeZone::UTC);
    if field == "date" && !format.is_empty() {
        return jiff::fmt::strtime::format(format, &day).map_err(|error| PatternError::BadFormat(error.to_string()));
    }
    Ok(String::new())
}
