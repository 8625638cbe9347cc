//! The plugin `stats` in the binary: a collection that is killed, and a site of the older form of include.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;

const CSV: &str = "Organisation,Link,Date,Open Repositories\nVale Trust,https://example.org/vale,2022-06-26,8\n";

#[test]
fn a_collection_that_is_killed_leaves_the_old_statistics_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, hears) = mpsc::channel();
    // The first organisation is answered; the second waits for ever.
    thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming().map(Result::unwrap) {
            let mut stream = stream;
            let mut head = [0; 2048];
            let length = stream.read(&mut head).unwrap();
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            if head.contains("/orgs/vale/") {
                let body = "[{\"created_at\":\"2022-06-27T10:00:00Z\"}]";
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).unwrap();
            } else {
                held.push(stream);
            }
            asked.send(()).unwrap();
        }
    });
    let site = common::Site::empty();
    let organisation =
        |name: &str, id: &str| format!("[[plugins.stats.organisation]]\nname = \"{name}\"\nforge = \"github\"\nid = \"{id}\"\n");
    let settings = format!(
        "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\nplugins = [\"stats\"]\n[plugins.stats]\ngithub_api = \"http://{address}\"\n{}{}",
        organisation("Vale Trust", "vale"),
        organisation("Moor", "moor")
    );
    site.write("site.toml", &settings).write("content/data/openhealthstats.csv", CSV);
    let mut command = site.command(&["stats", "collect"]);
    let mut running = command.env_remove("GITHUB_TOKEN").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    hears.recv().unwrap();
    hears.recv().unwrap();
    running.kill().unwrap();
    running.wait().unwrap();
    assert_eq!(fs::read_to_string(site.path().join("content/data/openhealthstats.csv")).unwrap(), CSV);
    let left: Vec<_> = fs::read_dir(site.path().join("content/data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["openhealthstats.csv"]);
}

#[test]
fn a_page_of_the_old_site_is_filled_and_its_links_live() {
    let site = common::Site::empty();
    let page = "# Open statistics\n\n{% include update.html %}\n{% include NHSUK_table.html %}\n\n<a href=\"assets/data/openhealthstats.csv\">Data</a>\n\n\
                {% include plotly_chart.html %}\n\n<iframe src=\"static/openhealth-stats-plotly\" title=\"Chart\"></iframe>\n";
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://example.org/notes\"\nplugins = [\"blog\", \"stats\"]\n")
        .write("content/pages/open-statistics.md", page)
        .write("content/data/openhealthstats.csv", CSV);
    let output = site.run(&["check", "--strict"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let built = site.build();
    let page = &built["open-statistics.html"];
    for part in [
        "Latest data: <time datetime=\"2022-06-26\">26 June 2022</time>",
        "Vale Trust</a></th>",
        "<iframe class=\"stats-chart\"",
        "/notes/static/openhealth-stats-plotly.html\" title=\"Chart\"",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert_eq!(built["assets/data/openhealthstats.csv"], CSV);
    assert!(built["static/openhealth-stats-plotly.html"].contains("/notes/open-statistics.html"), "the chart leads to the table");
}
