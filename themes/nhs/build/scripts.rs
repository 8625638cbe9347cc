//! The scripts: the theme's `js/*.js`, each bundled with the components of nhsuk-frontend that it imports, by esbuild.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The licence asks for its notice with every copy; the whole of it stands in the stylesheet.
const NOTICE: &str = "/*! nhsuk-frontend 10.6.1 | MIT Licence | Copyright (c) 2019 NHS England | the notice stands in nhs.css */";

/// Name and file of each script, from the package's folder, the folder of the theme's own and the folder to write to.
pub(crate) fn scripts(package: &Path, own: &Path, out: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    let modules = package.parent().ok_or("the package has no folder above it")?;
    let esbuild = modules.join("esbuild/bin/esbuild");
    if !esbuild.exists() {
        return Err(format!("esbuild, which bundles the theme's scripts, is not in {}: install it there", modules.display()).into());
    }
    let mut scripts = Vec::new();
    for entry in fs::read_dir(own)? {
        let source = entry?.path();
        let name = source.file_name().and_then(|name| name.to_str()).ok_or("a script's name is not UTF-8")?.to_owned();
        let bundle = out.join(&name);
        let output = Command::new("node")
            .arg(&esbuild)
            .arg(&source)
            .args(["--bundle", "--minify", "--format=esm", "--target=es2020", "--legal-comments=none", "--log-level=warning"])
            .arg(format!("--banner:js={NOTICE}"))
            .arg(format!("--outfile={}", bundle.display()))
            .env("NODE_PATH", modules)
            .output()
            .map_err(|error| format!("could not start node, which runs esbuild: {error}"))?;
        if !output.status.success() {
            return Err(format!("esbuild could not bundle {name}:\n{}", String::from_utf8_lossy(&output.stderr)).into());
        }
        scripts.push((name, bundle));
    }
    scripts.sort();
    Ok(scripts)
}
