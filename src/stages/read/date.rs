//! Dates of front matter: a date with a time zone out. A date that has one meaning is read, however it is written; one that could be two
//! days is an error that shows both.

use avocet_plugin::{Date, Diagnostic, codes};
use jiff::civil::{self, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};

/// Why a text is not a date.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DateError {
    /// The day is written first, or the month.
    TwoDays(civil::Date, civil::Date),
    /// It looks like a date, but the month does not have that day.
    NoSuchDay(civil::Date),
    NoSuchMonth,
    NoSuchTime,
    /// The day is another day of the week.
    Weekday(civil::Date),
    /// What follows the time is not a clear time zone.
    Zone(String),
    /// The year, the month or the day was not found.
    Form,
}

impl DateError {
    pub(super) fn diagnostic(&self, text: &str) -> Diagnostic {
        let form = "write the year, the month and the day, as in 2022-06-26, or with a time, as in 2022-06-26 14:30";
        let (what, help) = match self {
            Self::TwoDays(day, month) => {
                let (long, other) = (day.strftime("%-d %B %Y"), month.strftime("%-d %B %Y"));
                ("could be two different days", format!("write {day} for {long}, or {month} for {other}"))
            }
            Self::NoSuchDay(first) => {
                let month = first.strftime("%B %Y");
                ("is not a valid date", format!("{month} has {} days; write it as in 2022-06-26", first.days_in_month()))
            }
            Self::NoSuchMonth => ("is not a valid date", "a month is 01 to 12; write it as in 2022-06-26".to_owned()),
            Self::NoSuchTime => {
                ("does not have a valid time", "an hour is 00 to 23, a minute 00 to 59; write it as in 2022-06-26 14:30".to_owned())
            }
            Self::Weekday(date) => ("names the wrong day of the week", date.strftime("%-d %B %Y is a %A; write %Y-%m-%d").to_string()),
            Self::Zone(zone) => {
                let message = format!("`{zone}` in `{text}` is not a clear time zone");
                let help = "write the offset, as in 2022-06-26 14:30 +01:00, or leave it out to use the time zone of the site";
                return codes::BAD_DATE.report(message).help(help);
            }
            Self::Form => ("is not written as year-month-day", form.to_owned()),
        };
        codes::BAD_DATE.report(format!("`{text}` {what}")).help(help)
    }
}

/// Days with the year first, or the month as a word.
const CLEAR: [&str; 17] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%b-%d",
    "%Y-%B-%d",
    "%Y %b %d",
    "%Y %B %d",
    "%d %B %Y",
    "%d %b %Y",
    "%d %B, %Y",
    "%d-%b-%Y",
    "%d-%B-%Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%b %d %Y",
];
/// Days whose first number could be the day or the month.
const NUMBERS: [(&str, &str); 4] = [("%d/%m/%Y", "%m/%d/%Y"), ("%d.%m.%Y", "%m.%d.%Y"), ("%d-%m-%Y", "%m-%d-%Y"), ("%d %m %Y", "%m %d %Y")];
/// Days of the week, which have to be right.
const WEEKDAYS: [&str; 5] = ["", "%A, ", "%a, ", "%A ", "%a "];
const TIMES: [&str; 9] = ["%I:%M:%S %p", "%I:%M:%S%p", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p", "%H:%M:%S%.f", "%H:%M:%S", "%H:%M"];

/// The date that `text` gives; one without a zone is in `zone`.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Result<Date, DateError> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>() {
        return Ok(date);
    }
    let text = without_ordinals(&time_apart(text).replacen('_', " ", 1));
    let (day, rest) = day(&text)?;
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim_start_matches([' ', ',']);
    let (time, rest) = time(rest.strip_prefix("at ").unwrap_or(rest))?;
    let zone = named_zone(rest.trim(), zone)?;
    DateTime::from_parts(day, time).to_zoned(zone).map_err(|_| DateError::Form)
}

