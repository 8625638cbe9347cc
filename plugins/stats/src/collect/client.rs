//! Questions to one forge -> its answers, by HTTP: tokens, redirects, limits, ETags, and patience.
//!
//! Invariant: the token goes to the forge's own scheme, host and port and nowhere else, and into no message. What may pass by itself (5xx,
//! a connection that breaks, a body that ends early) is asked again, at most five times, ever later; a limit is waited for.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use avocet_io::{HttpClient, HttpError, HttpResponse, host, origin};
use avocet_plugin::Console;
use serde::de::DeserializeOwned;

use super::clock::Clock;
use super::etags::{CachedResponse, Etags};
use super::gate::{Gate, Shut};

/// Times that a question is asked again.
const RETRIES: u32 = 5;
/// Redirects that are followed.
const MAX_REDIRECTS: usize = 5;
/// Seconds to wait when a forge sets a limit and does not say for how long.
const UNTOLD: i64 = 60;
/// The longest body in bytes.
const MAX_BODY: u64 = 64 << 20;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is nothing at this address.
    Missing,
    /// The forge wants a longer wait than is allowed.
    Limited,
    /// The organisation needs more requests than this.
    TooManyRequests(u32),
    /// The forge refuses, or does not answer as it should; one clause.
    Refused(String),
}

/// An answer.
#[derive(Debug)]
pub(super) struct ForgeAnswer<T> {
    /// What it says.
    pub(super) value: T,
    /// The address of the next page.
    pub(super) next: Option<String>,
    /// Whether the forge has moved what was asked for.
    pub(super) moved: bool,
}

/// Asks one forge.
pub(super) struct ForgeClient<'a> {
    http: HttpClient,
    host: String,
    /// Scheme, host and port of the forge.
    origin: Option<String>,
    token: Option<String>,
    gate: Gate,
    etags: Etags,
    clock: &'a dyn Clock,
    console: &'a dyn Console,
}

/// The way into a forge.
pub(super) struct Access<'a> {
    /// Its base URL.
    pub(super) api: &'a str,
    /// What it knows the reader by.
    pub(super) token: Option<String>,
}

/// What the client may spend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// On the limits of a host, in all.
    pub(super) longest_wait: Duration,
    /// On one request.
    pub(super) time_out: Duration,
}

impl<'a> ForgeClient<'a> {
    /// A client for one forge.
    pub(super) fn new(access: Access, patience: Patience, etags: Etags, clock: &'a dyn Clock, console: &'a dyn Console) -> Self {
        let Access { api, token } = access;
        let http = HttpClient::new(concat!("avocet-stats/", env!("CARGO_PKG_VERSION")), patience.time_out);
        let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        Self { http, host: host(api), origin: origin(api), token, gate: Gate::new(patience.longest_wait), etags, clock, console }
    }

    /// Asks for this URL.
    pub(super) fn get<T: DeserializeOwned>(&self, url: &str, done: (usize, usize)) -> Result<ForgeAnswer<T>, Failure> {
        let mut tries = 0;
        loop {
            match self.ask(url, done) {
                Ok(answer) => return Ok(answer),
                Err(Attempt::Failed(failure)) => return Err(failure),
                Err(Attempt::Wait) => {}
                Err(Attempt::Retry(why)) if tries == RETRIES => return Err(Failure::Refused(format!("{why}, {} times", RETRIES + 1))),
                Err(Attempt::Retry(why)) => {
                    let pause = Duration::from_millis((1000 << tries) + jitter(500 << tries));
                    self.console.progress(done.0, done.1, &format!("{why}: asking again in {} s", pause.as_secs()));
                    self.clock.sleep(pause);
                    tries += 1;
                }
            }
        }
    }

    /// Asks once, following redirects.
    fn ask<T: DeserializeOwned>(&self, first: &str, done: (usize, usize)) -> Result<ForgeAnswer<T>, Attempt> {
        let (mut url, mut moved) = (first.to_owned(), false);
        for _ in 0..=MAX_REDIRECTS {
            let cached = self.etags.get(&url, self.token_for(&url).unwrap_or_default());
            let (response, body) = self.send(&url, cached.as_ref(), done)?;
            match response.status {
                200 => return self.parsed(&url, &response, body, moved),
                304 => {
                    let cached = cached
                        .ok_or_else(|| Attempt::Retry("the forge says that nothing has changed, but there is no earlier answer".into()))?;
                    let value = serde_json::from_str(&cached.body).map_err(|error| Attempt::Failed(unread(&error)))?;
                    // The page may be as it was, and no longer the last.
                    let next = response.header("link").map_or(cached.next, next);
                    return Ok(ForgeAnswer { value, next, moved });
                }
                status @ (301 | 302 | 303 | 307 | 308) => {
                    moved |= matches!(status, 301 | 308);
                    url = response.redirect(&url).map_err(|to| refused(format!("it redirects to `{to}`, which is not a URL")))?;
                }
                404 | 410 => return Err(Attempt::Failed(Failure::Missing)),
                403 | 429 => return Err(self.limited(&response, &body)),
                401 => return Err(refused("it does not accept the token (401)".into())),
                status @ 500..=599 => return Err(Attempt::Retry(format!("it answers {status}"))),
                status => return Err(refused(format!("it answers {status}"))),
            }
        }
        Err(refused(format!("it redirects more than {MAX_REDIRECTS} times")))
    }

