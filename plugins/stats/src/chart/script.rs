//! Plotly, embedded: published once, under a name with its fingerprint, so that it may be kept for ever.

use std::sync::LazyLock;

use avocet_plugin::paths;

/// The basic bundle of Plotly, as npm has it; its first lines name its licence, MIT.
pub(crate) static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/plotly-basic.min.js"));

/// Its output path.
pub(crate) static OUTPUT: LazyLock<String> = LazyLock::new(|| paths::fingerprinted("assets/plotly-basic.js", BYTES));
