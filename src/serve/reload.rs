//! Live reload: what open tabs show, and what they are told over server-sent events when a new snapshot shows something else.
//!
//! In: tabs (a path, and a mark of what they show), snapshots, errors. Out: `reload`, `styles`, `move` and `errors` events, each to the
//! tabs that it concerns. Invariant: a tab is told to reload only if the bytes of its own page are others, and to swap its stylesheets
//! only if theirs are.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avocet_plugin::{Diagnostic, Kind, Page, Route, RouteKey, Status, html, paths};
use serde_json::{Value, json};

use super::hosting::{self, Resource};
use super::site::{Rendered, ServedSite, Snapshot, lock};
use crate::clock;
use crate::report;

/// The script that pages get.
pub(super) const SCRIPT: &str = include_str!("live.js");
/// Addresses of the preview itself. No site has files there: names that begin with a dot are not published.
pub(super) const SCRIPT_PATH: &str = "/.avocet/live.js";
pub(super) const EVENTS_PATH: &str = "/.avocet/events";
pub(super) const LEFT_OUT_PATH: &str = "/.avocet/left-out.json";

/// Tabs that are open at once.
const MAX_TABS: usize = 128;
/// A line that nobody reads goes out so often, to find out who is still there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A mark of what a tab shows: its page without the addresses of its stylesheets, and these with what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PageVersion {
    page: u64,
    styles: u64,
}

impl PageVersion {
    /// As a tab sends it.
    pub(super) fn parse(text: &str) -> Self {
        let number = |text: &str| u64::from_str_radix(text, 16).unwrap_or_default();
        let (page, styles) = text.split_once('-').unwrap_or((text, ""));
        Self { page: number(page), styles: number(styles) }
    }

    fn text(self) -> String {
        format!("{:016x}-{:016x}", self.page, self.styles)
    }
}

/// A stylesheet of a page: its address, and a mark of what it holds.
type Style = (String, String);

/// What a path shows in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TabVersion {
    pub(super) seen: PageVersion,
    styles: Vec<Style>,
}

/// What a path shows; nothing when that cannot be made.
pub(super) fn version(snapshot: &Snapshot, path: &str) -> Option<TabVersion> {
    let (status, route) = match hosting::find(&snapshot.plan, path) {
        Resource::File(route) => (200, Some(route)),
        Resource::Moved(_) => (302, None),
        Resource::Aggregate(_) => (200, None),
        Resource::Missing => (404, snapshot.plan.index.routes.to("404.html")),
    };
    let bytes: Arc<[u8]> = match route.map(|route| snapshot.rendered(route)) {
        Some(Rendered::Bytes(bytes)) => bytes,
        Some(Rendered::Copy(file)) => hosting::content(&snapshot.plan.project, &file)?.into(),
        Some(Rendered::Failed) => return None,
        None => Arc::from([]),
    };
    Some(version_in(snapshot, status, path, &bytes))
}

/// What these bytes show at a path.
pub(super) fn version_in(snapshot: &Snapshot, status: u16, path: &str, bytes: &[u8]) -> TabVersion {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&status.to_le_bytes());
    let mut styles = Vec::new();
    let mut rest = 0;
    if let Ok(text) = std::str::from_utf8(bytes) {
        let links = html::start_tags(text).filter(|(tag, _)| tag.name == "link").flat_map(|(tag, _)| html::links(&tag));
        for link in links.filter(|link| without_query(&link.url).ends_with(".css")) {
            hasher.update(bytes.get(rest..link.span.start).unwrap_or_default());
            rest = link.span.end;
            styles.push((link.url.to_string(), held(snapshot, path, &link.url)));
        }
    }
    hasher.update(bytes.get(rest..).unwrap_or_default());
    TabVersion {
        seen: PageVersion { page: number(&hasher.finalize()), styles: number(&blake3::hash(format!("{styles:?}").as_bytes())) },
        styles,
    }
}

