//! The time of a build, and of what commands write: the real time, or the one that `SOURCE_DATE_EPOCH` names, as reproducible builds ask.

/// The time now.
#[must_use]
pub fn now() -> jiff::Timestamp {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    fixed.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()).unwrap_or_else(jiff::Timestamp::now)
}
