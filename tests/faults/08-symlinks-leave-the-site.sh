#!/usr/bin/env bash
# Symbolic links must not publish files from outside of the site.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
new_site
mkdir -p content/static includes
echo OUTSIDE-COPIED >"$top/copied.txt"
printf -- '---\ntitle: O\ndate: 2020-01-01\n---\nOUTSIDE-POST' >"$top/post.md"
echo OUTSIDE-INCLUDED >"$top/included.html"
ln -s "$top/copied.txt" content/static/copied.txt
ln -s "$top/post.md" content/blog/post.md
ln -s "$top/included.html" includes/included.html
post a A '{% include included.html %}'
build
for marker in OUTSIDE-COPIED OUTSIDE-POST OUTSIDE-INCLUDED; do
    if published "$marker"; then fault "$marker was published"; fi
done
finish
