#!/bin/sh
# check_cppcheck.sh — Job: cppcheck over the rooms and the test programs.
. "$(dirname "$0")/lib.sh"

files c >"$work/files"
cppcheck --quiet --std=c11 --language=c -j "${JOBS:-2}" -I. --inline-suppr \
    --enable=warning,portability,performance --suppressions-list="$data/cppcheck.txt" \
    -D_GNU_SOURCE -D__GNUC__=12 --template='{file}:{line}: {id}: {message}' \
    --file-list="$work/files" 2>&1 | rule cppcheck "cppcheck finds nothing"
finish
