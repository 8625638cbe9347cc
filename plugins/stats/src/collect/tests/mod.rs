//! Collections from fake forges on loopback, with a clock that passes when it is slept by.

mod hostile;
mod server;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::*;
use server::{Asked, Fake, Told};

/// A clock that nobody waits for.
struct Fast(AtomicI64);

impl Clock for Fast {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn sleep(&self, time: Duration) {
        self.0.fetch_add(i64::try_from(time.as_secs()).unwrap().max(1), Ordering::SeqCst);
    }
}

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl Console for Lines {
    fn print(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }

    fn progress(&self, _: usize, _: usize, now: &str) {
        self.0.lock().unwrap().push(now.to_owned());
    }
}

/// What a collection did.
struct Outcome {
    codes: Vec<String>,
    /// Everything that was said, problems included.
    diagnostics: String,
    csv: String,
    seconds: i64,
}

struct Site {
    folder: tempfile::TempDir,
    settings: Settings,
    options: BTreeMap<String, String>,
    has_tokens: bool,
}

const START: i64 = 1_700_000_000;

impl Site {
    fn new(api: &str, organisations: &[(&str, &str, &str)]) -> Self {
        let sources: Vec<Value> = organisations.iter().map(|(name, forge, id)| json!({ "name": name, "forge": forge, "id": id })).collect();
        let settings = json!({ "organisation": sources, "github_api": api, "gitlab_api": format!("{api}/api/v4") });
        Self {
            folder: tempfile::tempdir().unwrap(),
            settings: Settings::read(&settings).unwrap(),
            options: BTreeMap::new(),
            has_tokens: true,
        }
    }

    fn csv(&self) -> std::path::PathBuf {
        self.folder.path().join(&self.settings.data)
    }

    fn put(&self, csv: &str) {
        fs::create_dir_all(self.csv().parent().unwrap()).unwrap();
        fs::write(self.csv(), csv).unwrap();
    }

    fn collect(&self) -> Outcome {
        let call = Call::new(self.folder.path(), self.folder.path().join(".cache")).options(self.options.clone());
        let (clock, lines) = (Fast(AtomicI64::new(START)), Lines::default());
        let token = |token: &str| self.has_tokens.then(|| token.to_owned());
        let tokens = Tokens { github: token("secret-hub"), gitlab: token("secret-lab") };
        let time_out = Duration::from_millis(700);
        let run = Run { settings: &self.settings, call: &call, console: &lines, clock: &clock, tokens, time_out };
        let errors = run.collect().unwrap_or_else(|errors| errors);
        let mut reported = lines.0.into_inner().unwrap().join("\n");
        for error in &errors {
            reported.push_str(&format!("\n{}: {} {}", error.code, error.message, error.help.as_deref().unwrap_or_default()));
        }
        let codes = errors.into_iter().map(|error| error.code).collect();
        Outcome { codes, diagnostics: reported, csv: fs::read_to_string(self.csv()).unwrap_or_default(), seconds: clock.now() - START }
    }
}

const HEAD: &str = "Organisation,Link,Date,Open Repositories,Stargazers,Forks,Open Issues,Top License,Top Language\n";

fn repository(created: &str) -> Value {
    json!({
        "created_at": created, "private": false, "fork": false, "archived": false, "stargazers_count": 2, "forks_count": 1,
        "open_issues_count": 3, "license": { "name": "MIT License" }, "language": "Python", "owner": { "html_url": "https://example.org/vale" },
    })
}

fn two() -> String {
    json!([repository("2022-01-01T10:00:00Z"), repository("2022-01-02T10:00:00Z")]).to_string()
}

const TWO: &str = "Vale,https://example.org/vale,2022-01-01,1,2,1,3,MIT License,Python\n\
                   Vale,https://example.org/vale,2022-01-02,2,4,2,6,MIT License,Python\n";

/// GitHub with one organisation, whose first page is this.
fn github(answer: impl Fn(&Asked, usize, &str) -> Told + Send + Sync + 'static) -> (Fake, Site) {
    let fake = Fake::start(answer);
    let site = Site::new(&fake.address, &[("Vale", "github", "vale")]);
    (fake, site)
}

