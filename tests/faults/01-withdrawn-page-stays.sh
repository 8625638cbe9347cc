#!/usr/bin/env bash
# A withdrawn post, or a draft, must not stay in the output, however the output was named before: it is removed, or the build is refused.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"

stays() { # FILE WHAT BUILD OPTION...
    local file=$1 what=$2 status=0
    build "${@:3}" || status=$?
    if [ -e "$file" ] && ! refused "$status" "${file##*/}"; then fault "$what: $file is still there, exit $status"; fi
}

begin() {
    new_site
    post keep Keep text
    post gone Gone SECRET
}

begin && good_build --site "$site" && rm content/blog/gone.md
stays public/blog/gone.html 'built with --site, then inside the folder'
begin && good_build && rm -r content/blog/gone.md .cache
stays public/blog/gone.html 'the cache was deleted'
begin && good_build && rm content/blog/gone.md
stays public/blog/gone.html 'the output is named by --output' --output public
begin && post gone Gone DRAFT 'status: draft\n' && good_build --drafts --site "$site"
stays public/drafts/gone.html 'a draft was built with --drafts'
finish
