"""A post from a Jupyter notebook: its Markdown, its code, and the texts, tables and images that its cells made.

The front matter is the notebook's metadata `avocet`, or a first cell of the type `raw` with `key: value` lines.
"""

import html
import json
import re

import avocet

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def joined(text):
    return "".join(text) if isinstance(text, list) else text


def fenced(text, language=""):
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return "%s%s\n%s\n%s\n" % (fence, language, text.rstrip("\n"), fence)


def shown(output):
    """One output of a cell: the richest form that a page can show."""
    data = output.get("data", {})
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            alt = html.escape(joined(data.get("text/plain", "Output")).strip())
            return '<img src="data:%s;base64,%s" alt="%s">\n' % (kind, joined(data[kind]).replace("\n", ""), alt)
    if "text/html" in data:
        return "<div>\n%s\n</div>\n" % re.sub(r"\n\s*\n", "\n", joined(data["text/html"]))
    if "text/markdown" in data:
        return joined(data["text/markdown"]) + "\n"
    if output["output_type"] == "error":
        return fenced(ESCAPES.sub("", "\n".join(output.get("traceback", []))), "text")
    text = joined(output.get("text", data.get("text/plain", "")))
    return fenced(ESCAPES.sub("", text), "text") if text.strip() else ""


@avocet.read
def read(text, path):
    try:
        notebook = json.loads(text)
        cells, metadata = notebook["cells"], notebook.get("metadata", {})
    except (ValueError, KeyError, TypeError):
        raise avocet.Error("this is no notebook of version 4", help="open it in Jupyter and save it again")
    fields = dict(metadata.get("avocet", {}))
    if metadata.get("title"):
        fields.setdefault("title", metadata["title"])
    language = metadata.get("language_info", {}).get("name", "python")
    parts = []
    for number, cell in enumerate(cells):
        source = joined(cell.get("source", ""))
        if cell["cell_type"] == "raw" and number == 0:
            lines = (line.split(":", 1) for line in source.splitlines() if ":" in line)
            fields.update((key.strip().lower(), value.strip()) for key, value in lines)
        elif cell["cell_type"] == "markdown":
            parts.append(source + "\n")
        elif cell["cell_type"] == "code":
            parts.append(fenced(source, language) if source.strip() else "")
            parts.extend(shown(output) for output in cell.get("outputs", []))
    return fields, "\n".join(part for part in parts if part)


avocet.run()
