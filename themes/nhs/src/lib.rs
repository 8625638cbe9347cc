//! The NHS theme, embedded: templates, components, assets and settings, so that who has the binary needs neither Node nor a network.
//!
//! ```
//! let settings = avocet_theme_nhs::files().find(|(path, _)| *path == "theme.toml");
//! assert!(settings.is_some());
//! ```

/// Written by `build/main.rs`: sorted by path.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Every file of the theme, sorted by path: its path within the theme (`templates/base.html`, `assets/nhs.css`, `theme.toml`) and its bytes.
pub fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().copied()
}

#[cfg(test)]
#[path = "../build/css.rs"]
#[expect(dead_code, reason = "the build script is what calls it; its tests run from here")]
mod css;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_sorted_and_one_of_each() {
        let paths: Vec<_> = files().map(|(path, _)| path).collect();
        assert!(paths.is_sorted_by(|a, b| a < b), "{paths:?}");
    }

    #[test]
    fn every_template_that_the_blog_asks_for_is_there() {
        let asked = "home index article page tag category author year tags categories authors archives 404 redirect";
        for name in asked.split(' ') {
            let path = format!("templates/{name}.html");
            assert!(files().any(|(file, _)| file == path), "{path} is missing");
        }
    }

    #[test]
    fn the_stylesheet_names_its_licence_and_no_other_host() {
        let css = files().find(|(path, _)| *path == "assets/nhs.css").map(|(_, bytes)| String::from_utf8_lossy(bytes));
        let css = css.unwrap_or_default().replace("http://www.w3.org/2000/svg", "");
        assert!(css.contains("Copyright (c) 2019 NHS England"));
        assert!(!css.contains("http"), "an address in the stylesheet");
    }
}
