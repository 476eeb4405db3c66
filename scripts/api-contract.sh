#!/usr/bin/env bash
# Holds a running node to its own /openapi.json by Schemathesis: statuses, headers and bodies that are not described, and any 500.
#
#   scripts/api-contract.sh        builds and starts a node of its own, in a folder that is removed at the end
#
# BASE, KEY   ask this node instead; what it holds is changed and deleted
# EXAMPLES    requests made up for each operation (30)
# SECONDS_AT_MOST  the whole run is cut after this long (600)
# VENV        where Schemathesis is installed, once (target/api-contract)
set -euo pipefail
cd "$(dirname "$0")/.."

version=4.32.5
venv=${VENV:-target/api-contract}
work=$(mktemp -d)
node=
stop() {
    if [ -n "$node" ]; then kill "$node" 2>/dev/null; wait "$node" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap stop EXIT

if ! "$venv/bin/schemathesis" --version 2>/dev/null | grep -q "$version"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

if [ -z "${KEY:-}" ]; then
    cargo build --quiet
    SLIDECRAFT__SERVER__LISTEN=127.0.0.1:0 SLIDECRAFT__DATA__FOLDER="$work/data" SLIDECRAFT__LOG__FILTER=error \
        SLIDECRAFT__API__LONGEST_WAIT=1s target/debug/slidecraft >"$work/said" &
    node=$!
    for _ in $(seq 300); do
        BASE=$(sed -n 's/^SlideCraft serves on //p' "$work/said")
        [ -n "$BASE" ] && [ -s "$work/data/first-key" ] && break
        sleep 0.1
    done
    KEY=$(cat "$work/data/first-key")
fi

# The stream of events has no end; tests of its own hold it.
timeout "${SECONDS_AT_MOST:-600}" "$venv/bin/schemathesis" --config-file scripts/schemathesis.toml run "$BASE/openapi.json" \
    --header "Authorization: Bearer $KEY" \
    --exclude-path /v1/events --exclude-path /v1/admin/events \
    --phases examples,coverage,fuzzing,stateful \
    --max-examples "${EXAMPLES:-30}" \
    --request-timeout 20 --workers 1 --seed 1 --no-color \
    --suppress-health-check all
