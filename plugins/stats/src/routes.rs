//! The files that the plugin publishes: the CSV, its JSON, a chart page for each measure, and Plotly.

use std::sync::Arc;

use avocet_plugin::{Diagnostic, Generator, Route, RouteKey, Site};

use crate::chart::{self, Chart, page, script};
use crate::codes;
use crate::data::Data;
use crate::dataset;
use crate::history::{Measure, without_formulas};

/// Declares them.
pub(crate) struct Files(pub(crate) Arc<Data>);

impl Generator for Files {
    fn routes(&self, site: &Site, declared: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let settings = &self.0.settings;
        let Some(text) = self.0.text(site) else { return Ok(Vec::new()) };
        let history = self.0.history(site);
        let download = site.url_of(&settings.download);
        let table = table_page(site, declared);
        let csv = without_formulas(text).map_err(|error| vec![codes::BAD_DATA.report(format!("this is not CSV: {error}"))])?;
        let mut routes = vec![
            route(site, settings.download.clone(), format!("the statistics in `{}`", settings.data), csv),
            route(site, dataset::OUTPUT.into(), "the statistics as JSON".into(), dataset::json(&history, &download)),
            route(site, script::OUTPUT.clone(), "the script of the charts".into(), script::BYTES),
        ];
        for chart in Measure::ALL.into_iter().filter_map(|measure| Chart::new(&history, measure)) {
            let html = page::html(&chart, site, table, &download);
            let reason = format!("the chart of {}", chart.measure.title().to_lowercase());
            routes.push(route(site, chart::output(&settings.chart_page, chart.measure), reason, html));
        }
        Ok(routes)
    }

    /// The chart pages link to the page with the table, of which other plugins know the URL.
    fn needs_all_routes(&self) -> bool {
        true
    }
}

fn route(site: &Site, output: String, reason: String, bytes: impl Into<Vec<u8>>) -> Route {
    let key = RouteKey::Custom { kind: "statistics".into(), name: output.clone() };
    Route::builder(site, output).key(key).reason(reason).bytes(bytes)
}

/// The URL of the first page that shows the whole table, pages before articles.
fn table_page<'r>(site: &Site, declared: &'r [Route]) -> Option<&'r str> {
    let shows = |id| ["NHSUK_table.html", "stats-table"].iter().any(|tag| site.page(id).may_call(tag));
    let id = site.pages.iter().chain(&site.articles).copied().find(|id| shows(*id))?;
    declared.iter().find(|route| route.is_page() && route.page == Some(id)).map(|route| &*route.url)
}
