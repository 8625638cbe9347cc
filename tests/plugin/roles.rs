//! What a plugin answers for a stretch of a page: blocks of code, tags with raw bodies and words, sources of its own, values for templates.

use avocet::config::Overrides;
use avocet::pipeline;
use avocet::plugin::Registry;
use avocet::project::Project;
use avocet_plugin::{
    CallError, CodeBlock, CodeRenderer, Diagnostic, Document, Field, Fragment, Generator, IndexInput, Indexer, Input, Page, PageBody, Part,
    Plugin, Reader, Route, Site, SiteIndex, SourceFile, Tag, TagBody, TagCall, Term, Transform, codes,
};

use super::common;

/// Draws `dot`, and refuses the line `bad`.
struct Dot;

fn refuse_bad(text: &str) -> Result<(), CallError> {
    let bad = text.lines().position(|line| line.trim() == "bad");
    bad.map_or(Ok(()), |at| Err(CallError::new("`bad` is not drawn").help("write good").line(at + 1)))
}

impl CodeRenderer for Dot {
    fn languages(&self) -> Vec<&str> {
        vec!["dot"]
    }

    fn render(&self, block: &CodeBlock, _: &SiteIndex) -> Result<String, CallError> {
        refuse_bad(block.code)?;
        Ok(format!("<svg>{}|{}|{}|{}</svg>", block.language, block.info, block.code.replace('\n', "/"), block.page.title))
    }
}

