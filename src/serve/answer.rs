//! A request in, the answer of the preview out: a page with the script, a file, the stream of events, or why not.
//!
//! Invariant: only this machine's own names are answered, so that no page of another site can read a preview by giving its name a new
//! address; what is sent is what the newest edition makes, or the last good page while that cannot be made.

use std::net::IpAddr;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::Shared;
use super::host::{self, Place};
use super::http::{Body, Request, Response};
use super::reload::{self, PageVersion};
use super::site::{Made, Snapshot};

impl Shared {
    /// Answers one request.
    pub(super) fn answer(&self, request: &Request) -> Response {
        if !request.header("host").is_some_and(|host| is_own(host, self.options.bind)) {
            let words = "this preview answers to localhost and to addresses in numbers only, so that no page of another site can read it";
            return Response::words(421, words);
        }
        let Some(path) = host::path(&request.target) else { return Response::words(400, "this is no path of a site") };
        match path.as_str() {
            reload::SCRIPT_PATH => host::bytes(request, "text/javascript; charset=utf-8", Arc::from(reload::SCRIPT.as_bytes())),
            reload::EVENTS_PATH => self.events(request),
            _ => self.page(request, &path),
        }
    }

    /// The stream of a tab.
    fn events(&self, request: &Request) -> Response {
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        let value = |name: &str| {
            let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
            pair.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned()).unwrap_or_default()
        };
        // A path in the address bar is encoded already.
        let path = host::path(&value("page")).unwrap_or_default();
        let snapshot = self.site.snapshot();
        let reported = self.site.diagnostics();
        let events = self.tabs.open(path, PageVersion::parse(&value("seen")), snapshot.as_deref(), self.site.has_errors(), reported);
        let headers = vec![("Content-Type", "text/event-stream".to_owned()), ("Cache-Control", "no-store".to_owned())];
        Response { status: 200, headers, body: Body::Stream(Box::new(move |stream| reload::stream(&events, stream))) }
    }

    /// A page or a file of the site.
    fn page(&self, request: &Request, path: &str) -> Response {
        let Some(snapshot) = self.site.snapshot() else { return failed("The site cannot be shown yet", PageVersion::default()) };
        let (route, status) = match host::find(&snapshot.plan, path) {
            Place::Moved(address) => {
                let query = request.target.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
                return host::moved(&format!("{address}{query}"), Arc::from([]));
            }
            Place::File(route) => (route, 200),
            Place::Collected(output) => {
                let Some(bytes) = snapshot.session.aggregate(&output) else { return missing(request) };
                return host::bytes(request, &host::mime(&output), Arc::from(bytes));
            }
            Place::Nothing => {
                if let Some(page) = self.site.kept(path).filter(|_| self.site.has_errors()) {
                    return html(request, 200, reload::with_script(&page, PageVersion::default(), None));
                }
                match snapshot.plan.index.routes.to("404.html") {
                    Some(route) => (route, 404),
                    None => return missing(request),
                }
            }
        };
        let mime = host::mime(&route.output);
        match snapshot.made(route) {
            Made::Copy(file) if !mime.starts_with("text/html") => host::copy(request, &snapshot.plan.project, &file, &mime),
            Made::Copy(file) => match host::content(&snapshot.plan.project, &file) {
                Some(bytes) => self.html(request, &snapshot, (path, status), &bytes.into(), None),
                None => host::copy(request, &snapshot.plan.project, &file, &mime),
            },
            Made::Bytes(bytes) => match route.redirect() {
                Some(target) => host::moved(target, bytes),
                None if mime.starts_with("text/html") => {
                    let note = reload::note(&snapshot, route);
                    if !snapshot.is_checked() && !snapshot.session.body_diagnostics(route.page.into_iter()).is_empty() {
                        self.say();
                    }
                    self.html(request, &snapshot, (path, status), &bytes, note.as_deref())
                }
                None => host::bytes(request, &mime, bytes),
            },
            Made::Faulty => {
                self.say();
                match self.site.kept(path) {
                    Some(page) => html(request, 200, reload::with_script(&page, PageVersion::default(), None)),
                    None => failed("This page cannot be made", PageVersion::default()),
                }
            }
        }
    }

    /// A page with the script.
    fn html(&self, request: &Request, snapshot: &Snapshot, (path, status): (&str, u16), page: &Arc<[u8]>, note: Option<&str>) -> Response {
        let version = reload::version_in(snapshot, status, path, page);
        if status == 200 {
            self.site.keep(path, page);
        }
        html(request, status, reload::with_script(page, version.seen, note))
    }
}

fn html(request: &Request, status: u16, page: Vec<u8>) -> Response {
    if status == 200 {
        return host::bytes(request, host::HTML, page.into());
    }
    let headers = vec![("Content-Type", host::HTML.to_owned()), ("Cache-Control", "no-store".to_owned())];
    Response { status, headers, body: Body::Bytes(page.into()) }
}

/// A page in the place of one that there is not: the script in it shows why.
fn failed(words: &str, seen: PageVersion) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{words}</title>\
         <style>:root{{color-scheme:light dark;font:1em/1.5 system-ui,sans-serif}}body{{margin:2em}}</style></head>\
         <body><h1>{words}</h1><p>What is wrong is told below and in the terminal. This page goes away by itself when it is mended.</p></body></html>"
    );
    let headers = vec![("Content-Type", "text/html; charset=utf-8".to_owned()), ("Cache-Control", "no-store".to_owned())];
    Response { status: 500, headers, body: Body::Bytes(reload::with_script(page.as_bytes(), seen, None).into()) }
}

/// For sites whose theme has no 404 page.
fn missing(request: &Request) -> Response {
    let page = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Page not found</title></head>\
                <body><h1>Page not found</h1></body></html>";
    html(request, 404, page.into())
}

/// Whether a `MarkdownHost` header names this machine: an address in numbers cannot be rebound, and of the names only `localhost` is ours.
fn is_own(host: &str, bind: IpAddr) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port))
            if !name.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_lowercase();
    match name.parse::<IpAddr>() {
        Ok(address) => address.is_loopback() || !bind.is_loopback(),
        Err(_) => name == "localhost" || name.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let near = IpAddr::from([127, 0, 0, 1]);
        let far = IpAddr::from([0, 0, 0, 0]);
        for host in ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "a.localhost", "LOCALHOST."] {
            assert!(is_own(host, near), "{host}");
        }
        for host in ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.0.1", "", ":8000"] {
            assert!(!is_own(host, near), "{host}");
        }
        assert!(is_own("192.168.0.1:8000", far) && !is_own("evil.example", far));
    }
}
