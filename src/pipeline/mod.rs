//! The pipeline: [`plan`] is discover, read, index, route; a [`Session`] converts and renders what a plan names; [`build()`] asks it for
//! every file and writes.
//!
//! ```text
//! Project --plan--> Plan --Session--> Artifact --build--> public/
//!                            |
//!                          Memo: what was computed for this plan, and what holds for every plan
//! ```
//!
//! Invariant: a plan never changes; what is remembered lies in the memo of its session. Nothing depends on the number of threads, on the
//! clock, or on what was made before.

mod aggregate;
mod build;
mod inputs;
mod memo;
mod plan;
mod remembered;
mod session;
mod work;

use std::time::{Duration, Instant};

pub use build::{Built, OutputOptions, Severities, build, write};
pub use plan::{Held, Plan, Replan, plan, replan};
pub use session::Session;
pub use work::Work;

/// How long each stage took, in order. Parts of a stage, which all threads took together, come after it.
pub type Timings = Vec<(&'static str, Duration)>;

/// Measures stages.
struct StageTimer {
    last: Instant,
    timings: Timings,
}

impl StageTimer {
    fn start() -> Self {
        Self { last: Instant::now(), timings: Vec::new() }
    }

    fn record(&mut self, stage: &'static str) {
        let now = Instant::now();
        self.timings.push((stage, now - self.last));
        self.last = now;
    }
}
