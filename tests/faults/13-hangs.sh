#!/usr/bin/env bash
# The time of a build grows as its sources do.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
needs python3
seconds=3 # of processor time
ends_soon() { # WHAT
    local status=0
    (ulimit -t "$seconds" && exec "$avocet" build --quiet) >/dev/null 2>&1 || status=$?
    [ "$status" -le 1 ] || fault "$1: not built in $seconds s, exit $status"
}
body() { # WHAT PYTHON: front matter PYTHON: body
    new_site
    python3 -c "print('---\ntitle: A\ndate: 2022-01-01\n' + $2 + '---\n' + $3)" >content/blog/a.md
    ends_soon "$1"
}
body '16,000 equal headings' "''" "'## same\n\n' * 16000"
body '50,000 keys' "''.join(f'k{i}: v\n' for i in range(50000))" "'x'"
body '20,000 tags' "''" "'{% button href=\"https://x.org\" text=\"x\" %}\n\n' * 20000"
body '50,000 keys, all the same' "''.join('k: v\n' for i in range(50000))" "'x'"
body '20,000 names of one tag' "'tags: [' + ', '.join(['t'] * 20000) + ']\n'" "'x'"
body '100,000 tags in each other' "''" "'{% details summary=\"x\" %}\n' * 100000 + '{% enddetails %}\n' * 100000"
body '100,000 tables of tags in each other' "''" "'{% table %}\n' * 100000 + '{% endtable %}\n' * 100000"
body '100,000 comments without an end' "''" "'<!--\n\n' * 100000"
body '100,000 elements without an end' "''" "'x ' + '<b>' * 100000"
body '20,000 footnotes' "''" "''.join(f'x[^{i}] ' for i in range(20000)) + '\n\n' + ''.join(f'[^{i}]: y\n\n' for i in range(20000))"
body '20,000 dead links in a line' "''" "''.join(f'[x](no{i}.md) ' for i in range(20000))"
new_site
post a A x
python3 -c "print(''.join(f'[k{i}]\na = 1\n' for i in range(20000)))" >>site.toml
ends_soon '20,000 unknown settings'
body '405 bytes of LESS' "''" "'\`\`\`less\n' + '-b' * 200 + '\n\`\`\`'"
body '500 bytes of SCSS' "''" "'\`\`\`scss\n' + '-b' * 250 + '\n\`\`\`'"
new_site
mkdir includes
for number in $(seq 0 29); do
    printf '{%% include i%d.md %%}\n{%% include i%d.md %%}\n' $((number + 1)) $((number + 1)) >"includes/i$number.md"
done
echo x >includes/i30.md
post a A '{% include i0.md %}'
ends_soon 'includes that double 30 times'
finish
