#!/usr/bin/env bash
# Two builds into one output at once: what is there after the next build must be of that build alone.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs strace
slow() { # MICROSECONDS WHICH COMMAND...: the rename with that number waits
    strace -f -qq -o /dev/null -e trace=rename,renameat,renameat2 \
        -e "inject=rename,renameat,renameat2:delay_enter=$1:when=$2" "${@:3}" >/dev/null 2>&1
}
new_site
post a Public text
good_build
post a Public edited
slow 2500000 2 "$avocet" build &
sleep 1
slow 4000000 1 "$avocet" build --base-url http://localhost:8000
wait
for _ in 1 2; do build; done
number=$(grep -rlF localhost:8000 public | wc -l)
[ "$number" -eq 0 ] || fault "$number files are of the other build, and no later build mends them"
finish