/// `2015-01-02-10:20` with a space before the time.
fn time_apart(text: &str) -> String {
    let parted = text.match_indices('-').nth(2).filter(|(at, _)| {
        let hour = text[at + 1..].split(':').next().unwrap_or_default();
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text[..*at].split('-').all(is_number) && is_number(hour) && hour.len() <= 2 && text[at + 1..].contains(':')
    });
    parted.map_or_else(|| text.to_owned(), |(at, _)| format!("{} {}", &text[..at], &text[at + 1..]))
}

/// The date that Pelican reads where a day has two meanings: the month is first if it can be, and a year of two digits is of this century up
/// to 69.
pub(super) fn as_pelican(text: &str, zone: &TimeZone) -> Option<Date> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '/' | '.')).unwrap_or(text.len());
    let numbers: Vec<u32> = text[..end].split(['-', '/', '.']).map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let [first, second, year] = numbers[..] else { return None };
    let (month, day) = if first <= 12 { (first, second) } else { (second, first) };
    let year = match year {
        0..=69 => 2000 + year,
        70..=99 => 1900 + year,
        _ => year,
    };
    parse(&format!("{year:04}-{month:02}-{day:02}{}", &text[end..]), zone).ok()
}

/// The day at the beginning, and what follows it.
fn day(text: &str) -> Result<(civil::Date, &str), DateError> {
    let read = |format: &str| {
        let mut formats = WEEKDAYS.iter().map(|weekday| format!("{weekday}{format}"));
        formats.find_map(|format| {
            let (parts, length) = BrokenDownTime::parse_prefix(&format, text).ok()?;
            let rest = text.get(length..).filter(|rest| rest.is_empty() || rest.starts_with([' ', 'T', 't', ',']))?;
            // Years of two digits have more than one meaning.
            Some((parts.to_date().ok().filter(|date| date.year() >= 1000)?, rest))
        })
    };
    if let Some(found) = CLEAR.iter().find_map(|format| read(format)) {
        return Ok(found);
    }
    for (day_first, month_first) in NUMBERS {
        match (read(day_first), read(month_first)) {
            (Some((day, _)), Some((month, _))) if day != month => return Err(DateError::TwoDays(day, month)),
            (Some(found), _) | (_, Some(found)) => return Ok(found),
            _ => {}
        }
    }
    let behind_weekday = text.split_once(' ').filter(|(word, _)| word.len() > 2 && word.chars().all(|c| c.is_alphabetic() || c == ','));
    match behind_weekday.map(|(_, rest)| day(rest)) {
        Some(Ok((date, _))) => Err(DateError::Weekday(date)),
        _ => Err(out_of_calendar(text)),
    }
}

/// Why something that looks like a day is not one.
fn out_of_calendar(text: &str) -> DateError {
    let mut numbers = text.splitn(3, ['-', '/', '.']).map(|part| {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..digits].parse::<i16>().ok()
    });
    let (Some(Some(year)), Some(Some(month)), Some(Some(day))) = (numbers.next(), numbers.next(), numbers.next()) else {
        return DateError::Form;
    };
    if year < 1000 {
        return DateError::Form;
    }
    let first = i8::try_from(month).ok().and_then(|month| civil::Date::new(year, month, 1).ok());
    match first {
        Some(first) if (1..=i16::from(first.days_in_month())).contains(&day) => DateError::Form,
        Some(first) => DateError::NoSuchDay(first),
        None => DateError::NoSuchMonth,
    }
}

