#!/bin/sh
# check_style.sh — Job: sizes, widths, first lines and forbidden forms of all source files.
. "$(dirname "$0")/lib.sh"

{ files c h mjs js css html sh awk mk; find Makefile .ci/run 2>/dev/null; } >"$work/files"
LC_ALL=C xargs awk -f "$here/style.awk" <"$work/files" >"$work/found"

of() { sed -n "s/^$1	//p" "$work/found"; }
of file-lines | rule file-lines "a file has at most 400 lines"
of function-lines | rule function-lines "a function has at most 60 lines"
of columns | rule columns "a line has at most 100 columns"
of job-line | rule job-line "line 1 names the file and says its job in one sentence"
of tabs | rule tabs "no tabs in C"
of typedef-struct | rule typedef-struct "a struct is called a struct"
of dead-code | rule dead-code "no code in comments"
for room in $rooms gateway/*/ tests; do
    room=${room%/}
    [ -d "$room" ] || continue
    [ -f "$room/README.md" ] || { echo "$room/README.md: missing"; continue; }
    lines=$(wc -l <"$room/README.md")
    [ "$lines" -le 30 ] || echo "$room/README.md:$lines: $lines lines"
done | rule room-readme "each room has a README of at most 30 lines"
finish
