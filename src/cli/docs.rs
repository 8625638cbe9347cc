//! `avocet docs [TOPIC]`: the manual, which is in the binary, in a browser or as text.
//!
//! The manual is a site like any other: it is written to a temporary folder, and the preview shows it.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

use avocet_plugin::{Diagnostic, Kind, Page, RouteKey, codes, name_key, suggest};
use clap::Args;

use super::{Common, Outcome, show};
use crate::config::Overrides;
use crate::disk;
use crate::pipeline::{self, Plan};
use crate::plugin::Registry;
use crate::project::Project;
use crate::serve::{Preview, PreviewOptions};

/// The files of the site that is also the manual, by path.
static SITE: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/manual.rs"));
/// The page that is shown without a topic.
const FIRST: &str = "getting-started";

/// Options of the command.
#[derive(Debug, Clone, Args)]
pub(super) struct Options {
    /// A page of the manual, such as errors or front-matter
    topic: Option<String>,
    /// Print the page as Markdown, or the names of all pages, instead of opening a browser
    #[arg(long)]
    print: bool,
}

pub(super) fn run(common: &Common, options: &Options, registry: Registry) -> io::Result<Outcome> {
    match open(options, registry) {
        Ok(outcome) => outcome,
        Err(errors) => {
            show(common, errors)?;
            Ok(Outcome::UsageError)
        }
    }
}

fn open(options: &Options, registry: Registry) -> Result<io::Result<Outcome>, Vec<Diagnostic>> {
    let folder = tempfile::tempdir().map_err(|error| vec![unwritable(&std::env::temp_dir(), &error)])?;
    write(folder.path()).map_err(|error| vec![unwritable(folder.path(), &error)])?;
    let project = Arc::new(Project::open(folder.path(), &Overrides::default(), &registry)?);
    let plan = pipeline::plan(&project);
    let topic = options.topic.as_deref();
    let page = find(&plan, topic.unwrap_or(FIRST)).map_err(|error| vec![error])?;
    if options.print {
        return Ok(if topic.is_some() { print(page) } else { list(&plan) });
    }
    let url = plan.index.routes.of(RouteKey::Page(&page.source)).map_or("/", |route| &route.url);
    let started = Preview::start(preview(folder.path(), registry));
    let preview = started.map_err(|error| {
        vec![codes::NO_PORT.report(format!("no port is free for the manual: {error}")).help("print it: avocet docs --print")]
    })?;
    Ok(serve(&preview, url))
}

fn write(folder: &Path) -> io::Result<()> {
    SITE.iter().try_for_each(|(path, bytes)| {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, bytes)
    })
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    codes::UNWRITABLE_FILE
        .report(format!("the manual cannot be written to `{}`: {}", path.display(), disk::why(error)))
        .help("make room there, or name another folder for temporary files in the variable TMPDIR")
}

/// The pages of the manual.
fn pages(plan: &Plan) -> impl Iterator<Item = &Page> {
    plan.index.site.all.iter().map(|page| &**page).filter(|page| page.kind == Kind::Page)
}

/// The name of its file, without the ending.
fn name(page: &Page) -> &str {
    let name = page.source.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".md").unwrap_or(name)
}

fn find<'p>(plan: &'p Plan, topic: &str) -> Result<&'p Page, Diagnostic> {
    let is = |page: &&Page| name(page) == topic || page.slug == topic || name_key(&page.title) == name_key(topic);
    pages(plan).find(is).ok_or_else(|| {
        let names = pages(plan).flat_map(|page| [name(page), &page.title]);
        let near = suggest(topic, names).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let error = codes::UNKNOWN_PAGE.report(format!("the manual has no page `{topic}`"));
        error.help(format!("{near}`avocet docs --print` lists the pages"))
    })
}

fn print(page: &Page) -> io::Result<Outcome> {
    writeln!(io::stdout(), "# {}\n\n{}", page.title, page.body().trim())?;
    Ok(Outcome::Success)
}

fn list(plan: &Plan) -> io::Result<Outcome> {
    let mut out = io::stdout().lock();
    pages(plan).try_for_each(|page| writeln!(out, "{:<24}{}", name(page), page.title))?;
    Ok(Outcome::Success)
}

fn preview(folder: &Path, registry: Registry) -> PreviewOptions {
    PreviewOptions {
        root: folder.to_owned(),
        overrides: Overrides::default(),
        registry,
        listen: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
        watch: false,
        write: false,
        severities: Arc::new(|_, diagnostics| diagnostics),
        on_event: Box::new(|_| ()),
    }
}

/// Shows the page until the command is stopped.
fn serve(preview: &Preview, path: &str) -> io::Result<Outcome> {
    let (stop, stopped) = channel();
    let _ = ctrlc::set_handler(move || {
        let _ = stop.send(());
    });
    let url = format!("http://{}{path}", preview.address());
    writeln!(io::stdout(), "The manual is at {url} (Ctrl-C to stop)")?;
    io::stdout().flush()?;
    if io::stdout().is_terminal()
        && let Err(error) = open::that_detached(&url)
    {
        writeln!(io::stderr(), "The browser could not be opened: {error}")?;
    }
    let _ = stopped.recv();
    Ok(Outcome::Success)
}
