#!/usr/bin/env bash
# The exit code tells of the site, not of whether somebody listens.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
new_site
post a A text
"$avocet" build >/dev/full
status=$?
[ "$status" -eq 0 ] || fault "a full standard output: exit $status"
rm -rf public
"$avocet" build | true
status=${PIPESTATUS[0]}
[ "$status" -eq 0 ] || fault "a closed standard output: exit $status"
[ -e public/index.html ] || fault 'nothing was written'
finish
