"""Times PDF export of decks by slidecraft and by LibreOffice, cold and warm, in processor seconds; prints Markdown."""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import tempfile

COPIES = 8


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("decks", nargs="+")
    asked = parser.parse_args()
    print("| Deck | SlideCraft | MB | LibreOffice cold | MB | LibreOffice warm | Cold ÷ ours | Warm ÷ ours |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for deck in asked.decks:
        with tempfile.TemporaryDirectory() as folder:
            row(asked.program, deck, folder)


def row(program, deck, folder):
    ours = [spent([program, "export", deck, "-o", f"{folder}/ours.pdf"]) for _ in range(5)]
    profile = f"-env:UserInstallation=file://{folder}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
    spent([*convert, deck])  # makes the profile
    cold = [spent([*convert, deck]) for _ in range(3)]
    copies = [shutil.copy(deck, f"{folder}/copy{n}{os.path.splitext(deck)[1]}") for n in range(COPIES)]
    many = spent([*convert, *copies])[0]
    own, one = (statistics.median(seconds for seconds, _ in runs) for runs in (ours, cold))
    # One process that converts many decks, less its start.
    warm = max(many - one, 0.0) / (COPIES - 1)
    size = [max(kilobytes for _, kilobytes in runs) / 1024 for runs in (ours, cold)]
    print(f"| {os.path.basename(deck)} | {own:.3f} s | {size[0]:.0f} | {one:.2f} s | {size[1]:.0f} | {warm:.2f} s "
          f"| {one / own:.0f} × | {warm / own:.0f} × |", flush=True)


def spent(command):
    """Processor seconds and the largest resident size in KiB of a command and its children."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


if __name__ == "__main__":
    main()