/// A tag of any form.
struct Form(&'static str, TagBody, &'static [&'static str]);

impl Tag for Form {
    fn name(&self) -> &str {
        self.0
    }

    fn body(&self) -> TagBody {
        self.1
    }

    fn words(&self) -> Vec<&str> {
        self.2.to_vec()
    }

    fn render(&self, call: &TagCall, index: &SiteIndex) -> Result<String, CallError> {
        refuse_bad(call.body.as_deref().unwrap_or_default())?;
        if call.args.contains_key("slow") {
            return Err(CallError::new("too slow").code(&codes::LARGE_FILE));
        }
        let args: Vec<String> = call.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let page = call.page(index).map_or("no page", |page| &page.title);
        Ok(format!("[{}|{}|{page}]", args.join(" "), call.body.as_deref().unwrap_or("none").replace('\n', "/")))
    }
}

/// Sources that are text of the plugin's own: `*.md.own` is Markdown, `*.own` HTML.
struct Own;

impl Reader for Own {
    fn extensions(&self) -> Vec<&str> {
        vec!["own"]
    }

    fn read(&self, file: &SourceFile) -> Result<Document, Vec<Diagnostic>> {
        let text = file.text.trim().replace("^", "\n").into();
        let body = if file.path.ends_with(".md.own") { PageBody::Markdown(text) } else { PageBody::Html(text) };
        Ok(Document::new(vec![Field::new("title", file.path.as_ref(), 0..0, 0..0)], body))
    }
}

/// Shouts, and counts the words that it shouted.
struct Shout;

impl Transform for Shout {
    fn transform(&self, page: &Page, _: &SiteIndex, fragment: &mut Fragment) {
        fragment.values.insert("shouts".into(), fragment.html.matches("hey").count().into());
        fragment.html = fragment.html.replace("hey", if fragment.part == Part::Body { "HEY" } else { "HEY!" });
        if fragment.html.contains("quiet") {
            fragment.diagnostics.push(codes::LARGE_FILE.report("too quiet").at(page.place_near("quiet")));
        }
    }
}

fn registry() -> Registry {
    Registry::standard().with("roles", |_| {
        Ok(Plugin::new("roles")
            .code_renderer(Dot)
            .tag(Form("raw", TagBody::Raw, &[]))
            .tag(Form("video", TagBody::None, &["id", "width"]))
            .tag(Form("box", TagBody::Html, &[]))
            .reader(Own)
            .transform(Shout))
    })
}

fn site(body: &str) -> common::Site {
    let site = super::site(body);
    site.write("site.toml", "[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [\"blog\", \"roles\"]\n");
    site.write("templates/page.html", "{{ page.content }}");
    site
}

fn build(site: &common::Site) -> (Vec<Diagnostic>, common::Tree) {
    let project = Project::open(site.path(), &Overrides::default(), &registry()).unwrap_or_else(|errors| panic!("{errors:?}"));
    let built = pipeline::build(&std::sync::Arc::new(project), Default::default(), &|diagnostics| diagnostics);
    (built.diagnostics, common::tree(&site.path().join("public")))
}

/// The page that this body becomes.
fn page(body: &str) -> String {
    let (diagnostics, files) = build(&site(body));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    files["a.html"].to_string()
}

/// The problems of this body: code, message, line, column.
fn problems(body: &str) -> Vec<(String, String, usize, usize)> {
    let (diagnostics, _) = build(&site(body));
    let place = |reported: &Diagnostic| reported.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
    diagnostics.iter().map(|reported| (reported.code.clone(), reported.message.clone(), place(reported).0, place(reported).1)).collect()
}

#[test]
fn a_block_of_code_is_drawn_and_nothing_in_it_is_read() {
    let html = page(
        "x\n\n```dot caption=\"*c*\"\na -> \"<b>\" {% raw %} **x** &amp;\n```\n\n> ~~~ Dot\n> a\n>\n>  b\n> ~~~\n\n    :::dot\n    c\n",
    );
    assert!(html.contains("<svg>dot|caption=\"*c*\"|a -> \"<b>\" {% raw %} **x** &amp;/|A</svg>"), "{html}");
    assert!(html.contains("<svg>Dot||a// b/|A</svg>") && html.contains("<svg>dot||c/|A</svg>"), "{html}");
    assert!(page("```python\ndot\n```\n").contains("<pre"));
}

#[test]
fn an_error_in_code_is_shown_at_its_line() {
    let error = |line, column| vec![("failed-code".to_owned(), "`bad` is not drawn".to_owned(), line, column)];
    // The body begins on line 4.
    assert_eq!(problems("```dot\na\nbad\n```\n"), error(6, 1));
    assert_eq!(problems("- > ```dot\n  > bad\n  > ```\n"), error(5, 3));
    assert_eq!(problems("x\n\n    :::dot\n    a\n    bad\n"), error(8, 5));
}

#[test]
fn a_raw_body_is_the_text_as_it_is_written() {
    let raw = "\n*a* <b \n\n```\n{% box %} {% x=\n";
    let html = page(&format!("p\n\n{{% raw n=1 %}}{raw}{{% endraw %}}\n\n*q* {{% raw %}}<i>{{% endraw %}} `{{% raw %}}` r\n"));
    assert!(html.contains(&format!("[n=1|{}|A]", raw.replace('\n', "/"))), "{html}");
    assert!(html.contains("<em>q</em> [|<i>|A] <code>{% raw %}</code> r"), "{html}");
    assert!(page("{% box %}*a* {% raw %}*b*{% endraw %}{% endbox %}").contains("<em>a</em> [|*b*|A]"));
    assert!(page("<div>\n{% raw %}</div>{% endraw %}\n</div>\n").contains("[|</div>|A]"));
    assert_eq!(problems("{% raw %}\na\n bad\n{% endraw %}"), [("failed-tag".to_owned(), "`bad` is not drawn".to_owned(), 6, 2)]);
}

#[test]
fn words_without_a_name_are_the_options_that_the_tag_names() {
    assert_eq!(page("{% video https://x.org/?v=1 640 wide=true %}"), "[id=\"https://x.org/?v=1\" wide=true width=\"640\"|none|A]");
    let codes = |body: &str| problems(body).into_iter().map(|(code, message, ..)| format!("{code}: {message}")).collect::<Vec<_>>();
    assert_eq!(codes("{% video a 1 b %}"), ["bad-option: the option `b` has no name"]);
    assert_eq!(codes("{% video a id=\"b\" %}"), ["bad-option: the option `id` stands here twice, once without its name"]);
    assert_eq!(codes("{% video a %}x{% endvideo %}"), ["bad-tag: `{% video %}` takes no text, and has an end tag"]);
    assert_eq!(codes("{% video slow=true %}"), ["large-file: too slow"]);
    assert_eq!(
        codes("{% include a.html b.html %}"),
        ["bad-option: this include names a second file", "missing-include: there is no include `a.html`"]
    );
}

#[test]
fn a_reader_may_make_the_body_itself() {
    let site = site("a\n");
    site.write("content/pages/m.md.own", "## Part^^*text* [a](a.md) {% video x %}");
    site.write("content/pages/h.own", "<h2 id=\"p\">Part <a href=\"#\">x</a></h2>^<p>*text* <a href=\"a.md\">a</a> {% video x %} hey</p>");
    site.write(
        "templates/page.html",
        "{% for heading in page.contents %}{{ heading.id }}:{{ heading.title }} {% endfor %}{{ page.content }}",
    );
    let (diagnostics, files) = build(&site);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let markdown = "part:Part <h2 id=\"part\">Part</h2>\n<p><em>text</em> <a href=\"/a.html\">a</a> [id=\"x\"|none|pages/m.md.own]</p>\n";
    assert_eq!(files["pagesmmdown.html"], markdown);
    let html = "p:Part x <h2 id=\"p\">Part <a href=\"#\">x</a></h2>\n<p>*text* <a href=\"/a.html\">a</a> {% video x %} HEY</p>";
    assert_eq!(files["pageshown.html"], html);
    // What is wrong is shown where the same words stand in the source.
    site.write("content/pages/m.md.own", "one^^[gone](gone.md) [gone](gone.md)^^{% nothing %}");
    let (diagnostics, _) = build(&site);
    let places: Vec<(usize, usize)> =
        diagnostics.iter().map(|error| error.place.as_ref().map_or((9, 9), |at| (at.line, at.column))).collect();
    assert_eq!(places, [(0, 0), (0, 0), (1, 42)], "{diagnostics:?}");
}

#[test]
fn a_transform_comes_before_contents_and_summary_and_gives_values() {
    let site = site("## hey *you*\n\nhey hey\n");
    site.write("content/pages/s.md", "---\ntitle: S\nsummary: hey quiet\n---\nhey");
    let fields = "{{ page.summary }}|{{ page.description }}|{{ page.values.shouts }}|";
    site.write(
        "templates/page.html",
        &format!("{fields}{{% for heading in page.contents %}}{{{{ heading.title }}}}{{% endfor %}}{{{{ page.content }}}}"),
    );
    let (diagnostics, files) = build(&site);
    let body = "<h2 id=\"HEY-you\">HEY <em>you</em></h2>\n<p>HEY HEY</p>\n";
    assert_eq!(files["a.html"], format!("<p>HEY HEY</p>|HEY HEY|4|HEY <em>you</em>{body}"));
    assert_eq!(files["s.html"], "<p>HEY! quiet</p>|HEY! quiet|1|<p>HEY</p>\n");
    let place = diagnostics[0].place.as_ref().unwrap();
    assert_eq!((diagnostics.len(), place.line, place.column), (1, 3, 14));
}

#[test]
fn a_plugin_has_a_name_of_its_own() {
    let site = site("a\n");
    let errors = |registry: Registry, plugins: &str| {
        site.write("site.toml", &format!("[site]\ntitle = \"T\"\nurl = \"https://x.org\"\ntheme = \"plain\"\nplugins = [{plugins}]\n"));
        let errors = Project::open(site.path(), &Overrides::default(), &registry).err().unwrap_or_default();
        errors.iter().map(|error| format!("{} {}", error.place.as_ref().unwrap().line, error.message)).collect::<Vec<_>>()
    };
    let empty =
        |name: &'static str| registry().with(name, move |_| Ok(Plugin::new(name).tag(Form("box", TagBody::Html, &[])).code_renderer(Dot)));
    assert!(errors(empty("other"), "\"blog\", \"roles\"").is_empty());
    assert_eq!(errors(empty("blog"), "\"blog\""), ["5 there are two plugins of the name `blog`"]);
    assert_eq!(errors(registry(), "\"blog\", \"roles\", \"blog\""), ["5 `blog` stands here twice"]);
    let both =
        ["5 the plugins `roles` and `other` both have the tag `box`", "5 the plugins `roles` and `other` both have the language `dot`"];
    assert_eq!(errors(empty("other"), "\"roles\", \"other\""), both);
}

#[test]
fn a_constructor_is_given_the_folder_of_the_site() {
    let site = site("");
    site.write("name.txt", "given");
    site.write("templates/page.html", "{{ given() }}");
    let registry = Registry::standard().with("roles", |setup| {
        let name = setup.root.and_then(|root| std::fs::read_to_string(root.join("name.txt")).ok()).unwrap_or_else(|| "unset".into());
        Ok(Plugin::new("roles").tag(Form(name.leak(), TagBody::Html, &[])))
    });
    assert_eq!(registry.unset().iter().find(|plugin| plugin.name == "roles").unwrap().tags[0].name(), "unset");
    let project = Project::open(site.path(), &Overrides::default(), &registry).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert!(pipeline::build(&std::sync::Arc::new(project), Default::default(), &|diagnostics| diagnostics).report.is_some());
    assert_eq!(common::tree(&site.path().join("public"))["a.html"], "[|none|no page]");
}

#[test]
fn a_tag_of_the_site_sees_all_articles() {
    let site = site("{% newest %}\n");
    site.write(
        "templates/tags/newest.html",
        "{% for article in articles %}<a href=\"{{ article.url }}\">{{ article.title }}</a>{% endfor %} {{ tags | length }}",
    );
    site.write("content/blog/b.md", "---\ntitle: B\ndate: 2026-01-01\ntags: x, y\n---\n{% newest %}");
    site.write("content/blog/c.md", "---\ntitle: C\ndate: 2026-01-02\n---\nc");
    let (diagnostics, files) = build(&site);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(files["a.html"], "<a href=\"/blog/c.html\">C</a><a href=\"/blog/b.html\">B</a> 2\n");
    // What is remembered of the page is not what it shows when an article is gone.
    std::fs::remove_file(site.path().join("content/blog/c.md")).unwrap();
    assert_eq!(build(&site).1["a.html"], "<a href=\"/blog/b.html\">B</a> 2\n");
}

/// Gives every page a tag.
struct Tagger;

impl Indexer for Tagger {
    fn index(&self, input: &mut IndexInput) -> Vec<Diagnostic> {
        for page in input.pages.iter_mut().filter(|page| page.date.is_some()) {
            std::sync::Arc::make_mut(page).tags.push(Term::new("Given"));
        }
        Vec::new()
    }
}

/// Writes the files that it is given.
struct Given;

impl Generator for Given {
    fn routes(&self, site: &Site, _: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let texts = site.inputs.iter().map(|(path, text)| format!("{path}={text}"));
        let bytes = site.input_bytes.iter().map(|(path, bytes)| format!("{path}={bytes:?}"));
        let all: Vec<String> = texts.chain(bytes).collect();
        Ok(vec![Route::builder(site, "given.txt").bytes(all.join(" "))])
    }
}

#[test]
fn inputs_are_texts_or_bytes_and_may_be_named_by_patterns() {
    let site = site("a\n");
    for file in ["data/a.csv", "data/b/c/d.csv", "data/a.txt", "data/.e.csv", "data/a.csv~", "refs.bib", "public/x.bib", "deep/refs.bib"] {
        site.write(file, "t");
    }
    site.write("content/blog/[x].dat", "v");
    std::fs::write(site.path().join("data/i.png"), [0xff, 0]).unwrap();
    let build = |inputs: &'static [Input]| {
        std::fs::remove_dir_all(site.path().join("public")).unwrap_or_default();
        let registry = Registry::standard()
            .with("roles", |_| Ok(inputs.iter().cloned().fold(Plugin::new("roles").generator(Given).indexer(Tagger), Plugin::input)));
        let project = Project::open(site.path(), &Overrides::default(), &registry).unwrap_or_else(|errors| panic!("{errors:?}"));
        let built = pipeline::build(&std::sync::Arc::new(project), Default::default(), &|diagnostics| diagnostics);
        let codes: Vec<String> = built.diagnostics.into_iter().map(|reported| reported.code).collect();
        (codes, common::tree(&site.path().join("public")))
    };
    let text = |pattern: &str| Input::text(pattern);
    let made = |inputs: Vec<Input>| build(inputs.leak()).1["given.txt"].to_string();
    assert_eq!(made(vec![text("data/*.csv")]), "data/a.csv=t");
    assert_eq!(made(vec![text("data/**/*.{csv,txt}")]), "data/a.csv=t data/a.txt=t data/b/c/d.csv=t");
    assert_eq!(made(vec![text("*.bib"), Input::bytes("data/*.png")]), "refs.bib=t data/i.png=[255, 0]");
    assert_eq!(made(vec![text("**/*.bib")]), "deep/refs.bib=t refs.bib=t");
    assert_eq!(made(vec![text("content/blog/[x].dat"), text("gone/*.x"), text("gone")]), "content/blog/[x].dat=v");
    assert_eq!(build(vec![text("data/*.png")].leak()).0, ["not-utf-8"]);
    assert_eq!(build(vec![text("data/[.png")].leak()).0, ["bad-setting"]);
}

#[test]
fn a_tag_that_an_indexer_adds_has_its_page() {
    let site = site("a\n");
    site.write("content/blog/b.md", "---\ntitle: B\ndate: 2026-01-01\n---\nb");
    let registry = Registry::standard().with("roles", |_| Ok(Plugin::new("roles").indexer(Tagger)));
    let project = Project::open(site.path(), &Overrides::default(), &registry).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert!(pipeline::build(&std::sync::Arc::new(project), Default::default(), &|diagnostics| diagnostics).report.is_some());
    assert!(common::tree(&site.path().join("public"))["tag/given.html"].to_string().contains("/blog/b.html"));
}

#[test]
fn a_plugin_with_other_code_makes_the_site_again() {
    let site = site("a\n");
    let open = |hash: u8, text: &'static str| {
        let registry = Registry::standard()
            .with("roles", move |_| Ok(Plugin::new("roles").hash([hash; 32]).tag(Form(text, TagBody::Html, &[])).transform(Say(text))));
        std::sync::Arc::new(Project::open(site.path(), &Overrides::default(), &registry).unwrap_or_else(|errors| panic!("{errors:?}")))
    };
    let build = |hash, text| {
        let built = pipeline::build(&open(hash, text), Default::default(), &|diagnostics| diagnostics);
        (built.report.unwrap().written > 0, common::tree(&site.path().join("public"))["a.html"].to_string())
    };
    assert_eq!(build(1, "one"), (true, "one".to_owned()));
    // The same hash is a promise that nothing differs.
    assert_eq!(build(1, "two"), (false, "one".to_owned()));
    assert_eq!(build(2, "two"), (true, "two".to_owned()));
    // A preview takes over no page that the old code read.
    let before = pipeline::plan(&open(1, "one"));
    let again = pipeline::replan(&open(2, "two"), &before, None).unwrap();
    assert_eq!(again.changes, ["plugins/roles"]);
    assert!(pipeline::replan(&open(1, "one"), &before, None).is_none());
}

/// Says one thing only.
struct Say(&'static str);

impl Transform for Say {
    fn transform(&self, _: &Page, _: &SiteIndex, fragment: &mut Fragment) {
        fragment.html = self.0.to_owned();
    }
}
