"""Writes docs/LOAD.md from what lies in load/results/, and copies the pictures beside it: python3 load/assemble.py"""

import json
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent
NAMES = {1: "Baseline", 2: "Peak surge", 3: "Batch burst", 4: "Endurance", 5: "Chaos"}
HEAD = """# Load suites

Written by `load/assemble.py` from `load/results/`; but for the remarks (`notes.md` beside a result) nothing is typed by hand. `load/run.sh SUITE` runs a suite of the specification on a cluster of
three nodes (one that answers, one that answers and works, one that works) with PostgreSQL and a replica, Redis and an S3 server, all on one
machine with the crowd: k6 with open-model arrivals, event streams held by `load/probe.py`, a fake provider of models that
answers 150 pieces. Decks are PPTX of 6 to 60 slides (median 18, 90th percentile 45).

*Budgets*: stages are delayed (`stage_delay` of `/v1/admin/chaos`) so that each takes what the specification's latency budget allows at its P95, and 0.6 of
it at its median: a deck takes milliseconds here, and pools would never have to grow. *Native*: as fast as the machine is.
A run whose time scale is not 1, or an endurance run of less than four hours, is **not** the specification's run and says so.
CI runs all five thirty times faster, and judges what was lost and doubled, and not how long things took; those runs are not here.
Every accepted job is looked up in the store afterwards: lost, unfinished and doubled ones are counted there, not by the clients.
"""


def short(result):
    mode = "native" if "native" in result["mode"] else "budgets"
    return ", ".join([mode] + [result["variant"]] * bool(result.get("variant")))


def summary(results):
    lines = ["| suite | mode | time scale | length | jobs | convert P95 | export P95 | lost | doubled | verdict |", "|---|---|--:|--:|--:|--:|--:|--:|--:|---|"]
    for result in results:
        bar = lambda name: next((row["value"] for row in result["bars"] if row["name"] == name), "–")
        p95 = lambda kind: f"{result['figures'][kind]['end_to_end_s']['p95']} s"
        jobs = sum(told["jobs"] for told in result["figures"].values())
        length = f"{result['took_s'] / 60:.0f} min" + ("" if result["full_length"] else " (not full)")
        lost = bar("accepted jobs that the store does not hold")
        lines.append(
            f"| {result['suite']} {NAMES[result['suite']]} | {short(result)} | {result['time_scale']:g} | {length} | {jobs} | "
            f"{p95('convert')} | {p95('export')} | {lost} | {bar('jobs that succeeded twice')} | {'passed' if result['passed'] else '**not passed**'} |"
        )
    return "\n".join(lines)


def section(result, picture, notes):
    lines = [f"## Suite {result['suite']}, {NAMES[result['suite']].lower()}, {short(result)}, time scale {result['time_scale']:g}", ""]
    lines.append(f"{result['date']}, {result['machine']}, {result['program']}. Event streams: {result['streams']['most_at_once']} held, {result['streams']['events']} events, {result['streams']['gaps']} gaps, lag P95 {result['streams']['lag_ms']['p95']} ms.")
    lines += ["", "| what | bar | found | |", "|---|---|---|---|"]
    lines += [f"| {row['name']} | {row['bar']} | {row['value']} | {'held' if row['passed'] else '**not held**'} |" for row in result["bars"]]
    lines += ["", "| | jobs | end to end P50 / P95 / P99 | wait P50 / P95 / P99 | most waiting | most workers |", "|---|--:|--:|--:|--:|--:|"]
    for kind, told in result["figures"].items():
        of = lambda group: " / ".join(str(told[group][name]) for name in ("p50", "p95", "p99"))
        most = result["most"].get(kind, {})
        lines.append(f"| {kind} | {told['jobs']} | {of('end_to_end_s')} s | {of('wait_s')} s | {most.get('depth', '–')} | {most.get('workers', '–')} |")
    if result.get("endpoints_ms"):
        told = result["endpoints_ms"].items()
        lines += ["", "Answers, P95 / P99: " + "; ".join(f"`{name}` {took['p95']:.0f} / {took['p99']:.0f} ms" for name, took in told) + "."]
    if result.get("grown_after_s"):
        grown = (f"{pool} {'did not have to' if after is None else f'after {after} s'}" for pool, after in result["grown_after_s"].items())
        lines += ["", "Pools grew, counted from the beginning of the surge: " + ", ".join(grown) + "."]
    if notes:
        lines += ["", notes]
    if result["marks"]:
        lines += [""] + [f"- {mark['at']:.0f} s: {mark['what']}" for mark in result["marks"]]
    lines += ["", f"![Depth, wait, workers and memory over time](images/load/{picture})", ""]
    return "\n".join(lines)


def main():
    results = []
    for path in sorted((HERE / "results").glob("*/result.json")):
        result = json.loads(path.read_text())
        picture = f"{path.parent.name}.svg"
        target = HERE.parent / "docs/images/load"
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(path.parent / "picture.svg", target / picture)
        notes = path.parent / "notes.md"
        results.append((result, picture, notes.read_text().strip() if notes.exists() else ""))
    results.sort(key=lambda run: (run[0]["suite"], run[0]["time_scale"], run[0]["mode"]))
    parts = [HEAD, summary([result for result, _, _ in results]), ""]
    parts += [section(*run) for run in results]
    (HERE.parent / "docs/LOAD.md").write_text("\n".join(parts).rstrip() + "\n")
    print("docs/LOAD.md is written")


main()
