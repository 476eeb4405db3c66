"""Runs one suite on a cluster that is up, and judges it by what clients saw and what the store holds.

Started by load/run.sh, inside scripts/cluster.sh, which sets BASE, KEY, NODES (workers) and PIDS.
"""

import argparse
import asyncio
import gzip
import json
import os
import pathlib
import platform
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime

import judge
import pictures
from probe import Probe

HERE = pathlib.Path(__file__).parent
SUITES = {1: "1-baseline", 2: "2-surge", 3: "3-burst", 4: "4-endurance", 5: "5-chaos"}
CONNECTIONS = {1: 150, 2: 250, 3: 150, 4: 150, 5: 150}
# The specification's budgets in seconds (P95); half of the jobs take 0.6 of them.
BUDGETS = {
    "convert": {"fetch": 1, "parse": 8, "normalize": 2, "upload": 1.5},
    "export": {"fetch": 0.5, "render": 7, "package": 2, "upload": 1},
}


def ask(base, key, method, path, body=None, timeout=60):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, method=method)
    request.add_header("Authorization", f"Bearer {key}")
    if data is not None:
        request.add_header("Content-Type", "application/json")
    for turn in range(6):
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            # Whoever only looks comes again; what clients were refused k6 counts.
            if error.code < 500 or method != "GET" or turn == 5:
                raise
            time.sleep(2**turn)
    return None


