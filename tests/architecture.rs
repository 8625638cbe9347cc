//! The architecture, checked in the sources: which module may import which, use the disk or print, and how long a file may be.
//! `ARCHITECTURE.md` says the same in words, and a test compares the two.
//!
//! In: `src/`, `plugins/`, `themes/`, as text without comments, strings and unit tests. Out: every breach, with file, line and rule.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "architecture/limits.rs"]
mod limits;
#[path = "architecture/scanner.rs"]
mod scanner;

use scanner::{code, heads, holds, is_word, lines};

/// The modules of `src/`, lowest layer first. A module imports only from lower layers. All may use `avocet-plugin`.
const LAYERS: [&[&str]; 9] = [
    &["clock", "disk", "language", "trace"],
    &["cache", "config", "markup", "images", "import", "scaffold", "scaffold_plugin"],
    &["plugin", "theme"],
    &[
        "stages::discover",
        "stages::fingerprint",
        "stages::read",
        "stages::index",
        "stages::route",
        "stages::convert",
        "stages::render",
        "stages::write",
        "project",
    ],
    &["authoring", "pipeline"],
    &["check", "compare", "report", "verify"],
    &["serve"],
    &["cli"],
    &["main"],
];

/// Crates that only some modules may use: plugins and themes, so that the engine treats all alike, and crates that may have to be replaced
/// one day. A name that ends in `_` is a prefix.
const CRATE_USERS: [(&str, &[&str]); 17] = [
    ("avocet_theme_", &["theme"]),
    ("avocet_io", &["cache", "check", "cli", "stages::write"]),
    ("avocet_", &["plugin"]),
    ("granit_parser", &["stages::read"]),
    ("gray_matter", &["stages::read"]),
    ("pulldown_cmark", &["markup"]),
    ("syntect", &["markup"]),
    ("tera", &["theme", "stages::convert", "stages::render"]),
    ("annotate_snippets", &["report"]),
    ("clap", &["cli", "report"]),
    ("indicatif", &["cli"]),
    ("notify", &["serve"]),
    ("httparse", &["serve"]),
    ("tiny_http", &["serve"]),
    ("tree_sitter", &["import"]),
    ("rustix", &["plugin"]),
    ("base64", &["plugin"]),
];

/// Modules that may use the disk or the network, and the names that do. For a plugin, the list names a folder or a file: only the commands
/// of `plugins/stats` may.
const DISK_USERS: [&str; 15] = [
    "stages::discover",
    "stages::fingerprint",
    "stages::write",
    "config",
    "theme",
    "cache",
    "disk",
    "images",
    "serve",
    "verify",
    "check",
    "cli",
    "plugins/io/src",
    "plugins/stats/src/collect",
    "plugins/stats/src/sample",
];
const DISK: [&str; 14] = [
    "std::fs",
    "fs::",
    "std::net",
    "walkdir",
    "tempfile",
    "avocet_io",
    "ureq",
    "File::open",
    "File::create",
    "OpenOptions",
    ".is_dir()",
    ".is_file()",
    ".exists()",
    ".canonicalize()",
];

/// Modules that may start other programs, and the names that do. (`clap` has a `Command` too.)
const STARTERS: [&str; 1] = ["src/plugin/process"];
const STARTING: [&str; 2] = ["process::Command", "Command::new"];

/// Modules that may print, and the names that print.
const PRINTERS: [&str; 3] = ["report", "cli", "main"];
const PRINTING: [&str; 7] = ["println!", "print!", "eprintln!", "eprint!", "dbg!", "io::stdout", "io::stderr"];

/// Lines of a file, without its unit tests.
const MOST_LINES: usize = 400;

/// A source file, with and without comments, strings and unit tests.
struct Source {
    /// From the root of the repository.
    path: String,
    /// The whole text.
    text: String,
    /// The text with comments, strings and unit tests blanked, line ends kept.
    code: String,
}

