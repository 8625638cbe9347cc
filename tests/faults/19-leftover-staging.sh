#!/usr/bin/env bash
# A build that is stopped (Ctrl-C, kill) leaves nothing that a repository would take in.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs git
cd "$top" || exit 2
"$avocet" init site >/dev/null || broken 'avocet init fails'
cd site || exit 2
for number in {1..800}; do post "p$number" "P $number" x; done
git init --quiet
git add --all
git -c user.name=t -c user.email=t@example.org commit --quiet --message site || broken 'git commit fails'
for wait in $(seq 0.02 0.02 0.5); do
    rm -rf public .cache
    "$avocet" build >/dev/null 2>&1 &
    sleep "$wait"
    kill "$!" 2>/dev/null
    wait "$!" 2>/dev/null
    left=$(git status --short)
    if [ -n "$left" ]; then
        fault "stopped after $wait s, it leaves: $left"
        break
    fi
done
finish
