//! `avocet serve`: shows the site in a browser, and tells in the terminal what changes.

use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::channel;
use std::time::Duration;

use avocet_plugin::{Diagnostic, codes};
use clap::Args;
use serde_json::{Value, json};

use super::{Common, Outcome, count, failed, tally};
use crate::config::{self, Overrides};
use crate::plugin::Registry;
use crate::report::{self, Format};
use crate::serve::{Preview, PreviewEvent, PreviewOptions};

/// The port that it listens at unless another is named.
pub(super) const DEFAULT_PORT: u16 = 8000;

/// Options of `avocet serve`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Do not watch the files: pages stay as they were when the preview started
    #[arg(long)]
    no_watch: bool,
    /// Watch the files, so that open pages follow each change; this is the default
    #[arg(long, short, conflicts_with = "no_watch", hide = true)]
    watch: bool,
    /// Address to listen on; 0.0.0.0 shows the site and its drafts to the network
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Port to listen on; if it is in use, the next free port; with 0, any free port
    #[arg(long, value_name = "PORT", default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Open the home page in the browser
    #[arg(long)]
    open: bool,
    /// Leave out drafts and scheduled posts
    #[arg(long, conflicts_with = "drafts")]
    no_drafts: bool,
    /// Also write the output folder, after each change without errors
    #[arg(long)]
    write: bool,
}

impl Arguments {
    fn is_watching(&self) -> bool {
        self.watch || !self.no_watch
    }
}

pub(super) fn run(registry: Registry, arguments: Arguments, common: &Common) -> io::Result<Outcome> {
    let mut overrides = common.overrides();
    overrides.drafts = !arguments.no_drafts;
    // Without settings there is nothing to wait for; with faulty ones there is.
    if let Err(errors) = config::load(&common.site, &overrides)
        && errors.iter().any(|error| error.is(&codes::NO_SITE))
    {
        return Ok(failed(common, errors));
    }
    let (stop, stopped) = channel();
    let _ = ctrlc::set_handler(move || {
        let _ = stop.send(());
    });
    let preview = match Preview::start(options(registry, &arguments, common, overrides)) {
        Ok(preview) => preview,
        Err(error) => {
            failed(common, vec![no_port(&arguments, &error)]);
            return Ok(Outcome::UsageError);
        }
    };
    greet(common, &arguments, &preview)?;
    if arguments.open
        && let Err(error) = open::that_detached(preview.url())
    {
        writeln!(io::stderr(), "The browser could not be opened: {error}")?;
    }
    let _ = stopped.recv();
    drop(preview);
    if common.format == Format::Text && !common.quiet {
        writeln!(io::stdout(), "\nStopped")?;
    }
    Ok(Outcome::Success)
}

/// What the preview is asked to do.
fn options(registry: Registry, arguments: &Arguments, common: &Common, overrides: Overrides) -> PreviewOptions {
    let (severity, printing) = (common.clone(), common.clone());
    PreviewOptions {
        root: common.site.clone(),
        overrides,
        registry,
        listen: SocketAddr::new(arguments.bind, arguments.port),
        watch: arguments.is_watching(),
        write: arguments.write,
        severities: std::sync::Arc::new(move |settings, diagnostics| severity.apply_severity(settings, diagnostics)),
        // A closed pipe is no reason to end: the browser is still there.
        on_event: Box::new(move |event| drop(print(&printing, &event))),
    }
}

fn no_port(arguments: &Arguments, error: &io::Error) -> Diagnostic {
    let Arguments { bind, port, .. } = arguments;
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => "it and those after it are taken".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        io::ErrorKind::PermissionDenied => "you have no permission".to_owned(),
        _ => error.to_string(),
    };
    codes::NO_PORT
        .report(format!("`{bind}` port {port} cannot be listened at: {why}"))
        .help("name another with --port, or let the system choose with --port 0")
}

/// Says where the site is.
fn greet(common: &Common, arguments: &Arguments, preview: &Preview) -> io::Result<()> {
    let (url, port) = (preview.url(), preview.address().port());
    let taken = arguments.port != 0 && port != arguments.port;
    let mut out = io::stdout().lock();
    if common.format != Format::Text {
        let line = json!({ "event": "ready", "url": url, "port": port, "watching": arguments.is_watching() });
        writeln!(out, "{line}")?;
        return out.flush();
    }
    if taken {
        writeln!(out, "Port {} is taken: this is the next free one", arguments.port)?;
    }
    if !arguments.bind.is_loopback() {
        writeln!(io::stderr(), "Others in your network can read this preview, drafts included")?;
    }
    let watching = if arguments.is_watching() { "; open pages follow your changes" } else { "" };
    writeln!(out, "Serving {url} (Ctrl-C to stop){watching}")?;
    out.flush()
}

/// Prints what happens in the preview.
fn print(common: &Common, event: &PreviewEvent) -> io::Result<()> {
    if common.format == Format::Text {
        return print_text(common, event);
    }
    let line = match event {
        PreviewEvent::Changed { files, pages, took, timings } => {
            let timings: serde_json::Map<String, Value> = timings.iter().map(|(stage, took)| ((*stage).to_owned(), ms(*took))).collect();
            json!({ "event": "changed", "files": files, "pages": pages, "ms": ms(*took), "stages": timings })
        }
        PreviewEvent::Problems(diagnostics) => {
            let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
            json!({ "event": "problems", "errors": errors, "warnings": diagnostics.len() - errors })
        }
        PreviewEvent::Polling(why) => json!({ "event": "polling", "why": why }),
        PreviewEvent::Written(written, removed) => json!({ "event": "written", "files": written, "removed": removed }),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    if let PreviewEvent::Problems(diagnostics) = event {
        report::diagnostics(&mut out, common.format, false, diagnostics)?;
    }
    out.flush()
}

fn ms(took: Duration) -> Value {
    Value::from((took.as_secs_f64() * 10_000.0).round() / 10.0)
}

fn print_text(common: &Common, event: &PreviewEvent) -> io::Result<()> {
    match event {
        PreviewEvent::Changed { files, pages, took, timings } => {
            if !common.quiet {
                let files = match files {
                    [one] => one.clone(),
                    [one, more @ ..] => format!("{one} and {}", count(more.len(), "more file")),
                    [] => String::new(),
                };
                let (dim, plain) =
                    if report::colour(common.color, io::stdout().is_terminal()) { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
                let files = files.replace(|c: char| c.is_control(), "\u{fffd}");
                writeln!(io::stdout(), "{files} {dim}->{plain} {} changed, {} ms", count(*pages, "page"), took.as_millis())?;
            }
            super::print_timings(common, timings)
        }
        PreviewEvent::Problems([]) => writeln!(io::stdout(), "All errors are fixed"),
        PreviewEvent::Problems(diagnostics) => {
            let colour = report::colour(common.color, io::stderr().is_terminal());
            report::diagnostics(&mut io::stderr().lock(), common.format, colour, diagnostics)?;
            writeln!(io::stderr(), "The site has {}", tally(diagnostics))
        }
        PreviewEvent::Polling(why) => writeln!(io::stderr(), "Polling for changes: {why}"),
        PreviewEvent::Written(written, removed) if !common.quiet => {
            writeln!(io::stdout(), "Written: {} changed, {removed} removed", count(*written, "file"))
        }
        PreviewEvent::Written(..) => Ok(()),
    }
}
