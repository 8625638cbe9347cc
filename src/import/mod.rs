//! The settings of another engine -> `site.toml`, and a report of what became of each setting.
//!
//! Invariant: no code of the other engine runs, and nothing is left out: each setting is in the report.

pub mod pelican;
pub mod python;
mod report;
mod site_toml;

pub use report::{Entry, Outcome, Report};
