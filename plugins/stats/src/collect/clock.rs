//! The time, so that tests need not wait.

use std::time::Duration;

/// A clock that can be slept by.
pub(super) trait Clock: Send + Sync {
    /// Seconds since 1970.
    fn now(&self) -> i64;

    /// Waits.
    fn sleep(&self, time: Duration);
}

/// The clock of the machine.
pub(super) struct Machine;

impl Clock for Machine {
    fn now(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
