//! The files for continuous integration that `avocet init` writes: what they promise of safety, and their shell steps, run in order in a
//! clean clone of a new site, as the hosts would.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;

const PUBLISH: &str = ".github/workflows/publish.yml";
const STATISTICS: &str = ".github/workflows/statistics.yml";
/// pip asks no registry.
const NO_INDEX: (&str, &str) = ("PIP_NO_INDEX", "1");
const ACTION: &str = ".github/actions/avocet/action.yml";

/// A new site in a repository, and a clean clone of it.
struct Clone {
    folder: tempfile::TempDir,
}

impl Clone {
    /// `change` is made to the site before it is cloned.
    fn of(options: &[&str], change: impl Fn(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let origin = folder.path().join("origin");
        let avocet = env!("CARGO_BIN_EXE_avocet");
        ran(Command::new(avocet).args(["init", "origin", "--title", "Ward"]).args(options).current_dir(&folder));
        change(&origin);
        let git = |arguments: &[&str]| {
            let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
            ran(Command::new("git").args(identity).args(arguments).current_dir(&origin));
        };
        git(&["init", "--quiet"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "A site"]);
        ran(Command::new("git").args(["clone", "--quiet", "origin", "site"]).current_dir(&folder));
        fs::create_dir(folder.path().join("home")).unwrap();
        Self { folder }
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn yaml(&self, path: &str) -> Value {
        serde_yaml::from_str(&fs::read_to_string(self.site().join(path)).unwrap()).unwrap()
    }

    /// A step's lines as GitHub's runner runs them: `bash -e -o pipefail`.
    fn shell(&self, script: &str, environment: &[(&str, &str)]) -> Output {
        let file = self.folder.path().join("step.sh");
        fs::write(&file, script).unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_avocet")).parent().unwrap();
        let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(file).current_dir(self.site());
        command.env("PATH", path).env("HOME", self.folder.path().join("home")).env("NO_COLOR", "1");
        for name in ["GITHUB_PATH", "GITHUB_OUTPUT"] {
            command.env(name, self.folder.path().join(name));
        }
        command.envs(environment.iter().copied()).output().unwrap()
    }

    /// The shell steps of a job of GitHub, in order, up to the first that fails.
    fn job(&self, workflow: &str, job: &str, environment: &[(&str, &str)]) -> Result<String, String> {
        let yaml = self.yaml(workflow);
        let steps = yaml["jobs"][job]["steps"].as_sequence().unwrap();
        let scripts: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
        assert!(!scripts.is_empty());
        self.all(&scripts, environment)
    }

    /// A wheel with this `avocet` in `wheels/`, as an owner puts it there before the first release. Returns its URL and SHA-256.
    fn wheel(&self) -> (String, String) {
        const MAKE: &str = r##"
import hashlib, pathlib, sys, zipfile
version, command, folder = sys.argv[1:]
name = f"avocet_ssg-{version}"
path = pathlib.Path(folder, f"{name}-py3-none-any.whl")
path.parent.mkdir(exist_ok=True)
with zipfile.ZipFile(path, "w") as wheel:
    script = zipfile.ZipInfo(f"{name}.data/scripts/avocet")
    script.external_attr = 0o100755 << 16
    wheel.writestr(script, f"#!/bin/sh\nexec '{command}' \"$@\"\n")
    wheel.writestr(f"{name}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: avocet-ssg\nVersion: {version}\n")
    wheel.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{name}.dist-info/RECORD", "")
print(path.resolve().as_uri(), hashlib.sha256(path.read_bytes()).hexdigest())
"##;
        let mut python = Command::new("python3");
        python.args(["-c", MAKE, env!("CARGO_PKG_VERSION"), env!("CARGO_BIN_EXE_avocet"), "wheels"]).current_dir(self.site());
        let output = python.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        let (url, sum) = printed.trim().split_once(' ').unwrap();
        (url.to_owned(), sum.to_owned())
    }

    fn change_requirements(&self, change: impl Fn(&str) -> String) {
        let path = self.site().join("requirements.txt");
        let text = fs::read_to_string(&path).unwrap();
        let changed = change(&text);
        assert_ne!(text, changed, "nothing to change");
        fs::write(path, changed).unwrap();
    }

    /// What the comments of requirements.txt tell the owner to do before the first release.
    fn use_wheels(&self) {
        self.wheel();
        self.change_requirements(|text| text.replace("#--find-links", "--find-links"));
    }

    fn all(&self, scripts: &[&str], environment: &[(&str, &str)]) -> Result<String, String> {
        let mut reported = String::new();
        for script in scripts {
            let output = self.shell(script, environment);
            reported += &format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            if !output.status.success() {
                return Err(reported);
            }
        }
        Ok(reported)
    }
}

#[track_caller]
fn ran(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_new_site_goes_through_the_workflow_of_github() {
    let clone = Clone::of(&[], |_| {});
    let reported = clone.job(PUBLISH, "build", &[("BASE_URL", "https://example.org/ward")]).unwrap_or_else(|reported| panic!("{reported}"));
    assert!(!reported.contains("::warning") && !reported.contains("::error"), "{reported}");
    let home = fs::read_to_string(clone.site().join("public/index.html")).unwrap();
    assert!(home.contains("href=\"/ward/about.html\""), "the address of GitHub Pages is not in {home}");
    // On a pull request nobody has asked for the address.
    clone.job(PUBLISH, "build", &[("BASE_URL", "")]).unwrap();
}

#[test]
fn a_mistake_ends_the_workflow_with_a_note_at_its_line() {
    let post = |body: &'static str| move |site: &Path| fs::write(site.join("content/blog/new.md"), body).unwrap();
    for (body, note) in [
        ("---\ntitle: New\ndate: 03/12/2022\n---\nText\n", "::error file=content/blog/new.md,line=3,col=7,title=bad-date::"),
        (
            "---\ntitle: New\ndate: 2026-05-19\n---\n\n![A cat](cat.png)\n",
            "::error file=content/blog/new.md,line=6,col=10,title=missing-asset::",
        ),
        (
            "---\ntitle: New\ndate: 2026-05-19\n---\n\nSee [that](that.md).\n",
            "::error file=content/blog/new.md,line=6,col=12,title=dead-link::",
        ),
        ("---\ntitle: New\ndate: 2026-05-19\n---\n[x](welcome.md#nowhere)\n", "::error file=content/blog/new.md,line=5,"),
    ] {
        let clone = Clone::of(&[], post(body));
        let reported = clone.job(PUBLISH, "build", &[("BASE_URL", "")]).unwrap_err();
        assert!(reported.lines().any(|line| line.starts_with(note)), "{note} is not in {reported}");
        assert!(!clone.site().join("public").exists());
    }
}

#[test]
fn a_new_site_goes_through_the_jobs_of_gitlab() {
    let clone = Clone::of(&[], |_| {});
    clone.use_wheels();
    let yaml = clone.yaml(".gitlab-ci.yml");
    let scripts = |of: &Value, key: &str| -> Vec<String> {
        of[key].as_sequence().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    };
    for job in ["check", "pages"] {
        // One shell runs the lines of a job.
        let lines = [scripts(&yaml["default"], "before_script"), scripts(&yaml[job], "script")].concat().join("\n");
        let environment = [("CI_PAGES_URL", "https://ward.example.org/notes"), NO_INDEX];
        clone.all(&[&lines], &environment).unwrap_or_else(|printed| panic!("{printed}"));
    }
    assert!(fs::read_to_string(clone.site().join("public/index.html")).unwrap().contains("href=\"/notes/"));
    ran(Command::new(clone.site().join(".avocet/bin/avocet")).arg("--version"));
    assert_eq!(yaml["pages"]["artifacts"]["paths"][0].as_str(), Some("public"));
}

#[test]
fn a_night_without_news_commits_nothing_and_one_with_news_does() {
    let clone = Clone::of(&["--plugin", "stats"], |site| {
        ran(Command::new(env!("CARGO_BIN_EXE_avocet")).args(["stats", "sample", "--site"]).arg(site))
    });
    let yaml = clone.yaml(STATISTICS);
    let steps = yaml["jobs"]["collect"]["steps"].as_sequence().unwrap();
    let keep = steps.iter().find(|step| step["id"].as_str() == Some("keep")).unwrap()["run"].as_str().unwrap();
    // Another origin than GitHub, which cannot be asked here.
    let origin = clone.folder.path().join("origin.git");
    ran(Command::new("git").args(["clone", "--quiet", "--bare", "origin", "origin.git"]).current_dir(&clone.folder));
    let keep = keep.replace("https://x-access-token:$GITHUB_TOKEN@github.com/$GITHUB_REPOSITORY.git", &origin.to_string_lossy());
    let environment = [("GITHUB_REF", "refs/heads/main"), ("GITHUB_TOKEN", "none")];
    let reported = clone.all(&[&keep], &environment).unwrap();
    assert!(reported.contains("Nothing is new."), "{reported}");
    let data = clone.site().join("content/data/openhealthstats.csv");
    let text = fs::read_to_string(&data).unwrap();
    fs::write(&data, text.trim_end().rsplit_once('\n').unwrap().0).unwrap();
    clone.all(&[&keep], &environment).unwrap();
    assert_eq!(fs::read_to_string(clone.folder.path().join("GITHUB_OUTPUT")).unwrap(), "new=true\n");
    let log = Command::new("git").args(["log", "--oneline", "main"]).current_dir(&origin).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&log.stdout).lines().count(), 2);
}

#[test]
fn the_action_installs_what_requirements_name_and_nothing_else() {
    let clone = Clone::of(&[], |_| {});
    let yaml = clone.yaml(ACTION);
    let steps = yaml["runs"]["steps"].as_sequence().unwrap();
    let install = steps.iter().find_map(|step| step["run"].as_str()).unwrap();
    let run = || clone.shell(install, &[("SITE", "."), NO_INDEX]);
    let fails = || {
        let output = run();
        assert!(!output.status.success() && String::from_utf8_lossy(&output.stdout).contains("::error title=avocet"), "{output:?}");
        assert!(!clone.folder.path().join("home/.avocet/bin/avocet").exists());
    };
    let installs = || {
        let output = run();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed, concat!("avocet ", env!("CARGO_PKG_VERSION"), "\n"), "{output:?}");
        let path = fs::read_to_string(clone.folder.path().join("GITHUB_PATH")).unwrap();
        assert!(path.trim_end().ends_with("home/.avocet/bin"), "{path}");
        fs::remove_dir_all(clone.folder.path().join("home/.avocet")).unwrap();
    };
    // Before the first release: the version is nowhere to be found.
    fails();
    let (url, sum) = clone.wheel();
    let version = concat!("avocet-ssg==", env!("CARGO_PKG_VERSION"));
    clone.change_requirements(|text| text.replace(version, &format!("avocet-ssg @ {url}#sha256={}", "0".repeat(64))));
    fails();
    clone.change_requirements(|text| text.replace(&"0".repeat(64), &sum));
    installs();
    clone.change_requirements(|text| text.replace("#--find-links", "--find-links").replace(&format!(" @ {url}#sha256={sum}"), ""));
    installs();
}

