#!/bin/sh
# check_tidy.sh — Job: what clang-tidy said of each file; `make tidy` asked it, here it is read.
. "$(dirname "$0")/lib.sh"

folder=$B/tidy
count=$(find "$folder" -name '*.txt' 2>/dev/null | wc -l)
[ "$count" -ne 0 ] || { echo "not ok - clang-tidy: it looked at no file"; exit 1; }
find "$folder" -name '*.txt' | sort | xargs cat | grep -E '(warning|error): ' |
    sed "s|^$PWD/||" | sort -u | rule clang-tidy "clang-tidy finds nothing in $count files"
finish