#[test]
fn a_module_imports_only_from_lower_layers() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        let Some(here) = module_of_file(&source.path) else { continue };
        let Some(own) = layer(&here) else {
            breaches.push(format!(
                "{}:1: the module `{here}` has no layer: give it one in tests/architecture.rs and ARCHITECTURE.md",
                source.path
            ));
            continue;
        };
        for (line, there) in imports(&source) {
            let verdict = match layer_of_import(&there) {
                Some(below) if below < own => continue,
                Some(_) if is_inside(&there, &here) => continue,
                Some(other) if other == own => format!("both are in layer {own}, and modules of one layer do not import each other"),
                Some(above) => format!("`{there}` is in layer {above}, above layer {own} of `{here}`"),
                None => "it is not a module with a layer: name the module (in `stages` the stage) in the path".to_owned(),
            };
            breaches.push(format!("{}:{line}: `{here}` imports `{there}`: {verdict}", source.path));
        }
    }
    refuse("a module imports only from lower layers", &breaches);
}

#[test]
fn some_crates_are_used_by_some_modules_only() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        let here = module_of_file(&source.path).unwrap_or_default();
        for (line, text) in lines(&source.code) {
            for name in text.split(|c: char| !is_word(c)).filter(|name| *name != "avocet_plugin") {
                let meant = |krate: &str| name == krate || krate.ends_with('_') && name.starts_with(krate);
                let Some((_, users)) = CRATE_USERS.iter().find(|(krate, _)| meant(krate)) else { continue };
                if !users.contains(&&*here) {
                    breaches.push(format!("{}:{line}: `{here}` names the crate `{name}`: only {} may", source.path, users.join(", ")));
                }
            }
        }
    }
    refuse(
        "only `plugin` names the crates in plugins/, only `theme` those in themes/, and some other crates have their modules",
        &breaches,
    );
}

/// The names in a line that this module may not use: each name, the modules that may use it, and what it does.
/// `here` is a module of the engine, or `path` once more.
fn forbidden<'r>((here, path): (&str, &str), text: &str) -> Vec<(&'static str, &'r [&'static str], &'static str)> {
    let text = text.replace("clap::Command::new", "").replace("entry.file_type().is_file()", "");
    let rules = [
        (&DISK[..], &DISK_USERS[..], "use the disk or the network"),
        (&PRINTING, &PRINTERS, "print"),
        (&STARTING, &STARTERS, "start other programs"),
    ];
    let is_user = |user: &&str| *user == here || path.starts_with(&format!("{user}/"));
    let broken = rules.into_iter().filter(|(_, users, _)| !users.iter().any(is_user));
    broken.filter_map(|(words, users, does)| Some((*words.iter().find(|word| holds(&text, word))?, users, does))).collect()
}

#[test]
fn only_some_modules_use_the_disk_and_some_print() {
    let mut breaches = Vec::new();
    for source in ["src", "plugins", "themes"]
        .into_iter()
        .flat_map(sources)
        .filter(|source| !["/build/", "/tests/"].iter().any(|folder| source.path.contains(folder)))
    {
        let path = source.path.trim_end_matches(".rs");
        let here = module_of_file(&source.path).unwrap_or_else(|| path.to_owned());
        for (line, text) in lines(&source.code) {
            for (word, users, does) in forbidden((&here, path), text) {
                breaches.push(format!("{}:{line}: `{word}`: only {} {does}", source.path, users.join(", ")));
            }
        }
    }
    refuse("only some modules use the disk, some print, and one starts other programs", &breaches);
}

#[test]
fn a_forbidden_name_is_found_anywhere() {
    let found = |here: &str, text: &str| forbidden((here, here), text).into_iter().map(|(word, _, _)| word).collect::<Vec<_>>();
    assert_eq!(found("plugins/stats/src/table", "let text = std::fs::read(path);"), ["std::fs"]);
    assert_eq!(found("plugins/stats/src/collect/save", "let text = std::fs::read(path);"), [""; 0]);
    assert_eq!(found("plugins/stats/src/collector", "File::open(path)"), ["File::open"]);
    assert_eq!(found("serve", "let child = Command::new(\"npm\").spawn();"), ["Command::new"]);
    assert_eq!(found("src/plugin/process/mod", "Command::new(program)"), [""; 0]);
    assert_eq!(found("src/plugin/processes", "Command::new(program)"), ["Command::new"]);
    assert_eq!(found("cli", "clap::Command::new(name)"), [""; 0]);
    assert_eq!(found("markup", "println!(); fs::read(x);"), ["fs::", "println!"]);
}

