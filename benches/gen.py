#!/usr/bin/env python3
"""Deterministic blog generator for static-site-generator benchmarks.

    gen.py N OUTDIR FORMAT [--no-highlight]
    gen.py --list

The same N posts (same words, dates, tags, authors, categories, code) are written in the
native layout of one generator, together with an equivalent theme:
base + index (10 a page) + article + tag / category / author pages (10 a page) + their list
pages + one archive page + an Atom feed of the latest 20 + one static stylesheet.

Adding an engine: write one function decorated with @fmt("name"); it gets (posts, out, opt)
and must write a complete, buildable site below `out`.  `posts` is a list of Post, oldest
first; `opt.highlight` says whether code has to be highlighted.  Then add a line to PEERS in
run.py.
"""
import argparse
import base64
import datetime
import os
import random
import shutil
import sys
from dataclasses import dataclass

# ---------------------------------------------------------------- the deterministic content

SITE_TITLE = "The Bench Blog"
BASE_URL = "https://bench.example.org"
PER_PAGE = 10
FEED_N = 20
N_TAGS, N_AUTHORS, N_CATS = 200, 50, 10

_CONS = ["b", "br", "c", "cl", "d", "dr", "f", "g", "gr", "h", "j", "l", "m", "n", "p", "pl",
         "qu", "r", "s", "st", "t", "tr", "v", "w"]
_VOW = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ou"]
_END = ["", "n", "r", "s", "t", "l", "nd", "st", "m", "ng"]


def _vocab(n=2500):
    rng = random.Random(7)
    words, seen = [], set()
    while len(words) < n:
        w = "".join(rng.choice(_CONS) + rng.choice(_VOW) for _ in range(rng.choice((1, 2, 2, 3))))
        w += rng.choice(_END)
        if w not in seen and 2 < len(w) < 13:
            seen.add(w)
            words.append(w)
    return words


VOCAB = _vocab()
_CUM = []
_t = 0.0
for _i in range(len(VOCAB)):          # Zipf-like frequencies
    _t += 1.0 / (_i + 8)
    _CUM.append(_t)
TAGS = [f"{w}" for w in VOCAB[300:300 + N_TAGS]]
AUTHORS = [f"{a.capitalize()} {b.capitalize()}" for a, b in
           zip(VOCAB[600:600 + N_AUTHORS], VOCAB[700:700 + N_AUTHORS])]
CATS = [w for w in VOCAB[900:900 + N_CATS]]


def slugify(s):
    return s.lower().replace(" ", "-")


@dataclass
class Post:
    i: int
    slug: str
    title: str
    date: datetime.date
    author: str
    category: str
    tags: list
    summary: str
    body: str

    @property
    def author_slug(self):
        return slugify(self.author)


def _code_py(rng):
    a, b, c = rng.sample(VOCAB, 3)
    n = rng.randint(3, 90)
    return f'''```python
import os
from collections import defaultdict


class {a.capitalize()}Store:
    """Keep {b} values by {c}."""

    def __init__(self, limit: int = {n}):
        self.limit = limit
        self._{b} = defaultdict(list)

    def add(self, {c}: str, value: float) -> bool:
        # refuse when full
        if len(self._{b}[{c}]) >= self.limit:
            return False
        self._{b}[{c}].append(value * {n}.5)
        return True

    def total(self) -> float:
        return sum(x for xs in self._{b}.values() for x in xs if x is not None)


if __name__ == "__main__":
    store = {a.capitalize()}Store(int(os.environ.get("{c.upper()}", "{n}")))
    print(f"total: {{store.total():.2f}}")
```'''


def _code_rs(rng):
    a, b, c = rng.sample(VOCAB, 3)
    n = rng.randint(3, 90)
    return f'''```rust
use std::collections::HashMap;

/// Keeps {b} values by {c}.
#[derive(Debug, Default)]
pub struct {a.capitalize()}<'a> {{
    limit: usize,
    {b}s: HashMap<&'a str, Vec<f64>>,
}}

impl<'a> {a.capitalize()}<'a> {{
    pub fn add(&mut self, {c}_key: &'a str, value: f64) -> Result<(), String> {{
        let list = self.{b}s.entry({c}_key).or_default();
        // refuse when full
        if list.len() >= self.limit {{
            return Err(format!("{c} {{}} is full at {{}}", {c}_key, {n}));
        }}
        list.push(value * {n}.5);
        Ok(())
    }}
}}

fn main() {{
    let mut it = {a.capitalize()} {{ limit: {n}, ..Default::default() }};
    match it.add("{b}", 1.25e3) {{
        Ok(()) => println!("{{it:?}}"),
        Err(e) => eprintln!("error: {{e}}"),
    }}
}}
```'''


