//! Plugins that are programs: a call in, its answer out. This is the one module that starts other programs.
//!
//! A process is started at the first call, is asked one thing at a time, and is kept for the next plan of a preview. Invariant: after
//! [`Programs::close`], or when a [`Program`] is dropped, none of its processes runs.

mod child;
mod fault;
mod group;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::time::Duration;

use avocet_plugin::protocol::{Answer, VERSION};
use avocet_plugin::{Diagnostic, codes};

use super::external::{Backend, Request};
use crate::disk::Stamp;
use child::Child;
use fault::FaultKind;
use group::Group;

/// How long a process has for its first answer.
const HELLO: Duration = Duration::from_secs(5);

/// Environment variables that every program is given.
const ENVIRONMENT: [&str; 5] = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"];
/// Those without which no program works on Windows.
const ENVIRONMENT_OF_WINDOWS: [&str; 9] =
    ["SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "TEMP", "TMP"];

/// What makes the answers of a program the same on every machine, and leaves nothing behind in its folder.
const FIXED: [(&str, &str); 4] = [("PYTHONHASHSEED", "0"), ("PYTHONUTF8", "1"), ("PYTHONDONTWRITEBYTECODE", "1"), ("TZ", "UTC")];

/// Says which program is started.
pub(super) type Announce = Arc<dyn Fn(&str) + Send + Sync>;

/// How a program is started.
pub(super) struct Launch {
    /// The name of the plugin.
    pub(super) plugin: String,
    /// Its folder, which is the working folder.
    pub(super) folder: PathBuf,
    /// The program and its arguments.
    pub(super) run: Vec<String>,
    /// Environment variables that it is given besides.
    pub(super) env: Vec<String>,
    /// How long one answer may take.
    pub(super) timeout: Duration,
    /// How many processes there may be at once.
    pub(super) workers: usize,
    /// Its first message, as JSON.
    pub(super) hello: Vec<u8>,
    /// Says that it is started.
    pub(super) announce: Announce,
}

impl Launch {
    /// What is said of it when it is started.
    pub(super) fn line(&self) -> String {
        format!("runs {} (plugins/{})", self.run.join(" "), self.plugin)
    }
}

/// A plugin that is a program.
pub(super) struct Program {
    launch: Launch,
    slots: Vec<Mutex<Option<Child>>>,
    next: AtomicUsize,
    groups: Mutex<Vec<Weak<Group>>>,
    closed: AtomicBool,
}

impl Program {
    fn new(launch: Launch) -> Self {
        let slots = (0..launch.workers.max(1)).map(|_| Mutex::default()).collect();
        Self { launch, slots, next: AtomicUsize::new(0), groups: Mutex::default(), closed: AtomicBool::new(false) }
    }

    /// Room for a process, which may be there already; waits until one has nothing to do.
    fn slot(&self) -> MutexGuard<'_, Option<Child>> {
        let free = self.slots.iter().find_map(|slot| match slot.try_lock() {
            Ok(slot) => Some(slot),
            Err(TryLockError::Poisoned(slot)) => Some(slot.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        free.unwrap_or_else(|| lock(&self.slots[self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len()]))
    }

    fn start(&self) -> Result<Child, Fault> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Fault::new(FaultKind::Ended(None)));
        }
        let process = spawn(&self.launch).map_err(Fault::new)?;
        let mut child = Child::new(process);
        lock(&self.groups).push(Arc::downgrade(&child.group));
        if self.closed.load(Ordering::Acquire) {
            child.group.kill();
        }
        let answer = child.ask(&self.launch.hello, HELLO).and_then(|answer| match answer {
            Answer { error: Some(error), .. } => Err(FaultKind::Refused(error.message, error.help)),
            Answer { protocol: Some(VERSION), .. } => Ok(()),
            Answer { protocol, .. } => {
                let speaks = protocol.map_or_else(|| "no version".to_owned(), |version| format!("version {version}"));
                Err(FaultKind::Refused(format!("it speaks {speaks} of the protocol, and this Avocet speaks {VERSION}"), None))
            }
        });
        match answer {
            Ok(()) => Ok(child),
            Err(FaultKind::Slow(time)) => Err(Fault::of(FaultKind::SlowStart(time), &mut child)),
            Err(kind) => Err(Fault::of(kind, &mut child)),
        }
    }

    /// Ends all processes: those that have nothing to do end by themselves, the others are killed.
    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let take = |slot: &Mutex<Option<Child>>| slot.try_lock().ok().and_then(|mut child| child.take());
        let mut idle: Vec<Child> = self.slots.iter().filter_map(take).collect();
        idle.iter_mut().for_each(Child::hang_up);
        let is_idle = |group: &Arc<Group>| idle.iter().any(|child| Arc::ptr_eq(&child.group, group));
        lock(&self.groups).iter().filter_map(Weak::upgrade).filter(|group| !is_idle(group)).for_each(|group| group.kill());
        for mut child in idle {
            child.end(true);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.close();
    }
}

