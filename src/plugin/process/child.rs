//! One process of a plugin: lines in, lines out, and what it says of itself on its standard error.
//!
//! Invariant: nothing that it does or leaves undone keeps the host waiting for longer than its time: pipes are only touched by threads of
//! their own, which may be left behind. What it writes is never held beyond a few lines.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use avocet_plugin::protocol::{Answer, MAX_MESSAGE};

use super::fault::FaultKind;
use super::group::Group;

/// How long a process has to end by itself after its standard input was closed.
const GRACE: Duration = Duration::from_secs(1);

/// How long to wait for the rest of the standard error after the end: a process that was left behind may hold it open.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Lines of the standard error that are kept.
const KEPT_LINES: usize = 20;

/// Bytes of a line of the standard error that are kept.
const KEPT_BYTES: u64 = 2000;

/// What a process wrote to its standard output.
enum Line {
    Text(Vec<u8>),
    TooLong,
}

/// A process that runs.
pub(super) struct Child {
    process: process::Child,
    pub(super) group: Arc<Group>,
    requests: Option<Sender<Vec<u8>>>,
    answers: Receiver<Line>,
    words: Arc<Mutex<VecDeque<String>>>,
    last_word: Receiver<()>,
    next: u64,
    /// The hash of the pages that it was given.
    pub(super) pages: Option<[u8; 32]>,
}

impl Child {
    /// Takes over a process that was started with three pipes.
    pub(super) fn new(mut process: process::Child) -> Self {
        let group = Arc::new(Group::of(&process));
        let (requests, to_write) = channel();
        // One line of room: a process that writes without being asked has to wait.
        let (read, answers) = sync_channel(1);
        let (end, last_word) = channel();
        let words = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(stdin) = process.stdin.take() {
            thread::spawn(move || write_lines(stdin, &to_write));
        }
        if let Some(stdout) = process.stdout.take() {
            thread::spawn(move || read_lines(stdout, &read));
        }
        if let Some(stderr) = process.stderr.take() {
            let words = Arc::clone(&words);
            thread::spawn(move || read_words(stderr, &words, end));
        }
        Self { process, group, requests: Some(requests), answers, words, last_word, next: 0, pages: None }
    }

    /// Sends a call, an object of JSON, and waits for its answer.
    pub(super) fn ask(&mut self, call: &[u8], patience: Duration) -> Result<Answer, FaultKind> {
        let id = self.next;
        let mut line = format!("{{\"id\":{id},").into_bytes();
        line.extend_from_slice(call.get(1..).unwrap_or_default());
        if line.len() > MAX_MESSAGE {
            return Err(FaultKind::TooLarge(line.len()));
        }
        line.push(b'\n');
        self.next += 1;
        // If nobody reads, that is seen when no answer comes.
        let _ = self.requests.as_ref().map(|requests| requests.send(line));
        let line = match self.answers.recv_timeout(patience) {
            Ok(Line::Text(line)) => line,
            Ok(Line::TooLong) => return Err(FaultKind::LongLine),
            Err(RecvTimeoutError::Timeout) => return Err(FaultKind::Slow(patience)),
            Err(RecvTimeoutError::Disconnected) => return Err(FaultKind::Ended(None)),
        };
        let answer: Answer = serde_json::from_slice(&line).map_err(|error| FaultKind::no_answer(&line, &error.to_string()))?;
        if answer.id == id { Ok(answer) } else { Err(FaultKind::no_answer(&line, &format!("its `id` should be {id}"))) }
    }

    /// Closes the standard input, after which a process ends by itself.
    pub(super) fn hang_up(&mut self) {
        self.requests = None;
    }

    /// Ends it: it may do so by itself for a second, if `gently`. Returns how it ended, if it did so by itself.
    pub(super) fn end(&mut self, gently: bool) -> Option<ExitStatus> {
        self.hang_up();
        let deadline = Instant::now() + if gently { GRACE } else { Duration::ZERO };
        let rest = || deadline.saturating_duration_since(Instant::now());
        while !rest().is_zero() && self.answers.recv_timeout(rest()).is_ok() {}
        let mut ended = self.group.has_ended(&mut self.process);
        while !ended && !rest().is_zero() {
            thread::sleep(Duration::from_millis(2));
            ended = self.group.has_ended(&mut self.process);
        }
        self.group.kill_and_forget(&mut self.process);
        self.process.wait().ok().filter(|_| ended)
    }

    /// The last lines of its standard error, after its end.
    pub(super) fn last_words(&self) -> String {
        let _ = self.last_word.recv_timeout(LAST_WORDS);
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

fn write_lines(mut stdin: ChildStdin, lines: &Receiver<Vec<u8>>) {
    // After an error nobody reads any more: the end of the process tells the rest.
    while let Ok(line) = lines.recv() {
        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: ChildStdout, lines: &SyncSender<Line>) {
    let mut stdout = BufReader::with_capacity(1 << 16, stdout);
    let limit = MAX_MESSAGE as u64 + 2;
    loop {
        let mut line = Vec::new();
        let read = stdout.by_ref().take(limit).read_until(b'\n', &mut line);
        let is_whole = line.ends_with(b"\n");
        let line = match read {
            Ok(read) if read as u64 == limit => Line::TooLong,
            // What ends without a line end was not finished.
            Ok(_) if is_whole => Line::Text(line),
            _ => return,
        };
        let is_last = matches!(line, Line::TooLong);
        if lines.send(line).is_err() || is_last {
            return;
        }
    }
}

/// Keeps the last lines. `_end` is dropped after the last.
fn read_words(stderr: ChildStderr, words: &Mutex<VecDeque<String>>, _end: Sender<()>) {
    let mut stderr = BufReader::new(stderr);
    loop {
        let mut line = Vec::new();
        match stderr.by_ref().take(KEPT_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line).trim_end().replace(|sign: char| sign.is_control() && sign != '\t', "\u{fffd}");
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() == KEPT_LINES {
            words.pop_front();
        }
        words.push_back(line);
    }
}
