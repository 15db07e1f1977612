# lib.sh — Job: what the lint scripts share: the list of files, and one TAP line per rule.
#
# A check is run with the tree as its current folder. Its data (includes.txt ...) stand beside it,
# or in $LINT_DATA.
here=$(cd "$(dirname "$0")" && pwd)
data=${LINT_DATA:-$here}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rooms="proto common client gateway ambulance_client hospital_client"

# Files of the tree by name endings: `files c h`.
files() {
    for ending in "$@"; do
        find . \( -name .git -o -name build -o -name 'build-*' -o -name node_modules \) -prune \
            -o -type f -name "*.$ending" -print
    done | sed 's|^\./||' | sort
}

# One rule's verdict. Offenders come on stdin, one a line; those that exceptions.txt names for this
# rule are let through. No offender is `ok`.
rule() {    # name of the rule, its sentence
    awk -v rule="$1" '
        NR == FNR { if ($1 == rule) let[$2] = 1; next }
        { split($0, at, ":"); if (!(at[1] in let)) print }' "$data/exceptions.txt" - >"$work/left"
    if [ -s "$work/left" ]; then
        echo "not ok - $1: $2"
        sed 's/^/# /' "$work/left"
        : >"$work/failed"     # a variable would not leave the pipe
    else
        echo "ok - $1: $2"
    fi
}

finish() {
    [ ! -e "$work/failed" ]
    exit
}
