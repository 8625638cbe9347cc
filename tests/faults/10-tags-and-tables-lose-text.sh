#!/usr/bin/env bash
# What an author writes in a tag, a table or a page is published, or she is told. Nothing is lost in silence.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs python3
shown_or_told() { # WHAT FILE: it has the text LOST
    if build && ! told "$2" && ! published LOST; then fault "text is lost in $1"; fi
}
in_body() { # WHAT BODY
    new_site
    mkdir -p includes templates/tags
    echo inc >includes/a.md
    echo LOST >includes/b.md
    echo '<p>x</p>' >templates/tags/own.html
    post a A "$2"
    shown_or_told "$1" content/blog/a.md
}
in_body 'a row with too many cells' '| a | b |\n|---|---|\n| 1 | 2 | LOST |'
in_body 'the body of a tag that has none' '{% button href="https://x.org" text="t" %}\nLOST\n{% endbutton %}'
in_body 'the body of an include' '{% include a.md %}\nLOST\n{% endinclude %}'
in_body 'the second file of an include' '{% include a.md b.md %}'
in_body 'an option that is given twice' '{% button href="https://x.org" text="LOST" text="t" %}'
in_body 'an option that a tag of the site does not have' '{% own foo="LOST" %}'
in_body 'the body of a tag of the site' '{% own %}\nLOST\n{% endown %}'
for template in base 404 archives tags; do
    new_site
    printf -- '---\ntitle: P\ntemplate: %s\n---\nLOST\n' "$template" >content/pages/p.md
    shown_or_told "a page with the template $template" content/pages/p.md
done
new_site
python3 -c "print('---\ntitle: T\ndate: 2022-01-01\n---\n|' + 'a|' * 2000 + '\n|' + '-|' * 2000 + '\n' + '|x|\n' * 200 + '\nLOST')" \
    >content/blog/t.md
shown_or_told 'what follows a very large table' content/blog/t.md
finish
