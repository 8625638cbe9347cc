#!/usr/bin/env python3
"""Interrupts builds: interrupted.py [--full] [--seed N]

AVOCET=/path/to/avocet names the program. A build is killed at a random moment and at a chosen renaming of a file (with strace), meets another
build, and runs out of space (a small tmpfs, if this user may mount one; else a limit on the size of files). Each time the output must hold the
old or the new bytes of each file and nothing else, and the next build must make it equal to that of an empty folder. `--full` tries 200 kills,
36 renamings, 60 pairs and 28 sizes of the disk, instead of 20, 6, 6 and 4.
"""

import argparse
import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

POSTS = 30
SITE = """[site]
title = "T"
url = "https://example.org"
author = "Team"
plugins = ["blog", "feeds"]
output = "{output}"
"""


class Trial:
    def __init__(self, program, folder, seed):
        self.program, self.folder, self.random = program, folder, random.Random(seed)
        self.site, self.round, self.faults = folder / "site", 0, []
        (self.site / "content/blog").mkdir(parents=True)
        self.output = self.site / "public"
        self.settle("public")

    def settle(self, output):
        (self.site / "site.toml").write_text(SITE.format(output=output))

    def edit(self):
        """Another text in all posts; one post of each round is gone in the next."""
        self.round += 1
        for number in range(POSTS):
            text = f"---\ntitle: Post {number}\ndate: 2024-01-02\ntags: t{number % 5}\n---\nRound {self.round}. {'word ' * 50}\n"
            (self.site / f"content/blog/p{number}.md").write_text(text)
        (self.site / f"content/blog/only{self.round - 1}.md").unlink(missing_ok=True)
        (self.site / f"content/blog/only{self.round}.md").write_text(f"---\ntitle: Only {self.round}\ndate: 2024-01-03\n---\nx\n")

    def start(self, *before):
        command = [*before, self.program, "build"]
        return subprocess.Popen(command, cwd=self.site, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def build(self, *before):
        process = self.start(*before)
        printed, _ = process.communicate(timeout=120)
        return process.returncode, printed

    def fault(self, what, why):
        self.faults.append(f"{what}: {why}")
        print(f"fault: {what}: {why}")

    def fresh(self):
        """What this site is, built into an empty folder."""
        copy = self.folder / "fresh"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.site / "content", copy / "content")
        (copy / "site.toml").write_text(SITE.format(output="public"))
        done = subprocess.run([self.program, "build"], cwd=copy, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"a plain build fails: {done.stdout}{done.stderr}")
        return tree(copy / "public")

    def attempt(self, what, interrupt):
        """Edits, interrupts a build, and looks at what is left."""
        before = tree(self.output)
        self.edit()
        after = self.fresh()
        interrupt()
        for name, bytes_hash in tree(self.output).items():
            if bytes_hash not in (before.get(name), after.get(name)):
                self.fault(what, f"{name} is neither the old nor the new file")
        code, printed = self.build()
        if code != 0:
            self.fault(what, f"the next build fails: {printed}")
        elif tree(self.output) != after:
            self.fault(what, "the next build does not make the output equal to a fresh one")
        rest = [path.name for path in self.output.iterdir() if path.name.startswith(".") and path.name not in HIDDEN]
        if rest:
            self.fault(what, f"left behind: {rest}")

    def kill(self, seconds):
        process = self.start()
        time.sleep(seconds)
        process.kill()
        process.communicate()

    def kill_at_renaming(self, number):
        inject = f"inject=rename,renameat,renameat2:signal=KILL:when={number}"
        self.build("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename,renameat,renameat2", "-e", inject)

    def pair(self):
        both = [self.start(), self.start()]
        for process in both:
            printed, _ = process.communicate(timeout=120)
            if process.returncode != 0:
                self.fault("two builds", printed)

    def small_files(self, size):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731
        subprocess.run([self.program, "build"], cwd=self.site, capture_output=True, preexec_fn=limit)


HIDDEN = {".avocet-manifest", ".avocet-lock", ".nojekyll"}


def tree(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and not any(part.startswith(".avocet") for part in path.parts))
    return {str(path.relative_to(folder)): hashlib.sha1(path.read_bytes()).hexdigest() for path in files}


def full_disks(trial, sizes):
    """A disk of each size, in KB, that holds the output; a limit on the size of files where none can be mounted."""
    disk = trial.folder / "disk"
    disk.mkdir()
    for size in sizes:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", disk], capture_output=True).returncode == 0
        if not mounted:
            trial.attempt(f"files of at most {size} bytes", lambda: trial.small_files(size))
            continue
        try:
            filled(trial, disk, size)
        finally:
            subprocess.run(["umount", disk], check=True)
    trial.settle("public")
    trial.output = trial.site / "public"


def filled(trial, disk, size):
    trial.output = disk / "public"
    trial.settle(trial.output)
    trial.edit()
    after = trial.fresh()
    code, printed = trial.build()
    now = tree(trial.output)
    if code == 0 and now != after:
        trial.fault(f"a disk of {size} KB", "exit 0, and not all is there")
    if code != 0 and (now or "unwritable-output" not in printed):
        trial.fault(f"a disk of {size} KB", f"exit {code}, {len(now)} files there: {printed}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    program = shutil.which(os.environ.get("AVOCET", "avocet"))
    if not program or not shutil.which("strace"):
        raise SystemExit("set AVOCET to the path of avocet, and install strace")
    kills, renamings, pairs, disks = (200, 36, 60, 28) if options.full else (20, 6, 6, 4)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(os.path.abspath(program), Path(folder), options.seed)
        trial.edit()
        began = time.monotonic()
        trial.build()
        duration = time.monotonic() - began
        for _ in range(kills):
            moment = trial.random.uniform(0, duration * 1.1)
            trial.attempt(f"killed after {moment:.3f} s", lambda: trial.kill(moment))
        for number in range(1, renamings + 1):
            trial.attempt(f"killed at renaming {number}", lambda: trial.kill_at_renaming(number))
        for _ in range(pairs):
            trial.attempt("two builds", trial.pair)
        full_disks(trial, [16 + 1600 * number // disks for number in range(disks)])
    print(f"{kills} kills, {renamings} renamings, {pairs} pairs, {disks} full disks: {len(trial.faults)} faults")
    return 1 if trial.faults else 0


if __name__ == "__main__":
    sys.exit(main())
