"""Reads feeds as readers do, with feedparser: python3 read.py FOLDER. Each has to be well formed, named, dated, with entries of the
same ids in every format, and without an address that is not absolute. feedparser reads XML: JSON Feed is held against the Atom feed."""

import json
import pathlib
import re
import sys

import feedparser

folder = pathlib.Path(sys.argv[1])
faults = []
ids = {}
for path in sorted(folder.rglob("*.xml")):
    feed = feedparser.parse(path.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    name = str(path.relative_to(folder))
    wrong = [f"not well formed: {feed.bozo_exception}"] if feed.bozo else []
    wrong += [f"no {key}" for key in ("title", "link", "language", "updated") if not feed.feed.get(key)]
    if not feed.entries:
        wrong.append("no entries")
    for entry in feed.entries:
        wrong += [f"{entry.get('id')}: no {key}" for key in ("id", "link", "title", "published_parsed", "authors") if not entry.get(key)]
        for held in [entry.get("summary", "")] + [content.value for content in entry.get("content", [])]:
            # What stands in code is text, with its `<` written as `&lt;`.
            held = re.sub(r"<!--.*?-->", "", held, flags=re.DOTALL)
            found = re.findall(r"<[a-z][^<>]*?\s(?:href|src|poster|srcset)=[\"']?(?![a-z]+:)([^\"'\s>]+)", held)
            wrong += [f"{entry.get('id')}: `{address}` is not absolute" for address in found]
    ids[name] = [entry.get("id") for entry in feed.entries]
    faults += [f"{name}: {what}" for what in wrong]
    print(f"{name}: {feed.version}, {len(feed.entries)} entries")
for path in sorted(folder.rglob("*.json")):
    feed = json.loads(path.read_text("utf-8"))
    name = str(path.relative_to(folder))
    twin = ids.get(name.removesuffix(".json") + ".atom.xml")
    if twin is not None and twin != [item["id"] for item in feed["items"]]:
        faults.append(f"{name}: its ids are not those of the Atom feed")
    print(f"{name}: JSON Feed, {len(feed['items'])} items")
if not ids:
    faults.append(f"there is no feed in {folder}")
sys.exit("\n".join(faults) or 0)
