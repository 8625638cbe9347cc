//! What a forge, or a file in place of the CSV, may do that no good one does.

use super::*;

#[test]
fn a_list_without_an_end_is_an_error_of_its_organisation() {
    let (fake, site) = github(|asked, _, own| Told::json(two()).with("Link", format!("<{own}{}>; rel=\"next\"", asked.path)));
    let outcome = site.collect();
    assert_eq!((outcome.codes, fake.paths().len()), (vec!["not-collected".into()], 1));
    assert!(outcome.diagnostics.contains("`Vale` keeps its old figures") && outcome.diagnostics.contains("read already"));

    let fake = Fake::start(|asked, times, own| {
        let next = format!("<{own}{}1>; rel=\"next\"", asked.path);
        if asked.path.contains("vale") && times == 0 { Told::json(two()).with("Link", next) } else { Told::json(two()) }
    });
    let mut site = Site::new(&fake.address, &[("Moor", "github", "moor"), ("Vale", "github", "vale")]);
    site.settings.max_requests = 7;
    let outcome = site.collect();
    assert_eq!((outcome.codes, fake.paths().len()), (vec!["not-collected".into()], 8));
    assert!(
        outcome.diagnostics.contains("more than 7 requests") && outcome.diagnostics.contains("max_requests"),
        "{}",
        outcome.diagnostics
    );
    assert!(outcome.csv.contains("Moor,"));
}

#[test]
fn an_answer_with_the_token_in_it_is_thrown_away() {
    for in_header in [false, true] {
        let (_fake, site) = github(move |asked, _, _| {
            let token = asked.token.clone().unwrap_or_default();
            let mut all = [repository("2022-01-01T10:00:00Z")];
            if in_header {
                return Told::json(json!(all).to_string()).with("ETag", format!("\"{token}\""));
            }
            all[0]["language"] = json!(token);
            Told::json(json!(all).to_string()).with("ETag", "\"1\"")
        });
        let outcome = site.collect();
        assert_eq!((outcome.codes, outcome.csv.as_str()), (vec!["not-collected".into()], ""));
        assert!(!outcome.diagnostics.contains("secret") && outcome.diagnostics.contains("contains the token"), "{}", outcome.diagnostics);
        assert!(!site.folder.path().join(".cache/stats").exists());
    }
}

#[test]
fn figures_and_waits_beyond_all_measure_end_at_the_greatest_number() {
    let (_fake, site) = github(|_, times, _| {
        let mut all = [repository("2022-01-01T10:00:00Z"), repository("2022-01-02T10:00:00Z")];
        all.iter_mut().for_each(|one| one["stargazers_count"] = json!(u64::MAX));
        if times == 0 { Told::status(429).with("X-RateLimit-Reset", i64::MIN.to_string()) } else { Told::json(json!(all).to_string()) }
    });
    let outcome = site.collect();
    assert!(outcome.csv.contains(&format!("2022-01-02,2,{},2,6", u64::MAX)), "{} {}", outcome.csv, outcome.diagnostics);
    let (_fake, site) = github(|_, _, _| Told::status(429).with("Retry-After", i64::MAX.to_string()));
    assert_eq!(site.collect().codes, ["not-collected"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_the_csv_is_not_opened() {
    let (fake, site) = github(|_, _, _| Told::json(two()));
    fs::create_dir_all(site.csv().parent().unwrap()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(site.csv()).status().unwrap().success());
    let call = Call::new(site.folder.path(), site.folder.path().join(".cache"));
    let clock = Fast(AtomicI64::new(START));
    let lines = Lines::default();
    let time_out = Duration::from_millis(700);
    let run = Run { settings: &site.settings, call: &call, console: &lines, clock: &clock, tokens: Tokens::default(), time_out };
    let errors = run.collect().unwrap_err();
    assert_eq!((errors[0].code.as_str(), fake.paths().len()), ("unreadable-file", 0));
    assert!(errors[0].message.ends_with("it is not a regular file"), "{}", errors[0].message);
}
