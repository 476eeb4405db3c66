#!/usr/bin/env bash
# The whole story by curl: upload a deck, follow its events, read the deck, change a title, export PPTX and PDF, download both.
#
#   scripts/demo.sh [DECK]        uses a running node (BASE, KEY), or starts one of its own and stops it at the end
#
# BASE   where the node is; http://127.0.0.1:8080 where KEY is given
# KEY    an API key
# OUT    where the exports go; ./demo-out
set -euo pipefail
cd "$(dirname "$0")/.."

deck=${1:-assets/demo/talk.md}
out=${OUT:-demo-out}
mkdir -p "$out"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
# The first string under a key of a JSON text; enough for ids, and needs nothing installed.
field() { grep -o "\"$1\":[[:space:]]*\"[^\"]*\"" | head -n 1 | sed 's/^"[^"]*":[[:space:]]*"//; s/"$//'; }

if [ -z "${KEY:-}" ]; then
    say "Starting a node with its data in $out/data"
    cargo build --release --quiet
    SLIDECRAFT__SERVER__LISTEN=${LISTEN:-127.0.0.1:0} SLIDECRAFT__DATA__FOLDER="$out/data" SLIDECRAFT__LOG__FILTER=warn \
        target/release/slidecraft >"$out/node.log" &
    node=$!
    trap 'kill "$node" 2>/dev/null; wait "$node" 2>/dev/null || true' EXIT
    for _ in $(seq 100); do
        BASE=$(sed -n 's/^SlideCraft serves on //p' "$out/node.log")
        [ -n "$BASE" ] && [ -s "$out/data/first-key" ] && break
        sleep 0.1
    done
    KEY=$(cat "$out/data/first-key")
fi
BASE=${BASE:-http://127.0.0.1:8080}
call() { curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$@"; }

say "1. Upload $deck, and follow what happens"
call -N --max-time 3 "$BASE/v1/events" >"$out/events" 2>/dev/null &
followed=$!
sleep 0.3
accepted=$(call -F "file=@$deck" "$BASE/v1/documents")
document=$(printf '%s' "$accepted" | sed 's/.*"document":{//' | field id)
job=$(printf '%s' "$accepted" | sed 's/.*"job":{//' | field id)
echo "document $document, job $job"

say "2. Its events"
# A stream goes on until one leaves it; three seconds are plenty for one deck.
wait "$followed" || true
grep -E '^(event|data):' "$out/events" | sed 's/"\(document\|job\|kind\)":"[^"]*",//g' | cut -c1-120
call "$BASE/v1/jobs/$job?wait=20" >"$out/convert-job.json"
echo "the job is $(field state <"$out/convert-job.json")"

say "3. The deck"
call -D "$out/headers" "$BASE/v1/documents/$document" >"$out/deck.json"
etag=$(sed -n 's/^[Ee][Tt]ag: *//p' "$out/headers" | tr -d '\r')
echo "\"$(field title <"$out/deck.json")\", version $etag, $(wc -c <"$out/deck.json") bytes of JSON"

say "4. Another title, if nobody changed the deck meanwhile"
title="${TITLE:-A better title}"
change=$(printf '[{"op":"replace","path":"/title","value":"%s"}]' "$title")
call -X PATCH -H 'Content-Type: application/json-patch+json' -H "If-Match: $etag" -d "$change" \
    -D "$out/headers" "$BASE/v1/documents/$document" >/dev/null
echo "version $(sed -n 's/^[Ee][Tt]ag: *//p' "$out/headers" | tr -d '\r') is \"$title\""
echo -n "the same again is answered "
curl -sS -o /dev/null -w '%{http_code} (the deck moved on)\n' -X PATCH -H "Authorization: Bearer $KEY" \
    -H 'Content-Type: application/json-patch+json' -H "If-Match: $etag" -d "$change" "$BASE/v1/documents/$document"

for format in pptx pdf; do
    say "5. Export as $format"
    job=$(call -H 'Content-Type: application/json' -d "{\"format\":\"$format\"}" "$BASE/v1/documents/$document/exports" | field id)
    call -H 'Prefer: wait=30' "$BASE/v1/jobs/$job" >"$out/export-$format.json"
    echo "the job is $(field state <"$out/export-$format.json")"
    call -L -o "$out/deck.$format" "$BASE/v1/jobs/$job/result"
    ls -l "$out/deck.$format" | awk '{print $9 ": " $5 " bytes"}'
done

say "6. The first slide as a picture"
call -o "$out/slide-1.png" "$BASE/v1/documents/$document/slides/1.png?width=1280"
ls -l "$out/slide-1.png" | awk '{print $9 ": " $5 " bytes"}'
say "Done. Everything is in $out/"
