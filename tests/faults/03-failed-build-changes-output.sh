#!/usr/bin/env bash
# A build that cannot place one of its files must leave the output as it was.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
new_site
for number in 1 2 3; do post "p$number" "P $number" text; done
post gone Gone x
good_build
rm content/blog/gone.md
post new New text
mkdir -p public/blog/new.html # in the place of a page
before=$(hashes public)
if build; then fault 'a folder in the place of a page is no error'; fi
[ "$before" = "$(hashes public)" ] || fault 'the build failed and has changed the output'
finish
