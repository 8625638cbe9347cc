"""Citations from the BibTeX files in data/: {% cite knuth84 %}."""

import difflib
import html
import re

import avocet

ENTRY = re.compile(r"@(\w+)\s*\{\s*([^,\s]+)\s*,")
FIELD = re.compile(r"\s*([\w-]+)\s*=\s*")
works = {}


def value(text, at):
    """The value at a place, and where it ends: in braces, in quotes, or one word."""
    if text[at : at + 1] not in ('{', '"'):
        end = re.compile(r"[^,}\s]*").match(text, at).end()
        return text[at:end], end
    closing, depth, end = ("}" if text[at] == "{" else '"'), 0, at + 1
    while end < len(text) and (depth > 0 or text[end] != closing):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        end += 1
    return text[at + 1 : end], end + 1


@avocet.start
def start():
    for text in avocet.inputs.values():
        for entry in ENTRY.finditer(text):
            fields, at = {}, entry.end()
            while True:
                field = FIELD.match(text, at)
                if field is None:
                    break
                content, at = value(text, field.end())
                fields[field[1].lower()] = " ".join(content.replace("{", "").replace("}", "").split())
                comma = re.compile(r"\s*,").match(text, at)
                if comma is None:
                    break
                at = comma.end()
            works[entry[2]] = fields


@avocet.tag("cite")
def cite(args, body, page):
    work = works.get(args["key"])
    if work is None:
        near = difflib.get_close_matches(args["key"], works, 1)
        raise avocet.Error("there is no work `%s`" % args["key"], help="did you mean `%s`?" % near[0] if near else "add it to a file in data/")
    authors = [name.split(",")[0].split()[-1] if "," not in name else name.split(",")[0] for name in work.get("author", "").split(" and ") if name]
    who = " and ".join(authors) if len(authors) < 3 else authors[0] + " et al."
    text = "(%s)" % ", ".join(part for part in (who, work.get("year", "")) if part)
    link = work.get("url") or ("https://doi.org/" + work["doi"] if work.get("doi") else "")
    title = html.escape(work.get("title", ""))
    if link:
        return '<cite><a href="%s" title="%s">%s</a></cite>' % (html.escape(link), title, html.escape(text))
    return '<cite title="%s">%s</cite>' % (title, html.escape(text))


avocet.run()
