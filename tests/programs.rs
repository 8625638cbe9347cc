//! Plugins that are programs, in whole sites: what each role makes of their answers, and what becomes of programs that are silent, talk
//! rubbish, die or stay. They are scripts of `sh`, so that the tests need nothing else.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use common::{Site, tree};

/// Answers each call by its name: `answer` is a list of `call) ANSWER`.
fn script(answers: &str) -> String {
    let cases: String = answers
        .lines()
        .filter_map(|line| line.trim().split_once(") "))
        .map(|(call, answer)| format!("*'\"call\":\"{call}\"'*) answer='{answer}' ;;\n"))
        .collect();
    format!(
        "n=0\nwhile IFS= read -r line; do\nprintf '%s\\n' \"$line\" >> ../../calls\ncase \"$line\" in\n\
         *'\"call\":\"hello\"'*) answer='\"protocol\":1' ;;\n{cases}esac\n\
         printf '{{\"id\":%d,%s}}\\n' \"$n\" \"$answer\"\nn=$((n+1))\ndone\n"
    )
}

/// A site with one post and a plugin `odd` of these roles that runs this script.
fn site(roles: &str, script: &str) -> Site {
    let site = Site::from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme"));
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [\"blog\", \"odd\"]\n");
    site.write("plugins/odd/plugin.toml", &format!("protocol = 1\nabout = \"Odd\"\nrun = [\"sh\", \"odd.sh\"]\ntimeout = 2\n{roles}"));
    site.write("plugins/odd/odd.sh", script);
    site.write("content/pages/a.md", "---\ntitle: A\n---\nHello\n");
    site.write("templates/page.html", "{{ page.values.words | default(value=\"none\") }}|{{ page.content }}</html>");
    site
}

