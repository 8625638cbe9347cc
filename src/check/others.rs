//! What a page loads from other hosts: scripts, stylesheets and frames, and what comes over `http:`, which anyone on the way can change.

use avocet_plugin::{SiteInfo, codes};

use super::finding::{Finding, Mark};
use super::reader::LinkRef;

/// Whether an address names a host.
pub(super) fn names_host(value: &str) -> bool {
    value.starts_with("https://") || value.starts_with("http://") || value.starts_with("//")
}

/// What is to be said of an address that leads out of the site.
pub(super) fn look(info: &SiteInfo, lead: &LinkRef, found: &mut Vec<Finding>) {
    if !names_host(&lead.value) {
        return;
    }
    let address = &lead.value;
    let mark = || Mark::Address(address.clone());
    let style = lead.is_style();
    if address.starts_with("http://") && info.url.starts_with("https://") && (lead.is_asset() || style) {
        let message = format!("`{address}` is loaded over `http:`: browsers block that in a page of `https:`");
        found.push(Finding::new(
            &codes::INSECURE_EMBED,
            message,
            "write https: if that host has it, else put the file into your site",
            mark(),
        ));
    }
    let (code, message, help) = match lead.element.as_str() {
        "script" => (
            &codes::FOREIGN_SCRIPT,
            format!("the script `{address}` comes from another host, which sees who reads the page"),
            "take it out if nothing needs it, or put the file into static/ and load it from there",
        ),
        "link" if style => (
            &codes::FOREIGN_STYLE,
            format!("the stylesheet `{address}` comes from another host, which sees who reads the page"),
            "take it out if nothing needs it, or put the file into static/ and load it from there",
        ),
        "iframe" | "embed" | "object" | "frame" => (
            &codes::FOREIGN_IFRAME,
            format!("the frame `{address}` comes from another host, which sees who reads the page"),
            "a link to it is enough for many readers, and asks nobody until it is followed",
        ),
        _ => return,
    };
    found.push(Finding::new(code, message, help, mark()));
}
