//! The preview from outside: what a browser, a tool and a stranger get. Each test starts the command at a port of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::time::Duration;

use common::Site;
use common::preview::{Preview, seen};

/// A site below `/notes`, with a post that has an alias, a draft, a page in a folder and a picture.
fn notes() -> Site {
    let site = common::blog(8);
    site.write(
        "site.toml",
        "[site]\ntitle = \"T\"\nurl = \"https://example.org/notes\"\ntheme = \"plain\"\n[articles]\nfuture = \"hold\"\n",
    );
    site.write("content/blog/old.md", "---\ntitle: Café\ndate: 2022-01-01\naliases: [/was/here.html]\n---\nNew place\n");
    site.write("content/blog/draft.md", "---\ntitle: Not yet\nstatus: draft\n---\nDraft\n");
    site.write("content/blog/later.md", "---\ntitle: Later\ndate: 2999-01-01\n---\nOf the future\n");
    site.write("content/pages/deep.md", "---\ntitle: Deep\nsave_as: deep/er/index.html\n---\nDeep\n");
    site.write("content/images/naïve name.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    fs::write(site.path().join("content/images/sound.mp3"), (0..=255).collect::<Vec<u8>>()).unwrap();
    site
}

#[test]
fn pages_are_served_as_hosts_serve_them() {
    let site = notes();
    let preview = Preview::of(&site, &[]);
    let moved = |target: &str| {
        let answer = preview.get(target);
        (answer.status, answer.header("location").map(str::to_owned))
    };
    let to = |address: &str| (302, Some(address.to_owned()));
    assert_eq!(moved("/"), to("/notes/"));
    assert_eq!(moved("/notes"), to("/notes/"));
    assert_eq!(moved("/notes/blog"), to("/notes/blog/"));
    assert_eq!(moved("/notes/deep/er?a=b"), to("/notes/deep/er/?a=b"));
    assert_eq!(moved("/notes/was/here.html"), to("/notes/blog/cafe.html"));
    for page in ["/notes/blog/", "/notes/blog/index.html", "/notes/blog/cafe.html", "/notes/blog/cafe", "/notes/deep/er/"] {
        let answer = preview.get(page);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{page}");
    }
    let image = preview.get("/notes/images/na%C3%AFve%20name.svg");
    assert_eq!((image.status, image.header("content-type")), (200, Some("image/svg+xml; charset=utf-8")));
    let nowhere = preview.get("/notes/nothing.html");
    assert!(nowhere.status == 404 && nowhere.text().contains("<nav>"), "{}", nowhere.text());
    assert_eq!(preview.get("/elsewhere").status, 404);
}

#[test]
fn drafts_and_the_future_are_shown_and_marked_and_can_be_left_out() {
    let site = notes();
    let preview = Preview::of(&site, &[]);
    assert!(preview.get("/notes/drafts/not-yet.html").text().contains("data-note=\"Draft: a build leaves this page out\""));
    assert!(
        preview
            .get("/notes/blog/later.html")
            .text()
            .contains("data-note=\"Of the future: a build leaves this page out until 1 January 2999")
    );
    assert!(!preview.get("/notes/blog/cafe.html").text().contains("data-note"));
    let without = Preview::of(&site, &["--no-drafts"]);
    assert_eq!([without.get("/notes/drafts/not-yet.html").status, without.get("/notes/blog/later.html").status], [404, 404]);
}

#[test]
fn drafts_and_scheduled_posts_are_listed_for_the_bar_of_the_preview() {
    let site = notes();
    let list = |preview: &Preview| serde_json::from_str::<serde_json::Value>(&preview.get("/.avocet/left-out.json").text()).unwrap();
    let expected = serde_json::json!({
        "drafts": [{ "title": "Not yet", "url": "/notes/drafts/not-yet.html" }],
        "scheduled": [{ "title": "Later", "url": "/notes/blog/later.html", "until": "1 January 2999, 00:00" }],
    });
    let preview = Preview::of(&site, &["--no-watch"]);
    assert_eq!(list(&preview), expected);
    // A page of another site may not read it: no header lets it.
    assert_eq!(preview.get("/.avocet/left-out.json").header("access-control-allow-origin"), None);
    assert_eq!(list(&Preview::of(&site, &["--no-drafts"])), serde_json::json!({ "drafts": [], "scheduled": [] }));
}

#[test]
fn files_are_watched_unless_that_is_switched_off() {
    let site = notes();
    let (watching, still) = (Preview::of(&site, &[]), Preview::of(&site, &["--no-watch"]));
    site.write("content/blog/old.md", "---\ntitle: Café\ndate: 2022-01-01\n---\nOther words\n");
    watching.get_until("/notes/blog/cafe.html", |answer| answer.text().contains("Other words"));
    assert!(still.get("/notes/blog/cafe.html").text().contains("New place"));
}

#[test]
fn a_browser_may_ask_for_the_head_for_a_part_and_for_what_is_new() {
    let site = notes();
    let preview = Preview::of(&site, &[]);
    let whole = preview.get("/notes/blog/cafe.html");
    let head = preview.ask("HEAD", "/notes/blog/cafe.html", "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length").unwrap(), whole.body.len().to_string());
    let tag = whole.header("etag").unwrap();
    let again = preview.ask("GET", "/notes/blog/cafe.html", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    let part = |range: &str| preview.ask("GET", "/notes/images/sound.mp3", &format!("Range: bytes={range}\r\n"));
    let middle = part("10-19");
    assert_eq!((middle.status, middle.header("content-range")), (206, Some("bytes 10-19/256")));
    assert_eq!(middle.body, (10..=19).collect::<Vec<u8>>());
    assert_eq!(part("-2").body, [254, 255]);
    assert_eq!(part("999-").status, 416);
    assert_eq!((part("0-1,4-5").status, part("0-1,4-5").body.len()), (200, 256));
}

#[test]
fn nothing_outside_the_site_is_served() {
    let site = notes();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.txt"), "secret").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.path().join("secret.txt"), site.path().join("content/images/link.txt")).unwrap();
        std::os::unix::fs::symlink("sound.mp3", site.path().join("content/images/inside.mp3")).unwrap();
    }
    let preview = Preview::of(&site, &[]);
    for target in [
        "/notes/../site.toml",
        "/notes/%2e%2e/site.toml",
        "/notes/..%2fsite.toml",
        "/notes/images/..%5c..%5csite.toml",
        "/notes/images/%2e%2e/%2e%2e/site.toml",
        "/notes/images/sound.mp3%00.html",
        "/notes//etc/passwd",
        "//etc/passwd",
        "/etc/passwd",
        "/notes/content/blog/old.md",
        "/notes/.cache/highlight",
    ] {
        let answer = preview.get(target);
        assert!(matches!(answer.status, 400 | 404), "{target}: {}", answer.status);
    }
    #[cfg(unix)]
    {
        let link = preview.get("/notes/images/link.txt");
        assert!(link.status == 404 && !link.text().contains("secret"), "{link:?}");
        assert_eq!(preview.get("/notes/images/inside.mp3").body.len(), 256);
    }
}

