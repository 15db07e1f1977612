#!/bin/sh
# run_checks.sh — Job: run the check programs of one part, count their TAP lines, say what failed.
#
#   run_checks.sh PART LIMIT_S PROGRAM...     JOBS of them at a time (default 1)
#
# Writes "PASSED FAILED" into $RESULTS/PART for the sum at the end of `make test`. A program that
# ends badly without a `not ok`, or that checked nothing, is one failure; so is a part without any
# program. A skipped check is not a passed one: it is named and counted as neither.
part=$1 limit=$2
shift 2
here=$(dirname "$0")
mkdir -p "${B:=build}" "${RESULTS:=$B/results}"
B=$(cd "$B" && pwd)
export B WRAP V
rm -rf "$B/logs/$part"
mkdir -p "$B/logs/$part"
start=$(date +%s)

[ $# -eq 0 ] || printf '%s\n' "$@" |
    xargs -P "${JOBS:-1}" -I{} sh "$here/run_one.sh" "$part" "$limit" {}

passed=0 failed=0 skipped=0
for program in "$@"; do
    log=$B/logs/$part/$(basename "$program").log
    counts=$(awk -f "$here/count_tap.awk" "$log") || counts="0 1 0"
    set -- $counts
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    if [ "$2" -ne 0 ]; then
        echo "FAILED $program ($2 of $(($1 + $2))); the whole log: $log"
        awk -f "$here/show_failed.awk" "$log" | tail -n "${SHOW_LINES:-40}"
    fi
done
if [ $((passed + failed)) -eq 0 ]; then
    echo "FAILED $part: nothing was checked"
    failed=1
fi
echo "$passed $failed" >"$RESULTS/$part"
note=
[ "$skipped" -eq 0 ] || note=", $skipped skipped"
echo "  CHECK $part: $passed passed, $failed failed$note ($(($(date +%s) - start)) s)"
[ "$failed" -eq 0 ]
