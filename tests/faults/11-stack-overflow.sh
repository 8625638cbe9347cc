#!/usr/bin/env bash
# Deep or long constructs are built or refused: no crash.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs python3
ends_well() { # WHAT PYTHON: the body
    new_site
    python3 -c "print('---\ntitle: A\ndate: 2022-01-01\n---\n' + $2)" >content/blog/a.md
    build
    local status=$?
    [ "$status" -le 1 ] || fault "$1: exit $status"
}
ends_well 'a tag with 40,000 attributes' "'<svg ' + 'a=\"b\" ' * 40000 + '></svg>'"
ends_well '3,000 nested tags' "'{% details summary=\"x\" %}\n' * 3000 + 'x\n' + '{% enddetails %}\n' * 3000"
finish
