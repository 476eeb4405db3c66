#!/usr/bin/env bash
# Runs the fault matrix on real processes and writes docs/RELIABILITY.md: scripts/reliability.sh
set -euo pipefail
cd "$(dirname "$0")/.."

rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
SLIDECRAFT_RELIABILITY=$rows cargo test --test faults --locked -- --test-threads 1

{
    cat <<'HEAD'
# Reliability: what was broken, and what came of it

Written by `scripts/reliability.sh`, which runs `tests/faults/` on real processes. In each run clients upload decks while something
breaks; whoever gets no answer sends the same request again under the same `Idempotency-Key`. What clients were told and what the
store holds at the end goes into an append-only log, which a checker reads: every accepted job is there once and has ended in one
state, which is the one that was told; attempts are one after the other, no more than allowed, and at most one succeeded; event ids
rise, and nothing is told of a job after its end. A run with any violation fails, so the two columns of zeros are what was found.

| fault | jobs | lost | doubled | jobs that took more than one attempt | seen |
|---|---|---|---|---|---|
HEAD
    sort "$rows"
    cat <<'FOOT'

Not in the table yet: PostgreSQL and Redis restarted, terminated, exhausted, killed and flushed; the leader killed; a node of
several that is stopped past its lease (alone it finds its own leases again before anybody else can); a disk that is full; a clock
that jumps; throughput before and after each fault.
FOOT
} > docs/RELIABILITY.md
echo "docs/RELIABILITY.md is written"
