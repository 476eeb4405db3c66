#!/usr/bin/env python3
"""Writes the seeds that fuzzing begins with, fuzz/corpus/, from the gallery's own decks. Needs Pillow.

  mkdir sheets && GALLERY=1 GALLERY_PPTX=$PWD/sheets cargo test -p slidecraft-deck --test gallery every_sheet
  fuzz/seed.py sheets
"""
import io
import json
import pathlib
import re
import struct
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
MUTATIONS = HERE.parent / "crates/deck/tests/mutations"
# Sheets whose packages are taken whole: between them they have every kind of part.
PACKAGES = ["elements", "text-paragraphs"]
# Bytes above which a sheet loses every other element: many are the same code once more, and short seeds are quick.
LARGEST_SHEET = 14_000
# The deck that parts of XML are put into (src/around.rs).
AROUND = "elements"


def relations(sheet, part):
    """The relationships of a part: id to the last word of its type."""
    folder, name = part.rsplit("/", 1)
    try:
        text = sheet.read(f"{folder}/_rels/{name}.rels").decode()
    except KeyError:
        return {}
    found = {}
    for relation in re.findall(r"<Relationship [^>]*>", text):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', relation))
        found[attributes["Id"]] = attributes["Type"].rsplit("/", 1)[-1]
    return found


def slide(sheet, around):
    """The slide of a sheet, its references renamed to those of the package around it."""
    part = "ppt/slides/slide1.xml"
    text = sheet.read(part).decode()
    known = {kind: ident for ident, kind in relations(around, part).items()}
    own = relations(sheet, part)
    renamed = lambda match: f'{match[1]}"{known.get(own.get(match[2]), match[2])}"'
    return re.sub(r'(r:\w+=)"(rId\d+)"', renamed, text)


def shortened(elements, length):
    """So few of the elements, from all along the sheet, that they are short enough together."""
    while len(elements) > 1 and length(elements) > LARGEST_SHEET:
        elements = elements[::2]
    return elements


def short_deck(deck):
    elements = deck["slides"][0]["elements"]
    deck["slides"][0]["elements"] = shortened(elements, lambda some: len(json.dumps(some)))
    return deck


def short_slide(text):
    """A slide without groups, of fewer shapes."""
    shape = r"<p:(?:sp|pic|cxnSp|graphicFrame)>.*?</p:(?:sp|pic|cxnSp|graphicFrame)>"
    shapes = re.findall(shape, text, re.S)
    kept = shortened(shapes, lambda some: sum(map(len, some)))
    for lost in set(shapes) - set(kept):
        text = text.replace(lost, "")
    return text


def write(target, name, content):
    path = HERE / "corpus" / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def decks(folder):
    with zipfile.ZipFile(folder / f"{AROUND}.pptx") as around:
        for path in sorted(folder.glob("*.pptx")):
            stem = path.stem
            if stem.startswith("presets-") and stem != "presets-1":
                continue
            deck = json.loads(path.with_suffix(".json").read_bytes())
            shorter = stem != AROUND
            deck = short_deck(deck) if shorter else deck
            write("deck_json", f"{stem}.json", json.dumps(deck, separators=(",", ":"), ensure_ascii=False))
            with zipfile.ZipFile(path) as sheet:
                text = slide(sheet, around)
                write("slide_xml", f"{stem}.xml", short_slide(text) if shorter else text)
                charts = [name for name in sheet.namelist() if re.fullmatch(r"ppt/charts/chart\d+\.xml", name)]
                for chart in charts[:6]:
                    write("slide_xml", f"{stem}-{pathlib.Path(chart).name}", sheet.read(chart))
            if stem in PACKAGES:
                write("package", f"{stem}.pptx", path.read_bytes())
        for part in ["slideLayouts/slideLayout1", "slideMasters/slideMaster1", "theme/theme1", "presentation"]:
            write("slide_xml", f"{part.rsplit('/')[-1]}.xml", around.read(f"ppt/{part}.xml"))


