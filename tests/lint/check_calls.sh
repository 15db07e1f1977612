#!/bin/sh
# check_calls.sh — Job: the rooms call nothing that calls.txt forbids them.
. "$(dirname "$0")/lib.sh"

files c h | grep -v '^tests/' | LC_ALL=C xargs awk -f "$here/code_only.awk" >"$work/code"
grep -v '^#' "$data/calls.txt" | while read -r names may why; do
    LC_ALL=C grep -E "[^A-Za-z0-9_>.]($names) ?\(" "$work/code" | while IFS= read -r hit; do
        case " $may " in *" ${hit%%:*} "*) ;; *) echo "$hit   ($why)" ;; esac
    done
done | rule calls "no call that calls.txt forbids"
finish