impl Backend for Arc<Program> {
    fn call(&self, request: &Request) -> Result<Answer, Option<Box<Diagnostic>>> {
        let mut slot = self.slot();
        if request.is_given_up() {
            return Err(None);
        }
        let asked = slot.take().map_or_else(|| self.start(), Ok).and_then(|child| self.ask(child, request));
        let answer = asked.and_then(|(answer, child)| {
            *slot = Some(child);
            answer
        });
        answer.map_err(|fault| {
            request.failed();
            Some(Box::new(fault.report(&self.launch)))
        })
    }
}

/// What a process answered, with the process if it can go on.
type Asked = Result<(Result<Answer, Fault>, Child), Fault>;

impl Program {
    fn ask(&self, mut child: Child, request: &Request) -> Asked {
        let timeout = self.launch.timeout;
        if let Some(pages) = request.pages.filter(|pages| child.pages != Some(pages.hash)) {
            if let Err(kind) = child.ask(&pages.json, timeout) {
                return Err(Fault::of(kind, &mut child));
            }
            child.pages = Some(pages.hash);
        }
        match child.ask(request.json, timeout) {
            Ok(answer) => Ok((Ok(answer), child)),
            // A request that was not sent harms no process.
            Err(kind @ FaultKind::TooLarge(_)) => Ok((Err(Fault::new(kind)), child)),
            Err(kind) => Err(Fault::of(kind, &mut child)),
        }
    }
}

/// Why there is no answer, with what the process wrote to its standard error.
struct Fault {
    kind: FaultKind,
    words: String,
}

impl Fault {
    fn new(kind: FaultKind) -> Self {
        Self { kind, words: String::new() }
    }

    /// Ends a process that cannot be trusted any more.
    fn of(kind: FaultKind, child: &mut Child) -> Self {
        let status = child.end(matches!(kind, FaultKind::Ended(_)));
        let kind = if let FaultKind::Ended(_) = kind { FaultKind::Ended(status) } else { kind };
        Self { kind, words: child.last_words() }
    }

    fn report(&self, launch: &Launch) -> Diagnostic {
        // Messages are the same on every machine.
        let folder = launch.folder.to_string_lossy();
        let words = self.words.replace(&*folder, &format!("plugins/{}", launch.plugin));
        self.kind.report(&launch.plugin, &words)
    }
}

/// Starts the program of a plugin with three pipes.
fn spawn(launch: &Launch) -> Result<process::Child, FaultKind> {
    let (name, arguments) = launch.run.split_first().map_or(("", &[][..]), |(name, arguments)| (name.as_str(), arguments));
    let mut missing = io::Error::from(io::ErrorKind::NotFound);
    for program in programs(name, &launch.folder) {
        let mut command = command(&program, arguments, launch);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        group::lead(&mut command);
        match command.spawn() {
            Ok(process) => {
                (launch.announce)(&launch.line());
                return Ok(process);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing = error,
            Err(error) => return Err(FaultKind::NotStarted(name.to_owned(), error)),
        }
    }
    Err(FaultKind::NotStarted(name.to_owned(), missing))
}

/// A program with its first arguments.
type Words = (PathBuf, &'static [&'static str]);

