//! A plugin that takes every role, in a real site: what it may change is what the page shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;

use std::path::Path;

use avocet::config::Overrides;
use avocet::pipeline;
use avocet::plugin::Registry;
use avocet::project::Project;
use avocet_plugin::{
    Aggregator, Bodies, Body, Content, Diagnostic, Document, Field, Generator, Indexer, Page, PageId, Plugin, PostProcessor, Reader,
    Renderer, Route, Site, SiteIndex, SourceFile, Tag, TagCall, Taken, Transform, View,
};

struct Everything;

impl Reader for Everything {
    fn extensions(&self) -> &[&str] {
        &["text"]
    }

    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>> {
        let field = |key: &str, value: &str| Field { key: key.into(), value: value.into(), key_span: 0..0, span: 0..0 };
        Ok(Document { fields: vec![field("title", "From text")], body: 0..file.text.len(), warnings: Vec::new() })
    }
}

impl Indexer for Everything {
    fn index(&self, site: &mut Site) -> Vec<Diagnostic> {
        site.info.description = format!("{} pages", site.all.len());
        Vec::new()
    }
}

impl Generator for Everything {
    fn routes(&self, site: &Site) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let route = |output: &str, content| Route {
            url: site.address(output),
            output: output.to_owned(),
            key: None,
            reason: "a test".to_owned(),
            page: None,
            overrides: false,
            content,
            plugin: String::new(),
        };
        let made = |renderer: &str| Content::Computed { renderer: renderer.into(), view: View::default() };
        let has_errors = site.all.iter().any(|page| page.title == "Faulty");
        let lost = has_errors.then(|| route("lost.txt", made("nobody")));
        Ok([route("made.txt", Content::Bytes(b"made".to_vec())), route("later.txt", made("later"))].into_iter().chain(lost).collect())
    }
}

impl Renderer for Everything {
    fn name(&self) -> &str {
        "later"
    }

