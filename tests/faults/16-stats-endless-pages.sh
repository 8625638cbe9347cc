#!/usr/bin/env bash
# A forge whose next page is the same page: the collection must end.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs python3
log=$top/forge.log
: >"$log"
python3 "${BASH_SOURCE%/*}/server.py" "$top/port" "$log" &
forge=$!
trap 'kill "$forge"; rm -rf "$top"' EXIT
for _ in {1..50}; do
    if [ -s "$top/port" ]; then break; fi
    sleep 0.1
done
[ -s "$top/port" ] || broken 'the forge does not answer'
new_site_with_statistics "http://127.0.0.1:$(cat "$top/port")"
timeout 15 "$avocet" stats collect >"$output" 2>&1
status=$?
[ -s "$log" ] || broken "the forge was not asked: $(cat "$output")"
[ "$status" -ne 124 ] || fault "not at an end after $(wc -l <"$log") requests in 15 s"
finish
