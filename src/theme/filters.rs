//! Filters of templates, besides Tera's own.

use jiff::fmt::strtime::{BrokenDownTime, format};
use tera::{Kwargs, State, Tera, Value};

use crate::markup::summary;

/// The format of dates in British English: 26 June 2022.
const DAY: &str = "%-d %B %Y";

/// Adds `date`, `striptags`, `json` and `absolute`.
pub(super) fn register(tera: &mut Tera, url: String, base: String) {
    tera.register_filter("date", date);
    tera.register_filter("striptags", |html: &str, _: Kwargs, _: &State| summary::plain_text(html));
    tera.register_filter("json", json);
    tera.register_filter("absolute", move |address: &str, _: Kwargs, _: &State| absolute(address, &url, &base));
}

/// A date of a page value, in the format of strftime.
fn date(value: &str, options: Kwargs, _: &State) -> tera::TeraResult<String> {
    let wanted = options.get::<&str>("format")?.unwrap_or(DAY);
    let date = BrokenDownTime::parse("%Y-%m-%dT%H:%M:%S%:z", value)
        .and_then(|parts| parts.to_zoned())
        .map_err(|_| tera::Error::message(format!("`{value}` is not a date such as 2022-06-26T12:00:00+01:00")))?;
    format(wanted, &date).map_err(|fault| tera::Error::message(format!("`{wanted}` is not a date format: {fault}")))
}

/// JSON that is safe inside `<script>`.
fn json(value: &Value, _: Kwargs, _: &State) -> tera::TeraResult<Value> {
    let text = serde_json::to_string(value).map_err(tera::Error::message)?;
    Ok(Value::safe_string(&text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")))
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
    use super::absolute;

    #[test]
    fn an_address_gets_the_host_and_keeps_the_base_path_once() {
        assert_eq!(absolute("/notes/a.html", "https://x.org/notes", "/notes"), "https://x.org/notes/a.html");
        assert_eq!(absolute("/a.html", "https://x.org", ""), "https://x.org/a.html");
        assert_eq!(absolute("https://y.org/", "https://x.org", ""), "https://y.org/");
    }
}
