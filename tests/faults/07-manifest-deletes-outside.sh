#!/usr/bin/env bash
# A list of written files that somebody else made must not lead to the removal of a file outside of the output.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs python3
new_site
inner=static/xxxxxxxxxxxxx.txt outer=../../outside/victim.txt # of one length
mkdir -p ../outside content/static
echo 'a well known file' | tee ../outside/victim.txt >"content/$inner"
post a A text
good_build
manifest=$(grep -rlF "$inner" .cache public/.[!.]* 2>/dev/null | head -n 1)
[ -n "$manifest" ] || broken 'no list of written files was found'
python3 - "$manifest" "$inner" "$outer" <<'PYTHON'
import sys
path, old, new = sys.argv[1:]
data = open(path, "rb").read()
open(path, "wb").write(data.replace(old.encode(), new.encode()))
PYTHON
rm "content/$inner"
build
[ -f ../outside/victim.txt ] || fault 'a file outside of the site was removed'
finish
