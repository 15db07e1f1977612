#!/bin/sh
# check_format.sh — Job: the layout of all C files is what clang-format makes of them.
. "$(dirname "$0")/lib.sh"

format=${FORMAT:-clang-format-14}
for file in $(files c h); do
    "$format" "$file" | cmp -s - "$file" || echo "$file: make format"
done | rule format "clang-format has nothing to change"
finish
