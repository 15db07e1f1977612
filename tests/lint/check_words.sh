#!/bin/sh
# check_words.sh — Job: words that have no business in the project, in whatever kind of file.
. "$(dirname "$0")/lib.sh"

grep -v '^# ' "$data/words.txt" >"$work/words"
find . \( -name .git -o -name build -o -name 'build-*' -o -name node_modules \) -prune \
    -o -type f -print | sed 's|^\./||' |
    xargs -d '\n' grep -InE -f "$work/words" /dev/null | cut -c1-160 |
    rule words "no debt marks, no private paths, no registry hosts"
finish
