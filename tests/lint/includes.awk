# includes.awk — Job: judge each #include by includes.txt: prints "RULE<TAB>FILE:LINE: what".
function to_regex(glob)
{
    gsub(/\./, "\\.", glob)
    gsub(/\*\*/, "%", glob)
    gsub(/\*/, "[^/]*", glob)
    gsub(/%/, ".*", glob)
    return "^" glob "$"
}

function fits_one(path, globs,    n, i, each)
{
    n = split(globs, each, " ")
    for (i = 1; i <= n; i++)
        if (path ~ to_regex(each[i]))
            return 1
    return 0
}

NR == FNR {
    if ($1 == "lib" || $1 == "room") {
        at = index($0, " : ")
        row++
        row_kind[row] = $1
        row_what[row] = $2
        row_allowed[row] = substr($0, at + 3)
    }
    next
}

/^#[ \t]*include/ {
    system_header = $0 ~ /</
    header = $0
    sub(/^#[ \t]*include[ \t]*[<"]/, "", header)
    sub(/[>"].*/, "", header)
    kind = system_header ? "lib" : "room"
    subject = system_header ? header : FILENAME
    object = system_header ? FILENAME : header
    for (i = 1; i <= row; i++)
        if (row_kind[i] == kind && subject ~ to_regex(row_what[i]))
            break
    if (i > row)
        print kind "\t" FILENAME ":" FNR ": " header ": not in includes.txt"
    else if (!fits_one(object, row_allowed[i]))
        print kind "\t" FILENAME ":" FNR ": " header " does not belong here"
}
