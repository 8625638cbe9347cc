//! A tag in content -> its HTML: from a plugin, the site's `templates/tags/NAME.html`, or a component of the theme; and `include`.
//!
//! Invariant: a tag that fails is reported at its place and leaves nothing behind.

use std::collections::BTreeMap;
use std::ops::Range;

use avocet_plugin::{CallError, Diagnostic, Place, Tag, TagBody, TagCall, codes, suggest};
use serde_json::Value as Json;
use tera::{Context, Value};

use super::components::{Component, has_type, trimmed, type_words};
use super::{Converter, PageConverter, lost};
use crate::markup::markdown::{Answer, Element, MarkdownHost, SourceText};
use crate::markup::tags::Call;
use crate::trace::{self, Question};

/// The options of a tag.
pub(super) type TagOptions = BTreeMap<String, Json>;

/// Whether there is a tag of this name.
pub(super) fn is_known(converter: &Converter, name: &str) -> bool {
    let templates = converter.templates;
    name == "include"
        || plugin_tag(converter, name).is_some()
        || templates.has(&format!("tags/{name}.html"))
        || templates.component(name).is_some()
}

/// A tag where it stands.
#[derive(Clone, Copy)]
pub(super) struct PlacedCall<'t> {
    pub(super) source: &'t SourceText,
    pub(super) call: &'t Call,
}