#[test]
fn pages_are_followed_and_a_day_has_one_row() {
    let (fake, site) = github(|asked, _, own| {
        let page: usize = asked.path.rsplit_once("page=").unwrap().1.parse().unwrap();
        let from = (page - 1) * 100;
        let all = (from..230.min(from + 100)).map(|nth| repository(&format!("2022-{:02}-01T10:00:00Z", nth / 23 + 1)));
        let told = Told::json(Value::from(all.collect::<Vec<_>>()).to_string());
        let next = format!("<{own}/orgs/vale/repos?per_page=100&page={}>; rel=\"next\"", page + 1);
        if page < 3 { told.with("Link", next) } else { told }
    });
    let outcome = site.collect();
    assert_eq!(outcome.codes, [""; 0], "{}", outcome.diagnostics);
    assert_eq!(fake.paths().len(), 3);
    assert_eq!(fake.paths()[0], "/orgs/vale/repos?per_page=100&page=1");
    assert_eq!(outcome.csv.lines().count(), 11);
    assert!(outcome.csv.ends_with("Vale,https://example.org/vale,2022-10-01,230,460,230,690,MIT License,Python\n"), "{}", outcome.csv);
}

#[test]
fn collecting_twice_changes_nothing_and_an_unchanged_page_costs_nothing() {
    let (fake, site) = github(|asked, _, _| match &asked.etag {
        Some(etag) if etag == "\"1\"" => Told { body: String::new(), ..Told::status(304) },
        _ => Told::json(two()).with("ETag", "\"1\""),
    });
    let first = site.collect();
    assert_eq!(first.csv, format!("{HEAD}{TWO}"));
    let second = site.collect();
    assert_eq!(second.csv, first.csv);
    assert!(second.diagnostics.contains("Nothing has changed"), "{}", second.diagnostics);
    assert_eq!(fake.asked()[1].etag.as_deref(), Some("\"1\""));
    let cache: String = fs::read_dir(site.folder.path().join(".cache/stats"))
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    assert!(!cache.contains("secret"), "a token was written");
}

#[test]
fn what_may_pass_is_asked_again() {
    let (fake, site) = github(|_, times, _| match times {
        0 => Told::status(502),
        1 => Told { truncated: true, ..Told::json(two()) },
        2 => Told { slow: true, ..Told::json(two()) },
        3 => Told::json("[{\"created_at\": \"2022"),
        _ => Told::json(two()),
    });
    let outcome = site.collect();
    assert_eq!(outcome.csv, format!("{HEAD}{TWO}"), "{}", outcome.diagnostics);
    assert_eq!(fake.paths().len(), 5);
}

#[test]
fn a_forge_that_stays_broken_is_asked_six_times_and_the_others_are_saved() {
    let fake = Fake::start(|asked, _, _| if asked.path.contains("moor") { Told::status(503) } else { Told::json(two()) });
    let site = Site::new(&fake.address, &[("Moor", "github", "moor"), ("Vale", "github", "vale")]);
    let old = "Moor,,2021-05-05,7,,,,,\n";
    site.put(&format!("{HEAD}{old}"));
    let outcome = site.collect();
    assert_eq!(outcome.codes, ["not-collected"]);
    assert_eq!(outcome.csv, format!("{HEAD}{old}{TWO}"));
    assert_eq!(fake.paths().iter().filter(|path| path.contains("moor")).count(), 6);
}

#[test]
fn a_limit_is_waited_for_as_the_forge_says() {
    let (fake, site) = github(|_, times, _| match times {
        0 => Told::status(429).with("Retry-After", "30"),
        1 => Told::status(403).with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset", (START + 100).to_string()),
        _ => Told::json(two()),
    });
    let outcome = site.collect();
    assert_eq!(outcome.csv, format!("{HEAD}{TWO}"), "{}", outcome.diagnostics);
    assert_eq!((outcome.seconds, fake.paths().len()), (100, 3));
    assert!(
        outcome.diagnostics.contains("asks to wait: 0:30 left") && outcome.diagnostics.contains("waiting for 30 s"),
        "{}",
        outcome.diagnostics
    );
}

