//! Questions to other hosts by HTTP: HEAD, and GET where a host does not care for HEAD.
//!
//! Invariant: one question at a time to a host, with a pause before each but the first. What may pass by itself (5xx, 429, a connection that
//! breaks) is asked again, ever later, as often as the settings say; `Retry-After` is obeyed up to a minute, and a longer one ends the
//! questions to this host.

use std::thread;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{HeaderMap, Response};

use super::Answer;
use crate::config::ExternalSettings;

/// Redirects that are followed.
const REDIRECTS: usize = 8;
/// The longest wait that a host may ask for, in seconds.
const LONGEST_WAIT: i64 = 60;

/// Asks hosts.
pub(super) struct Client {
    agent: Agent,
    pause: Duration,
    retries: usize,
}

/// What one question came to.
enum Said {
    /// An answer.
    Answer(Answer),
    /// None yet, and why; after so many seconds if the host says so.
    Later(String, Option<i64>),
}

impl Client {
    /// One that says it asks for the site at this address.
    pub(super) fn new(settings: &ExternalSettings, site: &str) -> Self {
        let tls = ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(Duration::from_secs(settings.timeout as u64)))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(format!("avocet-check/{} (+{site})", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Self { agent, pause: Duration::from_millis(settings.pause as u64), retries: settings.retries }
    }

    /// Asks one host for all of these.
    pub(super) fn ask_host(&self, addresses: Vec<String>) -> Vec<(String, Answer)> {
        let mut shut: Option<String> = None;
        let mut answers = Vec::new();
        for (at, address) in addresses.into_iter().enumerate() {
            if let Some(why) = &shut {
                answers.push((address, Answer::Unreachable(why.clone())));
                continue;
            }
            if at > 0 {
                thread::sleep(self.pause);
            }
            let (answer, ends) = self.ask(&address);
            if let (true, Answer::Unreachable(why)) = (ends, &answer) {
                shut = Some(why.clone());
            }
            answers.push((address, answer));
        }
        answers
    }

    /// Asks for one address until there is an answer. The second: the host wants no more questions.
    fn ask(&self, address: &str) -> (Answer, bool) {
        let mut tries = 0;
        loop {
            let (why, wait) = match self.ask_once(address) {
                Said::Answer(answer) => return (answer, false),
                Said::Later(why, wait) => (why, wait),
            };
            if let Some(wait) = wait.filter(|wait| *wait > LONGEST_WAIT) {
                return (Answer::Unreachable(format!("{why}, and wants a wait of {wait} s")), true);
            }
            if tries == self.retries {
                let times = if tries == 0 { String::new() } else { format!(", {} times", tries + 1) };
                return (Answer::Unreachable(format!("{why}{times}")), false);
            }
            tries += 1;
            let told = Duration::from_secs(u64::try_from(wait.unwrap_or(0)).unwrap_or(0));
            thread::sleep(told.max(self.pause * 2_u32.saturating_pow(u32::try_from(tries).unwrap_or(u32::MAX))));
        }
    }

    /// HEAD, then GET, along the redirects.
    fn ask_once(&self, asked: &str) -> Said {
        let mut address = asked.to_owned();
        // Where those redirects lead that are for good, as long as there was no other.
        let (mut moved, mut for_good) = (None, true);
        for _ in 0..=REDIRECTS {
            let (status, headers) = match self.send(&address) {
                Ok(answer) => answer,
                Err(reported) => return reported,
            };
            match status {
                200..=299 => return Said::Answer(moved.map_or(Answer::Good, Answer::Moved)),
                301 | 302 | 303 | 307 | 308 => {
                    let to = text(&headers, "location").unwrap_or_default();
                    let Some(next) = target(&address, to) else {
                        return Said::Answer(Answer::Dead(format!("it leads on to `{to}`, which is no address")));
                    };
                    for_good &= matches!(status, 301 | 308);
                    if for_good {
                        moved = Some(next.clone());
                    }
                    address = next;
                }
                404 | 410 => return Said::Answer(Answer::Dead(format!("the answer is {status}"))),
                408 | 425 | 429 | 500..=599 => return Said::Later(format!("the answer is {status}"), retry_after(&headers)),
                _ => return Said::Answer(Answer::Unreachable(format!("the answer is {status}"))),
            }
        }
        Said::Answer(Answer::Dead(format!("it leads on more than {REDIRECTS} times")))
    }

    /// Status and headers; those of GET where those of HEAD are bad.
    fn send(&self, address: &str) -> Result<(u16, HeaderMap), Said> {
        let head = self.agent.head(address).header("Accept", "*/*").call();
        match head.map(parts) {
            Ok((status, headers)) if status < 400 || status == 429 => Ok((status, headers)),
            Err(error) if is_final(&error) => Err(broken(&error)),
            // 403, 404, 405, 501, and hosts that hang up on HEAD: they may answer GET.
            _ => {
                thread::sleep(self.pause);
                self.agent.get(address).header("Accept", "*/*").call().map(parts).map_err(|error| broken(&error))
            }
        }
    }
}

/// The answer without its body, which is not read.
fn parts<B>(answer: Response<B>) -> (u16, HeaderMap) {
    let (parts, _) = answer.into_parts();
    (parts.status.as_u16(), parts.headers)
}

/// Whether asking in another way cannot help.
fn is_final(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::HostNotFound | ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::Timeout(_))
}

fn broken(error: &ureq::Error) -> Said {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Said::Answer(Answer::Dead("it has a character that no address has".into())),
        ureq::Error::HostNotFound => Said::Answer(Answer::Dead("there is no such host".into())),
        ureq::Error::Timeout(_) => Said::Later("there is no answer in time".into(), None),
        other => Said::Later(format!("the connection broke ({other})"), None),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// `Retry-After` in seconds from now: a number of them, or a date.
fn retry_after(headers: &HeaderMap) -> Option<i64> {
    let told = text(headers, "retry-after")?.trim();
    let date = || Some(jiff::fmt::rfc2822::parse(told).ok()?.timestamp().as_second() - jiff::Timestamp::now().as_second());
    told.parse().ok().or_else(date)
}

/// Where a redirect leads.
fn target(from: &str, to: &str) -> Option<String> {
    let (scheme, rest) = from.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match to.trim() {
        "" => None,
        to if to.starts_with("https://") || to.starts_with("http://") => Some(to.to_owned()),
        to if to.starts_with("//") => Some(format!("{scheme}:{to}")),
        to if to.starts_with('/') => Some(format!("{scheme}://{host}{to}")),
        to if to.contains("://") => None,
        to => {
            let path = rest[host.len()..].split(['?', '#']).next().unwrap_or_default();
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            Some(format!("{scheme}://{host}{folder}/{to}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_where_a_browser_goes() {
        let to = |to| target("https://a.org:81/x/y?z", to).unwrap_or_default();
        assert_eq!(to("/b"), "https://a.org:81/b");
        assert_eq!(to("b"), "https://a.org:81/x/b");
        assert_eq!(to("//b.org/c"), "https://b.org/c");
        assert_eq!(to("http://b.org"), "http://b.org");
        assert_eq!((to(""), to("ftp://b.org")), (String::new(), String::new()));
    }
}
