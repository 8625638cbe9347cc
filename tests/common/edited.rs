//! A site to which random edits are made, for the tests that say what has to hold after any of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Site;

/// Numbers that look random and are the same for the same seed (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(list.len());
        &list[at]
    }
}

/// A post, as it is written to its file.
#[derive(Clone, Debug)]
struct Post {
    title: String,
    date: String,
    tags: Vec<String>,
    slug: Option<String>,
    draft: bool,
    alias: Option<String>,
    /// Further lines of front matter.
    more: String,
    body: String,
}

impl Post {
    fn text(&self) -> String {
        let slug = self.slug.iter().map(|slug| format!("slug: {slug}\n"));
        let alias = self.alias.iter().map(|alias| format!("aliases: [{alias}]\n"));
        let status = self.draft.then(|| "status: draft\n".to_owned());
        let more: String = slug.chain(alias).chain(status).chain([self.more.clone()]).collect();
        format!("---\ntitle: {}\ndate: {}\ntags: [{}]\n{more}---\n{}\n", self.title, self.date, self.tags.join(", "), self.body)
    }
}

/// Settings that are edited.
struct Settings {
    page_size: usize,
    title: String,
    greeting: String,
    /// Whether the site is a blog, with feeds and a sitemap.
    blog: bool,
    clean: bool,
    search: bool,
    menu: String,
    markdown: &'static str,
    feeds: usize,
    /// The setting of the plugin `mark`, which a test may have.
    mark: Option<u64>,
    /// Whether the theme is one of Pelican, whose templates are in Jinja's language.
    jinja: bool,
}

/// Lines of `[markdown]` and `[limits]`.
const MARKDOWN: [&str; 4] = [
    "[markdown]\nsmart = true\n",
    "[markdown]\nhighlight = false\n",
    "[markdown]\nsummary_words = 3\n",
    "[markdown]\nsummary_words = 9\n[limits]\ntags = 40000\n",
];

/// Further lines of front matter.
const MORE: [&str; 8] = [
    "",
    "image: /images/shape.svg\n",
    "summary: \"Short, with [a link](/about.html)\"\n",
    "author: Ada\nmodified: 2023-02-03\n",
    "lang: cy\n",
    "series: S\nmood: {a: [1, two, null]}\n",
    "category: odd\n",
    "template: page\n",
];

/// The site that is edited.
pub struct Edited {
    pub site: Site,
    pub chance: Chance,
    posts: BTreeMap<String, Post>,
    settings: Settings,
    made: usize,
    pub log: Vec<String>,
}

impl Edited {
    pub fn new(seed: u64) -> Self {
        Self::with_mark(seed, None)
    }

    /// The same site with the plugin `mark`, which the test has, and this setting of it.
    pub fn with_mark(seed: u64, mark: Option<u64>) -> Self {
        let site = super::blog(0);
        let settings = Settings {
            page_size: 5,
            title: "T".into(),
            greeting: "Hello".into(),
            blog: true,
            clean: false,
            search: true,
            menu: "Blog".into(),
            markdown: "",
            feeds: 10,
            mark,
            jinja: false,
        };
        super::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pelican-theme"), &site.path().join("themes/jinja"), &[]);
        let mut edited = Self { site, chance: Chance(seed), posts: BTreeMap::new(), settings, made: 0, log: Vec::new() };
        edited.site.write("includes/box.html", "<p>box</p>\n").write("content/static/data.txt", "data\n");
        edited.site.write("themes/plain/templates/footer.html", "<footer>{{ theme.greeting }}</footer>");
        let article = edited.path("themes/plain/templates/article.html");
        let related =
            "{{ page.content }}{% for other in page.related %}<a href='{{ other.url }}'>{{ other.title }} {{ other.date }}</a>{% endfor %}";
        fs::write(&article, fs::read_to_string(&article).unwrap().replace("{{ page.content }}", related)).unwrap();
        edited.write_badge(1);
        edited.write_page_template(1);
        edited.write_shape(1);
        edited.write_data(1);
        edited.site.write(
            "content/pages/about.md",
            "---\ntitle: About\n---\n{% include box.html %}\n\n{% note title=\"N\" %}\nhello\n{% endnote %}\n\n{% stats-number of=\"repositories\" %}\n",
        );
        edited.write_settings();
        for _ in 0..12 {
            edited.add();
        }
        edited
    }