    /// One request: the response, and its body.
    fn send(&self, url: &str, cached: Option<&CachedResponse>, done: (usize, usize)) -> Result<(HttpResponse, String), Attempt> {
        let host = host(url);
        let pass = self.gate.enter(&host, self.clock, self.console, done).map_err(|Shut| Attempt::Failed(Failure::Limited))?;
        let token = self.token_for(url).map(|token| format!("Bearer {token}"));
        let mut headers = vec![("Accept", "application/json")];
        headers.extend(token.iter().map(|token| ("Authorization", token.as_str())));
        headers.extend(cached.map(|cached| ("If-None-Match", cached.etag.as_str())));
        let failed = |error| match error {
            HttpError::Invalid => refused("the URL or the token has a character that is not allowed in a request".into()),
            HttpError::UnknownHost => Attempt::Retry(format!("the host {host} is not found")),
            HttpError::Timeout => Attempt::Retry("it does not answer in time".into()),
            HttpError::Broken(how) => Attempt::Retry(format!("the connection broke ({how})")),
        };
        let mut response = self.http.get(url, &headers).map_err(failed)?;
        let body = response.text(MAX_BODY).map_err(failed)?;
        drop(pass);
        if self.token.as_deref().is_some_and(|token| echoes(token, &response, &body)) {
            return Err(refused("its answer contains the token: it was thrown away".into()));
        }
        Ok((response, body))
    }

    /// Whether the forge's own host is asked with a token.
    pub(super) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The token, if it is for this URL.
    fn token_for(&self, url: &str) -> Option<&str> {
        self.token.as_deref().filter(|_| origin(url) == self.origin)
    }

    fn parsed<T: DeserializeOwned>(
        &self,
        url: &str,
        response: &HttpResponse,
        body: String,
        moved: bool,
    ) -> Result<ForgeAnswer<T>, Attempt> {
        let value = serde_json::from_str(&body).map_err(|error| {
            if error.is_data() { Attempt::Failed(unread(&error)) } else { Attempt::Retry("its answer is incomplete or not JSON".into()) }
        })?;
        let next = response.header("link").and_then(next);
        if let Some(etag) = response.header("etag") {
            let kept = CachedResponse { address: url.to_owned(), etag: etag.to_owned(), next: next.clone(), body };
            self.etags.put(self.token_for(url).unwrap_or_default(), &kept);
        }
        Ok(ForgeAnswer { value, next, moved })
    }

    /// 403 and 429: a limit, which is waited for, or a refusal.
    fn limited(&self, response: &HttpResponse, body: &str) -> Attempt {
        let status = response.status;
        let seconds = |name: &str| response.header(name).and_then(|text| text.trim().parse::<i64>().ok());
        let spent = ["x-ratelimit-remaining", "ratelimit-remaining"].iter().any(|name| seconds(name) == Some(0));
        let reset = seconds("x-ratelimit-reset").or(seconds("ratelimit-reset")).filter(|_| spent || status == 429);
        let told = status == 429 || body.to_lowercase().contains("rate limit");
        let reset = reset.map(|at| at.saturating_sub(self.clock.now()));
        let wait = response.retry_after(self.clock.now()).or(reset).or(told.then_some(UNTOLD));
        let Some(wait) = wait else {
            let fix = if self.token.is_some() { "may the token see it?" } else { "a token in the environment may help" };
            return refused(format!("it refuses access ({status}); {fix}"));
        };
        match self.gate.close(wait, self.clock) {
            Err(Shut) => Attempt::Failed(Failure::Limited),
            Ok(news) => {
                if news {
                    self.console.print(&format!("{} has had enough requests: waiting for {} s", self.host, wait.max(1)));
                }
                Attempt::Wait
            }
        }
    }
}

/// Why there is no answer yet.
enum Attempt {
    /// There will be none.
    Failed(Failure),
    /// It may pass by itself.
    Retry(String),
    /// The gate knows when to ask again.
    Wait,
}

fn refused(why: String) -> Attempt {
    Attempt::Failed(Failure::Refused(why))
}

fn unread(error: &serde_json::Error) -> Failure {
    Failure::Refused(format!("its answer has an unexpected form ({error})"))
}

/// Whether an answer has the token in it. What is shorter than any real token may stand in an answer by chance.
fn echoes(token: &str, response: &HttpResponse, body: &str) -> bool {
    token.len() >= 8 && (body.contains(token) || response.has_in_headers(token))
}

/// Milliseconds below `most`, at random, so that many who wait do not come back at once.
fn jitter(most: u64) -> u64 {
    RandomState::new().hash_one(0) % most
}

/// The address of `rel="next"` in a `Link` header (RFC 8288).
fn next(link: &str) -> Option<String> {
    link.split(',').find_map(|one| {
        let (address, parameters) = one.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = |parameter: &str| matches!(parameter.trim(), "rel=\"next\"" | "rel=next");
        parameters.split(';').any(is_next).then(|| address.to_owned())
    })
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
}
