#!/usr/bin/env bash
# What is a draft, or a source, in another generator is not published without a word.
# shellcheck source=tests/faults/lib.sh
. "${BASH_SOURCE%/*}/lib.sh"
new_site
for key in 'published: false' 'hidden: true' 'private: true' 'status:' 'draft: yes'; do
    post "${key//[^a-z]/}" "${key//[^a-z]/}" x "$key\n"
done
printf 'Title\n#####\n\n:status: draft\n\nSECRET\n' >content/blog/p.rst
mkdir -p content/static/.well-known
echo x >content/static/.well-known/security.txt
post aliases aliases 'x [w](file:///C:/Users/me/x.docx)' 'aliases: ["/?p=123", "https://example.org/old"]\n'
build
"$avocet" check >>"$output" 2>&1
for name in published hidden private status draft; do
    if [ -e "public/blog/$name.html" ] && ! told "content/blog/$name.md"; then fault "published in silence: $(sed -n 4p "content/blog/$name.md")"; fi
done
if published ':status: draft' && ! told content/blog/p.rst; then fault 'a draft in reStructuredText is copied as it is'; fi
if [ -n "$(find public -name '*p=123*' 2>/dev/null)" ]; then fault 'an alias with a query became a file with a question mark in its name'; fi
if [ -d public ] && [ -z "$(find public -name security.txt)" ] && ! grep -qF .well-known "$output"; then fault '.well-known is left out in silence'; fi
if ! told content/blog/aliases.md; then fault 'a link to a file of the own computer is not told'; fi
finish
