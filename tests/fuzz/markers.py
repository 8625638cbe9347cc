#!/usr/bin/env python3
"""Looks for words that get lost: markers.py [--seed N] [--sites N] [--long HOURS] [--keep FOLDER]

AVOCET=/path/to/avocet names the program. Each site is made from a seed: every construct of the manual, inside of each other, with words that are
nowhere else in all its fields, cells, options, bodies, captions, notes, HTML and includes. After a build, each word must be in a page or in a
diagnostic. A source with an error counts as told; it is taken out, and the rest is built. What nobody is meant to read has no such words: comments
of YAML, and the names of notes and references.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000 1ff89993d1d0000000049454e44ae426082"
    .replace(" ", "")
)


class Words:
    """Words that are nowhere else: letters only, so that no slug, typography or highlighting changes them."""

    def __init__(self):
        self.count = 0

    def __call__(self):
        number, letters = self.count, ""
        self.count += 1
        for _ in range(4):
            number, letter = divmod(number, 20)
            letters = "bcdfghjklmnpqrstvwxy"[letter] + letters
        return f"zq{letters}"


class Site:
    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.folder = folder
        self.word = Words()
        self.notes = 0
        self.includes = 0

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def pick(self, *choices):
        return self.random.choice(choices)

    def two(self):
        return f"{self.word()} {self.word()}"

    # --- Text in a line

    def inline(self, depth=2):
        w = self.word
        if depth == 0:
            return w()
        inner = lambda: self.inline(depth - 1)  # noqa: E731
        return self.pick(
            lambda: w(),
            lambda: f"**{inner()}**",
            lambda: f"*{inner()}*",
            lambda: f"~~{inner()}~~",
            lambda: f"`{w()} | {w()}`" if self.in_table == 0 else f"`{w()}`",
            lambda: f"[{inner()}](https://example.org/{w()})",
            lambda: f'[{inner()}](https://example.org/{w()} "{self.two()}")',
            lambda: f"![{w()}](/images/a.png)",
            lambda: f'![{self.two()}](/images/a.png "{self.two()}")',
            lambda: f"<https://example.org/{w()}>",
            lambda: f"<b>{inner()}</b>",
            lambda: f'<span title="{w()}">{inner()}</span>',
            lambda: f"<!-- {w()} -->",
            lambda: f'{w()} -- "{w()}" ... \'{w()}\'',
            lambda: f"{w()}&nbsp;{w()}&amp;{w()}",
            lambda: f"\\*{w()}\\_ {w()}\\",
            lambda: f"[^{self.note()}]",
            lambda: f'{{% own name="{w()}" %}}',
            lambda: f"{{% own name='{w()}' %}}{inner()}{{% endown %}}",
            lambda: f"[{w()}]({{filename}}/pages/about.md)",
            lambda: f"{w()}~{w()}~ {w()}^{w()}^ =={w()}== :{w()}:",
            lambda: f"[[{w()}]]",
            lambda: f"$ {w()} $ {w()} ${w()}$",
            lambda: f"{{{{ {w()} }}}} {{{{< {w()} >}}}} {{: .{w()}}}",
        )()

    def line(self):
        return " ".join(self.inline() for _ in range(self.random.randint(1, 3)))

    def note(self):
        self.notes += 1
        name = f"n{self.notes}"
        self.open_notes.append(name)
        return name

    def lonely_note(self):
        self.notes += 1
        return f"[^n{self.notes}]: {self.line()}"

    def reference(self):
        self.notes += 1
        return f"[{self.word()}][r{self.notes}]\n\n[r{self.notes}]: https://example.org/{self.word()} \"{self.word()}\""

    # --- Blocks

    in_table = 0

    def block(self, depth=2):
        w, line = self.word, self.line
        simple = [
            lambda: line(),
            lambda: f"{line()}\n{line()}  \n{line()}",
            lambda: f"{'#' * self.random.randint(1, 6)} {line()}",
            lambda: f"## {w()} {{#{w()} .{w()}}}",
            lambda: f"{line()}\n{'=' * 5}",
            lambda: f"{line()}\n-----",
            lambda: f"```{self.pick('', 'python', 'text', 'rust', 'html')}\n{w()} {w()}\n\n  {w()}\n```",
            lambda: f"```python title=\"{w()}\"\n{w()}\n```",
            lambda: f"~~~\n{w()}\n~~~",
            lambda: f"    {w()}\n    {w()}",
            lambda: f"    :::python\n    {w()}",
            lambda: self.table(),
            lambda: f'{{% table caption="{self.two()}" %}}\n{self.table()}\n{{% endtable %}}',
            lambda: f'![{w()}](/images/a.png "{self.two()}")',
            lambda: f"![{w()}](/images/a.png)",
            lambda: f"<div class=\"{w()}\">\n<p>{w()}</p>\n\n  <p>{w()}</p>\n</div>",
            lambda: f"<!-- {w()}\n\n{w()} -->",
            lambda: f"<script>let {w()} = '{w()}';\n\n</script>",
            lambda: f"<style>.{w()} {{ color: red }}</style>",
            lambda: f"<pre>\n{w()}\n\n{w()}\n</pre>",
            lambda: f"<p>{w()}\n<p>{w()}",
            lambda: f"<table><tr><td>{w()}<td>{w()}</table>",
            lambda: self.reference(),
            lambda: self.lonely_note(),
            lambda: "---",
            lambda: "[TOC]",
            lambda: "<!-- more -->",
            lambda: f"*[{w()}]: {w()}",
            lambda: f"!!! note \"{w()}\"\n    {w()}",
            lambda: f"::: {w()}\n{w()}\n:::",
            lambda: f"$$\n{w()}\n$$",
            lambda: f"{w()}\n: {line()}\n: {line()}",
            lambda: f"{{% button href=\"https://example.org/{w()}\" text=\"{self.two()}\" %}}",
            lambda: f"{{% action-link href=\"https://example.org/{w()}\" text=\"{self.two()}\" %}}",
            lambda: f"{{% image src=\"/images/a.png\" alt=\"{self.two()}\" caption=\"{self.two()}\" %}}",
            lambda: f'{{% card heading="{self.two()}" href="https://example.org/{w()}" description="{self.two()}" %}}',
            lambda: f"{{% do-list %}}\n- {line()}\n- {line()}\n{{% enddo-list %}}",
            lambda: f"{{% dont-list heading=\"{self.two()}\" %}}\n- {line()}\n- {line()}\n{{% enddont-list %}}",
            lambda: self.include(),
            lambda: f"{{% meta %}}",
        ]
        if depth == 0:
            return self.random.choice(simple)()
        inner = lambda: self.blocks(depth - 1, self.random.randint(1, 3))  # noqa: E731
        around = [
            lambda: quoted(inner()),
            lambda: quoted(f"[!{self.pick('NOTE', 'TIP', 'WARNING')}]\n" + inner()),
            lambda: item("- ", inner()) + "\n" + item("- ", inner()),
            lambda: item("1. ", inner()) + "\n" + item("2. ", inner()),
            lambda: item("- [x] ", inner()),
            lambda: w() + "\n" + item(":   ", inner()),
            lambda: f"[^{self.note()}]\n\n" + item(f"[^{self.open_notes.pop()}]: ", inner(), 4),
            lambda: f"{{% details summary=\"{self.two()}\" %}}\n{inner()}\n{{% enddetails %}}",
            lambda: f"{{% inset-text %}}\n{inner()}\n{{% endinset-text %}}",
            lambda: f"{{% warning-callout heading=\"{self.two()}\" %}}\n{inner()}\n{{% endwarning-callout %}}",
            lambda: f"{{% card heading=\"{self.two()}\" %}}\n{inner()}\n{{% endcard %}}",
            lambda: f"{{% card-group %}}\n{{% card heading=\"{self.two()}\" %}}\n{inner()}\n{{% endcard %}}\n{{% endcard-group %}}",
            lambda: f"{{% own name=\"{self.two()}\" %}}\n{inner()}\n{{% endown %}}",
            lambda: f"<details><summary>{w()}</summary>\n\n{inner()}\n\n</details>",
            lambda: f"<div>\n\n{inner()}\n\n</div>",
            lambda: f"<section>\n{inner()}\n</section>",
        ]
        return self.random.choice(simple + around + around)()

    def blocks(self, depth, count):
        return "\n\n".join(self.block(depth) for _ in range(count))

    def table(self):
        self.in_table += 1
        columns = self.random.randint(1, 4)
        row = lambda count: "| " + " | ".join(self.inline(1) for _ in range(count)) + " |"  # noqa: E731
        marks = "|" + "|".join(self.pick("---", ":--", "--:", ":-:") for _ in range(columns)) + "|"
        rows = [row(self.pick(columns, columns, columns, max(1, columns - 1))) for _ in range(self.random.randint(0, 3))]
        self.in_table -= 1
        return "\n".join([row(columns), marks, *rows])

    def include(self):
        self.includes += 1
        name = f"i{self.includes}.{self.pick('md', 'html')}"
        notes, self.open_notes = self.open_notes, []
        if name.endswith(".md"):
            text = self.blocks(0, 2) + self.definitions()
        else:
            text = f"<p>{self.word()}</p>\n<!-- {self.word()} -->\n{{% own name=\"{self.word()}\" %}}\n"
        self.open_notes = notes
        self.write(f"includes/{name}", text)
        return f"{{% include {name} %}}"

    def definitions(self):
        return "".join(f"\n\n[^{name}]: {self.word()}" for name in self.open_notes)

    # --- Sources

    def value(self):
        w = self.word
        return self.pick(
            lambda: self.two(),
            lambda: f'"{w()}: {w()}"',
            lambda: f"'{w()} # {w()}'",
            lambda: f"{w()} # {w()}",
            lambda: f"{w()}: {w()}",
            lambda: f"|\n  {w()}\n  {w()}",
            lambda: f">-\n  {w()}\n  {w()}",
            lambda: f"!{w()} {w()}",
            lambda: f"&{w()} {w()}",
            lambda: f"{w()}\n  {w()}",
        )()

    def names(self):
        w = self.word
        return self.pick(
            lambda: f"[{w()}, {w()}]",
            lambda: f"{w()}, {w()}",
            lambda: f"\n  - {w()}\n  - {w()}",
            lambda: f"\n  - {w()} # {w()}\n  - {w()}",
            lambda: w(),
        )()

    def front_matter(self, date):
        w = self.word
        meta = [f"{self.pick('note', 'place', 'x_y')}: {self.value()}" for _ in range(self.random.randint(0, 1))]
        form = self.pick("yaml", "yaml", "yaml", "toml", "json", "pelican")
        title, summary = self.two(), self.two()
        if form == "toml":
            when = "date = 2024-01-02\n" if date else ""
            return f'+++\ntitle = "{title}"\n{when}summary = """{summary}\n{w()}"""\ntags = ["{w()}"]\nseries = "{w()}"\n[extra]\nnote = "{w()}"\n+++\n'
        if form == "json":
            fields = {"title": title, "summary": summary, "tags": [w(), w()], "authors": [w()], "category": w()}
            if date:
                fields["date"] = "2024-01-02"
            return json.dumps(fields) + "\n"
        lines = [f"title: {title if form == 'pelican' else self.value()}"]
        if date:
            lines.append("date: 2024-01-02")
        for line in (f"summary: {self.value()}", f"tags: {self.names()}", f"category: {w()}", f"series: {self.value()}", *meta):
            if form == "pelican" and "\n" in line:
                continue
            if self.random.random() < 0.7:
                lines.append(line)
        if self.random.random() < 0.5:
            lines.append(f"{self.pick('author', 'authors')}: {self.names() if form == 'yaml' else w()}")
        if form == "pelican":
            return "\n".join(lines) + "\n\n"
        return "---\n" + "\n".join(lines) + "\n---\n"

    def source(self, name, date):
        self.open_notes = []
        head = self.front_matter(date)
        body = self.blocks(2, self.random.randint(2, 7)) + self.definitions()
        self.write(name, f"{head}\n{{% meta %}}\n\n{body}\n")

    def make(self):
        w = self.word
        self.write(
            "site.toml",
            f"""[site]
