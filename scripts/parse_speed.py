#!/usr/bin/env python3
"""How much faster a deck is read and resolved than python-pptx merely walks its text, file by file, in one sitting.

  scripts/parse_speed.py FOLDER [FOLDER …]     every .pptx in them; prints a table and the medians

Builds and runs `cargo bench -p slidecraft-deck --bench parse` and times the walk of python-pptx on the same files right after.
Both get the file from a warm cache, both run in one thread, both take the median of their rounds.
Needs: cargo, python-pptx (pip install python-pptx).
"""
import glob, os, statistics, subprocess, sys, time

ROUNDS = 7


def walk(path):
    """The walk that is compared with: open, then the text of every shape, table and notes page."""
    from pptx import Presentation
    from pptx.enum.shapes import MSO_SHAPE_TYPE

    def visit(shapes):
        for shape in shapes:
            if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
                yield from visit(shape.shapes)
            elif shape.has_text_frame:
                yield shape.text_frame.text
            elif getattr(shape, "has_table", False) and shape.has_table:
                for row in shape.table.rows:
                    for cell in row.cells:
                        yield cell.text_frame.text

    deck = Presentation(path)
    letters = 0
    for slide in deck.slides:
        letters += sum(len(text) for text in visit(slide.shapes))
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            letters += len(slide.notes_slide.notes_text_frame.text)
    return letters


def peer(path):
    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        walk(path)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[1:])


def ours(paths):
    command = ["cargo", "bench", "--quiet", "-p", "slidecraft-deck", "--bench", "parse", "--", *map(os.path.abspath, paths)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = {}
    for line in out.splitlines():
        fields = line.split("\t")
        if len(fields) == 4:
            found[fields[0]] = (int(fields[1]), float(fields[2]), float(fields[3]))
    return found


def main():
    folders = sys.argv[1:]
    if not folders or folders[0].startswith("-"):
        sys.exit(__doc__)
    paths = sorted(path for folder in folders for path in glob.glob(os.path.join(folder, "*.pptx")))
    rows = []
    for path, (slides, one, every) in ours(paths).items():
        try:
            rows.append((os.path.basename(path), slides, peer(path), one, every))
        except Exception as error:  # what python-pptx refuses cannot be compared
            print(f"# {os.path.basename(path)}: python-pptx: {error}", file=sys.stderr)
    print(f"{'deck':60} slides  python-pptx  one thread  ratio  all threads  ratio")
    for name, slides, theirs, one, every in rows:
        print(f"{name[:60]:60} {slides:6} {theirs:9.2f} ms {one:8.2f} ms {theirs / one:6.1f} {every:9.2f} ms {theirs / every:6.1f}")
    for what, chosen in (("all decks", rows), ("decks of 15 slides and more", [row for row in rows if row[1] >= 15])):
        if chosen:
            ratio = statistics.median(row[2] / row[3] for row in chosen)
            together = statistics.median(row[2] / row[4] for row in chosen)
            print(f"{what}: {len(chosen)}, median ratio {ratio:.1f} in one thread, {together:.1f} in all;"
                  f" median times {statistics.median(row[2] for row in chosen):.2f} and {statistics.median(row[3] for row in chosen):.2f} ms")


if __name__ == "__main__":
    main()