fn reported(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Builds a site that has to fail, and gives what is reported.
#[track_caller]
fn fails(site: &Site) -> String {
    let began = Instant::now();
    let output = site.run(&["build"]);
    assert_eq!(output.status.code(), Some(1), "{}", reported(&output));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert!(!site.path().join("public").exists());
    reported(&output)
}

#[track_caller]
fn builds(site: &Site) -> common::Tree {
    let output = site.run(&["build"]);
    assert!(output.status.success(), "{}", reported(&output));
    tree(&site.path().join("public"))
}

/// What an odd script makes of the transform of one page.
#[track_caller]
fn odd(script: &str) -> String {
    fails(&site("[transform]\n", script))
}

const HELLO: &str = "read -r line\nprintf '{\"id\":0,\"protocol\":1}\\n'\n";

#[test]
fn a_program_changes_a_body_and_gives_values_and_warnings() {
    let answers = r#"transform) "html":"<p>Changed</p>","values":{"words":3},"warnings":[{"message":"odd","near":"Hello","help":"even"}]"#;
    let site = site("[transform]\n", &script(answers));
    let output = site.run(&["build"]);
    let files = tree(&site.path().join("public"));
    assert!(files["a.html"].contains("<p>Changed</p>") && files["a.html"].starts_with("3|"), "{}", files["a.html"]);
    let reported = reported(&output);
    assert!(
        reported.contains("warning[plugin-warning]: odd (the plugin `odd`)") && reported.contains("content/pages/a.md:4:1"),
        "{reported}"
    );
    assert!(reported.contains("runs sh odd.sh (plugins/odd)"), "{reported}");
}

#[test]
fn a_program_is_not_started_when_nothing_has_changed_and_when_no_page_is_for_it() {
    let site = site("[transform]\ncontains = [\"Goodbye\"]\nkinds = [\"page\"]\n", &script("transform) \"html\":\"changed\""));
    builds(&site);
    assert!(!site.path().join("calls").exists());
    site.write("content/pages/b.md", "---\ntitle: B\n---\nGoodbye\n");
    let files = builds(&site);
    assert!(files["b.html"].contains("changed") && !files["a.html"].contains("changed"));
    let calls = || fs::read_to_string(site.path().join("calls")).unwrap().lines().count();
    assert_eq!(calls(), 2, "{}", fs::read_to_string(site.path().join("calls")).unwrap());
    builds(&site);
    assert_eq!(calls(), 2);
    // A change of its files is a change of the site.
    site.write("plugins/odd/odd.sh", &script("transform) \"html\":\"other\""));
    assert!(builds(&site)["b.html"].contains("other"));
}

#[test]
fn every_role_is_a_call() {
    let roles = "[transform]\n[finish]\n[tag.badge]\nabout = \"B\"\nwords = [\"text\"]\nbody = \"raw\"\n\
                 options.text = { type = \"string\", needed = true }\nneeds = [\"pages\"]\n[code]\nlanguages = [\"dot\"]\n\
                 [read]\nextensions = [\"cell\"]\n[generate]\npaths = [\"made/*\"]\n";
    let answers = r#"transform) "other":1
                     finish) "html":"<!doctype html>finished</html>"
                     tag) "html":"<b>tagged *raw*</b>"
                     code) "html":"<svg></svg>"
                     pages) "ok":1
                     read) "fields":{"title":"Read"},"markdown":"*read*"
                     generate) "files":[{"path":"made/a.txt","text":"text"},{"path":"made/b.bin","base64":"AAE="}],"pages":[{"path":"made/c.html","template":"made.html","values":{"x":5}}]"#;
    let site = site(roles, &script(answers));
    site.write("templates/made.html", "made {{ x }}");
    site.write("content/pages/a.md", "---\ntitle: A\nvenue: Mill\n---\n{% badge new %}*raw*{% endbadge %}\n\n```dot x=1\na -> b\n```\n");
    site.write("content/pages/r.cell", "cells");
    let files = builds(&site);
    assert_eq!(files["made/a.txt"], "text");
    assert_eq!(files["made/b.bin"].0, [0, 1]);
    assert!(files["a.html"].contains("finished"));
    let calls = fs::read_to_string(site.path().join("calls")).unwrap();
    let has = |part: &str| assert!(calls.contains(part), "{part} is not in\n{calls}");
    has(r#""call":"tag","name":"badge","args":{"text":"new"},"body":"*raw*","page":{"source":"pages/a.md","url":"/a.html","title":"A""#);
    has(r#""call":"code","language":"dot","info":"x=1","code":"a -> b\n""#);
    has(r#""meta":{"venue":"Mill"}"#);
    has(r#""call":"read","path":"pages/r.cell","text":"cells""#);
    has(r#"<b>tagged *raw*</b>"#);
    has(r#"<svg></svg>"#);
    has(r#"<em>read</em>"#);
    has(r#""call":"finish","path":"made/c.html","url":"/made/c.html","html":"made 5""#);
    // Pages are told once, before the tag.
    assert_eq!(calls.matches("\"call\":\"pages\"").count(), 1);
    assert!(calls.find("\"call\":\"pages\"") < calls.find("\"call\":\"tag\""));
    // In another folder, with other threads, all is the same.
    let verified = site.run(&["build", "--verify"]);
    assert!(verified.status.success(), "{}", reported(&verified));
}

#[test]
fn a_tag_and_a_block_of_code_fail_at_their_places() {
    let roles =
        "[tag.badge]\nabout = \"B\"\noptions.text = { type = \"string\", one_of = [\"new\", \"old\"] }\n[code]\nlanguages = [\"dot\"]\n";
    let answers = "tag) \"error\":{\"message\":\"no badge\",\"help\":\"write one\"}\ncode) \"error\":{\"message\":\"no graph\",\"line\":2}";
    let site = site(roles, &script(answers));
    site.write(
        "content/pages/a.md",
        "---\ntitle: A\n---\nx {% badge %}\n\n```dot\na\nb\n```\n{% badge text=3 %}\n\n{% badge txt=\"new\" %}\n",
    );
    let reported = fails(&site);
    for part in [
        "error[failed-tag]: no badge",
        "content/pages/a.md:4:3",
        "help: write one",
        "error[failed-code]: no graph",
        "content/pages/a.md:8:",
        "error[bad-option]: the option `text` of the tag `badge` has to be text in quotes",
        "the tag `badge` has no option `txt`; did you mean `text`?",
    ] {
        assert!(reported.contains(part), "{part} is not in\n{reported}");
    }
}

#[test]
fn a_file_where_the_manifest_allows_none_is_an_error() {
    for (path, code) in [("elsewhere.txt", "output-outside"), ("../made.txt", "output-outside"), ("made/a/b.txt", "output-outside")] {
        let answer = format!("generate) \"files\":[{{\"path\":\"{path}\",\"text\":\"x\"}}]");
        let reported = fails(&site("[generate]\npaths = [\"made/*.txt\"]\n", &script(&answer)));
        assert!(reported.contains(&format!("[{code}]")) && reported.contains(path), "{reported}");
    }
    let reported =
        fails(&site("[generate]\npaths = [\"*.txt\"]\n", &script("generate) \"files\":[{\"path\":\"a.txt\",\"base64\":\"?\"}]")));
    assert!(reported.contains("[plugin-protocol]") && reported.contains("its `base64` is not valid"), "{reported}");
}

#[test]
fn a_program_that_is_missing_is_named() {
    let site = site("[transform]\n", "");
    site.write("plugins/odd/plugin.toml", "protocol = 1\nabout = \"Odd\"\nrun = [\"no-such-program\"]\n[transform]\n");
    let reported = fails(&site);
    assert!(reported.contains("error[no-program]: the plugin `odd` needs the program `no-such-program`"), "{reported}");
}

#[test]
fn silence_is_an_error_in_time() {
    let reported = odd(&format!("{HELLO}sleep 60\n"));
    assert!(reported.contains("error[slow-plugin]: the plugin `odd` did not answer within 2 s"), "{reported}");
    assert!(odd("sleep 60\n").contains("did not answer to `hello` within 5 s"));
}

#[test]
fn what_is_no_answer_is_shown() {
    let rubbish = [
        ("printf 'hello there\\n'\n", "`hello there`"),
        ("printf '\\377\\376\\n'\n", "wrote a line that is no answer"),
        ("printf '{\"id\":9,\"html\":\"x\"}\\n'\n", "its `id` should be 1"),
        ("printf '{\"id\":1,\"html\":3}\\n'\n", "expected a string"),
        ("yes\n", "`y`"),
        ("head -c 17825792 /dev/zero | tr '\\0' x\nsleep 60\n", "a line of more than 16 MiB"),
    ];
    for (script, part) in rubbish {
        let reported = odd(&format!("{HELLO}read -r line\n{script}sleep 60\n"));
        assert!(reported.contains("error[plugin-protocol]") && reported.contains(part), "{script}{reported}");
    }
    assert!(odd("yes\n").contains("error[plugin-protocol]"));
    let refused = odd("read -r line\nprintf '{\"id\":0,\"error\":{\"message\":\"no licence\"}}\\n'\n");
    assert!(refused.contains("the plugin `odd` cannot work: no licence"), "{refused}");
    assert!(odd("read -r line\nprintf '{\"id\":0,\"protocol\":2}\\n'\nsleep 60\n").contains("it speaks version 2"));
}

#[test]
fn an_end_at_any_moment_is_reported_with_its_last_words() {
    let ends = [
        "exit 3\n".to_owned(),
        "read -r line\nexit 3\n".to_owned(),
        format!("{HELLO}exit 3\n"),
        format!("{HELLO}read -r line\nexit 3\n"),
        format!("{HELLO}read -r line\nprintf '{{\"id\":1,'\nexit 3\n"),
    ];
    for end in ends {
        let reported = odd(&format!("echo the last words >&2\n{end}"));
        assert!(reported.contains("error[failed-plugin]: the plugin `odd` ended with exit code 3"), "{end}{reported}");
        assert!(reported.contains("the last words"), "{end}{reported}");
    }
    assert!(odd(&format!("{HELLO}kill -9 $$\n")).contains("ended by signal 9"));
}

#[test]
fn after_three_failures_a_plugin_is_not_asked_for_the_rest() {
    let site = site("[transform]\n", &format!("echo >> ../../starts\n{HELLO}read -r line\nexit 1\n"));
    for page in 0..10 {
        site.write(&format!("content/pages/p{page}.md"), &format!("---\ntitle: P{page}\n---\nx\n"));
    }
    let reported = fails(&site);
    assert!(reported.contains("failed 3 times, and is not asked for the rest"), "{reported}");
    let starts = fs::read_to_string(site.path().join("starts")).unwrap().lines().count();
    assert_eq!(starts, 3);
}

/// Whether a process runs (a dead one that nobody has reaped does not).
fn runs(pid: &str) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap();
    let state = String::from_utf8_lossy(&state.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

/// The numbers that a script wrote, once there are as many as these.
fn pids(site: &Site, number: usize) -> Vec<String> {
    let began = Instant::now();
    loop {
        let pids: Vec<String> =
            fs::read_to_string(site.path().join("pids")).unwrap_or_default().lines().map(|line| line.trim().to_owned()).collect();
        if pids.len() >= number {
            return pids;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no process started");
        thread::sleep(Duration::from_millis(5));
    }
}

#[track_caller]
fn all_ended(site: &Site, number: usize) {
    let began = Instant::now();
    let pids = pids(site, number);
    while pids.iter().any(|pid| runs(pid)) {
        assert!(began.elapsed() < Duration::from_secs(3), "{pids:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn nothing_is_left_behind_by_a_grandchild_that_holds_the_pipes_or_a_child_that_stays() {
    let answer = "read -r line\nprintf '{\"id\":1,\"html\":\"changed\"}\\n'\n";
    for (ending, number) in [
        (format!("sleep 60 &\necho $! >> ../../pids\n{HELLO}{answer}exit 0\n"), 2),
        // It ignores that its standard input is closed.
        (format!("trap '' TERM INT HUP\n{HELLO}{answer}while :; do sleep 1; done\n"), 1),
    ] {
        let site = site("[transform]\n", &format!("echo $$ >> ../../pids\n{ending}"));
        assert!(builds(&site)["a.html"].contains("changed"));
        all_ended(&site, number);
    }
    // One that fails takes its children with it.
    let site = site("[transform]\n", &format!("echo $$ >> ../../pids\nsleep 60 &\necho $! >> ../../pids\n{HELLO}read -r line\nexit 1\n"));
    fails(&site);
    all_ended(&site, 2);
}

#[test]
fn an_interrupt_ends_programs_too() {
    let site = site("[transform]\n", &format!("trap '' INT\necho $$ >> ../../pids\n{HELLO}sleep 60\n"));
    site.write("plugins/odd/plugin.toml", "protocol = 1\nabout = \"Odd\"\nrun = [\"sh\", \"odd.sh\"]\ntimeout = 60\n[transform]\n");
    let mut host = site.command(&["build"]).spawn().unwrap();
    let pid = pids(&site, 1)[0].clone();
    thread::sleep(Duration::from_millis(200));
    assert!(Command::new("kill").args(["-INT", &host.id().to_string()]).status().unwrap().success());
    let began = Instant::now();
    let status = host.wait().unwrap();
    assert!(!status.success() && began.elapsed() < Duration::from_secs(5), "{status:?}");
    assert!(
        !runs(&pid) || {
            all_ended(&site, 1);
            true
        }
    );
}

#[test]
fn a_plugin_is_locked_tested_and_not_run_when_it_is_not_trusted() {
    let site = site(
        "[tag.badge]\nabout = \"B\"\n[command.fetch]\nabout = \"F\"\nrun = [\"sh\", \"fetch.sh\"]\n",
        &script("tag) \"html\":\"<b>tagged</b>\""),
    );
    site.write("content/pages/a.md", "---\ntitle: A\n---\n{% badge %}\n");
    site.write("plugins/odd/fetch.sh", "echo \"fetched $1 $AVOCET_SITE\"\nexit $2\n");
    site.write(
        "plugins/odd/tests/a.json",
        r#"{"calls": [{"ask": {"call": "tag", "name": "badge", "args": {}}, "answer": {"html": "<b>tagged</b>"}}]}"#,
    );
    let says = |arguments: &[&str], status: i32| {
        // What stands behind the name of a command belongs to it.
        let output = site.command(&[]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?} {}", reported(&output));
        String::from_utf8_lossy(&output.stdout).into_owned() + &reported(&output)
    };
    assert!(says(&["plugin", "test"], 0).contains("odd: 1 call passed, in two orders"));
    assert!(says(&["plugin", "run", "odd", "fetch", "--all", "0"], 0).contains("fetched --all /"));
    assert!(says(&["plugin", "run", "odd", "fetch", "x", "3"], 1).contains("`sh fetch.sh` ended with exit code 3"));
    assert!(says(&["plugin", "run", "odd", "fetsh"], 2).contains("did you mean `fetch`?"));
    says(&["plugin", "lock"], 0);
    says(&["build"], 0);
    // The lock of before, which a fork cannot change, trusts what has not changed.
    let lock = site.path().join("../base.lock");
    fs::copy(site.path().join("plugins.lock"), &lock).unwrap();
    says(&["build", "--trust", lock.to_str().unwrap()], 0);
    fs::remove_file(site.path().join("calls")).unwrap();
    site.write("plugins/odd/new.txt", "");
    assert!(says(&["build"], 1).contains("error[plugin-changed]"));
    says(&["plugin", "lock"], 0);
    assert!(says(&["build", "--trust", lock.to_str().unwrap()], 1).contains("error[plugin-not-run]"));
    assert!(says(&["check", "--safe"], 0).contains("warning[plugin-not-run]"));
    assert!(!site.path().join("calls").exists(), "something was run");
    fs::remove_file(lock).unwrap();
}

#[test]
fn a_new_plugin_has_a_manifest_that_opens() {
    for lang in ["python", "javascript"] {
        let site = site("[transform]\n", "");
        let made = site.run(&["plugin", "new", "shout", "--lang", lang]);
        assert!(made.status.success(), "{}", reported(&made));
        site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [\"blog\", \"shout\"]\n");
        // Nothing in the site has an exclamation mark.
        assert!(builds(&site)["a.html"].contains("Hello"));
        assert_eq!(site.run(&["plugin", "new", "shout"]).status.code(), Some(2));
    }
}