/// The time at the beginning, and what follows it.
fn time(text: &str) -> Result<(Time, &str), DateError> {
    if text.is_empty() || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok((Time::midnight(), text));
    }
    let plain = ["a.m.", "p.m.", "A.M.", "P.M."].iter().find(|ending| text.ends_with(*ending));
    if plain.is_some() {
        let half = text.replace('.', "");
        return time(&half).and_then(|(time, rest)| if rest.is_empty() { Ok((time, "")) } else { Err(DateError::NoSuchTime) });
    }
    let read = |format: &&str| {
        let (parts, length) = BrokenDownTime::parse_prefix(format, text).ok()?;
        let rest = text.get(length..).filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.')))?;
        Some((parts.to_time().ok()?, rest))
    };
    match TIMES.iter().find_map(read) {
        Some((_, rest)) if ["am", "pm"].contains(&rest.trim().to_lowercase().as_str()) => Err(DateError::NoSuchTime),
        Some(found) => Ok(found),
        None => Err(DateError::NoSuchTime),
    }
}

/// The zone that is written behind a time, or the site's. Letters such as `EST` name several.
fn named_zone(text: &str, site: &TimeZone) -> Result<TimeZone, DateError> {
    if text.is_empty() {
        return Ok(site.clone());
    }
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Ok(TimeZone::UTC);
    }
    let known = || Err(DateError::Zone(text.to_owned()));
    let digits = |sign: i32, offset: &str| {
        let (hours, minutes) = offset.split_once(':').unwrap_or_else(|| offset.split_at(offset.len().min(2)));
        let number = |text: &str| text.chars().all(|c| c.is_ascii_digit()).then(|| text.parse::<i32>().unwrap_or_default());
        let seconds = sign * (number(hours)? * 3600 + number(minutes).filter(|minutes| *minutes < 60)? * 60);
        Offset::from_seconds(seconds).ok().filter(|_| (1..=2).contains(&hours.len()) && matches!(minutes.len(), 0 | 2))
    };
    let offset = match text.split_at_checked(1) {
        Some(("+", offset)) => digits(1, offset.trim()),
        Some(("-", offset)) => digits(-1, offset.trim()),
        _ => None,
    };
    let name = text.trim_matches(['[', ']']);
    match offset {
        Some(offset) => Ok(offset.to_time_zone()),
        None if name.contains('/') => TimeZone::get(name).or_else(|_| known()),
        None => known(),
    }
}

