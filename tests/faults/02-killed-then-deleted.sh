#!/usr/bin/env bash
# A build is killed while it places files, then a source is deleted: its page must go with the next build.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs strace
new_site
post keep Keep text
post gone Gone SECRET
good_build
post gone Gone 'SECRET, edited'
post keep Keep edited
strace -f -qq -o /dev/null -e trace=rename,renameat,renameat2 -e inject=rename,renameat,renameat2:signal=KILL:when=2 "$avocet" build >/dev/null 2>&1
rm content/blog/gone.md
status=0
build || status=$?
if [ -e public/blog/gone.html ] && ! refused "$status" gone.html; then fault "the page of the deleted post is still there, exit $status"; fi
finish
