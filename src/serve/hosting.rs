//! The hosting rules: the path of a request in, what a host of static files answers out. `/x` is `x.html`, a folder its `index.html`, one
//! without its slash is sent there, an alias is a redirect, all else is the site's 404 page.
//!
//! Invariant: only what a route names is sent, and a file that is copied only if it lies inside the site's folder when links are followed.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::sync::Arc;

use avocet_plugin::Route;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use tiny_http::ResponseBox;

use super::http::{self, Request};
use crate::disk::{self, Refusal, Stamp};
use crate::pipeline::Plan;
use crate::project::Project;

/// Characters that stand in a path as they are.
const IN_PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'@').remove(b'+');

/// Characters that stand in a URL as they are: one that comes from a route may have a query, and be encoded already.
const IN_URL: AsciiSet = CONTROLS.add(b' ');

/// The kind of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// What a path leads to.
pub(super) enum Resource<'p> {
    File(&'p Route),
    /// It is at this URL.
    Moved(String),
    /// A file that is made of all pages, at this output path.
    Aggregate(String),
    Missing,
}

/// The path of a request's target, decoded; nothing when it is none, or leads out of where it is.
pub(super) fn path(target: &str) -> Option<String> {
    let raw = target.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(raw).decode_utf8().ok()?.into_owned();
    let odd = path.contains(['\0', '\\']) || path.split('/').any(|name| matches!(name, "." | ".."));
    (path.starts_with('/') && !odd).then_some(path)
}

/// What this path leads to.
pub(super) fn find<'p>(plan: &'p Plan, path: &str) -> Resource<'p> {
    let base = plan.index.site.info.base.as_str();
    let Some(below) = path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return if path == "/" { Resource::Moved(format!("{base}/")) } else { Resource::Missing };
    };
    let Some(below) = below.strip_prefix('/') else { return Resource::Moved(format!("{base}/")) };
    match plan.index.routes.served(below) {
        // What `served` found in a folder has to be asked for with its slash, or its relative links would lead astray.
        Some(route) if is_folder(below, route) => Resource::Moved(encoded(&format!("{base}/{below}/"))),
        Some(route) => Resource::File(route),
        None if plan.aggregator_of(below).is_some() => Resource::Aggregate(below.to_owned()),
        None => Resource::Missing,
    }
}

fn is_folder(below: &str, route: &Route) -> bool {
    !below.is_empty() && !below.ends_with('/') && route.output.strip_prefix(below) == Some("/index.html")
}

fn encoded(path: &str) -> String {
    utf8_percent_encode(path, &IN_PATH).to_string()
}

/// An answer that sends the browser elsewhere. Not for ever: browsers remember that, and the next site is at the same port.
pub(super) fn moved(url: &str, page: Arc<[u8]>) -> ResponseBox {
    let url = utf8_percent_encode(url, &IN_URL).to_string();
    http::with(http::with(http::response(302, HTML, page), "Location", &url), "Cache-Control", "no-store")
}

/// The kind of a file, by its name.
pub(super) fn mime(output: &str) -> String {
    let kind = mime_guess::from_path(output).first_or_octet_stream();
    let text = kind.type_() == "text"
        || kind.suffix().is_some_and(|suffix| suffix == "xml" || suffix == "json")
        || matches!(kind.subtype().as_str(), "javascript" | "json" | "xml");
    if text { format!("{}; charset=utf-8", kind.essence_str()) } else { kind.essence_str().to_owned() }
}

/// An answer with these bytes.
pub(super) fn bytes(request: &Request, mime: &str, bytes: Arc<[u8]>) -> ResponseBox {
    let file = Representation { mime, tag: format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..20]), length: bytes.len() as u64 };
    file.answer(request, |range| {
        let mut part = io::Cursor::new(bytes);
        part.seek(SeekFrom::Start(*range.start()))?;
        Ok(part)
    })
}

/// An answer with a file of the content folder.
pub(super) fn copy(request: &Request, project: &Project, file: &str, mime: &str) -> ResponseBox {
    let path = project.content().join(file);
    if let Err(Refusal::Outside(_)) = project.config.door.check(&path) {
        return http::text(403, "this file is a link that leads out of the site's folder: a preview does not follow it");
    }
    let (Some(stamp), Ok(mut opened)) = (Stamp::of(&path), disk::open(&path)) else {
        return http::text(404, "this file was here a moment ago");
    };
    let file = Representation { mime, tag: format!("\"{}\"", stamp_tag(&stamp)), length: stamp.length };
    file.answer(request, |range| {
        opened.seek(SeekFrom::Start(*range.start()))?;
        Ok(opened)
    })
}

/// The bytes of a file of the content folder, if it lies inside the site.
pub(super) fn content(project: &Project, file: &str) -> Option<Vec<u8>> {
    project.config.door.read(&project.content().join(file)).ok()
}

/// A name for what a file holds now, without reading it.
fn stamp_tag(stamp: &Stamp) -> String {
    blake3::hash(format!("{stamp:?}").as_bytes()).to_hex()[..20].to_owned()
}

/// What can be had of a file, all or a part of it.
struct Representation<'m> {
    mime: &'m str,
    /// Changes with the content.
    tag: String,
    length: u64,
}

