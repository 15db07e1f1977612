# count_tap.awk — Job: count one log's TAP lines: prints "PASSED FAILED SKIPPED".
#
# A line that follows deeper indented ones sums them up (a node:test suite) and is not counted.
function indent_of(text)
{
    match(text, /^ */)
    return RLENGTH
}
/^# exit [0-9]+ / { code = $3 }
/^ *(not )?ok( |$)/ {
    indent = indent_of($0)
    if (indent < last_indent) {
        last_indent = indent
        next
    }
    last_indent = indent
    if ($0 ~ /# SKIP/)
        skipped++
    else if ($0 ~ /^ *not ok/)
        failed++
    else
        passed++
}
END {
    if (code != 0 && failed == 0)
        failed++
    if (passed + failed + skipped == 0)
        failed++
    print passed + 0, failed + 0, skipped + 0
}
