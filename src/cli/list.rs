//! `avocet list`: what the site has, as a table or as JSON.

use std::io::{self, Write};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Kind, Page, PageId, RouteKey, Status, Term, TermKind};
use clap::ValueEnum;
use serde_json::{Value, json};

use super::{Common, Outcome, show};
use crate::clock;
use crate::pipeline::{self, Plan};
use crate::project::Project;
use crate::report::Format;

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum What {
    /// Articles, newest first, with scheduled ones, then drafts and hidden articles
    Articles,
    /// Pages without a date
    Pages,
    /// Drafts of articles and pages
    Drafts,
    /// Tags, with the number of their articles
    Tags,
    /// Categories, with the number of their articles
    Categories,
    /// Authors, with the number of their articles
    Authors,
    /// Every output file
    Routes,
    /// Plugins, with their roles
    Plugins,
}

impl What {
    /// Whether these are sources, of which drafts and scheduled articles are listed too.
    pub(super) fn are_sources(self) -> bool {
        matches!(self, Self::Articles | Self::Pages | Self::Drafts)
    }
}

pub(super) fn run(project: &Arc<Project>, common: &Common, what: What) -> io::Result<Outcome> {
    let plan = pipeline::plan(project);
    let rows = match what {
        What::Articles => articles(&plan),
        What::Pages => pages(&plan),
        What::Drafts => sources(&plan, plan.index.site.drafts.iter()),
        What::Tags => terms(&plan, TermKind::Tag),
        What::Categories => terms(&plan, TermKind::Category),
        What::Authors => terms(&plan, TermKind::Author),
        What::Routes => routes(&plan),
        What::Plugins => plugins(project),
    };
    let diagnostics = common.apply_severity(&project.config.check, plan.diagnostics.clone());
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    if common.format == Format::Json {
        serde_json::to_writer_pretty(io::stdout().lock(), &rows)?;
        writeln!(io::stdout())?;
        show(&Common { format: Format::Text, ..common.clone() }, diagnostics)?;
    } else {
        table(&rows)?;
        show(common, diagnostics)?;
    }
    Ok(if has_errors { Outcome::SiteErrors } else { Outcome::Success })
}

fn articles(plan: &Plan) -> Vec<Value> {
    let site = &plan.index.site;
    let others = site.drafts.iter().chain(&site.hidden).filter(|id| site.page(**id).kind == Kind::Article);
    sources(plan, site.articles.iter().chain(others))
}

fn pages(plan: &Plan) -> Vec<Value> {
    let site = &plan.index.site;
    let all: Vec<PageId> = site.ids().filter(|id| site.page(*id).kind == Kind::Page).collect();
    sources(plan, all.iter())
}

/// A row for each of these sources.
fn sources<'p>(plan: &'p Plan, ids: impl Iterator<Item = &'p PageId>) -> Vec<Value> {
    let articles = &plan.project.config.articles;
    let now = clock::now();
    let is_late = |page: &Page| page.kind == Kind::Article && page.date.as_ref().is_some_and(|date| date.timestamp() > now);
    let is_scheduled = |page: &Page| articles.hold_future() && is_late(page);
    let row = |page: &Page| {
        let status = match page.status {
            Status::Published if is_scheduled(page) => "scheduled",
            Status::Published => "published",
            Status::Draft => "draft",
            Status::Hidden => "hidden",
        };
        json!({
            "date": page.date.as_ref().map(|date| date.strftime("%Y-%m-%d").to_string()).unwrap_or_default(),
            "status": status,
            "title": page.title,
            "url": plan.index.routes.of(RouteKey::Page(&page.source)).map_or("", |route| &route.url),
            "source": page.display_path,
        })
    };
    ids.map(|id| row(plan.index.site.page(*id))).collect()
}

fn routes(plan: &Plan) -> Vec<Value> {
    plan.index
        .routes
        .all()
        .iter()
        .map(|route| json!({ "output": route.output, "url": route.url, "plugin": route.plugin, "reason": route.reason }))
        .chain(plan.entries().map(|(plugin, output)| {
            let reason = "all finished pages, with further files in its folder";
            json!({ "output": output, "url": plan.index.site.url_of(&output), "plugin": plugin, "reason": reason })
        }))
        .collect()
}

fn plugins(project: &Project) -> Vec<Value> {
    let roles = |plugin: &avocet_plugin::Plugin| {
        let counted = [
            ("reader", plugin.readers.len()),
            ("indexer", plugin.indexers.len()),
            ("generator", plugin.generators.len()),
            ("validator", plugin.validators.len()),
            ("tag", plugin.tags.len()),
            ("transform", plugin.transforms.len()),
            ("post-processor", plugin.post_processors.len()),
            ("aggregator", plugin.aggregators.len()),
        ];
        counted.iter().filter(|(_, number)| *number > 0).map(|(role, _)| *role).collect::<Vec<_>>().join(", ")
    };
    let tags = |plugin: &avocet_plugin::Plugin| plugin.tags.iter().map(|tag| tag.name().to_owned()).collect::<Vec<_>>().join(", ");
    let row = |plugin: &avocet_plugin::Plugin| json!({ "plugin": plugin.name, "roles": roles(plugin), "tags": tags(plugin), "runs": plugin.runs });
    project.plugins.iter().map(row).collect()
}

fn terms(plan: &Plan, kind: TermKind) -> Vec<Value> {
    let url = |slug: &str| plan.index.routes.of(RouteKey::Term { kind, slug }).map_or("", |route| &route.url);
    let row = |listing: &avocet_plugin::Listing| {
        let Term { name, slug, .. } = &listing.term;
        json!({ (kind.to_string()): name, "articles": listing.articles.len(), "url": url(slug) })
    };
    plan.index.site.terms(kind).iter().map(row).collect()
}

/// Prints a table with a heading row. Each column is as wide as its widest cell.
fn table(rows: &[Value]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let Some(first) = rows.first().and_then(Value::as_object) else {
        return writeln!(out, "There are none.");
    };
    let names: Vec<&String> = first.keys().collect();
    let cell = |row: &Value, name: &str| match &row[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let width = |name: &str| rows.iter().map(|row| cell(row, name).chars().count()).max().unwrap_or(0).max(name.len());
    let widths: Vec<usize> = names.iter().map(|name| width(name)).collect();
    let mut line = |cells: Vec<String>| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", padded.join("  ").trim_end())
    };
    line(names.iter().map(|name| name.to_uppercase()).collect())?;
    rows.iter().try_for_each(|row| line(names.iter().map(|name| cell(row, name)).collect()))
}
