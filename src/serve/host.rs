//! The hosting rules: the path of a request in, what a host of static files answers out. `/x` is `x.html`, a folder its `index.html`, one
//! without its slash is sent there, an alias is a redirect, all else is the site's 404 page.
//!
//! Invariant: only what a route names is sent, and a file that is copied only if it lies inside the site's folder when links are followed.

use std::fs::{self, File};
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

use avocet_plugin::Route;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::http::{Body, Request, Response};
use crate::disk::Stamp;
use crate::pipeline::Plan;
use crate::project::Project;

/// Characters that stand in a path as they are.
const IN_PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'@').remove(b'+');

/// Characters that stand in an address as they are: one that comes from a route may have a query, and be encoded already.
const IN_ADDRESS: AsciiSet = CONTROLS.add(b' ');

/// The kind of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// What stands at a path.
pub(super) enum Place<'p> {
    File(&'p Route),
    /// Elsewhere, at this address.
    Moved(String),
    /// In a folder of files that are made of all pages, when one of them is asked for.
    Collected(String),
    Nothing,
}

/// The path of a request's target, decoded; nothing when it is none, or leads out of where it is.
pub(super) fn path(target: &str) -> Option<String> {
    let raw = target.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(raw).decode_utf8().ok()?.into_owned();
    let odd = path.contains(['\0', '\\']) || path.split('/').any(|name| matches!(name, "." | ".."));
    (path.starts_with('/') && !odd).then_some(path)
}

/// What stands at this path.
pub(super) fn find<'p>(plan: &'p Plan, path: &str) -> Place<'p> {
    let base = plan.index.site.info.base.as_str();
    let Some(below) = path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return if path == "/" { Place::Moved(format!("{base}/")) } else { Place::Nothing };
    };
    let Some(below) = below.strip_prefix('/') else { return Place::Moved(format!("{base}/")) };
    match plan.index.routes.served(below) {
        // What `served` found in a folder has to be asked for with its slash, or its relative links would lead astray.
        Some(route) if is_folder(below, route) => Place::Moved(encoded(&format!("{base}/{below}/"))),
        Some(route) => Place::File(route),
        None if plan.aggregator_of(below).is_some() => Place::Collected(below.to_owned()),
        None => Place::Nothing,
    }
}

fn is_folder(below: &str, route: &Route) -> bool {
    !below.is_empty() && !below.ends_with('/') && route.output.strip_prefix(below) == Some("/index.html")
}

fn encoded(path: &str) -> String {
    utf8_percent_encode(path, &IN_PATH).to_string()
}

/// An answer that sends the browser elsewhere. Not for ever: browsers remember that, and the next site is at the same port.
pub(super) fn moved(address: &str, page: Arc<[u8]>) -> Response {
    let address = utf8_percent_encode(address, &IN_ADDRESS).to_string();
    let headers = vec![("Location", address), ("Content-Type", HTML.to_owned()), ("Cache-Control", "no-store".to_owned())];
    Response { status: 302, headers, body: Body::Bytes(page) }
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
pub(super) fn bytes(request: &Request, mime: &str, bytes: Arc<[u8]>) -> Response {
    let tag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..20]);
    part(request, mime, &tag, bytes.len() as u64, |range| match range {
        Some(range) => bytes.get(to_usize(*range.start())..=to_usize(*range.end())).map(|part| Body::Bytes(Arc::from(part))),
        None => Some(Body::Bytes(Arc::clone(&bytes))),
    })
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// An answer with a file of the content folder.
pub(super) fn copy(request: &Request, project: &Project, file: &str, mime: &str) -> Response {
    let Some(path) = inside(project, file) else {
        return Response::words(403, "this file is a link that leads out of the site's folder: a preview does not follow it");
    };
    let (Some(stamp), Ok(file)) = (Stamp::of(&path), File::open(&path)) else {
        return Response::words(404, "this file was here a moment ago");
    };
    part(request, mime, &format!("\"{}\"", stamp_tag(&stamp)), stamp.length, |range| {
        let file = file.try_clone().ok()?;
        let (from, length) = range.map_or((0, stamp.length), |range| (*range.start(), range.end() - range.start() + 1));
        Some(Body::File { file, from, length })
    })
}