    fn path(&self, file: &str) -> PathBuf {
        self.site.path().join(file)
    }

    fn save(&mut self, file: &str) {
        let text = self.posts[file].text();
        match self.chance.below(3) {
            // As many editors save: a new file beside it, renamed over it.
            0 => {
                self.site.write(&format!("{file}.swp~"), &text);
                fs::rename(self.path(&format!("{file}.swp~")), self.path(file)).unwrap();
            }
            _ => drop(self.site.write(file, &text)),
        }
    }

    fn some_post(&mut self) -> Option<String> {
        let files: Vec<String> = self.posts.keys().cloned().collect();
        (!files.is_empty()).then(|| self.chance.of(&files).clone())
    }

    fn add(&mut self) {
        self.made += 1;
        let number = self.made;
        let folder = *self.chance.of(&["", "data/", "Ünïcode ordner/", "deep/er/"]);
        let file = format!("content/blog/{folder}post {number}.md");
        let post = Post {
            title: format!("Post {number}"),
            date: format!("2022-{:02}-{:02}", self.chance.below(12) + 1, self.chance.below(28) + 1),
            tags: vec![format!("t{}", self.chance.below(4))],
            slug: None,
            draft: false,
            alias: None,
            more: String::new(),
            body: format!("Text of *{number}*.\n\n```python\nx = {number}\n```"),
        };
        self.posts.insert(file.clone(), post);
        self.save(&file);
        self.log.push(format!("add {file}"));
    }

    /// What the plugin `stats` reads: an input that is no source.
    fn write_data(&self, repositories: u64) {
        let text = format!("Organisation,Link,Date,Open Repositories\nVale,https://example.org/vale,2022-06-26,{repositories}\n");
        self.site.write("content/data/openhealthstats.csv", &text);
    }

    /// A tag of the site, which sees the page and asks for an image and for a plugin's tag.
    fn write_badge(&self, n: u64) {
        let text = "<i>{{ args.text }} {{ page.title }} {{ page.newer.title if page.newer else 'newest' }} {{ site.title }} \
                    {{ picture_size(src='/notes/images/shape.svg') | json }} {{ stats_number(of='repositories') }}</i>";
        for theme in ["plain", "jinja"] {
            self.site.write(&format!("themes/{theme}/templates/tags/badge.html"), &format!("{text}{n}"));
        }
    }

    /// A template that asks as well.
    fn write_page_template(&self, n: u64) {
        let text = "{% extends 'base.html' %}{% block main %}<h1>{{ page.title }}</h1>{{ page.content }}\
                    {{ picture_size(src='/notes/images/shape.svg') | json }} {{ stats_number(of='repositories') }}";
        self.site.write("themes/plain/templates/page.html", &format!("{text} {n}{{% endblock main %}}"));
        let text = "{% extends 'base.html' %}{% block content %}{% set it = article or page %}<h1>{{ it.title }}</h1>{{ it.content }} {{ pages|count }}";
        self.site.write("themes/jinja/templates/page.html", &format!("{text} {n}{{% endblock %}}"));
    }

    fn write_shape(&self, n: u64) {
        self.site.write("content/images/shape.svg", &format!("<svg viewBox=\"0 0 {} 20\"/>", n % 50 + 1));
    }

