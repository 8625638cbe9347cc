"""The benchmark's blog in Avocet's format: run inside the generator of the shared benchmark (BENCH_FORMATS), whose names it uses."""


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
    import base64
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