#[test]
fn a_limit_beyond_the_longest_wait_ends_the_questions_to_that_host_at_once() {
    let fake =
        Fake::start(|_, _, _| Told::status(403).with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset", (START + 3600).to_string()));
    let mut site = Site::new(&fake.address, &[("Vale", "github", "vale")]);
    site.options.insert("max-wait".into(), "5m".into());
    site.put(&format!("{HEAD}Vale,,2021-05-05,7,,,,,\n"));
    let outcome = site.collect();
    assert_eq!((outcome.codes, outcome.seconds), (vec!["not-collected".into()], 0));
    assert_eq!(fake.paths().len(), 1);
    assert!(outcome.csv.contains("2021-05-05,7"));
}

#[test]
fn a_token_goes_to_its_own_forge_and_never_through_a_redirect() {
    let stranger = Fake::start(|_, _, _| Told::json(two()));
    let to = stranger.address.clone();
    let (fake, site) = github(move |_, _, _| Told::status(301).with("Location", format!("{to}/elsewhere")));
    let outcome = site.collect();
    assert_eq!(outcome.csv, format!("{HEAD}{TWO}"), "{}", outcome.diagnostics);
    assert_eq!(outcome.codes, ["renamed-organisation"]);
    assert_eq!(fake.asked()[0].token.as_deref(), Some("Bearer secret-hub"));
    assert_eq!((stranger.paths(), stranger.asked()[0].token.clone()), (vec!["/elsewhere".into()], None));
    assert!(!outcome.diagnostics.contains("secret"));
}

#[test]
fn a_page_of_another_host_is_asked_for_without_the_token() {
    let stranger = Fake::start(|_, _, _| Told::json("[]"));
    let next = format!("<{}/page>; rel=\"next\"", stranger.address);
    let (_fake, site) = github(move |_, _, _| Told::json(two()).with("Link", next.clone()));
    site.collect();
    assert_eq!(stranger.asked()[0].token, None);
}

#[test]
fn a_person_is_asked_for_when_there_is_no_organisation() {
    let (fake, site) = github(|asked, _, _| if asked.path.starts_with("/orgs") { Told::status(404) } else { Told::json(two()) });
    assert_eq!(site.collect().csv, format!("{HEAD}{TWO}"));
    assert_eq!(fake.paths()[1], "/users/vale/repos?per_page=100&page=1");
}

#[test]
fn an_organisation_that_is_gone_is_a_warning_with_its_name_and_keeps_its_rows() {
    let (_fake, site) = github(|_, _, _| Told::status(404));
    site.put(&format!("{HEAD}Vale,,2021-05-05,7,,,,,\n"));
    let outcome = site.collect();
    assert_eq!(outcome.codes, ["missing-organisation"]);
    assert!(outcome.diagnostics.contains("`Vale` does not exist") && outcome.csv.contains("2021-05-05,7"));
}

#[test]
fn an_empty_organisation_is_told_and_private_repositories_are_not_counted() {
    let (_fake, site) = github(|_, _, _| {
        let (mut private, mut inner) = (repository("2022-01-01T10:00:00Z"), repository("2022-01-01T10:00:00Z"));
        private["private"] = json!(true);
        inner["visibility"] = json!("internal");
        Told::json(json!([private, inner]).to_string())
    });
    let outcome = site.collect();
    assert_eq!((outcome.codes, outcome.csv.as_str()), (vec!["no-repositories".into()], ""));
}

#[test]
fn no_licence_and_no_language_are_empty_and_of_equals_the_last_counts() {
    let (_fake, site) = github(|_, _, _| {
        let mut all = [repository("2022-01-01T10:00:00Z"), repository("2022-01-02T00:00:00Z"), repository("2022-01-02T23:59:59Z")];
        (all[0]["license"], all[0]["language"]) = (Value::Null, Value::Null);
        all[1]["language"] = json!("R");
        Told::json(Value::from(all.to_vec()).to_string())
    });
    let csv = site.collect().csv;
    assert_eq!(
        csv,
        format!(
            "{HEAD}Vale,https://example.org/vale,2022-01-01,1,2,1,3,,\nVale,https://example.org/vale,2022-01-02,3,6,3,9,MIT License,R\n"
        )
    );
}

#[test]
fn gitlab_is_asked_for_licence_and_language_of_each_project() {
    let fake = Fake::start(|asked, _, _| match asked.path.as_str() {
        "/api/v4/groups/moor-a%2Fdata/projects?include_subgroups=true&per_page=100&page=1" => {
            let project = |id: u64, visibility: &str| {
                json!({ "id": id, "created_at": "2022-03-01T00:30:00.000+01:00", "visibility": visibility, "star_count": 4, "forks_count": 0,
                        "namespace": { "id": 5, "full_path": "moor-a/data", "web_url": "https://lab.example.org/moor-a/data" } })
            };
            let mut fork = project(3, "public");
            fork["forked_from_project"] = json!({ "id": 9 });
            Told::json(json!([project(1, "public"), project(2, "internal"), fork]).to_string())
        }
        "/api/v4/projects/1?license=true" => Told::json("{\"license\":{\"name\":\"MIT License\"}}"),
        "/api/v4/projects/1/languages" => Told::json("{\"R\":70.5,\"HTML\":29.5}"),
        other => Told::json(format!("\"{other} was not expected\"")),
    });
    let outcome = Site::new(&fake.address, &[("Moor", "gitlab", "moor-a/data")]).collect();
    assert_eq!(
        outcome.csv,
        format!("{HEAD}Moor,https://lab.example.org/moor-a/data,2022-02-28,1,4,0,0,MIT License,R\n"),
        "{}",
        outcome.diagnostics
    );
    assert!(fake.asked().iter().all(|asked| asked.token.as_deref() == Some("Bearer secret-lab")));
}

#[test]
fn a_project_without_visibility_is_public_when_gitlab_was_asked_without_a_token() {
    let fake = Fake::start(|asked, _, _| match asked.path.as_str() {
        path if path.contains("/groups/") => {
            let all = (1..=3).map(|id| json!({ "id": id, "created_at": "2022-03-01T00:00:00Z" }));
            Told::json(Value::from(all.collect::<Vec<_>>()).to_string())
        }
        "/api/v4/projects/1?license=true" if asked.token.is_some() => Told::json("{\"visibility\":\"public\"}"),
        "/api/v4/projects/2?license=true" if asked.token.is_some() => Told::json("{\"visibility\":\"private\"}"),
        _ => Told::json("{}"),
    });
    let mut site = Site::new(&fake.address, &[("Moor", "gitlab", "moor")]);
    assert_eq!(site.collect().csv, format!("{HEAD}Moor,,2022-03-01,1,0,0,0,,\n"));
    site.has_tokens = false;
    assert_eq!(site.collect().csv, format!("{HEAD}Moor,,2022-03-01,3,0,0,0,,\n"));
}

#[test]
fn only_one_is_asked_for_and_a_dry_run_writes_nothing() {
    let fake = Fake::start(|_, _, _| Told::json(two()));
    let mut site = Site::new(&fake.address, &[("Moor", "github", "moor"), ("Vale", "github", "vale")]);
    site.options = BTreeMap::from([("only".into(), "Vale".into()), ("dry-run".into(), String::new())]);
    let outcome = site.collect();
    assert_eq!((outcome.csv.as_str(), fake.paths().len()), ("", 1));
    assert!(outcome.diagnostics.contains("Vale: 2 counted, 0 before"), "{}", outcome.diagnostics);
    site.options = BTreeMap::from([("only".into(), "Valle".into())]);
    let outcome = site.collect();
    assert_eq!(outcome.codes, ["bad-option"]);
    assert!(outcome.diagnostics.contains("did you mean `Vale`?"));
}

#[test]
fn a_history_that_cannot_be_read_is_not_written_over() {
    let (fake, site) = github(|_, _, _| Told::json(two()));
    site.put("Organisation,Date,Open Repositories\nVale,yesterday,1\n");
    let outcome = site.collect();
    assert_eq!((outcome.codes, fake.paths().len()), (vec!["bad-data".into()], 0));
    assert!(outcome.csv.contains("yesterday"));
}

#[test]
fn no_more_than_four_requests_are_open_at_one_host() {
    let (open, most) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let seen = Arc::clone(&most);
    let fake = Fake::start(move |asked, _, _| {
        most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(20));
        open.fetch_sub(1, Ordering::SeqCst);
        match asked.path.as_str() {
            path if path.contains("/groups/") => {
                let all = (0..12).map(|id| json!({ "id": id, "created_at": "2022-03-01T00:00:00Z", "visibility": "public" }));
                Told::json(Value::from(all.collect::<Vec<_>>()).to_string())
            }
            _ => Told::json("{}"),
        }
    });
    let names: Vec<String> = (0..6).map(|nth| format!("g{nth}")).collect();
    let groups: Vec<(&str, &str, &str)> = names.iter().map(|name| (name.as_str(), "gitlab", name.as_str())).collect();
    let outcome = Site::new(&fake.address, &groups).collect();
    assert_eq!(outcome.codes, [""; 0], "{}", outcome.diagnostics);
    assert!((2..=4).contains(&seen.load(Ordering::SeqCst)), "{}", seen.load(Ordering::SeqCst));
}