#[test]
fn actions_are_pinned_rights_are_few_and_no_credentials_stay() {
    let clone = Clone::of(&["--plugin", "stats"], |_| {});
    for path in [PUBLISH, STATISTICS, ACTION] {
        let text = fs::read_to_string(clone.site().join(path)).unwrap();
        for line in text.lines().filter(|line| line.contains("uses: ") && !line.contains("uses: ./")) {
            let (_, pin) = line.split_once('@').unwrap_or_else(|| panic!("{path}: {line}"));
            let (sum, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{path}: {line}"));
            assert!(sum.len() == 40 && sum.chars().all(|c| c.is_ascii_hexdigit()) && version.contains('.'), "{path}: {line}");
        }
        assert_eq!(text.matches("actions/checkout@").count(), text.matches("persist-credentials: false").count(), "{path}");
        // What others write (a title, a branch) must not become a part of a script.
        let yaml: Value = serde_yaml::from_str(&text).unwrap();
        let jobs = yaml["jobs"].as_mapping().into_iter().flat_map(|jobs| jobs.values());
        for step in jobs.chain([&yaml["runs"]]).filter_map(|job| job["steps"].as_sequence()).flatten() {
            assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{path}: {step:?}");
        }
        if path != ACTION {
            assert!(yaml["permissions"].as_mapping().unwrap().is_empty(), "{path}: a job asks for its own rights");
            assert!(!yaml["concurrency"].is_null());
        }
    }
}
