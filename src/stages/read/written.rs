//! Values of the front matter that are used as they are written: slugs, aliases, languages and dialects.
//!
//! Invariant: a slug or an alias that passes here makes a URL that leads to the file that is written for it.

use avocet_plugin::{Dialect, codes, suggest};

use super::fields::Fields;
use crate::language;

/// Signs that end a path in a URL, begin an escape, or that a common disk refuses.
const NOT_IN_A_SLUG: [char; 10] = ['?', '#', '%', '\\', ':', '*', '"', '<', '>', '|'];

/// Reports a slug that a URL cannot have as it is.
pub(super) fn check_slug(fields: &mut Fields, slug: &str) {
    let sign = slug.chars().find(|sign| NOT_IN_A_SLUG.contains(sign) || sign.is_control());
    let why = match sign {
        Some(sign) => format!("a slug cannot have {sign:?} in it"),
        None if slug.split('/').any(|name| matches!(name, "" | "." | "..")) => {
            "a slug is a name, or names with one `/` between them; it cannot lead to another folder".to_owned()
        }
        None => return,
    };
    let help = "write letters, digits and hyphens, such as `slug: my-post`";
    fields.say_at("slug", codes::BAD_VALUE.report(why).help(help));
}

/// Reports aliases that no file can answer.
pub(super) fn check_aliases(fields: &mut Fields, aliases: &[String]) {
    for alias in aliases {
        let why = if alias.contains("://") || alias.starts_with("//") {
            "it names a host, and this site answers only for its own"
        } else if alias.contains(['?', '#']) {
            "it has a `?` or `#`, and a host does not look for a file of what follows"
        } else {
            continue;
        };
        let help = "write the path of the old URL, such as `/2021/old.html`; what a path cannot say, only the settings of your host can";
        fields.say_at("aliases", codes::BAD_VALUE.report(format!("`{alias}` cannot be an alias: {why}")).help(help));
    }
}

/// The dialect that a page names, else that of the site. Another name is reported.
pub(super) fn dialect(fields: &mut Fields, site: Dialect) -> Dialect {
    let Some(name) = fields.text("dialect") else { return site };
    Dialect::named(&name).unwrap_or_else(|| {
        let near = suggest(&name, Dialect::NAMES).map_or(String::new(), |near| format!("did you mean `{near}`?"));
        let error = codes::BAD_VALUE.report(format!("there is no dialect `{name}` of Markdown")).label(near);
        fields.say_at("dialect", error.help(format!("write one of: {}", Dialect::NAMES.join(", "))));
        site
    })
}

/// Warns of a language that browsers and screen readers do not know.
pub(super) fn check_language(fields: &mut Fields, lang: &str) {
    if fields.has("lang") && !language::is_code(lang) {
        let warning = codes::UNKNOWN_LANGUAGE.report(format!("`{lang}` is not the code of a language"));
        fields.say_at("lang", warning.help(language::help(lang)));
    }
}