#[test]
fn a_plugin_depends_on_avocet_plugin_only_and_a_theme_on_nothing() {
    let mut breaches = Vec::new();
    for (folder, allowed) in [("plugins", "avocet-plugin"), ("themes", "")] {
        for manifest in files(folder).into_iter().filter(|path| path.ends_with("Cargo.toml")) {
            let text = fs::read_to_string(root().join(&manifest)).unwrap();
            let allowed = if ["plugins/api/Cargo.toml", "plugins/io/Cargo.toml"].contains(&&*manifest) { "" } else { allowed };
            for name in dependencies(&text.parse().unwrap()) {
                let is_tool = name == "avocet-build-npm" || name == "avocet-io" && folder == "plugins" && !allowed.is_empty();
                if (name == "avocet" || name.starts_with("avocet-")) && name != allowed && !is_tool {
                    let line = text.lines().position(|line| line.starts_with(&name)).map_or(1, |at| at + 1);
                    let rule = if allowed.is_empty() { "no crate of this workspace" } else { "`avocet-plugin` only, of this workspace" };
                    breaches.push(format!("{manifest}:{line}: it depends on `{name}`, and may depend on {rule}"));
                }
            }
        }
    }
    refuse("a plugin depends on `avocet-plugin` only, a theme and `avocet-plugin` itself on no crate of this workspace", &breaches);
}

#[test]
fn a_file_has_a_comment_and_at_most_400_lines() {
    let mut breaches = Vec::new();
    for source in ["src", "plugins", "themes", "tests"].into_iter().flat_map(sources) {
        if !source.text.starts_with("//!") {
            breaches.push(format!("{}:1: a file begins with `//!`: what goes in, what comes out, what is invariant", source.path));
        }
        let long = source.code.trim_end().lines().count();
        if long > MOST_LINES && !source.path.starts_with("tests/") {
            breaches.push(format!(
                "{}:{long}: {long} lines without its tests, and {MOST_LINES} is the most: is it still one idea?",
                source.path
            ));
        }
    }
    refuse("a file begins with `//!` and has at most 400 lines", &breaches);
}

#[test]
fn the_document_names_every_module_and_no_missing_file() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut breaches = Vec::new();
    for (layer, name) in LAYERS.iter().enumerate().flat_map(|(layer, modules)| modules.iter().map(move |module| (layer, module))) {
        let row = format!("| {layer} | `{}` |", name.trim_start_matches("stages::"));
        if !text.contains(&row) {
            breaches.push(format!("ARCHITECTURE.md:1: its table of modules has no row `{row} …`"));
        }
    }
    for folder in ["plugins", "themes"] {
        for manifest in files(folder).iter().filter(|path| path.ends_with("/Cargo.toml")) {
            let folder = manifest.trim_end_matches("Cargo.toml");
            if !text.contains(&format!("`{folder}`")) {
                breaches.push(format!("ARCHITECTURE.md:1: it does not name `{folder}`"));
            }
        }
    }
    let tops = ["src/", "plugins/", "themes/", "tests/", "content/", "includes/", "templates/", ".ci/"];
    for (line, text) in lines(&text) {
        let quoted = text.split('`').skip(1).step_by(2);
        // Capitals and signs stand for a name to be filled in: `plugins/NAME/`.
        let plain =
            |path: &&str| tops.iter().any(|top| path.starts_with(top)) && !path.contains(|c: char| c.is_uppercase() || "*{ ".contains(c));
        for path in quoted.filter(plain).filter(|path| !root().join(path).exists()) {
            breaches.push(format!("ARCHITECTURE.md:{line}: `{path}` does not exist"));
        }
    }
    refuse("ARCHITECTURE.md names every module, and no file that does not exist", &breaches);
}

