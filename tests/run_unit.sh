#!/bin/sh
# run_unit.sh — Job: run each unit test program in its own process, with a time limit, and count.
passed=0 failed=0
for program in "$@"; do
    if timeout 60 "$program" >"$program.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $program"
        cat "$program.log"
    fi
done
echo "unit programs: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
