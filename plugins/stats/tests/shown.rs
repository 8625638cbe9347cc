//! What a build shows of a history, through the plugin's roles as the engine calls them: golden files in `golden/`, which
//! `SNAPSHOTS=overwrite` updates; and the older forms of the CSV.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use std::collections::BTreeMap;
use std::path::Path;

use avocet_plugin::{Content, Plugin, Routes, Setup, Site, SiteIndex, SiteInfo, TagCall, UrlPatterns};
use serde_json::{Value, json};
use snapbox::Data;

const DATA: &str = "content/data/openhealthstats.csv";

/// A site of nothing but this CSV.
fn site(csv: &str) -> Site {
    let mut info = SiteInfo::new("Merrowdale", "https://example.org/notes", "/notes");
    info.language = "en-GB".into();
    let mut site = Site::new(info, UrlPatterns::default());
    site.inputs.insert(DATA.into(), csv.into());
    site
}

fn plugin() -> Plugin {
    avocet_stats::plugin(&Setup::new(&Value::Null)).unwrap()
}

fn index(site: &Site) -> SiteIndex {
    SiteIndex::new(site.clone(), Routes::default(), BTreeMap::new())
}

fn tag(site: &Site, name: &str, options: Value) -> Result<String, String> {
    let mut call = TagCall::new(name);
    call.args = serde_json::from_value(options).unwrap();
    plugin().tags.iter().find(|tag| tag.name() == name).unwrap().render(&call, &index(site)).map_err(|error| error.message)
}

fn files(site: &Site) -> BTreeMap<String, String> {
    let routes = plugin().generators[0].routes(site, &[]).unwrap();
    let text = |content| match content {
        Content::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
        _ => panic!("no bytes"),
    };
    routes.into_iter().map(|route| (route.output, text(route.content))).collect()
}

fn history() -> Site {
    site(include_str!("golden/history.csv"))
}

#[track_caller]
fn golden(name: &str, now: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    snapbox::assert_data_eq!(now, Data::read_from(&file, None).raw());
}

/// The figures of a table, a line a row.
fn figures(table: &str) -> Vec<String> {
    let text = |cell: &str| {
        let inner = cell.split_once('>').unwrap().1.split("</t").next().unwrap();
        let plain: String = inner.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        plain
    };
    let rows = table.split("<tr ").skip(2);
    rows.map(|row| row.split("<t").filter(|cell| cell.starts_with("h ") || cell.starts_with("d ")).map(text).collect::<Vec<_>>().join("|"))
        .collect()
}

#[test]
fn the_table_and_the_chart_look_as_they_did() {
    let site = history();
    golden("table.html", &tag(&site, "NHSUK_table.html", json!({})).unwrap());
    let files = files(&site);
    golden("chart.html", &files["static/openhealth-stats-plotly.html"]);
    golden("stats.json", &files["static/stats.json"]);
    let names: Vec<&str> = files.keys().map(String::as_str).filter(|name| !name.contains("plotly-basic")).collect();
    assert_eq!(
        names,
        [
            "assets/data/openhealthstats.csv",
            "static/openhealth-stats-plotly-forks.html",
            "static/openhealth-stats-plotly-issues.html",
            "static/openhealth-stats-plotly-stargazers.html",
            "static/openhealth-stats-plotly.html",
            "static/stats.json",
        ]
    );
    assert_eq!(files["assets/data/openhealthstats.csv"], include_str!("golden/history.csv"));
}

#[test]
fn a_table_takes_options() {
    let site = history();
    let rows = |options| tag(&site, "stats-table", options).map(|table| figures(&table));
    assert_eq!(
        rows(json!({ "columns": "stargazers, licence", "limit": 2, "sort": "organisation" })).unwrap(),
        ["Abbey &amp; Sons &lt;Data&gt;|1,300|MIT License", "Moor Hospitals|No data|Apache License 2.0"]
    );
    assert_eq!(
        rows(json!({ "columns": "repositories", "sort": "stargazers" })).unwrap(),
        ["Abbey &amp; Sons &lt;Data&gt;|1,234", "Vale Trust|8", "Moor Hospitals|8"]
    );
    assert!(rows(json!({ "sort": "stars" })).unwrap_err().contains("write one of repositories, stargazers"));
    assert!(rows(json!({ "rows": 3 })).unwrap_err().contains("no option `rows`"));
    assert!(rows(json!({ "limit": 0 })).is_err());
}

