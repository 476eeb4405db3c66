"""Exports every deck of a folder, measures it, and writes the report; started by fidelity.sh, which says what it needs."""

import argparse
import collections
import concurrent.futures
import csv
import glob
import json
import os
import statistics
import subprocess
import sys

import pdf_input

FROM_PDF = ("pages", "without", "seconds", "megabytes", "kept", "invented", "ssim")
DRAWN = ("lines", "ssim", "ssim_blur")
FOLDERS = ("pptx", "pptm", "ppsx", "potx", "odp")


def main():
    parser = argparse.ArgumentParser()
    for name in ("decks", "measures", "program", "out", "report", "written"):
        parser.add_argument("--" + name, required=True)
    asked = parser.parse_args()
    sys.path.insert(0, asked.measures)
    os.makedirs(asked.out, exist_ok=True)
    paths = sorted(p for folder in FOLDERS for p in glob.glob(f"{asked.decks}/{folder}/*.*"))
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(measure, paths, [asked] * len(paths)))
        pdfs = sorted(glob.glob(f"{asked.decks}/pdf/*.pdf")) + sorted(glob.glob(f"{asked.decks}/reference/powerpoint/*.pdf"))
        pdfs = list(pool.map(from_pdf, pdfs, [asked.program] * len(pdfs)))
    if asked.written == "1":
        written(found, asked)
    with open(f"{asked.out}/figures.json", "w") as file:
        json.dump({"decks": found, "pdfs": pdfs}, file, indent=1)
    with open(asked.report, "w") as file:
        file.write(report(found, pdfs, origins(asked.decks)))
    print(f"{len(found)} decks measured; see {asked.report}")


def from_pdf(path, program):
    """All figures of one PDF that is read."""
    try:
        return {"name": os.path.basename(path)} | dict(zip(FROM_PDF, pdf_input.measure(program, path)))
    except RuntimeError as error:
        return {"name": os.path.basename(path), "refused": str(error)}


def measure(path, asked):
    """All figures of one deck but those of what is written back."""
    name = os.path.basename(path)
    base = f"{asked.out}/{name}"
    one = {"name": name, "path": path}
    try:
        run([asked.program, "convert", path, "-o", base + ".json"])
    except subprocess.CalledProcessError as error:
        return one | {"refused": error.stderr.decode().strip().splitlines()[-1]}
    deck = json.load(open(base + ".json"))
    one["slides"] = len(deck["slides"])
    one["hidden"] = sum(bool(slide.get("hidden")) for slide in deck["slides"])
    try:
        run([asked.program, "export", path, "-o", base + ".pdf"] + ["--hidden-slides"] * (one["hidden"] > 0))
    except subprocess.CalledProcessError as error:
        return one | {"undrawn": error.stderr.decode().strip().splitlines()[-1]}
    truth = f"{asked.decks}/reference/powerpoint/{os.path.splitext(name)[0]}.pdf"
    peer = f"{asked.decks}/reference/libreoffice/{name}.pdf"
    if os.path.exists(peer):
        one["libreoffice"] = compared(peer, base + ".pdf")
    if os.path.exists(truth):
        one["powerpoint"] = compared(truth, base + ".pdf")
        if os.path.exists(peer):
            one["peer"] = compared(truth, peer)
    one |= read_figures(path, base + ".json")
    return one


def compared(reference, drawn):
    """The means of one pair of PDFs, and the page that is least alike."""
    from fidelity import compare

    figures = compare(reference, drawn)
    worst = min((p for p in figures["pages"] if "ssim_blur" in p), key=lambda p: p["ssim_blur"], default=None)
    kept = {key: figures[key] for key in (*DRAWN, "recall", "precision", "ref_pages", "test_pages")}
    return kept | {"worst": worst and (worst["page"], worst["ssim_blur"])}


def read_figures(path, deck_json):
    import deckcheck

    pair = argparse.Namespace(pptx=path, json=deck_json)
    whole = argparse.Namespace(pptx=path, json=deck_json + ".joined")
    with open(deck_json) as file, open(whole.json, "w") as out:
        json.dump(joined(json.load(file)), out)
    try:
        text, counts, apart = deckcheck.cmd_text(whole), deckcheck.cmd_counts(pair), deckcheck.cmd_text(pair)
    except Exception as error:  # python-pptx refuses templates, Strict files and all that is not PPTX
        return {"unread": type(error).__name__}
    return {"kept": text["recall"], "invented": text["precision"], "kept_apart": apart["recall"],
            "invented_apart": apart["precision"], "counts": counts["equal"],
            "differs": {k: (counts["reference"][k], counts["ours"][k]) for k in counts["ours"]
                        if counts["reference"][k] != counts["ours"][k]}}


def joined(node):
    """A deck whose paragraphs hold one run: a word that stands in two runs, for its letters differ in style, is one word."""
    if isinstance(node, list):
        return [joined(one) for one in node]
    if not isinstance(node, dict):
        return node
    runs = node.get("runs")
    if isinstance(runs, list) and all(isinstance(run, dict) for run in runs):
        return node | {"runs": [{"text": "".join(run.get("text", "\n") for run in runs)}]}
    return {key: joined(value) for key, value in node.items()}


