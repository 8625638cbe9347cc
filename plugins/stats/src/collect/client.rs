//! Questions to one forge -> its answers, by HTTP: tokens, redirects, limits, ETags, and patience.
//!
//! Invariant: the token goes to the forge's own scheme, host and port and nowhere else, and into no message. What may pass by itself (5xx,
//! a connection that breaks, a body that ends early) is asked again, at most five times, ever later; a limit is waited for.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use avocet_plugin::Console;
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::{HeaderMap, Response};

use super::clock::Clock;
use super::etags::{CachedResponse, Etags};
use super::gate::{Gate, Shut};

/// Times that a question is asked again.
const RETRIES: u32 = 5;
/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Seconds to wait when a forge sets a limit and does not say for how long.
const UNTOLD: i64 = 60;
/// The longest body in bytes.
const LONGEST: u64 = 64 << 20;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is nothing at this address.
    Missing,
    /// The forge wants a longer wait than is allowed.
    Limited,
    /// The forge refuses, or does not answer as it should; one clause.
    Refused(String),
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer<T> {
    /// What it says.
    pub(super) value: T,
    /// The address of the next page.
    pub(super) next: Option<String>,
    /// Whether the forge has moved what was asked for.
    pub(super) moved: bool,
}

/// Asks one forge.
pub(super) struct Client<'a> {
    agent: Agent,
    /// Scheme, host and port of the forge.
    origin: String,
    token: Option<String>,
    gate: Gate,
    etags: Etags,
    clock: &'a dyn Clock,
    console: &'a dyn Console,
}

/// What the client may spend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// On the limits of a host, in all.
    pub(super) longest_wait: Duration,
    /// On one request.
    pub(super) time_out: Duration,
}

impl<'a> Client<'a> {
    /// A client for the forge with this base address.
    pub(super) fn new(
        api: &str,
        token: Option<String>,
        patience: Patience,
        etags: Etags,
        clock: &'a dyn Clock,
        console: &'a dyn Console,
    ) -> Self {
        let tls = ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(patience.time_out))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("avocet-stats/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        Self { agent, origin: origin(api), token, gate: Gate::new(patience.longest_wait), etags, clock, console }
    }

    /// Asks for this address.
    pub(super) fn get<T: DeserializeOwned>(&self, address: &str, done: (usize, usize)) -> Result<Answer<T>, Failure> {
        let mut tries = 0;
        loop {
            match self.ask(address, done) {
                Ok(answer) => return Ok(answer),
                Err(Trouble::Final(failure)) => return Err(failure),
                Err(Trouble::Again) => {}
                Err(Trouble::Passing(why)) if tries == RETRIES => return Err(Failure::Refused(format!("{why}, {} times", RETRIES + 1))),
                Err(Trouble::Passing(why)) => {
                    let pause = Duration::from_millis((1000 << tries) + jitter(500 << tries));
                    self.console.progress(done.0, done.1, &format!("{why}: asking again in {} s", pause.as_secs()));
                    self.clock.sleep(pause);
                    tries += 1;
                }
            }
        }
    }

    /// Asks once, following redirects.
    fn ask<T: DeserializeOwned>(&self, asked: &str, done: (usize, usize)) -> Result<Answer<T>, Trouble> {
        let (mut address, mut moved) = (asked.to_owned(), false);
        for _ in 0..=REDIRECTS {
            let kept = self.etags.get(&address, self.token_for(&address).unwrap_or_default());
            let (status, headers, body) = self.send(&address, kept.as_ref(), done)?;
            match status {
                200 => return self.understood(&address, &headers, body, moved),
                304 => {
                    let kept =
                        kept.ok_or_else(|| Trouble::Passing("the forge says that nothing has changed, and nothing is known".into()))?;
                    let value = serde_json::from_str(&kept.body).map_err(|error| Trouble::Final(unread(&error)))?;
                    // The page may be as it was, and no longer the last.
                    let next = text(&headers, "link").map_or(kept.next, next);
                    return Ok(Answer { value, next, moved });
                }
                301 | 302 | 303 | 307 | 308 => {
                    moved |= matches!(status, 301 | 308);
                    let to = text(&headers, "location").unwrap_or_default();
                    address = target(&address, to).ok_or_else(|| refused(format!("it leads on to `{to}`, which is no address")))?;
                }
                404 | 410 => return Err(Trouble::Final(Failure::Missing)),
                403 | 429 => return Err(self.limited(status, &headers, &body)),
                401 => return Err(refused("it does not accept the token (401)".into())),
                500..=599 => return Err(Trouble::Passing(format!("it answers {status}"))),
                _ => return Err(refused(format!("it answers {status}"))),
            }
        }
        Err(refused(format!("it leads on more than {REDIRECTS} times")))
    }

