//! Filters of templates, besides Tera's own.

use avocet_plugin::html;
use jiff::fmt::strtime::{BrokenDownTime, format};
use tera::{Kwargs, State, Tera, Value};

/// The format of dates in British English: 26 June 2022.
const DAY: &str = "%-d %B %Y";

/// Words that are read in a minute: what most readers manage on a screen.
const WORDS_A_MINUTE: usize = 220;

/// Adds `date`, `striptags`, `json`, `absolute`, `in_site` and `reading_time`.
pub(super) fn register(tera: &mut Tera, url: String, base: String) {
    tera.register_filter("date", date);
    tera.register_filter("striptags", |html: &str, _: Kwargs, _: &State| html::text(html));
    tera.register_filter("json", json);
    tera.register_filter("reading_time", |html: &str, _: Kwargs, _: &State| words(html).div_ceil(WORDS_A_MINUTE).max(1) as u64);
    let path = base.clone();
    tera.register_filter("in_site", move |address: &str, _: Kwargs, _: &State| in_site(address, &path));
    tera.register_filter("absolute", move |address: &str, _: Kwargs, _: &State| absolute(address, &url, &base));
}

/// A date of a page value, in the format of strftime.
fn date(value: &str, options: Kwargs, _: &State) -> tera::TeraResult<String> {
    let wanted = options.get::<&str>("format")?.unwrap_or(DAY);
    let date = BrokenDownTime::parse("%Y-%m-%dT%H:%M:%S%:z", value)
        .and_then(|parts| parts.to_zoned())
        .map_err(|_| tera::Error::message(format!("`{value}` is not a date such as 2022-06-26T12:00:00+01:00")))?;
    format(wanted, &date).map_err(|error| tera::Error::message(format!("`{wanted}` is not a date format: {error}")))
}

/// JSON that is safe inside `<script>`.
fn json(value: &Value, _: Kwargs, _: &State) -> tera::TeraResult<Value> {
    let text = serde_json::to_string(value).map_err(tera::Error::message)?;
    Ok(Value::safe_string(&html::json_in_script(&text)))
}

/// Words of HTML outside of blocks of code.
fn words(html: &str) -> usize {
    html::count_words(html, |element| element == "pre")
}

/// An address as settings write it, from the root of the site, with the site's base path.
fn in_site(address: &str, base: &str) -> String {
    let rooted = address.starts_with('/') && !address.starts_with("//");
    if rooted { format!("{base}{address}") } else { address.to_owned() }
}

/// An address of the site with its host.
fn absolute(address: &str, url: &str, base: &str) -> String {
    if !address.starts_with('/') || address.starts_with("//") {
        return address.to_owned();
    }
    let host = url.strip_suffix(base).unwrap_or(url);
    format!("{host}{address}")
}

#[cfg(test)]
mod tests {
    use super::{absolute, in_site, words};

    #[test]
    fn an_address_of_a_setting_gets_the_base_path() {
        assert_eq!(in_site("/a.html", "/notes"), "/notes/a.html");
        assert_eq!(in_site("https://x.org/a", "/notes"), "https://x.org/a");
    }

    #[test]
    fn words_are_counted_outside_of_tags_and_code() {
        assert_eq!(words("<p class=\"a b\">One <b>two</b> three.</p>\n<pre><code>let x = 1;</code></pre> four"), 4);
        assert_eq!(words("no tag, and one left open <p"), 6);
        assert_eq!(words(""), 0);
    }

    #[test]
    fn an_address_gets_the_host_and_keeps_the_base_path_once() {
        assert_eq!(absolute("/notes/a.html", "https://x.org/notes", "/notes"), "https://x.org/notes/a.html");
        assert_eq!(absolute("/a.html", "https://x.org", ""), "https://x.org/a.html");
        assert_eq!(absolute("https://y.org/", "https://x.org", ""), "https://y.org/");
    }
}
