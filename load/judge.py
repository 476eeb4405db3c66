"""The verdict on a run: what clients were promised against what the store holds, and the specification's sentences as bars."""

import json
import pathlib
from datetime import datetime

# P95 targets in seconds, end to end (specification, latency budgets).
TARGETS = {"convert": 15.0, "export": 12.0}
FIRST_TOKEN = 2.0
# The share of it that a job may wait.
WAITS = {"convert": 2.0, "export": 1.5}


def promised(path):
    """The jobs that clients were told of, in their order, each with the scenario it belongs to; and when the clock started."""
    jobs, started = {}, []
    for line in path.read_text().splitlines():
        if line.startswith("{"):
            told = json.loads(line)
            jobs[told["job"]] = told["scenario"]
            # Bursts start later than the clock.
            if told["scenario"] in ("convert", "export", "ai"):
                started.append(told["started"] / 1000)
    return jobs, min(started, default=0)


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def rounded(value):
    return None if value is None else round(value, 3)


def seen(job, started):
    """A job's figures: when it came, how long it waited and took, and its attempts."""
    created, ended = moment(job["created_at"]), moment(job["finished_at"])
    stages = {stage["stage"]: stage["duration_ms"] / 1000 for stage in job["stages"]}
    return {
        "at": created - started, "took": ended - created, "wait": stages.get("queue_wait", moment(job["started_at"]) - created),
        "stages": stages, "attempts": len(job["history"]),
    }


def document_reads(metrics):
    """Reads of documents by what the cache answered, from the metrics of a node."""
    reads = {"hit": 0, "miss": 0}
    for line in metrics.splitlines():
        if line.startswith('slidecraft_cache_requests_total{cache="document"'):
            labels, value = line.rsplit(" ", 1)
            reads["hit" if 'result="hit"' in labels else "miss"] += int(float(value))
    return reads


def first_words(jobs, heard):
    """Seconds from accepting a question until somebody heard the first words of its answer."""
    return [heard[job["id"]] - moment(job["created_at"]) for job in jobs if job["id"] in heard]


def figures(jobs):
    took, wait = [job["took"] for job in jobs], [job["wait"] for job in jobs]
    return {
        "jobs": len(jobs),
        "end_to_end_s": {name: rounded(quantile(took, share)) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1))},
        "wait_s": {name: rounded(quantile(wait, share)) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1))},
    }


def baseline(asked):
    """Suite 1 in the same mode and at the same scale, where it was run before: suites 3 is measured against it."""
    path = pathlib.Path(asked.out).parent / f"1-{'native' if asked.native else 'budgets'}-{asked.time_scale:g}" / "result.json"
    return json.loads(path.read_text()) if path.exists() else None


def slope_per_hour(points):
    """Least squares through (seconds, value)."""
    if len(points) < 3:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread * 3600 if spread else 0.0


def interrupted(jobs, since, until, pool=None):
    """When the jobs that a fault interrupted ran again: seconds from `since`, of each; of one pool where it was one that was hit."""
    again = []
    for job in jobs:
        if pool and job["kind"] != pool:
            continue
        for lost, following in zip(job["history"], job["history"][1:]):
            code = (lost.get("failure") or {}).get("code")
            if code in ("worker_lost", "lease_expired") and since <= moment(lost["ended_at"]) < until:
                again.append(moment(following["started_at"]) - since)
    return again


def workers_back_after(samples, at, until, pool=None):
    """Seconds from a fault until all nodes answer as before and every pool has the workers it wants; None where that never came.

    What it wants may be less than before the fault: a pool goes on to shrink while there is little to do.
    """
    before = [sample for sample in samples if sample["at"] < at][-1:]
    if not before:
        return 0.0
    before = before[0]

    def enough(sample):
        if sample["nodes"] < before["nodes"]:
            return False
        return all(seen["workers"] >= min(seen["wanted"], before["pools"][name]["workers"]) for name, seen in sample["pools"].items() if pool in (None, name))

    # A node that is asked while it dies still answers: the few samples from the fault to the first gap count as before.
    later = [sample for sample in samples if at <= sample["at"] < until]
    gap = next((index for index, sample in enumerate(later) if not enough(sample)), None)
    if gap is None:
        return 0.0
    return next((sample["at"] - at for sample in later[gap:] if enough(sample)), None)


def grown_after(samples, at):
    """Seconds from a moment until each pool first had more workers than at it."""
    found = {}
    for pool in ("convert", "export", "ai"):
        workers = [(sample["at"], sample["pools"].get(pool, {}).get("workers", 0)) for sample in samples]
        before = [number for when, number in workers if when <= at][-1:] or [0]
        found[pool] = next((round(when - at) for when, number in workers if when > at and number > before[0]), None)
    return found


