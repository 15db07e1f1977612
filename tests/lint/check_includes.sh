#!/bin/sh
# check_includes.sh — Job: each header is included only where includes.txt lets it be.
. "$(dirname "$0")/lib.sh"

files c h | LC_ALL=C xargs awk -f "$here/includes.awk" "$data/includes.txt" >"$work/found"
sed -n 's/^lib	//p' "$work/found" | rule include-library "each library has its place"
sed -n 's/^room	//p' "$work/found" | rule include-room "dependencies point one way"
finish
