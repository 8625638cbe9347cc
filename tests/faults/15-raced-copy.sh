#!/usr/bin/env bash
# A copied file changes while it is read, and back again: the next build must publish what is there.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs strace
new_site
mkdir -p content/static
file=$site/content/static/d.csv
echo right,1 >"$file"
post a A text
(sleep 4.7 && echo WRONG,2 >"$file") &
strace -f -qq -o /dev/null -P "$file" -e trace=openat -e inject=openat:delay_enter=3000000:when=1+ "$avocet" build --site "$site" --jobs 1 \
    >/dev/null 2>&1
wait
echo right,1 >"$file"
good_build --site "$site"
[ "$(cat public/static/d.csv)" = right,1 ] || fault "the source is right, and published is $(cat public/static/d.csv)"
finish
