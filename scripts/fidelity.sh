#!/usr/bin/env bash
# Measures drawn and written decks against PowerPoint, LibreOffice and python-pptx, and writes docs/FIDELITY.md.
#
#   scripts/fidelity.sh [DECKS]
#
# DECKS                 a folder of decks with `reference/powerpoint` and `reference/libreoffice`; SLIDECRAFT_CORPUS where absent
# SLIDECRAFT_MEASURES   the folder of `fidelity.py`, `deckcheck.py` and `fonts-alias.conf`; ../tools beside DECKS where absent
# SLIDECRAFT_BIN        the program to measure; built in release where absent
# OUT                   where its exports and figures go; target/fidelity
# WRITTEN=0             leaves out the written PPTX files, which LibreOffice has to draw (minutes)
# REPORT                where the report goes; docs/FIDELITY.md
#
# Needs python3 with python-pptx, numpy, scipy, pillow and scikit-image, and pdftoppm; soffice for the written files.
set -euo pipefail
cd "$(dirname "$0")/.."

decks=${1:-${SLIDECRAFT_CORPUS:-}}
[ -d "$decks" ] || { sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2; }
measures=${SLIDECRAFT_MEASURES:-$decks/../tools}
[ -f "$measures/fidelity.py" ] || { echo "no fidelity.py in $measures; set SLIDECRAFT_MEASURES" >&2; exit 2; }
if [ -z "${SLIDECRAFT_BIN:-}" ]; then
    cargo build --release --quiet
    SLIDECRAFT_BIN=target/release/slidecraft
fi

python3 scripts/fidelity_report.py \
    --decks "$decks" --measures "$measures" --program "$SLIDECRAFT_BIN" --out "${OUT:-target/fidelity}" \
    --report "${REPORT:-docs/FIDELITY.md}" --written "${WRITTEN:-1}"
