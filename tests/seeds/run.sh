#!/usr/bin/env bash
# Builds a post of pasted HTML and a page of statistics, unchanged, with the plugin `stats` over made-up data: run.sh made-up|community
#
# `made-up` are two documents of the repository. `community` are the two of the NHS Python Community that they are a twin of; SEEDS names
# the folder that has them. AVOCET names the program.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
avocet=$(realpath "${AVOCET:?the path of avocet}")
# shellcheck source=tests/seeds/made-up/expect.sh
. "$here/$1/expect.sh"
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
output=$site/output.txt

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

has() { # FILE TEXT...
    local text
    for text in "${@:2}"; do
        grep -qF -- "$text" "$1" || fail "$1 has no \`$text\`"
    done
}

# Every line of pasted HTML is in the page to the letter. A relative address is resolved, and so not kept.
kept() { # SOURCE PAGE
    [ -f "$2" ] || fail "$2 was not made"
    local lost
    lost=$(grep -E '^[[:space:]]*</?[a-z!]' "$1" | grep -v 'href="assets/' | grep -vxFf "$2" || true)
    [ -z "$lost" ] || fail "lines of $1 that are not in the page as they were:" "$lost"
}

mkdir -p "$site/content/blog" "$site/content/pages"
printf '[site]\ntitle = "Two documents"\nurl = "https://example.org/notes"\nplugins = ["blog", "stats"]\n' >"$site/site.toml"
cp "$post" "$site/content/blog/post.md"
cp "$page" "$site/content/pages/page.md"
cd "$site"
"$avocet" stats sample --quiet

# The pictures are not there: that is an error, each picture with its place, and nothing is written.
status=0
"$avocet" build >"$output" 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "exit $status, not 1:" "$(cat "$output")"
[ ! -e public ] || fail 'a build with errors has written something'
missing=0
while IFS=: read -r line source; do
    source=${source#*src=\"} source=${source%%\"*}
    grep -A 1 -F "error[missing-asset]: there is no file \`$source\`" "$output" | grep -qF "content/blog/post.md:$line:" ||
        fail "\`$source\` of line $line is not reported there:" "$(cat "$output")"
    missing=$((missing + 1))
done < <(grep -n 'src="\.\./images' content/blog/post.md)
[ "$missing" -ge 6 ] || fail "only $missing pictures found in the document"
printf '%d pictures that are missing, each reported with its line\n' "$missing"

# Allowed, both are published, with what the front matter says around it.
"$avocet" build --allow missing-asset >"$output" 2>&1 || fail 'not built:' "$(cat "$output")"
tail -n 1 "$output"
kept content/blog/post.md "public/$post_output"
kept content/pages/page.md "public/$page_output"
has "public/$post_output" '<div class="nhsuk-card nhsuk-card--clickable">' '<iframe width="900" height="500"' '<!--<a class="nhsuk-button"' \
    'src="/notes/static/openhealth-stats-plotly.html"' '/notes/tag/open-source.html' '/notes/tag/github.html' '/notes/tag/python.html' \
    "${post_has[@]}"
has "public/$page_output" '<h2 id="charts">Charts</h2>' 'Latest data: <time datetime="' '<table class="nhsuk-table ' \
    'data-module="nhsuk-table"' '<iframe ' '/notes/assets/data/openhealthstats.csv' "${page_has[@]}"
has public/static/openhealth-stats-plotly.html '<svg'
cmp content/data/openhealthstats.csv public/assets/data/openhealthstats.csv
if grep -nF '{%' "public/$post_output" "public/$page_output"; then fail 'a tag was not answered'; fi
"$avocet" check --allow missing-asset >"$output" 2>&1 || fail 'not checked:' "$(cat "$output")"
has "$output" 'warning[iframe-title]' 'warning[image-text]' 'warning[heading-level]' 'warning[foreign-script]'
