//! [`Chart`] -> what Plotly draws: its figure as JSON. Source: Plotly's figure reference, version 4.

use serde_json::{Value, json};

use super::{Chart, Line};

/// Traces and layout. `meta` is the organisation's name in URLs.
pub(super) fn figure(chart: &Chart) -> Value {
    let axis = |title: &str| {
        json!({
            "title": { "text": title },
            "gridcolor": "#d8dde0",
            "linecolor": "#4c6272",
            "zerolinecolor": "#4c6272",
            "automargin": true,
        })
    };
    let mut x = axis("Date");
    x["type"] = json!("date");
    x["range"] = json!([chart.days.0.to_string(), chart.days.1.to_string()]);
    x["hoverformat"] = json!("%-d %B %Y");
    x["showgrid"] = json!(false);
    let mut y = axis(chart.measure.title());
    y["rangemode"] = json!("tozero");
    y["tickformat"] = json!(",d");
    json!({
        "data": chart.lines.iter().map(trace).collect::<Vec<_>>(),
        "layout": {
            "xaxis": x,
            "yaxis": y,
            "hovermode": "x unified",
            "hoverlabel": { "font": { "size": 12 } },
            "showlegend": false,
            "margin": { "l": 8, "r": 16, "t": 8, "b": 8 },
            "font": { "family": "Frutiger W01, Arial, sans-serif", "size": 14, "color": "#212b32" },
            "paper_bgcolor": "#ffffff",
            "plot_bgcolor": "#ffffff",
        },
        "config": { "displayModeBar": false, "responsive": true },
    })
}

fn trace(line: &Line) -> Value {
    let (days, figures): (Vec<String>, Vec<u64>) = line.steps.iter().map(|(day, figure)| (day.to_string(), figure)).unzip();
    json!({
        "type": "scatter",
        "mode": "lines",
        "name": line.name,
        "meta": line.slug,
        "x": days,
        "y": figures,
        "line": { "shape": "hvh", "color": line.colour, "dash": line.dash.0, "width": 2 },
    })
}
