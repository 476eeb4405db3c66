"""Writes the decks of the mix as PPTX, by the program itself: median 18 slides, 90th percentile 45, as the specification has them.

    python3 load/decks.py FOLDER SLIDECRAFT
"""

import pathlib
import subprocess
import sys

SIZES = [6, 8, 12, 15, 18, 18, 22, 30, 45, 60]


def markdown(slides, seed):
    parts = [f"# Quarter {seed} in review\n\nNumbers, plans and thanks"]
    for number in range(2, slides + 1):
        kind = (number * 7 + seed) % 4
        if kind == 0:
            rows = "\n".join(f"| Region {r} | {r * 137 % 900} | {r * 53 % 90} % |" for r in range(1, 8))
            parts.append(f"## Figures of part {number}\n\n| Region | Units | Growth |\n|---|--:|--:|\n{rows}")
        elif kind == 1:
            points = "\n".join(f"- Point {p}: what was promised, what was done, and **what follows** from it" for p in range(1, 7))
            parts.append(f"## Results {number}\n\n{points}")
        elif kind == 2:
            parts.append(f"## Plan {number}\n\n1. Listen to customers\n2. Decide in a week\n3. Ship in two\n\nNotes on *risks* follow.")
        else:
            parts.append(f"## Thoughts {number}\n\n" + "A paragraph that is long enough to be broken into lines. " * 6)
    return "\n\n---\n\n".join(parts) + "\n"


def main():
    folder, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    folder.mkdir(parents=True, exist_ok=True)
    for number, slides in enumerate(SIZES):
        target = folder / f"deck-{number}-{slides}.pptx"
        if not target.exists():
            source = markdown(slides, number)
            subprocess.run([program, "export", "-", "--format", "pptx", "-o", str(target)], input=source.encode(), check=True)
    print(",".join(str(folder / f"deck-{number}-{slides}.pptx") for number, slides in enumerate(SIZES)))


main()
