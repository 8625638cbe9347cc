//! [`History`] -> [`Chart`]: a step line for each organisation, in the order of the table. [`svg`] draws it without a script,
//! [`plotly`] says it to Plotly, [`page`] is the document that holds both.

pub(crate) mod page;
mod plotly;
mod scale;
pub(crate) mod script;
mod svg;

use jiff::civil::Date;

use avocet_plugin::slugify;

use crate::history::{History, Measure, Organisation};

/// The height of its frame in pixels, unless another is asked for.
pub(crate) const HEIGHT: u64 = 500;

/// Colours of lines: at least 3:1 on white (WCAG 1.4.11), which a test measures.
const COLOURS: [&str; 8] = ["#005eb8", "#d5281b", "#007f3b", "#7c2855", "#b35a00", "#330072", "#00767a", "#425563"];

/// Dashes of lines, so that colour is not alone: what Plotly calls them, and what SVG does.
const DASHES: [(&str, &str); 5] = [("solid", ""), ("dash", "9 4"), ("dot", "2 3"), ("dashdot", "9 4 2 4"), ("longdash", "16 5")];

/// A measure of all organisations over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chart {
    /// What is drawn.
    pub(crate) measure: Measure,
    /// The first and the last day.
    pub(crate) days: (Date, Date),
    /// The greatest figure.
    pub(crate) greatest: u64,
    /// In the order of the table.
    pub(crate) lines: Vec<Line>,
}

/// The line of one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The organisation.
    pub(crate) name: String,
    /// Its name in URLs.
    pub(crate) slug: String,
    /// Colour as CSS writes it.
    pub(crate) colour: &'static str,
    /// The dash, as Plotly and as SVG write it.
    pub(crate) dash: (&'static str, &'static str),
    /// Days with the figure that holds from each on; the last is the chart's last day.
    pub(crate) steps: Vec<(Date, u64)>,
}

impl Chart {
    /// The chart of a measure, if there is anything to draw.
    pub(crate) fn new(history: &History, measure: Measure) -> Option<Self> {
        let days = (history.earliest()?, history.latest()?);
        let lines: Vec<Line> = (history.ranked(None).into_iter().enumerate())
            .filter_map(|(nth, (organisation, _))| {
                let mut steps: Vec<(Date, u64)> = organisation.rows.iter().filter_map(|row| Some((row.date, measure.of(row)?))).collect();
                let last = *steps.last()?;
                if last.0 < days.1 {
                    steps.push((days.1, last.1));
                }
                let name = organisation.name.clone();
                let (colour, dash) = (COLOURS[nth % COLOURS.len()], DASHES[nth / COLOURS.len() % DASHES.len()]);
                Some(Line { slug: slugify(&name), name, colour, dash, steps })
            })
            .collect();
        let greatest = lines.iter().flat_map(|line| &line.steps).map(|(_, figure)| *figure).max()?;
        Some(Self { measure, days, greatest, lines })
    }
}

/// Whether the history has any figure of this measure.
pub(crate) fn drawn(history: &History, measure: Measure) -> bool {
    history.organisations.iter().flat_map(|one| &one.rows).any(|row| measure.of(row).is_some())
}

/// The output path of a measure's page, where that of open repositories is `page`.
pub(crate) fn output(page: &str, measure: Measure) -> String {
    let stem = page.strip_suffix(".html").unwrap_or(page);
    if measure == Measure::Repositories { page.to_owned() } else { format!("{stem}-{}.html", measure.name()) }
}

/// The organisations as a URL names them, for `?show=`.
pub(crate) fn slug_list(organisations: &[&Organisation]) -> String {
    organisations.iter().map(|one| slugify(&one.name)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, as WCAG 2.2 defines it.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    #[test]
    fn every_colour_has_a_contrast_of_three_on_white() {
        for colour in COLOURS {
            assert!(1.05 / (luminance(colour) + 0.05) >= 3.0, "{colour}");
        }
    }

    #[test]
    fn a_measure_has_its_page_beside_the_first() {
        assert_eq!(output("static/chart.html", Measure::Repositories), "static/chart.html");
        assert_eq!(output("static/chart.html", Measure::Forks), "static/chart-forks.html");
    }
}
