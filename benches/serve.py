"""From a saved edit to the changed page, for previews of the same blog: body, title, tag, template, stylesheet.

    python3 benches/serve.py --edits 10 avocet=FOLDER hugo=FOLDER [--steady 200]

FOLDER is a site that `run.py sites` wrote. AVOCET and HUGO name the binaries. Prints a line of JSON a preview:
seconds from start to first page, median milliseconds of each kind of edit (and the least and the most), and memory in MiB after the
start, after those edits, and after `--steady` more edits of bodies.
"""
import argparse
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import time

BINARY = {"avocet": os.environ.get("AVOCET", "avocet"), "hugo": os.environ.get("HUGO", "hugo")}
COMMAND = {
    "avocet": "serve --watch --port {port} --format json",
    "hugo": "server --bind 127.0.0.1 --port {port}",
}
TEMPLATE = {"avocet": "themes/bench/templates/base.html", "hugo": "layouts/baseof.html"}
STYLE = {"avocet": "themes/bench/assets/style.css", "hugo": "static/style.css"}
PATIENCE = 60


class Preview:
    def __init__(self, peer, site, port):
        self.peer, self.site, self.port = peer, site, port
        posts = os.path.join(site, "content/posts")
        self.names = sorted(name[:-3] for name in os.listdir(posts) if re.search(r"-\d+\.md$", name))
        began = time.monotonic()
        command = [BINARY[peer], *COMMAND[peer].format(port=port).split()]
        self.process = subprocess.Popen(command, cwd=site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.wait(self.page(len(self.names) // 3), lambda page: b"<html" in page, 600)
        self.start = time.monotonic() - began

    def get(self, address):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            body = answer.read()
            return body if answer.status == 200 else b""
        except (OSError, http.client.HTTPException):
            return b""
        finally:
            connection.close()

    def wait(self, address, good, limit=PATIENCE):
        began = time.monotonic()
        while not good(self.get(address)):
            if time.monotonic() - began > limit or self.process.poll() is not None:
                raise SystemExit(f"{self.peer}: {address} stays as it is")
            time.sleep(0.002)
        return (time.monotonic() - began) * 1000

    def page(self, at):
        return f"/posts/{self.names[at % len(self.names)]}/"

    def style(self):
        page = self.get(self.page(0)).decode()
        return re.sub(r"^https?://[^/]*", "", re.search(r'href="?([^" >]*style[^" >]*\.css)', page)[1])

    def idle(self):
        """Waits until the processor is left alone, so that no edit pays for the one before."""
        def used():
            fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        last, quiet = used(), 0
        while quiet < 5:
            time.sleep(0.1)
            now = used()
            quiet = quiet + 1 if now - last < 0.02 else 0
            last = now

    def memory(self):
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.process.pid}/status").read())[1]) // 1024

    def edit(self, kind, at, rest=True):
        """One edit, and its milliseconds; then the file is as it was."""
        mark = f"mark{kind}{at}x{time.monotonic_ns()}"
        name = self.names[(at * 7919 + 13) % len(self.names)]
        address = f"/posts/{name}/"
        path = os.path.join(self.site, {"template": TEMPLATE, "style": STYLE}[kind][self.peer] if kind in ("template", "style") else f"content/posts/{name}.md")
        text = open(path).read()
        new = {
            "body": lambda: f"{text}\n{mark}\n",
            "title": lambda: re.sub(r'^(title\s*[:=]\s*").*"', rf'\g<1>{mark}"', text, count=1, flags=re.M),
            "tag": lambda: re.sub(r"^(tags\s*[:=]\s*\[)", rf'\g<1>"{mark}", ', text, count=1, flags=re.M),
            "template": lambda: text.replace("</body>", f"<!-- --><p>{mark}</p></body>"),
            "style": lambda: f"{text}\n.{mark} {{ color: red }}\n",
        }[kind]()
        assert new != text, kind
        self.get(address)
        before = time.monotonic()
        with open(path, "w") as file:
            file.write(new)
        if kind == "style":
            # A stylesheet may have a new name: its page tells it.
            while mark.encode() not in self.get(self.style()):
                time.sleep(0.002)
        else:
            self.wait(address, lambda page: mark.encode() in page)
        took = (time.monotonic() - before) * 1000
        if rest:
            self.idle()
        with open(path, "w") as file:
            file.write(text)
        if rest:
            self.idle()
        else:
            self.wait(address, lambda page: mark.encode() not in page)
        return took

    def end(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("sites", nargs="+", metavar="PEER=FOLDER")
    arguments.add_argument("--edits", type=int, default=10)
    arguments.add_argument("--steady", type=int, default=0)
    arguments.add_argument("--port", type=int, default=8790)
    given = arguments.parse_args()
    for number, site in enumerate(given.sites):
        peer, folder = site.split("=", 1)
        preview = Preview(peer, folder, given.port + number)
        said = {"peer": peer, "posts": len(preview.names), "start s": round(preview.start, 2)}
        try:
            preview.idle()
            said["MiB"] = [preview.memory()]
            for kind in ("body", "title", "tag", "template", "style"):
                took = [preview.edit(kind, at) for at in range(given.edits)]
                said[f"{kind} ms"] = [round(each, 1) for each in (statistics.median(took), min(took), max(took))]
            said["MiB"].append(preview.memory())
            for at in range(given.steady if peer == "avocet" else 0):
                preview.edit("body", at, rest=False)
            preview.idle()
            said["MiB"].append(preview.memory())
        finally:
            preview.end()
        print(json.dumps(said), flush=True)


main()
