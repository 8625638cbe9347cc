"""Faces for names such as :tada:, but not in code."""

import re

import avocet

FACES = {"tada": "🎉", "rocket": "🚀", "heart": "❤️", "smile": "😄", "warning": "⚠️", "eyes": "👀"}

# Code and tags are left as they are.
PARTS = re.compile(r"(<(?:pre|code|script|style)\b.*?</(?:pre|code|script|style)>|<[^>]*>)|:(\w+):", re.S)


@avocet.transform
def transform(html, page):
    return PARTS.sub(lambda found: found[1] or FACES.get(found[2], found[0]), html)


avocet.run()