#[test]
fn strangers_are_sent_away() {
    let site = notes();
    let preview = Preview::of(&site, &[]);
    let status = |head: &str| preview.say(head).status;
    assert_eq!(status("GET /notes/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), 421);
    assert_eq!(status("GET /notes/ HTTP/1.1\r\nConnection: close\r\n\r\n"), 421);
    assert_eq!(preview.ask("POST", "/notes/", "").status, 405);
    assert_eq!(preview.ask("GET", "/notes/", "Content-Length: 5\r\n").status, 413);
    assert_eq!(status(&format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(40_000))), 431);
    assert_eq!(status("rubbish\r\n\r\n"), 400);
}

#[test]
fn two_hundred_idle_and_slow_connections_do_not_stop_the_next_page() {
    let site = notes();
    let preview = Preview::of(&site, &[]);
    let mut open = Vec::new();
    for number in 0..200 {
        let mut stream = preview.connect();
        match number % 3 {
            0 => {}
            1 => stream.write_all(b"GET /notes/ HT").unwrap(),
            // Asks again and again, and reads nothing.
            _ => {
                stream.set_write_timeout(Some(Duration::from_millis(50))).unwrap();
                let _ = stream.write_all("GET /notes/blog/ HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200).as_bytes());
            }
        }
        open.push(stream);
    }
    assert_eq!(preview.get("/notes/blog/cafe.html").status, 200);
    // A connection that says nothing is closed in time, so that they do not heap up.
    let mut byte = [0];
    assert_eq!(open[0].read(&mut byte).unwrap(), 0);
}

#[cfg(unix)]
#[test]
fn two_hundred_idle_connections_leave_room_where_a_process_may_open_256_files() {
    let site = notes();
    let preview = Preview::with_open_files(&site, 256);
    let idle: Vec<_> = (0..200).map(|_| preview.connect()).collect();
    assert_eq!(preview.get("/notes/blog/cafe.html").status, 200);
    // More than it can have: those that say nothing give way.
    let more: Vec<_> = (0..100).map(|_| preview.connect()).collect();
    assert_eq!(preview.get("/notes/blog/cafe.html").status, 200);
    drop((idle, more));
}

#[test]
fn six_hundred_slow_clients_do_not_push_out_a_page_or_a_tab() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let mut tab = preview.own_tab("/notes/blog/cafe.html", &seen(&preview.get("/notes/blog/cafe.html")));
    assert_eq!(tab.next("errors")["count"], 0);
    let half = |_| {
        let mut stream = preview.connect();
        stream.write_all(b"GET /notes/ HT").unwrap();
        stream
    };
    let slow: Vec<_> = (0..600).map(half).collect();
    assert_eq!(preview.get("/notes/blog/cafe.html").status, 200);
    site.write("content/blog/old.md", "---\ntitle: Café\ndate: 2022-01-01\n---\nOther words\n");
    tab.next("reload");
    drop(slow);
}

#[test]
fn pages_of_other_sites_get_no_events_and_push_no_tab_out() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let events = |headers: &str| preview.ask("GET", "/.avocet/events?page=/notes/", headers).status;
    for foreign in [
        "Sec-Fetch-Site: cross-site\r\n",
        // Another port of this machine.
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
    ] {
        assert_eq!(events(foreign), 403, "{foreign}");
    }
    let mut tab = preview.own_tab("/notes/blog/cafe.html", &seen(&preview.get("/notes/blog/cafe.html")));
    assert_eq!(tab.next("errors")["count"], 0);
    // Programs that are no browsers take each other's places.
    let strangers: Vec<_> = (0..200).map(|_| preview.tab("/notes/", "0-0")).collect();
    site.write("content/blog/old.md", "---\ntitle: Café\ndate: 2022-01-01\n---\nOther words\n");
    tab.next("reload");
    drop(strangers);
}

