//! `avocet explain URL|FILE`: what made a file, and what it depends on.

use std::io::{self, Write};
use std::sync::Arc;

use avocet_plugin::{Bodies, Content, Diagnostic, Page, Route, RouteKey, Status, Unpublished, codes};
use serde_json::{Value, json};

use super::{Common, Outcome, find, show};
use crate::pipeline::{self, Plan, Session};
use crate::project::Project;
use crate::report::Format;
use crate::stages::render;

pub(super) fn run(project: &Arc<Project>, common: &Common, what: &str) -> io::Result<Outcome> {
    let session = Session::new(pipeline::plan(project));
    let plan = &*session.plan;
    // A path or a URL means what it says, a word may be a slug or a title.
    let named = if what.contains('/') { Err(vec![unknown(plan, what)]) } else { find::page(plan, what) };
    let of_page = |page: &Page| plan.index.routes.of(RouteKey::Page(&page.source));
    let Some(route) = find::route(plan, what).or_else(|| of_page(named.as_ref().ok()?)) else {
        if let Some(facts) = of_all_pages(&session, what).or_else(|| of_unpublished(plan, what, named.as_ref().ok().copied())) {
            print_facts(common, &facts)?;
            return Ok(Outcome::Success);
        }
        show(common, named.err().unwrap_or_default())?;
        return Ok(Outcome::UsageError);
    };
    let rendered = session.render(route);
    let facts = facts(&session, route);
    print_facts(common, &facts)?;
    let mut diagnostics: Vec<Diagnostic> = session.body_diagnostics(route.page.into_iter());
    diagnostics.extend(rendered.err());
    let diagnostics = common.apply_severity(&project.config.check, diagnostics);
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    show(common, diagnostics)?;
    Ok(if has_errors { Outcome::SiteErrors } else { Outcome::Success })
}

fn unknown(plan: &Plan, what: &str) -> Diagnostic {
    let outputs = plan.index.routes.all().iter().map(|route| route.output.as_str());
    let near = avocet_plugin::suggest(what, outputs).map_or(String::new(), |near| format!("did you mean `{near}`? "));
    let error = codes::UNKNOWN_PAGE.report(format!("the site has no source, output file or URL `{what}`"));
    error.help(format!("{near}`avocet list routes` lists all of them"))
}

fn print_facts(common: &Common, facts: &Value) -> io::Result<()> {
    if common.format != Format::Json {
        return print(facts);
    }
    serde_json::to_writer_pretty(io::stdout().lock(), facts)?;
    writeln!(io::stdout())
}

/// The facts about a file that a plugin makes from all finished pages.
fn of_all_pages(session: &Session, what: &str) -> Option<Value> {
    let plan = &session.plan;
    let output = find::below(plan, what);
    session.aggregate(output)?;
    Some(json!({
        "url": plan.index.site.url_of(output),
        "output": output,
        "made for": "all finished pages",
        "plugin": plan.aggregator_of(output),
        "made from": ["the finished pages that the plugin uses"],
    }))
}

/// The facts about a source that is not published, and why it is not.
fn of_unpublished(plan: &Plan, what: &str, named: Option<&Page>) -> Option<Value> {
    let (source, page) = plan.unpublished_source(named.map_or(what, |page| &page.source))?;
    let date = page.and_then(|page| page.date.as_ref()).map(|date| date.strftime("%-d %B %Y").to_string());
    let why = match (page, date) {
        _ if plan.index.unpublished.get(&*source.path) == Some(&Unpublished::HasErrors) => {
            "it has errors: `avocet check` shows them".into()
        }
        (None, _) => "`status: skip` leaves it out".to_owned(),
        (Some(page), _) if page.status == Status::Draft => "it is a draft: `avocet publish` publishes it, and `--drafts` shows it".into(),
        (Some(_), Some(date)) => {
            format!(
                "it is scheduled: with `future = \"hold\"` in [articles], the first build after {date} publishes it; `--future` shows it"
            )
        }
        (Some(_), None) => "no plugin makes a page of it".into(),
    };
    Some(json!({ "source": source.display_path, "title": page.map(|page| &page.title), "not published": why }))
}

fn facts(session: &Session, route: &Route) -> Value {
    let Plan { project, index, .. } = &*session.plan;
    let templates = &project.theme.templates;
    let template = render::template(&route.content);
    let file = template.and_then(|name| templates.display_path(name));
    let reads = template.map(|name| templates.reads(name));
    let page = route.page.map(|id| index.site.page(id));
    let mut inputs: Vec<String> = page.map(|page| page.display_path.clone()).into_iter().collect();
    if let Some(id) = route.page {
        inputs.extend(session.excerpt(id).inputs.iter().cloned());
    }
    if let Content::Copy { file } = &route.content {
        inputs.push(file.to_string());
    }
    inputs.extend(route.content.list().iter().flat_map(|list| &list.articles).map(|id| index.site.page(*id).display_path.clone()));
    json!({
        "url": route.url,
        "output": route.output,
        "made for": route.reason,
        "plugin": route.plugin,
        "title": page.map(|page| &page.title),
        "template": template,
        "template file": file,
        "template reads": reads.into_iter().flatten().collect::<Vec<_>>(),
        "made from": inputs,
    })
}

fn print(facts: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (name, value) in facts.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => {
                let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                let lines = if name == "template reads" { items.join(", ") } else { items.join(&format!("\n{:16}", "")) };
                writeln!(out, "{name:<16}{lines}")?;
            }
            Value::String(text) => writeln!(out, "{name:<16}{text}")?,
            other => writeln!(out, "{name:<16}{other}")?,
        }
    }
    Ok(())
}
