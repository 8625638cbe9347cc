#!/usr/bin/env python3
"""Does to sites what once went wrong: run.py [NAME...]

AVOCET=/path/to/avocet names the program. Each script beside this file ends with 0 if all is right, and with 1 if the fault is there.
Without a name all are run, and those that fail must be those that known-failures.txt lists.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import known_failures  # noqa: E402

LIMIT = 180  # seconds that a script may take


def tried(program, script):
    """The faults that a script finds, as sentences."""
    process = subprocess.Popen(
        ["bash", script],
        env=dict(os.environ, AVOCET=program, NO_COLOR="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
        errors="replace",
    )
    try:
        printed, _ = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return [f"fault: not at an end after {LIMIT} s"]
    faults = [line for line in printed.splitlines() if line.startswith("fault: ")]
    if process.returncode not in (0, 1) or bool(faults) != (process.returncode == 1):
        raise SystemExit(f"{script.name} could not be tried (exit {process.returncode}):\n{printed}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    program = shutil.which(os.environ.get("AVOCET", "avocet"))
    if not program:
        raise SystemExit("no program: set AVOCET to the path of avocet")
    scripts = [HERE / f"{name}.sh" for name in options.names] or sorted(HERE.glob("[0-9]*.sh"))
    faults = {script.stem: tried(os.path.abspath(program), script) for script in scripts}
    return known_failures.verdict(faults, HERE / "known-failures.txt", all_tried=not options.names)


if __name__ == "__main__":
    sys.exit(main())
