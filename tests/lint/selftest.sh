#!/bin/sh
# selftest.sh — Job: see every lint rule, and the counting itself, fail once: plant one fault each.
#
# A small clean tree is made; each fault is put into it, the check must say `not ok` of that rule
# and of no other, and the fault is taken out again.
set -u
lint=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
status=0
: "${TIDY:=clang-tidy-14}"

verdict() {     # passed or not, what
    if [ "$1" -eq 0 ]; then
        echo "ok - $2"
    else
        echo "not ok - $2"
        status=1
    fi
}

run_check() {   # name of the check
    (cd "$tree" && B=$tree/build LINT_DATA=$tree/tests/lint sh "$lint/check_$1.sh") \
        >"$tree/said" 2>&1
}

# Stdin goes into FILE (on top of what it holds); CHECK must then complain of RULE, of it alone.
plant() {       # check, rule, file
    mkdir -p "$tree/$(dirname "$3")"
    [ ! -f "$tree/$3" ] || cp "$tree/$3" "$tree/before"
    cat >>"$tree/$3"
    [ "$1" != tidy ] || tidy_tree
    if run_check "$1"; then
        verdict 1 "$2: a planted fault is seen"
    else
        [ "$(grep '^not ok' "$tree/said" | cut -d: -f1)" = "not ok - $2" ]
        verdict $? "$2: a planted fault is seen, and no other"
        grep '^not ok' "$tree/said" | grep -v "^not ok - $2:" | sed 's/^/# /'
    fi
    if [ -f "$tree/before" ]; then
        mv "$tree/before" "$tree/$3"
    else
        rm "$tree/$3"
    fi
}

tidy_tree() {
    mkdir -p "$tree/build/tidy"
    (cd "$tree" && $TIDY --quiet proto/good.c -- -std=c11 -I.) >"$tree/build/tidy/good.txt" 2>&1
}

repeat() {      # count, line
    awk -v n="$1" -v text="$2" 'BEGIN { for (i = 0; i < n; i++) print text }'
}

make_tree() {
    mkdir -p "$tree/proto" "$tree/tests/unit" "$tree/tests/lint"
    cp "$lint/../../.clang-format" "$lint/../../.clang-tidy" "$tree"
    cp "$lint"/*.txt "$tree/tests/lint"
    echo '# untested.txt — Job: none.' >"$tree/tests/lint/untested.txt"
    echo '# proto' | tee "$tree/proto/README.md" >"$tree/tests/README.md"
    cat >"$tree/proto/good.c" <<'C'
/* good.c — Job: be beyond reproach. */
#include "proto/good.h"

#include <stddef.h>

size_t good_size(const char *text)
{
    size_t size = 0;
    while (text[size] != '\0')
        size++;
    return size;
}
C
    cat >"$tree/proto/good.h" <<'C'
/* good.h — Job: be beyond reproach. */
#ifndef PROTO_GOOD_H
#define PROTO_GOOD_H

#include <stddef.h>

/* The length of TEXT in bytes. */
size_t good_size(const char *text);
#endif
C
    printf '/* test_good.c — Job: nothing. */\n' >"$tree/tests/unit/test_good.c"
}

plant_style() {
    repeat 400 'extern int x;' | plant style file-lines proto/good.h
    { printf 'int f(void)\n{\n'; repeat 60 '    g();'; echo '}'; } |
        plant style function-lines proto/good.c
    { printf 'static int f(int a,\n             int b)\n{\n'; repeat 57 '    g();'; echo '}'; } |
        plant style function-lines proto/good.c
    { echo '// x.mjs — Job: x.'; echo 'function f() {'; repeat 60 '  g();'; echo '}'; } |
        plant style function-lines tests/x.mjs
    repeat 1 "/* $(repeat 95 x | tr -d '\n') */" | plant style columns proto/good.c
    repeat 1 '/* other.c — Job: named wrongly. */' | plant style job-line proto/bad.c
    printf '\tint x;\n' | plant style tabs proto/good.c
    echo 'typedef struct x { int y; } x;' | plant style typedef-struct proto/good.h
    echo '    /* good_size(text); */' | plant style dead-code proto/good.c
    repeat 31 'More.' | plant style room-readme proto/README.md
}

