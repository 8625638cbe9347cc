//! A fake forge on loopback: answers each request by a function, and remembers what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// Path and query.
    pub(super) path: String,
    /// The token, as it was sent.
    pub(super) token: Option<String>,
    /// `If-None-Match`.
    pub(super) etag: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
    /// Only half of the body is sent.
    pub(super) truncated: bool,
    /// The answer comes too late.
    pub(super) slow: bool,
}

impl Told {
    pub(super) fn json(body: impl Into<String>) -> Self {
        Self { status: 200, body: body.into(), ..Self::default() }
    }

    pub(super) fn status(status: u16) -> Self {
        Self { status, body: "{}".into(), ..Self::default() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The server.
pub(super) struct Fake {
    pub(super) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    /// Starts one; the function is given the request, how often its path was asked before, and the server's own address.
    pub(super) fn start(answer: impl Fn(&Asked, usize, &str) -> Told + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (answer, own, log) = (Arc::new(answer), address.clone(), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, own, log) = (Arc::clone(&answer), own.clone(), Arc::clone(&log));
                thread::spawn(move || drop(serve(&stream.unwrap(), &log, |asked, times| answer(asked, times, &own))));
            }
        });
        Self { address, asked }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

fn serve(stream: &TcpStream, log: &Mutex<Vec<Asked>>, answer: impl Fn(&Asked, usize) -> Told) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let mut asked = Asked { path: lines.next().unwrap()?.split(' ').nth(1).unwrap().to_owned(), ..Asked::default() };
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        match name.to_lowercase().as_str() {
            "authorization" => asked.token = Some(value.to_owned()),
            "if-none-match" => asked.etag = Some(value.to_owned()),
            _ => {}
        }
    }
    let times = {
        let mut log = log.lock().unwrap();
        log.push(asked.clone());
        log.iter().filter(|other| other.path == asked.path).count() - 1
    };
    let told = answer(&asked, times);
    if told.slow {
        thread::sleep(Duration::from_millis(1500));
    }
    let mut out = stream;
    write!(out, "HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n", told.status, told.body.len())?;
    for (name, value) in &told.headers {
        write!(out, "{name}: {value}\r\n")?;
    }
    let end = if told.truncated { told.body.len() / 2 } else { told.body.len() };
    write!(out, "\r\n{}", &told.body[..end])
}
