#!/usr/bin/env python3
"""Runs the static-site-generator benchmark.

    run.py build [--peers zola,hugo] [--sizes 100,1000] [-n 5] [--no-highlight] [--tag NOTE]
    run.py floor [--sizes 100,1000]           cp -r, 2-thread writer, reader, Markdown only
    run.py serve [--peers ...] [--sizes ...] [--edits 10]
    run.py vs A B [--sizes ...] [-n 5]        pairs two peers, A B A B ...
    run.py sites [--peers ...] [--sizes ...]  only generates
    run.py clean                              deletes the old outputs (then wait some minutes)
    run.py tables                             Markdown tables of the newest results

Every result is one JSON line in results.jsonl.  A build is timed as a whole process (fork to
reap; user/sys/peak from the kernel's accounting), warm page cache, into a fresh output
directory: the old one is renamed away (O(1)) just before.
Median of n runs after one warm-up run.
"""
import argparse
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

B = os.path.dirname(os.path.abspath(__file__))
SITES = os.environ.get("BENCH_SITES", os.path.join(os.getcwd(), "bench-sites"))
TRASH = os.path.join(SITES, ".trash")
RESULTS = os.environ.get("BENCH_RESULTS", os.path.join(os.getcwd(), "bench-results.jsonl"))
FS = subprocess.run(["stat", "-f", "-c", "%T", os.path.dirname(SITES)], capture_output=True, text=True).stdout.strip().replace("ext2/ext3", "ext4")

P = os.environ.get("BENCH_PEERS", os.path.join(B, "peers"))      # where install_peers.sh puts them
AVOCET = os.environ.get("AVOCET", "avocet")
HUGO = f"{P}/venv/bin/hugo"
ZOLA = os.environ.get("ZOLA", "zola")                             # build it yourself, or leave it out
BLADES = f"{P}/bin/blades"
COBALT = f"{P}/bin/cobalt"
MARMITE = f"{P}/bin/marmite"
SEITE = f"{P}/bin/seite"
PELICAN = f"{P}/venv/bin/pelican"
ELEVENTY = f"node {P}/node_modules/@11ty/eleventy/cmd.cjs"

# peer -> (format of gen.py, build command, output dir, other leftovers, {variant: serve command})
PEERS = {
    "avocet": ("avocet", f"{AVOCET} build", "public", ".cache", {"avocet serve": f"{AVOCET} serve --watch --port @PORT@"}),
    "zola": ("zola", f"{ZOLA} build", "public", "",
             {"zola serve": f"{ZOLA} serve --interface 127.0.0.1 --port @PORT@",
              "zola serve --fast": f"{ZOLA} serve --fast --interface 127.0.0.1 --port @PORT@"}),
    "hugo": ("hugo", HUGO, "public", "",
             {"hugo server": f"{HUGO} server --bind 127.0.0.1 --port @PORT@",
              "hugo server --disableFastRender": f"{HUGO} server --disableFastRender --bind 127.0.0.1 --port @PORT@"}),
    "blades": ("blades", f"{BLADES} all", "public", ".blades .bladestheme", {}),
    "blades-feed": ("blades-feed", f"{BLADES} all", "public", ".blades .bladestheme", {}),
    "cobalt": ("cobalt", f"{COBALT} build", "_site", "",
               {"cobalt serve": f"{COBALT} serve --host 127.0.0.1 --port @PORT@"}),
    "marmite": ("marmite", f"{MARMITE} . site", "site", "",
                {"marmite --serve --watch": f"{MARMITE} . site --serve --watch --bind 127.0.0.1:@PORT@"}),
    "seite": ("seite", f"{SEITE} build", "dist", "",
              {"seite serve": f"{SEITE} serve --build --no-repl --host 127.0.0.1 --port @PORT@"}),
    "pelican": ("pelican", f"{PELICAN} -q", "output", "__pycache__ .pelican-cache",
                {"pelican -r -l": f"{PELICAN} -q -r -l -b 127.0.0.1 -p @PORT@"}),
    "eleventy": ("eleventy", f"{ELEVENTY} --quiet", "_site", "",
                 {"eleventy --serve --incremental": f"{ELEVENTY} --quiet --serve --incremental --port=@PORT@"}),
}
# where a post of slug S is served / written
POST_URL = {"blades": "/{}.html", "blades-feed": "/{}.html", "marmite": "/{}.html"}
POST_SRC = {"blades": "content/{}.md", "blades-feed": "content/{}.md", "marmite": "content/{}.md",
            "pelican": "content/{}.md", "cobalt": "posts/{}.md", "eleventy": "posts/{}.md"}
