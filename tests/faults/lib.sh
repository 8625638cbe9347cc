# What the scripts beside this file share. Each makes a site in a folder of its own, does to it what once went wrong, and ends with 0 if all
# is right, with 1 if the fault is there (`fault` has said so), and with anything else if it could not be tried.
# shellcheck shell=bash
set -uo pipefail

avocet=$(realpath "$(command -v "${AVOCET:-avocet}")") || exit 2
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
site=$top/site
output=$top/output.txt # what the last `build` printed
found=0

fault() {
    printf 'fault: %s\n' "$*"
    found=1
}

broken() {
    printf 'could not be tried: %s\n' "$*"
    exit 2
}

needs() { # COMMAND...
    local command
    for command in "$@"; do command -v "$command" >/dev/null || broken "$command is not installed"; done
}

# An empty site, in which the script stands from then on.
new_site() { # [PLUGINS]
    rm -rf "$site"
    mkdir -p "$site/content/blog" "$site/content/pages"
    cd "$site" || exit 2
    cat >site.toml <<TOML
[site]
title = "T"
url = "https://example.org"
author = "Team"
plugins = [${1:-\"blog\"}]

[content]
static = ["images", "static"]
TOML
}

post() { # NAME TITLE BODY [FRONT MATTER]
    printf -- '---\ntitle: %s\ndate: 2022-06-26\n%b---\n%b\n' "$2" "${4:-}" "$3" >"content/blog/$1.md"
}

build() { # OPTION...
    "$avocet" build "$@" >"$output" 2>&1
}

# A build that must do, so that there is something to try.
good_build() {
    build "$@" || broken "a plain build fails: $(cat "$output")"
}

# The last build refused, and said which file it is about.
refused() { # STATUS TEXT
    [ "$1" -eq 1 ] && grep -qF -- "$2" "$output"
}

# The last build has a diagnostic at that file.
told() { # FILE
    grep -qE -- "^ *--> $1(:|\$)" "$output"
}

published() { # TEXT
    [ -d public ] && grep -rqF -- "$1" public
}

hashes() { # FOLDER
    (cd "$1" && find . -type f | sort | xargs -r sha1sum)
}

new_site_with_statistics() { # THE FORGE'S ADDRESS
    new_site '"blog", "stats"'
    cat >>site.toml <<TOML
[plugins.stats]
github_api = "$1"
[[plugins.stats.organisation]]
name = "O"
forge = "github"
id = "o"
TOML
}

finish() {
    exit "$found"
}
