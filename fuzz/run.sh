#!/usr/bin/env bash
# Fuzzes the readers with libFuzzer on the stable compiler: `fuzz/run.sh [SECONDS] [TARGET…]`, 60 seconds of each target where
# nobody says. Begins with corpus/, keeps what reaches new code in found/ and what fails in artifacts/; git sees neither.
set -euo pipefail
cd "$(dirname "$0")"

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    seconds=$1
    shift
fi
targets=("$@")
[ $# -gt 0 ] || targets=(package slide_xml deck_json image)

# What cargo-fuzz gives a nightly compiler, less its sanitizer: a pass of LLVM counts the branches that were taken and looks at
# what is compared. A target that is named keeps build scripts and macros, which run while compiling, out of it.
host=$(rustc -vV | sed -n 's/^host: //p')
flags=(--cfg fuzzing -Cpasses=sancov-module)
for option in level=4 inline-8bit-counters pc-table trace-compares; do
    flags+=("-Cllvm-args=-sanitizer-coverage-$option")
done
RUSTFLAGS="${flags[*]}" CARGO_INCREMENTAL=0 cargo build --release --locked --quiet --bins --target "$host" --target-dir target

# Bytes of the longest input; no seed may be longer, for it would be cut off.
longest() {
    case $1 in
    package) echo 131072 ;;
    image) echo 8192 ;;
    *) echo 65536 ;;
    esac
}

words() {
    case $1 in
    package | slide_xml) echo dictionaries/slide.dict ;;
    *) echo "dictionaries/$1.dict" ;;
    esac
}

failed=()
for target in "${targets[@]}"; do
    mkdir -p "found/$target" "artifacts/$target"
    log=artifacts/$target.log
    options=(
        "-max_total_time=$seconds" -timeout=10 -rss_limit_mb=2048 "-max_len=$(longest "$target")" "-dict=$(words "$target")"
        "-artifact_prefix=artifacts/$target/" -print_final_stats=1
    )
    if "target/$host/release/$target" "${options[@]}" "found/$target" "corpus/$target" >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        pace=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
        reached=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1)
        printf '%s: %s inputs, %s a second, %s edges reached\n' "$target" "$runs" "$pace" "${reached#cov: }"
    else
        failed+=("$target")
        tail -n 60 "$log"
        printf '\n%s failed. Once more: fuzz/%s FILE, with the file under fuzz/artifacts/%s named above;\n' \
            "$target" "target/$host/release/$target" "$target"
        printf 'a smaller one: the same with -minimize_crash=1 -max_total_time=60.\n'
    fi
done
[ ${#failed[@]} -eq 0 ]
