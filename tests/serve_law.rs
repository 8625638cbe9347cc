//! The law of the preview: after any edits, what it serves is what a fresh build writes, byte for byte, the script aside.
//!
//! Random edits are made to a site with a running preview. After each batch every file of a build into an empty folder is asked for, and
//! every file that an earlier build wrote and this one did not has to be gone. `AVOCET_LAW_EDITS` says how many edits (500 by default),
//! `AVOCET_LAW_SEED` which (a fixed seed by default, printed with what went wrong).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]
#![allow(clippy::print_stdout, reason = "a test of chance says what it did")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::Site;
use common::preview::{PATIENCE, Preview};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(list.len());
        &list[at]
    }
}

/// A post, as it is written to its file.
#[derive(Clone, Debug)]
struct Post {
    title: String,
    date: String,
    tags: Vec<String>,
    slug: Option<String>,
    draft: bool,
    alias: Option<String>,
    body: String,
}

impl Post {
    fn text(&self) -> String {
        let slug = self.slug.iter().map(|slug| format!("slug: {slug}\n"));
        let alias = self.alias.iter().map(|alias| format!("aliases: [{alias}]\n"));
        let status = self.draft.then(|| "status: draft\n".to_owned());
        let more: String = slug.chain(alias).chain(status).collect();
        format!("---\ntitle: {}\ndate: {}\ntags: [{}]\n{more}---\n{}\n", self.title, self.date, self.tags.join(", "), self.body)
    }
}

/// The site that is edited.
struct Edited {
    site: Site,
    chance: Chance,
    posts: BTreeMap<String, Post>,
    settings: (usize, String, bool, usize),
    made: usize,
    log: Vec<String>,
}

impl Edited {
    fn new(seed: u64) -> Self {
        let site = common::blog(0);
        let mut edited =
            Self { site, chance: Chance(seed), posts: BTreeMap::new(), settings: (5, "T".into(), true, 0), made: 0, log: Vec::new() };
        edited.site.write("includes/box.html", "<p>box</p>\n").write("content/static/data.txt", "data\n");
        edited.write_data(1);
        edited.site.write(
            "content/pages/about.md",
            "---\ntitle: About\n---\n{% include box.html %}\n\n{% note title=\"N\" %}\nhello\n{% endnote %}\n\n{% stats-number of=\"repositories\" %}\n",
        );
        edited.write_settings();
        for _ in 0..12 {
            edited.add();
        }
        edited
    }

    fn path(&self, file: &str) -> PathBuf {
        self.site.path().join(file)
    }

    fn save(&mut self, file: &str) {
        let text = self.posts[file].text();
        match self.chance.below(3) {
            // As many editors save: a new file beside it, renamed over it.
            0 => {
                self.site.write(&format!("{file}.swp~"), &text);
                fs::rename(self.path(&format!("{file}.swp~")), self.path(file)).unwrap();
            }
            _ => drop(self.site.write(file, &text)),
        }
    }

    fn some_post(&mut self) -> Option<String> {
        let files: Vec<String> = self.posts.keys().cloned().collect();
        (!files.is_empty()).then(|| self.chance.of(&files).clone())
    }

    fn add(&mut self) {
        self.made += 1;
        let number = self.made;
        let folder = *self.chance.of(&["", "data/", "Ünïcode ordner/", "deep/er/"]);
        let file = format!("content/blog/{folder}post {number}.md");
        let post = Post {
            title: format!("Post {number}"),
            date: format!("2022-{:02}-{:02}", self.chance.below(12) + 1, self.chance.below(28) + 1),
            tags: vec![format!("t{}", self.chance.below(4))],
            slug: None,
            draft: false,
            alias: None,
            body: format!("Text of *{number}*.\n\n```python\nx = {number}\n```"),
        };
        self.posts.insert(file.clone(), post);
        self.save(&file);
        self.log.push(format!("add {file}"));
    }

    /// What the plugin `stats` reads: an input that is no source.
    fn write_data(&self, repositories: u64) {
        let text = format!("Organisation,Link,Date,Open Repositories\nVale,https://example.org/vale,2022-06-26,{repositories}\n");
        self.site.write("content/data/openhealthstats.csv", &text);
    }

    fn write_settings(&mut self) {
        let (size, title, blog, clean) = &self.settings;
        let plugins = if *blog { "\"blog\", \"feeds\", \"search\", \"sitemap\", \"stats\"" } else { "\"search\", \"stats\"" };
        let links = ["html", "clean"][*clean];
        self.site.write(
            "site.toml",
            &format!(
                "[site]\ntitle = \"{title}\"\nurl = \"https://example.org/notes\"\ntheme = \"plain\"\nplugins = [{plugins}]\n\
                 [articles]\npage_size = {size}\n[urls]\nlinks = \"{links}\"\n[[menu]]\ntitle = \"Blog\"\nurl = \"/blog/\"\n"
            ),
        );
    }