def document_reads(base, key):
    """How many reads of documents the node answered from its cache, and how many from the database, since it started."""
    request = urllib.request.Request(base + "/metrics", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return judge.document_reads(answer.read().decode())


class Run:
    def __init__(self, asked):
        self.asked = asked
        self.base, self.key = os.environ["BASE"], os.environ["KEY"]
        self.nodes = os.environ["NODES"].split()
        self.pid_file = pathlib.Path(os.environ["PIDS"])
        self.samples, self.marks = [], []
        self.over = threading.Event()
        self.started = time.time()

    # --- what is broken on purpose -------------------------------------------------------------------------------

    def chaos(self, fault, seconds, nodes=None):
        for node in nodes or self.nodes:
            body = {"fault": fault, "duration_s": seconds, "seed": 7}
            ask(node, self.key, "POST", "/v1/admin/chaos", body)

    def delays(self, seconds, nodes=None):
        """Stages take as long as the specification's budgets say, so that scaling is really exercised."""
        for kind, stages in BUDGETS.items():
            for stage, p95 in stages.items():
                millis = max(1, round(p95 * 1000 / self.asked.time_scale))
                fault = {"type": "stage_delay", "kind": kind, "stage": stage, "p50_ms": max(1, round(millis * 0.6)), "p95_ms": millis}
                self.chaos(fault, seconds, nodes)

    def trouble(self):
        """Suite 5: half of the workers, the stores, then a whole process."""
        pause = lambda seconds: self.over.wait(seconds / self.asked.time_scale)
        began = self.began()
        self.over.wait(max(0.0, began + 90 / self.asked.time_scale - time.time()))
        for pool in ("convert", "export", "ai"):
            self.mark(f"half of the {pool} workers are killed", pool)
            self.attempt({"type": "kill_workers", "pool": pool, "fraction": 0.5}, 1)
            # One kill at a time: the guard rail of the platform.
            self.over.wait(self.asked.recovery)
        pause(30)
        self.mark("a tenth of the stores' calls is slow for two minutes")
        self.attempt({"type": "storage_latency", "share": 0.1, "factor": 10.0, "extra_ms": 200}, max(5, 120 / self.asked.time_scale))
        pause(120)
        self.mark("a worker process is killed")
        node, killed = self.nodes[-1], self.pids()[self.nodes[-1]]
        os.kill(killed, 9)
        # Faults end with their process: the one that comes after it is made as slow as the others.
        while not self.asked.native and not self.over.wait(0.2):
            try:
                if self.pids().get(node) != killed:
                    self.delays(8 * 3600, [node])
                    return
            except OSError:
                continue

    def began(self):
        """When the clock of the load started: k6 first makes the documents that it is about."""
        path = pathlib.Path(self.asked.out) / "promised.log"
        while not self.over.wait(0.1):
            lines = path.read_text().splitlines() if path.exists() else []
            if lines and lines[0].endswith("}"):
                return json.loads(lines[0])["started"] / 1000
        return time.time()

    def attempt(self, fault, seconds):
        try:
            self.chaos(fault, round(seconds))
        except urllib.error.HTTPError as refused:
            self.mark(f"refused: {refused.read().decode()[:200]}")

    def mark(self, what, pool=None):
        self.marks.append({"at": time.time() - self.started, "what": what, "pool": pool})
        print(f"  {self.marks[-1]['at']:7.0f} s  {what}", flush=True)

    # --- what is watched -----------------------------------------------------------------------------------------

    def pids(self):
        pairs = (line.split() for line in self.pid_file.read_text().splitlines())
        return {url: int(pid) for url, pid in pairs}

    def watch(self):
        # Recovery is counted in seconds.
        usual = 1.0 if self.asked.suite == 5 else 5.0
        every = max(0.5, usual / self.asked.time_scale)
        while not self.over.wait(every):
            self.samples.append(self.sample())

    def sample(self):
        pools, memory, files, connections, processor, answering = {}, 0, 0, 0, 0.0, 0
        for node in self.nodes:
            try:
                for pool in ask(node, self.key, "GET", "/v1/admin/pools", timeout=5)["pools"]:
                    seen = pools.setdefault(pool["pool"], {"depth": 0, "wait": 0.0, "workers": 0, "wanted": 0, "busy": 0, "slots": 0})
                    # Every node sees the same queue, and has workers of its own.
                    seen["depth"] = max(seen["depth"], pool["depth"])
                    seen["wait"] = max(seen["wait"], pool["oldest_wait_seconds"])
                    seen["workers"] += pool["workers"]["ready"]
                    seen["wanted"] += pool["workers"]["desired"]
                    seen["busy"] += pool["slots"]["busy"]
                    seen["slots"] += pool["slots"]["total"]
                answering += 1
            except (OSError, urllib.error.URLError):
                continue
        for pid in self.pids().values():
            try:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
                memory += int(status.split("VmRSS:")[1].split()[0]) / 1024
                opened = self.opened(pid)
                files += len(opened)
                connections += sum(name.startswith("socket:") for name in opened)
                used = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                processor += (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")
            except (OSError, IndexError):
                continue
        return {
            "at": time.time() - self.started, "pools": pools, "memory_mb": round(memory, 1), "files": files,
            "nodes": answering, "connections": connections, "processor_s": round(processor, 2),
        }

    @staticmethod
    def opened(pid):
        """What a process holds open; a file that is closed meanwhile is not counted."""
        names = []
        for number in os.listdir(f"/proc/{pid}/fd"):
            try:
                names.append(os.readlink(f"/proc/{pid}/fd/{number}"))
            except FileNotFoundError:
                continue
        return names

    # --- the run -------------------------------------------------------------------------------------------------

    def k6(self, out):
        suite = HERE / "suites" / f"{SUITES[self.asked.suite]}.js"
        environment = dict(os.environ, TIME_SCALE=str(self.asked.time_scale), HOURS=str(self.asked.hours or ""), RUN=str(int(self.started)))
        command = [
            os.environ["K6"], "run", "--no-usage-report", "--quiet", "--address", "localhost:0", "--summary-export", str(out / "k6.json"),
            "--console-output", str(out / "promised.log"), "--log-format", "raw", str(suite),
        ]
        # Virtual users read these at once and keep them.
        for name in ("BASE", "KEY", "DECKS", "TIME_SCALE", "HOURS", "RUN"):
            command[2:2] = ["-e", f"{name}={environment[name]}"]
        with open(out / "k6.txt", "w") as log:
            return subprocess.run(command, env=environment, stdout=log, stderr=subprocess.STDOUT).returncode

    def drained(self):
        """Waits until nothing is open, for as long as the longest wait that a suite allows."""
        deadline = time.time() + max(60, 900 / self.asked.time_scale)
        while time.time() < deadline:
            open_jobs = [ask(self.base, self.key, "GET", f"/v1/jobs?state={state}&limit=1")["items"] for state in ("queued", "running")]
            if not any(open_jobs):
                return True
            time.sleep(0.5)
        return False

    def held(self):
        """Every job that the store holds."""
        jobs, cursor = [], None
        while True:
            page = ask(self.base, self.key, "GET", "/v1/jobs?limit=100" + (f"&cursor={cursor}" if cursor else ""))
            jobs += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return jobs

    def go(self):
        out = pathlib.Path(self.asked.out)
        out.mkdir(parents=True, exist_ok=True)
        # k6 writes on at its end: what an earlier run was promised is not this run's.
        (out / "promised.log").unlink(missing_ok=True)
        if not self.asked.native:
            self.delays(8 * 3600)
        probe = Probe(self.base, self.key, CONNECTIONS[self.asked.suite])
        listening = threading.Thread(target=lambda: asyncio.run(probe.run()), daemon=True)
        listening.start()
        threads = [threading.Thread(target=self.watch, daemon=True)]
        if self.asked.suite == 5:
            threads.append(threading.Thread(target=self.trouble, daemon=True))
        self.started = time.time()
        for thread in threads:
            thread.start()
        exit_code = self.k6(out)
        drained = self.drained()
        took = time.time() - self.started
        # What is told of the last ends is on its way.
        time.sleep(2)
        self.over.set()
        probe.stopped = True
        listening.join(timeout=10)
        raw = {
            "suite": self.asked.suite, "asked": vars(self.asked), "started": self.started, "took": took, "drained": drained,
            "exit_code": exit_code, "jobs": self.held(), "samples": self.samples, "marks": self.marks, "streams": probe.report(),
            "reads": document_reads(self.base, self.key),
            "said": {
                "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
                "program": os.environ.get("PROGRAM", ""), "date": datetime.now().strftime("%Y-%m-%d %H:%M"),
            },
        }
        with gzip.open(out / "raw.json.gz", "wt") as file:
            json.dump(raw, file)
        return verdict(out)


def verdict(out):
    """Judges what lies in a folder, which may be done again when a bar has changed."""
    with gzip.open(out / "raw.json.gz", "rt") as file:
        raw = json.load(file)
    said, asked = raw.pop("said"), argparse.Namespace(**raw["asked"])
    k6, promised = json.loads((out / "k6.json").read_text()), judge.promised(out / "promised.log")
    result = judge.judge(**raw, k6=k6, promised=promised, baseline=judge.baseline(asked)) | said
    (out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "report.html").write_text(pictures.page(result, raw["samples"]))
    (out / "picture.svg").write_text(pictures.draw(result, raw["samples"]))
    print(judge.text(result), flush=True)
    return 0 if result["passed"] else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=int, choices=SUITES)
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--hours", type=float, help="of suite 4 (4), or of the plateau of suite 2 (a quarter)")
    parser.add_argument("--native", action="store_true")
    parser.add_argument("--recovery", type=float, default=31.0)
    parser.add_argument("--no-times", action="store_true", help="judge what was lost and doubled, and not how long things took")
    parser.add_argument("--workers", type=int, help="workers of the convert and export pools that a node begins with; the configuration's where it is left out")
    parser.add_argument("--policy", help="the policy of these pools; the configuration's where it is left out")
    parser.add_argument("--again", action="store_true", help="judge what lies in --out already, without a run")
    parser.add_argument("--out", required=True)
    asked = parser.parse_args()
    raise SystemExit(verdict(pathlib.Path(asked.out)) if asked.again else Run(asked).go())


if __name__ == "__main__":
    main()
