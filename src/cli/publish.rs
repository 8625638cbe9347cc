//! `avocet publish POST` and `avocet draft POST`: change the status and the date in a source, and nothing else.
//!
//! Invariant: a source that cannot be edited line by line stays unchanged; a file is replaced completely or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use avocet_plugin::{Date, Diagnostic, Kind, Page, Place, RouteKey, Status, codes};
use clap::Args;

use super::{Common, Outcome, find, show};
use crate::authoring::header::{self, Unchanged};
use crate::clock;
use crate::disk;
use crate::pipeline;
use crate::project::Project;
use crate::report::Format;

#[derive(Debug, Clone, Args)]
pub(super) struct Publish {
    /// The post or page: its file, slug, title or URL
    post: String,
    /// Keep its date
    #[arg(long, conflicts_with = "now")]
    keep_date: bool,
    /// Set its date to now, also if it has one in the future
    #[arg(long)]
    now: bool,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Draft {
    /// The post or page: its file, slug, title or URL
    post: String,
}

pub(super) fn publish(project: &Arc<Project>, common: &Common, options: &Publish) -> io::Result<Outcome> {
    let plan = pipeline::plan(project);
    let page = match find::page(&plan, &options.post) {
        Ok(page) => page,
        Err(errors) => return refused(common, errors),
    };
    let now = clock::now();
    let later = page.date.as_ref().filter(|date| date.timestamp() > now);
    let scheduled = later.filter(|_| !options.now);
    if page.status == Status::Published && (later.is_none() || scheduled.is_some()) {
        let waiting = scheduled.map_or(String::new(), |date| format!(", {}", future(project, date)));
        return say(common, &format!("{} is already published{waiting}; nothing was changed", page.display_path));
    }
    // A page that stands by itself has a date only if its author gave it one.
    let dated = page.date.is_some() || page.kind == Kind::Article;
    let keep = !dated || scheduled.is_some() || options.keep_date && page.date.is_some();
    let date = (!keep).then(|| now.to_zoned(project.config.site.timezone.clone()).strftime("%Y-%m-%d %H:%M").to_string());
    let edit = |text: &str| {
        let text = header::set_status(text, "published")?;
        date.as_ref().map_or(Ok(text.clone()), |date| header::set(&text, "date", date, &["title"]))
    };
    if let Err(error) = edit_file(project, page, edit) {
        return refused(common, vec![error]);
    }
    let reported = match (&date, scheduled) {
        (Some(date), _) => format!(", dated {date}"),
        (None, Some(date)) => format!(", {}", future(project, date)),
        (None, None) => String::new(),
    };
    after(project, common, page, &format!("Published {}{reported}", page.display_path))
}

/// What becomes of an article with this date in the future.
fn future(project: &Project, date: &Date) -> String {
    let date = date.strftime("%Y-%m-%d %H:%M");
    if project.config.articles.hold_future() {
        format!("scheduled for {date}: the first build after that has it. To publish it now, use `--now`")
    } else {
        format!("dated {date}, which is in the future; the next build has it, since [articles] future is not \"hold\"")
    }
}

pub(super) fn draft(project: &Arc<Project>, common: &Common, options: &Draft) -> io::Result<Outcome> {
    let plan = pipeline::plan(project);
    let page = match find::page(&plan, &options.post) {
        Ok(page) => page,
        Err(errors) => return refused(common, errors),
    };
    if page.status == Status::Draft {
        return say(common, &format!("{} is already a draft; nothing was changed", page.display_path));
    }
    match edit_file(project, page, |text| header::set_status(text, "draft")) {
        Err(error) => refused(common, vec![error]),
        Ok(()) => after(project, common, page, &format!("{} is a draft again", page.display_path)),
    }
}

fn say(common: &Common, line: &str) -> io::Result<Outcome> {
    if common.format == Format::Text && !common.quiet {
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(Outcome::Success)
}

fn refused(common: &Common, errors: Vec<Diagnostic>) -> io::Result<Outcome> {
    show(common, errors)?;
    Ok(Outcome::UsageError)
}

/// Prints what was done, the problems of the source, and its URL.
fn after(project: &Arc<Project>, common: &Common, page: &Page, done: &str) -> io::Result<Outcome> {
    let plan = pipeline::plan(project);
    let mine = |diagnostics: &Diagnostic| diagnostics.place.as_ref().is_some_and(|place| place.file == page.display_path);
    let diagnostics: Vec<Diagnostic> =
        common.apply_severity(&project.config.check, plan.diagnostics.iter().filter(|reported| mine(reported)).cloned().collect());
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    show(common, diagnostics)?;
    let written = plan.index.routes.of(RouteKey::Page(&page.source));
    let draft = written.is_some_and(|route| route.page.is_some_and(|id| plan.index.site.page(id).status == Status::Draft));
    let next = match written {
        _ if draft => ", which removes it from the site".to_owned(),
        Some(route) => format!(", which publishes it at {}", route.url),
        None => String::new(),
    };
    say(common, &format!("{done}\n\nNext: avocet build{next}"))?;
    Ok(if has_errors { Outcome::SiteErrors } else { Outcome::Success })
}

fn file(project: &Arc<Project>, page: &Page) -> PathBuf {
    project.content().join(&*page.source)
}

/// Edits a source and replaces it completely, with the same permissions. A symbolic link stays a link.
fn edit_file(project: &Arc<Project>, page: &Page, edit: impl Fn(&str) -> Result<String, Unchanged>) -> Result<(), Diagnostic> {
    let path = file(project, page);
    let unwritable = |error: io::Error| {
        codes::UNWRITABLE_FILE
            .report(format!("`{}` cannot be written: {}", page.display_path, disk::why(&error)))
            .help("check the permissions of the file and the space on the disk")
    };
    let path = fs::canonicalize(path).map_err(unwritable)?;
    let text = fs::read_to_string(&path).map_err(unwritable)?;
    let bare = text.trim_start_matches('\u{feff}');
    let mark = &text[..text.len() - bare.len()];
    let edited = edit(bare).map_err(|reason| unchanged(reason).at(Place::file(page.display_path.clone())))?;
    avocet_io::replace(&path, format!("{mark}{edited}").as_bytes()).map_err(unwritable)
}

fn unchanged(reason: Unchanged) -> Diagnostic {
    let (what, help) = match reason {
        Unchanged::Toml => ("TOML front matter", "write `status = \"published\"` or `status = \"draft\"`, and `date`, in your editor"),
        Unchanged::Json => {
            ("JSON front matter", "write `\"status\": \"published\"` or `\"status\": \"draft\"`, and `\"date\"`, in your editor")
        }
        Unchanged::Form => (
            "front matter whose keys are not on lines of their own",
            "write `status:` and `date:` on lines of their own, or change them in your editor",
        ),
    };
    codes::UNCHANGED_FILE.report(format!("Avocet cannot edit {what}; the file is unchanged")).help(help)
}
