//! A plugin that takes every role, in a real site: what it may change is what the page shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test ends where something is wrong")]

mod common;
#[path = "plugin/roles.rs"]
mod roles;

use std::path::Path;

use avocet::config::Overrides;
use avocet::pipeline;
use avocet::plugin::Registry;
use avocet::project::Project;
use avocet_plugin::{
    Aggregator, Bodies, CallError, Code, Computed, Diagnostic, Document, Field, Fragment, Generator, IndexInput, Indexer, List, ListKind,
    Page, PageId, Plugin, PostProcessor, Reader, Renderer, Route, RouteKey, Site, SiteIndex, SourceFile, Tag, TagCall, Taken, Transform,
    Validator, View,
};

struct Everything;

impl Reader for Everything {
    fn extensions(&self) -> Vec<&str> {
        vec!["text"]
    }

    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>> {
        Ok(Document::new(vec![Field::new("title", "From text", 0..0, 0..0)], 0..file.text.len()))
    }
}

impl Indexer for Everything {
    fn index(&self, input: &mut IndexInput) -> Vec<Diagnostic> {
        input.info.description = format!("{} pages", input.pages.len());
        Vec::new()
    }
}

impl Validator for Everything {
    fn validate(&self, index: &SiteIndex) -> Vec<Diagnostic> {
        const BAD_TITLE: Code = Code::fixed("bad-title", "A title is bad", "Write a good one");
        let faulty = index.site.all.iter().filter(|page| page.title == "Faulty");
        faulty.map(|page| BAD_TITLE.report("this title is bad").at(page.place_of("title"))).collect()
    }
}

impl Generator for Everything {
    fn routes(&self, site: &Site, declared: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let pages = declared.iter().filter(|route| route.is_page()).count();
        let route = |output: &str| Route::builder(site, output).reason("a test");
        Ok(vec![route("made.txt").bytes("made"), route("later.txt").computed(Computed::new(Later { pages }))])
    }

    fn needs_all_routes(&self) -> bool {
        true
    }
}

/// Makes a file of the first body, and of the number of pages that were declared when its route was.
struct Later {
    pages: usize,
}

