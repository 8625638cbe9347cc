#!/usr/bin/env python3
"""Tries Avocet on the cases in this folder: run.py [ID...]

AVOCET=/path/to/avocet names the program. README.md beside this file says what a case is made of. Without an ID all cases are tried, and
those that fail must be those that known-failures.txt lists.
"""

import argparse
import fnmatch
import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import known_failures  # noqa: E402

LIMIT = 60  # seconds that one run of the program may take
CLOCK = "1735689600"  # 1 January 2025: SOURCE_DATE_EPOCH, so that "today" stays the same

SITE = """
[site]
title = "Trial"
url = "https://example.org/notes"
description = ""
language = "en-GB"
timezone = "Europe/London"
author = "A Nother"
theme = "nhs"
output = "public"
plugins = ["blog", "feeds", "sitemap"]

[content]
path = "content"
articles = ["blog"]
pages = ["pages"]
static = ["images"]

[articles]
page_size = 10
future = "hold"

[[menu]]
title = "Blog"
url = "/blog/"
"""


# ---------------------------------------------------------------- a site


def merged(base, extra):
    out = dict(base)
    for key, value in extra.items():
        old = out.get(key)
        out[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return out


def toml_value(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if isinstance(value, (bool, int, float, str)):
        return json.dumps(value, ensure_ascii=False)
    raise SystemExit(f"settings.toml: {value!r} is of no type that this runner writes")


def toml(table):
    return "".join(
        f"[{name}]\n" + "".join(f"{json.dumps(k)} = {toml_value(v)}\n" for k, v in value.items()) + "\n"
        if isinstance(value, dict)
        else f"{json.dumps(name)} = {toml_value(value)}\n\n"
        for name, value in sorted(table.items(), key=lambda item: isinstance(item[1], dict))
    )


def make_site(case, spec, folder):
    extra = case / "settings.toml"
    settings = tomllib.loads(SITE)
    if extra.is_file():
        settings = merged(settings, tomllib.loads(extra.read_text("utf-8")))
    (folder / "site.toml").write_text(toml(settings), "utf-8")
    for part in ("content", "includes", "templates"):
        if (case / part).is_dir():
            shutil.copytree(case / part, folder / part, symlinks=True)
    (folder / "content" / "images").mkdir(parents=True, exist_ok=True)
    (folder / "content" / "pages").mkdir(exist_ok=True)
    for thing in spec.get("make", []):
        path = folder / thing["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        if "link" in thing:
            path.symlink_to(thing["link"])
            continue
        text = thing.get("head", "") + thing.get("text", "") * thing.get("times", 1)
        text += thing.get("middle", "") + thing.get("tail", "") * thing.get("times", 1)
        path.write_bytes(text.encode("utf-8"))


# ---------------------------------------------------------------- a run


class Run:
    def __init__(self, program, command, args, folder):
        env = dict(os.environ, SOURCE_DATE_EPOCH=CLOCK, NO_COLOR="1")
        start = time.monotonic()
        process = subprocess.Popen(
            [program, command, *args],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.late = False
        try:
            out, _ = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.late = True
            os.killpg(process.pid, signal.SIGKILL)
            out, _ = process.communicate()
        self.seconds = time.monotonic() - start
        self.code = process.returncode
        self.output = out.decode("utf-8", "replace")

    def crash(self):
        if self.late:
            return f"did not end in {LIMIT} seconds"
        if self.code not in (0, 1):
            return f"ended with {self.code}: " + (self.output.strip().splitlines() or ["nothing said"])[-1]
        if "panicked at" in self.output:
            return "panicked"
        return None


PROBLEM = re.compile(r"^(?:error|warning|note|info)\[[\w-]+\]: ", re.M)
PLACE = re.compile(r"^ *--> (.+?)(?::(\d+)(?::(\d+))?)?$", re.M)
SHOWN = re.compile(r"^ *(?:\d+ \|.*|\| *\^+ ?|\|$)", re.M)


class Problem:
    """One problem as the text format shows it: its places, and its words without the lines of the source that it shows."""

    def __init__(self, text):
        self.places = [(file, int(line) if line else None) for file, line, _ in PLACE.findall(text)]
        self.words = SHOWN.sub("", PLACE.sub("", text))


def problems(output):
    starts = list(PROBLEM.finditer(output))
    found = []
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(output)
        text = re.split(r"^(?:Built |Nothing was written|Checked )", output[start.start() : end], maxsplit=1, flags=re.M)[0]
        found.append(Problem(text))
    return found


# ---------------------------------------------------------------- a page


class Page(html.parser.HTMLParser):
    """What a reader sees of the main part, and all ids. Text that an unclosed script, style, textarea or title swallows is not seen."""

    RAW = ("textarea", "title", "iframe")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.ids, self.seen = [], []
        self.main = None
        self.feed(re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.S))
        self.close()

    def handle_starttag(self, tag, attrs):
        if self.main is None and tag == "main":
            self.main = True
        if tag in self.RAW:
            self.set_cdata_mode(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        alt = dict(attrs).get("alt")
        if tag == "img" and alt and self.main:
            self.seen.append(f" {alt} ")
        if tag in BLOCKS and self.main:
            self.seen.append(" ")

    def handle_endtag(self, tag):
        if tag == "main":
            self.main = False
        if tag in BLOCKS and self.main:
            self.seen.append(" ")

    def handle_data(self, data):
        if self.main and self.cdata_elem not in ("script", "style", "iframe"):
            self.seen.append(data)

    @property
    def text(self):
        return " ".join("".join(self.seen).split())


BLOCKS = set(
    "address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr li main nav ol option p pre section summary table tbody td textarea th thead tr ul".split()
)


# ---------------------------------------------------------------- assertions


class Site:
    def __init__(self, folder, build, check):
        self.folder, self.public = folder, folder / "public"
        self.runs = {"build": build, "check": check}
        self.problems = problems(build.output) + problems(check.output)
        self.pages = {}

    def files(self):
        if not self.public.is_dir():
            return []
        return sorted(str(p.relative_to(self.public)) for p in self.public.rglob("*") if p.is_file() or p.is_symlink())

    def read(self, path):
        return (self.public / path).read_bytes().decode("utf-8", "replace")

    def page(self, path):
        if path not in self.pages:
            self.pages[path] = Page(self.read(path))
        return self.pages[path]


def strings(value):
    return [value] if isinstance(value, str) else value


def where(table):
    lines = table.get("lines")
    return table.get("file", "anywhere") + (":" + "/".join(map(str, lines)) if lines else "")


def check_run(site, name, table):
    run = site.runs[name]
    for key, value in table.items():
        if key == "exit" and run.code != value:
            last = (run.output.strip().splitlines() or [""])[-1]
            yield f"{name}: exit code {run.code}, not {value} ({last})"
        elif key == "says":
            yield from (f"{name}: does not say /{p}/" for p in strings(value) if not re.search(p, run.output, re.M | re.I))
        elif key == "silent_about":
            yield from (f"{name}: says /{p}/" for p in strings(value) if re.search(p, run.output, re.M | re.I))
        elif key == "seconds" and run.seconds > value:
            yield f"{name}: took {run.seconds:.1f} seconds, more than {value}"


def is_told(site, table):
    file, lines, words = table.get("file"), table.get("lines"), table.get("words", "")
    for problem in site.problems:
        if not file:
            names = " ".join(path for path, _ in problem.places)
            if re.search(words, problem.words + names, re.I):
                return True
        elif re.search(words, problem.words, re.I):
            # at its place, or in words that name the file
            if any(path == file and (not lines or line in lines) for path, line in problem.places):
                return True
            if Path(file).name in problem.words and not (lines and problem.places):
                return True
    return False


def check_file(site, table):
    path = table["path"]
    files = site.files()
    found = [f for f in files if fnmatch.fnmatchcase(f, path)] if "*" in path else [f for f in files if f == path]
    if "count" in table:
        if len(found) != table["count"]:
            yield f"{path}: there are {len(found)} such files, not {table['count']}: {', '.join(found) or 'none'}"
        return
    if table.get("exists") is False:
        yield from (f"{f}: was published" for f in found)
        return
    if not found:
        yield f"{path}: was not made"
    for f in found:
        text = site.read(f)
        yield from (f"{f}: has not {s!r}" for s in strings(table.get("has", [])) if s not in text)
        yield from (f"{f}: has {s!r}" for s in strings(table.get("has_not", [])) if s in text)
        yield from (f"{f}: nothing matches /{p}/" for p in strings(table.get("matches", [])) if not re.search(p, text, re.S))
        yield from (f"{f}: something matches /{p}/" for p in strings(table.get("matches_not", [])) if re.search(p, text, re.S))
        for s in strings(table.get("shows", [])):
            if s not in site.page(f).text:
                yield f"{f}: does not show {s!r}"
        for s in strings(table.get("shows_not", [])):
            if s in site.page(f).text:
                yield f"{f}: shows {s!r}"
        if table.get("unique_ids"):
            ids = site.page(f).ids
            yield from (f"{f}: id {i!r} stands {ids.count(i)} times" for i in sorted(set(ids)) if ids.count(i) > 1)
        if table.get("xml"):
            try:
                xml.etree.ElementTree.fromstring(text)
            except xml.etree.ElementTree.ParseError as error:
                yield f"{f}: is not XML: {error}"


def assertions(site, spec):
    """Yields a sentence for each assertion that does not hold."""
    for name in ("build", "check"):
        yield from check_run(site, name, spec.get(name, {}))
    yield from (
        f"told nowhere: {where(t)}" + (f" /{t['words']}/" if "words" in t else "") for t in spec.get("told", []) if not is_told(site, t)
    )
    yield from (f"told: {where(t)}" for t in spec.get("not_told", []) if is_told(site, t))
    for table in spec.get("file", []):
        yield from check_file(site, table)
    for literal in spec.get("nowhere", []):
        if found := [f for f in site.files() if literal in site.read(f)]:
            yield f"{literal!r} was published, in {len(found)} files: {found[0]}" + (", …" if found[1:] else "")
    failures = [list(assertions(site, choice)) for choice in spec.get("any", [])]
    if failures and all(failures):
        yield f"none of the {len(failures)} right ways: " + " | ".join("; ".join(f) for f in failures)


KEYS = {
    "": "source wanted make build check told not_told file nowhere any",
    "build": "args exit says silent_about seconds",
    "check": "exit says silent_about seconds",
    "told": "file lines words",
    "not_told": "file lines words",
    "make": "path head text times middle tail link",
    "file": "path exists count has has_not matches matches_not shows shows_not unique_ids xml",
    "any": "build check told not_told file nowhere",
}


def lint(spec, kind=""):
    """A key that this runner does not know would be an assertion that is never tried."""
    for key, value in spec.items():
        if key not in KEYS[kind].split():
            raise SystemExit(f"no such key: {kind}.{key}" if kind else f"no such key: {key}")
        for table in value if isinstance(value, list) else [value]:
            if isinstance(table, dict):
                lint(table, key)


def try_case(program, case, show=False):
    spec = tomllib.loads((case / "expect.toml").read_text("utf-8"))
    lint(spec)
    with tempfile.TemporaryDirectory(prefix="avocet-case-") as name:
        folder = Path(name)
        make_site(case, spec, folder)
        args = spec.get("build", {}).get("args", [])
        build = Run(program, "build", args, folder)
        check = Run(program, "check", args, folder)
        site = Site(folder, build, check)
        if show:
            print(build.output, end="")
            print("-- check\n" + check.output, end="")
            for f in site.files():
                if f.endswith(".html") and f not in PLAIN:
                    print(f"-- {f}: {site.page(f).text}")
        crashes = [f"{name}: {run.crash()}" for name, run in site.runs.items() if run.crash()]
        if build.code == 0 and not site.files():
            crashes.append("build: ended with 0 and wrote nothing")
        return crashes or list(assertions(site, spec))


PLAIN = {"archives.html", "authors.html", "categories.html", "tags.html", "404.html", "blog/index.html"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--show", action="store_true", help="print what the program says, and the text of the pages")
    options = parser.parse_args()
    program = shutil.which(os.environ.get("AVOCET", "avocet"))
    if not program:
        raise SystemExit("no program: set AVOCET to the path of avocet")
    program = os.path.abspath(program)
    failed = {}
    for name in options.ids or sorted(p.parent.name for p in HERE.glob("*/expect.toml")):
        if not (HERE / name / "expect.toml").is_file():
            raise SystemExit(f"no case {name}")
        failed[name] = try_case(program, HERE / name, options.show)
    return known_failures.verdict(failed, HERE / "known-failures.txt", all_tried=not options.ids)


if __name__ == "__main__":
    sys.exit(main())
