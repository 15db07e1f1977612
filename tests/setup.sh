#!/bin/sh
# setup.sh — Job: install what building or testing needs, and only what is really missing.
#
#   sh tests/setup.sh [--check] GROUP...        groups: build demo test browser debian13
#
# What is asked for is a command, a library as pkg-config knows it, a file, or a font for a
# language: never a package. A machine whose Node.js or clang comes from somewhere else is left as
# it is. A stamp in the build folder makes a second run instant; the commands are looked for each
# time all the same.
#   --check   install nothing; say what is missing and fail
set -u

# group, kind, what (a/b: either), Debian package (a/b: the first that apt knows), why
needs() {
    cat <<'TABLE'
build    cmd  gcc                       gcc                     compiles C11
build    cmd  make                      make                    runs the Makefile
build    cmd  ar                        binutils                packs a room into an archive
build    cmd  pkg-config                pkg-config/pkgconf      finds the libraries
build    head stdlib.h                  libc6-dev               the C library
build    lib  libwebsockets             libwebsockets-dev       WebSocket and HTTP
build    glob libwebsockets-evlib_uv.so* libwebsockets-evlib-uv libwebsockets on libuv
build    lib  libuv                     libuv1-dev              event loop
build    head mbedtls/x509_crt.h        libmbedtls-dev          certificates and sealing
build    lib  libcjson                  libcjson-dev            JSON
build    lib  libsodium                 libsodium-dev           Ed25519, Argon2id, sealed boxes
build    lib  liboath                   liboath-dev             one-time codes
build    lib  sqlite3                   libsqlite3-dev          storage
build    lib  expat                     libexpat1-dev           XML of the eligibility system
build    lib  libpcsclite               libpcsclite-dev         card readers
build    lib  openssl                   libssl-dev              TLS under libwebsockets
build    lib  libcap                    libcap-dev              needed by libwebsockets
build    lib  zlib                      zlib1g-dev              reading compressed parts
build    lib  libcurl                   libcurl4-openssl-dev    HTTPS to the eligibility system
build    lib  poppler-glib              libpoppler-glib-dev     pages of a PDF (sakiyomi-pdf-pages)
build    lib  cairo                     libcairo2-dev           its images
build    lib  fontconfig                libfontconfig-dev       its fonts
build    lib  libseccomp                libseccomp-dev          its sandbox
demo     cmd  pcscd                     pcscd                   speaks to the card reader
demo     lib  libmicrohttpd             libmicrohttpd-dev       the eligibility simulator
demo     cmd  openssl                   openssl                 looks at certificates
demo     cmd  fc-list                   fontconfig              which letters a machine has
demo     share poppler/cMap              poppler-data            Japanese letters that a PDF lacks
demo     font ja                        fonts-ipafont-gothic/fonts-noto-cjk the letters themselves
test     lib  cmocka                    libcmocka-dev           unit tests
test     cmd  pcscd                     pcscd                   card reader service
test     glob pcsc/drivers/serial/libifdvpcd.so* vsmartcard-vpcd an independent virtual reader
test     cmd  opensc-tool               opensc                  an independent judge of cards
test     cmd  openssl                   openssl                 an independent TLS client
test     cmd  node                      nodejs                  wire tests: another language
test     cmd  clang-14/clang            clang-14/clang          sanitizers and fuzzing
test     glob libclang_rt.fuzzer*       libclang-rt-14-dev/libclang-rt-19-dev clang
test     cmd  clang-tidy-14/clang-tidy  clang-tidy-14/clang-tidy lint
test     cmd  clang-format-14/clang-format clang-format-14/clang-format layout
test     cmd  cppcheck                  cppcheck                lint
test     cmd  valgrind                  valgrind                memory errors
test     cmd  strace                    strace                  proof of write, flush, send in order
test     cmd  ip                        iproute2                looks at listening ports
test     cmd  chromium-headless-shell/chromium chromium-headless-shell/chromium shows the pages
test     cmd  certutil                  libnss3-tools           a browser that trusts a test CA
test     cmd  fc-list                   fontconfig              which letters a machine has
test     share poppler/cMap              poppler-data            Japanese letters that a PDF lacks
test     font ja                        fonts-ipafont-gothic/fonts-noto-cjk the letters themselves
test     cmd  npm                       npm                     fetches what steers chromium
browser  cmd  chromium                  chromium                bench, check-web-states: all of it
debian13 cmd  debootstrap               debootstrap             a Debian 13 to build in
TABLE
}

has_command() {
    for name in $(echo "$1" | tr / ' '); do
        command -v "$name" >/dev/null 2>&1 && return 0
        [ -x "/usr/sbin/$name" ] && return 0
    done
    return 1
}

has_header() {
    for dir in /usr/local/include /usr/include /usr/include/*-linux-gnu; do
        [ -e "$dir/$1" ] && return 0
    done
    return 1
}

has_glob() {
    for dir in /usr/local/lib /usr/lib /usr/lib/*-linux-gnu \
               /usr/lib/llvm-*/lib/clang/*/lib/linux /usr/lib/clang/*/lib/linux; do
        for file in "$dir"/$1; do
            [ -e "$file" ] && return 0
        done
    done
    return 1
}

