#!/usr/bin/env python3
"""Draws the font of the tests for font packs: one square, which stands for 水, under an English and a Japanese name.

  scripts/pack_font.py crates/deck/tests/fonts/pack.ttf

Needs: pip install fonttools.
"""
import sys

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def square():
    pen = TTGlyphPen(None)
    pen.moveTo((50, -100))
    for point in ((50, 800), (950, 800), (950, -100)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


builder = FontBuilder(1000, isTTF=True)
builder.setupGlyphOrder([".notdef", "water"])
builder.setupCharacterMap({0x6C34: "water"})
builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "water": square()})
builder.setupHorizontalMetrics({".notdef": (1000, 0), "water": (1000, 50)})
builder.setupHorizontalHeader(ascent=880, descent=-120)
names = {"familyName": {"en": "Pack Gothic", "ja": "パックゴシック"}, "styleName": {"en": "Regular"}, "fullName": {"en": "Pack Gothic"}, "psName": {"en": "PackGothic"}}
builder.setupNameTable(names, mac=False)
builder.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
builder.setupPost()
builder.font["head"].created = builder.font["head"].modified = 0
builder.font.recalcTimestamp = False
builder.save(sys.argv[1])