plant_words() {
    for word in TO""DO FIX""ME X""XX HA""CK; do
        echo "/* $word: later. */" | plant words words proto/good.c
    done
    echo "see ../sha""red/NOTES.md" | plant words words proto/README.md
    echo "cd /wo""rk/main" | plant words words tests/run.sh
    echo '{"resolved": "https://artifact''ory.example/x"}' | plant words words tests/x-lock.json
}

plant_calls() {
    for call in 'strcpy(a, b)' 'atoi(a)' 'system(a)' 'time(NULL)' 'usleep(1)' 'rand()' \
        'alloca(9)' 'tmpnam(a)' 'strncpy(a, b, c)' 'localtime(&t)' 'setlocale(a, b)'; do
        printf 'void f(void)\n{\n    %s;\n}\n' "$call" | plant calls calls proto/good.c
    done
}

plant_includes() {
    for header in libwebsockets.h openssl/ssl.h cjson/cJSON.h sqlite3.h uv.h winscard.h expat.h \
        mbedtls/md.h unistd.h time.h new_library.h; do
        echo "#include <$header>" | plant includes include-library proto/good.c
    done
    echo '#include "gateway/door/door.h"' | plant includes include-room proto/good.c
    echo '#include "common/log.h"' | plant includes include-room gateway/core/x.c
}

plant_rest() {
    echo 'int f(void);' | plant untested untested proto/alone.c
    echo 'proto/gone.c   was here once' | plant untested untested-list tests/lint/untested.txt
    echo 'proto/good.c   has no test' | plant untested untested-list tests/lint/untested.txt
    echo 'int   x ;' | plant format format proto/good.h
    printf 'int f(void)\n{\n    int a[2] = {1, 2};\n    return a[2];\n}\n' |
        plant cppcheck cppcheck proto/good.c
    printf 'int f(int n)\n{\n    return n == 0 ? 0 : f(n - 1);\n}\n' |
        plant tidy clang-tidy proto/good.c
    printf 'int f(const int *p)\n{\n    if (p)\n        return 1;\n    return *p;\n}\n' |
        plant tidy clang-tidy proto/good.c
}

# What a program of that text counts for, as "PASSED FAILED".
counts() {      # wanted counts, what it is; the program comes on stdin
    { echo '#!/bin/sh'; cat; } >"$tree/x_test.sh"
    chmod +x "$tree/x_test.sh"
    (cd "$tree" && B=$tree/build RESULTS=$tree/build/results V=0 WRAP='' JOBS=1 \
        sh "$lint/../run_checks.sh" self 2 "$tree/x_test.sh") >"$tree/said" 2>&1
    [ "$(cat "$tree/build/results/self")" = "$1" ]
    verdict $? "counting: $2"
}

plant_counts() {
    echo 'echo ok 1 - a; echo "ok 2 - b"' | counts "2 0" "two good checks"
    echo 'echo ok 1 - a; echo "not ok 2 - b"' | counts "1 1" "one that fails, though it exits 0"
    echo 'echo ok 1 - a; exit 3' | counts "1 1" "a bad end after a good check"
    echo 'echo ok 1 - a; kill -SEGV $$' | counts "1 1" "a crash"
    echo 'echo ok 1 - a; sleep 60' | counts "1 1" "a program that hangs"
    echo 'echo hello' | counts "0 1" "a program that checks nothing"
    echo 'echo ok 1 - a; echo "ok 2 - b # SKIP no card"' | counts "1 0" "a skipped check is no pass"
    echo 'echo "    ok 1 - a"; echo "    ok 2 - b"; echo "ok 1 - both"' |
        counts "2 0" "the sum line of a suite is not one more"
    echo 'echo "ok 1 - a # SKIP no card"' | counts "0 1" "a part in which all was skipped fails"
    (cd "$tree" && B=$tree/build RESULTS=$tree/build/results sh "$lint/../run_checks.sh" none 2) \
        >"$tree/said" 2>&1
    [ $? -ne 0 ] && [ "$(cat "$tree/build/results/none")" = "0 1" ]
    verdict $? "counting: a part without programs fails"
}

make_tree
tidy_tree
for check in style words calls includes untested format cppcheck tidy; do
    run_check "$check"
    verdict $? "$check: the clean tree passes"
    grep '^\(not ok\|#\)' "$tree/said" | sed 's/^/# /'
done
plant_style
plant_words
plant_calls
plant_includes
plant_rest
plant_counts
exit $status
