#!/usr/bin/env bash
# The example plugins in a site of their own: their recorded tests, a build that is the same twice, and what is in its pages.
# AVOCET is the binary.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# A plugin has its own copy of the helper, so that its folder is all that it needs.
for helper in "$here"/*/avocet.py; do cmp "$helper" "$here/../../scaffold-plugin/python/avocet.py"; done
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
mkdir -p "$site/content/blog" "$site/data" "$site/plugins"
cp -R "$here"/*/ "$site/plugins"
cat >"$site/site.toml" <<'TOML'
[site]
title = "Merrowdale"
url = "https://example.org/notes"
plugins = ["blog", "emoji", "calendar", "notebook", "bibliography", "graphviz", "git-dates"]

[check]
# The plugin emoji reads what is foreign to Avocet.
severity = { foreign-syntax = "off" }
TOML
printf '@book{knuth84, author = {Donald E. Knuth}, title = {Books}, year = 1984}\n' >"$site/data/refs.bib"
post() { printf -- '---\ntitle: %s\ndate: 2026-01-02\nevent: 2026-03-01 19:00\nvenue: Mill\n---\n%s\n' "$1" "$2"; }
post Fair 'Done :tada: {% cite knuth84 %}' >"$site/content/blog/fair.md"
printf '%s' '{"metadata": {}, "cells": [{"cell_type": "raw", "source": "title: Waits\ndate: 2026-01-03"},
 {"cell_type": "code", "source": "print(1)", "outputs": [{"output_type": "stream", "text": "1\n"}]}]}' >"$site/content/blog/waits.ipynb"
has() { grep -qF "$2" "$site/public/$1" || { echo "$1 has no $2" >&2; exit 1; }; }

cd "$site"
"$AVOCET" plugin test emoji
"$AVOCET" plugin test calendar
"$AVOCET" plugin test notebook
"$AVOCET" plugin test bibliography
"$AVOCET" build --strict --verify
has blog/fair.html 'Done 🎉'
has blog/fair.html '(Knuth, 1984)</cite>'
has events.ics 'LOCATION:Mill'
has blog/waits.html print
# A program that is missing is named at its block.
post Graph $'```dot caption="A graph"\ndigraph { a -> b }\n```' >content/blog/graph.md
if command -v dot >/dev/null; then
    "$AVOCET" build --strict --verify
    has blog/graph.html '<figcaption>A graph</figcaption>'
elif "$AVOCET" build 2>errors; then
    echo 'a block that nobody draws was built' >&2
    exit 1
else
    grep -q 'dot. is not on this machine' errors
fi
rm content/blog/graph.md
git init -q . && git add content && git -c user.name=A -c user.email=a@example.org commit -qm first
"$AVOCET" plugin run git-dates collect
grep -q '^content/blog/fair.md,' data/changed.csv

# The plugin that `avocet plugin new` makes, in both languages.
for lang in python javascript; do
    "$AVOCET" plugin new "new-$lang" --lang "$lang" --quiet
    "$AVOCET" plugin test "new-$lang"
done