fn number(hash: &blake3::Hash) -> u64 {
    hash.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// A mark of what the stylesheet at an address holds, if it is of this site.
fn held(snapshot: &Snapshot, page: &str, address: &str) -> String {
    let address = without_query(address);
    let path = if address.starts_with('/') {
        address.to_owned()
    } else {
        let Some(path) = paths::join(page.trim_start_matches('/'), address) else { return String::new() };
        format!("/{path}")
    };
    let Some(path) = hosting::path(&path) else { return String::new() };
    let Resource::File(route) = hosting::find(&snapshot.plan, &path) else { return String::new() };
    let bytes: Arc<[u8]> = match snapshot.rendered(route) {
        Rendered::Bytes(bytes) => bytes,
        Rendered::Copy(file) => hosting::content(&snapshot.plan.project, &file).unwrap_or_default().into(),
        Rendered::Failed => return String::new(),
    };
    format!("{:016x}", number(&blake3::hash(&bytes)))
}

/// A page with the script, which says what it shows. It goes to the end, so that nothing on the page is moved by it.
pub(super) fn with_script(page: &[u8], seen: PageVersion, note: Option<&str>) -> Vec<u8> {
    let note = note.map_or(String::new(), |note| format!(" data-note=\"{}\"", html::escape(note)));
    let script = format!("<script src=\"{SCRIPT_PATH}\" data-seen=\"{}\"{note} defer></script>", seen.text());
    let end = page.windows(7).rposition(|tag| tag.eq_ignore_ascii_case(b"</body>")).unwrap_or(page.len());
    [&page[..end], script.as_bytes(), &page[end..]].concat()
}

/// What the preview says of a page that a build leaves out.
pub(super) fn note(snapshot: &Snapshot, route: &Route) -> Option<String> {
    let page = snapshot.plan.index.site.page(route.page?);
    Some(match left_out(snapshot, page)? {
        LeftOut::Draft => "Draft: a build leaves this page out".into(),
        LeftOut::Scheduled(date) => format!("Of the future: a build leaves this page out until {date}"),
    })
}

/// Why a build leaves a page out now.
enum LeftOut {
    Draft,
    /// Until this time.
    Scheduled(String),
}

fn left_out(snapshot: &Snapshot, page: &Page) -> Option<LeftOut> {
    if page.status == Status::Draft {
        return Some(LeftOut::Draft);
    }
    let held = snapshot.plan.project.config.articles.hold_future() && page.kind == Kind::Article;
    let date = page.date.as_ref().filter(|date| held && date.timestamp() > clock::now())?;
    Some(LeftOut::Scheduled(date.strftime("%-d %B %Y, %H:%M").to_string()))
}

/// The drafts and the scheduled pages, for the bar that only the preview has: titles, URLs, and until when they are held.
pub(super) fn left_out_pages(snapshot: &Snapshot) -> Value {
    let (mut drafts, mut scheduled) = (Vec::new(), Vec::new());
    for page in &snapshot.plan.index.site.all {
        let Some(route) = snapshot.plan.index.routes.of(RouteKey::Page(&page.source)) else { continue };
        match left_out(snapshot, page) {
            Some(LeftOut::Draft) => drafts.push(json!({ "title": page.title, "url": route.url })),
            Some(LeftOut::Scheduled(until)) => scheduled.push(json!({ "title": page.title, "url": route.url, "until": until })),
            None => {}
        }
    }
    json!({ "drafts": drafts, "scheduled": scheduled })
}

/// What a tab is told.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TabEvent {
    /// Its page is another.
    Reload,
    /// Its page is the same, its stylesheets are these now.
    Styles(TabVersion),
    /// Its page is at another address.
    Move(String),
    /// All that is wrong with the site.
    Errors(Arc<Vec<Diagnostic>>),
}

impl TabEvent {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let (name, data) = match self {
            Self::Reload => ("reload", Value::Null),
            Self::Styles(version) => ("styles", json!({ "seen": version.seen.text(), "styles": version.styles })),
            Self::Move(address) => ("move", json!(address)),
            Self::Errors(diagnostics) => ("errors", errors(diagnostics)),
        };
        to.write_all(format!("event: {name}\ndata: {data}\n\n").as_bytes())
    }
}

/// Errors as the overlay shows them: as `report` draws them.
fn errors(diagnostics: &[Diagnostic]) -> Value {
    const MOST: usize = 50;
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    let drawings: Vec<String> = errors.iter().take(MOST).map(|error| report::drawing(error)).collect();
    json!({ "count": errors.len(), "drawings": drawings })
}

/// An open tab.
pub(super) struct Tab {
    path: String,
    seen: PageVersion,
    /// Whether a page of this preview opened it.
    own: bool,
    to: SyncSender<TabEvent>,
}

/// The tabs that are open.
#[derive(Default)]
pub(super) struct Tabs(Mutex<Vec<Tab>>);