def written(found, asked):
    """Draws original and written deck by LibreOffice and compares the two."""
    import deckcheck

    folders = {kind: f"{asked.out}/by-libreoffice/{kind}" for kind in ("original", "written")}
    for folder in folders.values():
        os.makedirs(folder, exist_ok=True)
    ours = []
    for one in found:
        if "slides" not in one or not one["path"].endswith("pptx"):
            continue
        target = f"{asked.out}/written/{one['name']}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            # Through JSON and back, so that nothing can be copied from the file it came from.
            run([asked.program, "export", f"{asked.out}/{one['name']}.json", "-o", target])
            ours.append((one, target))
        except subprocess.CalledProcessError as error:
            one["unwritten"] = error.stderr.decode().strip().splitlines()[-1]
    by_libreoffice([one["path"] for one, _ in ours], folders["original"], asked)
    by_libreoffice([target for _, target in ours], folders["written"], asked)
    for one, _ in ours:
        pdf = os.path.splitext(one["name"])[0] + ".pdf"
        pair = [f"{folders[kind]}/{pdf}" for kind in ("original", "written")]
        if all(os.path.exists(p) for p in pair):
            look = deckcheck.cmd_look(argparse.Namespace(ref=pair[0], ours=pair[1], width=480, sheet=None, worst=0))
            one["written"] = look["mean"]


def by_libreoffice(paths, folder, asked):
    """PDFs of many decks by one start of LibreOffice, with our faces under the names the decks ask for."""
    fonts = f"{os.path.abspath(asked.out)}/fonts.conf"
    with open(fonts, "w") as file:
        file.write(f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
                   f"<include>{os.path.abspath(asked.measures)}/fonts-alias.conf</include>"
                   f"<dir>{os.path.abspath('assets/fonts')}</dir></fontconfig>")
    profile = f"-env:UserInstallation=file://{os.path.abspath(asked.out)}/profile"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *paths],
                   env=os.environ | {"FONTCONFIG_FILE": fonts}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=1800)


def run(command):
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def origins(decks):
    """The project each deck is from, by the manifest where there is one."""
    try:
        with open(f"{decks}/MANIFEST.tsv") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
    except FileNotFoundError:
        return {}
    return {os.path.basename(row["file"]): row["source"] for row in rows}


def mean(values):
    return statistics.fmean(values) if values else None


def median(values):
    return statistics.median(values) if values else None


def figure(value, digits=3):
    if value is None or isinstance(value, str):
        return value or "–"
    return f"{value:.{digits}f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("---" if i == 0 else "--:" for i in range(len(head))) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def report(found, pdfs, origin):
    pairs = [one for one in found if "powerpoint" in one]
    same_text = [one for one in pairs if one["powerpoint"]["recall"] >= 0.9]
    parts = ["# Fidelity\n", INTRODUCTION, "## Against the bars\n", summary(found, same_text)]
    parts += ["## Against PowerPoint's own PDFs\n", POWERPOINT, powerpoint(pairs)]
    parts += ["## By project\n", by_project(found, origin)]
    parts += ["## PDF in\n", PDF_IN, pdf_in(pdfs)]
    parts += ["## Every deck\n", EVERY, every(found)]
    return "\n".join(parts)


INTRODUCTION = """How close the drawn pages, the deck JSON and the written files come to their references. `scripts/fidelity.sh DECKS` writes this
page; nothing here is typed by hand. The decks and the measuring programs are not part of this repository.
"""
POWERPOINT = """Means over the pages of a deck; LibreOffice against the same PDF beside them. *Lines* is the share of lines that hold the same
words; SSIM is of grey pages at 48 dpi, *blurred* after a Gaussian of 2 pixels. A pair whose texts differ (another revision, or
faces we do not have) is shown but not part of the means.
"""
PDF_IN = """A PDF becomes a deck of pictures with text above. *Kept* and *not invented*: the words of the deck, page by page, against pdftotext;
SSIM: the deck exported as PDF against the page itself, both drawn by pdftoppm in grey at 48 dpi; processor seconds and the largest
resident size are of the whole `slidecraft convert`.
"""
EVERY = """*LibreOffice*: our PDF against LibreOffice's, blurred SSIM, and the page least alike. *Kept* and *not invented*: words of the deck
JSON, its paragraphs read as a reader does, against python-pptx's walk; empty where python-pptx cannot open the file. Run by run, as
above in brackets, a word whose letters differ in style is two (**P**roject, 3ʳᵈ), for a run of deck JSON has one style. *Written*: the deck after PPTX → JSON → PPTX, drawn by
LibreOffice, against the original drawn by LibreOffice.
"""