impl Renderer for Later {
    fn render(&self, route: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Result<Vec<u8>, Diagnostic> {
        let first = index.site.ids().next().unwrap();
        let (body, excerpt) = (bodies.body(first), bodies.excerpt(first));
        let body = format!("{} [{}] [{}]", body.html.trim(), excerpt.html, excerpt.description);
        Ok(format!("{}: {} pages, {} files, {body}", route.output, self.pages, index.routes.all().len()).into_bytes())
    }
}

struct Count(&'static str);

impl Tag for Count {
    fn name(&self) -> &str {
        self.0
    }

    fn render(&self, call: &TagCall, index: &SiteIndex) -> Result<String, CallError> {
        if call.args.contains_key("fail") {
            return Err("`count` takes no `fail`".into());
        }
        Ok(format!("<b>{} pages{}</b>", index.site.all.len(), call.body.as_deref().unwrap_or_default()))
    }
}

impl Transform for Everything {
    fn transform(&self, page: &Page, _: &SiteIndex, fragment: &mut Fragment) {
        fragment.html = fragment.html.replace("TITLE", &page.title);
    }
}

impl PostProcessor for Everything {
    fn process(&self, route: &Route, _: &SiteIndex, html: String) -> Result<String, Diagnostic> {
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

    fn wants(&self, route: &Route, _: &SiteIndex) -> bool {
        route.page.is_some()
    }

    fn take(&self, html: &str) -> Option<Vec<u8>> {
        // What it is given is what the post-processors left.
        let (_, output) = html.strip_suffix(" --></html>")?.rsplit_once("<!-- ")?;
        (!html.contains("secret")).then(|| output.into())
    }

    fn files(&self, index: &SiteIndex, taken: Taken) -> Result<Vec<(String, Vec<u8>)>, Diagnostic> {
        let title = |route: &Route| &index.site.page(route.page.unwrap()).title;
        let lines = taken.iter().map(|(route, output)| format!("{}: {}\n", String::from_utf8_lossy(output), title(route)));
        Ok(vec![(self.output.into(), lines.collect::<String>().into_bytes())])
    }
}

fn collecting(output: &'static str) -> Registry {
    registry().with("titles", move |_| Ok(Plugin::new("titles").aggregator(Titles { output })))
}

fn collect(site: &common::Site, output: &'static str) -> (pipeline::Built, common::Tree) {
    site.write(
        "site.toml",
        "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [\"blog\", \"everything\", \"titles\"]\n",
    );
    let project = Project::open(site.path(), &Overrides::default(), &collecting(output)).unwrap_or_else(|errors| panic!("{errors:?}"));
    let built = pipeline::build(&std::sync::Arc::new(project), Default::default(), &|diagnostics| diagnostics);
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
        Ok(Plugin::new("everything")
            .reader(Everything)
            .indexer(Everything)
            .validator(Everything)
            .generator(Everything)
            .tag(Count("count"))
            .tag(Count("count.html"))
            .transform(Everything)
            .post_processor(Everything))
    })
}

fn build(site: &common::Site) -> (pipeline::Built, common::Tree) {
    let project = Project::open(site.path(), &Overrides::default(), &registry()).unwrap_or_else(|errors| panic!("{errors:?}"));
    let built = pipeline::build(&std::sync::Arc::new(project), Default::default(), &|diagnostics| diagnostics);
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
fn what_a_validator_finds_keeps_the_site_from_being_written() {
    let site = site("a\n");
    site.write("content/pages/f.md", "---\ntitle: Faulty\n---\n");
    let (built, files) = build(&site);
    let diagnostics: Vec<&str> = built.diagnostics.iter().map(|reported| reported.code.as_str()).collect();
    assert_eq!((diagnostics, files.len()), (vec!["bad-title"], 0));
    assert_eq!(built.diagnostics[0].place.as_ref().unwrap().line, 2);
}

/// Declares routes for a page that no site has, and asks for its body.
struct Stranger;

const NOBODY: PageId = PageId::new(usize::MAX);

impl Generator for Stranger {
    fn routes(&self, site: &Site, _: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let list = List::new(ListKind::Index, vec![NOBODY]);
        Ok(vec![
            Route::builder(site, "a.txt").page(NOBODY).bytes("a"),
            Route::builder(site, "b.txt").template("page.html", View::of_page(NOBODY)),
            Route::builder(site, "c.txt").template("page.html", View::of_list(list.clone())),
            Route::builder(site, "d.txt").computed(Computed::new(Stranger).list(list)),
            Route::builder(site, "e.txt").key(RouteKey::Named("stranger".into())).computed(Computed::new(Stranger)),
        ])
    }
}

impl Renderer for Stranger {
    fn render(&self, _: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Result<Vec<u8>, Diagnostic> {
        assert!(index.site.get(NOBODY).is_none() && index.site.page(NOBODY).title.is_empty());
        assert!(index.site.related(NOBODY, 3).is_empty());
        Ok([bodies.body(NOBODY).html.as_bytes(), bodies.excerpt(NOBODY).summary.as_bytes()].concat())
    }
}

#[test]
fn a_page_that_the_site_does_not_have_is_an_error_and_ends_nothing() {
    let site = site("a\n");
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [\"blog\", \"stranger\"]\n");
    site.write("templates/page.html", "{{ urls.stranger }}{{ page.content | safe }}");
    let registry = Registry::standard().with("stranger", |_| Ok(Plugin::new("stranger").generator(Stranger)));
    let project = Project::open(site.path(), &Overrides::default(), &registry).unwrap_or_else(|errors| panic!("{errors:?}"));
    let plan = pipeline::plan(&std::sync::Arc::new(project));
    let errors: Vec<&str> = plan.diagnostics.iter().map(|error| error.code.as_str()).collect();
    assert_eq!(errors, ["failed-renderer"; 4]);
    assert!(plan.diagnostics[0].message.contains("`a.txt`"), "{}", plan.diagnostics[0].message);
    let session = pipeline::Session::new(plan);
    let made = |output: &str| match session.render(session.plan.index.routes.to(output).unwrap()).unwrap() {
        avocet_plugin::Artifact::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(made("e.txt"), "");
    // A page that a plugin names is found by templates under that name.
    assert_eq!(made("a.html"), "/e.txt<p>a</p>\n");
}