def opendocument():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        moment = (2000, 1, 1, 0, 0, 0)
        package.writestr(zipfile.ZipInfo("mimetype", moment), "application/vnd.oasis.opendocument.presentation")
        package.writestr(zipfile.ZipInfo("content.xml", moment), (MUTATIONS / "drawing.xml").read_bytes())
        package.writestr(zipfile.ZipInfo("styles.xml", moment), (MUTATIONS / "behind.xml").read_bytes())
    write("package", "drawing.odp", out.getvalue())


def longs(*values):
    return struct.pack(f"<{len(values)}i", *values)


def emf(*records):
    """200 by 100 pixels at a density of one to 0.25 mm."""
    head = longs(0, 0, 199, 99, 0, 0, 5000, 2500) + b" EMF" + longs(0x10000, 0, 0, 1, 0, 0, 0, 800, 600, 200, 150)
    whole = [(1, head), *records, (14, longs(0, 0, 20))]
    return b"".join(struct.pack("<II", kind, len(body) + 8) + body for kind, body in whole)


def wmf(*records):
    out = bytes([0xD7, 0xCD, 0xC6, 0x9A, 0, 0]) + struct.pack("<5h", 0, 0, 1000, 500, 1000) + bytes(6)
    out += struct.pack("<9h", 1, 9, 0x300, 0, 0, 4, 0, 0, 0)
    for kind, values in records:
        out += struct.pack(f"<IH{len(values)}h", len(values) + 3, kind, *values)
    return out + struct.pack("<IH", 3, 0)


def plus(*records):
    """A comment of an EMF that holds records of EMF+."""
    body = b"EMF+"
    for kind, flags, data in records:
        body += struct.pack("<HHII", kind, flags, len(data) + 12, len(data)) + data
    return (70, longs(len(body)) + body)


def bitmap():
    """A device independent bitmap of 2 by 2 pixels: its header, then its pixels."""
    return longs(40, 2, 2) + struct.pack("<HH", 1, 24) + longs(0, 16, 0, 0, 0, 0), bytes([255, 0, 0, 0, 255, 0, 0, 0] * 2)


