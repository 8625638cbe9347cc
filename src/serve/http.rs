//! HTTP/1.1 as a preview needs it: connections in, [`Request`]s to a function, its [`Response`]s out. GET and HEAD only.
//!
//! Invariant: head and body of a page leave in one write; no client can hold more than a thread, a few kilobytes, and that for a limited
//! time; one that is idle or slow never keeps another waiting. (tiny_http has no limits of time or size, and ends when an accept fails;
//! `ARCHITECTURE.md` tells what was measured.)

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of the longest head of a request.
const LONGEST_HEAD: usize = 16 * 1024;
/// Headers of a request.
const MOST_HEADERS: usize = 64;
/// Connections that are open at once; one more is told to come back.
const MOST_CONNECTIONS: usize = 512;
/// Above so many, those that wait are closed sooner.
const MANY_CONNECTIONS: usize = 128;
/// A connection may wait so long for its next request, and when there are many.
const IDLE: Duration = Duration::from_secs(30);
const IDLE_OF_MANY: Duration = Duration::from_secs(2);
/// A head that has begun to come is to be there after this time.
const HEAD: Duration = Duration::from_secs(10);
/// A reader that is slow gets so many bytes in so much time, or no more.
const PIECE: usize = 256 * 1024;
const PIECE_TIME: Duration = Duration::from_secs(20);
/// How often something that waits looks round.
const TICK: Duration = Duration::from_millis(250);

/// What a browser asks.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// Whether the body is left out of the answer.
    pub(super) head_only: bool,
    /// Path and query, as sent.
    pub(super) target: String,
    headers: Vec<(String, String)>,
    keep_alive: bool,
}

impl Request {
    /// The value of a header, whose name is given in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What is sent after the head.
pub(super) enum Body {
    /// These bytes.
    Bytes(Arc<[u8]>),
    /// So many bytes of a file, from a place in it.
    File { file: File, from: u64, length: u64 },
    /// Whatever this writes until the connection ends.
    Stream(Box<Stream>),
}

/// Writes a body whose end is not known.
type Stream = dyn FnOnce(&mut TcpStream) -> io::Result<()> + Send;

/// The answer to a request.
pub(super) struct Response {
    /// Such as 200.
    pub(super) status: u16,
    /// Headers besides the length and what concerns the connection.
    pub(super) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(super) body: Body,
}

impl Response {
    /// A short answer in words.
    pub(super) fn words(status: u16, words: &str) -> Self {
        let headers = vec![("Content-Type", "text/plain; charset=utf-8".to_owned())];
        Self { status, headers, body: Body::Bytes(Arc::from(format!("{words}\n").as_bytes())) }
    }