#[test]
fn requests_that_are_malformed_or_cut_off_do_not_end_it() {
    let site = notes();
    let preview = Preview::of(&site, &[]);
    for bytes in [
        &b"\0\xff\xfe\r\n\r\n"[..],
        b"GET",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\0\x01",
        b"GET /notes/ HTTP/1.1\r\nHost: \xe9\r\n\r\n",
    ] {
        for _ in 0..20 {
            let mut stream = preview.connect();
            let _ = stream.write_all(bytes);
            // Closed at once, often before the connection is accepted.
        }
    }
    // Cookies know no ports: a program at another port of this machine may have set this one.
    let answer = preview.ask("GET", "/notes/blog/cafe.html", "Cookie: name=café\r\n");
    assert_eq!(answer.status, 200);
}

#[test]
fn a_page_that_was_never_opened_is_shown_as_it_was_before_its_error() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let mut tab = preview.tab("/notes/", "0-0");
    assert_eq!(tab.next("errors")["count"], 0);
    for bad in ["---\ntitle: Café\ndate: one day\n---\nx\n", "---\ntitle: [\n---\n"] {
        site.write("content/blog/old.md", bad);
        assert_eq!(tab.next("errors")["count"], 1);
        let page = preview.get("/notes/blog/cafe.html");
        assert!(page.status == 200 && page.text().contains("New place") && page.text().contains(".avocet/live.js"), "{}", page.text());
    }
}

#[test]
fn a_tab_reloads_only_for_its_own_page_and_swaps_a_stylesheet() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let mut one = preview.tab("/notes/blog/cafe.html", &seen(&preview.get("/notes/blog/cafe.html")));
    let mut other = preview.tab("/notes/blog/post-1.html", &seen(&preview.get("/notes/blog/post-1.html")));
    assert_eq!(one.next("errors")["count"], 0);
    assert_eq!(other.next("errors")["count"], 0);
    site.write("content/blog/old.md", "---\ntitle: Café\ndate: 2022-01-01\naliases: [/was/here.html]\n---\nOther words\n");
    assert_eq!(one.any().0, "reload");
    site.write("themes/plain/assets/plain.css", "p { color: red }");
    // The next that the other tab hears is of the stylesheet: it was told nothing of the page that is not its own.
    let (event, data) = other.any();
    assert_eq!(event, "styles");
    let page = preview.get("/notes/blog/post-1.html");
    assert_eq!(data["seen"], seen(&page));
    assert!(page.text().contains(data["styles"][0][0].as_str().unwrap()), "{data}");
    assert_eq!(one.any().0, "styles");
}

#[test]
fn a_tab_follows_its_page_to_a_new_address() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let mut tab = preview.tab("/notes/blog/cafe.html", &seen(&preview.get("/notes/blog/cafe.html")));
    // The first event says that it listens.
    assert_eq!(tab.next("errors")["count"], 0);
    site.write("content/blog/old.md", "---\ntitle: Café\nslug: tea-room\ndate: 2022-01-01\n---\nNew place\n");
    assert_eq!(tab.next("move"), "/notes/blog/tea-room.html");
}

#[test]
fn a_tab_that_comes_back_after_a_sleep_learns_that_its_page_is_another() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let mark = seen(&preview.get("/notes/blog/cafe.html"));
    site.write("content/blog/old.md", "---\ntitle: Café\ndate: 2022-01-01\n---\nOther words\n");
    preview.get_until("/notes/blog/cafe.html", |answer| answer.text().contains("Other words"));
    preview.tab("/notes/blog/cafe.html", &mark).next("reload");
}

