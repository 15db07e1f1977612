# table.sh — Job: results.json and docs/BENCHMARKS.md from the rows of one run; read by run.sh.
fact() { sed -n "s/^$1[[:space:]]*:[[:space:]]*//p" /proc/cpuinfo | head -n 1; }
CPU=$(fact 'model name')
MHZ=$(fact 'cpu MHz')
MEMORY=$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)
FILES=$(stat -f -c %T "$D")
LOAD=$(cut -d ' ' -f 1-3 /proc/loadavg)
LWS=$(pkg-config --modversion libwebsockets) SQLITE=$(pkg-config --modversion sqlite3)
SSL=$(pkg-config --modversion openssl)
NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)
COMMIT=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)

{
    printf '{"at":"%s","commit":"%s","cpu":"%s","cores":%s,"kernel":"%s","files":"%s",' "$NOW" \
        "$COMMIT" "$CPU" "$(nproc)" "$(uname -r)" "$FILES"
    printf '"load":"%s","libwebsockets":"%s","openssl":"%s","sqlite":"%s","rows":[\n' "$LOAD" \
        "$LWS" "$SSL" "$SQLITE"
    sed '$!s/$/,/' "$ROWS"
    echo ']}'
} >"$B/bench/results.json"

{
    cat <<TEXT
# What was measured

Written by \`make bench\`; no test asserts any of it. Floor, peer and gateway are of one run
on one machine: read a figure beside its floor, not beside another machine's. The bars are the
design's.

| what | floor or peer, same run | ours | bar | met |
|---|---|---|---|---|
TEXT
    # The values of the first five members, which are texts, in their order.
    awk -F '"' '{ printf "| %s | %s | %s | %s | %s |\n", $4, $8, $12, $16, $20 }' "$ROWS"
    cat <<TEXT

| | |
|---|---|
| machine | $CPU, $MHZ MHz, $(nproc) cores, $MEMORY, Linux $(uname -r) |
| versions | libwebsockets $LWS, OpenSSL $SSL, SQLite $SQLITE; $(${CC:-gcc} --version | head -n 1) |
| when, what | $NOW, commit $COMMIT |
| load average at the end | $LOAD (above 2: other work went on, and the figures suffered) |
| journal on | $FILES; a virtual disk may say "synced" before it is so |
| command | \`BENCH_DEVICES=$DEVICES make bench\` |

How: the gateway is the real program, its journal on the disk above, pinned to core 0; the load (a
WebSocket client by hand over OpenSSL, checking the server's certificate) and the eligibility
SIMULATOR are on core 1. Times through the wire are taken on the load's side by one clock, from
before the message is written until the answer is decrypted. Passwords are hashed with 8 MiB
instead of 64 so that hundreds of people sign in quickly; nothing else differs from a default
installation. The bare libwebsockets server has the door's TLS settings and buffers and does nothing
but echo. CPU time of the server counts user and system time of all its threads. The pages are
measured last, with programs of their own and Chromium on the same machine, not pinned, the journal
on the same disk: in the page itself, from the event of a touch to the paint of what it changed, and
on the board to the moment when the content stands in the document. Their floors are touches of the
same hand that open nothing.
TEXT
} >docs/BENCHMARKS.md
say "docs/BENCHMARKS.md, $B/bench/results.json"
sed -n '/^| what/,/^$/p' docs/BENCHMARKS.md
