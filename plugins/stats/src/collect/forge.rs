//! What all forges have in common: the public repositories of an organisation, however the forge lists them.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;

use super::client::{Failure, ForgeAnswer, ForgeClient};
use crate::aggregate::{Counting, Repository};

/// A forge that can be asked.
pub(super) trait Forge: Send + Sync {
    /// All public repositories of the organisation `id`. Those that are not counted may be left out, where that saves requests.
    fn repositories(&self, id: &str, question: &Question) -> Result<Repositories, Failure>;
}

/// What is needed to ask for one organisation.
pub(super) struct Question<'a> {
    /// Sends the requests.
    pub(super) client: &'a ForgeClient<'a>,
    /// Base URL of the API, without a slash at its end.
    pub(super) api: &'a str,
    /// What is counted.
    pub(super) counting: &'a Counting,
    /// Organisations that are done, and all of them: for the progress.
    pub(super) done: (usize, usize),
    /// Requests that may be sent for this organisation.
    pub(super) max_requests: u32,
    /// Requests that were sent.
    pub(super) requests: AtomicU32,
}

impl Question<'_> {
    /// Asks for one URL.
    pub(super) fn get<T: DeserializeOwned>(&self, url: &str) -> Result<ForgeAnswer<T>, Failure> {
        if self.requests.fetch_add(1, Ordering::Relaxed) >= self.max_requests {
            return Err(Failure::TooManyRequests(self.max_requests));
        }
        self.client.get(url, self.done)
    }

    /// All pages of a list, and whether the forge has moved it.
    pub(super) fn list<T: DeserializeOwned>(&self, first: String) -> Result<(Vec<T>, bool), Failure> {
        let (mut items, mut moved) = (Vec::new(), false);
        let mut visited = HashSet::new();
        let mut next = Some(first);
        while let Some(url) = next {
            let answer = self.get::<Vec<T>>(&url)?;
            items.extend(answer.value);
            moved |= answer.moved;
            visited.insert(url);
            next = answer.next;
            if next.as_ref().is_some_and(|next| visited.contains(next)) {
                return Err(Failure::Refused("the next page of its list is one that was read already".into()));
            }
        }
        Ok((items, moved))
    }
}

/// What a forge knows of an organisation.
#[derive(Debug, Default)]
pub(super) struct Repositories {
    /// Its public repositories.
    pub(super) repositories: Vec<Repository>,
    /// The URL of its page for people.
    pub(super) link: Option<String>,
    /// Whether it has another name now.
    pub(super) moved: bool,
}

/// A name as one segment of a URL's path: all but the unreserved characters of RFC 3986 are encoded.
pub(super) fn segment(name: &str) -> String {
    const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(name, &RESERVED).to_string()
}

/// The day of a time of RFC 3339, in UTC.
pub(super) fn day(time: &str) -> Result<Date, Failure> {
    let time: jiff::Timestamp =
        time.parse().map_err(|_| Failure::Refused(format!("a repository was created on `{time}`, which is not a date")))?;
    Ok(time.to_zoned(jiff::tz::TimeZone::UTC).date())
}
