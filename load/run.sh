#!/usr/bin/env bash
# Runs a load suite of the specification on a cluster of its own: three nodes, PostgreSQL with a replica, Redis, an S3 server, a fake
# provider of models, k6 as the crowd, and a few hundred event streams held open.
#
#   load/run.sh 1                      the baseline, at full length (43 min), stages as slow as the specification's budgets
#   load/run.sh 3 --native             the burst, at this machine's own speed
#   load/run.sh 2 --time-scale 20      twenty times faster: shows that it works, not that the specification's run passes
#   load/run.sh 4 --hours 1            endurance, four hours where nothing is said
#   load/run.sh 2 --hours 2            two hours of Profile B after the surge
#   load/run.sh 3 --workers 1 --policy predictive    pools begin with one worker a node, so that the burst makes them grow, by another policy
#   load/run.sh all --time-scale 30    all five, one after the other
#   load/run.sh all --time-scale 30 --no-times    judges what was lost and doubled, and not how long things took: for a busy machine
#
# What came of it is in load/results/SUITE-MODE-1/, or target/load-results/SUITE-MODE-SCALE/ of a scaled run: result.json, report.html,
# picture.svg. `python3 load/assemble.py` writes docs/LOAD.md from all that lies in load/results/. SLIDECRAFT=path/to/slidecraft takes a binary that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
'' | -h | --help) sed -n '2,17s/^# \{0,1\}//p' "$0"; exit ;;
esac
suite=$1
shift
if [ "$suite" = all ]; then
    failed=0
    # Hours are those of the endurance; the others are as long as the specification has them.
    others=("$@")
    for at in "${!others[@]}"; do
        [ "${others[at]-}" != --hours ] || unset "others[at]" "others[at+1]"
    done
    for number in 1 2 3 4 5; do
        if [ "$number" = 4 ]; then asked=("$@"); else asked=("${others[@]}"); fi
        "$0" "$number" "${asked[@]}" || failed=1
    done
    exit $failed
fi

scale=1 mode=budgets hours='' workers='' policy=''
rest=("$@")
while [ $# -gt 0 ]; do
    case $1 in
    --time-scale) scale=$2; shift 2 ;;
    --hours) hours=$2; shift 2 ;;
    --native) mode=native; shift ;;
    --workers) workers=$2; shift 2 ;;
    --policy) policy=$2; shift 2 ;;
    --no-times) shift ;;
    *) echo "load/run.sh knows no $1; see load/run.sh --help" >&2; exit 2 ;;
    esac
done

K6=$(load/setup.sh)
export K6
if [ -z "${SLIDECRAFT:-}" ]; then
    cargo build --release
    SLIDECRAFT=$PWD/target/release/slidecraft
fi
export SLIDECRAFT
# A binary that was built elsewhere says itself what it is: PROGRAM.
PROGRAM=${PROGRAM:-"$("$SLIDECRAFT" --version), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"}
export PROGRAM
# What is kept are runs at the specification's own pace; a scaled run proves nothing that could be quoted.
results=load/results
[ "$scale" = 1 ] || results=target/load-results
long=''
[ "$suite" != 2 ] || long=${hours:+-for${hours}h}
out=$results/$suite-$mode$long${workers:+-from$workers}${policy:+-$policy}-$scale
mkdir -p "$out"
DECKS=$(python3 load/decks.py target/load-decks "$SLIDECRAFT")
DECKS=$(echo "$DECKS" | sed "s#target/load-decks#$PWD/target/load-decks#g")
export DECKS

# 150 tokens out, the first within 0.6 s, at the provider's usual pace; time scales as everything does.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
if [ "$mode" = native ]; then first=50 between=1; else
    first=$(python3 -c "print(max(1, round(600 / $scale)))")
    between=$(python3 -c "print(max(1, round(15 / $scale)))")
fi
"$SLIDECRAFT" dev fake-provider --listen "127.0.0.1:$port" --first-token "${first}ms" --between "${between}ms" --pieces 150 >/dev/null &
provider=$!
trap 'kill $provider 2>/dev/null || true' EXIT
export SLIDECRAFT__AI__COMPATIBLE__URL="http://127.0.0.1:$port/v1" SLIDECRAFT__AI__COMPATIBLE__FAST=fake
export SLIDECRAFT__CHAOS__LONGEST=10h
if [ "$scale" != 1 ]; then
    export SLIDECRAFT__CHAOS__RECOVERY=1s
    rest+=(--recovery 1.5)
fi
export SLIDECRAFT__QUOTAS__STANDARD__AI_TOKENS_PER_DAY=0 SLIDECRAFT__QUOTAS__STANDARD__AI_CENTS_PER_DAY=0
if [ "$scale" != 1 ]; then
    # The windows of the rules are part of the time that is scaled.
    for pool in CONVERT EXPORT AI; do
        for pair in WINDOW:120 IDLE_WINDOW:600 GROW_COOLDOWN:30 SHRINK_COOLDOWN:60; do
            value=$(python3 -c "print(max(1000, round(${pair#*:} * 1000 / $scale)))")
            export "SLIDECRAFT__POOLS__${pool}__${pair%:*}=${value}ms"
        done
    done
fi
for pool in CONVERT EXPORT; do
    if [ -n "$workers" ]; then
        export "SLIDECRAFT__POOLS__${pool}__MIN=$workers" "SLIDECRAFT__POOLS__${pool}__BASELINE=$workers"
    fi
    [ -z "$policy" ] || export "SLIDECRAFT__POOLS__${pool}__POLICY=$policy"
done
echo "suite $suite, $mode, time scale $scale${workers:+, from $workers workers a node}${policy:+, policy $policy}"
scripts/cluster.sh -- python3 load/drive.py "$suite" "${rest[@]}" --out "$out"
