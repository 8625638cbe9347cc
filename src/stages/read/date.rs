//! Dates of front matter: ISO 8601 in, a date with a time zone out. What could mean two days is an error that shows the ISO form.

use avocet_plugin::Date;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

/// The date that `text` gives; one without a zone is in `zone`.
///
/// # Errors
/// What to write instead, as the help of a diagnostic.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Result<Date, String> {
    let text = text.trim().replacen('_', " ", 1);
    let in_zone = |local: DateTime| local.to_zoned(zone.clone()).map_err(|error| error.to_string());
    if let Ok(date) = text.parse::<Date>() {
        return Ok(date);
    }
    let compact = text.replacen(" +", "+", 1).replacen(" -", "-", 1).replacen(" Z", "Z", 1);
    for (format, text) in [("%Y-%m-%dT%H:%M:%S%.f%:z", &compact), ("%Y-%m-%d %H:%M:%S%.f%:z", &compact), ("%Y-%m-%d %H:%M%:z", &compact)] {
        let with_offset = |format: &str| BrokenDownTime::parse(format, text).and_then(|parts| parts.to_zoned());
        let plain = format.replace("%:z", "%z");
        if let Ok(date) = with_offset(format).or_else(|_| with_offset(&plain)) {
            return Ok(date);
        }
    }
    if let Some(local) = text.strip_suffix('Z') {
        if let Ok(local) = local.trim().parse::<DateTime>() {
            return local.to_zoned(TimeZone::UTC).map_err(|error| error.to_string());
        }
    } else if iso(&text) {
        return match text.parse::<DateTime>() {
            Ok(local) => in_zone(local),
            Err(_) => Err(format!("{}; write it as in 2022-06-26 or 2022-06-26 14:30", out_of_calendar(&text))),
        };
    }
    Err(fix(&text))
}

/// Why a date that has the form of one is none.
fn out_of_calendar(text: &str) -> String {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<i16>().ok()).unwrap_or_default();
    let (year, month, day) = (number(0..4), i8::try_from(number(5..7)).unwrap_or_default(), number(8..10));
    match jiff::civil::Date::new(year, month, 1) {
        Ok(first) if day < 1 || day > i16::from(first.days_in_month()) => {
            format!("{} has {} days", first.strftime("%B %Y"), first.days_in_month())
        }
        Ok(_) => "an hour is 00 to 23, a minute 00 to 59".to_owned(),
        Err(_) => "a month is 01 to 12".to_owned(),
    }
}

/// Whether it has the form of ISO 8601: four digits, two, two, and perhaps a time.
pub(super) fn iso(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    digits(0..4) && digits(5..7) && digits(8..10) && bytes[4] == b'-' && bytes[7] == b'-' && !text[10..].contains(['+', '['])
}

/// What the author may have meant, in ISO form.
fn fix(text: &str) -> String {
    let text = &without_ordinal(text);
    let read = |format: &str| BrokenDownTime::parse(format, text).and_then(|parts| parts.to_date()).ok();
    for formats in ["/", ".", "-", " "].into_iter().filter(|separator| text.contains(*separator)) {
        let day_first = read(&["%d", "%m", "%Y"].join(formats));
        let month_first = read(&["%m", "%d", "%Y"].join(formats));
        match (day_first, month_first) {
            (Some(day), Some(month)) if day != month => {
                return format!("write {day} for {}, or {month} for {}", day.strftime("%-d %B %Y"), month.strftime("%-d %B %Y"));
            }
            (Some(date), _) | (_, Some(date)) => return format!("write {date}"),
            _ => {}
        }
    }
    for format in ["%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%a, %d %b %Y", "%d %B, %Y"] {
        if let Some(date) = read(format) {
            return format!("write {date}");
        }
    }
    "write the year, the month and the day, as in 2022-06-26, or with a time, as in 2022-06-26 14:30".into()
}

/// `26th June 2022` as `26 June 2022`.
fn without_ordinal(text: &str) -> String {
    let plain = |word: &str| {
        let digits = word.trim_end_matches(',');
        let number = ["st", "nd", "rd", "th"].iter().find_map(|ending| digits.strip_suffix(ending));
        number
            .filter(|number| number.parse::<u8>().is_ok())
            .map_or_else(|| word.to_owned(), |number| number.to_owned() + &word[digits.len()..])
    };
    text.split(' ').map(plain).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn london(text: &str) -> Result<String, String> {
        let zone = TimeZone::get("Europe/London").unwrap();
        parse(text, &zone).map(|date| date.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
    }

    #[test]
    fn iso_dates_are_read_with_and_without_time_and_zone() {
        for (text, expected) in [
            ("2022-06-12", "2022-06-12T00:00:00+01:00"),
            ("2022-06-12 12:00:00", "2022-06-12T12:00:00+01:00"),
            ("2022-01-12T12:00", "2022-01-12T12:00:00+00:00"),
            ("2022-06-12T12:00:00Z", "2022-06-12T12:00:00+00:00"),
            ("2022-06-12 12:00:00 +0530", "2022-06-12T12:00:00+05:30"),
            ("2022-06-12T12:00:00+01:00", "2022-06-12T12:00:00+01:00"),
            ("2022-06-12 12:00 -08:00", "2022-06-12T12:00:00-08:00"),
            ("2010-12-03_10:20", "2010-12-03T10:20:00+00:00"),
        ] {
            assert_eq!(london(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_date_that_could_be_two_days_is_refused_with_both() {
        let fix = london("03/12/2010").unwrap_err();
        assert_eq!(fix, "write 2010-12-03 for 3 December 2010, or 2010-03-12 for 12 March 2010");
    }

    #[test]
    fn a_date_in_another_form_is_refused_with_the_iso_form() {
        for text in ["13/03/2010", "13 March 2010", "13th March 2010", "March 13th, 2010", "March 13, 2010", "2010/03/13", "20100313"] {
            assert_eq!(london(text).unwrap_err(), "write 2010-03-13", "{text}");
        }
        for text in ["2010-12", "2010", "Friday", "5", "today", ""] {
            assert!(london(text).unwrap_err().starts_with("write the year"), "{text}");
        }
        for (text, why) in [("2010-13-45", "a month"), ("2010-02-30", "February 2010 has 28 days"), ("2010-02-03 25:00", "an hour")] {
            assert!(london(text).unwrap_err().starts_with(why), "{text}");
        }
    }
}