    /// Takes out what keeps the site from being built: odd pages, links that lead nowhere, names that are there twice.
    fn fix(&mut self) {
        self.site.write("content/pages/odd.md", "---\ntitle: Odd\n---\nMended\n");
        let files: Vec<String> = self.posts.keys().cloned().collect();
        for file in files {
            self.made += 1;
            let title = format!("Post {}", self.made);
            let post = self.posts.get_mut(&file).unwrap();
            let dead = post.body.contains("](");
            if dead || post.slug.is_some() || post.alias.is_some() || post.title.starts_with("Title") {
                *post =
                    Post { title, slug: None, alias: None, body: if dead { "Mended".into() } else { post.body.clone() }, ..post.clone() };
                self.save(&file);
            }
        }
        self.log.push("mend".into());
    }

    /// One edit.
    fn edit(&mut self) {
        let n = self.chance.next() % 1000;
        let kind = self.chance.below(27);
        let file = match kind {
            0..=13 => match self.some_post() {
                Some(file) => file,
                None => return self.add(),
            },
            _ => String::new(),
        };
        self.log.push(format!("{kind} {n} {file}"));
        if let Some(post) = self.posts.get_mut(&file) {
            match kind {
                1 | 2 => post.body = format!("Body {n} and <b>more</b>.\n\n## Heading {n}\n\nx"),
                3 => post.title = format!("Title {n}"),
                4 => post.date = format!("20{:02}-01-{:02}", n % 40 + 10, n % 28 + 1),
                5 => post.tags = (0..n % 4).map(|tag| format!("t{}", (n + tag * 7) % 6)).collect(),
                6 => post.slug = (!n.is_multiple_of(3)).then(|| format!("slug-{n}")),
                7 => post.draft = !post.draft,
                8 => post.alias = (!n.is_multiple_of(4)).then(|| format!("/old/{n}.html")),
                // Sometimes a link to a file that may go: then a build writes nothing until it is mended.
                9 if n.is_multiple_of(3) => post.body = "[x](post%201.md)".into(),
                _ => {}
            }
        }
        match kind {
            0 => {
                let text = fs::read(self.path(&file)).unwrap();
                fs::write(self.path(&file), text).unwrap();
            }
            1..=9 => self.save(&file),
            10 => {
                let new = format!("content/blog/renamed {n}.md");
                if !self.posts.contains_key(&new) {
                    fs::rename(self.path(&file), self.path(&new)).unwrap();
                    let post = self.posts.remove(&file).unwrap();
                    self.posts.insert(new, post);
                }
            }
            11 | 12 if self.posts.len() > 6 => {
                self.posts.remove(&file);
                fs::remove_file(self.path(&file)).unwrap();
            }
            11..=14 => self.add(),
            15 => drop(self.site.write(&format!("content/static/file {}.txt", n % 3), &format!("{n}"))),
            16 => {
                fs::create_dir_all(self.path("content/images")).unwrap();
                let bytes: Vec<u8> = (0..n).map(|at| u8::try_from(at % 251).unwrap()).collect();
                fs::write(self.path(&format!("content/images/b{}.png", n % 2)), bytes).unwrap();
            }
            17 => drop(self.site.write("themes/plain/templates/footer.html", &format!("<footer>{n}</footer>"))),
            18 if n.is_multiple_of(2) => drop(self.site.write("templates/footer.html", &format!("<footer>over {n}</footer>"))),
            18 => drop(fs::remove_dir_all(self.path("templates"))),
            19 => drop(self.site.write("themes/plain/assets/plain.css", &format!("p {{ margin: {n}px }}"))),
            20 => drop(self.site.write("includes/box.html", &format!("<p>box {n}</p>\n"))),
            21 => {
                match n % 4 {
                    0 => self.settings.0 = usize::try_from(n % 5 + 2).unwrap(),
                    1 => self.settings.1 = format!("T{n}"),
                    2 => self.settings.3 = 1 - self.settings.3,
                    _ => self.settings.2 = !self.settings.2 || n % 8 > 3,
                }
                self.write_settings();
            }
            22 => {
                // A folder goes away and comes back, as in a change of branches.
                fs::rename(self.path("content/blog"), self.path("content-elsewhere")).unwrap();
                fs::rename(self.path("content-elsewhere"), self.path("content/blog")).unwrap();
            }
            23 => drop(self.site.write("themes/plain/components/note.html", &note(n))),
            25 => self.write_data(n),
            24 => {
                let number = n % 2;
                drop(fs::remove_dir_all(self.path(&format!("content/static/folder {number}"))));
                if !n.is_multiple_of(3) {
                    self.site.write(&format!("content/static/folder {number}/deep/é {n}.txt"), &format!("{n}"));
                }
            }
            _ => {
                // A page that is broken, and mended by the next edit of this kind.
                let text = if n.is_multiple_of(2) { "---\ntitle: [\n---\n".to_owned() } else { format!("---\ntitle: Odd\n---\n{n}\n") };
                self.site.write("content/pages/odd.md", &text);
            }
        }
    }
}

