//! The seam to the forges: the public repositories of an organisation, however the forge tells of them.

use jiff::civil::Date;

use super::client::{Failure, ForgeClient};
use crate::aggregate::{Counting, Repository};

/// A forge that can be asked.
pub(super) trait Forge: Send + Sync {
    /// All public repositories of the organisation `id`. Those that are not counted may be left out, where that saves questions.
    fn repositories(&self, id: &str, question: &Question) -> Result<Repositories, Failure>;
}

/// What is asked with.
pub(super) struct Question<'a> {
    /// Who asks.
    pub(super) client: &'a ForgeClient<'a>,
    /// Base address of the API, without a slash at its end.
    pub(super) api: &'a str,
    /// What is counted.
    pub(super) counting: &'a Counting,
    /// Organisations that are done, and all of them: for the progress.
    pub(super) done: (usize, usize),
}

/// What a forge knows of an organisation.
#[derive(Debug, Default)]
pub(super) struct Repositories {
    /// Its public repositories.
    pub(super) repositories: Vec<Repository>,
    /// Its address for people.
    pub(super) link: Option<String>,
    /// Whether it has another name now.
    pub(super) moved: bool,
}

/// The day of a time of RFC 3339, in UTC.
pub(super) fn day(time: &str) -> Result<Date, Failure> {
    let time: jiff::Timestamp =
        time.parse().map_err(|_| Failure::Refused(format!("a repository was created on `{time}`, which is no date")))?;
    Ok(time.to_zoned(jiff::tz::TimeZone::UTC).date())
}
