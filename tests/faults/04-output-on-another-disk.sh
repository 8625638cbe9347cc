#!/usr/bin/env bash
# The output is on another file system (a volume of a container, a link to another disk): it must be built as any other.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
new_site
other=$(mktemp -d -p /dev/shm) || broken 'there is no /dev/shm'
trap 'rm -rf "$top" "$other"' EXIT
[ "$(stat -c %d "$other")" != "$(stat -c %d "$site")" ] || broken '/dev/shm is the same file system as that of the temporary folder'
post a A text
post gone Gone x
good_build
cp -a public/. "$other"
rm -r public content/blog/gone.md
ln -s "$other" public
before=$(hashes "$other")
if build; then
    [ ! -e "$other/blog/gone.html" ] || fault 'the page of the deleted post is still there'
else
    fault "the build fails: $(cat "$output")"
    [ "$before" = "$(hashes "$other")" ] || fault 'and it has changed the output'
fi
finish
