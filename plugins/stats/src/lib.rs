//! The statistics of open source: collects what organisations have opened, keeps the history, and shows it as a table, a chart,
//! numbers in the text, and data for others.
//!
//! ```text
//! forges --collect--> Repository --aggregate--> History --(CSV in the site)--> table, chart, numbers, stats.json
//! ```
//!
//! Left of the CSV is the subcommand `avocet stats collect`, the only part that touches network and disk; right of it is what a build
//! does, which is pure over the text of the CSV.

mod aggregate;
mod history;
mod settings;

use avocet_plugin::{Plugin, SettingFault};
use serde_json::Value;

/// The plugin `stats`, with the settings of `[plugins.stats]`.
///
/// # Errors
/// The first setting that is wrong.
pub fn plugin(settings: &Value) -> Result<Plugin, SettingFault> {
    let settings = settings::Settings::read(settings)?;
    Ok(Plugin { name: "stats".into(), inputs: vec![settings.data.into()], ..Plugin::default() })
}