has() {
    case $1 in
    cmd) has_command "$2" ;;
    head) has_header "$2" ;;
    glob) has_glob "$2" ;;
    share) [ -e "/usr/share/$2" ] ;;
    font) [ -n "$(fc-list ":lang=$2" 2>/dev/null)" ] ;;
    lib) pkg-config --exists "$2" 2>/dev/null ;;
    esac
}

# Print the rows of the chosen groups that are missing; KINDS limits what is looked at.
missing() {
    needs | while read -r group kind what package why; do
        case " $groups " in *" $group "*) ;; *) continue ;; esac
        case " $kinds " in *" $kind "*) ;; *) continue ;; esac
        has "$kind" "$what" || echo "$kind $what $package $why"
    done
}

fail() {
    echo "setup: $1" >&2
    echo "準備: $2" >&2
    exit 1
}

apt() {
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
    else
        sudo DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
    fi
}

known() {
    [ -n "$(apt-cache policy "$1" 2>/dev/null | grep 'Candidate: [0-9]')" ]
}

# The first package of a/b/c that apt knows; the first of all if it knows none.
choose() {
    for name in $(echo "$1" | tr / ' '); do
        known "$name" && { echo "$name"; return; }
    done
    echo "${1%%/*}"
}

refresh_lists() {
    for name in $(echo "$wanted" | tr / ' '); do
        known "$name" && return
    done
    echo "setup: reading the package lists" >&2
    apt update >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}

install_missing() {
    packages=
    for choice in $wanted; do
        packages="$packages $(choose "$choice")"
    done
    echo "setup: installing$packages" >&2
    apt install -y --no-install-recommends $packages >"$log" 2>&1
}

# pcscd puts its files there and does not make it; it is gone after each start of the machine. Who
# may not make it is no worse off where pcscd-launch may give pcscd a /run of its own.
make_run_folder() {
    case " $groups " in *" demo "* | *" test "*) ;; *) return ;; esac
    [ -d /run/pcscd ] || mkdir -p /run/pcscd 2>/dev/null ||
        sudo -n mkdir -p /run/pcscd 2>/dev/null || :
}

# What steers the browser and judges its pages, as tests/web/package-lock.json names it. Without it
# only the part `web` of the tests fails, so the rest goes on.
node_modules() {
    case " $groups " in *" test "*) ;; *) return ;; esac
    web=$(dirname "$0")/web
    cmp -s "$web/package-lock.json" "$web/node_modules/.as-locked" && return
    [ "$check_only" -eq 0 ] ||
        fail "run 'make setup' (npm ci in tests/web)" "「make setup」を実行してください（npm ci）"
    echo "setup: npm ci in $web" >&2
    if (cd "$web" && npm ci --no-audit --no-fund) >"$log" 2>&1; then
        cp "$web/package-lock.json" "$web/node_modules/.as-locked"
    else
        tail -n 5 "$log" >&2
        echo "setup: npm could not: the tests of the pages will fail / 画面の試験は失敗します" >&2
    fi
}

last_things() {
    make_run_folder
    node_modules
}

check_only=0
groups=
for word in "$@"; do
    case $word in
    --check) check_only=1 ;;
    build | demo | test | browser | debian13) groups="$groups $word" ;;
    *) fail "unknown word $word (groups: build demo test browser debian13)" "不明な引数です: $word" ;;
    esac
done
[ -n "$groups" ] || fail "name a group: build demo test browser debian13" "対象を指定してください"

folder=${B:-build}
mkdir -p "$folder" || exit 1
stamp="$folder/setup$(echo "$groups" | tr ' ' -)"
log="$folder/setup.log"

kinds="cmd head glob lib share font"
[ "$stamp" -nt "$0" ] && kinds="cmd"
list=$(missing)
if [ -z "$list" ]; then
    [ "$kinds" = cmd ] || : >"$stamp"
    last_things
    exit
fi
kinds="cmd head glob lib share font"
list=$(missing)
echo "setup: missing here (kind, what, package, why) / 不足しているもの:" >&2
echo "$list" | sed 's/^/  /' >&2
[ "$check_only" -eq 0 ] ||
    fail "run 'make setup' (installs them with apt)" "「make setup」を実行してください（apt で導入します）"
command -v apt-get >/dev/null 2>&1 ||
    fail "no apt-get here: install the above with this system's own package manager" \
         "apt-get がありません。上記をこの環境の方法で導入してください"
[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 ||
    fail "neither root nor sudo: have an administrator install the above" \
         "root でも sudo でもありません。管理者に導入を依頼してください"

wanted=$(echo "$list" | cut -d' ' -f3 | sort -u)
refresh_lists && install_missing
if [ -n "$(missing)" ]; then
    # A list that is out of date names files that are gone: read it anew, once, and try again.
    apt update >"$log" 2>&1 && install_missing
fi
list=$(missing)
if [ -n "$list" ]; then
    tail -n 20 "$log" >&2
    echo "$list" | sed 's/^/  still missing: /' >&2
    fail "apt could not install all of it; its last words are above and in $log" \
         "apt で導入できないものがあります。上の記録（$log）を確認してください"
fi
: >"$stamp"
last_things
