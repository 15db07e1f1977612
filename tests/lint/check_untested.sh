#!/bin/sh
# check_untested.sh — Job: every .c of the rooms has tests/unit/test_NAME.c or a written reason.
. "$(dirname "$0")/lib.sh"

grep -v '^#' "$data/untested.txt" >"$work/listed"
tests=" $(ls tests/unit 2>/dev/null | tr '\n' ' ')"
for file in $(files c | grep -v '^tests/'); do
    name=${file##*/}
    name=${name%.c}
    case $tests in *" test_$name.c "* | *" test_${name}_"*) continue ;; esac
    grep -q "^$file  *[^ ]" "$work/listed" || echo "$file: no test_$name.c"
done | rule untested "each file has a unit test or a reason in untested.txt"

while read -r file why; do
    [ -f "$file" ] || echo "$file: is listed and not there"
    [ ! -f "tests/unit/test_$(basename "$file")" ] || echo "$file: is listed and has a test"
    [ -n "$why" ] || echo "$file: no reason"
done <"$work/listed" | rule untested-list "untested.txt holds only what is so"
finish
