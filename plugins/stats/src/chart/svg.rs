//! [`Chart`] -> SVG: step lines with axes, gridlines and the names of the lines that end apart from each other.
//!
//! Invariant: the same chart gives the same bytes. No script, no style from outside, no figure that a reader has to tell by colour alone:
//! lines differ in dashes, and the legend of the page names all of them.

use avocet_plugin::html::escape;

use std::fmt::Write;

use super::scale;
use super::{Chart, Line};
use crate::history::total;
use crate::text::{count, day, number};

/// Units of the drawing, which are pixels at its own size.
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 200.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 52.0;
/// The least distance of two names.
const LINE_HEIGHT: f64 = 17.0;
/// The longest name at the end of a line, in characters.
const LONGEST: usize = 24;

/// The drawing.
pub(super) fn svg(chart: &Chart) -> String {
    let ticks = scale::figures(chart.greatest);
    let top = ticks.last().copied().unwrap_or(1);
    let frame = Frame { chart, top: top as f64, span: scale::since(chart.days.0, chart.days.1).max(1.0) };
    let title = chart.measure.title();
    let mut out = format!(
        "<svg class=\"drawing\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         role=\"img\" aria-labelledby=\"chart-title chart-desc\" font-family=\"Arial, sans-serif\" font-size=\"14\" fill=\"#212b32\">\n\
         <title id=\"chart-title\">{title} over time, by organisation</title>\n<desc id=\"chart-desc\">{}</desc>\n",
        escape(&description(chart))
    );
    frame.axes(&mut out, &ticks);
    out.push_str("<g fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\">\n");
    // The first in order is drawn last, over the others.
    for line in chart.lines.iter().rev() {
        let _ = writeln!(out, "<path d=\"{}\" stroke=\"{}\"{}/>", frame.path(line), line.colour, dashes(line));
    }
    out.push_str("</g>\n");
    frame.names(&mut out);
    out.push_str("</svg>\n");
    out
}

/// What the chart says, in words.
pub(super) fn description(chart: &Chart) -> String {
    let leaders: Vec<String> =
        (chart.lines.iter().take(3)).filter_map(|line| Some(format!("{} with {}", line.name, number(line.steps.last()?.1)))).collect();
    let total = total(chart.lines.iter().filter_map(|line| line.steps.last()).map(|(_, figure)| *figure));
    format!(
        "{} of {} from {} to {}: {} in all, led by {}.",
        chart.measure.title(),
        count(chart.lines.len() as u64, "organisation"),
        day(chart.days.0),
        day(chart.days.1),
        number(total),
        leaders.join(", ")
    )
}

/// A line of a legend: the swatch as a drawing that says nothing by itself.
pub(super) fn swatch(line: &Line) -> String {
    let dashes = dashes(line);
    format!(
        "<svg class=\"swatch\" viewBox=\"0 0 36 8\" width=\"36\" height=\"8\" aria-hidden=\"true\" focusable=\"false\">\
         <path d=\"M0 4H36\" stroke=\"{}\" stroke-width=\"3\"{dashes}/></svg>",
        line.colour
    )
}

fn dashes(line: &Line) -> String {
    if line.dash.1.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", line.dash.1) }
}

struct Frame<'a> {
    chart: &'a Chart,
    /// The figure at the top.
    top: f64,
    /// Days from the left to the right.
    span: f64,
}

impl Frame<'_> {
    fn x(&self, day: jiff::civil::Date) -> f64 {
        (LEFT + scale::since(self.chart.days.0, day) / self.span * (WIDTH - LEFT - RIGHT)).round()
    }

    fn y(&self, figure: u64) -> f64 {
        let share = figure as f64 / self.top;
        ((HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)) * 10.0).round() / 10.0
    }

    fn axes(&self, out: &mut String, ticks: &[u64]) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let middle = (LEFT + right) / 2.0;
        for tick in ticks {
            let y = self.y(*tick);
            let colour = if *tick == 0 { "#4c6272" } else { "#d8dde0" };
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {y}H{right}\" stroke=\"{colour}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                y + 5.0,
                number(*tick)
            );
        }
        for (day, name) in scale::days(self.chart.days.0, self.chart.days.1) {
            let x = self.x(day);
            let _ = writeln!(
                out,
                "<path d=\"M{x} {bottom}v5\" stroke=\"#4c6272\"/><text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{name}</text>",
                bottom + 20.0
            );
        }
        let y_middle = (TOP + bottom) / 2.0;
        let title = self.chart.measure.title();
        let _ =
            writeln!(out, "<text x=\"16\" y=\"{y_middle}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {y_middle})\">{title}</text>");
        let _ = writeln!(out, "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">Date</text>", HEIGHT - 8.0);
    }

    /// Horizontal, vertical, horizontal: a step stands half way between two days, as in Plotly's `hvh`. Of the figures of one unit of
    /// the drawing the last counts.
    fn path(&self, line: &Line) -> String {
        let mut path = String::new();
        let mut steps = line.steps.iter().map(|(day, figure)| (self.x(*day), self.y(*figure))).peekable();
        let mut last: Option<(f64, f64)> = None;
        while let Some((x, y)) = steps.next() {
            if steps.peek().is_some_and(|next| next.0 == x) {
                continue;
            }
            let _ = match last {
                None => write!(path, "M{x} {y}"),
                Some((before, height)) if height != y => write!(path, "H{}V{y}", (before + x) / 2.0),
                Some(_) => Ok(()),
            };
            last = Some((x, y));
        }
        if let Some((x, _)) = last {
            let _ = write!(path, "H{x}");
        }
        path
    }

    /// Names at the ends of lines, in the order of the table, as long as they have room.
    fn names(&self, out: &mut String) {
        let mut taken: Vec<f64> = Vec::new();
        for line in &self.chart.lines {
            let Some(y) = line.steps.last().map(|(_, figure)| self.y(*figure)) else { continue };
            if taken.iter().any(|other| (other - y).abs() < LINE_HEIGHT) {
                continue;
            }
            taken.push(y);
            let name: String = if line.name.chars().count() > LONGEST {
                line.name.chars().take(LONGEST - 1).collect::<String>().trim_end().to_owned() + "…"
            } else {
                line.name.clone()
            };
            let _ =
                writeln!(out, "<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>", WIDTH - RIGHT + 8.0, y + 5.0, line.colour, escape(&name));
        }
    }
}