/// What a name of a program may mean, the first choice first.
fn programs(name: &str, folder: &Path) -> Vec<Words> {
    if name != "python3" {
        let is_path = name.contains(['/', std::path::MAIN_SEPARATOR]);
        return vec![(if is_path { folder.join(name) } else { name.into() }, &[])];
    }
    let of_plugin = folder.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python3" });
    let own = Stamp::of(&of_plugin).map(|_| (of_plugin, &[][..]));
    own.into_iter().chain([("python3".into(), &[][..]), ("python".into(), &[]), ("py".into(), &["-3"])]).collect()
}

/// A command in the plugin's folder, with a cleared environment.
fn command((program, first): &Words, arguments: &[String], launch: &Launch) -> Command {
    let mut command = Command::new(program);
    command.args(*first).args(arguments).current_dir(&launch.folder).env_clear();
    let of_windows = ENVIRONMENT_OF_WINDOWS.into_iter().filter(|_| cfg!(windows));
    for name in ENVIRONMENT.into_iter().chain(of_windows).chain(launch.env.iter().map(String::as_str)) {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs(FIXED);
    command
}

/// A command of a plugin, which a person asked for: it has the terminal.
///
/// # Errors
/// What keeps it from being started, or how it failed.
pub(super) fn run(launch: &Launch, arguments: &[String], variables: [(&str, &Path); 2]) -> Result<(), Box<Diagnostic>> {
    let (name, own) = launch.run.split_first().map_or(("", &[][..]), |(name, arguments)| (name.as_str(), arguments));
    let mut missing = io::Error::from(io::ErrorKind::NotFound);
    for program in programs(name, &launch.folder) {
        let mut command = command(&program, own, launch);
        command.args(arguments).envs(variables);
        match command.status() {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => {
                let how = status.code().map_or_else(|| "by a signal".to_owned(), |code| format!("with exit code {code}"));
                return Err(Box::new(codes::FAILED_PLUGIN.report(format!("`{}` ended {how}", launch.run.join(" ")))));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing = error,
            Err(error) => return Err(Box::new(FaultKind::NotStarted(name.to_owned(), error).report(&launch.plugin, ""))),
        }
    }
    Err(Box::new(FaultKind::NotStarted(name.to_owned(), missing).report(&launch.plugin, "")))
}

/// A program, with the hash of all that it is made from.
type Identified = ([u8; 32], Arc<Program>);

/// All programs of this process.
#[derive(Default)]
pub(super) struct Programs {
    current: Mutex<BTreeMap<PathBuf, Identified>>,
    all: Mutex<Vec<Weak<Program>>>,
}

impl Programs {
    /// The program in this folder. It is the one that runs already while all that it is made from is the same.
    pub(super) fn open(&self, identity: [u8; 32], launch: Launch) -> Arc<Program> {
        let mut current = lock(&self.current);
        if let Some((_, program)) = current.get(&launch.folder).filter(|(known, _)| *known == identity) {
            return Arc::clone(program);
        }
        let folder = launch.folder.clone();
        let program = self.fresh(launch);
        let old = current.insert(folder, (identity, Arc::clone(&program)));
        drop(current);
        // Its processes end when no plan needs it any more.
        drop(old);
        program
    }

    /// A program that nobody else asks.
    pub(super) fn fresh(&self, launch: Launch) -> Arc<Program> {
        let program = Arc::new(Program::new(launch));
        lock(&self.all).push(Arc::downgrade(&program));
        program
    }

    /// Ends all processes for good.
    pub(super) fn close(&self) {
        let all: Vec<Arc<Program>> = lock(&self.all).drain(..).filter_map(|program| program.upgrade()).collect();
        std::thread::scope(|scope| all.iter().for_each(|program| drop(scope.spawn(|| program.close()))));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
