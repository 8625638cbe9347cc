//! `avocet check --external` against hosts on loopback: what is asked, in which way, how often, and what is said of the answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::Site;

/// What a host answers: status, headers. 0 hangs up without an answer.
type Told = (u16, Vec<(&'static str, String)>);

/// What a host was asked.
#[derive(Debug, Clone)]
struct Asked {
    /// `HEAD /path`.
    line: String,
    at: Instant,
    agent: String,
    /// Whether another question was still open.
    pressed: bool,
}

struct FakeHost {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl FakeHost {
    /// Starts one; the function is given `METHOD /path` and how often it was asked before.
    fn start(answer: impl Fn(&str, usize) -> Told + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (log, open, answer) = (Arc::clone(&asked), Arc::new(Mutex::new(0)), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                let (log, open, answer) = (Arc::clone(&log), Arc::clone(&open), Arc::clone(&answer));
                thread::spawn(move || drop(serve(&stream, &log, &open, &*answer)));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

fn serve(stream: &TcpStream, log: &Mutex<Vec<Asked>>, open: &Mutex<usize>, answer: &dyn Fn(&str, usize) -> Told) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(()) };
    let line = first.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let headers: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let agent = headers.iter().find_map(|line| line.to_lowercase().strip_prefix("user-agent: ").map(str::to_owned)).unwrap_or_default();
    let pressed = std::mem::replace(&mut *open.lock().unwrap(), 1) > 0;
    let times = {
        let mut log = log.lock().unwrap();
        log.push(Asked { line: line.clone(), at: Instant::now(), agent, pressed });
        log.iter().filter(|other| other.line == line).count() - 1
    };
    // Long enough for another question to come, if there were one.
    thread::sleep(Duration::from_millis(20));
    let (status, headers) = answer(&line, times);
    *open.lock().unwrap() = 0;
    if status == 0 {
        return Ok(());
    }
    let mut out = stream;
    let headers: String = headers.into_iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(out, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n")
}

fn good(_: &str, _: usize) -> Told {
    (200, Vec::new())
}

/// A site with one post of this text; pauses are short.
fn site(settings: &str, text: &str) -> Site {
    let site = common::blog(0);
    let table = "[check]\nexternal_pause = 1\nexternal_timeout = 5\n";
    site.write("site.toml", &format!("[site]\ntitle = \"T\"\nurl = \"https://example.org\"\ntheme = \"plain\"\n{table}{settings}"));
    site.write("content/blog/post.md", &format!("---\ntitle: A post\ndate: 2022-06-26\n---\n\n{text}\n"));
    site
}

/// `CODE LINE:COLUMN MESSAGE` of what is said of other hosts, without the host's name.
fn check(site: &Site, options: &[&str], host: &FakeHost) -> Vec<String> {
    let output = site.run(&[&["check", "--format", "json"], options].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let reported = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON"));
    let reported = reported.filter(|reported| reported["code"].as_str().unwrap().ends_with("-external"));
    let words = reported.map(|reported| {
        let message = reported["message"].as_str().unwrap().replace(&host.address, "");
        format!(
            "{} {} {}:{} {message}",
            reported["severity"].as_str().unwrap(),
            reported["code"].as_str().unwrap(),
            reported["line"],
            reported["column"]
        )
    });
    words.collect()
}

#[test]
fn nobody_is_asked_unless_it_is_wanted() {
    let host = FakeHost::start(good);
    let site = site("", &format!("[a]({}/a)", host.address));
    assert!(check(&site, &[], &host).is_empty());
    assert!(host.asked().is_empty());
}

#[test]
fn each_kind_of_answer_is_told_at_its_place() {
    let host = FakeHost::start(|line, _| match line {
        "GET /gone" => (410, Vec::new()),
        "HEAD /gone" | "HEAD /no-head" => (405, Vec::new()),
        "HEAD /old" => (301, vec![("Location", "/new".into())]),
        "HEAD /for-now" => (302, vec![("Location", "/new".into())]),
        "HEAD /secret" | "GET /secret" => (403, Vec::new()),
        "HEAD /round" => (302, vec![("Location", "/round".into())]),
        _ => (200, Vec::new()),
    });
    let links = ["good#part", "gone", "no-head", "old", "for-now", "secret", "round", "gone"];
    let text = links.map(|link| format!("[x]({}/{link})", host.address)).join("\n");
    let reported = check(&site("", &text), &["--external"], &host);
    let expected = [
        "error dead-external 7:5 `/gone` does not exist: the answer is 410",
        "info moved-external 9:5 `/old` has moved permanently to `/new`",
        "warning unreachable-external 11:5 `/secret` could not be checked: the answer is 403",
        "error dead-external 12:5 `/round` does not exist: it redirects more than 8 times",
        "error dead-external 13:5 `/gone` does not exist: the answer is 410",
    ];
    assert_eq!(reported, expected);
    let lines = host.lines();
    let times = |asked: &str| lines.iter().filter(|line| **line == asked).count();
    assert_eq!((times("HEAD /good"), times("GET /good")), (1, 0), "{lines:?}");
    assert_eq!((times("HEAD /no-head"), times("GET /no-head")), (1, 1), "{lines:?}");
    assert_eq!((times("HEAD /gone"), times("GET /gone")), (1, 1), "{lines:?}");
    let asked = host.asked();
    assert!(asked.iter().all(|asked| !asked.pressed), "one question at a time: {asked:?}");
    assert!(asked.iter().all(|asked| asked.agent.starts_with("avocet-check/") && asked.agent.contains("https://example.org")), "{asked:?}");
}

#[test]
fn what_may_pass_by_itself_is_asked_again_as_often_as_the_settings_say() {
    let host = FakeHost::start(|line, times| match (line, times) {
        ("HEAD /hiccup", 0) | ("GET /hiccup", 0) | ("HEAD /down" | "GET /down", _) => (503, Vec::new()),
        ("HEAD /broken" | "GET /broken", _) => (0, Vec::new()),
        _ => (200, Vec::new()),
    });
    let text = ["hiccup", "down", "broken"].map(|link| format!("[x]({}/{link})", host.address)).join("\n");
    let reported = check(&site("external_retries = 1\n", &text), &["--external"], &host);
    assert_eq!(reported.len(), 2, "{reported:?}");
    assert_eq!(reported[0], "warning unreachable-external 7:5 `/down` could not be checked: the answer is 503, 2 times");
    assert!(
        reported[1].starts_with("warning unreachable-external 8:5 `/broken` could not be checked: the connection broke"),
        "{reported:?}"
    );
    assert_eq!(host.lines().iter().filter(|line| **line == "HEAD /down").count(), 2);
}

#[test]
fn a_host_that_wants_a_wait_is_obeyed_and_one_that_wants_a_long_one_is_left_alone() {
    let host = FakeHost::start(|line, times| match (line, times) {
        ("HEAD /a", 0) => (429, vec![("Retry-After", "1".into())]),
        ("HEAD /b", _) => (429, vec![("Retry-After", "86400".into())]),
        _ => (200, Vec::new()),
    });
    let text = ["a", "b", "c"].map(|link| format!("[x]({}/{link})", host.address)).join("\n");
    let reported = check(&site("", &text), &["--external"], &host);
    let why = "the answer is 429, and wants a wait of 86400 s";
    let of = |line: usize, path: &str| format!("warning unreachable-external {line}:5 `/{path}` could not be checked: {why}");
    assert_eq!(reported, [of(7, "b"), of(8, "c")]);
    let asked = host.asked();
    let lines: Vec<&str> = asked.iter().map(|asked| asked.line.as_str()).collect();
    assert_eq!(lines, ["HEAD /a", "HEAD /a", "HEAD /b"]);
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1), "{asked:?}");
}

#[test]
fn good_answers_are_remembered_and_bad_ones_asked_for_again() {
    let host = FakeHost::start(|line, _| if line.ends_with("/gone") { (404, Vec::new()) } else { (200, Vec::new()) });
    let text = format!("[x]({0}/good) [y]({0}/gone)", host.address);
    let site = site("", &text);
    check(&site, &["--external"], &host);
    let first = host.lines().len();
    assert_eq!(check(&site, &["--external"], &host).len(), 1);
    assert_eq!(host.lines()[first..], ["HEAD /gone", "GET /gone"]);
    check(&site, &["--external", "--set", "check.external_days=0"], &host);
    assert!(host.lines()[first + 2..].contains(&"HEAD /good".to_owned()));
}

#[test]
fn the_settings_say_who_is_asked_and_how_bad_an_answer_is() {
    let host = FakeHost::start(|_, _| (404, Vec::new()));
    let text = format!("[x]({0}/a/1) [y]({0}/b/1) [z]({0}/b/2)", host.address);
    let settings = format!(
        "external_allow = [\"127.0.0.1\"]\nexternal_ignore = [\"{}/b/2\"]\nseverity = {{ dead-external = \"info\" }}\n",
        host.address
    );
    let reported = check(&site(&settings, &text), &["--external"], &host);
    assert_eq!(reported.len(), 2, "{reported:?}");
    assert!(reported.iter().all(|reported| reported.starts_with("info dead-external 6:")), "{reported:?}");
    let nobody = check(&site("external_allow = [\"example.com\"]\n", &text), &["--external"], &host);
    assert!(nobody.is_empty());
    assert_eq!(host.lines().len(), 4, "HEAD and GET of two");
}
