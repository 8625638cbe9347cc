#!/usr/bin/env bash
# What an author writes in front matter is published, or she is told. Nothing is lost in silence.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
shown_or_told() { # TEXT FRONT MATTER
    new_site
    printf -- '---\n%b\n---\nbody\n' "$2" >content/blog/a.md
    if build && ! told content/blog/a.md && ! published "$1"; then fault "\`$1\` is lost in: $2"; fi
}
date='date: 2022-06-26'
shown_or_told '&amp;Co are here' "title: &Co are here\n$date"
shown_or_told '!Important news' "title: !Important news\n$date"
shown_or_told '#1 in the world' "title: #1 in the world\n$date"
shown_or_told '#1 reason to read' "title: T\n$date\nsummary: #1 reason to read"
shown_or_told 'two # three' "title: T\n$date\nsummary: one\n  two # three"
shown_or_told '>3.10<' "title: T\n$date\ntags: [3.10, 2.0]"
shown_or_told '>0x1F<' "title: T\n$date\ntags: [0x1F]"
shown_or_told '>C#<' "title: T\n$date\ntags: [C, C++, C#]"
shown_or_told '#python' "title: T\n$date\ntags: #python"
shown_or_told 'Ann' "title: T\n$date\nauthor: Ann\nauthors: Bob"
finish
