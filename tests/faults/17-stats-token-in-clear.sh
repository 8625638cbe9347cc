#!/usr/bin/env bash
# A token must not be sent in clear to another machine. What looks like this machine here is a user name: such an address is refused.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
new_site_with_statistics http://localhost:x@127.0.0.2
GITHUB_TOKEN=ghp_SECRET timeout 15 "$avocet" stats collect >"$output" 2>&1
told site.toml || fault 'an address with a user name passes for this machine'
if grep -qF ghp_SECRET "$output"; then fault 'the token is in what is printed'; fi
finish
