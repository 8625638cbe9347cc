//! The plugin `stats` in the binary: a collection that is killed, a site of the older form of include, and its table beside the theme's.

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

/// HTML without what only its source shows: white space beside tags, and the order of attributes, none of which holds a `>`.
fn plain(html: &str) -> String {
    let mut out = String::new();
    for (at, piece) in html.split('<').enumerate() {
        let (tag, text) = if at == 0 { ("", piece) } else { piece.split_once('>').unwrap() };
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        // Spaces inside of values stand between an odd and an even quotation mark.
        let mut quoted = false;
        let ends = |letter: char| {
            quoted ^= letter == '"';
            letter.is_whitespace() && !quoted
        };
        let mut attributes: Vec<&str> = attributes.split(ends).filter(|one| !one.is_empty()).collect();
        attributes.sort_unstable();
        out += &format!("<{name} {}>{}\n", attributes.join(" "), text.trim());
    }
    out
}

#[test]
fn the_table_is_the_one_of_the_theme() {
    let numbers = ["Open repositories", "Stargazers", "Forks", "Open issues"];
    let head = |title: &&str| {
        let sort = if *title == numbers[0] { "\"sort\": \"descending\", \"sort_next\": \"descending\", " } else { "" };
        format!("{{{sort}\"text\": \"{title}\", \"format\": \"numeric\"}}")
    };
    let tag = format!(
        "{{{{ <table caption={{ {{\"text\": \"C\", \"id\": \"stats-table-caption-c\"}} }} sortable={{true}} scroll={{true}} compact={{true}} first_cell_header={{true}}
           head={{[\"Organisation\", {}, \"Top licence\", \"Top language\"]}}
           rows={{[[{{\"text\": \"Vale Trust\", \"href\": \"https://example.org/vale\"}}, {{\"text\": \"1,008\", \"sort_value\": 1008}},
             {{\"text\": \"3\", \"sort_value\": 3}}, {{\"text\": \"0\", \"sort_value\": 0}}, {{\"text\": \"2\", \"sort_value\": 2}}, \"MIT License\", \"R\"],
             [\"Moor\", {{\"text\": \"7\", \"sort_value\": 7}}, {none}, {none}, {none}, \"MIT License\", {none}]]}} /> }}}}",
        numbers.iter().map(head).collect::<Vec<_>>().join(", "),
        none = "{\"text\": \"No data\", \"format\": \"string\", \"classes\": \"nhsuk-u-secondary-text-colour\"}"
    );
    let csv = "Organisation,Link,Date,Open Repositories,Stargazers,Forks,Open Issues,Top License,Top Language\n\
               Vale Trust,https://example.org/vale,2022-06-26,1008,3,0,2,MIT License,R\nMoor,,2022-06-26,7,,,,MIT License,\n";
    let site = common::Site::empty();
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://example.org\"\nplugins = [\"blog\", \"stats\"]\n")
        .write("templates/tags/theirs.html", &tag)
        .write("content/pages/ours.md", "# Ours\n\n{% stats-table caption=\"C\" %}\n")
        .write("content/pages/theirs.md", "# Theirs\n\n{% theirs %}\n")
        .write("content/data/openhealthstats.csv", csv);
    let built = site.build();
    let table = |page: &str| {
        let begin = built[page].find("<div class=\"nhsuk-scroll\"").unwrap();
        let end = built[page].rfind("</table>").unwrap();
        plain(&built[page][begin..end])
    };
    let (ours, theirs) = (table("ours.html"), table("theirs.html"));
    let line = ours.lines().zip(theirs.lines()).find(|(a, b)| a != b);
    assert!(ours == theirs, "the first line that differs: {line:?}\n{ours}\n{theirs}");
}