    /// One request: status, headers, body.
    fn send(&self, address: &str, kept: Option<&CachedResponse>, done: (usize, usize)) -> Result<(u16, HeaderMap, String), Trouble> {
        let host = host(address);
        let pass = self.gate.enter(host, self.clock, self.console, done).map_err(|Shut| Trouble::Final(Failure::Limited))?;
        let mut request = self.agent.get(address).header("Accept", "application/json");
        if let Some(token) = self.token_for(address) {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(kept) = kept {
            request = request.header("If-None-Match", &kept.etag);
        }
        let broken = |error: ureq::Error| match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                refused("the address or the token has a character that cannot stand in a request".into())
            }
            ureq::Error::HostNotFound => Trouble::Passing(format!("the host {host} is not found")),
            ureq::Error::Timeout(_) => Trouble::Passing("it does not answer in time".into()),
            other => Trouble::Passing(format!("the connection broke ({other})")),
        };
        let (parts, mut body) = request.call().map(Response::into_parts).map_err(broken)?;
        let body = body.with_config().limit(LONGEST).read_to_string().map_err(broken)?;
        drop(pass);
        Ok((parts.status.as_u16(), parts.headers, body))
    }

    /// The token, if it is for this address.
    fn token_for(&self, address: &str) -> Option<&str> {
        self.token.as_deref().filter(|_| origin(address) == self.origin)
    }

    fn understood<T: DeserializeOwned>(&self, address: &str, headers: &HeaderMap, body: String, moved: bool) -> Result<Answer<T>, Trouble> {
        let value = serde_json::from_str(&body).map_err(|error| {
            if error.is_data() { Trouble::Final(unread(&error)) } else { Trouble::Passing("its answer ends early or is no JSON".into()) }
        })?;
        let next = text(headers, "link").and_then(next);
        if let Some(etag) = text(headers, "etag") {
            let kept = CachedResponse { address: address.to_owned(), etag: etag.to_owned(), next: next.clone(), body };
            self.etags.put(self.token_for(address).unwrap_or_default(), &kept);
        }
        Ok(Answer { value, next, moved })
    }

    /// 403 and 429: a limit, which is waited for, or a refusal.
    fn limited(&self, status: u16, headers: &HeaderMap, body: &str) -> Trouble {
        let seconds = |name: &str| text(headers, name).and_then(|text| text.trim().parse::<i64>().ok());
        let spent = ["x-ratelimit-remaining", "ratelimit-remaining"].iter().any(|name| seconds(name) == Some(0));
        let reset = seconds("x-ratelimit-reset").or(seconds("ratelimit-reset")).filter(|_| spent || status == 429);
        let told = status == 429 || body.to_lowercase().contains("rate limit");
        let wait = retry_after(headers, self.clock.now()).or(reset.map(|at| at - self.clock.now())).or(told.then_some(UNTOLD));
        let Some(wait) = wait else {
            let fix = if self.token.is_some() { "may the token see it?" } else { "a token in the environment may help" };
            return refused(format!("it refuses to tell ({status}); {fix}"));
        };
        match self.gate.close(wait, self.clock) {
            Err(Shut) => Trouble::Final(Failure::Limited),
            Ok(news) => {
                if news {
                    self.console.say(&format!("{} has had enough requests: waiting for {} s", host(&self.origin), wait.max(1)));
                }
                Trouble::Again
            }
        }
    }
}

/// Why there is no answer yet.
enum Trouble {
    /// There will be none.
    Final(Failure),
    /// It may pass by itself.
    Passing(String),
    /// The gate knows when to ask again.
    Again,
}

fn refused(why: String) -> Trouble {
    Trouble::Final(Failure::Refused(why))
}

fn unread(error: &serde_json::Error) -> Failure {
    Failure::Refused(format!("its answer has another form than expected ({error})"))
}

/// Milliseconds below `most`, at random, so that many who wait do not come back at once.
fn jitter(most: u64) -> u64 {
    RandomState::new().hash_one(0) % most
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// `Retry-After`, in seconds from now: a number of them, or a date.
fn retry_after(headers: &HeaderMap, now: i64) -> Option<i64> {
    let told = text(headers, "retry-after")?.trim();
    let date = || Some(jiff::fmt::rfc2822::parse(told).ok()?.timestamp().as_second() - now);
    told.parse().ok().or_else(date)
}

/// The address of `rel="next"` in a `Link` header (RFC 8288).
fn next(link: &str) -> Option<String> {
    link.split(',').find_map(|one| {
        let (address, parameters) = one.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = |parameter: &str| matches!(parameter.trim(), "rel=\"next\"" | "rel=next");
        parameters.split(';').any(is_next).then(|| address.to_owned())
    })
}

/// Scheme, host and port, in lower case. What is told apart needlessly (`:443`) costs a token that is not sent, never one that is.
pub(super) fn origin(address: &str) -> String {
    let after = address.find("://").map_or(0, |at| at + 3);
    let end = address[after..].find(['/', '?', '#']).map_or(address.len(), |at| after + at);
    address[..end].to_lowercase()
}

fn host(address: &str) -> &str {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    host.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Where a redirect leads.
fn target(from: &str, to: &str) -> Option<String> {
    if to.starts_with("https://") || to.starts_with("http://") {
        return Some(to.to_owned());
    }
    (to.starts_with('/') && !to.starts_with("//")).then(|| origin(from) + to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_in_the_header() {
        let link = "<https://x.org/a?page=1>; rel=\"prev\", <https://x.org/a?page=3>; rel=\"next\"";
        assert_eq!(next(link).as_deref(), Some("https://x.org/a?page=3"));
        assert_eq!(next("<https://x.org/a?page=1>; rel=\"last\""), None);
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_no_trick() {
        let own = origin("https://api.example.org/v3");
        assert_eq!(own, origin("https://API.example.org/orgs?x"));
        for other in [
            "http://api.example.org/",
            "https://api.example.org:8443/",
            "https://api.example.org@evil.example/",
            "https://api.example.org.evil.example/",
        ] {
            assert_ne!(own, origin(other), "{other}");
        }
        assert_eq!(target("https://a.org/x", "/y").as_deref(), Some("https://a.org/y"));
        assert_eq!(target("https://a.org/x", "//evil.example/y"), None);
    }
}
