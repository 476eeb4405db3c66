#!/usr/bin/env bash
# Runs the fault matrix on real processes and writes docs/RELIABILITY.md: scripts/reliability.sh
set -euo pipefail
cd "$(dirname "$0")/.."

rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
SLIDECRAFT_RELIABILITY=$rows cargo test --workspace --test faults --locked -- --test-threads 1

{
    cat <<'HEAD'
# Reliability: what was broken, and what came of it

Written by `scripts/reliability.sh`, which runs `tests/faults/` on real processes. In each run clients upload decks while something
breaks; whoever gets no answer sends the same request again under the same `Idempotency-Key`. What clients were told and what the
store holds at the end goes into an append-only log, which a checker reads: every accepted job is there once and has ended in one
state, which is the one that was told; attempts are one after the other, no more than allowed, and at most one succeeded; event ids
rise, and nothing is told of a job after its end. A run with any violation fails, so the two columns of zeros are what was found.

The jobs a second are of two-slide decks, converted one hundred at a time by an unoptimised build: before the fault, and the first
hundred after its end that came to 98 % of that, with how long it took to get there.

| fault | jobs | lost | doubled | jobs that took more than one attempt | jobs a second: before, after | seen |
|---|---|---|---|---|---|---|
HEAD
    sort "$rows"
    cat <<'FOOT'

Clocks: a node never goes back in time while it runs; one that is *started* with a clock an hour behind sees what was queued before
only when its clock gets there, so keep NTP running. A disk is filled on a file system of 64 MiB that the test mounts, which needs
root; elsewhere that row is left out. libfaketime moves the clock.
FOOT
} > docs/RELIABILITY.md
echo "docs/RELIABILITY.md is written"