fn note(n: u64) -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme/components/note.html")).unwrap();
    text.replace("<div", &format!("<div data-n=\"{n}\"")).replace("<p", &format!("<p data-n=\"{n}\""))
}

/// The files of a build into an empty folder; nothing when the site has errors.
fn fresh(site: &Site) -> Option<BTreeMap<String, Vec<u8>>> {
    let output = tempfile::tempdir().unwrap();
    let public = output.path().join("public");
    let built = site.run(&["build", "--drafts", "--quiet", "--output", public.to_str().unwrap()]);
    if !built.status.success() {
        let reported = String::from_utf8_lossy(&built.stderr).into_owned();
        assert_eq!(built.status.code(), Some(1), "{reported}");
        println!("{}", reported.lines().filter(|line| line.starts_with("error") || line.contains("-->")).collect::<Vec<_>>().join(" "));
        return None;
    }
    let mut files = BTreeMap::new();
    let mut folders = vec![public.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".avocet-") {
                continue;
            }
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path().strip_prefix(&public).unwrap().to_str().unwrap().to_owned();
                files.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    Some(files)
}

/// What is served otherwise than it should be.
fn differing(preview: &Preview, files: &BTreeMap<String, Vec<u8>>, gone: &BTreeSet<String>) -> Option<String> {
    let target = |path: &String| {
        let names: Vec<String> = path.split('/').map(|name| utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()).collect();
        format!("{}/{}", preview.base, names.join("/"))
    };
    for (path, expected) in files {
        let answer = preview.get(&target(path));
        let redirect = String::from_utf8_lossy(expected).contains("http-equiv=\"refresh\"");
        let status = if redirect { 302 } else { 200 };
        if answer.status != status || answer.page() != *expected {
            let (is, should) = (String::from_utf8_lossy(&answer.page()).into_owned(), String::from_utf8_lossy(expected).into_owned());
            return Some(format!("{path} (status {})\n--- served\n{is}\n--- built\n{should}", answer.status));
        }
    }
    let there = |path: &&String| preview.get(&target(path)).status != 404;
    gone.iter().filter(|path| !files.contains_key(*path)).find(there).map(|path| format!("{path} is there, and no build writes it"))
}

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}

#[test]
fn what_is_served_after_any_edits_is_what_a_fresh_build_writes() {
    let (edits, seed) = (variable("AVOCET_LAW_EDITS", 500), variable("AVOCET_LAW_SEED", 20_261_123));
    println!("AVOCET_LAW_EDITS={edits} AVOCET_LAW_SEED={seed}");
    let mut edited = Edited::new(seed);
    let preview = Preview::of(&edited.site, &["--watch"]);
    let (mut done, mut compared, mut has_errors, mut seen) = (0, 0, 0, BTreeSet::new());
    while done < edits {
        for _ in 0..=edited.chance.below(4) {
            edited.edit();
            done += 1;
        }
        let Some(files) = fresh(&edited.site) else {
            // With errors a build writes nothing that could be compared; the preview goes on, and tells them.
            preview.wait_for(|told| told["event"] == "problems" && told["errors"] != 0);
            has_errors += 1;
            edited.fix();
            continue;
        };
        let began = Instant::now();
        while let Some(difference) = differing(&preview, &files, &seen) {
            let log = edited.log.iter().rev().take(12).cloned().collect::<Vec<_>>().join("\n");
            assert!(began.elapsed() < PATIENCE, "seed {seed}, after {done} edits, the last first:\n{log}\n{difference}");
            std::thread::sleep(Duration::from_millis(10));
        }
        compared += files.len();
        seen.extend(files.into_keys());
    }
    println!("{done} edits, {compared} files compared, {has_errors} batches with errors");
    assert!(compared > 20 * usize::try_from(edits).unwrap() / 10, "too few files were compared");
}