impl Tabs {
    /// Opens one more, which is told what is wrong, and whether its page is another already. When there are too many, it takes the place of
    /// the oldest one that no page of this preview opened. Says whether there was room.
    pub(super) fn open(&self, mut tab: Tab, now: Option<&Snapshot>, site: &ServedSite) -> bool {
        let _ = tab.to.try_send(TabEvent::Errors(site.diagnostics()));
        if let Some(snapshot) = now {
            tab.tell(snapshot, site.has_errors(), version(snapshot, &tab.path));
        }
        let mut tabs = lock(&self.0);
        if tabs.len() >= MAX_TABS {
            let Some(stranger) = tabs.iter().position(|open| !open.own).or(tab.own.then_some(0)) else { return false };
            tabs.remove(stranger);
        }
        tabs.push(tab);
        true
    }

    /// Tells every tab all that is wrong.
    pub(super) fn errors(&self, diagnostics: &Arc<Vec<Diagnostic>>) {
        lock(&self.0).retain(|tab| tab.to.try_send(TabEvent::Errors(Arc::clone(diagnostics))).is_ok());
    }

    /// Tells the tabs whose page is another in this snapshot. Gives their paths.
    pub(super) fn update(&self, old: Option<&Snapshot>, new: &Snapshot, has_errors: bool) -> Vec<String> {
        let mut shown_at: BTreeMap<String, Option<TabVersion>> = BTreeMap::new();
        let mut changed = Vec::new();
        for tab in lock(&self.0).iter_mut() {
            if let Some(address) = old.and_then(|old| followed(old, new, &tab.path)) {
                let _ = tab.to.try_send(TabEvent::Move(address));
                changed.push(tab.path.clone());
                continue;
            }
            let version = shown_at.entry(tab.path.clone()).or_insert_with(|| version(new, &tab.path)).clone();
            if tab.tell(new, has_errors, version) {
                changed.push(tab.path.clone());
            }
        }
        changed
    }
}

impl Tab {
    /// A tab that shows this version of a path, and what it will be told.
    pub(super) fn new(path: String, seen: PageVersion, own: bool) -> (Self, Receiver<TabEvent>) {
        let (to, events) = sync_channel(32);
        (Self { path, seen, own, to }, events)
    }

    /// Tells the tab if what it shows is not what its path shows now.
    fn tell(&mut self, snapshot: &Snapshot, has_errors: bool, version: Option<TabVersion>) -> bool {
        let Some(version) = version.filter(|version| version.seen != self.seen) else { return false };
        // While the site has errors a page may be gone because of them: the last good one stays.
        if has_errors && !matches!(hosting::find(&snapshot.plan, &self.path), Resource::File(_)) {
            return false;
        }
        let event = if version.seen.page == self.seen.page { TabEvent::Styles(version.clone()) } else { TabEvent::Reload };
        self.seen = version.seen;
        self.to.try_send(event).is_ok()
    }
}

/// The new address of the page that was at a path, when nothing is there now: the same source, or one with the same text.
fn followed(old: &Snapshot, new: &Snapshot, path: &str) -> Option<String> {
    if !matches!(hosting::find(&new.plan, path), Resource::Missing) {
        return None;
    }
    let Resource::File(route) = hosting::find(&old.plan, path) else { return None };
    let page = old.plan.index.site.page(route.page?);
    let same_file = new.plan.index.routes.of(RouteKey::Page(&page.source));
    let same_text = || {
        let twin = new.plan.index.site.all.iter().find(|other| other.text == page.text && other.source != page.source)?;
        new.plan.index.routes.of(RouteKey::Page(&twin.source))
    };
    same_file.or_else(same_text).map(|route| route.url.clone())
}

/// Writes events until the tab is gone.
pub(super) fn stream(events: &Receiver<TabEvent>, to: &mut dyn Write) -> io::Result<()> {
    to.write_all(b"retry: 500\n\n")?;
    loop {
        match events.recv_timeout(HEARTBEAT) {
            Ok(event) => event.write(to)?,
            Err(RecvTimeoutError::Timeout) => to.write_all(b": still here\n\n")?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let seen = PageVersion { page: 7, styles: u64::MAX };
        assert_eq!(PageVersion::parse(&seen.text()), seen);
        assert_eq!(PageVersion::parse("rubbish"), PageVersion::default());
    }

    #[test]
    fn the_script_goes_before_the_end_of_the_body() {
        let page = String::from_utf8(with_script(b"<body>a</BODY></html>", PageVersion::default(), Some("\"x\""))).unwrap();
        assert!(page.starts_with("<body>a<script src=") && page.ends_with(" data-note=\"&quot;x&quot;\" defer></script></BODY></html>"));
        assert!(with_script(b"a", PageVersion::default(), None).starts_with(b"a<script"));
    }
}
