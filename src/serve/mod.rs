//! The preview: plan, then render the page that is asked for. A file event only wakes it; it plans again, and puts the new plan in the
//! place of the old one.
//!
//! In: a folder with a site. Out: its pages over HTTP, as `build` would write them, with a script before their end; and [`PreviewEvent`] for whom
//! started it. Invariant: there is no second path to a page, and nothing is invalidated: what is served is made of the newest plan.
//!
//! `http` speaks the protocol, `answer` answers, `host` finds what stands at a path, `site` holds the newest plan and what was made of it, `watch` wakes,
//! `reload` tells open tabs, `live.js` is what runs in them.

mod answer;
mod connections;
mod hosting;
mod http;
mod reload;
mod site;
mod watch;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use avocet_plugin::Diagnostic;

use crate::config::Overrides;
use crate::pipeline::{self, Replan, Timings};
use crate::plugin::Registry;
use crate::project::Project;
use hosting::Resource;
use http::Request;
use reload::Tabs;
pub use site::SeverityPolicy;
use site::{Rendered, ServedSite, Snapshot, lock};
use watch::{Wake, Watch};

/// Ports that are tried after one that is taken.
const NEXT_PORTS: u16 = 20;
/// After a change, the preview waits so long before it looks for errors in pages that nobody asked for, or writes.
const PAUSE: Duration = Duration::from_millis(500);
/// Changed sources whose pages are compared, to tell how many changed.
const MOST_COMPARED: usize = 20;

/// What a preview is asked to be.
pub struct Options {
    /// The folder of the site.
    pub root: PathBuf,
    /// What the command line changes.
    pub overrides: Overrides,
    /// The plugins that there are.
    pub registry: Registry,
    /// Where it listens.
    pub bind: IpAddr,
    /// The port; 0 for any.
    pub port: u16,
    /// Whether it watches the files.
    pub watch: bool,
    /// Whether it writes the output folder after each change.
    pub write: bool,
    /// Decides which problems are errors.
    pub severities: Arc<SeverityPolicy>,
    /// Is told what happens.
    pub tell: Box<dyn Fn(PreviewEvent) + Send + Sync>,
}

/// What happens in a preview.
#[derive(Debug)]
pub enum PreviewEvent<'a> {
    /// The site has changed and is planned anew.
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
    /// All that is wrong now is this; nothing when it is mended.
    Problems(&'a [Diagnostic]),
    /// Files are looked at by the clock, for this reason.
    Polling(&'a str),
    /// The output folder was written: files written, and removed.
    LinkSource(usize, usize),
}

/// A preview that runs.
pub struct Preview {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Option<watch::Stop>,
    threads: Vec<JoinHandle<()>>,
}

/// What changed from one plan to the next.
struct Turn {
    changes: Vec<String>,
    took: Duration,
    timings: Timings,
}

/// What the threads share.
struct Shared {
    options: Options,
    site: ServedSite,
    tabs: Tabs,
    stopping: AtomicBool,
    /// Whether it looks at what an event told of: all processors are for that.
    looking: AtomicBool,
    /// The number of the edition: what was begun for an older one is not finished.
    generation: AtomicU64,
    check: Mutex<Option<Sender<Arc<Snapshot>>>>,
}

impl Preview {
    /// Plans, and listens.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(options: Options) -> io::Result<Self> {
        let listener = listener(options.bind, options.port)?;
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
        shared.look(watch.as_mut(), Wake::Clock, Instant::now());
        let mut threads = Vec::new();
        let stop = watch.as_ref().map(Watch::stopper);
        if let Some(watch) = watch {
            let shared = Arc::clone(&shared);
            threads.push(thread::spawn(move || shared.watch(watch)));
        }
        threads.push(shared.checks());
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

    /// The address of the home page.
    #[must_use]
    pub fn url(&self) -> String {
        let base = self.shared.site.snapshot().map_or(String::new(), |snapshot| snapshot.plan.index.site.info.base.clone());
        format!("http://{}{base}/", self.address)
    }

    /// What is wrong with the site, as far as it is known.
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
            snapshot.session.save();
        }
    }
}

