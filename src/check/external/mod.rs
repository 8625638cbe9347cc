//! Whether pages of other hosts are there: addresses in, answers out, remembered for some days.
//!
//! Invariant: each address is asked for once, each host by one question at a time with a pause between two, several hosts at once. A host
//! that wants a longer wait is obeyed, or given up. Nothing is asked that the settings leave out.

mod client;
mod memory;

use avocet_plugin::codes;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::finding::{Finding, Mark};
use crate::config::ExternalSettings;
use avocet_io::host;
use client::LinkChecker;
use memory::LinkCache;

/// Hosts that are asked at once.
const AT_ONCE: usize = 8;

/// What a host says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkStatus {
    /// It is there.
    Good,
    /// It is there, for good, at this other address.
    Moved(String),
    /// It is not there, and why.
    Dead(String),
    /// Nobody knows, and why.
    Unreachable(String),
}

impl LinkStatus {
    /// What is to be said of a link to this address.
    pub(super) fn finding(&self, address: &str) -> Option<Finding> {
        let mark = Mark::Url(address.to_owned());
        Some(match self {
            Self::Good => return None,
            Self::Moved(to) => {
                let message = format!("`{address}` has moved permanently to `{to}`");
                Finding::new(&codes::MOVED_EXTERNAL, message, format!("write {to}"), mark)
            }
            Self::Dead(why) => {
                let help = "correct the URL, or remove the link; if the answer of the host is wrong, add it to `external_ignore`";
                Finding::new(&codes::DEAD_EXTERNAL, format!("`{address}` does not exist: {why}"), help, mark)
            }
            Self::Unreachable(why) => {
                let help = "look at it in a browser; list it in `external_ignore` of [check] if that is as it should be";
                Finding::new(&codes::UNREACHABLE_EXTERNAL, format!("`{address}` could not be checked: {why}"), help, mark)
            }
        })
    }
}

/// Whether an address can be asked for at another host.
pub(super) fn is_askable(address: &str) -> bool {
    super::others::names_host(address) && !host(address).is_empty()
}

/// Whether the settings let an address be asked for.
pub(super) fn is_asked(settings: &ExternalSettings, address: &str) -> bool {
    let among = |list: &[String]| list.iter().any(|entry| fits(entry.trim(), address));
    (settings.allow.is_empty() || among(&settings.allow)) && !among(&settings.ignore)
}

/// `entry` is a host, which stands for those below it as well, or the beginning of an address.
fn fits(entry: &str, address: &str) -> bool {
    if entry.contains("://") {
        return address.starts_with(entry);
    }
    let host = host(address);
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    let entry = entry.to_lowercase();
    [host.as_str(), name].into_iter().any(|host| host == entry || host.strip_suffix(&*entry).is_some_and(|below| below.ends_with('.')))
}

/// The address that is asked for: with a scheme, without fragment.
fn asked(address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() }
}

/// What is known of each of these addresses. `cache` is the folder of what is remembered, `site` the address of the site, which says who
/// asks.
pub(super) fn ask(settings: &ExternalSettings, cache: &Path, site: &str, addresses: &[&String]) -> Vec<(String, LinkStatus)> {
    let mut memory = LinkCache::open(cache, settings.days);
    let mut known: BTreeMap<String, LinkStatus> = BTreeMap::new();
    let mut by_host: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for address in addresses.iter().map(|address| asked(address)) {
        match memory.get(&address) {
            Some(answer) => drop(known.insert(address, answer)),
            None => by_host.entry(host(&address)).or_default().push(address),
        }
    }
    let client = LinkChecker::new(settings, site);
    let hosts = Mutex::new(by_host.into_values());
    let told = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(mut addresses) = next(&hosts) {
                    addresses.dedup();
                    let answers = client.ask_host(addresses);
                    told.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
                }
            });
        }
    });
    for (address, answer) in told.into_inner().unwrap_or_else(PoisonError::into_inner) {
        memory.put(&address, &answer);
        known.insert(address, answer);
    }
    memory.save();
    addresses.iter().filter_map(|address| Some(((*address).clone(), known.get(&asked(address))?.clone()))).collect()
}

fn next(hosts: &Mutex<impl Iterator<Item = Vec<String>>>) -> Option<Vec<String>> {
    hosts.lock().unwrap_or_else(PoisonError::into_inner).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_host_with_those_below_it_or_the_beginning_of_an_address() {
        for good in ["example.org", "Example.org", "https://www.example.org/a", "www.example.org", "example.org:8080"] {
            assert!(fits(good, "https://www.example.org/a/b") || fits(good, "https://EXAMPLE.org:8080/x"), "{good}");
        }
        for bad in ["ample.org", "https://www.example.org/b", "org.example", "www.example.com"] {
            assert!(!fits(bad, "https://www.example.org/a/b"), "{bad}");
        }
    }

    #[test]
    fn what_is_asked_for_has_a_scheme_and_no_fragment() {
        assert_eq!(asked("//x.org/a#b"), "https://x.org/a");
        assert!(is_askable("http://x.org") && !is_askable("mailto:a@b") && !is_askable("https:///x") && !is_askable("tel:1"));
    }
}