#[test]
fn the_older_forms_show_the_rows_that_were_published() {
    let short = "Organisation,Org Short,Date,Open Repositories,Stargazers,Forks,Open Issues,Top License,Top Language\n\
                 <a href='https://example.org/vale'>Vale Trust</a>,vale,2022-06-25,7.0,3.0,1.0,2.0,MIT License,R\n\
                 <a href='https://example.org/vale'>Vale Trust</a>,vale,2022-06-26,8.0,3.0,1.0,2.0,MIT License,Python\n\
                 <a href='https://example.org/moor'>Moor</a>,moor,2022-01-01,12.0,0.0,0.0,0.0,,HTML\n";
    let table = tag(&site(short), "NHSUK_table.html", json!({})).unwrap();
    assert_eq!(figures(&table), ["Moor|12|0|0|0|No data|HTML", "Vale Trust|8|3|1|2|MIT License|Python"]);
    assert!(table.contains("<a class=\"nhsuk-link\" href=\"https://example.org/vale\">Vale Trust</a>"));
    let long = "Organisation,Date,Open Repositories,Top Language,Top License,URL\nVale Trust,2022-06-26,8,Python,MIT License,https://example.org/vale\n";
    let table = tag(&site(long), "NHSUK_table.html", json!({})).unwrap();
    assert_eq!(figures(&table), ["Vale Trust|8|MIT License|Python"], "what the file does not say has no column");
    assert!(tag(&site(long), "stats-chart", json!({ "measure": "forks" })).unwrap_err().contains("no forks to draw"));
}

#[test]
fn numbers_and_dates_stand_in_the_text() {
    let site = history();
    let number = |options| tag(&site, "stats-number", options);
    assert_eq!(number(json!({})).unwrap(), "1,250");
    assert_eq!(number(json!({ "of": "organisations", "date": "2020-02-01" })).unwrap(), "2");
    assert_eq!(number(json!({ "date": "2020-02-01" })).unwrap(), "4");
    assert_eq!(number(json!({ "of": "stargazers", "organisation": "Vale Trust" })).unwrap(), "2");
    assert_eq!(number(json!({ "of": "top-language" })).unwrap(), "R");
    assert!(number(json!({ "date": "June" })).is_err());
    assert_eq!(tag(&site, "stats-updated", json!({})).unwrap(), "<time datetime=\"2022-06-26\">26 June 2022</time>");
    assert!(tag(&site, "update.html", json!({})).unwrap().contains("Latest data: <time datetime=\"2022-06-26\">26 June 2022</time>"));
    assert!(
        tag(&site, "stats-download", json!({}))
            .unwrap()
            .contains("\"/notes/assets/data/openhealthstats.csv\" download>Download this dataset (CSV, 1KB)")
    );
}

#[test]
fn no_cell_of_the_download_is_a_formula() {
    let csv = "Organisation,Date,Open Repositories,Top License\n\"=HYPERLINK(\"\"x\"\"), A\",2022-06-26,8,-1+1\nVale,2022-06-26,8,MIT-0\n";
    let download = &files(&site(csv))["assets/data/openhealthstats.csv"];
    assert_eq!(
        download,
        "Organisation,Date,Open Repositories,Top License\n\"'=HYPERLINK(\"\"x\"\"), A\",2022-06-26,8,'-1+1\nVale,2022-06-26,8,MIT-0\n"
    );
}

#[test]
fn a_chart_is_a_frame_with_a_title_of_the_same_site() {
    let site = history();
    let frame = tag(&site, "stats-chart", json!({ "measure": "stargazers", "organisations": "Vale Trust", "height": 300 })).unwrap();
    for part in [
        "src=\"/notes/static/openhealth-stats-plotly-stargazers.html?show=vale-trust\"",
        "loading=\"lazy\"",
        "height: 300px",
        "title=\"Chart: stargazers over time of Vale Trust\"",
    ] {
        assert!(frame.contains(part), "{part} is not in {frame}");
    }
    assert!(tag(&site, "stats-chart", json!({ "organisations": "Vale Trusts" })).unwrap_err().contains("did you mean `Vale Trust`?"));
}

#[test]
fn without_data_there_is_an_error_and_tags_show_nothing() {
    let mut none = site("");
    none.inputs.clear();
    let reported = plugin().validators[0].validate(&index(&none));
    assert_eq!(reported.iter().map(|error| error.code.as_str()).collect::<Vec<_>>(), ["missing-data"]);
    assert_eq!(tag(&none, "NHSUK_table.html", json!({})).as_deref(), Ok(""));
    assert!(files(&none).is_empty());
}
