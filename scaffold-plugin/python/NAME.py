"""The plugin NAME: makes every exclamation mark three. Read avocet.py for all that a plugin can do."""

import avocet


@avocet.transform
def transform(html, page):
    # The `!` of a comment or doctype belongs to HTML.
    return html.replace("!", "!!!").replace("<!!!", "<!")


avocet.run()
