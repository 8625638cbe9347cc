#!/usr/bin/env bash
# A name that is too long for the disk: `check` and `build` agree, and say which post it is.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
new_site
post a "$(printf 'x%.0s' {1..300})" x
build
built=$?
if [ "$built" -ne 0 ] && ! told content/blog/a.md; then fault "the build fails, and does not say where: $(cut -c 1-90 "$output" | head -n 1)"; fi
"$avocet" check >/dev/null 2>&1
checked=$?
[ "$built" -eq "$checked" ] || fault "check ends with $checked, build with $built"
finish