    /// One more header.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Answers requests.
pub(super) type Answer = dyn Fn(&Request) -> Response + Send + Sync;

/// Takes connections until `stop` is set and one more comes, each in a thread of its own.
pub(super) fn serve(listener: &TcpListener, answer: &Arc<Answer>, stop: &AtomicBool) {
    let open = Arc::new(AtomicUsize::new(0));
    loop {
        let accepted = listener.accept();
        if stop.load(Ordering::Acquire) {
            return;
        }
        match accepted {
            Ok((stream, _)) if open.load(Ordering::Acquire) >= MOST_CONNECTIONS => refuse(stream),
            Ok((stream, _)) => {
                let (answer, open) = (Arc::clone(answer), Open::one_more(&open));
                // Without a thread the stream is dropped, which closes it.
                let _ = thread::Builder::new().name("connection".into()).spawn(move || {
                    let _ = converse(stream, &*answer, &open);
                });
            }
            // Too many open files, or a client that is gone already: others may have better luck a moment later.
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn refuse(mut stream: TcpStream) {
    let _ = stream.set_write_timeout(Some(TICK));
    let _ = stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

/// Counts a connection for as long as it is open.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn one_more(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }

    fn patience(&self) -> Duration {
        if self.0.load(Ordering::Acquire) > MANY_CONNECTIONS { IDLE_OF_MANY } else { IDLE }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Requests and answers of one connection.
fn converse(mut stream: TcpStream, answer: &Answer, open: &Open) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut received = Vec::new();
    loop {
        let request = match request(&mut stream, &mut received, open)? {
            Heard::Request(request) => request,
            Heard::Nothing => return Ok(()),
            Heard::Bad(response) => {
                send(&mut stream, &Request::default(), response)?;
                return linger(&mut stream);
            }
        };
        let response = answer(&request);
        send(&mut stream, &request, response)?;
        if !request.keep_alive {
            return linger(&mut stream);
        }
    }
}

/// Lets the client read the answer before the connection goes: what it still sends would otherwise cut it off.
fn linger(stream: &mut TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(TICK))?;
    let mut rest = [0; 4096];
    for _ in 0..16 {
        if stream.read(&mut rest)? == 0 {
            break;
        }
    }
    Ok(())
}

/// What came from the other side.
enum Heard {
    Request(Request),
    /// The connection was closed, or stayed idle for too long.
    Nothing,
    /// Something that is no request; the connection cannot go on.
    Bad(Response),
}

/// Reads one head; what comes after it stays in `received`.
fn request(stream: &mut TcpStream, received: &mut Vec<u8>, open: &Open) -> io::Result<Heard> {
    stream.set_read_timeout(Some(TICK))?;
    let waiting = Instant::now();
    let mut begun = None;
    loop {
        if !received.is_empty() {
            let begun = *begun.get_or_insert_with(Instant::now);
            if let Some(heard) = parse(received) {
                return Ok(heard);
            }
            if received.len() > LONGEST_HEAD {
                return Ok(Heard::Bad(Response::words(431, "this request is too long")));
            }
            if begun.elapsed() > HEAD {
                return Ok(Heard::Bad(Response::words(408, "this request took too long")));
            }
        } else if waiting.elapsed() > open.patience() {
            return Ok(Heard::Nothing);
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(0) => return Ok(Heard::Nothing),
            Ok(length) => received.extend_from_slice(&piece[..length]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
}

/// The request at the beginning of what was received, which is taken out of it; nothing while it is not whole.
fn parse(received: &mut Vec<u8>) -> Option<Heard> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(received) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return None,
        Err(httparse::Error::TooManyHeaders) => return Some(Heard::Bad(Response::words(431, "this request has too many headers"))),
        Err(_) => return Some(Heard::Bad(Response::words(400, "this is no HTTP request"))),
    };
    let method = parsed.method.unwrap_or_default().to_owned();
    let lossy = |value: &[u8]| String::from_utf8_lossy(value).trim().to_owned();
    let mut request = Request {
        head_only: method == "HEAD",
        target: parsed.path.unwrap_or_default().to_owned(),
        headers: parsed.headers.iter().map(|header| (header.name.to_lowercase(), lossy(header.value))).collect(),
        keep_alive: parsed.version == Some(1),
    };
    if request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
        request.keep_alive = false;
    }
    let has_body = request.header("transfer-encoding").is_some() || request.header("content-length").is_some_and(|length| length != "0");
    received.drain(..length);
    Some(match method.as_str() {
        "GET" | "HEAD" if has_body => Heard::Bad(Response::words(413, "a request here has no body")),
        "GET" | "HEAD" => Heard::Request(request),
        _ => Heard::Bad(Response::words(405, "only GET and HEAD are answered").with("Allow", "GET, HEAD")),
    })
}

/// Sends an answer, with its head in the first write.
fn send(stream: &mut TcpStream, request: &Request, response: Response) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
    for (name, value) in &response.headers {
        // A line break in a value would begin another header.
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let length = match &response.body {
        Body::Bytes(bytes) => Some(bytes.len() as u64),
        Body::File { length, .. } => Some(*length),
        Body::Stream(_) => None,
    };
    if let Some(length) = length.filter(|_| response.status != 304) {
        head.push_str(&format!("Content-Length: {length}\r\n"));
    }
    head.push_str(if request.keep_alive && length.is_some() { "Connection: keep-alive\r\n\r\n" } else { "Connection: close\r\n\r\n" });
    let mut first = head.into_bytes();
    if request.head_only || response.status == 304 {
        return write(stream, &first);
    }
    match response.body {
        Body::Bytes(bytes) => {
            first.extend_from_slice(&bytes);
            write(stream, &first)
        }
        Body::File { mut file, from, length } => {
            write(stream, &first)?;
            file.seek(SeekFrom::Start(from))?;
            let (mut rest, mut piece) = (file.take(length), vec![0; PIECE]);
            let mut left = length;
            while left > 0 {
                let read = rest.read(&mut piece)?;
                if read == 0 {
                    // The file has become shorter than its head says: only the end of the connection can tell.
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                write(stream, &piece[..read])?;
                left -= read as u64;
            }
            Ok(())
        }
        Body::Stream(stream_out) => {
            write(stream, &first)?;
            stream.set_write_timeout(Some(HEAD))?;
            stream_out(stream)?;
            Err(io::ErrorKind::ConnectionAborted.into())
        }
    }
}

/// Writes all, a piece in its time.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(PIECE) {
        let deadline = Instant::now() + PIECE_TIME;
        let mut rest = piece;
        while !rest.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            stream.set_write_timeout(Some(left))?;
            match stream.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Heard> {
        parse(&mut text.as_bytes().to_vec())
    }

    #[test]
    fn half_a_head_waits_and_a_whole_one_is_taken_out_of_what_came() {
        assert!(parsed("GET / HTTP/1.1\r\nHost: x\r\n").is_none());
        let mut received = b"GET /a?b HTTP/1.1\r\nHOST:  x \r\n\r\nGET /next".to_vec();
        let Some(Heard::Request(request)) = parse(&mut received) else { panic!("a request") };
        assert_eq!((request.target.as_str(), request.header("host"), request.keep_alive), ("/a?b", Some("x"), true));
        assert_eq!(received, b"GET /next");
    }

    #[test]
    fn what_is_not_get_or_head_is_refused_and_so_is_a_body() {
        let status = |text: &str| match parsed(text) {
            Some(Heard::Bad(response)) => response.status,
            _ => 0,
        };
        assert_eq!(status("POST / HTTP/1.1\r\n\r\n"), 405);
        assert_eq!(status("GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), 413);
        assert_eq!(status("nonsense\r\n\r\n"), 400);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(65))), 431);
        assert_eq!(status("GET / HTTP/1.0\r\n\r\n"), 0);
    }
}
