//! Where figures and days stand on a chart, and which of them its axes name.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Round numbers from 0 to at least `greatest`, about five steps of 1, 2 or 5 times a power of ten.
pub(super) fn figures(greatest: u64) -> Vec<u64> {
    let rough = greatest.div_ceil(5).max(1);
    let power = 10_u64.pow(rough.ilog10());
    let step = [1, 2, 5, 10].into_iter().map(|times| times * power).find(|step| *step >= rough).unwrap_or(10 * power);
    (0..=greatest.div_ceil(step).max(1)).map(|nth| step.saturating_mul(nth)).collect()
}

/// First days of years or months from `first` to `last`, at most eight, with what they are called.
pub(super) fn days(first: Date, last: Date) -> Vec<(Date, String)> {
    let months = i32::from(last.year() - first.year()) * 12 + i32::from(last.month()) - i32::from(first.month());
    if months >= 24 {
        let every = i16::try_from((months / 12 + 1).div_euclid(8) + 1).unwrap_or(i16::MAX);
        let years = (first.year()..=last.year()).filter(|year| (year - first.year()) % every == 0);
        return years.map(|year| (date(year, 1, 1), year.to_string())).filter(|(day, _)| *day >= first && *day <= last).collect();
    }
    let every = usize::try_from(months / 8 + 1).unwrap_or(1);
    let from = first.first_of_month();
    let starts = from.series(1.month()).step_by(every).take_while(|day| *day <= last).filter(|day| *day >= first);
    starts.map(|day| (day, day.strftime("%b %Y").to_string())).collect()
}

/// Days from `first` to `day`.
pub(super) fn since(first: Date, day: Date) -> f64 {
    f64::from(first.until(day).map_or(0, |span| span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_name_round_numbers_and_few_days() {
        assert_eq!(figures(0), [0, 1]);
        assert_eq!(figures(u64::MAX).last(), Some(&u64::MAX));
        assert_eq!(figures(7), [0, 2, 4, 6, 8]);
        assert_eq!(figures(1234), [0, 500, 1000, 1500]);
        let names = |first, last| days(first, last).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names(date(2018, 5, 2), date(2022, 6, 26)), ["2019", "2020", "2021", "2022"]);
        assert_eq!(names(date(2022, 1, 2), date(2022, 4, 1)), ["Feb 2022", "Mar 2022", "Apr 2022"]);
        assert!(names(date(1970, 1, 1), date(2026, 1, 1)).len() <= 8);
    }
}
