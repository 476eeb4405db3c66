"""A run as a picture: depth, wait and workers of each pool over time, with what was broken; and a page around it."""

import html

WIDTH, LEFT, RIGHT, HEIGHT, GAP, TOP = 900, 70, 20, 120, 44, 60
COLOURS = {"convert": "#2563eb", "export": "#c2410c", "ai": "#15803d"}
LANES = (("depth", "jobs waiting"), ("wait", "longest wait, s"), ("workers", "workers"), ("memory_mb", "memory of all nodes, MB"))


def value(sample, lane, pool):
    return sample[lane] if lane == "memory_mb" else sample["pools"].get(pool, {}).get(lane, 0)


def thinned(samples, most=450):
    step = max(1, len(samples) // most)
    return samples[::step]


def draw(result, samples):
    # What came before the clock started are the decks that the run is about.
    samples = thinned([sample for sample in samples if sample["at"] >= 0])
    end = samples[-1]["at"] if samples else 1
    height = TOP + len(LANES) * (HEIGHT + GAP)
    x = lambda at: LEFT + (WIDTH - LEFT - RIGHT) * at / max(end, 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="12" role="img">',
        f'<title>Suite {result["suite"]}, {result["mode"]}</title><rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for index, (pool, colour) in enumerate(COLOURS.items()):
        parts.append(f'<rect x="{LEFT + index * 90}" y="12" width="12" height="12" fill="{colour}"/><text x="{LEFT + index * 90 + 18}" y="22">{pool}</text>')
    for row, (lane, title) in enumerate(LANES):
        top = TOP + row * (HEIGHT + GAP)
        pools = ("all",) if lane == "memory_mb" else tuple(COLOURS)
        most = max([value(sample, lane, pool) for sample in samples for pool in pools] + [1])
        y = lambda number: top + HEIGHT - HEIGHT * number / most
        parts.append(f'<text x="{LEFT}" y="{top - 6}" fill="#333">{title}</text>')
        for share in (0, 0.5, 1):
            at, label = y(most * share), most * share
            parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="#555">{label:.3g}</text>')
        for mark in result["marks"]:
            parts.append(f'<line x1="{x(mark["at"]):.1f}" x2="{x(mark["at"]):.1f}" y1="{top}" y2="{top + HEIGHT}" stroke="#b91c1c" stroke-dasharray="3 3"><title>{html.escape(mark["what"])}</title></line>')
        for pool in pools:
            points = " ".join(f"{x(sample['at']):.1f},{y(value(sample, lane, pool)):.1f}" for sample in samples)
            parts.append(f'<polyline fill="none" stroke="{COLOURS.get(pool, "#6b21a8")}" stroke-width="1.5" points="{points}"/>')
    bottom = TOP + len(LANES) * (HEIGHT + GAP) - GAP + 16
    for tick in range(7):
        at = end * tick / 6
        label = f"{at / 60:.0f} min" if end > 600 else f"{at:.0f} s"
        parts.append(f'<text x="{x(at):.1f}" y="{bottom}" text-anchor="middle" fill="#555">{label}</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def page(result, samples):
    rows = "".join(
        f"<tr class={'ok' if row['passed'] else 'bad'}><td>{html.escape(row['name'])}<td>{html.escape(row['bar'])}<td>{html.escape(str(row['value']))}<td>{'held' if row['passed'] else 'NOT held'}"
        for row in result["bars"]
    )
    figures = "".join(
        f"<tr><td>{kind}<td>{told['jobs']}" + "".join(f"<td>{told[group][name]}" for group in ("end_to_end_s", "wait_s") for name in ("p50", "p95", "p99", "max"))
        for kind, told in result["figures"].items()
    )
    length = "full length" if result["full_length"] else f"NOT the full length: time scale {result['time_scale']:g}" + (f", {result['hours']:g} h" if result["hours"] else "")
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Suite {result['suite']}</title>
<style>body{{font:15px system-ui;max-width:960px;margin:2em auto;padding:0 1em}}table{{border-collapse:collapse;margin:1em 0}}td,th{{padding:.3em .7em;border-bottom:1px solid #ddd;text-align:left}}.bad{{background:#fee2e2}}</style>
<h1>Suite {result['suite']}: {'passed' if result['passed'] else 'NOT passed'}</h1>
<p>{html.escape(result['mode'])}, {length}; {result['took_s']} s on {html.escape(result.get('machine', ''))}, {html.escape(result.get('date', ''))}.</p>
<table><tr><th>What<th>Bar<th>Found<th></tr>{rows}</table>
<table><tr><th>Seconds<th>Jobs<th>P50<th>P95<th>P99<th>longest<th>wait P50<th>P95<th>P99<th>longest</tr>{figures}</table>
{draw(result, samples)}
<ul>{''.join(f"<li>{mark['at']:.0f} s: {html.escape(mark['what'])}</li>" for mark in result['marks'])}</ul></html>
"""