def processor_use(samples):
    """(seconds, cores in use) between samples."""
    pairs = zip(samples, samples[1:])
    return [(b["at"], (b["processor_s"] - a["processor_s"]) / (b["at"] - a["at"])) for a, b in pairs if b["at"] > a["at"]]


def endpoints(k6):
    """How long answers took, by request, in milliseconds."""
    every = k6["metrics"].get("http_req_duration", {})
    told = {"all requests": {"count": every.get("count"), "p95": rounded(every["p(95)"]), "p99": rounded(every["p(99)"])}} if every else {}
    for name, metric in k6["metrics"].items():
        if name.startswith("http_req_duration{name:"):
            told[name[len("http_req_duration{name:") : -1]] = {"count": metric.get("count"), "p95": rounded(metric["p(95)"]), "p99": rounded(metric["p(99)"])}
    return told


class Bars:
    def __init__(self):
        self.rows = []

    def hold(self, name, bar, value, passed):
        self.rows.append({"name": name, "bar": bar, "value": value, "passed": bool(passed)})

    def time(self, name, bar, value, passed):
        """A bar of time: on a machine that does other things it says nothing, and need not be judged."""
        self.hold(name, bar, value, passed)
        self.rows[-1]["timed"] = True


def truth(bars, jobs, promised_jobs, drained):
    held = {job["id"]: job for job in jobs}
    lost = [job for job in promised_jobs if job not in held]
    unfinished = [job for job in promised_jobs if job in held and held[job]["state"] != "succeeded"]
    doubled = [job["id"] for job in jobs if sum("failure" not in attempt for attempt in job["history"]) > 1]
    bars.hold("accepted jobs that the store does not hold", "0", len(lost), not lost)
    bars.hold("accepted jobs that did not succeed", "0", len(unfinished), not unfinished)
    bars.hold("jobs that succeeded twice", "0", len(doubled), not doubled)
    bars.hold("everything had ended after the run", "yes", "yes" if drained else "no", drained)
    return [held[job] for job in promised_jobs if job in held and held[job]["state"] == "succeeded"]


def answers(bars, k6):
    metrics = k6["metrics"]
    count = lambda name: metrics.get(name, {}).get("count", 0)
    bars.hold("iterations the generator dropped", "0", count("dropped_iterations"), count("dropped_iterations") == 0)
    bars.hold("requests that were never taken", "0", count("requests_never_taken"), count("requests_never_taken") == 0)
    bars.hold("answers 503", "0", count("answers_503"), count("answers_503") == 0)
    failed = metrics["http_req_failed"].get("value", metrics["http_req_failed"].get("rate", 0))
    bars.hold("requests that failed", "≤ 0.5 %", f"{failed * 100:.2f} %", failed <= 0.005)


def waited_until(jobs, since, until, budget):
    """Seconds from `since` until the last job that waited longer than its budget had started; 0 where none did."""
    late = [job["at"] + job["wait"] - since for job in jobs if since <= job["at"] < until and job["wait"] > budget]
    return max(late, default=0.0)


