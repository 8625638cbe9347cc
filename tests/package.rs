//! What the crates of the workspace hand on: each says who it is, has its licence and what it embeds, and nothing that only the
//! repository needs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The crates of the workspace, as Cargo sees them.
fn crates() -> Vec<Value> {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"])).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn every_crate_says_who_it_is() {
    let crates = crates();
    assert!(crates.len() >= 5);
    let mut missing = Vec::new();
    for package in &crates {
        for key in ["description", "license", "readme", "repository", "rust_version"] {
            if package[key].as_str().is_none_or(str::is_empty) {
                missing.push(format!("{}: {key}", package["name"]));
            }
        }
        for key in ["keywords", "categories"] {
            let number = package[key].as_array().map_or(0, Vec::len);
            if !(1..=5).contains(&number) {
                missing.push(format!("{}: {number} {key}", package["name"]));
            }
        }
        if package["version"] != env!("CARGO_PKG_VERSION") {
            missing.push(format!("{}: version {}", package["name"], package["version"]));
        }
        // Without a version a crate of the workspace cannot be handed on by one that depends on it.
        for dependency in package["dependencies"].as_array().unwrap() {
            if dependency["path"].is_string() && dependency["req"] == "*" {
                missing.push(format!("{}: the version of {}", package["name"], dependency["name"]));
            }
        }
    }
    assert!(missing.is_empty(), "not said in the manifests:\n{}", missing.join("\n"));
}

#[test]
fn a_package_has_what_it_embeds_and_no_more() {
    let only_here = ["tests/", "benches/", ".ci/", "node_modules/", "public/", "target/", "shared/", ".cache/"];
    for package in crates() {
        let name = package["name"].as_str().unwrap();
        let list = cargo(&["package", "--list", "--allow-dirty", "--offline", "--package", name]);
        let files: Vec<&str> = list.lines().collect();
        let needs: &[&str] = match name {
            "avocet" => {
                &["src/main.rs", "action.yml", "scaffold/site.toml", "scaffold/.gitignore", "scaffold/.github/workflows/publish.yml"]
            }
            "avocet-theme-nhs" => {
                &["theme.toml", "build/main.rs", "package-lock.json", "css/1-page.css", "templates/base.html", "js/nhs.js"]
            }
            "avocet-stats" => &["build/main.rs", "package-lock.json", "assets/chart.js"],
            "avocet-search" => &["assets/search.js"],
            _ => &[],
        };
        for file in ["Cargo.toml", "LICENSE", "README.md", "src/lib.rs"].iter().chain(needs) {
            assert!(files.contains(file), "the package {name} has no {file}:\n{list}");
        }
        // Those of the repository's root, and none of the scaffold's.
        if let Some(file) =
            files.iter().find(|file| only_here.iter().any(|folder| file.starts_with(folder) || file.contains("node_modules/")))
        {
            panic!("the package {name} has {file}: it is of use in the repository only");
        }
        // One licence, whoever hands it on.
        let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
        assert_eq!(std::fs::read(folder.join("LICENSE")).unwrap(), include_bytes!("../LICENSE"), "{name}");
    }
}

/// A build script that watches what it writes itself runs again in every build, and all that depends on its crate is compiled again.
#[test]
fn no_build_script_watches_what_it_writes() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    // Of each crate the newest: what older builds left there says nothing.
    let mut outputs = BTreeMap::new();
    for folder in std::fs::read_dir(target.join("debug/build")).unwrap().flatten() {
        let (file, name) = (folder.path().join("output"), folder.file_name().into_string().unwrap());
        let Ok(written) = std::fs::metadata(&file).and_then(|metadata| metadata.modified()) else { continue };
        let newest = outputs.entry(name.rsplit_once('-').unwrap().0.to_owned()).or_insert((written, file.clone()));
        *newest = newest.clone().max((written, file));
    }
    outputs.retain(|name, _| name.starts_with("avocet-"));
    for (name, (_, file)) in &outputs {
        let output = std::fs::read_to_string(file).unwrap();
        let watched = output.lines().filter_map(|line| line.split_once("rerun-if-changed="));
        let own = watched.map(|(_, path)| path).find(|path| Path::new(path).starts_with(target));
        assert!(own.is_none(), "the build script of {name} watches {own:?}");
    }
    assert!(outputs.len() >= 2, "{outputs:?}");
}