# heavy cases: (peer, at least N) -> (runs, warm-ups); None = not run
HEAVY = {("pelican", 10000): (1, 0), ("eleventy", 10000): (2, 0), ("cobalt", 1000): (3, 0), ("zola", 10000): (3, 0), ("marmite", 1000): (3, 1), ("marmite", 3000): (1, 0), ("marmite", 10000): None, ("seite", 10000): (3, 0),
         ("cobalt", 10000): None, ("pelican", 50000): None, ("eleventy", 50000): None,
         ("seite", 50000): None, ("hugo", 10000): (3, 1), ("hugo", 50000): (1, 0), ("zola", 50000): None, ("blades-feed", 50000): (3, 1), ("marmite", 50000): None}


def site_dir(peer, n, highlight=True):
    return os.path.join(SITES, f"{peer}-{n}" + ("" if highlight else "-nohl"))


def make_site(peer, n, highlight=True, fresh=False):
    d = site_dir(peer, n, highlight)
    if fresh or not os.path.exists(d):
        link = os.path.join(SITES, "node_modules")
        os.makedirs(SITES, exist_ok=True)
        if not os.path.lexists(link) and os.path.isdir(f"{P}/node_modules"):
            os.symlink(f"{P}/node_modules", link)
        cmd = [sys.executable, f"{B}/gen.py", str(n), d, PEERS[peer][0]]
        subprocess.run(cmd + ([] if highlight else ["--no-highlight"]), check=True)
    return d


def tree(d):
    files = size = 0
    for root, _, names in os.walk(d):
        for x in names:
            files += 1
            size += os.path.getsize(os.path.join(root, x))
    return files, size


def save(rec):
    rec["fs"] = FS
    rec["when"] = time.strftime("%Y-%m-%d %H:%M:%S")
    with open(RESULTS, "a") as f:
        f.write(json.dumps(rec) + "\n")
    print(json.dumps(rec), flush=True)


def clear_trash(force=False):
    """On ext4 the trash is kept until `run.py clean`: for some minutes after a tree was deleted,
    ext4 skips its recently deleted inodes one by one (recently_deleted() in fs/ext4/ialloc.c),
    which makes every create() near it up to 10 times slower and the figures meaningless."""
    if force or FS == "tmpfs":
        subprocess.run(["rm", "-rf", TRASH])
    os.makedirs(TRASH, exist_ok=True)


def shell(cmd, out, leftovers):
    rm = f"rm -rf {leftovers}; " if leftovers else ""
    return f'if [ -e {out} ]; then mv {out} {TRASH}/$(date +%s%N); fi; {rm}exec {cmd}'