/// The bytes of a file of the content folder, if it lies inside the site.
pub(super) fn content(project: &Project, file: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(inside(project, file)?).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Where a file of the content folder is, when that is inside the site's folder.
fn inside(project: &Project, file: &str) -> Option<PathBuf> {
    let path = fs::canonicalize(project.content().join(file)).ok()?;
    let roots = [project.config.root.clone(), project.content()];
    roots.iter().filter_map(|root| fs::canonicalize(root).ok()).any(|root| path.starts_with(root)).then_some(path)
}

/// A name for what a file holds now, without reading it.
fn stamp_tag(stamp: &Stamp) -> String {
    blake3::hash(format!("{stamp:?}").as_bytes()).to_hex()[..20].to_owned()
}

/// The whole, a part, or the word that nothing has changed, as the request asks.
fn part(request: &Request, mime: &str, tag: &str, length: u64, body: impl Fn(Option<&RangeInclusive<u64>>) -> Option<Body>) -> Response {
    let empty = || Body::Bytes(Arc::from([]));
    let answer = |status, body| Response { status, headers: vec![("Content-Type", mime.to_owned())], body };
    let same = |given: &str| given.split(',').any(|one| matches!(one.trim().trim_start_matches("W/"), one if one == tag || one == "*"));
    let answer = if request.header("if-none-match").is_some_and(same) {
        answer(304, empty())
    } else {
        let wanted = request.header("range").filter(|_| request.header("if-range").is_none_or(|given| given == tag));
        match wanted.map_or(Wanted::Whole, |range| wanted_range(range, length)) {
            Wanted::Whole => body(None).map(|body| answer(200, body)),
            Wanted::Part(range) => {
                let place = format!("bytes {}-{}/{length}", range.start(), range.end());
                body(Some(&range)).map(|body| answer(206, body).with("Content-Range", place))
            }
            Wanted::Beyond => Some(answer(416, empty()).with("Content-Range", format!("bytes */{length}"))),
        }
        .unwrap_or_else(|| Response::words(500, "this file cannot be read"))
    };
    answer.with("ETag", tag).with("Accept-Ranges", "bytes").with("Cache-Control", "no-cache").with("X-Content-Type-Options", "nosniff")
}

/// How much of a file is asked for.
#[derive(Debug, PartialEq)]
enum Wanted {
    Whole,
    Part(RangeInclusive<u64>),
    Beyond,
}

/// One range of bytes. Several, or what is none, is the whole, as the standard allows.
fn wanted_range(header: &str, length: u64) -> Wanted {
    let Some((first, last)) = header.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else { return Wanted::Whole };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), _) if first >= length && (last.is_empty() || last.parse::<u64>().is_ok()) => Wanted::Beyond,
        (Ok(first), Ok(last)) if first <= last => Wanted::Part(first..=last.min(length - 1)),
        (Ok(first), Err(_)) if last.is_empty() => Wanted::Part(first..=length - 1),
        (Err(_), Ok(last)) if first.is_empty() && last > 0 && length > 0 => Wanted::Part(length.saturating_sub(last)..=length - 1),
        (Err(_), Ok(_)) if first.is_empty() => Wanted::Beyond,
        _ => Wanted::Whole,
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
        assert_eq!(wanted_range("bytes=0-3", 10), Wanted::Part(0..=3));
        assert_eq!(wanted_range("bytes=4-", 10), Wanted::Part(4..=9));
        assert_eq!(wanted_range("bytes=-4", 10), Wanted::Part(6..=9));
        assert_eq!(wanted_range("bytes=-40", 10), Wanted::Part(0..=9));
        assert_eq!(wanted_range("bytes=5-99", 10), Wanted::Part(5..=9));
        assert_eq!(wanted_range("bytes=10-", 10), Wanted::Beyond);
        assert_eq!(wanted_range("bytes=0-", 0), Wanted::Beyond);
        assert_eq!(wanted_range("bytes=-0", 10), Wanted::Beyond);
        for whole in ["bytes=3-1", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=a-b"] {
            assert_eq!(wanted_range(whole, 10), Wanted::Whole, "{whole}");
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
