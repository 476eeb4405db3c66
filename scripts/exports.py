#!/usr/bin/env python3
"""Opens exported decks with python-pptx and compares their words with those of the decks they came from.

  SLIDECRAFT_CORPUS=DECKS SLIDECRAFT_EXPORTS=OUT cargo test -p slidecraft-deck --test exports
  scripts/exports.py DECKS OUT       every export must open; in `same` and `reversed` it must hold the same words

Needs: python-pptx (pip install python-pptx).
"""
import collections, glob, os, re, sys

WORD = re.compile(r"\w+", re.UNICODE)
#: Edits after which the words are those of the source.
SAME_WORDS = (
    "same", "reversed", "alt", "moved", "painted", "hidden", "bold", "title", "section",
    "underlined", "effects", "recoloured", "chart-kind", "chart-levels",
)


def words(path):
    from pptx import Presentation

    bag = collections.Counter()

    def visit(shapes):
        for shape in shapes:
            if hasattr(shape, "shapes"):
                visit(shape.shapes)
            elif shape.has_text_frame:
                bag.update(WORD.findall(shape.text_frame.text))
            elif getattr(shape, "has_table", False) and shape.has_table:
                for row in shape.table.rows:
                    for cell in row.cells:
                        bag.update(WORD.findall(cell.text_frame.text))

    for slide in Presentation(path).slides:
        visit(slide.shapes)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            bag.update(WORD.findall(slide.notes_slide.notes_text_frame.text))
    return bag


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    decks, exports = sys.argv[1:]
    sources = {os.path.basename(path): path for path in glob.glob(os.path.join(decks, "*", "*.p*"))}
    opened, faults = 0, []
    for path in sorted(glob.glob(os.path.join(exports, "*", "*.pptx"))):
        edit, name = os.path.basename(os.path.dirname(path)), os.path.basename(path)[: -len(".pptx")]
        try:
            found = words(path)
        except Exception as error:
            try:
                words(sources[name])
                faults.append(f"{edit}/{name}: {error}")
            except Exception:
                print(f"# {edit}/{name}: python-pptx opens neither the export nor its source", file=sys.stderr)
            continue
        opened += 1
        if edit in SAME_WORDS:
            try:
                expected = words(sources[name])
            except Exception:
                continue  # a template or a Strict file, which python-pptx opens only as exported
            if found != expected:
                faults.append(f"{edit}/{name}: lost {expected - found}, new {found - expected}")
    for fault in faults:
        print(fault)
    print(f"{opened} exports opened, {len(faults)} faults")
    sys.exit(bool(faults) or not opened)


if __name__ == "__main__":
    main()
