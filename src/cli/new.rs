//! `avocet new post|page TITLE`: creates a draft in the content folder, and prints its path and the next steps.
//!
//! Invariant: it overwrites no file, and no two pages get the same slug.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Kind, Page, RouteKey, codes, slugify};
use clap::{Args, ValueEnum};

use super::{Common, Outcome, show};
use crate::authoring::new_post::{NewPost, line};
use crate::clock;
use crate::disk;
use crate::pipeline;
use crate::project::Project;
use crate::report::Format;

/// What to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// A dated post
    Post,
    /// A page without a date
    Page,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Options {
    /// What to create: post or page
    #[arg(value_enum, hide_possible_values = true)]
    what: What,
    /// Its title
    title: String,
    /// The name in its URL, instead of one made from the title
    #[arg(long)]
    slug: Option<String>,
    /// Category of the post
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Folder of the file, inside the content folder
    #[arg(long, value_name = "DIR")]
    folder: Option<String>,
}

pub(super) fn run(project: &Arc<Project>, common: &Common, options: &Options) -> io::Result<Outcome> {
    match make(project, options) {
        Err(error) => {
            show(common, vec![error])?;
            Ok(Outcome::UsageError)
        }
        Ok(path) => {
            if common.format == Format::Text && !common.quiet {
                let preview = preview_url(project, &path).map_or(String::new(), |url| format!(", which shows it at {url}"));
                writeln!(
                    io::stdout(),
                    "Created {path}\n\nNext: write your text and preview it with `avocet serve`{preview}\nThen run: avocet publish {path}"
                )?;
            } else {
                writeln!(io::stdout(), "{path}")?;
            }
            Ok(Outcome::Success)
        }
    }
}

/// Where `avocet serve` shows this source, unless it is told to listen elsewhere.
fn preview_url(project: &Arc<Project>, path: &str) -> Option<String> {
    let index = pipeline::plan(project).index;
    let page = index.site.all.iter().find(|page| page.display_path == path)?;
    Some(format!("http://127.0.0.1:{}{}", super::serve::DEFAULT_PORT, index.routes.of(RouteKey::Page(&page.source))?.url))
}

/// Creates the file and returns its path, relative to the site's folder.
fn make(project: &Arc<Project>, options: &Options) -> Result<String, Diagnostic> {
    let kind = if options.what == What::Post { Kind::Article } else { Kind::Page };
    let title = line(&options.title);
    let slug = options.slug.clone().unwrap_or_else(|| slugify(&title));
    if slug.is_empty() || slug != slugify(&slug) {
        let what = if options.slug.is_some() {
            format!("`{slug}` is not a valid slug")
        } else {
            "this title has no letters or digits to make a slug from".to_owned()
        };
        return Err(codes::EMPTY_SLUG.report(what).help("set one with --slug, using the letters a to z, digits and hyphens"));
    }
    let (folder, category) = place(project, options, kind)?;
    free(project, kind, &slug)?;
    let config = &project.config;
    let today = clock::now().to_zoned(config.site.timezone.clone()).date().to_string();
    let article = kind == Kind::Article;
    let author = config.site.author.clone().filter(|_| article);
    let fresh = NewPost { title, slug: slug.clone(), date: article.then_some(today), category, author };
    let below = if folder.is_empty() { format!("{slug}.md") } else { format!("{folder}/{slug}.md") };
    write(project, &below, &fresh.text())?;
    Ok(display_path(project, &below))
}

fn display_path(project: &Arc<Project>, below: &str) -> String {
    format!("{}/{below}", project.config.content.path.trim_end_matches('/'))
}

/// The folder inside the content folder, and the category if it is not the name of the folder.
fn place(project: &Arc<Project>, options: &Options, kind: Kind) -> Result<(String, Option<String>), Diagnostic> {
    let content = &project.config.content;
    let (list, key) = if kind == Kind::Article { (&content.articles, "articles") } else { (&content.pages, "pages") };
    let folders: Vec<&str> =
        list.iter().map(|name| name.trim_matches('/')).filter(|name| !project.content().join(name).is_file()).collect();
    let Some(first) = folders.first() else {
        return Err(codes::BAD_OPTION.report(format!("[content] {key} does not name a folder")).help("add a folder in site.toml"));
    };
    let folder = match &options.folder {
        Some(folder) => folder.strip_prefix(&format!("{}/", content.path)).unwrap_or(folder).trim_matches('/').to_owned(),
        None => (*first).to_owned(),
    };
    let plain = Path::new(&folder).components().all(|part| matches!(part, Component::Normal(_)));
    let below = |top: &&str| top.is_empty() || folder == **top || folder.strip_prefix(*top).is_some_and(|rest| rest.starts_with('/'));
    if !plain || !folders.iter().any(below) {
        let what = format!("files in `{folder}` would not be published, because it is not inside a folder of [content] {key}");
        return Err(codes::BAD_OPTION.report(what).help(format!("choose one of: {}", folders.join(", "))));
    }
    match options.category.as_deref().map(line).filter(|name| !name.is_empty()) {
        Some(_) if kind == Kind::Page => {
            Err(codes::BAD_OPTION.report("a page has no category").help("remove --category, or create a post"))
        }
        Some(category) if project.config.articles.category == "folder" && options.folder.is_none() => {
            Ok(folder_of_category(project, &folder, &category))
        }
        category => Ok((folder, category)),
    }
}

/// The existing or new folder of a category, and the category if the folder has another name.
fn folder_of_category(project: &Arc<Project>, folder: &str, category: &str) -> (String, Option<String>) {
    let slug = slugify(category);
    let existing = fs::read_dir(project.content().join(folder)).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = existing.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let name = names.into_iter().find(|name| slugify(name) == slug).unwrap_or(slug);
    let written = (name != category).then(|| category.to_owned());
    (if folder.is_empty() { name } else { format!("{folder}/{name}") }, written)
}

/// Fails if another page has the slug.
fn free(project: &Arc<Project>, kind: Kind, slug: &str) -> Result<(), Diagnostic> {
    let plan = pipeline::plan(project);
    let Some(page) = plan.index.site.all.iter().find(|page| page.kind == kind && page.slug == slug) else { return Ok(()) };
    let what = format!("`{}` already has the slug `{slug}`", page.display_path);
    Err(codes::SLUG_TAKEN.report(what).at(slug_place(page)).label("here").help("choose another title, or another slug with --slug"))
}

fn slug_place(page: &Page) -> avocet_plugin::Place {
    if page.fields.contains_key("slug") { page.place_of("slug") } else { page.place_of("title") }
}

fn write(project: &Arc<Project>, below: &str, text: &str) -> Result<(), Diagnostic> {
    let file = project.content().join(below);
    let folder = file.parent().map_or_else(|| project.content(), Path::to_owned);
    let written = fs::create_dir_all(folder).and_then(|()| fs::File::create_new(&file)).and_then(|mut new| new.write_all(text.as_bytes()));
    written.map_err(|error| {
        let display_path = display_path(project, below);
        if error.kind() == io::ErrorKind::AlreadyExists {
            codes::FILE_THERE
                .report(format!("the file `{display_path}` already exists"))
                .help("choose another slug with --slug; nothing was written")
        } else {
            codes::UNWRITABLE_FILE
                .report(format!("`{display_path}` cannot be written: {}", disk::why(&error)))
                .help("check the permissions of the folder and the space on the disk")
        }
    })
}