impl PlacedCall<'_> {
    /// What the tag answers.
    pub(super) fn answer(self, host: &mut PageConverter, body: Option<String>) -> Option<Answer> {
        let Self { source, call } = self;
        if call.name == "include" {
            return self.include(host);
        }
        let options = self.options(host);
        let Converter { plugins, templates, .. } = host.converter;
        let plugin = plugin_tag(host.converter, &call.name);
        let template = format!("tags/{}.html", call.name);
        let is_known = templates.has(&template) || templates.component(&call.name).is_some();
        if let Some(tag) = plugin {
            let options = self.with_words(host, tag, options)?;
            return self.plugin_tag(host, tag, &options, body.as_deref());
        }
        if is_known && self.has_nameless_option(host, 0) {
            return None;
        }
        if templates.has(&template) {
            return self.site_tag(host, &template, &options, body.as_deref());
        }
        if templates.component(&call.name).is_some() {
            return self.component(host, &options, body.as_deref());
        }
        let mut known: Vec<String> = plugins.iter().flat_map(|plugin| &plugin.tags).map(|tag| tag.name().to_owned()).collect();
        known.retain(|name| !name.contains('.'));
        known.extend(templates.tag_names());
        known.push("include".to_owned());
        known.sort();
        known.dedup();
        let error = codes::UNKNOWN_TAG
            .report(format!("there is no tag `{}`", call.name))
            .at(source.place(call.name_span.clone()))
            .label(did_you_mean(suggest(&call.name, known.iter().map(String::as_str))))
            .help(format!("there are: {}; write `\\{{%` for plain text", known.join(", ")));
        host.report(error);
        None
    }

    /// An element of Markdown as the theme's component draws it, with the options of this tag, which stands round it.
    pub(super) fn element(self, host: &mut PageConverter, element: Element, span: Range<usize>) -> Option<String> {
        let component = Component::of_element(host.converter, element.kind)?;
        let options = self.options(host);
        let context = self.component_options(host, &component, &options)?;
        component.draw_element(host, element, context, || self.source.place(span))
    }

    /// The options, with links in them resolved: `href="{filename}x.md"`.
    fn options(self, host: &mut PageConverter) -> TagOptions {
        let mut options = TagOptions::new();
        for (key, value, span) in &self.call.args {
            let is_asset = matches!(key.as_str(), "src" | "image");
            let link = value.as_str().filter(|_| is_asset || matches!(key.as_str(), "href" | "url"));
            let address = link.and_then(|url| host.resolve(self.source, url, span.clone(), is_asset));
            options.insert(key.clone(), address.map_or_else(|| value.clone(), Json::String));
        }
        options
    }

    /// The options of a plugin's tag: to those that the author named come the words that the tag names. `None` if one would be lost.
    fn with_words(self, host: &mut PageConverter, tag: &dyn Tag, mut options: TagOptions) -> Option<TagOptions> {
        let names = tag.words();
        if self.has_nameless_option(host, names.len()) {
            return None;
        }
        for (name, (word, span)) in names.into_iter().zip(&self.call.words) {
            if options.insert(name.to_owned(), Json::String(word.clone())).is_some() {
                let error = codes::BAD_OPTION.report(format!("the option `{name}` stands here twice, once without its name"));
                host.report(error.at(self.source.place(span.clone())).help("remove one of them"));
                return None;
            }
        }
        Some(options)
    }

    /// Reports a word, after the first ones, that belongs to no option: it would be lost in silence.
    fn has_nameless_option(self, host: &mut PageConverter, named: usize) -> bool {
        let Some((word, span)) = &self.call.words.get(named) else { return false };
        let help = format!("write NAME=\"{word}\", or put the text between `{{% {0} %}}` and `{{% end{0} %}}`", self.call.name);
        host.report(codes::BAD_OPTION.report(format!("the option `{word}` has no name")).at(self.source.place(span.clone())).help(help));
        true
    }

    /// The beginning of the tag.
    fn place(self) -> Place {
        self.source.place(self.call.span.start..self.call.span.end.min(self.call.name_span.end))
    }

    fn fail(self, host: &mut PageConverter, error: Diagnostic) {
        host.report(error.at(self.place()));
    }

    /// A tag of a plugin in content.
    fn plugin_tag(self, host: &mut PageConverter, tag: &dyn Tag, options: &TagOptions, body: Option<&str>) -> Option<Answer> {
        let index = host.converter.index;
        let source = index.site.page(host.id).source.to_string();
        let call = |options: &TagOptions, body: Option<&str>| {
            let mut call = TagCall::new(&*self.call.name);
            (call.args, call.body, call.source) = (options.clone(), body.map(str::to_owned), source.clone());
            call
        };
        let answer = self.plugin(host, tag, &call(options, body));
        self.accounted(host, answer, (options, body), |options, body| tag.render(&call(options, body), index).ok())
    }

    /// What a plugin answers.
    fn plugin(self, host: &mut PageConverter, tag: &dyn Tag, call: &TagCall) -> Option<Answer> {
        if tag.body() == TagBody::None && self.call.body.is_some() {
            let error = codes::BAD_TAG.report(format!("`{{% {} %}}` takes no text, and has an end tag", call.name));
            self.fail(host, error.help(format!("remove `{{% end{} %}}`", call.name)));
            return None;
        }
        let answer = trace::call_tag(tag, call, host.converter.index);
        let report = |error: CallError| {
            let in_body = self.call.body.as_ref().zip(error.line).filter(|_| tag.body() == TagBody::Raw);
            let line = in_body.map(|(body, line)| self.source.line_below(body.start, line.saturating_sub(1)));
            let place = line.map_or_else(|| self.place(), |line| self.source.place(line));
            host.report(error.report(&codes::FAILED_TAG).at(place));
        };
        answer.map(Answer::Html).map_err(report).ok()
    }

    /// `{% include NAME %}`: a file of the site, or a partial of a plugin.
    fn include(self, host: &mut PageConverter) -> Option<Answer> {
        let Self { source, call } = self;
        self.report_more_than_file(host);
        let file = call.args.iter().find(|(key, ..)| key == "file");
        let file = file.and_then(|(_, value, span)| Some((value.as_str()?.to_owned(), span.clone())));
        let Some((name, span)) = call.words.first().cloned().or(file) else {
            let error = codes::MISSING_INCLUDE.report("this include does not name a file").help("write {% include NAME.html %}");
            self.fail(host, error);
            return None;
        };
        let includes = host.converter.includes;
        let found = includes.get(&name);
        trace::note(|| (Question::Include(name.clone()), super::asked::hash_include(found)));
        if let Some((display_path, text)) = found {
            host.inputs.insert(display_path.clone());
            let markdown = [".md", ".markdown"].iter().any(|ending| name.ends_with(ending));
            let origin =
                SourceText { display_path: display_path.clone(), source: source.source.clone(), text: text.clone(), made_from: None };
            return Some(Answer::Text { origin, markdown });
        }
        if let Some(tag) = plugin_tag(host.converter, &name) {
            let mut call = TagCall::new(name);
            call.source.clone_from(&source.source);
            return self.plugin(host, tag, &call);
        }
        let error = codes::MISSING_INCLUDE
            .report(format!("there is no include `{name}`"))
            .at(source.place(span))
            .label(did_you_mean(suggest(&name, includes.keys().map(String::as_str))))
            .help(format!("put a file `{name}` into the folder includes/ of your site"));
        host.report(error);
        None
    }

    /// Reports what an include has besides its file.
    fn report_more_than_file(self, host: &mut PageConverter) {
        let Self { source, call } = self;
        if let [(first, _), (word, span), ..] = &*call.words {
            let error = codes::BAD_OPTION.report("this include names a second file").at(source.place(span.clone()));
            host.report(error.help(format!("write a tag for each file: {{% include {first} %}} {{% include {word} %}}")));
        }
        let is_file = |key: &str| key == "file" && call.words.is_empty();
        for (key, _, span) in call.args.iter().filter(|(key, ..)| !is_file(key)) {
            let error = codes::BAD_OPTION.report(format!("`include` has no option `{key}`")).at(source.place(key_span(source, key, span)));
            host.report(error.help("write {% include NAME.html %}; a template in templates/tags/ can have options"));
        }
        if call.body.is_some() {
            host.report(lost::body_of(self));
        }
    }

    /// What a tag answered; text that it was given and does not show is reported.
    fn accounted(
        self,
        host: &mut PageConverter,
        answer: Option<Answer>,
        given: (&TagOptions, Option<&str>),
        draw: impl Fn(&TagOptions, Option<&str>) -> Option<String>,
    ) -> Option<Answer> {
        if let Some(Answer::Html(html)) = &answer {
            lost::texts(self, html, given, draw).into_iter().for_each(|error| host.report(error));
        }
        answer
    }

    /// A template of the site, which sees `args`, `body` and the page.
    fn site_tag(self, host: &mut PageConverter, template: &str, options: &TagOptions, body: Option<&str>) -> Option<Answer> {
        let templates = host.converter.templates;
        self.report_unread_options(host, template);
        let mut context = host.context().clone();
        let reads = templates.reads(template);
        for (name, list) in host.converter.values.tag_lists(|name| reads.contains(name)) {
            trace::note(|| (Question::TagList(name.to_owned()), host.converter.values.tag_list_hash(name)));
            context.insert_value(name, list);
        }
        let context = |options: &TagOptions, body: Option<&str>| {
            let mut context = context.clone();
            context.insert("args", options);
            context.insert_value("body", body.map_or(Value::none(), Value::safe_string));
            context
        };
        if let Some(display_path) = templates.display_path(template) {
            host.inputs.insert(display_path.to_owned());
        }
        let html = templates.render(template, &context(options, body));
        let report = |error: Diagnostic| host.report(error.related(self.place(), format!("in the tag `{}`", self.call.name)));
        let answer = html.map(Answer::Html).map_err(report).ok();
        self.accounted(host, answer, (options, body), |options, body| templates.render(template, &context(options, body)).ok())
    }

    /// Reports options that a template of the site never reads.
    fn report_unread_options(self, host: &mut PageConverter, template: &str) {
        let Self { source, call } = self;
        let Some(known) = host.converter.templates.tag_options(template) else { return };
        for (key, _, span) in call.args.iter().filter(|(key, ..)| !known.contains(key)) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let error = codes::BAD_OPTION
                .report(format!("`{}` has no option `{key}`", call.name))
                .at(source.place(key_span(source, key, span)))
                .label(did_you_mean(suggest(key, known.iter().copied())))
                .help(if known.is_empty() { "it takes no options".to_owned() } else { format!("its options: {}", known.join(", ")) });
            host.report(error);
        }
    }

    /// A component of the theme. Its parameters are checked here, so that the message can be about the tag.
    fn component(self, host: &mut PageConverter, options: &TagOptions, body: Option<&str>) -> Option<Answer> {
        let name = &self.call.name;
        let component = Component { name: name.clone(), definition: host.converter.templates.component(name)? };
        let needs_body = component.definition.metadata().get("body").and_then(Value::as_str) == Some("needed");
        if needs_body && body.is_none() && !options.contains_key("text") {
            let error = codes::BAD_TAG.report(format!("`{{% {name} %}}` has no end tag"));
            self.fail(host, error.help(format!("put `{{% end{name} %}}` after its text")));
            return None;
        }
        let context = self.component_options(host, &component, options)?;
        let answer = component.draw(host, &context, body, || self.place()).map(Answer::Html);
        let (templates, implicits) = (host.converter.templates, host.context().clone());
        let draw = |options: &TagOptions, body: Option<&str>| {
            let mut context = Context::new();
            for (key, value) in options {
                context.insert_value(key.replace('-', "_"), Value::from_serializable(value));
            }
            templates.render_component(name, &context, &implicits, body).map(trimmed).ok()
        };
        self.accounted(host, answer, (options, body), draw)
    }

    /// The options as a component takes them; `None` when one is unknown or missing, which is reported.
    fn component_options(self, host: &mut PageConverter, component: &Component, options: &TagOptions) -> Option<Context> {
        let Self { source, call } = self;
        let parameters = component.parameters();
        let mut context = Context::new();
        let mut good = true;
        for (key, _, span) in &call.args {
            let name = key.replace('-', "_");
            let mistyped = parameters.iter().find(|parameter| parameter.name() == name).and_then(|parameter| parameter.arg_type());
            if let Some(expected) = mistyped.filter(|expected| !has_type(&options[key], *expected)) {
                let error = codes::BAD_OPTION.report(format!("an option of `{}` has the wrong type", call.name));
                let error = error.at(source.place(span.clone())).label(format!("expected {}", type_words(expected)));
                host.report(error.help(component.usage()));
                good = false;
            }
            if component.definition.rest_param().is_none() && !parameters.iter().any(|parameter| parameter.name() == name) {
                let near = suggest(&name, parameters.iter().map(|parameter| parameter.name())).map(option_name);
                let error = codes::BAD_OPTION
                    .report(format!("`{}` has no option `{key}`", call.name))
                    .at(source.place(key_span(source, key, span)))
                    .label(did_you_mean(near.as_deref()))
                    .help(component.usage());
                host.report(error);
                good = false;
            }
            context.insert_value(name, Value::from_serializable(&options[key]));
        }
        for missing in parameters.iter().filter(|parameter| parameter.is_required() && !context.contains_key(parameter.name())) {
            let error = codes::BAD_OPTION.report(format!("`{}` needs the option `{}`", call.name, option_name(missing.name())));
            self.fail(host, error.help(component.usage()));
            good = false;
        }
        good.then_some(context)
    }
}

/// An element of Markdown that no tag stands round.
pub(super) fn element(host: &mut PageConverter, source: &SourceText, element: Element, span: Range<usize>) -> Option<String> {
    let component = Component::of_element(host.converter, element.kind)?;
    component.draw_element(host, element, Context::new(), || source.place(span))
}

/// The tag of this name that a plugin answers.
pub(super) fn plugin_tag<'a>(converter: &Converter<'a>, name: &str) -> Option<&'a dyn Tag> {
    converter.plugins.iter().flat_map(|plugin| &plugin.tags).find(|tag| tag.name() == name).map(|tag| &**tag)
}

/// A parameter of a component as the option of a tag: `first_cell_header` is `first-cell-header`.
pub(super) fn option_name(name: &str) -> String {
    name.replace('_', "-")
}

/// Where the key stands whose value is at `value`.
pub(super) fn key_span(source: &SourceText, key: &str, value: &Range<usize>) -> Range<usize> {
    source.text.get(..value.start).and_then(|before| before.rfind(key)).map_or_else(|| value.clone(), |at| at..at + key.len())
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("did you mean `{near}`?"))
}