    fn make(&self, route: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Result<Vec<u8>, Diagnostic> {
        let SiteIndex { site, routes, .. } = index;
        let (whole, digest) = (bodies.body(PageId(0)), bodies.excerpt(PageId(0)));
        let body = format!("{} [{}] [{}]", whole.html.trim(), digest.html, digest.description);
        Ok(format!("{}: {} pages, {} files, {body}", route.output, site.all.len(), routes.all().len()).into_bytes())
    }
}

struct Count(&'static str);

impl Tag for Count {
    fn name(&self) -> &str {
        self.0
    }

    fn render(&self, call: &TagCall, site: &Site) -> Result<String, String> {
        if call.args.contains_key("fail") {
            return Err("`count` takes no `fail`".into());
        }
        Ok(format!("<b>{} pages{}</b>", site.all.len(), call.body.as_deref().unwrap_or_default()))
    }
}

impl Transform for Everything {
    fn transform(&self, page: &Page, _: &Site, body: &mut Body) {
        body.html = body.html.replace("TITLE", &page.title);
    }
}

impl PostProcessor for Everything {
    fn finish(&self, route: &Route, _: &SiteIndex, html: String) -> Result<String, Diagnostic> {
        Ok(html.replace("</html>", &format!("<!-- {} --></html>", route.output)))
    }
}

/// Keeps the titles of pages, and writes one file of them.
struct Titles {
    output: &'static str,
}

impl Aggregator for Titles {
    fn folder(&self) -> &str {
        "titles/"
    }

    fn entries(&self) -> Vec<String> {
        vec![self.output.into()]
    }

    fn wants(&self, route: &Route, _: &Site) -> bool {
        route.page.is_some()
    }

    fn take(&self, route: &Route, site: &Site, html: &str) -> Option<Vec<u8>> {
        // What it is given is what the finishers left.
        assert!(html.ends_with(&format!("<!-- {} --></html>", route.output)), "{html}");
        (!html.contains("secret")).then(|| site.page(route.page.unwrap()).title.clone().into_bytes())
    }

    fn files(&self, _: &Site, taken: Taken) -> Result<Vec<(String, Vec<u8>)>, Diagnostic> {
        let lines = taken.iter().map(|(route, title)| format!("{}: {}\n", route.output, String::from_utf8_lossy(title)));
        Ok(vec![(self.output.into(), lines.collect::<String>().into_bytes())])
    }
}

fn collecting(output: &'static str) -> Registry {
    registry().with(
        "titles",
        match output {
            "titles/all.txt" => |_| {
                Ok(Plugin { name: "titles".into(), aggregators: vec![Box::new(Titles { output: "titles/all.txt" })], ..Plugin::default() })
            },
            _ => |_| Ok(Plugin { name: "titles".into(), aggregators: vec![Box::new(Titles { output: "made.txt" })], ..Plugin::default() }),
        },
    )
}

fn collect(site: &common::Site, output: &'static str) -> (pipeline::Built, common::Tree) {
    site.write(
        "site.toml",
        "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [\"blog\", \"everything\", \"titles\"]\n",
    );
    let project = Project::open(site.path(), &Overrides::default(), &collecting(output)).unwrap_or_else(|errors| panic!("{errors:?}"));
    let built = pipeline::build(&std::sync::Arc::new(project), &|diagnostics| diagnostics);
    (built, common::tree(&site.path().join("public")))
}

#[test]
fn files_are_made_of_all_finished_pages_in_the_order_of_their_paths() {
    let site = site("text\n");
    let (built, files) = collect(&site, "titles/all.txt");
    assert!(built.diagnostics.is_empty(), "{:?}", built.diagnostics);
    assert_eq!(files["titles/all.txt"], "a.html: A\nfrom-text.html: From text\n");
    assert_eq!(built.files, files.len());
    // Nothing is done when nothing changed, and a page that is no longer taken is in no file.
    let (again, _) = collect(&site, "titles/all.txt");
    assert_eq!((again.files, again.report.unwrap().written), (built.files, 0));
    site.write("content/pages/a.md", "---\ntitle: A\n---\nsecret");
    assert_eq!(collect(&site, "titles/all.txt").1["titles/all.txt"], "from-text.html: From text\n");
    // With an error no file is written.
    site.write("content/pages/a.md", "---\ntitle: A\n---\n{% count fail=true %}");
    let (has_errors, files) = collect(&site, "titles/all.txt");
    assert!(has_errors.report.is_none());
    assert_eq!(files["titles/all.txt"], "from-text.html: From text\n");
    // A plugin that goes takes its files with it.
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [\"blog\", \"everything\"]\n");
    site.write("content/pages/a.md", "---\ntitle: A\n---\n");
    assert!(!build(&site).1.contains_key("titles/all.txt"));
}

#[test]
fn a_file_of_all_pages_stays_in_its_folder() {
    let (built, files) = collect(&site("text\n"), "made.txt");
    assert_eq!(built.diagnostics[0].code, "output-outside");
    assert!(files.is_empty());
}

fn registry() -> Registry {
    Registry::standard().with("everything", |_| {
        Ok(Plugin {
            name: "everything".into(),
            readers: vec![Box::new(Everything)],
            indexers: vec![Box::new(Everything)],
            generators: vec![Box::new(Everything)],
            renderers: vec![Box::new(Everything)],
            tags: vec![Box::new(Count("count")), Box::new(Count("count.html"))],
            transforms: vec![Box::new(Everything)],
            post_processors: vec![Box::new(Everything)],
            ..Plugin::default()
        })
    })
}

fn build(site: &common::Site) -> (pipeline::Built, common::Tree) {
    let project = Project::open(site.path(), &Overrides::default(), &registry()).unwrap_or_else(|errors| panic!("{errors:?}"));
    let built = pipeline::build(&std::sync::Arc::new(project), &|diagnostics| diagnostics);
    (built, common::tree(&site.path().join("public")))
}

fn site(body: &str) -> common::Site {
    let site = common::Site::from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme"));
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [\"blog\", \"everything\"]\n");
    site.write("content/pages/a.md", &format!("---\ntitle: A\n---\n{body}"));
    site.write("content/pages/b.text", "Plain");
    site.write("templates/page.html", "{{ site.description }} {{ count() }}\n{{ page.content }}</html>");
    site
}

#[test]
fn a_plugin_takes_every_role() {
    let (built, files) = build(&site("TITLE\n\n{% count %}\n{% include count.html %}\n\nin {% count %}, more{% endcount %} line\n"));
    assert!(built.diagnostics.is_empty(), "{:?}", built.diagnostics);
    let page =
        "2 pages <b>2 pages</b>\n<p>A</p>\n<b>2 pages</b>\n<b>2 pages</b>\n<p>in <b>2 pages, more</b> line</p>\n<!-- a.html --></html>";
    assert_eq!(files["a.html"], page);
    assert_eq!(files["made.txt"], "made");
    let later = format!("later.txt: 2 pages, {} files, <p>A</p>", files.len());
    assert!(
        files["later.txt"].starts_with(&later) && files["later.txt"].contains("</p> [] [") && !files["later.txt"].ends_with("[]"),
        "{}",
        files["later.txt"]
    );
    assert!(files.contains_key("from-text.html"));
}

#[test]
fn a_tag_that_fails_is_an_error_at_its_place() {
    let (built, files) = build(&site("one\n\ntwo {% count fail=true %}\n"));
    let error = &built.diagnostics[0];
    assert_eq!((error.code.as_str(), error.message.as_str()), ("failed-tag", "`count` takes no `fail`"));
    let place = error.place.as_ref().unwrap();
    assert_eq!((place.file.as_str(), place.line, place.column), ("content/pages/a.md", 6, 5));
    assert!(files.is_empty());
}

#[test]
fn a_maker_that_is_not_there_is_an_error_and_nothing_is_written() {
    let site = site("a\n");
    site.write("content/pages/f.md", "---\ntitle: Faulty\n---\n");
    let (built, files) = build(&site);
    let diagnostics: Vec<&str> = built.diagnostics.iter().map(|reported| reported.code.as_str()).collect();
    assert_eq!((diagnostics, files.len()), (vec!["failed-renderer"], 0));
}
