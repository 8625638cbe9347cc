//! Tags in content, answered: a plugin's, the site's `templates/tags/NAME.html`, a component of the theme; and `include`.

use std::collections::BTreeMap;
use std::ops::Range;

use avocet_plugin::{Diagnostic, Place, TagCall, codes, suggest};
use serde_json::Value as Json;
use tera::{ComponentArg, ComponentInfo, Context, Value};

use super::PageConverter;
use crate::markup::markdown::{Answer, Element, MarkdownHost, SourceText};
use crate::markup::tags::Call;

/// What the tag answers; a failure is reported at its place.
pub(super) fn answer(converter: &mut PageConverter, origin: &SourceText, call: &Call, body: Option<String>) -> Option<Answer> {
    if call.name == "include" {
        return include(converter, origin, call);
    }
    let args = arguments(converter, origin, call);
    let plugin = plugin_tag(converter, &call.name);
    let template = format!("tags/{}.html", call.name);
    let there = plugin.is_some() || converter.plan.templates.has(&template) || converter.plan.templates.component(&call.name).is_some();
    if there && stray(converter, origin, call) {
        return None;
    }
    if let Some(tag) = plugin {
        let asked =
            TagCall { name: call.name.clone(), args, body, source: converter.plan.index.site.page(converter.id).source.to_string() };
        let answered = converter.plan.plugins[tag.0].tags[tag.1].render(&asked, &converter.plan.index.site);
        return answered.map(Answer::Html).map_err(|why| fail(converter, origin, call, codes::FAILED_TAG.report(why))).ok();
    }
    if converter.plan.templates.has(&template) {
        return site_tag(converter, origin, call, &template, args, body.as_deref());
    }
    if converter.plan.templates.component(&call.name).is_some() {
        return component(converter, origin, call, args, body.as_deref());
    }
    let known = known(converter);
    let near = suggest(&call.name, known.iter().map(String::as_str));
    let error = codes::UNKNOWN_TAG
        .report(format!("there is no tag `{}`", call.name))
        .at(origin.place(call.name_span.clone()))
        .label(near.map_or(String::new(), |near| format!("did you mean `{near}`?")))
        .help(format!("there are: {}; write `\\{{%` where you mean the text", known.join(", ")));
    converter.report(error);
    None
}

/// A word that belongs to no option, which would be lost in silence.
fn stray(converter: &mut PageConverter, origin: &SourceText, call: &Call) -> bool {
    let Some((word, span)) = &call.word else { return false };
    let help = format!("write NAME=\"{word}\", or put the text between `{{% {0} %}}` and `{{% end{0} %}}`", call.name);
    converter.report(codes::BAD_OPTION.report(format!("`{word}` has no name")).at(origin.place(span.clone())).help(help));
    true
}

/// Options with links in them resolved: `href="{filename}x.md"`.
fn arguments(converter: &mut PageConverter, origin: &SourceText, call: &Call) -> BTreeMap<String, Json> {
    let mut args = BTreeMap::new();
    for (key, value, span) in &call.args {
        let link = value.as_str().filter(|_| matches!(key.as_str(), "href" | "src" | "image" | "url"));
        let value = match link.and_then(|url| converter.resolve(origin, url, span.clone(), matches!(key.as_str(), "src" | "image"))) {
            Some(address) => Json::String(address),
            None => value.clone(),
        };
        args.insert(key.clone(), value);
    }
    args
}

fn plugin_tag(converter: &PageConverter, name: &str) -> Option<(usize, usize)> {
    let tags = |plugin: &avocet_plugin::Plugin| plugin.tags.iter().position(|tag| tag.name() == name);
    converter.plan.plugins.iter().enumerate().find_map(|(at, plugin)| Some((at, tags(plugin)?)))
}

/// All names that could stand in a tag, sorted.
fn known(converter: &PageConverter) -> Vec<String> {
    let mut known = vec!["include".to_owned()];
    known.extend(
        converter.plan.plugins.iter().flat_map(|plugin| &plugin.tags).map(|tag| tag.name().to_owned()).filter(|name| !name.contains('.')),
    );
    known.extend(converter.plan.templates.tag_names());
    known.sort();
    known.dedup();
    known
}

fn fail(converter: &mut PageConverter, origin: &SourceText, call: &Call, error: Diagnostic) {
    let error = Diagnostic { place: None, ..error }.at(origin.place(call.span.start..call.span.end.min(call.name_span.end)));
    converter.report(error);
}

