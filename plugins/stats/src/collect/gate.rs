//! The door to a host: at most four requests at once, and none while the host wants to be left alone.
//!
//! Invariant: in one run no more than the longest wait is spent on a host's limits; when more is wanted the gate is shut for good, and what
//! asks is told so at once, without another request.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use avocet_plugin::Console;

use super::clock::Clock;

/// Requests at once.
const MOST: usize = 4;

/// The gate of one host.
pub(super) struct Gate {
    state: Mutex<GateState>,
    freed: Condvar,
    longest: i64,
}

#[derive(Default)]
struct GateState {
    inside: usize,
    /// When requests may go on, in seconds since 1970.
    opens: i64,
    /// Seconds that were waited or will be.
    waited: i64,
    shut: bool,
}

/// The host wants a longer wait than is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shut;

/// A request that goes on; dropped when it has its answer.
pub(super) struct Pass<'a>(&'a Gate);

impl Gate {
    /// A gate that waits at most so long in all.
    pub(super) fn new(longest: Duration) -> Self {
        Self { state: Mutex::default(), freed: Condvar::new(), longest: i64::try_from(longest.as_secs()).unwrap_or(i64::MAX) }
    }

    /// Waits until a request may go on.
    pub(super) fn enter(&self, host: &str, clock: &dyn Clock, console: &dyn Console, done: (usize, usize)) -> Result<Pass<'_>, Shut> {
        let mut state = self.lock();
        loop {
            let left = state.opens - clock.now();
            if state.shut {
                return Err(Shut);
            }
            if left > 0 {
                drop(state);
                console.progress(done.0, done.1, &format!("{host} asks to wait: {}:{:02} left", left / 60, left % 60));
                clock.sleep(Duration::from_secs(1));
                state = self.lock();
            } else if state.inside >= MOST {
                state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
            } else {
                state.inside += 1;
                return Ok(Pass(self));
            }
        }
    }

    /// The host wants `seconds` of peace. Gives whether this is news, which is worth a line.
    pub(super) fn close(&self, seconds: i64, clock: &dyn Clock) -> Result<bool, Shut> {
        let mut state = self.lock();
        let now = clock.now();
        let opens = now.saturating_add(seconds.max(1));
        let more = opens - state.opens.max(now);
        if more > 0 && state.waited.saturating_add(more) > self.longest {
            state.shut = true;
            return Err(Shut);
        }
        let news = state.opens <= now;
        if more > 0 {
            state.waited += more;
            state.opens = opens;
        }
        Ok(news)
    }

    fn lock(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.lock().inside -= 1;
        self.0.freed.notify_one();
    }
}