def metafiles():
    polygon = longs(0, 0, 50, 50, 4, 0, 0, 40, 0, 40, 40, 0, 40)
    small = struct.pack("<4iI8h", 0, 0, 50, 50, 4, 1, 1, 40, 1, 40, 40, 1, 40)
    text = "Ab".encode("utf-16-le")
    font = longs(3, -20, 0, 0, 0, 700, 0) + "Arial".encode("utf-16-le").ljust(64, b"\0")
    words = longs(0, 0, 100, 30, 1, 0, 0, 20, 50, 2, 76, 0, 0, 0, 0, 0, 80) + text + longs(12, 12)
    head, pixels = bitmap()
    stretched = longs(0, 0, 40, 40, 10, 10, 0, 0, 2, 2, 80, len(head), 80 + len(head), len(pixels), 0, 0xCC0020, 30, 30)
    path = [(59, b""), (27, longs(5, 5)), (54, longs(60, 5)), (2, polygon), (61, b""), (60, b""), (63, longs(0, 0, 99, 99))]
    write("image", "lines.emf", emf(
        (39, longs(1, 0, 255, 0)), (38, longs(2, 0, 4, 0, 0xFF0000)), (37, longs(1)), (37, longs(2)), (43, longs(10, 10, 60, 40)),
        (33, b""), (17, longs(8)), (9, longs(100, 100)), (11, longs(200, 100)), (42, longs(50, 50, 90, 90)), (3, polygon),
        (86, small), (7, longs(0, 0, 50, 50, 1, 4, 4, 0, 0, 40, 0, 40, 40, 0, 40)), (34, longs(-1)), *path,
        (41, longs(0, 0, 50)), (45, longs(0, 0, 50, 50, 0, 25, 25, 0)), (44, longs(0, 0, 50, 50, 9, 9)),
        (35, struct.pack("<6f", 1, 0, 0.5, 1, 3, 3)), (30, longs(0, 0, 90, 90)), (67, longs(5))))
    write("image", "words.emf", emf((82, font), (37, longs(3)), (24, longs(255)), (22, longs(24)), (18, longs(2)), (84, words)))
    write("image", "bitmap.emf", emf((81, stretched + head + pixels)))
    write("image", "bitmap.wmf", wmf((0x020C, [250, 500]), (0x0F43, [
        0x20, 0xCC, 0, 2, 2, 0, 0, 99, 99, 9, 9, *struct.unpack("<28h", head + pixels)])))
    write("image", "lines.wmf", wmf(
        (0x020B, [0, 0]), (0x020C, [250, 500]), (0x02FC, [0, 0xFF, 0, 0]), (0x012D, [0]), (0x02FA, [0, 3, 0, 0xFF, 0]), (0x012D, [1]),
        (0x041B, [100, 100, 50, 50]), (0x0324, [3, 0, 0, 500, 0, 0, 250]), (0x0538, [1, 3, 0, 0, 50, 0, 0, 25]), (0x001E, []),
        (0x0416, [90, 90, 0, 0]), (0x0418, [99, 99, 9, 9]), (0x0817, [0, 9, 9, 0, 99, 99, 0, 0]), (0x0127, [-1]),
        (0x02FB, [20, 0, 0, 0, 700, 0, 0, 0, 0x7241, 0x6169, 0x6C, 0]), (0x012D, [2]), (0x0521, [2, 0x6B4F, 200, 300])))
    pen = struct.pack("<IIIIfIII", 0xDBC01002, 0, 0, 2, 3.0, 0xDBC01002, 0, 0xFF00FF00)
    gradient = struct.pack("<IIIiffffIIII", 0xDBC01002, 4, 0, 0, 0, 0, 50, 50, 0xFF0000FF, 0xFFFF0000, 0, 0)
    curve = struct.pack("<III", 0xDBC01002, 4, 0) + struct.pack("<8f", 0, 0, 50, 0, 50, 50, 0, 50) + bytes([0, 3, 3, 0x83])
    write("image", "plus.emf", emf(
        plus((0x4001, 1, longs(-608169982, 0, 96, 96))),
        plus((0x4008, 0x0200, pen), (0x4008, 0x0101, gradient), (0x4008, 0x0302, curve)),
        plus((0x402A, 0, struct.pack("<6f", 1, 0, 0, 1, 5, 5)), (0x4025, 0, longs(1)), (0x4032, 0, struct.pack("<4f", 0, 0, 90, 90))),
        plus((0x4014, 2, longs(1)), (0x4015, 2, longs(0)), (0x400A, 0x8000, longs(-16776961, 1) + struct.pack("<4f", 5, 5, 20, 20))),
        plus((0x400E, 0x8000, longs(-65536) + struct.pack("<4f", 5, 5, 20, 20)), (0x4026, 0, longs(1)), (0x4002, 0, b""))))