title = "{self.two()}"
url = "https://example.org"
author = "{w()}"
description = "{w()}"
plugins = ["blog", "feeds"]
[[menu]]
title = "{w()}"
url = "/about.html"
[content]
static = ["images"]
[theme]
blog_title = "{w()}"
service_name = "{w()}"
notice = "{w()}"
phase = "{w()}"
licence = "{w()}"
footer_links = [{{ title = "{w()}", url = "/about.html" }}]
""",
        )
        self.write("templates/tags/own.html", "<i>{{ args.name }}</i>{% if body %}{{ body | safe }}{% endif %}\n")
        self.write("templates/tags/meta.html", "<i>{{ page.meta | json }} {{ page.series }} {{ page.tags | json }} {{ page.authors | json }} {{ page.category | json }} {{ site.author }}</i>\n")
        image = self.folder / "content/images/a.png"
        image.parent.mkdir(parents=True)
        image.write_bytes(PNG)
        self.write("content/pages/about.md", "---\ntitle: About\n---\nText.\n")
        self.source("content/pages/page.md", date=False)
        for number in range(self.random.randint(3, 6)):
            self.source(f"content/blog/p{number}.md", date=True)


def quoted(text):
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def item(mark, text, indent=None):
    first, *rest = text.split("\n")
    space = " " * (indent or len(mark))
    return "\n".join([mark + first, *(space + line if line else "" for line in rest)])


class Build:
    """What a build printed, and the words that its pages and its diagnostics show."""

    def __init__(self, program, folder):
        process = subprocess.run(
            [program, "--site", folder, "build", "--format", "json"], capture_output=True, text=True, errors="replace", timeout=120
        )
        self.printed = process.stdout + process.stderr
        if process.returncode not in (0, 1):
            raise SystemExit(f"exit {process.returncode}: {self.printed}")
        self.good = process.returncode == 0
        self.diagnostics = [json.loads(line) for line in self.printed.splitlines() if line.startswith("{")]

    def wrong_files(self):
        return {d["file"] for d in self.diagnostics if d.get("severity") == "error" and d.get("file")}

    def told(self, folder):
        """The lines that diagnostics show, and their words."""
        text = [self.printed]
        for diagnostic in self.diagnostics:
            path = folder / (diagnostic.get("file") or "")
            if path.is_file() and diagnostic.get("line"):
                lines = path.read_text("utf-8").split("\n")
                text.append(lines[diagnostic["line"] - 1])
        return "\n".join(text)


def lost(program, seed, folder):
    """The words of a site that are lost, each with the file that it is in, and how many there are."""
    site = Site(seed, folder)
    site.make()
    words, told = written(folder), ""
    wrong = set()
    for _ in range(12):
        build = Build(program, folder)
        told += build.told(folder)
        if build.good:
            break
        wrong_now = build.wrong_files()
        if not wrong_now or "site.toml" in wrong_now:
            raise SystemExit(f"seed {seed}: no file is wrong: {build.printed}")
        for name in wrong_now:
            text = (folder / name).read_text("utf-8")
            told += text
            if name.startswith("includes/"):
                (folder / name).write_text("", "utf-8")
            else:
                (folder / name).rename(folder / (name.replace("/", "_") + ".wrong"))
                told += "".join(include.read_text("utf-8") for include in included(folder, text))
            wrong.add(name)
    else:
        raise SystemExit(f"seed {seed}: still wrong: {build.printed}")
    shown = "\n".join(page.read_text("utf-8") for page in (folder / "public").rglob("*.html")).lower()
    told = told.lower()
    gone = [(word, where) for word, where in words.items() if word not in shown and word not in told and not stands(where, shown)]
    return gone, len(words), len(wrong)


def stands(where, shown):
    """Whether the reference or the include that a word belongs to is itself the text of a page, as in a block of code."""
    name = re.match(r"includes/([\w.]+):", where)
    reference = re.search(r"(\[r\d+\]): ", where)
    return (name and f"include {name[1]} " in shown) or (reference and f"]{reference[1]}" in shown)


def written(folder):
    """Each word with where it stands."""
    words = {}
    for path in sorted(path for path in folder.rglob("*.*") if path.suffix in {".md", ".html", ".toml"}):
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            for word in re.findall("zq[a-z]{4}", line):
                words.setdefault(word, f"{path.relative_to(folder)}:{number}: {line}")
    return words


def included(folder, text):
    """The includes that a text names, which are no part of the site without it."""
    return [path for path in (folder / "includes").glob("*") if f"include {path.name} " in text]


# Losses that are not mended yet, by seed; one that is gone has to go from here. 83: what stands behind the language of a fence (`~~~~a~~~~ b`).
KNOWN = {83}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--sites", type=int, default=120, help="how many sites")
    parser.add_argument("--long", type=float, metavar="HOURS", help="go on for hours, and do not end at the first loss")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the last site there")
    options = parser.parse_args()
    program = shutil.which(os.environ.get("AVOCET", "avocet"))
    if not program:
        raise SystemExit("no program: set AVOCET to the path of avocet")
    until = time.monotonic() + options.long * 3600 if options.long else None
    sites = words = wrong = losses = 0
    seed, faulty = options.seed, set()
    while time.monotonic() < until if until else sites < options.sites:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "site")
            found, count, refused = lost(os.path.abspath(program), seed, folder)
            for word, name in found:
                print(f"seed {seed}: {word} is in no page and in no diagnostic: {name}")
            if options.keep:
                shutil.rmtree(options.keep, ignore_errors=True)
                shutil.copytree(folder, options.keep)
        sites, words, wrong, losses = sites + 1, words + count, wrong + refused, losses + len(found)
        if found:
            faulty.add(seed)
        seed += 1
    print(f"{sites} sites, {words:,} words, {wrong} sources refused, {losses} words lost")
    known = KNOWN & set(range(options.seed, seed))
    for gone in sorted(known - faulty):
        print(f"seed {gone} finds nothing any more: take it out of KNOWN")
    return 0 if faulty == known else 1


if __name__ == "__main__":
    sys.exit(main())
