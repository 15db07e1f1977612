# style.awk — Job: find what breaks a rule of layout; prints "RULE<TAB>FILE:LINE: what".
#
# Widths are counted in characters, not bytes. A C function is found by the brace in column 1 that
# clang-format puts there, a script's function by the indentation of its closing brace.
function said(rule, line, what)
{
    printf "%s\t%s:%d: %s\n", rule, FILENAME, line, what
}

function close_file()
{
    if (file == "")
        return
    if (lines > 400)
        printf "file-lines\t%s:%d: %d lines\n", file, lines, lines
    if (!has_job)
        printf "job-line\t%s:1: no \"%s — Job: sentence.\"\n", file, base
}

FNR == 1 {
    close_file()
    file = FILENAME
    base = file
    sub(/.*\//, "", base)
    kind = file
    sub(/.*\./, "", kind)
    is_c = kind == "c" || kind == "h"
    has_job = in_function = start = js_start = 0
}

{
    lines = FNR
    width = $0
    gsub(/[\200-\277]/, "", width)
    if (length(width) > 100)
        said("columns", FNR, length(width) " columns")
    if (FNR <= 2 && index($0, base " — Job: "))
        has_job = 1
}

is_c && /\t/ { said("tabs", FNR, "a tab") }
is_c && /typedef[ \t]+struct/ { said("typedef-struct", FNR, $0) }
is_c && /^[ \t]*(\/\/.*;|\/\*.*; *\*\/)$/ { said("dead-code", FNR, $0) }

is_c && !in_function {
    if ($0 == "{") {
        in_function = start ? start : FNR
        start = 0
    } else if ($0 ~ /^[a-zA-Z_].*[^;]$/ && $0 !~ /:$/) {
        if (!start)
            start = FNR
    } else if ($0 ~ /^[ \t]+[^ \t]/ && $0 !~ /;$/) {
        # a signature goes on
    } else {
        start = 0
    }
}
is_c && in_function && $0 == "}" {
    if (FNR - in_function + 1 > 60)
        said("function-lines", in_function, FNR - in_function + 1 " lines")
    in_function = 0
}

(kind == "js" || kind == "mjs") && !js_start && \
/^ *(export )?(default )?(async )?function.*\{$/ {
    js_start = FNR
    match($0, /^ */)
    js_indent = RLENGTH
}
(kind == "sh") && !js_start && /^[a-z_]+\(\) \{/ { js_start = FNR; js_indent = 0 }
js_start && /^ *\}/ {
    match($0, /^ */)
    if (RLENGTH == js_indent) {
        if (FNR - js_start + 1 > 60)
            said("function-lines", js_start, FNR - js_start + 1 " lines")
        js_start = 0
    }
}

END { close_file() }
