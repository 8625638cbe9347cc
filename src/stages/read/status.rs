//! Whether a source is published: its `status`, and the keys with which other engines hold a post back.
//!
//! Invariant: a key of that family holds the post back, changes nothing, or is an error. None counts as the author's own key.

use avocet_plugin::{Diagnostic, Field, Status, codes, suggest};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::date;
use super::fields::{Fields, plain};

/// What a key of another engine means.
#[derive(Clone, Copy)]
enum Meaning {
    /// If it is true, the post is a draft.
    Draft,
    /// If it is false, the post is a draft. A date there is the day of publication.
    Public,
    /// If it is true, the page stands in no list.
    Unlisted,
    /// If it is false, the page stands in no list.
    Listed,
    /// It means one thing here and another there: it is an error if it is true.
    Unclear,
    /// An error if it is false.
    UnclearIfFalse,
    /// The day from which the post is online.
    PublishDate,
    /// The day until which it is.
    ExpiryDate,
    /// Who may see it.
    Visibility,
    /// Hugo's map of what is made of a page.
    Build,
}

/// Keys of other engines, without `-` and `_`.
const FOREIGN: [(&str, Meaning); 29] = [
    ("draft", Meaning::Draft),
    ("isdraft", Meaning::Draft),
    ("unpublished", Meaning::Draft),
    ("private", Meaning::Draft),
    ("published", Meaning::Public),
    ("publish", Meaning::Public),
    ("public", Meaning::Public),
    ("unlisted", Meaning::Unlisted),
    ("eleventyexcludefromcollections", Meaning::Unlisted),
    ("listed", Meaning::Listed),
    ("hidden", Meaning::Unclear),
    ("headless", Meaning::Unclear),
    ("password", Meaning::Visibility),
    ("visibility", Meaning::Visibility),
    ("render", Meaning::UnclearIfFalse),
    ("permalink", Meaning::UnclearIfFalse),
    ("publishdate", Meaning::PublishDate),
    ("pubdate", Meaning::PublishDate),
    ("datepublished", Meaning::PublishDate),
    ("publishedat", Meaning::PublishDate),
    ("publishat", Meaning::PublishDate),
    ("publishon", Meaning::PublishDate),
    ("expirydate", Meaning::ExpiryDate),
    ("expires", Meaning::ExpiryDate),
    ("expiry", Meaning::ExpiryDate),
    ("expiredate", Meaning::ExpiryDate),
    ("expirationdate", Meaning::ExpiryDate),
    ("unpublishdate", Meaning::ExpiryDate),
    ("build", Meaning::Build),
];

/// The meaning of a key, whatever its spelling: `publishDate`, `publish_date`.
fn meaning(key: &str) -> Option<Meaning> {
    let bare: String = key.chars().filter(|c| !matches!(c, '-' | '_')).collect::<String>().to_lowercase();
    FOREIGN.iter().find(|(known, _)| *known == bare).map(|(_, meaning)| *meaning)
}

/// The value that publishes the post, if this is a key such as `draft: true` that makes a draft of it.
#[must_use]
pub fn release(field: &Field) -> Option<&'static str> {
    match (meaning(&field.key)?, truth(&field.value)?) {
        (Meaning::Draft, true) => Some("false"),
        (Meaning::Public, false) => Some("true"),
        _ => None,
    }
}

/// Whether it is a key of the family, which is nobody's own. A `permalink` that is no `false` is not.
pub(super) fn is_foreign(field: &Field) -> bool {
    match meaning(&field.key) {
        Some(Meaning::UnclearIfFalse) => truth(&field.value) == Some(false),
        Some(Meaning::Build) => field.value.is_object(),
        other => other.is_some(),
    }
}

/// Whether a key with this value, as it is written, keeps a page from being published like any other. Prose that begins `Password: ` or
/// `Published: ` and goes on in words or with a date does not.
pub(super) fn withholds(key: &str, value: &str) -> bool {
    let truth = truth(&Value::from(value));
    let is_word = !value.is_empty() && !value.contains(char::is_whitespace);
    match meaning(key) {
        None => key.eq_ignore_ascii_case("status") && WITHHELD.contains(&&*value.to_lowercase()),
        Some(Meaning::Draft | Meaning::Unlisted | Meaning::Unclear) => truth == Some(true),
        Some(Meaning::Public | Meaning::Listed | Meaning::UnclearIfFalse) => truth == Some(false),
        Some(Meaning::PublishDate | Meaning::ExpiryDate) => date::parse(value, &TimeZone::UTC).is_ok(),
        Some(Meaning::Visibility) => is_word && !value.eq_ignore_ascii_case("public"),
        Some(Meaning::Build) => key.starts_with('_') || value.starts_with('{'),
    }
}

/// Values of `status` here and elsewhere with which no list shows a page.
const WITHHELD: [&str; 8] = ["draft", "hidden", "skip", "private", "pending", "unpublished", "scheduled", "future"];

