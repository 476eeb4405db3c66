#!/usr/bin/env bash
# A whole cluster on this machine, as processes: PostgreSQL with a streaming replica, Redis, an S3 server, and three SlideCraft nodes
# (two that answer, two that work), all on free ports, all gone when it ends.
#
#   scripts/cluster.sh            starts it, tells how to reach it, and runs until Ctrl-C
#   scripts/cluster.sh demo       runs scripts/demo.sh on it and ends
#   scripts/cluster.sh faults     runs the fault matrix, which brings clusters of its own up and down
#   scripts/cluster.sh -- CMD…    runs a command with BASE, KEY, NODES (those that work) and PIDS (a file: address and process of each) set
#
# Needs (Debian): apt-get install postgresql redis-server python3-venv; the S3 server is moto, installed into target/moto.
# SLIDECRAFT=path/to/slidecraft takes a binary that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
-h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit ;;
faults) exec cargo test --test faults ;;
esac

home=$(mktemp -d)
pids=()
stop() {
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    for name in replica primary; do
        [ ! -f "$home/$name/postmaster.pid" ] || as_postgres "$pg/pg_ctl" -D "$home/$name" -m immediate stop >/dev/null 2>&1 || true
    done
    rm -rf "$home"
}
trap stop EXIT INT TERM

need() { command -v "$1" >/dev/null || { echo "$1 is missing (Debian: apt-get install $2)" >&2; exit 1; }; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
# Waits until a command succeeds, for half a minute at most.
until_ok() { for _ in $(seq 150); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done; echo "no answer: $*; the last words of each log:" >&2; tail -qn 2 "$home"/*.log >&2; exit 1; }

pg=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$pg" ] || { echo "PostgreSQL is missing (Debian: apt-get install postgresql)" >&2; exit 1; }
need redis-server redis-server
need python3 python3-venv
moto=${SLIDECRAFT_TEST_MOTO:-target/moto/bin/moto_server}
if [ ! -x "$moto" ]; then
    echo "installing the S3 server into target/moto"
    python3 -m venv target/moto && target/moto/bin/pip install --quiet 'moto[server]==5.1.22'
fi
if [ -z "${SLIDECRAFT:-}" ]; then
    cargo build --release
    SLIDECRAFT=$PWD/target/release/slidecraft
fi

echo "starting PostgreSQL and its replica"
primary=$(free_port) replica=$(free_port) redis=$(free_port) s3=$(free_port)
chmod 711 "$home"
[ "$(id -u)" != 0 ] || chown postgres "$home"
as_postgres "$pg/initdb" -A trust -U postgres --no-sync -D "$home/primary" >/dev/null
as_postgres "$pg/pg_ctl" -D "$home/primary" -w -l "$home/primary.log" -o "-p $primary -k $home -c listen_addresses=127.0.0.1" start >/dev/null
as_postgres "$pg/pg_basebackup" -h 127.0.0.1 -p "$primary" -U postgres -R -c fast -D "$home/replica"
as_postgres "$pg/pg_ctl" -D "$home/replica" -w -l "$home/replica.log" -o "-p $replica -k $home -c listen_addresses=127.0.0.1" start >/dev/null
as_postgres "$pg/createdb" -h 127.0.0.1 -p "$primary" -U postgres slidecraft
echo "starting Redis and the S3 server"
redis-server --port "$redis" --bind 127.0.0.1 --save '' --appendonly no --dir "$home" >"$home/redis.log" &
pids+=($!)
"$moto" -H 127.0.0.1 -p "$s3" >"$home/s3.log" 2>&1 &
pids+=($!)
until_ok redis-cli -p "$redis" ping
until_ok curl -sf "http://127.0.0.1:$s3/moto-api/data.json"
curl -sf -X PUT "http://127.0.0.1:$s3/slidecraft" >/dev/null

export SLIDECRAFT__DATABASE__URL="postgres://postgres@127.0.0.1:$primary/slidecraft"
export SLIDECRAFT__DATABASE__REPLICA_URL="postgres://postgres@127.0.0.1:$replica/slidecraft"
export SLIDECRAFT__REDIS__URL="redis://127.0.0.1:$redis"
export SLIDECRAFT__OBJECTS__BUCKET=slidecraft SLIDECRAFT__OBJECTS__REGION=us-east-1 SLIDECRAFT__OBJECTS__PATH_STYLE=true
export SLIDECRAFT__OBJECTS__ENDPOINT="http://127.0.0.1:$s3"
export SLIDECRAFT__OBJECTS__ACCESS_KEY=cluster SLIDECRAFT__OBJECTS__SECRET_KEY=cluster
export SLIDECRAFT__LOG__FILTER=${SLIDECRAFT__LOG__FILTER:-warn} SLIDECRAFT__CHAOS__ENABLED=true

# Where each node is and which process it is: a node that dies is started again, as systemd or Kubernetes would.
PIDS=$home/pids
touch "$PIDS"
keep() { # keep NAME ROLES PORT
    local node=
    trap '[ -z "$node" ] || kill "$node" 2>/dev/null || true; wait; exit' TERM
    while :; do
        SLIDECRAFT__DATA__FOLDER="$home/$1" SLIDECRAFT__SERVER__LISTEN="127.0.0.1:$3" \
            "$SLIDECRAFT" serve --roles "$2" >>"$home/$1.out" 2>>"$home/$1.log" &
        node=$!
        { grep -v "127.0.0.1:$3 " "$PIDS" || true; echo "http://127.0.0.1:$3 $node"; } >"$PIDS.$1"
        mv "$PIDS.$1" "$PIDS"
        wait "$node" || sleep 1
    done
}
node() { # node NAME ROLES PORT
    keep "$1" "$2" "$3" &
    pids+=($!)
    until_ok curl -sf "http://127.0.0.1:$3/readyz"
    printf '  %-7s http://127.0.0.1:%s  %s\n' "$1" "$3" "$2"
}
echo "starting nodes"
one=$(free_port) two=$(free_port) three=$(free_port)
node one api,sse "$one"
node two api,sse,convert,export,ai "$two"
node three convert,export,ai "$three"
BASE=http://127.0.0.1:$one
KEY=$("$SLIDECRAFT" keys create --tenant default --name cluster --scope read --scope write --scope admin --scope chaos --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["key"])')
NODES="http://127.0.0.1:$two http://127.0.0.1:$three"
export BASE KEY NODES PIDS

case ${1:-} in
demo) scripts/demo.sh "${@:2}" ;;
--) "${@:2}" ;;
*)
    printf '\nConsole and API: %s\nKey:             %s\nLogs:            %s\n\nCtrl-C ends all of it.\n' "$BASE" "$KEY" "$home/*.log"
    wait
    ;;
esac
