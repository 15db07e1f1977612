#!/bin/sh
# run_fuzzer.sh — Job: one fuzzer for FUZZ_SECONDS on its corpus; prints one `ok` or `not ok` line.
#
# The corpus that is kept: tests/fuzz/corpus/NAME if there is one, and the golden frames of
# proto/fixtures. What the run finds new goes to the build folder, a crash too.
program=$1
name=$(basename "$program")
name=${name#fuzz_}
found=$B/fuzz-corpus/$name
mkdir -p "$found" "$B/fuzz-crashes"
set -- "$found"
[ ! -d "tests/fuzz/corpus/$name" ] || set -- "$@" "tests/fuzz/corpus/$name"
for folder in proto/fixtures/*/; do
    [ ! -d "$folder" ] || set -- "$@" "$folder"
done
dict=
[ ! -f "tests/fuzz/corpus/$name.dict" ] || dict=-dict=tests/fuzz/corpus/$name.dict

if "$program" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
    -artifact_prefix="$B/fuzz-crashes/$name-" -print_final_stats=1 $dict "$@"; then
    echo "ok - fuzz $name for ${FUZZ_SECONDS:-60} s"
else
    echo "not ok - fuzz $name (the input is in $B/fuzz-crashes)"
    exit 1
fi
