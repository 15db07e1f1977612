# code_only.awk — Job: C without its comments and the insides of its strings: "FILE:LINE:code".
FNR == 1 { inside = 0 }
{
    code = ""
    rest = $0
    while (rest != "") {
        if (inside) {
            end = index(rest, "*/")
            if (!end)
                break
            rest = substr(rest, end + 2)
            inside = 0
        } else if (match(rest, /^"([^"\\]|\\.)*"/) || match(rest, /^'([^'\\]|\\.)*'/)) {
            code = code substr(rest, 1, 1) substr(rest, 1, 1)
            rest = substr(rest, RLENGTH + 1)
        } else if (substr(rest, 1, 2) == "/*") {
            inside = 1
            rest = substr(rest, 3)
        } else if (substr(rest, 1, 2) == "//") {
            break
        } else {
            code = code substr(rest, 1, 1)
            rest = substr(rest, 2)
        }
    }
    print FILENAME ":" FNR ":" code
}
