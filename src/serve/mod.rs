//! The preview: plan, then render the page that is asked for. A file event only wakes it; it plans again, and puts the new plan in the
//! place of the old one.
//!
//! In: a folder with a site. Out: its pages over HTTP, as `build` would write them, with a script before their end; and each
//! [`PreviewEvent`] to a function. Invariant: there is no second path to a page, and nothing is invalidated: what is served is rendered
//! from the newest plan.
//!
//! `watch` wakes, `update` plans and tells, `checker` looks for errors in the background, `site` holds the newest snapshot, `answer`
//! answers requests, `hosting` finds what a path leads to, `http` speaks the protocol, `connections` keeps room for the next connection,
//! `reload` tells open tabs, `live.js` is what runs in them.

mod answer;
mod checker;
mod connections;
mod hosting;
mod http;
mod reload;
mod site;
mod update;
mod watch;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use avocet_plugin::Diagnostic;

use crate::config::Overrides;
use crate::pipeline::Timings;
use crate::plugin::Registry;
use http::Request;
use reload::Tabs;
pub use site::SeverityPolicy;
use site::{ServedSite, Snapshot, lock};
use watch::{Wake, Watch};

/// Ports that are tried after one that is taken.
const NEXT_PORTS: u16 = 20;

/// What a preview is to show, where, and to whom it says what happens.
pub struct PreviewOptions {
    /// The folder of the site.
    pub root: PathBuf,
    /// What the command line changes.
    pub overrides: Overrides,
    /// The plugins that there are.
    pub registry: Registry,
    /// Where it listens; port 0 for any. A port that is taken gives way to the next one.
    pub listen: SocketAddr,
    /// Whether it watches the files.
    pub watch: bool,
    /// Whether it writes the output folder after each change.
    pub write: bool,
    /// Decides which problems are errors.
    pub severities: Arc<SeverityPolicy>,
    /// Gets each event.
    pub on_event: Box<dyn Fn(PreviewEvent) + Send + Sync>,
}

/// What happens in a preview.
#[derive(Debug)]
pub enum PreviewEvent<'a> {
    /// The site has changed and was planned again.
    Changed {
        /// Files that changed, from the site's folder.
        files: &'a [String],
        /// Pages that changed with them: those of the changed sources, and those in open tabs.
        pages: usize,
        /// From the first event to the new plan.
        took: Duration,
        /// How long each stage took.
        timings: &'a Timings,
    },
    /// These are all diagnostics now; none when everything is fixed.
    Problems(&'a [Diagnostic]),
    /// The files are polled, for this reason.
    Polling(&'a str),
    /// The output folder was written: files written, and removed.
    Written(usize, usize),
}

/// A preview that runs.
pub struct Preview {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Option<watch::Stop>,
    threads: Vec<JoinHandle<()>>,
}

/// What the threads share.
struct Shared {
    options: PreviewOptions,
    site: ServedSite,
    tabs: Tabs,
    stopping: AtomicBool,
    /// Whether it looks at what an event told of: all processors are for that.
    looking: AtomicBool,
    /// The number of the snapshot: what was begun for an older one is not finished.
    generation: AtomicU64,
    check: Mutex<Option<Sender<Arc<Snapshot>>>>,
}

impl Preview {
    /// Plans, and listens.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(options: PreviewOptions) -> io::Result<Self> {
        let listener = listener(options.listen)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            site: ServedSite::new(Arc::clone(&options.severities)),
            options,
            tabs: Tabs::default(),
            stopping: AtomicBool::new(false),
            looking: AtomicBool::new(false),
            generation: AtomicU64::new(0),
            check: Mutex::default(),
        });
        // What changes while the first plan is made is not missed: the folders are watched before they are read.
        let mut watch = shared.options.watch.then(Watch::new);
        shared.update(watch.as_mut(), Wake::Clock, Instant::now());
        let mut threads = Vec::new();
        let stop = watch.as_ref().map(Watch::stopper);
        if let Some(watch) = watch {
            let shared = Arc::clone(&shared);
            threads.push(thread::spawn(move || shared.watch(watch)));
        }
        threads.push(shared.spawn_checker());
        let accepting = Arc::clone(&shared);
        threads.push(thread::spawn(move || {
            let answering = Arc::clone(&accepting);
            let answer: Arc<http::Handler> = Arc::new(move |request: &Request| answering.answer(request));
            http::serve(&listener, &answer, &accepting.stopping);
        }));
        Ok(Self { shared, address, stop, threads })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the home page.
    #[must_use]
    pub fn url(&self) -> String {
        let base = self.shared.site.snapshot().map_or(String::new(), |snapshot| snapshot.plan.index.site.info.base.clone());
        format!("http://{}{base}/", self.address)
    }

    /// The diagnostics of the site that are known.
    #[must_use]
    pub fn problems(&self) -> Arc<Vec<Diagnostic>> {
        self.shared.site.diagnostics()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        self.shared.generation.fetch_add(1, Ordering::AcqRel);
        lock(&self.shared.check).take();
        if let Some(stop) = &self.stop {
            stop.stop();
        }
        // The thread that accepts wakes when somebody comes.
        let host = if self.address.ip().is_unspecified() { IpAddr::from([127, 0, 0, 1]) } else { self.address.ip() };
        let _ = TcpStream::connect_timeout(&SocketAddr::new(host, self.address.port()), Duration::from_secs(1));
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        if let Some(snapshot) = self.shared.site.snapshot() {
            snapshot.session.save(false);
        }
    }
}

/// Listens at the first port from the wanted one on that is free.
fn listener(wanted: SocketAddr) -> io::Result<TcpListener> {
    let (mut taken, port) = (None, wanted.port());
    let last = if port == 0 { 0 } else { port.saturating_add(NEXT_PORTS) };
    for port in port..=last {
        match TcpListener::bind((wanted.ip(), port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => taken = Some(error),
            listener => return listener,
        }
    }
    Err(taken.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

impl Shared {
    /// Reports the diagnostics if they have changed. Returns whether they have.
    fn report(&self) -> bool {
        let Some(diagnostics) = self.site.new_diagnostics() else { return false };
        self.tabs.errors(&diagnostics);
        (self.options.on_event)(PreviewEvent::Problems(&diagnostics));
        if let Some(snapshot) = self.site.snapshot() {
            self.tabs.update(None, &snapshot, self.site.has_errors());
        }
        true
    }
}
