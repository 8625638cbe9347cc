//! Why `src/serve/http.rs` accepts connections and reads requests itself, and leaves only the writing of responses to tiny_http: what a
//! server of tiny_http does where a preview has to go on. `tests/serve.rs` asks the same of the preview. When one of these tests fails
//! after an update of tiny_http, its reason is gone.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test ends where something is wrong")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server as the preview would use it: a listener of its own, an answer for every request, and a new server when one ends.
fn serve(listener: &TcpListener) -> ! {
    loop {
        let server = tiny_http::Server::from_listener(listener.try_clone().unwrap(), None).unwrap();
        while let Ok(request) = server.recv() {
            std::thread::spawn(move || request.respond(tiny_http::Response::from_string("a page")));
        }
    }
}

fn served() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || serve(&listener));
    address
}

/// What comes back for this request; nothing when the connection is closed without an answer, or stays open in silence.
fn answer(address: SocketAddr, headers: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address) else { return String::new() };
    stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    let _ = write!(stream, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_browser_with_a_cookie_that_is_not_ascii_gets_no_answer() {
    let address = served();
    assert!(answer(address, "").ends_with("a page"));
    // Cookies know no ports: a program at another port of this machine may have set this one, and browsers send its bytes as they are.
    assert_eq!(answer(address, "Cookie: name=café\r\n"), "");
}

#[test]
fn a_body_that_is_announced_and_does_not_come_keeps_its_connection_for_ever() {
    assert_eq!(answer(served(), "Content-Length: 5\r\n"), "");
}

/// Not a test: the process that the next one starts.
#[test]
#[ignore = "it serves until it is killed"]
fn process_that_serves() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("listening at {}", listener.local_addr().unwrap());
    serve(&listener);
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn two_hundred_idle_connections_end_it_where_a_process_may_open_256_files() {
    // As on macOS. Each connection takes two descriptors, the thread that accepts panics when it gets none, and nobody is told.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 256 && exec \"$0\" --exact process_that_serves --ignored --nocapture"]);
    command.arg(std::env::current_exe().unwrap()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = Process(command.spawn().unwrap());
    let lines = BufReader::new(process.0.stdout.take().unwrap()).lines();
    let address = lines.map_while(Result::ok).find_map(|line| line.split("listening at ").nth(1)?.parse().ok()).unwrap();
    assert!(answer(address, "").ends_with("a page"));
    let _idle: Vec<_> = (0..200).map(|_| TcpStream::connect(address)).collect();
    assert_eq!(answer(address, ""), "");
}
