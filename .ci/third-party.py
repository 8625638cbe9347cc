#!/usr/bin/env python3
"""Writes THIRD-PARTY.md: the licences of all that a binary of Avocet contains. `third-party.py --check` compares instead.

Crates are those that the package `avocet` needs on any platform, without what only builds or tests it. Packages of npm are those that
the theme and the plugin `stats` embed, which are the dependencies in their package.json. Needs Python 3.11, cargo and npm.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "THIRD-PARTY.md"
NPM = ["themes/nhs", "plugins/stats"]
BUNDLERS = ["esbuild"]  # they build, and nothing of them is in what they build
NOTICE = re.compile(r"^(licen[cs]e|copying|notice|copyright|unlicense)", re.I)
# Of several licences to choose from, the first that a package offers.
PREFERRED = ["MIT", "Zlib", "BSD-3-Clause", "ISC", "BSL-1.0", "Apache-2.0", "CC0-1.0", "Unlicense"]
HEAD = """# Third-party licences

A binary of Avocet contains the packages below. `.ci/third-party.py` wrote this page; each text stands once, after the packages that it
comes with.
"""


def run(*command, cwd=ROOT):
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


def crates():
    """Folder, name, version and licence of each crate that is linked into the binary."""
    run("cargo", "fetch", "--locked", "--quiet")
    metadata = json.loads(run("cargo", "metadata", "--format-version", "1", "--locked", "--offline"))
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting = [package for package in metadata["workspace_members"] if packages[package]["name"] == "avocet"]
    seen = set()
    while waiting:
        package = waiting.pop()
        if package in seen:
            continue
        seen.add(package)
        for dependency in nodes[package]["deps"]:
            is_macro = any("proc-macro" in target["kind"] for target in packages[dependency["pkg"]]["targets"])
            if not is_macro and any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    for package in map(packages.get, seen):
        if package["source"]:  # those of the workspace are the project's own
            yield Path(package["manifest_path"]).parent, package["name"], package["version"], package["license"] or "see below"


def npm_packages(folder):
    for part in NPM:
        place = folder / part
        place.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            (place / name).write_bytes((ROOT / part / name).read_bytes())
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error", cwd=place)
        for name in json.loads((place / "package.json").read_text("utf-8"))["dependencies"]:
            if name in BUNDLERS:
                continue
            package = place / "node_modules" / name
            about = json.loads((package / "package.json").read_text("utf-8"))
            yield package, name, about["version"], about["license"]


def chosen(licence):
    """Of `MIT OR Apache-2.0` the one that is taken; all of `MIT AND Zlib`."""
    if " AND " in licence or "(" in licence:
        return None
    offers = re.split(r" OR |/", licence)
    return next((name for name in PREFERRED if name in offers), None) if len(offers) > 1 else None


def texts(folder, licence):
    carries_c = folder.name.rsplit("-", 1)[0].endswith(("-sys", "_sys"))  # with the licence of that library in a folder below
    files = sorted(path for path in folder.glob("**/*" if carries_c else "*") if path.is_file() and NOTICE.match(path.name))
    wanted = chosen(licence)
    if wanted and not carries_c:
        named = [path for path in files if wanted.split("-")[0].lower() in path.name.lower()]
        files = named or files
    for path in files:
        text = path.read_text("utf-8", "replace").replace("\r\n", "\n")
        yield "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


def page(packages):
    by_text, silent = {}, []
    for folder, name, version, licence in packages:
        found = list(texts(folder, licence))
        for text in found:
            by_text.setdefault(text, set()).add((name, version, licence))
        if not found:
            silent.append(f"- {name} {version} ({licence})")
    parts = [HEAD]
    for text, names in sorted(by_text.items(), key=lambda item: sorted(item[1])):
        heading = "\n".join(f"- {name} {version} ({licence})" for name, version, licence in sorted(names))
        fence = "`" * (max(map(len, re.findall("`{3,}", text)), default=2) + 1)
        parts.append(f"{heading}\n\n{fence}text\n{text}\n{fence}\n")
    if silent:
        parts.append("These packages name their licence, and come without its text:\n\n" + "\n".join(sorted(silent)) + "\n")
    return "\n".join(parts)


def main():
    with tempfile.TemporaryDirectory() as folder:
        text = page([*sorted(crates()), *npm_packages(Path(folder))])
    if sys.argv[1:] != ["--check"]:
        TARGET.write_text(text, "utf-8")
    elif not TARGET.is_file() or TARGET.read_text("utf-8") != text:
        raise SystemExit(f"{TARGET.name} is not that of the locked packages: run python3 {os.path.relpath(__file__, ROOT)}")


if __name__ == "__main__":
    main()