    fn write_settings(&mut self) {
        let Settings { page_size, title, greeting, blog, clean, search, menu, markdown, feeds, mark, jinja } = &self.settings;
        let theme = if *jinja { "jinja" } else { "plain" };
        let search = if *search { ", \"search\"" } else { "" };
        let (mark, mark_settings) = match mark {
            Some(number) => (", \"mark\"", format!("[plugins.mark]\nnumber = {number}\n")),
            None => ("", String::new()),
        };
        let (plugins, feeds) = match blog {
            true => ("\"blog\", \"feeds\", \"sitemap\", \"stats\"", format!("[plugins.feeds]\nlimit = {feeds}\n")),
            false => ("\"stats\"", String::new()),
        };
        let links = if *clean { "clean" } else { "html" };
        self.site.write(
            "site.toml",
            &format!(
                "[site]\ntitle = \"{title}\"\nurl = \"https://example.org/notes\"\ntheme = \"{theme}\"\nplugins = [{plugins}{search}{mark}]\n\
                 [articles]\npage_size = {page_size}\n[urls]\nlinks = \"{links}\"\n[theme]\ngreeting = \"{greeting}\"\n{markdown}{feeds}{mark_settings}\
                 [[menu]]\ntitle = \"{menu}\"\nurl = \"/blog/\"\n"
            ),
        );
    }

    /// One of the settings.
    fn edit_settings(&mut self, n: u64) {
        let settings = &mut self.settings;
        match self.chance.below(12) {
            0 => settings.page_size = usize::try_from(n % 5 + 2).unwrap(),
            1 => settings.title = format!("T{n}"),
            2 => settings.clean = !settings.clean,
            3 => settings.greeting = format!("Hello {n}"),
            4 => settings.search = !settings.search,
            5 => settings.menu = format!("Blog {n}"),
            6 => settings.markdown = *self.chance.of(&MARKDOWN),
            7 => settings.feeds = usize::try_from(n % 7 + 1).unwrap(),
            8 => settings.mark = settings.mark.map(|_| n % 9),
            // The law of the preview waits for every edit to be told, which one of another theme is not.
            9 | 10 if settings.mark.is_some() => settings.jinja = !settings.jinja,
            _ => settings.blog = !settings.blog || n % 8 > 3,
        }
        self.write_settings();
    }

    /// A body that asks for something of the site.
    fn body(&mut self, n: u64) -> String {
        let other = self.some_post().unwrap_or_default();
        let marked = if self.settings.mark.is_some() { "{% marked %}" } else { "*not marked*" };
        let parts = [
            marked.to_owned(),
            "```count\nx\n```".to_owned(),
            format!("Body {n} and <b>more</b>.\n\n## Heading {n}\n\nx"),
            format!("```rust\nlet x = {};\n```", n % 9),
            "![A shape](/images/shape.svg)".to_owned(),
            format!("{{% note title=\"N{n}\" %}}\nhello *{n}*\n{{% endnote %}}"),
            "{% include box.html %}".to_owned(),
            "{% stats-number of=\"repositories\" %}".to_owned(),
            format!("A {{% badge text=\"b{}\" %}} in a line", n % 3),
            format!("[Other]({{filename}}/{})", other.trim_start_matches("content/").replace(' ', "%20")),
            "[About](/about.html) and \"quotes\"".to_owned(),
            // A warning, which is reported in every build.
            "<img src=\"/images/shape.svg\">".to_owned(),
        ];
        let number = self.chance.below(3) + 1;
        (0..number).map(|_| self.chance.of(&parts).clone()).collect::<Vec<_>>().join("\n\n")
    }

    /// Takes out what keeps the site from being built: odd pages, links that lead nowhere, names that are there twice.
    pub fn fix(&mut self) {
        self.site.write("content/pages/odd.md", "---\ntitle: Odd\n---\nMended\n");
        let files: Vec<String> = self.posts.keys().cloned().collect();
        for file in files {
            self.made += 1;
            let title = format!("Post {}", self.made);
            let post = self.posts.get_mut(&file).unwrap();
            let dead = post.body.contains("](");
            if dead || post.slug.is_some() || post.alias.is_some() || post.title.starts_with("Title") {
                let body = if dead { "Mended".into() } else { post.body.clone() };
                *post = Post { title, slug: None, alias: None, more: String::new(), body, ..post.clone() };
                self.save(&file);
            }
        }
        self.log.push("mend".into());
    }

