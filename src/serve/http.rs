//! HTTP/1.1 as a preview needs it: connections in, [`Request`]s to a function, its [`Reply`]s out. GET and HEAD only.
//!
//! Invariant: head and body of a page leave in one write; a connection holds one descriptor, one thread and a few kilobytes; one that is idle
//! or slow never keeps another waiting, and gives way when there are too many. (httparse reads the requests and tiny_http writes the
//! responses. `tests/tiny_http.rs` shows what the server of tiny_http cannot do.)

use std::io::{self, BufWriter, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tiny_http::{HTTPVersion, Header, ResponseBox, StatusCode};

use super::connections::{Activity, Connection, Connections};

/// Bytes of the longest head of a request.
const MAX_HEAD: usize = 16 * 1024;
/// Headers of a request.
const MAX_HEADERS: usize = 64;
/// A connection may wait so long for its next request.
const IDLE: Duration = Duration::from_secs(5);
/// A head has to be there so long after its first byte.
const HEAD: Duration = Duration::from_secs(10);
/// A slow reader has so much time for so many bytes.
const PIECE: usize = 256 * 1024;
const PIECE_TIME: Duration = Duration::from_secs(20);
/// How long the rest of a request is read that was refused before its end.
const LINGER: Duration = Duration::from_millis(250);
/// The pause after a connection could not be accepted.
const RETRY: Duration = Duration::from_millis(20);

/// What a browser asks for.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// Whether the body is left out of the response.
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

/// What a request gets.
pub(super) enum Reply {
    /// A response with an end.
    Response(ResponseBox),
    /// Events for as long as the connection is open; whether the request comes from a page of the preview itself.
    Events(Box<EventWriter>, bool),
}

/// Writes events until nobody reads them.
type EventWriter = dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send;

/// A response with these bytes.
pub(super) fn response(status: u16, content_type: &str, body: impl AsRef<[u8]> + Send + 'static) -> ResponseBox {
    let length = body.as_ref().len();
    response_from(status, content_type, io::Cursor::new(body), length)
}

/// A response with what this reads.
pub(super) fn response_from(status: u16, content_type: &str, body: impl Read + Send + 'static, length: usize) -> ResponseBox {
    let headers = header("Content-Type", content_type).into_iter().collect();
    ResponseBox::new(StatusCode(status), headers, Box::new(body), Some(length), None)
}

/// A short response in words.
pub(super) fn text(status: u16, words: &str) -> ResponseBox {
    response(status, "text/plain; charset=utf-8", format!("{words}\n"))
}

/// The response with one more header.
pub(super) fn with(mut response: ResponseBox, name: &str, value: &str) -> ResponseBox {
    header(name, value).into_iter().for_each(|header| response.add_header(header));
    response
}

/// A header; a line break in its value would begin another one, and is left out.
fn header(name: &str, value: &str) -> Option<Header> {
    let value: String = value.chars().filter(|c| !c.is_control()).collect();
    Header::from_bytes(name, value).ok()
}

/// Answers requests.
pub(super) type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// Accepts connections until `stop` is set and one more comes, each in a thread of its own.
pub(super) fn serve(listener: &TcpListener, handler: &Arc<Handler>, stop: &AtomicBool) {
    let connections = Arc::new(Connections::default());
    loop {
        let accepted = listener.accept();
        if stop.load(Ordering::Acquire) {
            return;
        }
        match accepted.map(|(stream, _)| connections.open(stream)) {
            Ok(Ok(connection)) => {
                let handler = Arc::clone(handler);
                // Without a thread the connection is dropped, which closes it.
                let _ = thread::Builder::new().name("connection".into()).spawn(move || drop(converse(&connection, &*handler)));
            }
            Ok(Err(stream)) => refuse(&stream),
            // A client that is gone already.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(_) => {
                // Too many open files, as a rule: with one less, the next connection may have better luck.
                connections.close_one();
                thread::sleep(RETRY);
            }
        }
    }
}

/// Tells a client to come back later.
fn refuse(mut stream: &TcpStream) {
    let _ = stream.set_write_timeout(Some(LINGER));
    let response = with(text(503, "this preview has too many connections"), "Retry-After", "2");
    let mut bytes = Vec::new();
    let _ = print(response, &mut bytes, false).and_then(|()| stream.write_all(&bytes));
}

/// Requests and answers of one connection.
fn converse(connection: &Connection, handler: &Handler) -> io::Result<()> {
    connection.stream().set_nodelay(true)?;
    let mut received = Vec::new();
    loop {
        connection.enter(Activity::Waiting);
        let request = match read_request(connection.stream(), &mut received)? {
            Received::Request(request) => request,
            Received::Nothing => return Ok(()),
            Received::Refused(response) => {
                send(connection.stream(), response, false)?;
                return linger(connection.stream());
            }
        };
        connection.enter(Activity::Answering);
        match handler(&request) {
            Reply::Response(response) => send(connection.stream(), response, request.head_only)?,
            Reply::Events(write, own) => {
                connection.enter(if own { Activity::OwnTab } else { Activity::Answering });
                let mut out = Patient(connection.stream());
                out.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
                )?;
                return write(&mut out);
            }
        }
        if !request.keep_alive {
            return linger(connection.stream());
        }
    }
}

