//! Numbers, dates and counts in British English.

use jiff::civil::Date;

/// `1,234`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `26 June 2022`.
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `<time datetime="2022-06-26">26 June 2022</time>`.
pub(crate) fn time(date: Date) -> String {
    format!("<time datetime=\"{date}\">{}</time>", day(date))
}

/// `1 organisation`, `26 organisations`.
pub(crate) fn count(of: u64, noun: &str) -> String {
    let (one, many) = match noun {
        "repository" => ("repository", "repositories"),
        _ => (noun, ""),
    };
    let many = if many.is_empty() { format!("{noun}s") } else { many.to_owned() };
    format!("{} {}", number(of), if of == 1 { one } else { &many })
}

/// The size of a file in the text of a link: `14KB`, `1.2MB`.
pub(crate) fn size(bytes: usize) -> String {
    if bytes < 1024 * 1024 { format!("{}KB", bytes.div_ceil(1024)) } else { format!("{:.1}MB", bytes as f64 / (1024.0 * 1024.0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_dates_and_sizes_are_british() {
        assert_eq!((number(7).as_str(), number(1234).as_str(), number(1_234_567).as_str()), ("7", "1,234", "1,234,567"));
        assert_eq!(day(jiff::civil::date(2022, 6, 6)), "6 June 2022");
        assert_eq!((size(0).as_str(), size(14_000).as_str(), size(3_000_000).as_str()), ("0KB", "14KB", "2.9MB"));
        assert_eq!(
            (count(1, "repository").as_str(), count(2, "repository").as_str(), count(0, "organisation").as_str()),
            ("1 repository", "2 repositories", "0 organisations")
        );
    }
}