impl Representation<'_> {
    /// The whole, a part, or the word that nothing has changed, as the request asks. `open` reads from the beginning of a range.
    fn answer<R: Read + Send + 'static>(&self, request: &Request, open: impl FnOnce(&RangeInclusive<u64>) -> io::Result<R>) -> ResponseBox {
        let (status, range) = self.wanted(request);
        let place = range.as_ref().map_or("*".to_owned(), |range| format!("{}-{}", range.start(), range.end()));
        let body = match (status, range) {
            (304, _) => Ok(http::response(304, self.mime, [])),
            (_, None) => Ok(http::response(status, self.mime, [])),
            (_, Some(range)) => open(&range).map(|body| {
                let left = range.end() - range.start() + 1;
                http::response_from(status, self.mime, ExactLength { body, left }, usize::try_from(left).unwrap_or(usize::MAX))
            }),
        };
        let Ok(mut response) = body else { return http::text(500, "this file cannot be read") };
        if matches!(status, 206 | 416) {
            response = http::with(response, "Content-Range", &format!("bytes {place}/{}", self.length));
        }
        let headers =
            [("ETag", &*self.tag), ("Accept-Ranges", "bytes"), ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff")];
        headers.iter().fold(response, |response, (name, value)| http::with(response, name, value))
    }

    /// The status, and the bytes that are sent.
    fn wanted(&self, request: &Request) -> (u16, Option<RangeInclusive<u64>>) {
        let same =
            |given: &str| given.split(',').any(|one| matches!(one.trim().trim_start_matches("W/"), one if one == self.tag || one == "*"));
        if request.header("if-none-match").is_some_and(same) {
            return (304, None);
        }
        let range = request.header("range").filter(|_| request.header("if-range").is_none_or(|given| given == self.tag));
        match range.map_or(RequestedRange::Whole, |range| wanted_range(range, self.length)) {
            RequestedRange::Whole => (200, self.length.checked_sub(1).map(|last| 0..=last)),
            RequestedRange::Part(range) => (206, Some(range)),
            RequestedRange::Beyond => (416, None),
        }
    }
}

/// So many bytes; an error where there are less, since the head has promised all of them.
struct ExactLength<R> {
    body: R,
    left: u64,
}

impl<R: Read> Read for ExactLength<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = (&mut self.body).take(self.left).read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}

/// How much of a file is asked for.
#[derive(Debug, PartialEq)]
enum RequestedRange {
    Whole,
    Part(RangeInclusive<u64>),
    Beyond,
}

/// One range of bytes. Several, or what is none, is the whole, as the standard allows.
fn wanted_range(header: &str, length: u64) -> RequestedRange {
    let Some((first, last)) = header.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return RequestedRange::Whole;
    };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), _) if first >= length && (last.is_empty() || last.parse::<u64>().is_ok()) => RequestedRange::Beyond,
        (Ok(first), Ok(last)) if first <= last => RequestedRange::Part(first..=last.min(length - 1)),
        (Ok(first), Err(_)) if last.is_empty() => RequestedRange::Part(first..=length - 1),
        (Err(_), Ok(last)) if first.is_empty() && last > 0 && length > 0 => RequestedRange::Part(length.saturating_sub(last)..=length - 1),
        (Err(_), Ok(_)) if first.is_empty() => RequestedRange::Beyond,
        _ => RequestedRange::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_and_one_that_leaves_its_place_is_none() {
        assert_eq!(path("/a%20b/caf%C3%A9.html?x=/../y").as_deref(), Some("/a b/café.html"));
        for bad in ["/../x", "/a/%2e%2e/x", "/a/..%2fx", "/%00", "/a%5c..%5cb", "x", "", "/%ff", "http://x/", "/./x"] {
            assert_eq!(path(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_range_is_cut_to_the_file() {
        assert_eq!(wanted_range("bytes=0-3", 10), RequestedRange::Part(0..=3));
        assert_eq!(wanted_range("bytes=4-", 10), RequestedRange::Part(4..=9));
        assert_eq!(wanted_range("bytes=-4", 10), RequestedRange::Part(6..=9));
        assert_eq!(wanted_range("bytes=-40", 10), RequestedRange::Part(0..=9));
        assert_eq!(wanted_range("bytes=5-99", 10), RequestedRange::Part(5..=9));
        assert_eq!(wanted_range("bytes=10-", 10), RequestedRange::Beyond);
        assert_eq!(wanted_range("bytes=0-", 0), RequestedRange::Beyond);
        assert_eq!(wanted_range("bytes=-0", 10), RequestedRange::Beyond);
        for whole in ["bytes=3-1", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=a-b"] {
            assert_eq!(wanted_range(whole, 10), RequestedRange::Whole, "{whole}");
        }
    }

    #[test]
    fn a_kind_has_its_alphabet() {
        assert_eq!(mime("a.html"), "text/html; charset=utf-8");
        assert_eq!(mime("feed.xml"), "text/xml; charset=utf-8");
        assert_eq!(mime("a.svg"), "image/svg+xml; charset=utf-8");
        assert_eq!(mime("a.json"), "application/json; charset=utf-8");
        assert_eq!(mime("a.png"), "image/png");
        assert_eq!(mime("CNAME"), "application/octet-stream");
    }
}
