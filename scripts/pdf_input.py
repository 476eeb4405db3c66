#!/usr/bin/env python3
"""How much of a PDF arrives in its deck: words against pdftotext, and how an export of the deck looks against the page.

  scripts/pdf_input.py PROGRAM FILE.pdf [FILE.pdf …]     PROGRAM is a release build of slidecraft

Words are compared as a bag, page by page. Pages are drawn by pdftoppm at 48 dpi in grey, the file's own and those of the PDF that the
deck is exported as. Seconds are of the processor, MB the largest resident size, both of the whole `convert`.
Needs: pdftotext and pdftoppm (poppler-utils), python3 with numpy, pillow and scikit-image.
"""
import collections, glob, json, os, statistics, subprocess, sys, tempfile


def run(command):
    """Runs a command; seconds of the processor and megabytes it took."""
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(command[0], command)
    _, status, used = os.wait4(pid, 0)
    if status:
        raise RuntimeError(" ".join(command))
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def words_of(text):
    return collections.Counter(text.split())


def slide_words(slide):
    lines = []
    for element in slide["elements"]:
        for paragraph in element.get("text", {}).get("paragraphs", []):
            lines.append("".join(run["text"] for run in paragraph["runs"]))
    return words_of("\n".join(lines))


def kept(path, deck):
    text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
    pages = text.split("\f")[: len(deck["slides"])]
    there = found = ours = 0
    for page, slide in zip(pages, deck["slides"]):
        wanted, got = words_of(page), slide_words(slide)
        there += wanted.total()
        ours += got.total()
        found += (wanted & got).total()
    return (found / there if there else 1.0), (found / ours if ours else 1.0)


def drawn(path, folder):
    import numpy
    from PIL import Image

    os.makedirs(folder)
    subprocess.run(["pdftoppm", "-gray", "-r", "48", path, folder + "/p"], check=True)
    return [numpy.asarray(Image.open(p)) for p in sorted(glob.glob(folder + "/p*"))]


def alike(path, export, folder):
    from skimage.metrics import structural_similarity

    scores = []
    for theirs, ours in zip(drawn(path, folder + "/theirs"), drawn(export, folder + "/ours")):
        # A page of another size than the first stands on a slide of the first one's size.
        if abs(theirs.shape[0] - ours.shape[0]) > 2 or abs(theirs.shape[1] - ours.shape[1]) > 2:
            continue
        height, width = min(theirs.shape[0], ours.shape[0]), min(theirs.shape[1], ours.shape[1])
        scores.append(structural_similarity(theirs[:height, :width], ours[:height, :width], data_range=255))
    return statistics.mean(scores) if scores else None


def measure(program, path):
    with tempfile.TemporaryDirectory() as folder:
        deck_path, export = folder + "/deck.json", folder + "/deck.pdf"
        seconds, megabytes = run([program, "convert", path, "-o", deck_path])
        run([program, "export", deck_path, "-o", export])
        deck = json.load(open(deck_path))
        there, meant = kept(path, deck)
        score = alike(path, export, folder)
    without = sum(w["code"] == "page_without_picture" for w in deck["warnings"])
    return len(deck["slides"]), without, seconds, megabytes, there, meant, score


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    rows = []
    print("| file | pages | without picture | s | MB | words kept | words meant | SSIM |\n|---|--:|--:|--:|--:|--:|--:|--:|")
    for path in sys.argv[2:]:
        try:
            row = measure(sys.argv[1], path)
        except RuntimeError as error:
            print(f"| {os.path.basename(path)} | refused: {error} |")
            continue
        rows.append(row)
        pages, without, seconds, megabytes, there, meant, score = row
        shown = "–" if score is None else f"{score:.3f}"
        print(f"| {os.path.basename(path)} | {pages} | {without} | {seconds:.2f} | {megabytes:.0f} | {there:.4f} | {meant:.4f} | {shown} |", flush=True)
    median = lambda at: statistics.median(row[at] for row in rows if row[at] is not None)
    share = statistics.median(row[2] / row[0] for row in rows)
    print(f"\nmedians: words kept {median(4):.4f}, words meant {median(5):.4f}, SSIM {median(6):.3f}, {share * 1000:.0f} ms a page, {median(3):.0f} MB")
    print(f"least: words kept {min(row[4] for row in rows):.4f}, SSIM {min(row[6] for row in rows if row[6] is not None):.3f}, most MB {max(row[3] for row in rows):.0f}")


if __name__ == "__main__":
    main()