/// `{% include NAME %}`: a file of the site, or a partial of a plugin.
fn include(converter: &mut PageConverter, origin: &SourceText, call: &Call) -> Option<Answer> {
    let named =
        call.args.iter().find(|(key, ..)| key == "file").and_then(|(_, value, span)| Some((value.as_str()?.to_owned(), span.clone())));
    let Some((name, span)) = call.word.clone().or(named) else {
        fail(converter, origin, call, codes::MISSING_INCLUDE.report("this include names no file").help("write {% include NAME.html %}"));
        return None;
    };
    if let Some((display_path, text)) = converter.plan.includes.get(&name) {
        converter.inputs.insert(display_path.clone());
        let markdown = [".md", ".markdown"].iter().any(|ending| name.ends_with(ending));
        let inner = SourceText { display_path: display_path.clone(), source: origin.source.clone(), text: text.clone() };
        return Some(Answer::Text { origin: inner, markdown });
    }
    if let Some(tag) = plugin_tag(converter, &name) {
        let asked = TagCall { name, source: origin.source.clone(), ..TagCall::default() };
        let answered = converter.plan.plugins[tag.0].tags[tag.1].render(&asked, &converter.plan.index.site);
        return answered.map(Answer::Html).map_err(|why| fail(converter, origin, call, codes::FAILED_TAG.report(why))).ok();
    }
    let near = suggest(&name, converter.plan.includes.keys().map(String::as_str));
    let error = codes::MISSING_INCLUDE
        .report(format!("there is no include `{name}`"))
        .at(origin.place(span))
        .label(near.map_or(String::new(), |near| format!("did you mean `{near}`?")))
        .help(format!("put a file `{name}` into the folder includes/ of your site"));
    converter.report(error);
    None
}

/// A template of the site, which sees `args`, `body` and the page.
fn site_tag(
    converter: &mut PageConverter,
    origin: &SourceText,
    call: &Call,
    template: &str,
    args: BTreeMap<String, Json>,
    body: Option<&str>,
) -> Option<Answer> {
    let mut context = page_context(converter);
    context.insert("args", &args);
    context.insert_value("body", body.map_or(Value::none(), Value::safe_string));
    if let Some(display_path) = converter.plan.templates.display_path(template) {
        converter.inputs.insert(display_path.to_owned());
    }
    match converter.plan.templates.render(template, &context) {
        Ok(html) => Some(Answer::Html(html)),
        Err(error) => {
            let at = origin.place(call.span.start..call.name_span.end);
            converter.report(error.related(at, format!("while the tag `{}` was answered", call.name)));
            None
        }
    }
}

/// What tags of the site see besides their options.
fn page_context(converter: &PageConverter) -> Context {
    let mut context = Context::new();
    for (name, value) in converter.plan.values.shared() {
        context.insert_value(*name, value.clone());
    }
    context.insert_value("page", Value::from(converter.plan.values.metadata(converter.id)));
    context
}

/// Where the key stands whose value is at `value`.
fn key_span(origin: &SourceText, key: &str, value: &Range<usize>) -> Range<usize> {
    origin.text.get(..value.start).and_then(|before| before.rfind(key)).map_or_else(|| value.clone(), |at| at..at + key.len())
}

/// A component of the theme. Its parameters are checked here, so that the message can be about the tag.
fn component(
    converter: &mut PageConverter,
    origin: &SourceText,
    call: &Call,
    args: BTreeMap<String, Json>,
    body: Option<&str>,
) -> Option<Answer> {
    let definition = converter.plan.templates.component(&call.name)?;
    let needs_body = definition.metadata().get("body").and_then(Value::as_str) == Some("needed") && !args.contains_key("text");
    if needs_body && body.is_none() {
        let error = codes::BAD_TAG
            .report(format!("`{{% {} %}}` has no end", call.name))
            .help(format!("put `{{% end{} %}}` after the text that it is for", call.name));
        fail(converter, origin, call, error);
        return None;
    }
    let context = options(converter, origin, call, &definition, args)?;
    let at = origin.place(call.span.start..call.name_span.end);
    draw(converter, origin, at, &call.name, &definition, &context, body, Some(call)).map(Answer::Html)
}

/// An element of Markdown as the theme's component for it draws it, with the options of the tag round it.
pub(super) fn element(
    converter: &mut PageConverter,
    origin: &SourceText,
    element: Element,
    call: Option<&Call>,
    span: Range<usize>,
) -> Option<String> {
    let name = converter.plan.templates.element(element.kind)?.to_owned();
    let definition = converter.plan.templates.definition(&name)?;
    let mut context = match call {
        Some(call) => {
            let args = arguments(converter, origin, call);
            options(converter, origin, call, &definition, args)?
        }
        None => Context::new(),
    };
    for (key, value) in element.options {
        if definition.args().iter().any(|arg| arg.name() == key) && !context.contains_key(&key) {
            context.insert_value(key, Value::from_serializable(&value));
        }
    }
    let at = origin.place(span);
    draw(converter, origin, at, &name, &definition, &context, element.body.as_deref(), call)
}

