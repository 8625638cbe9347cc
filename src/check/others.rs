//! What a page loads from other hosts: scripts, stylesheets and iframes, and what comes over `http:`, which anyone on the way can change.

use avocet_plugin::{SiteInfo, codes};

use super::finding::{Finding, Mark};
use super::reader::LinkRef;

/// Whether a URL names a host.
pub(super) fn names_host(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://") || url.starts_with("//")
}

/// Reports what a link to another host does to readers.
pub(super) fn look(info: &SiteInfo, link: &LinkRef, found: &mut Vec<Finding>) {
    if !names_host(&link.url) {
        return;
    }
    let url = &link.url;
    let mark = || Mark::Url(url.clone());
    let style = link.is_style();
    if url.starts_with("http://") && info.url.starts_with("https://") && (link.is_asset() || style) {
        let message = format!("`{url}` is loaded over `http:`: browsers block that on an `https:` page");
        found.push(Finding::new(
            &codes::INSECURE_EMBED,
            message,
            "write https: if the host supports it, or put the file into your site",
            mark(),
        ));
    }
    let (code, message, help) = match link.element.as_str() {
        "script" => (
            &codes::FOREIGN_SCRIPT,
            format!("the script `{url}` comes from another host, which can see who reads the page"),
            "remove it if you do not need it, or put the file into static/ and load it from there",
        ),
        "link" if style => (
            &codes::FOREIGN_STYLE,
            format!("the stylesheet `{url}` comes from another host, which can see who reads the page"),
            "remove it if you do not need it, or put the file into static/ and load it from there",
        ),
        "iframe" | "embed" | "object" | "frame" => (
            &codes::FOREIGN_IFRAME,
            format!("the iframe `{url}` comes from another host, which can see who reads the page"),
            "a link to it is often enough, and contacts the other host only when a reader follows it",
        ),
        _ => return,
    };
    found.push(Finding::new(code, message, help, mark()));
}
