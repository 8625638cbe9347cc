"""Avocet's side of a plugin in Python: one file, which needs Python 3.9 or later and nothing else.

    import avocet

    @avocet.transform
    def shout(html, page):
        return html.replace("!", "!!!")

    avocet.run()

A function for each role of the manifest, plugin.toml:

    @avocet.transform          def f(html, page)                    -> new HTML, or None
    @avocet.finish             def f(html, path)                    -> new HTML, or None
    @avocet.tag("badge")       def f(args, body, page)              -> HTML
    @avocet.code               def f(code, language, info, page)    -> HTML
    @avocet.read               def f(text, path)                    -> (fields, markdown), or {"fields": …, "html": …}
    @avocet.generate           def f(pages)                         -> {path: text or bytes}, or a list of avocet.file and avocet.page
    @avocet.start              def f()                              called once, before the first of the others

`page` is a dict: page["title"], page["url"], page["tags"], page["meta"]. avocet.settings, avocet.inputs, avocet.site, and avocet.pages for a
tag that needs them, are what the manifest asks for. Raise avocet.Error for what an author can put right. print() goes to the standard
error, since the standard output is for answers.
"""

import base64
import json
import os
import sys
import traceback

PROTOCOL = 1

settings = {}
inputs = {}
site = {}
pages = []
request = {}

_roles = {}
_tags = {}
_starts = []
_extra = {}


class Error(Exception):
    """Something that the author of the page can put right. `line` is that of a block of code, `near` a text of the source."""

    def __init__(self, message, help=None, line=None, near=None):
        super().__init__(message)
        self.problem = _problem(message, help, line, near)


def transform(function):
    """Changes the body of a page, or its summary (avocet.request["part"])."""
    return _role("transform", function)


def finish(function):
    """Changes a finished page."""
    return _role("finish", function)


def code(function):
    """Makes HTML of a block of code."""
    return _role("code", function)


def read(function):
    """Reads a source."""
    return _role("read", function)


def generate(function):
    """Makes files."""
    return _role("generate", function)


def tag(name):
    """Answers the tag of this name."""

    def named(function):
        _tags[name] = function
        return function

    return named


def start(function):
    """Is called once, when settings and inputs are known."""
    _starts.append(function)
    return function


def warn(message, help=None, near=None):
    """Warns of something in the page that is being transformed, or the source that is being read."""
    _extra.setdefault("warnings", []).append(_problem(message, help, None, near))


def value(name, value):
    """Gives templates a value of the page that is being transformed: page.values.NAME."""
    _extra.setdefault("values", {})[name] = value


def file(path, content):
    """A file for `generate`: text, or bytes."""
    if isinstance(content, bytes):
        return {"path": path, "base64": base64.b64encode(content).decode("ascii")}
    return {"path": path, "text": content}


def page(path, template, **values):
    """A page for `generate`, which a template makes."""
    return {"path": path, "template": template, "values": values}


def run():
    """Answers until Avocet has no more to ask."""
    answers = os.fdopen(os.dup(1), "wb")
    # What this program, or one that it starts, prints must not come between the answers.
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    for line in sys.stdin.buffer:
        call = json.loads(line)
        try:
            answer = _answer(call)
        except Error as error:
            answer = {"error": error.problem}
        except Exception as error:
            trace = error.__traceback__
            while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
                trace = trace.tb_next
            traceback.print_exception(type(error), error, trace or error.__traceback__)
            sys.stderr.flush()
            os._exit(1)
        answer["id"] = call["id"]
        answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8") + b"\n")
        answers.flush()


def _problem(message, help, line, near):
    problem = {"message": str(message), "help": help, "line": line, "near": near}
    return {key: value for key, value in problem.items() if value is not None}


def _role(name, function):
    _roles[name] = function
    return function


def _answer(call):
    global settings, inputs, site, pages, request
    name, request = call["call"], call
    _extra.clear()
    if name == "hello":
        settings, inputs, site = call["settings"], call["inputs"], call["site"]
        for function in _starts:
            function()
        return {"protocol": PROTOCOL}
    if name == "pages":
        pages = call["pages"]
        return {}
    answer = _ANSWERS[name](_tags[call["name"]] if name == "tag" else _roles[name], call)
    answer.update(_extra)
    return answer


def _html(function, html, old=None):
    if html is None and old is not None:
        return {}
    if not isinstance(html, str):
        raise TypeError("%s() returned %s, and has to return text" % (function.__name__, type(html).__name__))
    return {} if html == old else {"html": html}


def _transform(function, call):
    return _html(function, function(call["html"], call["page"]), call["html"])


def _finish(function, call):
    return _html(function, function(call["html"], call["path"]), call["html"])


def _tag(function, call):
    return _html(function, function(call["args"], call["body"], call["page"]))


def _code(function, call):
    return _html(function, function(call["code"], call["language"], call["info"], call["page"]))


def _read(function, call):
    answer = function(call["text"], call["path"])
    if isinstance(answer, tuple):
        answer = {"fields": answer[0], "markdown": answer[1]}
    return dict(answer)


def _generate(function, call):
    made = function(call["pages"])
    if isinstance(made, dict):
        made = [file(path, content) for path, content in made.items()]
    return {
        "files": [one for one in made if "template" not in one],
        "pages": [one for one in made if "template" in one],
    }


_ANSWERS = {"transform": _transform, "finish": _finish, "tag": _tag, "code": _code, "read": _read, "generate": _generate}