#[test]
fn errors_are_shown_in_every_tab_and_go_when_they_are_mended() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let mut tab = preview.tab("/notes/blog/post-1.html", &seen(&preview.get("/notes/blog/post-1.html")));
    assert_eq!(tab.next("errors")["count"], 0);
    let settings = fs::read_to_string(site.path().join("site.toml")).unwrap();
    let base = fs::read_to_string(site.path().join("themes/plain/templates/base.html")).unwrap();
    for (file, bad, good, code) in [
        (
            "content/blog/old.md",
            "---\ntitle: Café\ndate: 2022-01-01\n---\n[x](nope.md)\n",
            "---\ntitle: Café\ndate: 2022-01-01\n---\nx\n",
            "dead-link",
        ),
        ("content/blog/old.md", "---\ntitle: [\n---\n", "---\ntitle: Café\ndate: 2022-01-01\n---\nx\n", "bad-yaml"),
        ("site.toml", "[site\n", &settings, "bad-toml"),
        ("themes/plain/templates/base.html", "{% if %}", &base, "template-syntax"),
    ] {
        site.write(file, bad);
        let errors = tab.next("errors");
        let drawing = errors["drawings"][0].as_str().unwrap();
        assert!(errors["count"] == 1 && drawing.starts_with(&format!("error[{code}]")) && drawing.contains(file), "{errors}");
        // The last good page stays behind it.
        assert_eq!(preview.get("/notes/blog/post-1.html").status, 200);
        site.write(file, good);
        assert_eq!(tab.next("errors")["count"], 0);
    }
}

#[test]
fn errors_of_pages_that_nobody_asked_for_are_found_too() {
    let site = notes();
    site.write("content/blog/old.md", "---\ntitle: Café\ndate: 2022-01-01\n---\n[x](nope.md)\n");
    let preview = Preview::of(&site, &[]);
    let told = preview.wait_for(|told| told["event"] == "problems");
    assert_eq!(told["errors"], 1);
    assert_eq!(preview.wait_for(|told| told["code"] == "dead-link")["line"], 5);
}

#[test]
fn a_save_that_changes_nothing_is_not_told() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let file = site.path().join("content/blog/old.md");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, &text).unwrap();
    site.write("content/blog/.old.md.swp", "an editor's own").write("content/blog/old.md~", "a copy");
    std::thread::sleep(Duration::from_millis(600));
    fs::write(&file, format!("{text}\nmore\n")).unwrap();
    let told = preview.wait_for(|told| told["event"] == "changed");
    assert_eq!((told["files"].as_array().unwrap().len(), told["pages"].as_u64()), (1, Some(1)), "{told}");
    preview.get_until("/notes/blog/cafe.html", |answer| answer.text().contains("more"));
    std::thread::sleep(Duration::from_millis(600));
    assert!(preview.told.try_recv().is_err(), "told once");
}

#[test]
fn a_site_that_is_broken_at_the_start_is_shown_when_it_is_mended() {
    let site = notes();
    let good = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.write("site.toml", "[site\n");
    let preview = Preview::of(&site, &["--watch"]);
    let page = preview.get("/");
    assert!(page.status == 500 && page.text().contains("/.avocet/live.js"), "{}", page.text());
    let mut tab = preview.tab("/", &seen(&page));
    assert_eq!(tab.next("errors")["count"], 1);
    site.write("site.toml", &good);
    tab.next("reload");
    assert_eq!(preview.get("/notes/blog/").status, 200);
}

#[test]
fn the_output_folder_is_written_only_when_that_is_asked_for() {
    let site = notes();
    {
        let preview = Preview::of(&site, &["--watch"]);
        assert_eq!(preview.get("/notes/blog/").status, 200);
    }
    assert!(!site.path().join("public").exists());
    let preview = Preview::of(&site, &["--watch", "--write"]);
    preview.wait_for(|told| told["event"] == "written");
    let page = fs::read(site.path().join("public/blog/cafe.html")).unwrap();
    assert_eq!(page, preview.get("/notes/blog/cafe.html").page());
    assert!(!String::from_utf8(page).unwrap().contains(".avocet"));
}

#[test]
fn a_port_that_is_taken_gives_way_to_the_next_one() {
    let site = notes();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let preview = Preview::of(&site, &["--port", &port.to_string()]);
    assert!(preview.port > port && preview.get("/notes/blog/").status == 200);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_cleanly() {
    let site = notes();
    let preview = Preview::of(&site, &["--watch"]);
    let _tab = preview.tab("/notes/", "0-0");
    assert_eq!(preview.interrupt(), Some(0));
}

#[test]
fn without_a_site_it_does_not_start() {
    let site = Site::empty();
    let output = site.run(&["serve", "--port", "0"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
