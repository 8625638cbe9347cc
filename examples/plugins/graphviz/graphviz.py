"""Blocks of code in the language `dot` as diagrams (SVG). The program `dot` of Graphviz draws them."""

import html
import re
import shutil
import subprocess

import avocet


@avocet.code
def draw(code, language, info, page):
    dot = shutil.which("dot")
    if dot is None:
        raise avocet.Error("the program `dot` is not on this machine", help="install Graphviz, for example with: apt install graphviz")
    made = subprocess.run([dot, "-Tsvg"], input=code, capture_output=True, text=True, encoding="utf-8")
    if made.returncode != 0 or "<svg" not in made.stdout:
        said = made.stderr.strip().splitlines() or ["`dot` drew nothing"]
        line = re.search(r"line (\d+)", said[0])
        raise avocet.Error(said[0].replace("Error: <stdin>: ", ""), line=int(line[1]) if line else None)
    # The declaration and the comments before the drawing name the version of the program.
    svg = re.sub(r"<!--.*?-->\n?", "", made.stdout[made.stdout.index("<svg") :], flags=re.S)
    caption = re.search(r'caption="([^"]*)"', info)
    caption = "<figcaption>%s</figcaption>" % html.escape(caption[1]) if caption else ""
    return "<figure>%s%s</figure>" % (svg.strip(), caption)


avocet.run()
