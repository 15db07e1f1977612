#!/bin/sh
# run_one.sh — Job: run one check program under a time limit and keep its TAP lines in a log.
#
#   run_one.sh PART LIMIT_S PROGRAM      the log is $B/logs/PART/NAME.log, its last line the end
#
# A program is a cmocka test, a script that prints `ok` and `not ok` lines, or a node:test file.
# WRAP may name a program to run it under (valgrind). Always succeeds: the log tells.
part=$1 limit=$2 program=$3
log=$B/logs/$part/$(basename "$program").log
mkdir -p "$B/logs/$part"
case $program in
*.mjs) set -- node --test-reporter=tap "$program" ;;
*.sh) if [ -x "$program" ]; then set -- "$program"; else set -- sh "$program"; fi ;;
*) set -- $WRAP "$program" ;;
esac
[ "${V:-0}" = 0 ] || echo "  RUN  $program" >&2
CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 5 "$limit" "$@" >"$log" 2>&1 </dev/null
code=$?
[ "$code" -ne 124 ] || echo "# took longer than $limit s" >>"$log"
printf '\n# exit %d %s\n' "$code" "$program" >>"$log"
