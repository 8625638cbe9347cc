//! `[urls]`: patterns of files, and whether links to them end in `.html`.

use super::{Importer, Outcome, Value, text};

/// Kinds of files: the name in Pelican, the key here, Pelican's default, and whether it is a page of one source.
const KINDS: [(&str, &str, &str, bool); 17] = [
    ("ARTICLE", "article", "{slug}.html", true),
    ("ARTICLE_LANG", "article_lang", "{slug}-{lang}.html", true),
    ("DRAFT", "draft", "drafts/{slug}.html", true),
    ("DRAFT_LANG", "draft_lang", "drafts/{slug}-{lang}.html", true),
    ("PAGE", "page", "pages/{slug}.html", true),
    ("PAGE_LANG", "page_lang", "pages/{slug}-{lang}.html", true),
    ("DRAFT_PAGE", "draft_page", "drafts/pages/{slug}.html", true),
    ("DRAFT_PAGE_LANG", "draft_page_lang", "drafts/pages/{slug}-{lang}.html", true),
    ("TAG", "tag", "tag/{slug}.html", false),
    ("CATEGORY", "category", "category/{slug}.html", false),
    ("AUTHOR", "author", "author/{slug}.html", false),
    ("YEAR_ARCHIVE", "year", "", false),
    ("INDEX", "index", "index.html", false),
    ("TAGS", "tags", "tags.html", false),
    ("CATEGORIES", "categories", "categories.html", false),
    ("AUTHORS", "authors", "authors.html", false),
    ("ARCHIVES", "archives", "archives.html", false),
];

/// What a page of a source has by its own names.
const OF_PAGE: [&str; 7] = ["slug", "lang", "category", "author", "date", "path", "path_no_ext"];

/// `[urls]`.
pub(super) fn urls(importer: &mut Importer) {
    importer.toml.set("urls", "defaults", "pelican", "");
    let mut clean = None;
    for (kind, key, default, of_page) in KINDS {
        let (save_as, url) = (format!("{kind}_SAVE_AS"), format!("{kind}_URL"));
        let written = match importer.value(&save_as) {
            None => default.to_owned(),
            Some(Value::Text(pattern)) => pattern.clone(),
            Some(_) => String::new(),
        };
        match pattern(importer, &written, of_page) {
            Some(pattern) if importer.value(&save_as).is_some() => importer.take(&save_as, "urls", key, pattern),
            Some(_) => {}
            None => importer.refuse(&save_as, format!("the pattern has a field that Avocet does not know: write another in [urls] {key}")),
        }
        let Some(address) = importer.text(&url).map(str::to_owned) else { continue };
        let follows = form(&address, &written);
        let first = matches!(kind, "ARTICLE" | "PAGE") && clean.is_none();
        if first && let Some(Form::Clean | Form::Html) = follows {
            clean = Some(follows == Some(Form::Clean));
        }
        match follows {
            Some(Form::Clean) if clean != Some(true) => {
                importer.refuse(&url, "links end in `.html` as those to posts do; a host answers both".to_owned());
            }
            Some(_) => importer.report(&url, Outcome::TakenOver, format!("follows from [urls] {key}")),
            None => importer.refuse(&url, format!("links lead to the file `{written}`, as `{address}` is not its URL on every host")),
        }
    }
    if clean == Some(true) {
        importer.toml.set("urls", "links", "clean", "ARTICLE_URL without `.html`");
    }
    direct_templates(importer);
    paged(importer);
}

/// How a URL names a file.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Form {
    /// By its name.
    Html,
    /// Without `.html`.
    Clean,
    /// By its folder, because the file is `index.html`.
    Folder,
}

fn form(url: &str, save_as: &str) -> Option<Form> {
    let (url, save_as) = (url.trim_start_matches('/'), save_as.trim_start_matches('/'));
    if let Some(folder) = save_as.strip_suffix("index.html") {
        return (url.trim_end_matches('/') == folder.trim_end_matches('/') || url == save_as).then_some(Form::Folder);
    }
    if url == save_as {
        return Some(Form::Html);
    }
    (save_as.strip_suffix(".html") == Some(url)).then_some(Form::Clean)
}

/// A pattern with the fields of Avocet: a field that is no name of the engine's is metadata.
fn pattern(importer: &Importer, written: &str, of_page: bool) -> Option<String> {
    let groups = ["FILENAME_METADATA", "PATH_METADATA"].map(|name| importer.text(name).unwrap_or_default());
    let is_found = |field: &str| groups.iter().any(|group| group.contains(&format!("(?P<{field}>")));
    let mut out = String::new();
    let mut rest = written.trim_start_matches('/');
    while let Some((before, field)) = rest.split_once('{') {
        let (field, after) = field.split_once('}')?;
        let name = field.split(':').next().unwrap_or(field);
        let is_word =
            !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let field = match name {
            "name" if !of_page => "slug".to_owned(),
            "slug" | "date" => field.to_owned(),
            name if of_page && OF_PAGE.contains(&name) && !(name.starts_with("path") && is_found(name)) => field.to_owned(),
            name if of_page && is_word => format!("meta.{name}"),
            _ => return None,
        };
        out.push_str(&format!("{before}{{{field}}}"));
        rest = after;
    }
    Some(out + rest)
}

/// Pages that a site has once. What is not in the list is off.
fn direct_templates(importer: &mut Importer) {
    let Some(templates) = importer.texts("DIRECT_TEMPLATES") else { return };
    let known = ["index", "tags", "categories", "authors", "archives"];
    for name in known.into_iter().filter(|name| !templates.iter().any(|template| template == name)) {
        importer.toml.set("urls", name, "", "not in DIRECT_TEMPLATES");
    }
    let others: Vec<String> = templates.into_iter().filter(|template| !known.contains(&template.as_str())).collect();
    match &others[..] {
        [] => importer.report("DIRECT_TEMPLATES", Outcome::TakenOver, "[urls]"),
        others => {
            let pages = others.iter().map(|name| format!("`template: {name}`")).collect::<Vec<_>>().join(", ");
            importer
                .refuse("DIRECT_TEMPLATES", format!("there are no pages of templates alone: write a page with {pages}, and the template"));
        }
    }
}

/// Further pages of lists: the last rule that holds for page 2.
fn paged(importer: &mut Importer) {
    let Some(Value::List(rules)) = importer.value("PAGINATION_PATTERNS").cloned() else { return };
    let rule = rules.iter().rev().find_map(|rule| match rule {
        Value::List(rule) => match &rule[..] {
            [Value::Int(1 | 2), _, save_as] => text(save_as),
            _ => None,
        },
        _ => None,
    });
    let fields = ["{name}", "{base_name}", "{number}", "{extension}"];
    let is_known = |pattern: &str| fields.iter().fold(pattern.to_owned(), |left, field| left.replace(field, "")).find('{').is_none();
    match rule.filter(|pattern| is_known(pattern)) {
        Some(pattern) => importer.take("PAGINATION_PATTERNS", "urls", "paged", pattern),
        None => importer.refuse("PAGINATION_PATTERNS", "write [urls] paged with {name}, {base_name}, {number} and {extension}"),
    }
}
