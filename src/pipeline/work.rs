//! What a session did, counted: the pages that it rendered and those that it did not have to, and how long costly parts took.
//!
//! Nothing depends on these numbers but what people and tests are told.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a session did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Pages that were made from a template.
    pub rendered: usize,
    /// Pages that are the same as in an earlier run, and were not made.
    pub up_to_date: usize,
    /// Bodies that were converted.
    pub converted: usize,
}

/// Counts while many threads work.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) rendered: Counter,
    pub(super) up_to_date: Counter,
    pub(super) converted: Counter,
}

/// How often something was done, and how long it took on all threads.
#[derive(Debug, Default)]
pub(super) struct Counter {
    number: AtomicUsize,
    nanoseconds: AtomicU64,
}

impl Counter {
    /// Does it once more.
    pub(super) fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        self.number.fetch_add(1, Ordering::Relaxed);
        self.nanoseconds.fetch_add(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        done
    }

    fn number(&self) -> usize {
        self.number.load(Ordering::Relaxed)
    }

    /// How long it took.
    pub(super) fn took(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed))
    }
}

impl Counters {
    /// What was done so far.
    pub(super) fn work(&self) -> Work {
        Work { rendered: self.rendered.number(), up_to_date: self.up_to_date.number(), converted: self.converted.number() }
    }
}