def pictures():
    from PIL import Image

    picture = Image.new("RGBA", (9, 7), (150, 200, 240, 255))
    for at in range(7):
        picture.putpixel((at, at), (255, 200, 40, 36 * at))
    plain, few = picture.convert("RGB"), picture.convert("P")
    kinds = [
        ("alpha.png", picture, {}), ("palette.png", few, {"transparency": 0}), ("grey.png", picture.convert("L"), {}),
        ("plain.jpg", plain, {"quality": 60}), ("progressive.jpg", plain, {"progressive": True}), ("cmyk.jpg", plain.convert("CMYK"), {}),
        ("one.gif", few, {}), ("plain.bmp", plain, {}), ("palette.bmp", few, {}), ("plain.tiff", plain, {}),
        ("lzw.tiff", plain, {"compression": "tiff_lzw"}), ("bits.tiff", picture.convert("1"), {"compression": "group4"}),
        ("lossy.webp", picture, {"quality": 50}), ("lossless.webp", picture, {"lossless": True}),
    ]
    for name, image, options in kinds:
        out = io.BytesIO()
        kind = {"jpg": "JPEG"}.get(name.rsplit(".")[-1], name.rsplit(".")[-1].upper())
        image.save(out, kind, **options)
        write("image", name, out.getvalue())
    write("image", "shapes.svg", """<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 90 90'>
<defs><linearGradient id='g' gradientTransform='rotate(9)'><stop offset='0' stop-color='red'/><stop offset='1' stop-opacity='.5'/>
</linearGradient><clipPath id='c'><circle cx='40' cy='40' r='30'/></clipPath><pattern id='p' width='9' height='9'
patternUnits='userSpaceOnUse'><rect width='4' height='4'/></pattern><mask id='m'><rect width='50' height='50' fill='#fff'/></mask>
<filter id='f'><feGaussianBlur stdDeviation='2'/></filter><symbol id='s'><path d='M1 1L8 8A3 3 0 0 1 2 2ZQ1 2 3 4t5 6C1 2 3 4 5 6s7 8 9 9'/>
</symbol></defs><style>.a{fill:url(#p);stroke:blue}</style><g clip-path='url(#c)' opacity='.8' transform='matrix(1 0 .1 1 0 0)'>
<rect class='a' x='1' y='1' width='50' height='40' rx='5'/><ellipse rx='9' ry='5' fill='url(#g)' mask='url(#m)'/>
<polygon points='1,1 9,9 3,8' filter='url(#f)'/><polyline points='1 1 9 9' stroke-dasharray='3 1' stroke-linejoin='bevel'/></g>
<use xlink:href='#s' x='5' y='5'/><text x='1' y='50' font-size='9' text-anchor='middle'>a<tspan dy='3' font-weight='bold'>b</tspan></text>
</svg>""")


SOURCES = HERE.parent / "crates/deck/src"


def words(pattern, folder):
    """What a pattern finds in the sources below a folder."""
    texts = (path.read_text() for path in sorted((SOURCES / folder).rglob("*.rs")) if "tests" not in str(path))
    return {word for text in texts for word in re.findall(pattern, text)}


def dictionary(name, about, found):
    escape = lambda word: word.replace("\\", "\\\\").replace('"', '\\"')
    lines = [f"# {about}", *(f'"{escape(word)}"' for word in sorted(found) if 1 < len(word) < 60)]
    (HERE / f"dictionaries/{name}.dict").write_text("\n".join(lines) + "\n")


def dictionaries():
    """The names that readers ask for, so that chance need not spell them."""
    read = words(r'"([A-Za-z][A-Za-z0-9]+)"', "pptx/read")
    marks = {"<a:", "</a:", "<p:", "<c:", "<mc:AlternateContent>", "/>", 'r:embed="rId2"', 'r:id="rId3"', '="-1"', '="2147483648"', '="50%"'}
    dictionary("slide", "Names and values that the reader of slides knows.", read | marks)
    camel = words(r"(?m)^    ([A-Z][A-Za-z]+)(?:,| \{|\()", "model")
    variants = {re.sub(r"(?<!^)([A-Z])", r"_\1", word).lower() for word in camel}
    fields = words(r"(?m)^ +(?:pub )?(\w+): [A-Z]?\w+", "model")
    keys = {f'"{word}":' for word in fields} | {f'"{word}"' for word in variants}
    dictionary("deck_json", "Keys and values of deck JSON.", keys | {":null", ":[]", ":{}", ":-1", ":1e308", ":0.5", ":true"})


def main():
    for old in (HERE / "corpus").glob("*/*"):
        if not old.name.startswith("found-"):  # what once made a reader fail stays
            old.unlink()
    decks(pathlib.Path(sys.argv[1]))
    opendocument()
    metafiles()
    pictures()
    dictionaries()


main()