/// The first port from `port` on that is free.
fn listener(bind: IpAddr, port: u16) -> io::Result<TcpListener> {
    let mut taken = None;
    let last = if port == 0 { 0 } else { port.saturating_add(NEXT_PORTS) };
    for port in port..=last {
        match TcpListener::bind((bind, port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => taken = Some(error),
            listener => return listener,
        }
    }
    Err(taken.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

impl Shared {
    /// Looks for as long as it is not stopped.
    fn watch(&self, mut watch: Watch) {
        loop {
            let wake = watch.wait();
            if wake == Wake::Stop {
                return;
            }
            let began = Instant::now();
            self.looking.store(wake == Wake::Event, Ordering::Release);
            let found = self.look(Some(&mut watch), wake, began);
            self.looking.store(false, Ordering::Release);
            if let Some(why) = watch.looked(wake, found, began.elapsed()) {
                (self.options.tell)(PreviewEvent::Polling(&why));
            }
        }
    }

    /// Looks at the files, and plans if something has changed. Says whether it has.
    fn look(&self, mut watch: Option<&mut Watch>, wake: Wake, began: Instant) -> bool {
        let Options { root, overrides, registry, .. } = &self.options;
        let old = self.site.snapshot();
        let before = old.as_ref().map(|snapshot| &*snapshot.plan.project);
        let project = Project::reopen(root, overrides, registry, before);
        if let Some(why) = watch.as_mut().and_then(|watch| watch.follow(&self.folders(project.as_ref().ok().or(before)))) {
            (self.options.tell)(PreviewEvent::Polling(&why));
        }
        let project = match project {
            Ok(project) => Arc::new(project),
            Err(errors) => {
                self.site.set_broken(errors);
                return self.report();
            }
        };
        let replan = match &old {
            Some(old) => pipeline::replan(&project, &old.plan, watch.and_then(|watch| watch.written(wake)).as_ref()),
            None => Some(Replan { plan: pipeline::plan(&project), changes: Vec::new(), timings: Timings::new() }),
        };
        self.site.set_broken(Vec::new());
        let Some(Replan { plan, changes, timings }) = replan else { return self.report() };
        self.generation.fetch_add(1, Ordering::AcqRel);
        let (old, new) = self.site.replace(plan);
        self.turned(old.as_deref(), &new, &Turn { changes, took: began.elapsed(), timings });
        if let Some(check) = &*lock(&self.check) {
            let _ = check.send(new);
        }
        true
    }

    /// What follows from a new edition: problems are told, and tabs whose page is another.
    fn turned(&self, old: Option<&Snapshot>, new: &Snapshot, turn: &Turn) {
        let Some(old) = old else {
            self.report();
            return;
        };
        let Turn { changes, took, timings } = turn;
        let mut pages = compared(old, new, changes);
        self.site.look_again(old, new);
        let news = self.site.news();
        pages.extend(self.tabs.generation(Some(old), new, self.site.has_errors()).iter().filter_map(|path| output(new, path)));
        pages.sort();
        pages.dedup();
        (self.options.tell)(PreviewEvent::Changed { files: changes, pages: pages.len(), took: *took, timings });
        if let Some(reported) = news {
            self.tabs.errors(&reported);
            (self.options.tell)(PreviewEvent::Problems(&reported));
        }
    }

    /// Tells what is wrong, if it is not what was told before. Says whether it is not.
    fn report(&self) -> bool {
        let Some(reported) = self.site.news() else { return false };
        self.tabs.errors(&reported);
        (self.options.tell)(PreviewEvent::Problems(&reported));
        if let Some(snapshot) = self.site.snapshot() {
            self.tabs.generation(None, &snapshot, self.site.has_errors());
        }
        true
    }

    /// The folders that a project is made from, and whether with all that is below them.
    fn folders(&self, project: Option<&Project>) -> Vec<(PathBuf, bool)> {
        let root = &self.options.root;
        let mut folders = vec![(root.clone(), false)];
        let parent =
            |file: &PathBuf| file.parent().map(|folder| if folder.as_os_str().is_empty() { ".".into() } else { folder.to_owned() });
        folders.extend(self.options.overrides.file.iter().filter_map(parent).map(|folder| (folder, false)));
        folders.extend(["templates", "includes", "themes"].map(|name| (root.join(name), true)));
        if let Some(project) = project {
            folders.push((project.content(), true));
            let inputs = project.plugins.iter().flat_map(|plugin| &plugin.inputs).map(|file| root.join(file));
            folders.extend(inputs.filter_map(|file| parent(&file)).map(|folder| (folder, false)));
        }
        // Events name absolute paths, whatever is watched.
        for (folder, _) in &mut folders {
            *folder = std::path::absolute(&*folder).unwrap_or_else(|_| folder.clone());
        }
        // What is watched with all below it need not be watched alone.
        let whole: Vec<PathBuf> = folders.iter().filter(|(_, deep)| *deep).map(|(folder, _)| folder.clone()).collect();
        folders.retain(|(folder, deep)| *deep || !whole.iter().any(|whole| folder.starts_with(whole)));
        folders.sort();
        folders.dedup();
        folders
    }

    /// The thread that looks for errors in all pages when there is time, and writes the output if it is asked to.
    fn checks(self: &Arc<Self>) -> JoinHandle<()> {
        let (send, editions) = channel::<Arc<Snapshot>>();
        if let Some(snapshot) = self.site.snapshot() {
            let _ = send.send(snapshot);
        }
        *lock(&self.check) = Some(send);
        let shared = Arc::clone(self);
        thread::spawn(move || {
            // One processor is left to the pages that somebody waits for.
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
            while let Ok(snapshot) = editions.recv() {
                // Of several that have come meanwhile the newest alone is worth a look.
                let snapshot = editions.try_iter().last().unwrap_or(snapshot);
                let generation = shared.generation.load(Ordering::Acquire);
                let newest = || shared.generation.load(Ordering::Acquire) == generation && !shared.stopping.load(Ordering::Acquire);
                let wanted = || newest() && !shared.looking.load(Ordering::Acquire);
                thread::sleep(PAUSE);
                while newest() && !snapshot.is_checked() {
                    match &pool {
                        Ok(pool) => pool.install(|| snapshot.check(wanted)),
                        Err(_) => snapshot.check(wanted),
                    }
                    if snapshot.is_checked() {
                        shared.report();
                        snapshot.session.save();
                        shared.write(&snapshot);
                    } else {
                        thread::sleep(PAUSE);
                    }
                }
            }
        })
    }

    /// Writes the output folder, if that is asked for and the site has no errors.
    fn write(&self, snapshot: &Snapshot) {
        if self.options.write && !self.site.has_errors() {
            let project = &snapshot.plan.project;
            let built = pipeline::write(&snapshot.session, &|reported| (self.options.severities)(&project.config.check, reported));
            if let Some(report) = built.report.filter(|report| report.written + report.pruned > 0) {
                (self.options.tell)(PreviewEvent::LinkSource(report.written, report.pruned));
            }
        }
    }
}

/// The outputs of changed sources whose bytes are others now.
fn compared(old: &Snapshot, new: &Snapshot, changes: &[String]) -> Vec<String> {
    let mut outputs = Vec::new();
    if changes.len() > MOST_COMPARED {
        return outputs;
    }
    let bytes = |snapshot: &Snapshot, output: &str| match snapshot.plan.index.routes.to(output).map(|route| snapshot.rendered(route)) {
        Some(Rendered::Bytes(bytes)) => Some(bytes),
        _ => None,
    };
    for snapshot in [old, new] {
        for file in changes {
            let source = snapshot.plan.index.site.all.iter().find(|page| page.display_path == *file).map(|page| &page.source);
            outputs.extend(source.and_then(|source| snapshot.plan.index.routes.of("page", source)).map(|route| route.output.clone()));
        }
    }
    outputs.sort();
    outputs.dedup();
    outputs.retain(|output| bytes(old, output) != bytes(new, output));
    outputs
}

/// The output path that stands at a path.
fn output(snapshot: &Snapshot, path: &str) -> Option<String> {
    match hosting::find(&snapshot.plan, path) {
        Resource::File(route) => Some(route.output.clone()),
        _ => Some(path.to_owned()),
    }
}
