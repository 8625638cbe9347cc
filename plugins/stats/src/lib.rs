//! The statistics of open source: collects what organisations have opened, keeps the history, and shows it as a table, a chart,
//! numbers in the text, and data for others.
//!
//! ```text
//! forges --collect--> Repository --aggregate--> History --(CSV in the site)--> table, chart, numbers, stats.json
//! ```
//!
//! Left of the CSV is the subcommand `avocet stats collect`, the only part that touches network and disk; right of it is what a build
//! does, which is pure over the text of the CSV.

mod settings;

mod aggregate;
mod codes;
mod collect;
mod history;
mod sample;

mod data;
mod routes;
mod tags;

mod chart;
mod dataset;
mod table;
mod text;

use std::sync::Arc;

use avocet_plugin::{Input, Plugin, SettingError, Setup};

use data::Data;

/// The plugin `stats`, with the settings of `[plugins.stats]`.
///
/// # Errors
/// The first setting that is wrong.
pub fn plugin(setup: &Setup) -> Result<Plugin, SettingError> {
    let data = Arc::new(Data::new(settings::Settings::read(setup.settings)?));
    let mut plugin = Plugin::new("stats")
        .codes(&codes::STATISTICS)
        .validator(data::Check(Arc::clone(&data)))
        .generator(routes::Files(Arc::clone(&data)))
        .command(collect::Collect(data.settings.clone()))
        .command(sample::Sample { data: data.settings.data.clone() });
    plugin.tags = tags::all(&data);
    plugin.inputs = [Some(&data.settings.data), data.settings.organisations.as_ref()].into_iter().flatten().map(Input::text).collect();
    Ok(plugin)
}