def steady(bars, kinds, samples):
    """Suite 4: nothing grows. `samples` are those after the first fifth, in which caches and pools fill."""
    for name, unit in (("memory_mb", " MB"), ("files", ""), ("connections", "")):
        points = [(sample["at"], sample[name]) for sample in samples if sample[name]]
        mean = sum(value for _, value in points) / max(1, len(points))
        slope = slope_per_hour(points)
        bars.time(f"{name}, slope an hour", f"≤ 5 % of {mean:.0f}", f"{slope:+.2f}{unit}", slope <= mean * 0.05)
    cores = [use for _, use in processor_use(samples)]
    third = max(1, len(cores) // 3)
    early, late = (sum(part) / max(1, len(part)) for part in (cores[:third], cores[-third:]))
    bars.time("cores in use, last third against the first", "≤ 1.1 ×", f"{early:.3f} → {late:.3f}", late <= early * 1.1)
    for kind, of_kind in kinds.items():
        ordered = sorted(of_kind, key=lambda job: job["at"])
        third = max(1, len(ordered) // 3)
        early, late = (quantile([job["took"] for job in part], 0.95) or 0 for part in (ordered[:third], ordered[-third:]))
        bars.time(f"{kind}, P95 of the last third against the first", "≤ 1.1 × (or 50 ms)", f"{early:.3f} → {late:.3f} s", late <= max(early * 1.1, early + 0.05))


def survived(bars, kinds, targets, jobs, samples, marks, started, scale):
    """Suite 5: what was interrupted runs again, workers come back, and users are served as before. Leases do not scale."""
    retried = sum(job["attempts"] > 1 for of_kind in kinds.values() for job in of_kind)
    bars.hold("jobs that were tried again", "≥ 1, or nothing was broken", retried, retried >= 1)
    kills = [mark for mark in marks if mark["what"].endswith("killed")]
    for mark, following in zip(kills, kills[1:] + [None]):
        until = min(mark["at"] + 60, following["at"] if following else mark["at"] + 60)
        again = interrupted(jobs, started + mark["at"], started + until, mark["pool"])
        bars.time(f"{mark['what']}: the last of {len(again)} interrupted jobs runs again", "< 30 s", f"{max(again, default=0):.1f} s", max(again, default=0) < 30)
        back = workers_back_after(samples, mark["at"], until, mark["pool"])
        bars.time(f"{mark['what']}: all workers that are wanted are there", "< 30 s", "never" if back is None else f"{back:.1f} s", back is not None and back < 30)
    for kind, target in targets.items():
        budget = max(WAITS[kind] / scale, 0.1)
        worst = max((waited_until(kinds[kind], mark["at"], mark["at"] + 120 / scale, budget) for mark in marks), default=0.0)
        bars.time(f"{kind}: the last wait over {budget:g} s after a fault", "< 30 s", f"{worst:.0f} s", worst < 30)
        calm = [job["took"] for job in kinds[kind] if all(not 0 <= job["at"] + 10 - mark["at"] < 40 for mark in marks)]
        if not calm:
            continue
        p95 = quantile(calm, 0.95)
        bars.time(f"{kind}, P95 of what comes later than 30 s after a fault", f"≤ {target:g} s", f"{p95:.2f} s", p95 <= target)


def judge(suite, asked, started, took, drained, exit_code, k6, promised, jobs, samples, marks, streams, baseline, reads=None):
    scale = asked["time_scale"]
    bars = Bars()
    promised, began = promised
    # Decks are uploaded and converted before the clock starts.
    shift = began - started
    for moved in samples + marks:
        moved["at"] -= shift
    started = began
    ended = truth(bars, jobs, promised, drained)
    answers(bars, k6)
    kinds = {kind: [seen(job, started) | {"scenario": promised[job["id"]]} for job in ended if job["kind"] == kind] for kind in ("convert", "export", "ai")}
    told = {kind: figures(of_kind) for kind, of_kind in kinds.items()}
    targets = {kind: target / (1 if asked["native"] else scale) for kind, target in TARGETS.items()}
    within = lambda kind, factor=1.0, of=None: quantile([job["took"] for job in (of if of is not None else kinds[kind])], 0.95) or 0
    if suite in (1, 4):
        for kind, target in targets.items():
            bars.time(f"{kind} end to end, P95", f"≤ {target:g} s", f"{within(kind):.2f} s", within(kind) <= target)
    first = [job["stages"].get("queue_wait", 0) + job["stages"].get("prepare", 0) for job in kinds["ai"]]
    spoken = first_words(ended, streams.pop("first_words", {}))
    if suite in (1, 2, 4) and spoken:
        limit, value = FIRST_TOKEN / (1 if asked["native"] else scale), quantile(spoken, 0.95)
        bars.time(f"AI: accepted until its first words are heard on a stream, P95 of {len(spoken)}", f"≤ {limit:g} s", f"{value:.3f} s", value <= limit)
    if suite in (1, 2, 4):
        bars.time("AI: asked until the provider is asked, P95", f"≤ {FIRST_TOKEN} s less its own first token", f"{quantile(first, 0.95) or 0:.3f} s", (quantile(first, 0.95) or 0) <= 0.5)
    if suite in (1, 2, 4) and reads:
        share = reads["hit"] / max(1, sum(reads.values()))
        bars.hold(f"document reads answered from the cache, of {sum(reads.values())}", "≥ 80 %", f"{share * 100:.1f} %", share >= 0.8)
    if suite == 2:
        # From the beginning of the surge until its plateau has stood for two minutes: the scale-up window.
        start, plateau, stands = 300 / scale, 420 / scale, 3600 * (asked.get("hours") or 0.25)
        for kind, target in targets.items():
            ramp = [job for job in kinds[kind] if start <= job["at"] < plateau + 120 / scale]
            bars.time(f"{kind} while growing, P95", f"≤ {target * 1.2:g} s", f"{within(kind, of=ramp):.2f} s", within(kind, of=ramp) <= target * 1.2)
            later = [job for job in kinds[kind] if plateau + 60 / scale <= job["at"] < plateau + stands / scale]
            bars.time(f"{kind} from one minute after the plateau is reached, P95", f"≤ {target:g} s", f"{within(kind, of=later):.2f} s", within(kind, of=later) <= target)
            # Scaled times cannot be shorter than the platform's own fixed ones.
            budget = max(WAITS[kind] / scale, 0.1)
            back = waited_until(kinds[kind], plateau, float("inf"), budget)
            bars.time(f"{kind}: the last wait over {budget:g} s after the plateau is reached", f"≤ {60 / scale:g} s", f"{back:.0f} s", back <= 60 / scale)
    if suite == 3:
        burst = [job for job in kinds["convert"] if job["scenario"] == "burst"]
        longest = max((job["took"] for job in burst), default=0)
        p99 = quantile([job["took"] for job in burst], 0.99) or 0
        base = (baseline or {}).get("figures", {}).get("convert", {}).get("end_to_end_s", {}).get("p95")
        before = quantile([job["took"] for job in kinds["convert"] if job["at"] < 300 / scale], 0.95)
        base = base or before or targets["convert"]
        bars.hold("jobs of the burst", "≥ 100", len(burst), len(burst) >= 100)
        bars.time("the slowest of them", f"≤ 3 × baseline P95 ({3 * base:.2f} s)", f"{longest:.2f} s", longest <= 3 * base)
        if asked["native"]:
            bars.time("their P99", f"≤ 1.5 × baseline P95 ({1.5 * base:.3f} s)", f"{p99:.3f} s", p99 <= 1.5 * base)
    if suite == 4:
        steady(bars, kinds, [sample for sample in samples if sample["at"] > took * 0.2])
    if suite == 5:
        survived(bars, kinds, targets, jobs, samples, marks, started, scale)
    bars.hold("events that were lost on held streams (gaps)", "0", streams["gaps"], streams["gaps"] == 0 or suite == 5)
    bars.hold("ends told twice to one stream", "0", streams["ends_told_twice"], streams["ends_told_twice"] == 0)
    mode = "native speed" if asked["native"] else "stages delayed to the specification's budgets"
    variant = [f"pools begin with {asked['workers']} a node"] if asked.get("workers") else []
    variant += [f"Profile B for {asked['hours']:g} h"] if suite == 2 and asked.get("hours") else []
    variant += [f"policy {asked['policy']}"] if asked.get("policy") else []
    return {
        "suite": suite, "mode": ", ".join([mode, *variant]), "variant": ", ".join(variant),
        "time_scale": scale, "full_length": scale == 1 and (suite != 4 or (asked["hours"] or 4) >= 4), "hours": asked["hours"],
        "took_s": round(took), "k6_exit": exit_code, "passed": exit_code == 0 and all(row["passed"] or (asked["no_times"] and row.get("timed")) for row in bars.rows), "times_judged": not asked["no_times"],
        "bars": bars.rows, "figures": told, "endpoints_ms": endpoints(k6), "grown_after_s": grown_after(samples, 300 / scale) if suite in (2, 3) else None, "streams": streams, "marks": marks,
        "most": {pool: {"depth": max(sample["pools"].get(pool, {}).get("depth", 0) for sample in samples), "workers": max(sample["pools"].get(pool, {}).get("workers", 0) for sample in samples)} for pool in ("convert", "export", "ai")} if samples else {},
    }


def text(result):
    lines = [f"\nsuite {result['suite']} · {result['mode']} · time scale {result['time_scale']:g} · {result['took_s']} s"]
    if not result["full_length"]:
        lines.append("  a scaled or shortened run: it shows that all of it works, not that the specification's run passes")
    for kind, of_kind in result["figures"].items():
        took, wait = of_kind["end_to_end_s"], of_kind["wait_s"]
        lines.append(f"  {kind:<8}{of_kind['jobs']:>6} jobs   P50 {took['p50']} P95 {took['p95']} P99 {took['p99']} s   wait P95 {wait['p95']} s")
    for row in result["bars"]:
        unjudged = row.get("timed") and not result["times_judged"]
        lines.append(f"  {'ok  ' if row['passed'] else 'slow' if unjudged else 'FAIL'}  {row['name']}: {row['value']} (bar {row['bar']})")
    if result["k6_exit"]:
        lines.append(f"  FAIL  k6 ended with {result['k6_exit']}: its thresholds are in k6.txt")
    lines.append("passed" if result["passed"] else "NOT passed")
    return "\n".join(lines)