def make_post(i, n):
    rng = random.Random(1_000_003 + i)
    words = rng.choices(VOCAB, cum_weights=_CUM, k=760)
    pos = 0

    def take(k):
        nonlocal pos
        out = words[pos:pos + k]
        pos += k
        return out

    def sentence(k):
        w = take(k)
        return w[0].capitalize() + " " + " ".join(w[1:]) + "."

    def para(k, decorate=True):
        """k words in sentences of 8..16, with a few inline marks"""
        out = []
        left = k
        while left > 0:
            m = min(left, rng.randint(8, 16))
            if left - m < 5:
                m = left
            out.append(sentence(m))
            left -= m
        if decorate and len(out) > 2:
            w = out[1].split(" ")
            w[2] = f"**{w[2]}**"
            w[4] = f"`{w[4]}`"
            out[1] = " ".join(w)
            w = out[2].split(" ")
            w[1] = f"*{w[1]}*"
            w[3] = f"[{w[3]} {w[4]}](https://example.com/{w[3].strip('.')}/{i})"
            del w[4]
            out[2] = " ".join(w)
        return " ".join(out)

    def heading(level):
        return "#" * level + " " + " ".join(w.capitalize() for w in take(4))

    title = " ".join(w.capitalize() for w in rng.sample(VOCAB, 5))
    b = [para(70)]
    b += [heading(2), para(90), "\n".join(f"- {' '.join(take(8))}" for _ in range(5))]
    b += [heading(2), para(100)]
    rows = ["| " + " | ".join(w.capitalize() for w in take(4)) + " |", "|---|---|---:|:---:|"]
    rows += ["| " + " | ".join(take(2) + [str(rng.randint(1, 9999))] + take(1)) + " |" for _ in range(5)]
    b += ["\n".join(rows)]
    b += [heading(3), "\n".join(f"{j + 1}. {' '.join(take(9))}" for j in range(4)),
          "> " + sentence(22), para(90)]
    if i % 3 == 0:
        b += [_code_py(rng), para(20, False), _code_rs(rng)]
    b += [heading(2), para(80),
          f"![{' '.join(take(3))}](/img/{rng.randint(1, 20)}.png)", sentence(12)]
    day0 = datetime.date(2015, 1, 1)
    return Post(
        i=i,
        slug=f"{slugify('-'.join(title.split()[:3]))}-{i}",
        title=title,
        date=day0 + datetime.timedelta(days=i * 3650 // max(n, 1)),
        author=rng.choice(AUTHORS),
        category=rng.choice(CATS),
        tags=rng.sample(TAGS, 5),
        summary=sentence(24),
        body="\n\n".join(b) + "\n",
    )


def make_posts(n):
    return [make_post(i, n) for i in range(n)]


STYLE_CSS = "\n".join(
    f".c{i} {{ color: #{(i * 7919) % 0xffffff:06x}; margin: {i % 7}px; padding: {i % 5}px }}"
    for i in range(120)) + "\n"

# ---------------------------------------------------------------- helpers

FORMATS = {}


def fmt(name):
    def deco(f):
        FORMATS[name] = f
        return f
    return deco


def put(*parts):
    *path, text = parts
    p = os.path.join(*path)
    d = os.path.dirname(p)
    if d:
        os.makedirs(d, exist_ok=True)
    with open(p, "w", encoding="utf-8") as f:
        f.write(text)


def q(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def qlist(xs):
    return "[" + ", ".join(q(x) for x in xs) + "]"


HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>@TITLE@</title>
<link rel="stylesheet" href="/style.css">
<link rel="alternate" type="application/atom+xml" title="The Bench Blog" href="/atom.xml">
</head>
<body>
<header class="site"><a class="brand" href="/">The Bench Blog</a>
<nav><ul>
<li><a href="/">Home</a></li>
<li><a href="/archives/">Archives</a></li>
<li><a href="/tags/">Tags</a></li>
<li><a href="/categories/">Categories</a></li>
<li><a href="/authors/">Authors</a></li>
</ul></nav></header>
<main>
"""
FOOT = """
</main>
<footer><p>Made for a benchmark. <a href="/atom.xml">Atom</a></p></footer>
</body>
</html>
"""


def page(title, body):
    return HEAD.replace("@TITLE@", title) + body + FOOT

# ---------------------------------------------------------------- Zola


@fmt("zola")
def zola(posts, out, opt):
    hl = '[markdown.highlighting]\nstyle = "class"\ntheme = "github-light"\n' if opt.highlight else ""
    put(out, "zola.toml", f"""base_url = "{BASE_URL}"
title = "{SITE_TITLE}"
generate_feeds = true
feed_filenames = ["atom.xml"]
feed_limit = {FEED_N}
generate_sitemap = false
generate_robots_txt = false
build_search_index = false
compile_sass = false
taxonomies = [
  {{name = "tags", paginate_by = {PER_PAGE}}},
  {{name = "categories", paginate_by = {PER_PAGE}}},
  {{name = "authors", paginate_by = {PER_PAGE}}},
]
[markdown]
{hl}""")
    put(out, "static", "style.css", STYLE_CSS)
    put(out, "content", "_index.md", f'+++\nsort_by = "date"\npaginate_by = {PER_PAGE}\ntemplate = "index.html"\n+++\n')
    put(out, "content", "posts", "_index.md", '+++\ntransparent = true\nrender = false\nsort_by = "date"\npage_template = "article.html"\n+++\n')
    put(out, "content", "archives", "_index.md", '+++\ntitle = "Archives"\ntemplate = "archives.html"\n+++\n')
    T = os.path.join(out, "templates")
    put(T, "base.html", HEAD.replace("@TITLE@", "{% block title %}{{ config.title }}{% endblock %}")
        + "{% block main %}{% endblock %}" + FOOT)
    meta = ('<p class="meta"><time datetime="{{ p.date }}">{{ p.date | date(format="%Y-%m-%d") }}</time> by '
            '<a href="/authors/{{ p.taxonomies.authors.0 | slugify }}/">{{ p.taxonomies.authors.0 }}</a> in '
            '<a href="/categories/{{ p.taxonomies.categories.0 | slugify }}/">{{ p.taxonomies.categories.0 }}</a></p>')
    put(T, "macros.html", "{% macro meta(p) %}" + meta + "{% endmacro %}\n"
        "{% macro list(pages) %}{% for p in pages %}<article class=\"entry\">\n"
        '<h2><a href="{{ p.permalink | safe }}">{{ p.title }}</a></h2>\n' + meta +
        "\n<p>{{ p.description }}</p>\n</article>\n{% endfor %}{% endmacro %}\n"
        "{% macro pager(pg) %}<nav class=\"pager\">{% if pg.previous %}<a href=\"{{ pg.previous | safe }}\">Newer</a>{% endif %} "
        "Page {{ pg.current_index }} of {{ pg.number_pagers }} {% if pg.next %}<a href=\"{{ pg.next | safe }}\">Older</a>{% endif %}</nav>{% endmacro %}\n")
    imp = '{% extends "base.html" %}{% import "macros.html" as m %}'
    put(T, "index.html", imp + "{% block main %}{{ m::list(pages=paginator.pages) }}{{ m::pager(pg=paginator) }}{% endblock %}")
    put(T, "taxonomy_single.html", imp + "{% block title %}{{ term.name }} - {{ config.title }}{% endblock %}"
        "{% block main %}<h1>{{ taxonomy.name }}: {{ term.name }}</h1>\n{{ m::list(pages=paginator.pages) }}{{ m::pager(pg=paginator) }}{% endblock %}")
    put(T, "taxonomy_list.html", imp + "{% block title %}{{ taxonomy.name }} - {{ config.title }}{% endblock %}"
        "{% block main %}<h1>{{ taxonomy.name }}</h1>\n<ul>\n{% for t in terms %}<li><a href=\"{{ t.permalink | safe }}\">{{ t.name }}</a> ({{ t.page_count }})</li>\n{% endfor %}</ul>{% endblock %}")
    put(T, "article.html", imp + "{% block title %}{{ page.title }} - {{ config.title }}{% endblock %}{% block main %}"
        "<article>\n<h1>{{ page.title }}</h1>\n{{ m::meta(p=page) }}\n<div class=\"content\">\n{{ page.content | safe }}</div>\n"
        "<ul class=\"tags\">{% for t in page.taxonomies.tags %}<li><a href=\"/tags/{{ t | slugify }}/\">{{ t }}</a></li>{% endfor %}</ul>\n</article>{% endblock %}")
    put(T, "page.html", imp + "{% block main %}{{ page.content | safe }}{% endblock %}")
    put(T, "section.html", imp + "{% block main %}{{ section.content | safe }}{% endblock %}")
    put(T, "404.html", imp + "{% block main %}<h1>Not found</h1>{% endblock %}")
    put(T, "archives.html", imp + "{% block title %}Archives - {{ config.title }}{% endblock %}{% block main %}<h1>Archives</h1>\n<dl>\n"
        '{% set s = get_section(path="posts/_index.md") %}{% for p in s.pages %}<dt>{{ p.date | date(format="%Y-%m-%d") }}</dt><dd><a href="{{ p.permalink | safe }}">{{ p.title }}</a></dd>\n{% endfor %}</dl>{% endblock %}')
    d = os.path.join(out, "content", "posts")
    for p in posts:
        put(d, p.slug + ".md", f"""+++
title = {q(p.title)}
date = {p.date}
slug = {q(p.slug)}
description = {q(p.summary)}
[taxonomies]
tags = {qlist(p.tags)}
categories = {qlist([p.category])}
authors = {qlist([p.author])}
+++

{p.body}""")

# ---------------------------------------------------------------- Hugo


@fmt("hugo")
def hugo(posts, out, opt):
    put(out, "hugo.toml", f"""baseURL = "{BASE_URL}/"
languageCode = "en"
title = "{SITE_TITLE}"
disableKinds = ["sitemap", "robotsTXT", "404", "rss", "section"]
[pagination]
pagerSize = {PER_PAGE}
[taxonomies]
tag = "tags"
category = "categories"
author = "authors"
[markup.highlight]
noClasses = false
codeFences = {"true" if opt.highlight else "false"}
[markup.goldmark.renderer]
unsafe = true
[mediaTypes."application/atom+xml"]
suffixes = ["xml"]
[outputFormats.atom]
mediaType = "application/atom+xml"
baseName = "atom"
isPlainText = false
[outputs]
home = ["html", "atom"]
section = ["html"]
taxonomy = ["html"]
term = ["html"]
""")
    put(out, "static", "style.css", STYLE_CSS)
    put(out, "content", "_index.md", f"+++\ntitle = {q(SITE_TITLE)}\n+++\n")
    put(out, "content", "archives.md", '+++\ntitle = "Archives"\nlayout = "archives"\n+++\n')
    L = os.path.join(out, "layouts")
    put(L, "baseof.html", HEAD.replace("@TITLE@", '{{ block "title" . }}{{ site.Title }}{{ end }}') + '{{ block "main" . }}{{ end }}' + FOOT)
    put(L, "_partials", "meta.html", '<p class="meta"><time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2006-01-02" }}</time> by '
        '{{ range first 1 .Params.authors }}<a href="/authors/{{ . | urlize }}/">{{ . }}</a>{{ end }} in '
        '{{ range first 1 .Params.categories }}<a href="/categories/{{ . | urlize }}/">{{ . }}</a>{{ end }}</p>')
    put(L, "_partials", "list.html", '{{ range .Pages }}<article class="entry">\n<h2><a href="{{ .Permalink }}">{{ .Title }}</a></h2>\n'
        '{{ partial "meta.html" . }}\n<p>{{ .Description }}</p>\n</article>\n{{ end }}')
    put(L, "_partials", "pager.html", '<nav class="pager">{{ if .HasPrev }}<a href="{{ .Prev.URL }}">Newer</a>{{ end }} Page {{ .PageNumber }} of {{ .TotalPages }} {{ if .HasNext }}<a href="{{ .Next.URL }}">Older</a>{{ end }}</nav>')
    put(L, "home.html", '{{ define "main" }}{{ $p := .Paginate (where site.RegularPages "Section" "posts") }}{{ partial "list.html" $p }}{{ partial "pager.html" $p }}{{ end }}')
    put(L, "term.html", '{{ define "title" }}{{ .Title }} - {{ site.Title }}{{ end }}{{ define "main" }}<h1>{{ .Data.Plural }}: {{ .Title }}</h1>\n{{ $p := .Paginate .Pages }}{{ partial "list.html" $p }}{{ partial "pager.html" $p }}{{ end }}')
    put(L, "taxonomy.html", '{{ define "title" }}{{ .Title }} - {{ site.Title }}{{ end }}{{ define "main" }}<h1>{{ .Title }}</h1>\n<ul>\n{{ range .Data.Terms.Alphabetical }}<li><a href="{{ .Page.Permalink }}">{{ .Page.Title }}</a> ({{ .Count }})</li>\n{{ end }}</ul>{{ end }}')
    put(L, "page.html", '{{ define "title" }}{{ .Title }} - {{ site.Title }}{{ end }}{{ define "main" }}<article>\n<h1>{{ .Title }}</h1>\n{{ partial "meta.html" . }}\n'
        '<div class="content">\n{{ .Content }}</div>\n<ul class="tags">{{ range .Params.tags }}<li><a href="/tags/{{ . | urlize }}/">{{ . }}</a></li>{{ end }}</ul>\n</article>{{ end }}')
    put(L, "archives.html", '{{ define "title" }}Archives - {{ site.Title }}{{ end }}{{ define "main" }}<h1>Archives</h1>\n<dl>\n{{ range where site.RegularPages "Section" "posts" }}<dt>{{ .Date.Format "2006-01-02" }}</dt><dd><a href="{{ .Permalink }}">{{ .Title }}</a></dd>\n{{ end }}</dl>{{ end }}')
    put(L, "home.atom.xml", '{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{{ site.Title }}</title><id>{{ site.BaseURL }}</id>'
        '<link rel="self" href="{{ site.BaseURL }}atom.xml"/>{{ $ps := first 20 (where site.RegularPages "Section" "posts") }}{{ range first 1 $ps }}<updated>{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}</updated>{{ end }}\n'
        '{{ range $ps }}<entry><title>{{ .Title }}</title><id>{{ .Permalink }}</id><link rel="alternate" href="{{ .Permalink }}"/><updated>{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}</updated>'
        '<author><name>{{ index .Params.authors 0 }}</name></author><summary>{{ .Description }}</summary><content type="html">{{ .Content | html }}</content></entry>\n{{ end }}</feed>\n')
    d = os.path.join(out, "content", "posts")
    for p in posts:
        put(d, p.slug + ".md", f"""+++
title = {q(p.title)}
date = {p.date}
slug = {q(p.slug)}
description = {q(p.summary)}
tags = {qlist(p.tags)}
categories = {qlist([p.category])}
authors = {qlist([p.author])}
+++

{p.body}""")

# ---------------------------------------------------------------- Blades


def _blades(posts, out, opt, feeds):
    """Flat posts (/slug.html), one level; feeds of Blades hold every post, so off by default."""
    put(out, "Blades.toml", f"""title = "{SITE_TITLE}"
url = "{BASE_URL}"
lang = "en"
author = "Bench"
sitemap = false
rss = false
atom = {"true" if feeds else "false"}
implicit_taxonomies = false
[taxonomies.tags]
title = "tags"
paginate_by = {PER_PAGE}
[taxonomies.categories]
title = "categories"
paginate_by = {PER_PAGE}
[taxonomies.authors]
title = "authors"
paginate_by = {PER_PAGE}
""")
    put(out, "assets", "style.css", STYLE_CSS)
    put(out, "content", "index.md", f'+++\ntitle = "{SITE_TITLE}"\npaginate_by = {PER_PAGE}\ntemplate = "index.html"\n+++\n')
    put(out, "content", "archives", "index.md", '+++\ntitle = "Archives"\ntemplate = "archives.html"\n+++\n')
    T = os.path.join(out, "templates")
    head = HEAD.replace("/style.css", "/assets/style.css")
    meta = ('<p class="meta">{{#date}}<time datetime="{{y}}-{{m}}-{{d}}">{{y}}-{{m}}-{{d}}</time>{{/date}} by '
            '{{#taxonomies}}{{#authors}}<a href="/authors/{{name}}/">{{name}}</a>{{/authors}} in '
            '{{#categories}}<a href="/categories/{{name}}/">{{name}}</a>{{/categories}}{{/taxonomies}}</p>')
    lst = ('{{#pages}}<article class="entry">\n<h2><a href="{{permalink}}">{{title}}</a></h2>\n' + meta +
           '\n<p>{{summary}}</p>\n</article>\n{{/pages}}')
    pager = ('{{#pagination}}<nav class="pager">{{#previous}}<a href="{{previous}}.html">Newer</a>{{/previous}} '
             'Page {{current}} of {{length}} {{#next}}<a href="{{next}}.html">Older</a>{{/next}}</nav>{{/pagination}}')

    def pg(title, body):
        return head.replace("@TITLE@", title) + body + FOOT
    put(T, "index.html", pg("{{#site}}{{title}}{{/site}}", lst + pager))
    put(T, "section.html", pg("{{title}}", lst))
    put(T, "taxonomy_key.html", pg("{{title}} - {{#site}}{{title}}{{/site}}", "<h1>{{#taxonomy}}{{title}}{{/taxonomy}}: {{title}}</h1>\n" + lst + pager))
    put(T, "taxonomy.html", pg("{{title}} - {{#site}}{{title}}{{/site}}", '<h1>{{title}}</h1>\n<ul>\n{{#keys}}<li><a href="{{key}}/">{{key}}</a></li>\n{{/keys}}</ul>'))
    put(T, "page.html", pg("{{title}} - {{#site}}{{title}}{{/site}}", "<article>\n<h1>{{title}}</h1>\n" + meta +
        '\n<div class="content">\n{{content}}</div>\n<ul class="tags">{{#taxonomies}}{{#tags}}<li><a href="/tags/{{name}}/">{{name}}</a></li>{{/tags}}{{/taxonomies}}</ul>\n</article>'))
    put(T, "archives.html", pg("Archives - {{#site}}{{title}}{{/site}}", '<h1>Archives</h1>\n<dl>\n{{#index}}{{#pages}}<dt>{{#date}}{{y}}-{{m}}-{{d}}{{/date}}</dt><dd><a href="{{permalink}}">{{title}}</a></dd>\n{{/pages}}{{/index}}</dl>'))
    put(T, "gallery.html", pg("{{title}}", ""))
    body = (lambda b: b) if opt.highlight else (lambda b: b.replace("```python", "```").replace("```rust", "```"))
    d = os.path.join(out, "content")
    for p in posts:
        put(d, p.slug + ".md", f"""+++
title = {q(p.title)}
date = {p.date}
slug = {q(p.slug)}
summary = {q(p.summary)}
[taxonomies]
tags = {qlist(p.tags)}
categories = {qlist([p.category])}
authors = {qlist([p.author])}
+++

{body(p.body)}""")


@fmt("blades")
def blades(posts, out, opt):
    _blades(posts, out, opt, False)


@fmt("blades-feed")
def blades_feed(posts, out, opt):
    _blades(posts, out, opt, True)

# ---------------------------------------------------------------- Cobalt


@fmt("cobalt")
def cobalt(posts, out, opt):
    """No author taxonomy; RSS of all posts instead of Atom of 20 (left off: see README)."""
    put(out, "_cobalt.yml", f"""site:
  title: {SITE_TITLE}
  base_url: {BASE_URL}
posts:
  dir: posts
  rss: rss.xml
  title: {SITE_TITLE}
  description: bench
syntax_highlight:
  enabled: {"true" if opt.highlight else "false"}
""")
    put(out, "style.css", STYLE_CSS)
    L = os.path.join(out, "_layouts")
    put(L, "default.liquid", HEAD.replace("@TITLE@", "{{ page.title }}") + "{{ page.content }}" + FOOT)
    meta = ('<p class="meta"><time datetime="{{ X.published_date | date: "%Y-%m-%d" }}">{{ X.published_date | date: "%Y-%m-%d" }}</time> by '
            '{{ X.data.author }} in <a href="/categories/{{ X.categories | first }}/">{{ X.categories | first }}</a></p>')
    put(L, "post.liquid", HEAD.replace("@TITLE@", "{{ page.title }} - " + SITE_TITLE) + "<article>\n<h1>{{ page.title }}</h1>\n" + meta.replace("X.", "page.") +
        '\n<div class="content">\n{{ page.content }}</div>\n<ul class="tags">{% for t in page.tags %}<li><a href="/tags/{{ t }}/">{{ t }}</a></li>{% endfor %}</ul>\n</article>' + FOOT)
    lst = ('{% for p in paginator.pages %}<article class="entry">\n<h2><a href="/{{ p.permalink }}">{{ p.title }}</a></h2>\n' + meta.replace("X.", "p.") +
           '\n<p>{{ p.description }}</p>\n</article>\n{% endfor %}<nav class="pager">{% if paginator.previous_index %}<a href="/{{ paginator.previous_index_permalink }}">Newer</a>{% endif %} '
           'Page {{ paginator.index }} of {{ paginator.total_indexes }} {% if paginator.next_index %}<a href="/{{ paginator.next_index_permalink }}">Older</a>{% endif %}</nav>')
    put(out, "index.liquid", f"---\nlayout: default.liquid\ntitle: {SITE_TITLE}\npagination:\n  include: All\n  per_page: {PER_PAGE}\n  permalink_suffix: page/{{{{num}}}}\n---\n" + lst)
    for plural, inc in (("tags", "Tags"), ("categories", "Categories")):
        put(out, plural + ".liquid", f"---\nlayout: default.liquid\ntitle: {plural}\npermalink: /{plural}\npagination:\n  include: {inc}\n  per_page: {PER_PAGE}\n  permalink_suffix: page/{{{{num}}}}\n---\n"
            '{% if paginator.indexes %}<ul>\n{% for t in paginator.indexes %}<li><a href="/{{ t.index_permalink }}/">{{ t.index_title }}</a> ({{ t.total_pages }})</li>\n{% endfor %}</ul>\n{% else %}<h1>{{ paginator.index_title }}</h1>\n'
            + lst + "{% endif %}")
    put(out, "archives.liquid", "---\nlayout: default.liquid\ntitle: Archives\npermalink: /archives/\n---\n<h1>Archives</h1>\n<dl>\n"
        '{% for p in collections.posts.pages %}<dt>{{ p.published_date | date: "%Y-%m-%d" }}</dt><dd><a href="/{{ p.permalink }}">{{ p.title }}</a></dd>\n{% endfor %}</dl>')
    d = os.path.join(out, "posts")
    for p in posts:
        put(d, p.slug + ".md", f"""---
layout: post.liquid
title: {q(p.title)}
slug: {q(p.slug)}
permalink: /posts/{{{{slug}}}}/
published_date: {p.date} 00:00:00 +0000
description: {q(p.summary)}
tags: {qlist(p.tags)}
categories: {qlist([p.category])}
data:
  author: {q(p.author)}
---
{p.body}""")

# ---------------------------------------------------------------- Marmite


@fmt("marmite")
def marmite(posts, out, opt):
    """Flat output; category = series; archive = a page per year; RSS per tag/author/stream/year."""
    put(out, "marmite.yaml", f"""name: {SITE_TITLE}
url: {BASE_URL}
pagination: {PER_PAGE}
toc: false
enable_search: false
enable_related_content: false
show_next_prev_links: false
build_sitemap: false
publish_urls_json: false
json_feed: false
enable_shortcodes: false
skip_image_resize: true
code_highlight:
  enabled: {"true" if opt.highlight else "false"}
  light_theme: github-light
  dark_theme: github-dark
""")
    put(out, "static", "style.css", STYLE_CSS)
    T = os.path.join(out, "templates")
    head = HEAD.replace("/style.css", "/static/style.css").replace("/atom.xml", "/index.rss")
    for a in ("archives", "tags", "authors", "categories"):
        head = head.replace(f"/{a}/", {"archives": "/archive.html", "categories": "/series.html"}.get(a, f"/{a}.html"))
    put(T, "base.html", head.replace("@TITLE@", "{% if title %}{{ title }} | {% endif %}{{ site.name }}").replace("</head>", "{% block seo %}{% endblock %}{% block head %}{% endblock %}{% block feeds %}{% endblock %}</head>")
        + "{% block main %}{% endblock %}" + FOOT.replace("/atom.xml", "/index.rss").replace("</body>", "{% block tail %}{% endblock %}</body>"))
    meta = ('<p class="meta"><time datetime="{{ c.date | date(format="%Y-%m-%d") }}">{{ c.date | date(format="%Y-%m-%d") }}</time> by '
            '{% for a in c.authors %}<a href="/author-{{ a | slugify }}.html">{{ a }}</a>{% endfor %} in <a href="/series-{{ c.series }}.html">{{ c.series }}</a></p>').replace("c.", "content.")
    put(T, "content.html", '{% extends "base.html" %}{% block main %}<article>\n<h1>{{ content.title }}</h1>\n{% if content.date %}' + meta +
        '{% endif %}\n<div class="content">\n{{ content.html | safe }}</div>\n<ul class="tags">{% for t in content.tags %}<li><a href="/tag-{{ t | slugify }}.html">{{ t }}</a></li>{% endfor %}</ul>\n</article>{% endblock %}')
    put(T, "list.html", '{% extends "base.html" %}{% block main %}{% if title %}<h1>{{ title }}</h1>\n{% endif %}{% for content in content_list %}<article class="entry">\n'
        '<h2><a href="/{{ content.slug }}.html">{{ content.title }}</a></h2>\n' + meta + '\n<p>{{ content.description }}</p>\n</article>\n{% endfor %}'
        '{% if total_pages is defined and total_pages > 1 %}{% include "pagination.html" %}{% endif %}{% endblock %}')
    put(T, "pagination.html", '<nav class="pager">{% if previous_page %}<a href="/{{ previous_page }}">Newer</a>{% endif %} Page {{ current_page_number }} of {{ total_pages }} {% if next_page %}<a href="/{{ next_page }}">Older</a>{% endif %}</nav>')
    put(T, "group.html", '{% extends "base.html" %}{% block main %}<h1>{{ title }}</h1>\n<ul>\n{% for name, items in group(kind=kind) %}{% set slug = name | trim | slugify %}{% if kind != "stream" %}{% set slug = kind ~ "-" ~ slug %}{% endif %}'
        '<li><a href="/{{ slug }}.html">{{ name }}</a> ({{ items | length }})</li>\n{% endfor %}</ul>{% endblock %}')
    put(T, "base_feeds.html", "")
    d = os.path.join(out, "content")
    for p in posts:
        put(d, p.slug + ".md", f"""---
title: {q(p.title)}
slug: {q(p.slug)}
date: {p.date}
description: {q(p.summary)}
tags: {qlist(p.tags)}
authors: {qlist([p.author])}
series: {q(p.category)}
---

{p.body}""")

# ---------------------------------------------------------------- Seite


@fmt("seite")
def seite(posts, out, opt):
    """One author only, no categories, tag pages unpaginated; also writes .md copies, llms*.txt, search index."""
    put(out, "seite.toml", f"""[site]
title = "{SITE_TITLE}"
description = "bench"
base_url = "{BASE_URL}"
language = "en"
author = "Bench"

[[collections]]
name = "posts"
label = "Posts"
directory = "posts"
url_prefix = "/posts"
default_template = "post.html"
has_date = true
has_rss = true
listed = true
nested = false
paginate = {PER_PAGE}

[build]
output_dir = "dist"
""")
    put(out, "static", "style.css", STYLE_CSS)
    for k in range(1, 21):      # it checks links and prints every broken one
        put(out, "public", "img", f"{k}.png", "x")
    T = os.path.join(out, "templates")
    put(T, "base.html", HEAD.replace("/style.css", "/static/style.css").replace("/atom.xml", "/feed.xml").replace("@TITLE@", "{% block title %}{% if page %}{{ page.title }} - {% endif %}{{ site.title }}{% endblock %}")
        + "{% block content %}{% endblock %}" + FOOT.replace("/atom.xml", "/feed.xml"))
    ext = '{% extends "base.html" %}'
    meta = '<p class="meta"><time datetime="{{ X.date }}">{{ X.date }}</time> by {{ X.extra.author }} in {{ X.extra.category }}</p>'
    put(T, "post.html", ext + '{% block content %}<article>\n<h1>{{ page.title }}</h1>\n' + meta.replace("X.", "page.") +
        '\n<div class="content">\n{{ page.content | safe }}</div>\n<ul class="tags">{% for t in page.tags %}<li><a href="/tags/{{ t | slugify }}">{{ t }}</a></li>{% endfor %}</ul>\n</article>{% endblock %}')
    put(T, "index.html", ext + '{% block content %}{% for c in collections %}{% for item in c.items %}<article class="entry">\n<h2><a href="{{ item.url }}">{{ item.title }}</a></h2>\n'
        '<p class="meta"><time>{{ item.date }}</time></p>\n<p>{{ item.description }}</p>\n</article>\n{% endfor %}{% endfor %}'
        '{% if pagination %}<nav class="pager">{% if pagination.prev_url %}<a href="{{ pagination.prev_url }}">Newer</a>{% endif %} Page {{ pagination.current_page }} of {{ pagination.total_pages }} {% if pagination.next_url %}<a href="{{ pagination.next_url }}">Older</a>{% endif %}</nav>{% endif %}{% endblock %}')
    d = os.path.join(out, "content", "posts")
    for p in posts:
        put(d, f"{p.date}-{p.slug}.md", f"""---
title: {q(p.title)}
date: {p.date}
slug: {q(p.slug)}
description: {q(p.summary)}
tags: {qlist(p.tags)}
extra:
  author: {q(p.author)}
  category: {q(p.category)}
---

{p.body}""")

# ---------------------------------------------------------------- Eleventy


@fmt("eleventy")
def eleventy(posts, out, opt):
    plug = "cfg.addPlugin(hl);" if opt.highlight else ""
    put(out, "package.json", '{"type": "module", "name": "bench", "private": true}\n')
    put(out, "eleventy.config.js", f"""import hl from "@11ty/eleventy-plugin-syntaxhighlight";

const PER = {PER_PAGE};
const byDate = (a, b) => b.date - a.date || (a.fileSlug < b.fileSlug ? 1 : -1);

// one entry for each output page: key x chunk ("double pagination" of the Eleventy docs)
function chunked(posts, keysOf) {{
  const map = new Map();
  for (const p of posts) for (const k of keysOf(p)) {{
    if (!map.has(k)) map.set(k, []);
    map.get(k).push(p);
  }}
  const out = [];
  for (const k of [...map.keys()].sort()) {{
    const list = map.get(k), total = Math.ceil(list.length / PER);
    for (let i = 0; i < total; i++)
      out.push({{ key: k, num: i, total, items: list.slice(i * PER, (i + 1) * PER), count: list.length }});
  }}
  return out;
}}

export default function (cfg) {{
  {plug}
  const sorted = (api) => api.getFilteredByGlob("posts/*.md").sort(byDate);
  cfg.addCollection("posts", sorted);
  cfg.addCollection("tagPages", (api) => chunked(sorted(api), (p) => p.data.topics));
  cfg.addCollection("categoryPages", (api) => chunked(sorted(api), (p) => [p.data.category]));
  cfg.addCollection("authorPages", (api) => chunked(sorted(api), (p) => [p.data.author]));
  cfg.addFilter("ymd", (d) => d.toISOString().slice(0, 10));
  cfg.addFilter("rfc", (d) => d.toISOString());
  cfg.addFilter("firsts", (list) => list.filter((x) => x.num === 0));
  cfg.addPassthroughCopy("style.css");
  return {{ dir: {{ input: ".", output: "_site" }}, markdownTemplateEngine: false, htmlTemplateEngine: "njk" }};
}}
""")
    put(out, "style.css", STYLE_CSS)
    put(out, "_includes", "base.njk", HEAD.replace("@TITLE@", "{{ title or '" + SITE_TITLE + "' }}") + "{{ content | safe }}" + FOOT)
    meta = ('<p class="meta"><time datetime="{{ X.date | ymd }}">{{ X.date | ymd }}</time> by <a href="/authors/{{ D.author | slugify }}/">{{ D.author }}</a> in '
            '<a href="/categories/{{ D.category | slugify }}/">{{ D.category }}</a></p>')
    put(out, "_includes", "post.njk", "---\nlayout: base.njk\n---\n<article>\n<h1>{{ title }}</h1>\n" + meta.replace("X.", "page.").replace("D.", "") +
        '\n<div class="content">\n{{ content | safe }}</div>\n<ul class="tags">{% for t in topics %}<li><a href="/tags/{{ t | slugify }}/">{{ t }}</a></li>{% endfor %}</ul>\n</article>')
    put(out, "_includes", "list.njk", '{% for p in items %}<article class="entry">\n<h2><a href="{{ p.url }}">{{ p.data.title }}</a></h2>\n' + meta.replace("X.", "p.").replace("D.", "p.data.") +
        "\n<p>{{ p.data.description }}</p>\n</article>\n{% endfor %}")
    put(out, "posts", "posts.json", '{"layout": "post.njk", "permalink": "/posts/{{ page.fileSlug }}/index.html"}'.replace("{{ page.fileSlug }}", "{{ page.fileSlug }}"))
    put(out, "posts", "posts.11tydata.js", "export default { layout: 'post.njk', permalink: (d) => `/posts/${d.page.fileSlug}/` };\n")
    os.remove(os.path.join(out, "posts", "posts.json"))
    put(out, "index.njk", f"---\nlayout: base.njk\npagination:\n  data: collections.posts\n  size: {PER_PAGE}\n  alias: items\npermalink: \"/{{% if pagination.pageNumber > 0 %}}page/{{{{ pagination.pageNumber + 1 }}}}/{{% endif %}}\"\n---\n"
        '{% include "list.njk" %}<nav class="pager">{% if pagination.href.previous %}<a href="{{ pagination.href.previous }}">Newer</a>{% endif %} Page {{ pagination.pageNumber + 1 }} of {{ pagination.hrefs.length }} {% if pagination.href.next %}<a href="{{ pagination.href.next }}">Older</a>{% endif %}</nav>')
    for plural, coll in (("tags", "tagPages"), ("categories", "categoryPages"), ("authors", "authorPages")):
        put(out, plural + "-term.njk", f"---\nlayout: base.njk\npagination:\n  data: collections.{coll}\n  size: 1\n  alias: term\npermalink: \"/{plural}/{{{{ term.key | slugify }}}}/{{% if term.num > 0 %}}page/{{{{ term.num + 1 }}}}/{{% endif %}}\"\n---\n"
            f"<h1>{plural}: {{{{ term.key }}}}</h1>\n" + '{% set items = term.items %}{% include "list.njk" %}<nav class="pager">{% if term.num > 0 %}<a href="{{ pagination.href.previous }}">Newer</a>{% endif %} Page {{ term.num + 1 }} of {{ term.total }} {% if term.num + 1 < term.total %}<a href="{{ pagination.href.next }}">Older</a>{% endif %}</nav>')
        put(out, plural + ".njk", f"---\nlayout: base.njk\ntitle: {plural}\npermalink: /{plural}/\n---\n<h1>{plural}</h1>\n<ul>\n{{% for t in collections.{coll} | firsts %}}<li><a href=\"/{plural}/{{{{ t.key | slugify }}}}/\">{{{{ t.key }}}}</a> ({{{{ t.count }}}})</li>\n{{% endfor %}}</ul>")
    put(out, "archives.njk", "---\nlayout: base.njk\ntitle: Archives\npermalink: /archives/\n---\n<h1>Archives</h1>\n<dl>\n{% for p in collections.posts %}<dt>{{ p.date | ymd }}</dt><dd><a href=\"{{ p.url }}\">{{ p.data.title }}</a></dd>\n{% endfor %}</dl>")
    put(out, "atom.njk", "---\npermalink: /atom.xml\n---\n" + f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{SITE_TITLE}</title><id>{BASE_URL}/</id>\n'
        f'{{% for p in collections.posts.slice(0, {FEED_N}) %}}<entry><title>{{{{ p.data.title }}}}</title><id>{BASE_URL}{{{{ p.url }}}}</id><link rel="alternate" href="{BASE_URL}{{{{ p.url }}}}"/><updated>{{{{ p.date | rfc }}}}</updated>'
        "<author><name>{{ p.data.author }}</name></author><summary>{{ p.data.description }}</summary><content type=\"html\">{{ p.content }}</content></entry>\n{% endfor %}</feed>\n")
    d = os.path.join(out, "posts")
    for p in posts:
        put(d, p.slug + ".md", f"""---
title: {q(p.title)}
date: {p.date}
description: {q(p.summary)}
topics: {qlist(p.tags)}
category: {q(p.category)}
author: {q(p.author)}
---

{p.body}""")

# ---------------------------------------------------------------- Pelican


@fmt("pelican")
def pelican(posts, out, opt):
    ch = '"markdown.extensions.codehilite": {"css_class": "highlight"}, ' if opt.highlight else ""
    put(out, "pelicanconf.py", f"""AUTHOR = "Bench"
SITENAME = "{SITE_TITLE}"
SITEURL = "{BASE_URL}"
PATH = "content"
THEME = "theme"
OUTPUT_PATH = "output"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DELETE_OUTPUT_DIRECTORY = False
DEFAULT_PAGINATION = {PER_PAGE}
PAGINATED_TEMPLATES = {{"index": None, "tag": None, "category": None, "author": None}}
DIRECT_TEMPLATES = ["index", "tags", "categories", "authors", "archives"]
FEED_DOMAIN = SITEURL
FEED_ALL_ATOM = "atom.xml"
FEED_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = {FEED_N}
STATIC_PATHS = []
THEME_STATIC_DIR = "."
PATH_METADATA = r"(?P<slug>.*)\\.md"
ARTICLE_URL = "posts/{{slug}}/"
ARTICLE_SAVE_AS = "posts/{{slug}}/index.html"
TAG_URL = "tags/{{slug}}/"
TAG_SAVE_AS = "tags/{{slug}}/index.html"
CATEGORY_URL = "categories/{{slug}}/"
CATEGORY_SAVE_AS = "categories/{{slug}}/index.html"
AUTHOR_URL = "authors/{{slug}}/"
AUTHOR_SAVE_AS = "authors/{{slug}}/index.html"
TAGS_SAVE_AS = "tags/index.html"
CATEGORIES_SAVE_AS = "categories/index.html"
AUTHORS_SAVE_AS = "authors/index.html"
ARCHIVES_SAVE_AS = "archives/index.html"
PAGINATION_PATTERNS = (
    (1, "{{base_name}}/", "{{base_name}}/index.html"),
    (2, "{{base_name}}/page/{{number}}/", "{{base_name}}/page/{{number}}/index.html"),
)
MARKDOWN = {{
    "extension_configs": {{{ch}"markdown.extensions.extra": {{}}, "markdown.extensions.meta": {{}}}},
    "output_format": "html5",
}}
""")
    T = os.path.join(out, "theme", "templates")
    put(out, "theme", "static", "style.css", STYLE_CSS)
    put(T, "base.html", HEAD.replace("@TITLE@", "{% block title %}{{ SITENAME }}{% endblock %}") + "{% block main %}{% endblock %}" + FOOT)
    meta = ('<p class="meta"><time datetime="{{ A.date.isoformat() }}">{{ A.date | strftime("%Y-%m-%d") }}</time> by '
            '<a href="{{ SITEURL }}/{{ A.author.url }}">{{ A.author }}</a> in <a href="{{ SITEURL }}/{{ A.category.url }}">{{ A.category }}</a></p>')
    put(T, "list.html", '{% for article in articles_page.object_list %}<article class="entry">\n<h2><a href="{{ SITEURL }}/{{ article.url }}">{{ article.title }}</a></h2>\n' + meta.replace("A.", "article.") +
        '\n<p>{{ article.summary | striptags }}</p>\n</article>\n{% endfor %}<nav class="pager">{% if articles_page.has_previous() %}<a href="{{ SITEURL }}/{{ articles_previous_page.url }}">Newer</a>{% endif %} Page {{ articles_page.number }} of {{ articles_paginator.num_pages }} '
        '{% if articles_page.has_next() %}<a href="{{ SITEURL }}/{{ articles_next_page.url }}">Older</a>{% endif %}</nav>')
    ext = '{% extends "base.html" %}'
    put(T, "index.html", ext + '{% block main %}{% include "list.html" %}{% endblock %}')
    for k in ("tag", "category", "author"):
        put(T, k + ".html", ext + f'{{% block title %}}{{{{ {k} }}}} - {{{{ SITENAME }}}}{{% endblock %}}{{% block main %}}<h1>{k}: {{{{ {k} }}}}</h1>\n{{% include "list.html" %}}{{% endblock %}}')
    for k, it in (("tags", "tags"), ("categories", "categories"), ("authors", "authors")):
        put(T, k + ".html", ext + f'{{% block main %}}<h1>{k}</h1>\n<ul>\n{{% for t, arts in {it} | sort %}}<li><a href="{{{{ SITEURL }}}}/{{{{ t.url }}}}">{{{{ t }}}}</a> ({{{{ arts | count }}}})</li>\n{{% endfor %}}</ul>{{% endblock %}}')
    put(T, "article.html", ext + "{% block title %}{{ article.title }} - {{ SITENAME }}{% endblock %}{% block main %}<article>\n<h1>{{ article.title }}</h1>\n" + meta.replace("A.", "article.") +
        '\n<div class="content">\n{{ article.content }}</div>\n<ul class="tags">{% for t in article.tags %}<li><a href="{{ SITEURL }}/{{ t.url }}">{{ t }}</a></li>{% endfor %}</ul>\n</article>{% endblock %}')
    put(T, "page.html", ext + "{% block main %}{{ page.content }}{% endblock %}")
    put(T, "archives.html", ext + '{% block title %}Archives - {{ SITENAME }}{% endblock %}{% block main %}<h1>Archives</h1>\n<dl>\n{% for article in dates %}<dt>{{ article.date | strftime("%Y-%m-%d") }}</dt><dd><a href="{{ SITEURL }}/{{ article.url }}">{{ article.title }}</a></dd>\n{% endfor %}</dl>{% endblock %}')
    d = os.path.join(out, "content")
    for p in posts:
        put(d, p.slug + ".md", f"""Title: {p.title}
Date: {p.date}
Slug: {p.slug}
Category: {p.category}
Tags: {', '.join(p.tags)}
Author: {p.author}
Summary: {p.summary}

{p.body}""")


@fmt("avocet")
def avocet(posts, out, opt):
    put(out, "site.toml", f"""[site]
title = "{SITE_TITLE}"
url = "{BASE_URL}"
language = "en"
timezone = "UTC"
theme = "bench"
[content]
articles = ["posts"]
static = ["img"]
[articles]
page_size = {PER_PAGE}
[markdown]
highlight = {"true" if opt.highlight else "false"}
[urls]
article = "posts/{{slug}}/index.html"
index = "index.html"
tag = "tags/{{slug}}/index.html"
category = "categories/{{slug}}/index.html"
author = "authors/{{slug}}/index.html"
tags = "tags/index.html"
categories = "categories/index.html"
authors = "authors/index.html"
archives = "archives/index.html"
year = ""
paged = "{{base_name}}/page/{{number}}/index.html"
""")
    theme = os.path.join(out, "themes", "bench")
    put(theme, "theme.toml", 'name = "bench"\n')
    templates = os.path.join(theme, "templates")
    ext = '{% extends "base.html" %}'
    put(theme, "assets", "style.css", STYLE_CSS)
    head = HEAD.replace("@TITLE@", "{% block title %}{{ site.title }}{% endblock %}").replace('"/style.css"', '"{{ asset(path=\'style.css\') }}"')
    put(templates, "base.html", head + "{% block main %}{% endblock %}" + FOOT)
    meta = ('<p class="meta"><time datetime="{{ A.date }}">{{ A.date | date(format="%Y-%m-%d") }}</time> by '
            '<a href="{{ A.author.url }}">{{ A.author.name }}</a> in <a href="{{ A.category.url }}">{{ A.category.name }}</a></p>')
    put(templates, "list.html", '{% for article in list.articles %}<article class="entry">\n<h2><a href="{{ article.url }}">{{ article.title }}</a></h2>\n' + meta.replace("A.", "article.") +
        '\n<p>{{ article.description }}</p>\n</article>\n{% endfor %}<nav class="pager">{% if list.pager.previous %}<a href="{{ list.pager.previous }}">Newer</a>{% endif %} Page {{ list.pager.number }} of {{ list.pager.count }} '
        '{% if list.pager.next %}<a href="{{ list.pager.next }}">Older</a>{% endif %}</nav>')
    put(templates, "index.html", ext + '{% block main %}{% include "list.html" %}{% endblock %}')
    for kind in ("tag", "category", "author"):
        put(templates, kind + ".html", ext + f'{{% block title %}}{{{{ list.title }}}} - {{{{ site.title }}}}{{% endblock %}}{{% block main %}}<h1>{kind}: {{{{ list.title }}}}</h1>\n{{% include "list.html" %}}{{% endblock %}}')
    for kind in ("tags", "categories", "authors"):
        put(templates, kind + ".html", ext + f'{{% block main %}}<h1>{kind}</h1>\n<ul>\n{{% for term in {kind} %}}<li><a href="{{{{ term.url }}}}">{{{{ term.name }}}}</a> ({{{{ term.count }}}})</li>\n{{% endfor %}}</ul>{{% endblock %}}')
    put(templates, "article.html", ext + "{% block title %}{{ page.title }} - {{ site.title }}{% endblock %}{% block main %}<article>\n<h1>{{ page.title }}</h1>\n" + meta.replace("A.", "page.") +
        '\n<div class="content">\n{{ page.content }}</div>\n<ul class="tags">{% for tag in page.tags %}<li><a href="{{ tag.url }}">{{ tag.name }}</a></li>{% endfor %}</ul>\n</article>{% endblock %}')
    put(templates, "page.html", ext + "{% block main %}{{ page.content }}{% endblock %}")
    put(templates, "archives.html", ext + '{% block title %}Archives - {{ site.title }}{% endblock %}{% block main %}<h1>Archives</h1>\n<dl>\n{% for article in articles %}<dt>{{ article.date | date(format="%Y-%m-%d") }}</dt><dd><a href="{{ article.url }}">{{ article.title }}</a></dd>\n{% endfor %}</dl>{% endblock %}')
    # The pictures that the posts show: Avocet does not publish a post whose picture is missing.
    dot = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
    os.makedirs(os.path.join(out, "content", "img"), exist_ok=True)
    for number in range(1, 21):
        with open(os.path.join(out, "content", "img", f"{number}.png"), "wb") as file:
            file.write(dot)
    folder = os.path.join(out, "content", "posts")
    for post in posts:
        put(folder, post.slug + ".md", f"""---
title: {q(post.title)}
date: {post.date}
slug: {post.slug}
category: {post.category}
tags: {qlist(post.tags)}
author: {post.author}
summary: {q(post.summary)}
---

{post.body}""")


# ---------------------------------------------------------------- command line

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("n", nargs="?", type=int)
    ap.add_argument("out", nargs="?")
    ap.add_argument("format", nargs="?", choices=sorted(FORMATS))
    ap.add_argument("--no-highlight", dest="highlight", action="store_false")
    ap.add_argument("--list", action="store_true")
    opt = ap.parse_args()
    if opt.list or opt.format is None:
        print(*sorted(FORMATS))
        return 0 if opt.list else 2
    if os.path.exists(opt.out):
        shutil.rmtree(opt.out)
    os.makedirs(opt.out)
    FORMATS[opt.format](make_posts(opt.n), opt.out, opt)


if __name__ == "__main__":
    sys.exit(main())