#[test]
fn the_scanner_sees_only_code() {
    let text = "use crate::{a::b, c};\n// crate::x\n/* crate::y */ let s = \"crate::z \\\" //\"; let c = '\"'; crate::d::e();\n\
                let r = r#\"crate::r\"#; super::super::f::g(); fn l<'a>() {}\n#[cfg(test)]\nmod tests { use crate::t; }\n";
    let source = Source { path: "src/stages/read/date.rs".into(), text: text.into(), code: code(text) };
    let found: Vec<(usize, String)> = imports(&source);
    let expected = [(1, "a::b"), (1, "c"), (3, "d::e"), (4, "stages::f::g")].map(|(line, path)| (line, path.to_owned()));
    assert_eq!(found, expected);
    assert!(holds("fs::read(x)", "fs::") && !holds("diffs::read(x)", "fs::") && !holds("eprintln!()", "println!"));
}

/// Fails with all breaches of a rule.
#[track_caller]
fn refuse(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "\nRule: {rule}.\nBroken here:\n  {}\n", breaches.join("\n  "));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files in a folder of the repository, sorted, without those of npm and Cargo.
fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if !entry.file_type().unwrap().is_dir() {
                found.push(path.to_str().unwrap().replace('\\', "/"));
            } else if !matches!(entry.file_name().to_str(), Some("node_modules" | "target")) {
                open.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources(folder: &str) -> Vec<Source> {
    let read = |path: String| {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        Source { code: code(&text), path, text }
    };
    files(folder).into_iter().filter(|path| path.ends_with(".rs")).map(read).collect()
}

/// The path of the module in a file of `src/`.
fn path_of_module(path: &str) -> Vec<&str> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    inner.trim_end_matches("/mod").split('/').collect()
}

/// The module with a layer that a file of `src/` belongs to. `lib.rs` and `stages/mod.rs` belong to none.
fn module_of_file(path: &str) -> Option<String> {
    if !path.starts_with("src/") || matches!(path, "src/lib.rs" | "src/stages/mod.rs") {
        return None;
    }
    let module = path_of_module(path);
    let depth = if module[0] == "stages" { 2 } else { 1 };
    Some(module[..depth].join("::"))
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The layer of the module that a path of the crate is in.
fn layer_of_import(path: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.iter().any(|module| is_inside(path, module)))
}

/// Whether a path is a module or something in it.
fn is_inside(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Paths of the crate that a file names, from its root: `crate::a::b`, `super::…` out of the module, `avocet::…` in `main.rs`.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let module = path_of_module(&source.path);
    let mut found = Vec::new();
    for start in ["crate::", "avocet::", "super::"] {
        for (at, _) in source.code.match_indices(start) {
            let before = &source.code[..at];
            if before.ends_with(|c: char| is_word(c) || c == ':') {
                continue;
            }
            let mut above = 0;
            let mut rest = &source.code[at..];
            while let Some(left) = rest.strip_prefix("super::") {
                (above, rest) = (above + 1, left);
            }
            let rest = rest.strip_prefix("crate::").or_else(|| rest.strip_prefix("avocet::")).unwrap_or(rest);
            let base = if above == 0 { &[][..] } else { &module[..module.len().saturating_sub(above)] };
            let line = before.matches('\n').count() + 1;
            found.extend(heads(rest).into_iter().map(|head| (line, [base, &[&*head]].concat().join("::"))));
        }
    }
    found.sort();
    found
}

/// Names of all dependencies of a manifest, of every kind and target.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let mut names = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            names.extend(
                table.iter().map(|(name, value)| value.get("package").and_then(|package| package.as_str()).unwrap_or(name).to_owned()),
            );
        } else {
            names.extend(dependencies(table));
        }
    }
    names
}
