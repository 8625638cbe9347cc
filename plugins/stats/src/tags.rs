//! The tags, in content and in templates: `stats-table`, `stats-chart`, `stats-number`, `stats-download`, `stats-updated`, and the
//! includes `update.html`, `NHSUK_table.html` and `plotly_chart.html`, which are tags without options.

use avocet_plugin::html::escape;

use std::sync::Arc;

use avocet_plugin::{CallError, Site, SiteIndex, Tag, TagCall, suggest};
use jiff::civil::Date;
use serde_json::Value;

use crate::chart::{self, slug_list};
use crate::data::Data;
use crate::history::{History, Measure, Organisation, total};
use crate::table::{Column, Table};
use crate::text::{day, number, size, time};

/// What a tag shows.
#[derive(Debug, Clone, Copy)]
enum Shows {
    Table,
    Chart,
    Number,
    Download,
    Updated,
    /// The date with the words around it, as a paragraph.
    Update,
}

/// Names, what they show, and the options that they take.
const TAGS: [(&str, Shows, &[&str]); 8] = [
    ("stats-table", Shows::Table, &["sort", "limit", "columns", "caption"]),
    ("stats-chart", Shows::Chart, &["organisations", "measure", "height"]),
    ("stats-number", Shows::Number, &["of", "organisation", "date"]),
    ("stats-download", Shows::Download, &[]),
    ("stats-updated", Shows::Updated, &[]),
    ("update.html", Shows::Update, &[]),
    ("NHSUK_table.html", Shows::Table, &[]),
    ("plotly_chart.html", Shows::Chart, &[]),
];

/// All tags over this data.
pub(crate) fn all(data: &Arc<Data>) -> Vec<Box<dyn Tag>> {
    let tag = |(name, shows, options)| Box::new(Statistics { name, shows, options, data: Arc::clone(data) }) as Box<dyn Tag>;
    TAGS.into_iter().map(tag).collect()
}

/// One tag.
struct Statistics {
    name: &'static str,
    shows: Shows,
    options: &'static [&'static str],
    data: Arc<Data>,
}

impl Tag for Statistics {
    fn name(&self) -> &str {
        self.name
    }

    fn render(&self, call: &TagCall, index: &SiteIndex) -> Result<String, CallError> {
        Ok(self.html(call, &index.site)?)
    }
}

impl Statistics {
    fn html(&self, call: &TagCall, site: &Site) -> Result<String, String> {
        let options = Options { call, known: self.options };
        options.check()?;
        let history = self.data.history(site);
        // There is no data, which is reported as an error of the site.
        let Some(latest) = history.latest() else { return Ok(String::new()) };
        match self.shows {
            Shows::Table => table(&options).map(|table| table.html(&history)),
            Shows::Chart => self.chart(&options, site, &history),
            Shows::Number => figure(&options, &history),
            Shows::Download => Ok(self.download(site)),
            Shows::Updated => Ok(time(latest)),
            Shows::Update => Ok(format!("<p class=\"nhsuk-body\">Latest data: {}</p>\n", time(latest))),
        }
    }

    fn chart(&self, options: &Options, site: &Site, history: &History) -> Result<String, String> {
        let measure = options.one_of("measure", &Measure::ALL.map(|measure| (measure.name(), measure)))?.unwrap_or(Measure::Repositories);
        if !chart::drawn(history, measure) {
            return Err(format!("the data has no {} to draw: the file has an old format without them", measure.name()));
        }
        let height = options.number("height")?.unwrap_or(chart::HEIGHT);
        let mut url = site.url_of(&chart::output(&self.data.settings.chart_page, measure));
        let mut whose = String::new();
        if let Some(names) = options.list("organisations")? {
            let selected = names.iter().map(|name| named(history, name)).collect::<Result<Vec<_>, _>>()?;
            url.push_str(&format!("?show={}", slug_list(&selected)));
            whose = format!(" of {}", names.join(", "));
        }
        let title = escape(&format!("Chart: {} over time{whose}", measure.title().to_lowercase()));
        Ok(format!(
            "<iframe class=\"stats-chart\" src=\"{}\" title=\"{title}\" loading=\"lazy\" height=\"{height}\" \
             style=\"border: 0; display: block; width: 100%; height: {height}px\"></iframe>\n",
            escape(&url)
        ))
    }

    fn download(&self, site: &Site) -> String {
        let bytes = self.data.text(site).map_or(0, |text| text.len());
        let url = escape(&site.url_of(&self.data.settings.download));
        format!("<p class=\"nhsuk-body\"><a href=\"{url}\" download>Download this dataset (CSV, {})</a></p>\n", size(bytes))
    }
}

