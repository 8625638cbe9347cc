#!/usr/bin/env bash
# The output is a folder of the author's: nothing of hers may be replaced.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
new_site
post a A text
mkdir templates includes public
echo '{# HOURS OF WORK #}' >templates/404.html
echo 'MY INCLUDE' >includes/index.html
if build --output templates; then fault '--output templates is no error'; fi
grep -qF 'HOURS OF WORK' templates/404.html || fault 'templates/404.html was replaced'
if build --output includes; then fault '--output includes is no error'; fi
grep -qF 'MY INCLUDE' includes/index.html || fault 'includes/index.html was replaced'
echo 'MY PAGE' >public/index.html
rm -r templates includes
build
grep -qF 'MY PAGE' public/index.html || fault 'a file that Avocet did not write was replaced in public/'
finish