/// Lets the client read the response before the connection is closed: what it still sends would otherwise cut the response off.
fn linger(mut stream: &TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(LINGER))?;
    let mut rest = [0; 4096];
    for _ in 0..16 {
        if stream.read(&mut rest)? == 0 {
            break;
        }
    }
    Ok(())
}

/// What came from the client.
enum Received {
    Request(Request),
    /// The connection was closed, or stayed idle for too long.
    Nothing,
    /// No request that can be answered; the connection cannot go on.
    Refused(ResponseBox),
}

/// Reads one head; what comes after it stays in `received`.
fn read_request(mut stream: &TcpStream, received: &mut Vec<u8>) -> io::Result<Received> {
    let mut deadline = Instant::now() + IDLE;
    let mut begun = false;
    loop {
        if !received.is_empty() {
            if let Some(request) = parse(received) {
                return Ok(request);
            }
            if received.len() > MAX_HEAD {
                return Ok(Received::Refused(text(431, "this request is too long")));
            }
            if !begun {
                (begun, deadline) = (true, Instant::now() + HEAD);
            }
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(if begun { Received::Refused(text(408, "this request took too long")) } else { Received::Nothing });
        }
        stream.set_read_timeout(Some(left))?;
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(0) => return Ok(Received::Nothing),
            Ok(length) => received.extend_from_slice(&piece[..length]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
}

/// The request at the beginning of what was received, which is taken out of it; `None` while it is not complete.
fn parse(received: &mut Vec<u8>) -> Option<Received> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(received) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return None,
        Err(httparse::Error::TooManyHeaders) => return Some(Received::Refused(text(431, "this request has too many headers"))),
        Err(_) => return Some(Received::Refused(text(400, "this is no HTTP request"))),
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
        "GET" | "HEAD" if has_body => Received::Refused(text(413, "a request here has no body")),
        "GET" | "HEAD" => Received::Request(request),
        _ => Received::Refused(with(text(405, "only GET and HEAD are answered"), "Allow", "GET, HEAD")),
    })
}

/// Sends a response: as much of it in one write as a slow reader gets at once.
fn send(stream: &TcpStream, response: ResponseBox, head_only: bool) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(PIECE, Patient(stream));
    print(response, &mut out, head_only)?;
    out.flush()
}

/// Writes a response as HTTP, with its length and never in chunks.
fn print(response: ResponseBox, out: &mut impl Write, head_only: bool) -> io::Result<()> {
    response.with_chunked_threshold(usize::MAX).raw_print(out, HTTPVersion(1, 1), &[], head_only, None)
}

/// Writes each piece in its time, or not at all.
struct Patient<'s>(&'s TcpStream);

impl Write for Patient<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let deadline = Instant::now() + PIECE_TIME;
        let mut rest = piece;
        while !rest.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.0.set_write_timeout(Some(left))?;
            match self.0.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Received> {
        parse(&mut text.as_bytes().to_vec())
    }

    #[test]
    fn half_a_head_waits_and_a_whole_one_is_taken_out_of_what_came() {
        assert!(parsed("GET / HTTP/1.1\r\nHost: x\r\n").is_none());
        let mut received = b"GET /a?b HTTP/1.1\r\nHOST:  x \r\n\r\nGET /next".to_vec();
        let Some(Received::Request(request)) = parse(&mut received) else { panic!("a request") };
        assert_eq!((request.target.as_str(), request.header("host"), request.keep_alive), ("/a?b", Some("x"), true));
        assert_eq!(received, b"GET /next");
    }

    #[test]
    fn what_is_not_get_or_head_is_refused_and_so_is_a_body() {
        let status = |text: &str| match parsed(text) {
            Some(Received::Refused(response)) => response.status_code().0,
            _ => 0,
        };
        assert_eq!(status("POST / HTTP/1.1\r\n\r\n"), 405);
        assert_eq!(status("GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), 413);
        assert_eq!(status("nonsense\r\n\r\n"), 400);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(65))), 431);
        assert_eq!(status("GET / HTTP/1.0\r\n\r\n"), 0);
    }

    #[test]
    fn a_header_begins_no_other_header() {
        let mut bytes = Vec::new();
        print(with(text(200, "x"), "Location", "/a\r\nSet-Cookie: b"), &mut bytes, false).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("\r\nLocation: /aSet-Cookie: b\r\n") && text.contains("\r\nContent-Length: 2\r\n"), "{text}");
    }
}
