"""data/changed.csv: the time of the last commit of each file below content/, from `git log`."""

import csv
import os
import subprocess
import sys

site = os.environ["AVOCET_SITE"]
try:
    log = subprocess.run(
        ["git", "-C", site, "log", "--format=%x00%cI", "--name-only", "--relative", "--", "content"],
        capture_output=True, check=True, encoding="utf-8",
    ).stdout
except FileNotFoundError:
    sys.exit("the program `git` is not on this machine: install it")
except subprocess.CalledProcessError as error:
    sys.exit("git does not know this folder: " + error.stderr.strip())

changed = {}
for commit in log.split("\0")[1:]:
    when, *files = [line for line in commit.splitlines() if line]
    for file in files:
        changed.setdefault(file, when)

os.makedirs(os.path.join(site, "data"), exist_ok=True)
with open(os.path.join(site, "data", "changed.csv"), "w", newline="", encoding="utf-8") as out:
    csv.writer(out, lineterminator="\n").writerows([("file", "changed"), *sorted(changed.items())])
print("data/changed.csv: %d files" % len(changed))