def run_once(sh, cwd):
    """One whole process, fork to reap -> {figure: seconds or MiB}, exit status. Peak memory below about 22 MiB cannot be told:
    the child's account starts with this script's own."""
    t = time.monotonic()
    p = subprocess.Popen(["sh", "-c", sh], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, ru = os.wait4(p.pid, 0)
    p.returncode = status
    return dict(wall=time.monotonic() - t, user=ru.ru_utime, sys=ru.ru_stime, cpu=ru.ru_utime + ru.ru_stime, peak=ru.ru_maxrss / 1024), os.waitstatus_to_exitcode(status)


def spread(xs):
    return [round(f(xs), 3) for f in (min, statistics.median, max)]


def timed(sh, cwd, runs, warm, vs=None):
    """-> ({figure: [min, median, max]}, extra); with vs, the two commands in turn (A B A B) and the ratio pair by pair."""
    rows, others, bad = [], [], set()
    for i in range(runs + warm):
        row, code = run_once(sh, cwd)
        other, code_b = run_once(vs, cwd) if vs else (None, 0)
        bad |= {c for c in (code, code_b) if c}
        if i >= warm:
            rows.append(row)
            others.append(other)
    figures = {k: spread([r[k] for r in rows]) for k in rows[0]}
    extra = {"exit": sorted(bad)} if bad else {}
    if vs:
        extra["B"] = {k: spread([r[k] for r in others]) for k in others[0]}
        for k in ("wall", "cpu"):
            extra[f"ratio_{k}"] = spread([x[k] / y[k] for x, y in zip(rows, others)])
    return figures, extra


def plan(peer, n, runs):
    best = (runs, 1)
    for (p, m), v in sorted(HEAVY.items(), key=lambda x: x[0][1]):
        if p == peer and n >= m:
            best = v
    return best


def do_build(a):
    for n in a.sizes:
        for peer in a.peers:
            pl = plan(peer, n, a.n)
            if pl is None:
                print(f"# {peer} {n}: left out (see HEAVY)")
                continue
            d = make_site(peer, n, a.highlight)
            _, cmd, out, left, _ = PEERS[peer]
            clear_trash()
            os.sync()
            row, extra = timed(f"exec {cmd}" if a.inplace else shell(cmd, out, left), d, pl[0], 1 if a.inplace else pl[1])
            if a.inplace:
                a.tag = "over its own output"
            files, size = tree(os.path.join(d, out))
            save(dict(kind="build", peer=peer, n=n, highlight=a.highlight, tag=a.tag, runs=pl[0], files=files, bytes=size, **row, **extra))
            clear_trash()


def do_vs(a):
    for n in a.sizes:
        d = {}
        for p in (a.A, a.B):
            d[p] = make_site(p, n)
        clear_trash()
        os.sync()
        sa, sb = (f"cd {d[p]}; " + shell(*PEERS[p][1:4]) for p in (a.A, a.B))
        row, extra = timed(sa, SITES, a.n, 1, vs=sb)
        save(dict(kind="vs", peer=f"{a.A}/{a.B}", n=n, runs=a.n, **row, **extra))
        clear_trash()


def do_floor(a):
    W, M = f"{P}/floor/release/wfloor", f"{P}/floor/release/mdfloor"
    for n in a.sizes:
        src = os.path.join(make_site("hugo", n), "public")
        zsrc = os.path.join(make_site("zola", n), "content")
        if not os.path.exists(src):
            subprocess.run(HUGO, cwd=site_dir("hugo", n), stdout=subprocess.DEVNULL, check=True)
        man = os.path.join(SITES, f"manifest-{n}.txt")
        with open(man, "w") as f:
            for root, _, names in os.walk(src):
                for x in sorted(names):
                    p = os.path.join(root, x)
                    f.write(f"{os.path.getsize(p)} {os.path.relpath(p, src)}\n")
        flat = os.path.join(SITES, f"manifest-{n}-flat.txt")
        with open(flat, "w") as f:
            for line in open(man):
                b, p = line.split(" ", 1)
                f.write(b + " " + p.strip().replace("/", "_") + "\n")
        files, size = tree(src)
        for name, sh in (
            ("cp -r", f"exec cp -r {src} {TRASH}/$(date +%s%N)"),
            ("writer 2 threads", f"exec {W} {man} {TRASH}/$(date +%s%N) 2"),
            ("writer 1 thread", f"exec {W} {man} {TRASH}/$(date +%s%N) 1"),
            ("writer 2 threads, flat names", f"exec {W} {flat} {TRASH}/$(date +%s%N) 2"),
            ("read sources, 2 threads", f"exec {M} {zsrc} 2 read"),
            ("read + pulldown-cmark, 2 threads", f"exec {M} {zsrc} 2"),
            ("read + pulldown-cmark, 1 thread", f"exec {M} {zsrc} 1"),
        ):
            clear_trash()
            os.sync()
            row, extra = timed(sh, SITES, a.n, 1)
            save(dict(kind="floor", peer=name, n=n, runs=a.n, files=files, bytes=size, **row, **extra))
        clear_trash()


# ---------------------------------------------------------------- serve

def get(port, url, timeout=60):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        c.request("GET", url)
        r = c.getresponse()
        return r.status, r.read()
    finally:
        c.close()


def rss(pgid):
    """sum of VmRSS and of VmHWM (KiB) of the processes in the group"""
    tot = hwm = 0
    for p in os.listdir("/proc"):
        if p.isdigit():
            try:
                if os.getpgid(int(p)) != pgid:
                    continue
                t = open(f"/proc/{p}/status").read()
                tot += int(re.search(r"VmRSS:\s+(\d+)", t)[1])
                hwm += int(re.search(r"VmHWM:\s+(\d+)", t)[1])
            except (OSError, TypeError):
                pass
    return tot, hwm


def cpu_s(pgid):
    t = 0
    for p in os.listdir("/proc"):
        if p.isdigit():
            try:
                if os.getpgid(int(p)) == pgid:
                    f = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
                    t += int(f[11]) + int(f[12])
            except OSError:
                pass
    return t / os.sysconf("SC_CLK_TCK")


def slugs(peer, n):
    d = os.path.join(site_dir(peer, n), os.path.dirname(POST_SRC.get(peer, "content/posts/{}.md")))
    names = [x[:-3] for x in os.listdir(d) if x.endswith(".md") and re.search(r"-\d+\.md$", x)]
    return sorted(names, key=lambda s: int(s.rsplit("-", 1)[1]))


def do_serve(a):
    port = a.port
    for n in a.sizes:
        for peer in a.peers:
            for variant, cmd in PEERS[peer][4].items():
                if a.variant and a.variant not in variant:
                    continue
                port += 1
                d = make_site(peer, n)
                for x in (PEERS[peer][2] + " " + PEERS[peer][3]).split():
                    subprocess.run(["rm", "-rf", os.path.join(d, x)])
                one_serve(peer, variant, cmd.replace("@PORT@", str(port)), d, n, port, a)


def one_serve(peer, variant, cmd, d, n, port, a):
    all_slugs = slugs(peer, n)
    strip = (lambda s: re.sub(r"^\d{4}-\d\d-\d\d-", "", s))
    url = (lambda s: POST_URL.get(peer, "/posts/{}/" if peer != "seite" else "/posts/{}").format(strip(s)))
    src = (lambda s: os.path.join(d, POST_SRC.get(peer, "content/posts/{}.md").format(s)))
    os.makedirs(os.path.join(SITES, "logs"), exist_ok=True)
    log = open(os.path.join(SITES, "logs", f"serve-{peer}-{n}.log"), "w")
    t0 = time.monotonic()
    p = subprocess.Popen(cmd.split(), cwd=d, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    rec = dict(kind="serve", peer=variant, n=n)
    try:
        first = all_slugs[len(all_slugs) // 3]
        while True:
            try:
                if get(port, url(first))[0] == 200:
                    break
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() - t0 > a.start_timeout or p.poll() is not None:
                rec["error"] = "did not serve " + url(first) + f" within {a.start_timeout} s" if p.poll() is None else f"exited {p.returncode}"
                save(rec)
                return
            time.sleep(0.01)
        rec["start_s"] = round(time.monotonic() - t0, 3)
        time.sleep(2 if n < 5000 else 4)
        rec["rss_start_mib"], rec["hwm_start_mib"] = (round(x / 1024, 1) for x in rss(p.pid))
        lat, cpus = [], []
        budget = time.monotonic() + a.edit_budget
        for k in range(a.edits):
            s = all_slugs[(k * 7919 + 13) % len(all_slugs)]
            get(port, url(s))                       # it is the page a browser has open
            mark = f"marker-{k}-{int(time.time() * 1000)}"
            text = open(src(s)).read()
            c0, t = cpu_s(p.pid), time.monotonic()
            with open(src(s), "w") as f:
                f.write(text + f"\nEdited {mark}.\n")
            ok = False
            while time.monotonic() - t < a.edit_timeout:
                try:
                    if mark.encode() in get(port, url(s))[1]:
                        ok = True
                        break
                except (OSError, http.client.HTTPException):
                    pass
                time.sleep(0.002)
            took = time.monotonic() - t
            if ok:
                lat.append(took)
            # let the rest of the rebuild finish: wait until the server is idle
            last, idle = cpu_s(p.pid), 0
            while idle < 5 and time.monotonic() - t < a.edit_timeout * 2:
                time.sleep(0.1)
                now = cpu_s(p.pid)
                idle = idle + 1 if now - last < 0.02 else 0
                last = now
            cpus.append(last - c0)
            with open(src(s), "w") as f:
                f.write(text)
            idle = 0
            t = time.monotonic()
            time.sleep(0.3)
            while idle < 5 and time.monotonic() - t < a.edit_timeout * 2:
                time.sleep(0.1)
                now = cpu_s(p.pid)
                idle = idle + 1 if now - last < 0.02 else 0
                last = now
            if not ok or time.monotonic() > budget:
                break
        if lat:
            rec.update(edits=len(lat), ms=[round(1000 * x, 1) for x in (min(lat), statistics.median(lat), max(lat))], cpu_per_edit_s=round(statistics.median(cpus), 3))
        else:
            rec["error"] = "no edit came through"
        rec["rss_mib"], rec["hwm_mib"] = (round(x / 1024, 1) for x in rss(p.pid))
        save(rec)
    finally:
        try:
            os.killpg(p.pid, signal.SIGTERM)
            p.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()
        except ProcessLookupError:
            pass


# ---------------------------------------------------------------- tables

def load():
    last = {}
    if os.path.exists(RESULTS):
        for line in open(RESULTS):
            r = json.loads(line)
            last[(r["kind"], r["peer"], r["n"], r.get("highlight", True), r.get("tag"), r.get("fs"))] = r
    return list(last.values())


def do_tables(a):
    rs = load()
    for hl, fs in ((True, "ext4"), (True, "tmpfs"), (False, "ext4"), (False, "tmpfs")):
        for n in sorted({r["n"] for r in rs if r["kind"] == "build" and r["highlight"] == hl and r["fs"] == fs}):
            rows = sorted((r for r in rs if r["kind"] == "build" and r["n"] == n and r["highlight"] == hl and r["fs"] == fs and r.get("wall")), key=lambda r: r["wall"][1])
            base = {r["peer"]: r for r in rows}.get("hugo") or rows[0]
            print(f"\n### build, N = {n}, highlighting {'on' if hl else 'off'}, {fs}\n")
            print("| peer | wall s (min-max) | user s | sys s | cpu s | peak MiB | files | MB out | posts/s | wall / hugo (else the fastest) | runs |\n|---|---|---|---|---|---|---|---|---|---|---|")
            for r in rows:
                w = r["wall"]
                print(f"| {r['peer']}{' ' + r['tag'] if r.get('tag') else ''} | {w[1]:.3f} ({w[0]:.3f}-{w[2]:.3f}) | {r['user'][1]:.2f} | {r['sys'][1]:.2f} | {r['cpu'][1]:.2f} | {r['peak'][1]:.0f} | {r['files']} | {r['bytes'] / 1e6:.1f} | {n / w[1]:.0f} | "
                      f"{w[1] / base['wall'][1]:.2f} | {r['runs']}{' exit ' + str(r['exit']) if r.get('exit') else ''} |")
    fl = [r for r in rs if r["kind"] == "floor"]
    for n, fs in sorted({(r["n"], r["fs"]) for r in fl}):
        print(f"\n### floor, N = {n}, {fs}\n\n| what | wall s (min-max) | user s | sys s | files | MB |\n|---|---|---|---|---|---|")
        for r in (r for r in fl if r["n"] == n and r["fs"] == fs):
            w = r["wall"]
            print(f"| {r['peer']} | {w[1]:.3f} ({w[0]:.3f}-{w[2]:.3f}) | {r['user'][1]:.2f} | {r['sys'][1]:.2f} | {r['files']} | {r['bytes'] / 1e6:.1f} |")
    vs = [r for r in rs if r["kind"] == "vs"]
    if vs:
        print("\n### paired\n\n| A/B | N | wall ratio median (min-max) | cpu ratio |\n|---|---|---|---|")
        for r in vs:
            q, c = r.get("ratio_wall"), r.get("ratio_cpu")
            print(f"| {r['peer']} | {r['n']} | {q[1]:.2f} ({q[0]:.2f}-{q[2]:.2f}) | {c[1]:.2f} |" if q else f"| {r['peer']} | {r['n']} | failed |")
    sv = [r for r in rs if r["kind"] == "serve"]
    if sv:
        print("\n### edit to served\n\n| server | N | start s | edit ms median (min-max) | cpu s an edit | RSS MiB after start / after edits | peak MiB |\n|---|---|---|---|---|---|---|")
        for r in sorted(sv, key=lambda r: (r["n"], r.get("ms", [0, 1e9])[1])):
            if r.get("ms"):
                m = r["ms"]
                print(f"| {r['peer']} | {r['n']} | {r['start_s']} | {m[1]:.0f} ({m[0]:.0f}-{m[2]:.0f}), {r['edits']} edits | {r['cpu_per_edit_s']} | {r['rss_start_mib']} / {r['rss_mib']} | {r['hwm_mib']} |")
            else:
                print(f"| {r['peer']} | {r['n']} | {r.get('start_s', '')} | {r.get('error')} | | | |")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("what", choices=["build", "floor", "serve", "vs", "sites", "tables", "clean"])
    ap.add_argument("A", nargs="?")
    ap.add_argument("B", nargs="?")
    ap.add_argument("--peers", type=lambda s: s.split(","), default=list(PEERS))
    ap.add_argument("--sizes", type=lambda s: [int(x) for x in s.split(",")], default=[100, 1000, 10000])
    ap.add_argument("-n", type=int, default=5)
    ap.add_argument("--no-highlight", dest="highlight", action="store_false")
    ap.add_argument("--tag")
    ap.add_argument("--inplace", action="store_true", help="build: rebuild over the last output, nothing edited")
    ap.add_argument("--edits", type=int, default=10)
    ap.add_argument("--variant", help="serve: only variants with this text")
    ap.add_argument("--port", type=int, default=18100)
    ap.add_argument("--start-timeout", type=float, default=400)
    ap.add_argument("--edit-timeout", type=float, default=120)
    ap.add_argument("--edit-budget", type=float, default=240)
    a = ap.parse_args()
    os.makedirs(TRASH, exist_ok=True)
    if a.what == "sites":
        for n in a.sizes:
            for p in a.peers:
                print(make_site(p, n, a.highlight, fresh=True))
    elif a.what == "clean":
        clear_trash(True)
    else:
        {"build": do_build, "floor": do_floor, "serve": do_serve, "vs": do_vs, "tables": do_tables}[a.what](a)


if __name__ == "__main__":
    main()
