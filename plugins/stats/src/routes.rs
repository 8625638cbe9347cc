//! The files that the plugin publishes: the CSV, its JSON, a chart page for each measure, and Plotly.

use std::sync::Arc;

use avocet_plugin::{Content, Diagnostic, Generator, Page, Route, RouteKey, Site};

use crate::chart::{self, Chart, page, script};
use crate::codes;
use crate::data::Data;
use crate::dataset;
use crate::history::{Measure, without_formulas};

/// Promises them.
pub(crate) struct Files(pub(crate) Arc<Data>);

impl Generator for Files {
    fn routes(&self, site: &Site) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let settings = &self.0.settings;
        let Some(text) = self.0.text(site) else { return Ok(Vec::new()) };
        let history = self.0.history(site);
        let download = site.address(&settings.download);
        let table = table_page(site);
        let csv = without_formulas(text).map_err(|error| vec![codes::BAD_DATA.report(format!("this is not CSV: {error}"))])?;
        let mut routes = vec![
            route(site, settings.download.clone(), format!("the statistics in `{}`", settings.data), csv),
            route(site, dataset::OUTPUT.into(), "the statistics as JSON".into(), dataset::json(&history, &download)),
            route(site, script::OUTPUT.clone(), "the script of the charts".into(), script::BYTES.to_vec()),
        ];
        for chart in Measure::ALL.into_iter().filter_map(|measure| Chart::new(&history, measure)) {
            let html = page::html(&chart, site, table.as_deref(), &download);
            let reason = format!("the chart of {}", chart.measure.title().to_lowercase());
            routes.push(route(site, chart::output(&settings.chart_page, chart.measure), reason, html.into_bytes()));
        }
        Ok(routes)
    }
}

fn route(site: &Site, output: String, reason: String, bytes: Vec<u8>) -> Route {
    let key = Some(RouteKey::new("statistics", output.clone()));
    Route {
        url: site.address(&output),
        output,
        key,
        reason,
        page: None,
        overrides: false,
        content: Content::Bytes(bytes),
        plugin: String::new(),
    }
}

/// The address of the first page that shows the whole table, pages before articles.
fn table_page(site: &Site) -> Option<String> {
    let shows = |page: &Page| ["NHSUK_table.html", "{% stats-table"].iter().any(|tag| page.body().contains(tag));
    let page = site.pages.iter().chain(&site.articles).map(|id| site.page(*id)).find(|page| shows(page))?;
    let article = page.kind == avocet_plugin::Kind::Article;
    let pattern = match (article, page.lang == site.info.language) {
        (true, true) => &site.urls.article,
        (true, false) => &site.urls.article_lang,
        (false, true) => &site.urls.page,
        (false, false) => &site.urls.page_lang,
    };
    match (&page.url, &page.save_as) {
        (Some(url), _) => Some(format!("{}/{}", site.info.base, url.trim_start_matches('/'))),
        (None, Some(output)) => Some(site.address(output.trim_start_matches('/'))),
        (None, None) => pattern.of_page(page).ok().filter(|output| !output.is_empty()).map(|output| site.address(&output)),
    }
}
