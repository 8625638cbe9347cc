//! Questions to other hosts by HTTP: HEAD, and GET where a host does not care for HEAD.
//!
//! Invariant: one question at a time to a host, with a pause before each but the first. What may pass by itself (5xx, 429, a connection that
//! breaks) is asked again, ever later, as often as the settings say; `Retry-After` is obeyed up to a minute, and a longer one ends the
//! questions to this host.

use std::thread;
use std::time::Duration;

use avocet_io::{HttpClient, HttpError, HttpResponse};

use super::LinkStatus;
use crate::config::ExternalSettings;

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 8;
/// The longest wait that a host may ask for, in seconds.
const MAX_WAIT: i64 = 60;

/// Asks hosts.
pub(super) struct LinkChecker {
    http: HttpClient,
    pause: Duration,
    retries: usize,
}

/// What one question came to.
enum LinkAttempt {
    /// It is known what is there.
    Done(LinkStatus),
    /// Not yet, and why; try again after so many seconds if the host says so.
    Retry(String, Option<i64>),
}

impl LinkChecker {
    /// One that says it asks for the site at this url.
    pub(super) fn new(settings: &ExternalSettings, site: &str) -> Self {
        let name = format!("avocet-check/{} (+{site})", env!("CARGO_PKG_VERSION"));
        let http = HttpClient::new(&name, Duration::from_secs(settings.timeout as u64));
        Self { http, pause: Duration::from_millis(settings.pause as u64), retries: settings.retries }
    }

    /// Asks one host for all of these.
    pub(super) fn ask_host(&self, urls: Vec<String>) -> Vec<(String, LinkStatus)> {
        let mut shut: Option<String> = None;
        let mut answers = Vec::new();
        for (at, url) in urls.into_iter().enumerate() {
            if let Some(why) = &shut {
                answers.push((url, LinkStatus::Unreachable(why.clone())));
                continue;
            }
            if at > 0 {
                thread::sleep(self.pause);
            }
            let (answer, ends) = self.ask(&url);
            if let (true, LinkStatus::Unreachable(why)) = (ends, &answer) {
                shut = Some(why.clone());
            }
            answers.push((url, answer));
        }
        answers
    }

    /// Asks for one url until there is an answer. The second: the host wants no more questions.
    fn ask(&self, url: &str) -> (LinkStatus, bool) {
        let mut tries = 0;
        loop {
            let (why, wait) = match self.ask_once(url) {
                LinkAttempt::Done(answer) => return (answer, false),
                LinkAttempt::Retry(why, wait) => (why, wait),
            };
            if let Some(wait) = wait.filter(|wait| *wait > MAX_WAIT) {
                return (LinkStatus::Unreachable(format!("{why}, and wants a wait of {wait} s")), true);
            }
            if tries == self.retries {
                let times = if tries == 0 { String::new() } else { format!(", {} times", tries + 1) };
                return (LinkStatus::Unreachable(format!("{why}{times}")), false);
            }
            tries += 1;
            let told = Duration::from_secs(u64::try_from(wait.unwrap_or(0)).unwrap_or(0));
            thread::sleep(told.max(self.pause * 2_u32.saturating_pow(u32::try_from(tries).unwrap_or(u32::MAX))));
        }
    }

    /// HEAD, then GET, along the redirects.
    fn ask_once(&self, asked: &str) -> LinkAttempt {
        let mut url = asked.to_owned();
        // Where those redirects lead that are for good, as long as there was no other.
        let (mut moved, mut for_good) = (None, true);
        for _ in 0..=MAX_REDIRECTS {
            let response = match self.send(&url) {
                Ok(response) => response,
                Err(attempt) => return attempt,
            };
            let status = response.status;
            match status {
                200..=299 => return LinkAttempt::Done(moved.map_or(LinkStatus::Good, LinkStatus::Moved)),
                301 | 302 | 303 | 307 | 308 => {
                    let next = match response.redirect(&url) {
                        Ok(next) => next,
                        Err(to) => return LinkAttempt::Done(LinkStatus::Dead(format!("it redirects to `{to}`, which is no URL"))),
                    };
                    for_good &= matches!(status, 301 | 308);
                    if for_good {
                        moved = Some(next.clone());
                    }
                    url = next;
                }
                404 | 410 => return LinkAttempt::Done(LinkStatus::Dead(format!("the answer is {status}"))),
                408 | 425 | 429 | 500..=599 => {
                    return LinkAttempt::Retry(format!("the answer is {status}"), response.retry_after(jiff::Timestamp::now().as_second()));
                }
                _ => return LinkAttempt::Done(LinkStatus::Unreachable(format!("the answer is {status}"))),
            }
        }
        LinkAttempt::Done(LinkStatus::Dead(format!("it redirects more than {MAX_REDIRECTS} times")))
    }

    /// The response to HEAD; that to GET where the one to HEAD is bad.
    fn send(&self, url: &str) -> Result<HttpResponse, LinkAttempt> {
        let headers = [("Accept", "*/*")];
        match self.http.head(url, &headers) {
            Ok(response) if response.status < 400 || response.status == 429 => Ok(response),
            // Asking in another way cannot help.
            Err(error @ (HttpError::Invalid | HttpError::UnknownHost | HttpError::Timeout)) => Err(failed(error)),
            // 403, 404, 405, 501, and hosts that hang up on HEAD: they may answer GET.
            _ => {
                thread::sleep(self.pause);
                self.http.get(url, &headers).map_err(failed)
            }
        }
    }
}

fn failed(error: HttpError) -> LinkAttempt {
    match error {
        HttpError::Invalid => LinkAttempt::Done(LinkStatus::Dead("it has a character that no URL has".into())),
        HttpError::UnknownHost => LinkAttempt::Done(LinkStatus::Dead("the host does not exist".into())),
        HttpError::Timeout => LinkAttempt::Retry("the host did not answer in time".into(), None),
        HttpError::Broken(how) => LinkAttempt::Retry(format!("the connection broke ({how})"), None),
    }
}