/// A parameter of a component as the option of a tag: `first_cell_header` is `first-cell-header`.
fn option_name(name: &str) -> String {
    name.replace('_', "-")
}

/// What an author may give to a component.
fn parameters(definition: &ComponentInfo) -> Vec<&ComponentArg> {
    definition.args().iter().filter(|arg| !arg.is_implicit() && arg.name() != "body").collect()
}

fn list(definition: &ComponentInfo) -> String {
    let name = |arg: &&ComponentArg| format!("{}{}", option_name(arg.name()), if arg.is_required() { " (needed)" } else { "" });
    let names: Vec<String> = parameters(definition).iter().map(name).collect();
    if names.is_empty() { "it takes no options".to_owned() } else { format!("its options: {}", names.join(", ")) }
}

/// The options of a tag as a component takes them; nothing when one is unknown or missing, which is reported.
fn options(
    converter: &mut PageConverter,
    origin: &SourceText,
    call: &Call,
    definition: &ComponentInfo,
    args: BTreeMap<String, Json>,
) -> Option<Context> {
    let parameters = parameters(definition);
    let mut context = Context::new();
    let mut good = true;
    for (key, _, span) in &call.args {
        let name = key.replace('-', "_");
        if definition.rest_param().is_none() && !parameters.iter().any(|arg| arg.name() == name) {
            let near = suggest(&name, parameters.iter().map(|arg| arg.name())).map(option_name);
            let error = codes::BAD_OPTION
                .report(format!("`{}` has no option `{key}`", call.name))
                .at(origin.place(key_span(origin, key, span)))
                .label(near.map_or(String::new(), |near| format!("did you mean `{near}`?")))
                .help(list(definition));
            converter.report(error);
            good = false;
        }
        context.insert_value(name, Value::from_serializable(&args[key]));
    }
    for missing in parameters.iter().filter(|arg| arg.is_required() && !context.contains_key(arg.name())) {
        let error = codes::BAD_OPTION.report(format!("`{}` needs the option `{}`", call.name, option_name(missing.name())));
        fail(converter, origin, call, error.help(list(definition)));
        good = false;
    }
    good.then_some(context)
}

/// The output of a component for a tag, or for what stands at `at`.
#[expect(clippy::too_many_arguments, reason = "what is drawn, with what, and where to show that it failed")]
fn draw(
    converter: &mut PageConverter,
    origin: &SourceText,
    at: Place,
    name: &str,
    definition: &ComponentInfo,
    context: &Context,
    body: Option<&str>,
    call: Option<&Call>,
) -> Option<String> {
    let implicits = page_context(converter);
    match converter.plan.templates.render_component(name, context, &implicits, body) {
        Ok(html) => Some(html.trim_end().to_owned() + "\n"),
        Err(error) => {
            let another_type = call.and_then(|call| of_another_type(call, &error.message));
            converter.report(match (&error.place, another_type) {
                // The component itself says what is wrong with what it was given.
                (Some(place), _) if is_thrown(place) => codes::BAD_OPTION.report(error.message).at(at).help(list(definition)),
                (Some(_), _) => error.related(at, format!("while `{name}` was drawn")),
                (None, Some((span, label))) => codes::BAD_OPTION
                    .report(format!("an option of `{name}` is of another type"))
                    .at(origin.place(span))
                    .label(label)
                    .help(list(definition)),
                (None, None) => codes::BAD_OPTION.report(error.message).at(at).help(list(definition)),
            });
            None
        }
    }
}

/// Whether a template says `throw(…)` there.
fn is_thrown(place: &Place) -> bool {
    place.text.as_ref().and_then(|text| text.get(place.span.clone())).is_some_and(|reported| reported.starts_with("throw("))
}

/// The option that Tera says is of another type, and what was expected there.
fn of_another_type(call: &Call, diagnostics: &str) -> Option<(Range<usize>, String)> {
    let quoted: Vec<&str> = diagnostics.split('`').skip(1).step_by(2).collect();
    let (name, expected) = (quoted.first()?, quoted.last().filter(|_| diagnostics.contains("expected type"))?);
    let (_, _, span) = call.args.iter().find(|(key, ..)| key.replace('-', "_") == **name)?;
    let words = match *expected {
        "string" => "text in quotes",
        "integer" => "a whole number without quotes",
        "float" | "number" => "a number without quotes",
        "bool" => "true or false without quotes",
        other => other,
    };
    Some((span.clone(), format!("expected {words}")))
}
