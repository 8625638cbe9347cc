//! A request in, the answer of the preview out: a page with the script, a file, the stream of events, or why not.
//!
//! Invariant: only this machine's own names are answered, so that no page of another site can read a preview by giving its name a new
//! address; what is sent is what the newest plan gives, or the last good page while that one cannot be rendered.

use std::net::IpAddr;
use std::sync::Arc;

use avocet_plugin::Route;
use percent_encoding::percent_decode_str;
use tiny_http::ResponseBox;

use super::Shared;
use super::hosting::{self, Resource};
use super::http::{self, Reply, Request};
use super::reload::{self, PageVersion, Tab};
use super::site::{Rendered, Snapshot};

/// The type of the script.
const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";

impl Shared {
    /// Answers one request.
    pub(super) fn answer(&self, request: &Request) -> Reply {
        if !request.header("host").is_some_and(|host| is_own(host, self.options.listen.ip())) {
            let words = "this preview answers only to localhost and to numeric addresses, so that pages of other sites cannot read it";
            return Reply::Response(http::text(421, words));
        }
        let Some(path) = hosting::path(&request.target) else { return Reply::Response(http::text(400, "this is not a valid path")) };
        match path.as_str() {
            reload::SCRIPT_PATH => Reply::Response(hosting::bytes(request, SCRIPT_TYPE, Arc::from(reload::SCRIPT.as_bytes()))),
            reload::EVENTS_PATH => self.events(request),
            reload::LEFT_OUT_PATH => {
                let pages = self.site.snapshot().map_or(serde_json::Value::Null, |snapshot| reload::left_out_pages(&snapshot));
                let response = http::response(200, "application/json; charset=utf-8", pages.to_string());
                Reply::Response(http::with(response, "Cache-Control", "no-store"))
            }
            _ => Reply::Response(self.page(request, &path)),
        }
    }

    /// The events of a tab. Pages of other sites get none: they could only push out the tabs of the author.
    fn events(&self, request: &Request) -> Reply {
        let Some(own) = from_own_page(request) else {
            return Reply::Response(http::text(403, "events are for pages of this preview only"));
        };
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        let value = |name: &str| {
            let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
            pair.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned()).unwrap_or_default()
        };
        // A path in the address bar is encoded already.
        let path = hosting::path(&value("page")).unwrap_or_default();
        let (tab, events) = Tab::new(path, PageVersion::parse(&value("seen")), own);
        let snapshot = self.site.snapshot();
        let opened = self.tabs.open(tab, snapshot.as_deref(), &self.site);
        if !opened {
            return Reply::Response(http::text(503, "this preview has too many open tabs"));
        }
        Reply::Events(Box::new(move |out| reload::stream(&events, out)), own)
    }

    /// A page or a file of the site.
    fn page(&self, request: &Request, path: &str) -> ResponseBox {
        let Some(snapshot) = self.site.snapshot() else { return failed("The site cannot be shown yet") };
        let page = PageRequest { preview: self, request, path, snapshot: &snapshot };
        match hosting::find(&snapshot.plan, path) {
            Resource::Moved(url) => {
                let query = request.target.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
                hosting::moved(&format!("{url}{query}"), Arc::from([]))
            }
            Resource::File(route) => page.route(route, 200),
            Resource::Aggregate(output) => match snapshot.session.aggregate(&output) {
                Some(bytes) => hosting::bytes(request, &hosting::mime(&output), Arc::from(bytes)),
                None => missing(),
            },
            Resource::Missing => page.not_found(),
        }
    }
}

/// A request for something of the site, with the site as it is now.
struct PageRequest<'a> {
    preview: &'a Shared,
    request: &'a Request,
    path: &'a str,
    snapshot: &'a Snapshot,
}

impl PageRequest<'_> {
    /// The file of a route.
    fn route(&self, route: &Route, status: u16) -> ResponseBox {
        let mime = hosting::mime(&route.output);
        let is_html = mime.starts_with("text/html");
        match self.snapshot.rendered(route) {
            Rendered::Copy(file) => {
                let project = &self.snapshot.plan.project;
                match hosting::content(project, &file).filter(|_| is_html) {
                    Some(bytes) => self.html(status, &bytes.into(), None),
                    None => hosting::copy(self.request, project, &file, &mime),
                }
            }
            Rendered::Bytes(bytes) => match route.redirect() {
                Some(target) => hosting::moved(target, bytes),
                None if is_html => {
                    if !self.snapshot.is_checked() && !self.snapshot.session.body_diagnostics(route.page.into_iter()).is_empty() {
                        self.preview.report();
                    }
                    self.html(status, &bytes, reload::note(self.snapshot, route).as_deref())
                }
                None => hosting::bytes(self.request, &mime, bytes),
            },
            Rendered::Failed => {
                self.preview.report();
                self.last_good().unwrap_or_else(|| failed("This page cannot be made"))
            }
        }
    }

    /// What there is for a path that leads to nothing: the last good page while the site has errors, since they may be why it is gone.
    fn not_found(&self) -> ResponseBox {
        let last_good = if self.preview.site.has_errors() { self.last_good() } else { None };
        last_good.unwrap_or_else(|| match self.snapshot.plan.index.routes.to("404.html") {
            Some(route) => self.route(route, 404),
            None => missing(),
        })
    }

    fn last_good(&self) -> Option<ResponseBox> {
        let page = self.preview.site.last_good(self.path)?;
        Some(hosting::bytes(self.request, hosting::HTML, reload::with_script(&page, PageVersion::default(), None).into()))
    }

    /// A page with the script.
    fn html(&self, status: u16, page: &Arc<[u8]>, note: Option<&str>) -> ResponseBox {
        let version = reload::version_in(self.snapshot, status, self.path, page);
        let bytes = reload::with_script(page, version.seen, note);
        if status == 200 {
            self.preview.site.keep(self.path, page);
            return hosting::bytes(self.request, hosting::HTML, bytes.into());
        }
        http::with(http::response(status, hosting::HTML, bytes), "Cache-Control", "no-store")
    }
}

/// A page in the place of one that cannot be made: the script in it shows why.
fn failed(words: &str) -> ResponseBox {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{words}</title>\
         <style>:root{{color-scheme:light dark;font:1em/1.5 system-ui,sans-serif}}body{{margin:2em}}</style></head>\
         <body><h1>{words}</h1><p>The errors are shown below and in the terminal. This page goes away by itself when they are fixed.</p></body></html>"
    );
    let bytes = reload::with_script(page.as_bytes(), PageVersion::default(), None);
    http::with(http::response(500, hosting::HTML, bytes), "Cache-Control", "no-store")
}

/// For sites whose theme has no 404 page.
fn missing() -> ResponseBox {
    let page = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Page not found</title></head>\
                <body><h1>Page not found</h1></body></html>";
    http::with(http::response(404, hosting::HTML, page), "Cache-Control", "no-store")
}

/// Whether a page of this preview asks, as browsers say it; `None` when a page of another site does. Programs that are no browsers say
/// nothing.
fn from_own_page(request: &Request) -> Option<bool> {
    match request.header("sec-fetch-site") {
        Some("same-origin") => Some(true),
        Some("none") => Some(false),
        Some(_) => None,
        None => {
            let origin = request.header("origin").map(|origin| origin.split_once("://").map_or(origin, |(_, host)| host));
            origin.is_none_or(|origin| Some(origin) == request.header("host")).then_some(false)
        }
    }
}

/// Whether a `Host` header names this machine: an address in numbers cannot be rebound, and of the names only `localhost` is ours.
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
