#!/usr/bin/env bash
# No thread can be had, because of a limit of processes: the build does without, or says so.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs prlimit setpriv
new_site
post a A text
cp "$avocet" "$top/avocet"
limited=("$top/avocet" build)
if [ "$(id -u)" -eq 0 ]; then # which has no such limit
    chown -R 1234 "$top"
    chmod 755 "$top"
    limited=(setpriv --reuid 1234 --clear-groups prlimit --nproc=1 "${limited[@]}")
else
    limited=(prlimit --nproc=1 "${limited[@]}")
fi
"${limited[@]}" >"$output" 2>&1
status=$?
[ "$status" -le 1 ] || fault "exit $status: $(head -n 3 "$output")"
finish