/// `26th June 2022` as `26 June 2022`.
fn without_ordinals(text: &str) -> String {
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

    fn london(text: &str) -> Result<String, DateError> {
        let zone = TimeZone::get("Europe/London").unwrap();
        parse(text, &zone).map(|date| avocet_plugin::rfc3339(&date))
    }

    #[test]
    fn iso_dates_are_read_with_and_without_time_and_zone() {
        for (text, expected) in [
            ("2022-06-12", "2022-06-12T00:00:00+01:00"),
            ("2022-06-12 12:00:00", "2022-06-12T12:00:00+01:00"),
            ("2022-06-12 12:00:00.123", "2022-06-12T12:00:00+01:00"),
            ("2022-01-12T12:00", "2022-01-12T12:00:00+00:00"),
            ("2022-06-12T12:00:00Z", "2022-06-12T12:00:00+00:00"),
            ("2022-06-12 12:00:00 +0530", "2022-06-12T12:00:00+05:30"),
            ("2022-06-12T12:00:00+01:00", "2022-06-12T12:00:00+01:00"),
            ("2022-06-12T12:00:00.5-01:00", "2022-06-12T12:00:00-01:00"),
            ("2022-06-12 12:00 -08:00", "2022-06-12T12:00:00-08:00"),
            ("2022-06-12 12:00 -08", "2022-06-12T12:00:00-08:00"),
            ("2022-06-12 12:00 UTC", "2022-06-12T12:00:00+00:00"),
            ("2022-06-12 12:00 Europe/Paris", "2022-06-12T12:00:00+02:00"),
            ("2022-06-12T12:00:00+02:00[Europe/Paris]", "2022-06-12T12:00:00+02:00"),
            ("2010-12-03_10:20", "2010-12-03T10:20:00+00:00"),
        ] {
            assert_eq!(london(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_date_with_one_meaning_is_read_however_it_is_written() {
        for text in [
            "13/03/2010",
            "03/13/2010",
            "13-03-2010",
            "13.3.2010",
            "13 March 2010",
            "13th March 2010",
            "March 13th, 2010",
            "March 13, 2010",
            "Mar 13 2010",
            "2010/03/13",
            "2010.3.13",
            "20100313",
            "2010-3-13",
            "2010-Mar-13",
            "13-Mar-2010",
            "Saturday, 13 March 2010",
            "Sat, 13 Mar 2010",
            "Sat 13 Mar 2010",
        ] {
            assert_eq!(london(text).as_deref(), Ok("2010-03-13T00:00:00+00:00"), "{text}");
        }
        for text in ["2010-03-13 4:00pm", "13 March 2010, 4 PM", "2010-03-13 at 4:00 pm", "03/13/2010 16:00", "2010-03-13 4:00 p.m."] {
            assert_eq!(london(text).as_deref(), Ok("2010-03-13T16:00:00+00:00"), "{text}");
        }
        assert_eq!(london("Sat, 13 Mar 2010 16:00:00 +0100").as_deref(), Ok("2010-03-13T16:00:00+01:00"));
        assert_eq!(london("3/3/2010").as_deref(), Ok("2010-03-03T00:00:00+00:00"));
    }

    #[test]
    fn pelican_reads_the_month_first_if_it_can() {
        let read = |text: &str| as_pelican(text, &TimeZone::UTC).map(|date| date.strftime("%Y-%m-%d %H:%M").to_string());
        for (text, date) in [
            ("03/12/2010", "2010-03-12 00:00"),
            ("08-02-21 15:00", "2021-08-02 15:00"),
            ("13-03-10", "2010-03-13 00:00"),
            ("3.12.1999 4:00pm", "1999-03-12 16:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(date), "{text}");
        }
        for text in ["2010-12", "Friday", "", "13-13-2010", "5"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(london("2015-01-02-10:20").as_deref(), Ok("2015-01-02T10:20:00+00:00"));
    }

    #[test]
    fn a_date_that_could_be_two_days_is_refused_with_both() {
        let (day, month) = (civil::date(2010, 12, 3), civil::date(2010, 3, 12));
        for text in ["03/12/2010", "3.12.2010", "03-12-2010", "03/12/2010 10:00"] {
            assert_eq!(london(text), Err(DateError::TwoDays(day, month)), "{text}");
        }
        let help = DateError::TwoDays(day, month).diagnostic("03/12/2010").help.unwrap();
        assert_eq!(help, "write 2010-12-03 for 3 December 2010, or 2010-03-12 for 12 March 2010");
    }

    #[test]
    fn what_is_no_date_is_refused_with_the_reason() {
        for text in ["2010-12", "2010", "Friday", "5", "today", "", "10-03-13", "13/03/10", "2010-03-13abc"] {
            assert_eq!(london(text), Err(DateError::Form), "{text}");
        }
        for (text, error) in [
            ("2010-13-45", DateError::NoSuchMonth),
            ("2010-02-30", DateError::NoSuchDay(civil::date(2010, 2, 1))),
            ("Friday, 13 March 2010", DateError::Weekday(civil::date(2010, 3, 13))),
            ("2010-02-03 25:00", DateError::NoSuchTime),
            ("2010-02-03 16:00pm", DateError::NoSuchTime),
            ("2010-02-03 10:00:99", DateError::NoSuchTime),
            ("2010-02-03 10:00 EST", DateError::Zone("EST".into())),
            ("2010-02-03 soon", DateError::Zone("soon".into())),
            ("2010-02-03 10:00 +99", DateError::Zone("+99".into())),
            ("2010-02-03 10:00 Mars/North", DateError::Zone("Mars/North".into())),
        ] {
            assert_eq!(london(text), Err(error), "{text}");
        }
    }
}