/// The status of a source; `None` for `skip`.
pub(super) fn status(fields: &mut Fields, zone: &TimeZone) -> Option<Status> {
    let written = match written(fields) {
        Some(Written::Skip) => return None,
        Some(Written::Status(status)) => Some(status),
        None => None,
    };
    let mut held = None;
    let mut errors = Vec::new();
    for field in fields.left().iter().filter(|field| is_foreign(field)) {
        match judge(field, fields, zone) {
            Ok(None) => {}
            Ok(Some(status)) if written.is_none_or(|written| written == status || written == Status::Draft) => {
                held = if held == Some(Status::Draft) { held } else { Some(status) };
            }
            Ok(Some(_)) => {
                let error = codes::UNCLEAR_STATUS.report(format!("`{}` contradicts `status`", fields.written_key(field)));
                errors.push((field.key.clone(), error.help("keep one of them")));
            }
            Err(error) => errors.push((field.key.clone(), error)),
        }
    }
    for (key, error) in errors {
        fields.say_at(&key, error);
    }
    Some(written.or(held).unwrap_or(Status::Published))
}

/// What the key `status` says.
enum Written {
    Status(Status),
    Skip,
}

fn written(fields: &mut Fields) -> Option<Written> {
    let status = fields.text_or_empty("status")?;
    let error = match status.to_lowercase().as_str() {
        "published" => return Some(Written::Status(Status::Published)),
        "draft" => return Some(Written::Status(Status::Draft)),
        "hidden" => return Some(Written::Status(Status::Hidden)),
        "skip" => return Some(Written::Skip),
        "" => codes::UNKNOWN_STATUS.report("`status` is empty"),
        _ => {
            let near = suggest(&status, ["published", "draft", "hidden", "skip"]);
            codes::UNKNOWN_STATUS
                .report(format!("there is no status `{status}`"))
                .label(near.map_or(String::new(), |near| format!("did you mean `{near}`?")))
        }
    };
    fields.say_at("status", error.help("write published, draft, hidden or skip, or remove the key"));
    // A placeholder, so that all errors of the file are reported in one run: a page with errors is not made.
    Some(Written::Status(Status::Draft))
}

/// What a key of another engine says of the status; `None` if nothing but what is so anyway.
fn judge(field: &Field, fields: &Fields, zone: &TimeZone) -> Result<Option<Status>, Diagnostic> {
    let key = fields.written_key(field);
    let truth = truth(&field.value);
    let unclear = |message: String, help: &str| Err(codes::UNCLEAR_STATUS.report(message).help(help));
    let yes_or_no = || unclear(format!("`{key}` is neither yes nor no"), "write `status: draft`, or remove the line to publish it");
    match meaning(&field.key) {
        None => Ok(None),
        Some(Meaning::Draft) => truth.map_or_else(yes_or_no, |truth| Ok(truth.then_some(Status::Draft))),
        Some(Meaning::Unlisted) => truth.map_or_else(yes_or_no, |truth| Ok(truth.then_some(Status::Hidden))),
        Some(Meaning::Listed) => truth.map_or_else(yes_or_no, |truth| Ok((!truth).then_some(Status::Hidden))),
        Some(Meaning::Public) => match truth {
            Some(truth) => Ok((!truth).then_some(Status::Draft)),
            None if date::parse(&plain(&field.value), zone).is_ok() => publish_date(field, fields, zone),
            None => yes_or_no(),
        },
        Some(Meaning::Unclear) if truth == Some(false) => Ok(None),
        Some(Meaning::Unclear | Meaning::UnclearIfFalse) => unclear(
            format!("`{key}` could mean that the page is not made, or only that no list shows it"),
            "write `status: draft` for the first, `status: hidden` for the second",
        ),
        Some(Meaning::PublishDate) => publish_date(field, fields, zone),
        Some(Meaning::ExpiryDate) => unclear(
            format!("`{key}` does not take a post down: Avocet would keep it online"),
            "remove the line, and write `status: draft` when the post should go",
        ),
        Some(Meaning::Visibility) if matches!(plain(&field.value).trim(), "" | "public") => Ok(None),
        Some(Meaning::Visibility) => unclear(
            format!("`{key}` keeps nobody out: everybody can read what Avocet publishes"),
            "write `status: draft`, or remove the line to publish it",
        ),
        Some(Meaning::Build) => unclear(
            format!("Avocet does not know `{key}`, which tells Hugo what to make of the page"),
            "write `status: draft`, `status: hidden` or `status: skip`, or remove it to publish the page",
        ),
    }
}

/// A day of publication that is not after the date changes nothing. Any other would have to be compared with the clock.
fn publish_date(field: &Field, fields: &Fields, zone: &TimeZone) -> Result<Option<Status>, Diagnostic> {
    let date = |value: &Value| date::parse(plain(value).trim(), zone).ok();
    let from = date(&field.value);
    let dated = fields.left().iter().find(|field| field.key == "date").and_then(|field| date(&field.value));
    if from.is_some() && from <= dated || plain(&field.value).trim().is_empty() {
        return Ok(None);
    }
    let day = from.map_or_else(|| "2022-06-26".to_owned(), |date| date.strftime("%Y-%m-%d").to_string());
    Err(codes::UNCLEAR_STATUS
        .report(format!("`{}` does not hold a post back", fields.written_key(field)))
        .help(format!("write the day as `date: {day}`: with `future = \"hold\"` in [articles], the post waits for it")))
}

/// Yes or no, however it is spelt.
fn truth(value: &Value) -> Option<bool> {
    match plain(value).trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "t" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "f" | "0" => Some(false),
        _ => None,
    }
}
