//! [`Chart`] -> the document that frames show: the drawing, which a script replaces by Plotly's chart, the legend, and links to the
//! figures. Its form is in `assets/chart.html`, its script in `assets/chart.js`.

use avocet_plugin::Site;
use avocet_plugin::html::{escape, json_in_script};

use super::{Chart, plotly, script, svg};

const FORM: &str = include_str!("../../assets/chart.html");
const STYLE: &str = include_str!("../../assets/chart.css");
const SCRIPT: &str = include_str!("../../assets/chart.js");

/// The page. `table` is the address of a page of the site that shows the figures as a table, `download` that of the CSV.
pub(crate) fn html(chart: &Chart, site: &Site, table: Option<&str>, download: &str) -> String {
    let heading = format!("{} over time", chart.measure.title());
    let line =
        |line: &super::Line| format!("<li data-line=\"{}\">{}<span>{}</span></li>\n", line.slug, svg::swatch(line), escape(&line.name));
    let legend: String = chart.lines.iter().map(line).collect();
    let link = |address: &str, words: &str| format!("<a href=\"{}\" target=\"_parent\">{words}</a>\n", escape(address));
    let links =
        table.map_or(String::new(), |address| link(address, "See the figures as a table")) + &link(download, "Download the data (CSV)");
    let parts = [
        ("lang", escape(&site.info.language)),
        ("site", escape(&site.info.title)),
        ("heading", heading),
        ("description", escape(&svg::description(chart))),
        ("style", STYLE.trim().to_owned()),
        ("drawing", svg::svg(chart)),
        ("count", chart.lines.len().to_string()),
        ("legend", legend),
        ("links", links),
        ("plotly", escape(&site.url_of(&script::OUTPUT))),
        ("script", SCRIPT.trim().to_owned()),
        ("figure", json_in_script(&plotly::figure(chart).to_string())),
    ];
    let mut page = String::with_capacity(parts.iter().map(|(_, text)| text.len()).sum::<usize>() + FORM.len());
    // One pass, so that what is filled in is not looked through for further names.
    let mut pieces = FORM.split("{{");
    page.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or_default();
        page.push_str(parts.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text));
        page.push_str(rest);
    }
    page
}
