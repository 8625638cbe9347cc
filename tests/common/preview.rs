//! A preview that runs, for tests: the command in a process of its own at a port of its own, and a client that says exactly what it sends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Site;

/// How long something may take that has to happen at all.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// `avocet serve`, which ends with the test.
pub struct Preview {
    process: Child,
    pub port: u16,
    pub base: String,
    /// What it tells, a line of JSON each.
    pub told: Receiver<Value>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as a build writes it: without the script.
    pub fn page(&self) -> Vec<u8> {
        let start = "<script src=\"/.avocet/live.js\"";
        let found = self.body.windows(start.len()).position(|part| part == start.as_bytes());
        let Some(start) = found else { return self.body.clone() };
        let end = "></script>";
        let length = self.body[start..].windows(end.len()).position(|part| part == end.as_bytes()).expect("the script ends") + end.len();
        [&self.body[..start], &self.body[start + length..]].concat()
    }
}

impl Preview {
    pub fn of(site: &Site, arguments: &[&str]) -> Self {
        let port: &[&str] = if arguments.contains(&"--port") { &[] } else { &["--port", "0"] };
        let all = [&["serve", "--format", "json"], port, arguments].concat();
        Self::start(site.command(&all))
    }

    /// A preview that may open so many files at once.
    #[cfg(unix)]
    pub fn with_open_files(site: &Site, limit: usize) -> Self {
        let command = site.command(&["serve", "--format", "json", "--port", "0"]);
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("ulimit -n {limit} && exec \"$0\" \"$@\"")).arg(command.get_program()).args(command.get_args());
        Self::start(shell)
    }

    fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("avocet runs");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let (to, told) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let value: Value = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if to.send(value).is_err() {
                    break;
                }
            }
        });
        let mut preview = Self { process, port: 0, base: String::new(), told };
        let ready = preview.wait_for(|told| told["event"] == "ready");
        preview.port = u16::try_from(ready["port"].as_u64().expect("a port")).expect("a port");
        let url = ready["url"].as_str().expect("an address");
        preview.base = url.trim_end_matches('/').splitn(4, '/').nth(3).map_or(String::new(), |base| format!("/{base}"));
        preview
    }

    /// The first thing told that is meant; what was told before is gone.
    pub fn wait_for(&self, meant: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let told = self.told.recv_timeout(PATIENCE.saturating_sub(began.elapsed())).expect("it is told");
            if meant(&told) {
                return told;
            }
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream
    }

    /// What comes back for this head, which is sent as it is.
    pub fn say(&self, head: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).expect("it listens");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("it answers");
        let end = all.windows(4).position(|part| part == b"\r\n\r\n").unwrap_or_else(|| panic!("a head: {all:?}"));
        let head = String::from_utf8(all[..end].to_vec()).expect("text");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok()).expect("a status");
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Answer { status, headers, body: all[end + 4..].to_vec() }
    }

    pub fn ask(&self, method: &str, target: &str, headers: &str) -> Answer {
        self.say(&format!("{method} {target} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n{headers}\r\n", self.port))
    }

    pub fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "")
    }

    /// Asks until the answer is as it shall be.
    pub fn get_until(&self, target: &str, good: impl Fn(&Answer) -> bool) -> Answer {
        let began = Instant::now();
        loop {
            let answer = self.get(target);
            if good(&answer) {
                return answer;
            }
            assert!(began.elapsed() < PATIENCE, "{target} stays as it is: {} {}", answer.status, answer.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The events of a path, as a program gets them that is no browser.
    pub fn tab(&self, path: &str, seen: &str) -> Tab {
        self.events(path, seen, "")
    }

    /// The events of a tab, as a browser asks for them.
    pub fn own_tab(&self, path: &str, seen: &str) -> Tab {
        self.events(path, seen, "Sec-Fetch-Site: same-origin\r\n")
    }

    fn events(&self, path: &str, seen: &str, headers: &str) -> Tab {
        let mut stream = self.connect();
        let target = format!("/.avocet/events?page={path}&seen={seen}");
        write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").expect("it listens");
        Tab(BufReader::new(stream))
    }

    /// Asks it to end, as Ctrl-C does. Gives its exit code.
    #[cfg(unix)]
    pub fn interrupt(mut self) -> Option<i32> {
        let sent = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        self.process.wait().expect("it ends").code()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a page says that it shows.
pub fn seen(page: &Answer) -> String {
    let text = page.text();
    text.split("data-seen=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a mark").to_owned()
}

/// An open stream of events.
pub struct Tab(BufReader<TcpStream>);

impl Tab {
    /// The next event of this name, with its data.
    pub fn next(&mut self, name: &str) -> Value {
        loop {
            let (event, data) = self.any();
            if event == name {
                return data;
            }
        }
    }

    /// The next event.
    pub fn any(&mut self) -> (String, Value) {
        let (mut event, began) = (String::new(), Instant::now());
        loop {
            assert!(began.elapsed() < PATIENCE, "nothing but heartbeats");
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).expect("an event") > 0, "the stream has ended");
            if let Some(name) = line.strip_prefix("event: ") {
                event = name.trim().to_owned();
            } else if let Some(data) = line.strip_prefix("data: ") {
                return (event, serde_json::from_str(data).expect("JSON"));
            }
        }
    }
}