def summary(found, pairs):
    read = [one for one in found if one.get("kept") is not None]
    peer = [one["libreoffice"]["ssim_blur"] for one in found if one.get("libreoffice", {}).get("ssim_blur") is not None]
    ours = lambda key: mean([one["powerpoint"][key] for one in pairs])
    theirs = lambda key: mean([one["peer"][key] for one in pairs if "peer" in one])
    least = lambda key: figure(min((one[key] for one in read if one[key] is not None), default=None), 4)
    bad = [one for one in found if one.get("refused", "").endswith(("(damaged_file)", "(encrypted_file)"))]
    back = [one["written"] for one in found if "written" in one]
    counts = mean([float(one["counts"]) for one in read])
    rows = [
        ("Decks opened; others are damaged or encrypted, and said to be so", "all",
         f"{sum('slides' in one for one in found)} of {len(found) - len(bad)}; {len(bad)}"),
        ("Words kept, least of all decks", "0.999", f"{least('kept')} ({least('kept_apart')} run by run)"),
        ("Words not invented, least of all decks", "0.999", f"{least('invented')} ({least('invented_apart')} run by run)"),
        ("Decks with equal counts", "0.99", figure(counts)),
        ("Lines as PowerPoint breaks them, mean", "0.93", f"{figure(ours('lines'))} (LibreOffice {figure(theirs('lines'))})"),
        ("SSIM against PowerPoint, mean", "0.84", f"{figure(ours('ssim'))} (LibreOffice {figure(theirs('ssim'))})"),
        ("Blurred SSIM against PowerPoint, mean", "0.91", f"{figure(ours('ssim_blur'))} (LibreOffice {figure(theirs('ssim_blur'))})"),
        ("Blurred SSIM against LibreOffice, median", "0.90", figure(median(peer))),
        ("Blurred SSIM against LibreOffice, least", "0.60", figure(min(peer, default=None))),
        ("Written PPTX by LibreOffice, SSIM, median", "0.98", figure(median(back))),
    ]
    return table(("Measure", "Bar", "Now"), rows)


def powerpoint(pairs):
    rows = []
    for one in pairs:
        ours, theirs = one["powerpoint"], one.get("peer", {})
        cells = [f"{figure(ours[key])} ({figure(theirs.get(key))})" for key in DRAWN]
        note = "" if ours["recall"] >= 0.9 else " *(texts differ)*"
        rows.append([one["name"] + note, str(ours["ref_pages"]), *cells])
    return table(("Deck", "Pages", "Lines (LibreOffice)", "SSIM (LibreOffice)", "Blurred SSIM (LibreOffice)"), rows)


def by_project(found, origin):
    groups = collections.defaultdict(list)
    for one in found:
        groups[origin.get(one["name"], "–")].append(one)
    rows = []
    for project, ones in sorted(groups.items()):
        peer = [one["libreoffice"]["ssim_blur"] for one in ones if one.get("libreoffice", {}).get("ssim_blur") is not None]
        truth = [one["powerpoint"] for one in ones if "powerpoint" in one]
        back = [one["written"] for one in ones if "written" in one]
        rows.append([project, str(len(ones)), *(figure(mean([t[key] for t in truth])) for key in DRAWN),
                     figure(mean(peer)), figure(mean(back))])
    head = ("Project", "Decks", "Lines", "SSIM", "Blurred", "Blurred, to LibreOffice", "Written")
    return table(head, rows)


def pdf_in(pdfs):
    rows = []
    for one in pdfs:
        if "refused" in one:
            rows.append([one["name"], one["refused"], "", "", "", "", ""])
            continue
        without = f" ({one['without']} without picture)" if one["without"] else ""
        rows.append([one["name"], f"{one['pages']}{without}", figure(one["kept"], 4), figure(one["invented"], 4), figure(one["ssim"]),
                     f"{1000 * one['seconds'] / one['pages']:.0f} ms", f"{one['megabytes']:.0f}"])
    return table(("PDF", "Pages", "Kept", "Not invented", "SSIM", "A page", "MB"), rows)


def every(found):
    rows = []
    for one in found:
        if "slides" not in one or "undrawn" in one:
            rows.append([one["name"], str(one.get("slides", "–")), one.get("refused") or one["undrawn"], "", "", "", ""])
            continue
        peer = one.get("libreoffice", {})
        worst = peer.get("worst")
        shown = figure(peer.get("ssim_blur")) + (f" (page {worst[0]}: {figure(worst[1])})" if worst and one["slides"] > 1 else "")
        counts = "–" if "counts" not in one else "equal" if one["counts"] else ", ".join(
            f"{k} {a}→{b}" for k, (a, b) in one["differs"].items())
        rows.append([one["name"], str(one["slides"]), shown, figure(one.get("kept"), 4), figure(one.get("invented"), 4),
                     counts, figure(one.get("written") if "written" in one else one.get("unwritten"))])
    return table(("Deck", "Slides", "LibreOffice", "Kept", "Not invented", "Counts", "Written"), rows)


if __name__ == "__main__":
    main()