    /// One edit.
    pub fn edit(&mut self) {
        let n = self.chance.next() % 1000;
        let kind = self.chance.below(32);
        let file = match kind {
            0..=13 | 27 | 28 => match self.some_post() {
                Some(file) => file,
                None => return self.add(),
            },
            _ => String::new(),
        };
        self.log.push(format!("{kind} {n} {file}"));
        let (body, more) = (self.body(n), self.chance.of(&MORE).to_string());
        if let Some(post) = self.posts.get_mut(&file) {
            match kind {
                1 | 2 | 27 => post.body = body,
                3 => post.title = format!("Title {n}"),
                4 => post.date = format!("20{:02}-01-{:02}", n % 40 + 10, n % 28 + 1),
                5 => post.tags = (0..n % 4).map(|tag| format!("t{}", (n + tag * 7) % 6)).collect(),
                6 => post.slug = (!n.is_multiple_of(3)).then(|| format!("slug-{n}")),
                7 => post.draft = !post.draft,
                8 => post.alias = (!n.is_multiple_of(4)).then(|| format!("/old/{n}.html")),
                // Sometimes a link to a file that may go: then a build writes nothing until it is mended.
                28 => post.more = more,
                9 if n.is_multiple_of(3) => post.body = "[x](post%201.md)".into(),
                _ => {}
            }
        }
        match kind {
            0 => {
                let text = fs::read(self.path(&file)).unwrap();
                fs::write(self.path(&file), text).unwrap();
            }
            1..=9 | 27 | 28 => self.save(&file),
            10 => {
                let new = format!("content/blog/renamed {n}.md");
                if !self.posts.contains_key(&new) {
                    fs::rename(self.path(&file), self.path(&new)).unwrap();
                    let post = self.posts.remove(&file).unwrap();
                    self.posts.insert(new, post);
                }
            }
            11 | 12 if self.posts.len() > 6 => {
                self.posts.remove(&file);
                fs::remove_file(self.path(&file)).unwrap();
            }
            11..=14 => self.add(),
            15 => drop(self.site.write(&format!("content/static/file {}.txt", n % 3), &format!("{n}"))),
            16 => {
                fs::create_dir_all(self.path("content/images")).unwrap();
                let bytes: Vec<u8> = (0..n).map(|at| u8::try_from(at % 251).unwrap()).collect();
                fs::write(self.path(&format!("content/images/b{}.png", n % 2)), bytes).unwrap();
            }
            17 => drop(self.site.write("themes/plain/templates/footer.html", &format!("<footer>{n} {{{{ theme.greeting }}}}</footer>"))),
            18 if n.is_multiple_of(2) => drop(self.site.write("templates/footer.html", &format!("<footer>over {n}</footer>"))),
            18 => drop(fs::remove_dir_all(self.path("templates"))),
            19 => drop(self.site.write("themes/plain/assets/plain.css", &format!("p {{ margin: {n}px }}"))),
            20 => drop(self.site.write("includes/box.html", &format!("<p>box {n}</p>\n"))),
            21 => self.edit_settings(n),
            29 => self.write_shape(n),
            30 => self.write_badge(n),
            31 => self.write_page_template(n),
            22 => {
                // A folder goes away and comes back, as in a change of branches.
                fs::rename(self.path("content/blog"), self.path("content-elsewhere")).unwrap();
                fs::rename(self.path("content-elsewhere"), self.path("content/blog")).unwrap();
            }
            23 => drop(self.site.write("themes/plain/components/note.html", &note(n)).write("themes/jinja/components/note.html", &note(n))),
            25 => self.write_data(n),
            24 => {
                let number = n % 2;
                drop(fs::remove_dir_all(self.path(&format!("content/static/folder {number}"))));
                if !n.is_multiple_of(3) {
                    self.site.write(&format!("content/static/folder {number}/deep/é {n}.txt"), &format!("{n}"));
                }
            }
            _ => {
                // A page that is broken, and mended by the next edit of this kind.
                let text = if n.is_multiple_of(2) { "---\ntitle: [\n---\n".to_owned() } else { format!("---\ntitle: Odd\n---\n{n}\n") };
                self.site.write("content/pages/odd.md", &text);
            }
        }
    }
}

fn note(n: u64) -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain-theme/components/note.html")).unwrap();
    text.replace("<div", &format!("<div data-n=\"{n}\"")).replace("<p", &format!("<p data-n=\"{n}\""))
}

/// A number of the environment.
pub fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}