fn table(options: &Options) -> Result<Table, String> {
    let columns = Column::ALL.map(|column| (column.name(), column));
    let sort = if options.text("sort")?.as_deref() == Some("organisation") {
        None
    } else {
        Some(options.one_of("sort", &columns)?.unwrap_or(Column::Figure(Measure::Repositories)))
    };
    let chosen = options.list("columns")?.map(|names| {
        let column = |name: &String| pick("columns", name, &columns);
        names.iter().filter(|name| *name != "organisation").map(column).collect::<Result<Vec<_>, _>>()
    });
    // Tables of one page differ in their options, and so do their names.
    let words: Vec<String> = options.call.args.iter().map(|(key, value)| format!("{key}-{value}")).collect();
    let id = if words.is_empty() { "stats-table".into() } else { format!("stats-table-{}", avocet_plugin::slugify(&words.join("-"))) };
    let limit = options.number("limit")?.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Table { columns: chosen.transpose()?, sort, limit, caption: options.text("caption")?, id })
}

/// `stats-number`: the figure of one organisation or of all, on a day or now.
fn figure(options: &Options, history: &History) -> Result<String, String> {
    let date = match options.text("date")? {
        None => None,
        Some(text) => Some(text.parse::<Date>().map_err(|_| format!("`date=\"{text}\"` is not a date: write one such as 2022-06-26"))?),
    };
    let name = options.text("organisation")?;
    let selected = match &name {
        Some(name) => vec![named(history, name)?],
        None => history.organisations.iter().collect(),
    };
    let rows = || selected.iter().filter_map(|one| one.on(date));
    let kinds: Vec<(&str, Option<Measure>)> = Measure::ALL
        .into_iter()
        .map(|measure| (measure.name(), Some(measure)))
        .chain([("organisations", None), ("top-language", None)])
        .collect();
    let of = options.text("of")?.unwrap_or_else(|| "repositories".into());
    match pick("of", &of, &kinds)? {
        Some(measure) => {
            let figures: Vec<u64> = rows().filter_map(|row| measure.of(row)).collect();
            if figures.is_empty() && rows().next().is_some() {
                return Err(format!("the data has no {of}"));
            }
            Ok(number(total(figures)))
        }
        None if of == "organisations" => Ok(number(rows().count() as u64)),
        None => {
            let mut counts = std::collections::BTreeMap::<&str, usize>::new();
            rows().filter_map(|row| row.language.as_deref()).for_each(|language| *counts.entry(language).or_default() += 1);
            let top = counts.iter().max_by_key(|(_, count)| **count).map(|(language, _)| escape(language));
            top.ok_or_else(|| format!("the data has no languages{}", date.map_or(String::new(), |date| format!(" on {}", day(date)))))
        }
    }
}

/// The organisation with this name.
fn named<'h>(history: &'h History, name: &str) -> Result<&'h Organisation, String> {
    history.organisations.iter().find(|one| one.name == name).ok_or_else(|| {
        let near = suggest(name, history.organisations.iter().map(|one| one.name.as_str()));
        format!("there is no organisation `{name}` in the data{}", near.map_or(String::new(), |near| format!("; did you mean `{near}`?")))
    })
}

/// The value with this name.
fn pick<T: Copy>(option: &str, name: &str, known: &[(&str, T)]) -> Result<T, String> {
    known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        format!("`{option}` cannot be `{name}`: write one of {}", names.join(", "))
    })
}

/// The options of a call.
struct Options<'a> {
    call: &'a TagCall,
    known: &'static [&'static str],
}

impl Options<'_> {
    fn check(&self) -> Result<(), String> {
        let Some(unknown) = self.call.args.keys().find(|key| !self.known.contains(&key.as_str())) else { return Ok(()) };
        let takes = if self.known.is_empty() { "it takes none".to_owned() } else { format!("it takes {}", self.known.join(", ")) };
        Err(format!("`{}` has no option `{unknown}`: {takes}", self.call.name))
    }

    fn text(&self, key: &str) -> Result<Option<String>, String> {
        match self.call.args.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(other) => Err(format!("`{key}={other}` must be text in quotes")),
        }
    }

    fn number(&self, key: &str) -> Result<Option<u64>, String> {
        match self.call.args.get(key) {
            None => Ok(None),
            Some(value) => match value.as_u64().or_else(|| value.as_str()?.parse().ok()).filter(|number| *number > 0) {
                Some(number) => Ok(Some(number)),
                None => Err(format!("`{key}={value}` must be a whole number above 0, such as 10")),
            },
        }
    }

    /// Names separated by semicolons, or by commas if there is no semicolon.
    fn list(&self, key: &str) -> Result<Option<Vec<String>>, String> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let separator = if text.contains(';') { ';' } else { ',' };
        let names: Vec<String> = text.split(separator).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if names.is_empty() { Err(format!("`{key}` is empty: leave it out, or write names separated by commas")) } else { Ok(Some(names)) }
    }

    fn one_of<T: Copy>(&self, key: &str, known: &[(&str, T)]) -> Result<Option<T>, String> {
        self.text(key)?.map(|name| pick(key, &name, known)).transpose()
    }
}
