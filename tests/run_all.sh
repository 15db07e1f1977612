#!/bin/sh
# run_all.sh — Job: everything `make test` promises, part by part, with times and one sum.
#
# The last line printed is "N passed, N failed". A part that fails does not stop the next ones: one
# run shows all there is to see. PARTS names some of them: make test PARTS='unit lint'.
: "${B:=build}" "${CPUS:=2}"
MAKE=${MAKE:-make}
RESULTS=$B/results
export B RESULTS
passed=0 failed=0 times=

finish() {
    [ -z "$times" ] || printf '\n  part          seconds  passed  failed\n%s' "$times"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

add() {     # name, seconds, passed, failed
    passed=$((passed + $3)) failed=$((failed + $4))
    times="$times$(printf '  %-13s %7d %7d %7d' "$1" "$2" "$3" "$4")
"
}

# Part NAME is `make TARGET`, and says its counts in $RESULTS/NAME. A make that fails while all its
# counts are good (it did not compile) is one failure.
part() {    # name, target, further words for make
    name=$1
    shift
    echo "== $name"
    began=$(date +%s)
    rm -f "$RESULTS/$name"
    $MAKE --no-print-directory -j"$CPUS" WERROR=-Werror "$@"
    code=$?
    good=0 bad=0
    [ ! -f "$RESULTS/$name" ] || read -r good bad <"$RESULTS/$name"
    [ "$code" -eq 0 ] || [ "$bad" -ne 0 ] || bad=1
    [ $((good + bad)) -ne 0 ] || bad=1
    add "$name" $(($(date +%s) - began)) "$good" "$bad"
}

mkdir -p "$RESULTS"
rm -f "$RESULTS"/*
began=$(date +%s)
if ! sh tests/setup.sh build demo test; then
    failed=1
    finish
fi
if ! $MAKE --no-print-directory -j"$CPUS" WERROR=-Werror all tools unit; then
    echo "The build failed; what did get built is still tried."
    add build $(($(date +%s) - began)) 0 1
else
    add build $(($(date +%s) - began)) 1 0
fi

for one in ${PARTS:-unit asan wire web fault sim fuzz lint demo}; do
    case $one in
    unit) part unit check ;;
    asan) part asan check-asan ;;
    wire) part wire check-wire ;;
    web) part web check-web ;;
    fault) part fault check-fault ;;
    sim) part sim check-sim ;;
    fuzz) part fuzz fuzz FUZZ_SECONDS=3 ;;
    lint) part lint lint ;;
    demo) part demo demo-once ;;
    esac
done
finish
