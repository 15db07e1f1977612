#!/bin/sh
# run.sh — Job: measure this machine: floors, peer and gateway in one run; write the table.
#
#   BENCH_DEVICES=N   idle devices (1000)        BENCH_CREWS=N     signed-in crews (256)
#   BENCH_CHANGES=N   changes of destination (300)  BENCH_EVENTS=N  vitals (60000)
#   BENCH_BACKGROUND=N  events a second beside the changes (150: the nation's peak, ten times)
#   BENCH_ROUNDS=N   stories on the pages (20; 0: none), in Chromium, with programs of their own
#   BENCH_LOG=N      entries of the log that the console asks (1000000; 10000000 take 8 minutes)
#   BENCH_DIR=DIR     where the journal lies (build/bench): its disk is part of the figures
# The server has one core and the load the other. Nothing is asserted: a figure that misses its bar
# says so in the table.
set -u
B=$(cd "${B:-build}" && pwd)
DEVICES=${BENCH_DEVICES:-1000}
mkdir -p "$B/bench" "${BENCH_DIR:-$B/bench}"
D=$(mktemp -d "${BENCH_DIR:-$B/bench}/run-XXXXXX") || exit 1
ROWS="$B/bench/rows.jsonl"
G="$B/bin/sakiyomi-gateway"
: >"$ROWS"
PIDS=

say() { echo "== $*"; }
stop_programs() {
    for pid in $PIDS; do kill -TERM "$pid" 2>/dev/null; done
    for pid in $PIDS; do wait "$pid" 2>/dev/null; done
    PIDS=
}
stop_all() {
    stop_programs
    [ -n "${BENCH_KEEP:-}" ] || rm -rf "$D"
}
trap 'stop_all' EXIT
trap 'exit 130' INT TERM
fail() {
    echo "bench: $*"
    for file in "$D"/*.err "$D"/*.log; do
        [ -s "$file" ] && echo "-- $file" && tail -n 20 "$file"
    done
    exit 1
}
wait_line() { # FILE PATTERN SECONDS WHAT
    i=0
    until grep -q -- "$2" "$1" 2>/dev/null; do
        i=$((i + 1))
        [ "$i" -le $(($3 * 20)) ] || fail "$4 (waited $3 s)"
        sleep 0.05
    done
}
begin() { # NAME COMMAND...: in the background; $! stays its pid
    name=$1
    shift
    "$@" >"$D/$name.out" 2>"$D/$name.err" &
    PIDS="$! $PIDS"
}
on_core() { # CORE COMMAND...
    core=$1
    shift
    if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then
        exec taskset -c "$core" "$@"
    fi
    exec "$@"
}
# One number of a flat line of JSON.
number() { sed -n "s/.*\"$2\":\([0-9.]*\).*/\1/p" "$1"; }
yes_if() { awk -v a="$1" -v b="$2" 'BEGIN { print (a >= b) ? "yes" : "no" }'; }

# ---- disk, SQLite, the append path alone ----
say "floors: fdatasync, bare SQLite; then the append path alone, on core 0"
(on_core 0 "$B/bench/bench_floor" "$D") >"$D/floor.json" || fail "floor"
append() { on_core 0 "$B/bench/bench_append" "$D" "${BENCH_APPEND:-200000}" 32 "$1"; }
(append 0) >"$D/append.json" || fail "append"
(append 1000) >"$D/append_rows.json" || fail "append"
SYNC="fdatasync p50 $(number "$D/floor.json" fdatasync_ms_p50) ms, \
p99 $(number "$D/floor.json" fdatasync_ms_p99) ms"
append_row() { # FILE WHAT ID
    rate=$(number "$1" events_per_s)
    floor=$(number "$D/floor.json" sqlite_rows_per_s_group32)
    printf '{"what":"%s","floor":"%s","ours":"%s","bar":"≥ 30,000","met":"%s",' "$2" \
        "bare SQLite rows of 1 KB, WAL FULL: $floor/s in groups of 32, \
$(number "$D/floor.json" sqlite_rows_per_s)/s single; $SYNC" \
        "$rate/s ($(number "$1" writer_cpu_us_per_event) µs of the writer's CPU each)" \
        "$(yes_if "$rate" 30000)"
    printf '"id":"%s","per_s":%s,"floor_per_s":%s}\n' "$3" "$rate" "$floor"
}
{
    append_row "$D/append.json" "append path alone, events per second in groups of 32" append
    append_row "$D/append_rows.json" "the same, each with a derived row of 1 KB" append_rows
} >>"$ROWS"

# ---- upstream SIMULATOR, gateway, bare server ----
say "gateway on core 0, load on core 1; $DEVICES devices"
"$B/tools/make-cards" "$D/cards" --count 1 --seed 1 --one-key >"$D/cards.log" 2>&1 ||
    fail "no cards"
mkdir "$D/up"
(
    cd "$D/up" &&
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
            -subj "/CN=SIMULATOR CA" -keyout ca.key -out ca.crt &&
        for name in server client; do
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
                -keyout "$name.key" -out "$name.csr" || exit 1
            usage=clientAuth
            [ "$name" = server ] && usage=serverAuth
            printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=%s\n' "$usage" \
                >"$name.ext"
            openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
                -extfile "$name.ext" -out "$name.crt" || exit 1
        done
) >"$D/up.log" 2>&1 || fail "no certificates for the simulator"
begin simulator on_core 1 "$B/tools/eligibility-simulator" --seed 1 --port 0 \
    --cert "$D/up/server.crt" --key "$D/up/server.key" --ca "$D/up/ca.crt"
wait_line "$D/simulator.out" '^ready' 20 "the eligibility simulator is ready"
cat >"$D/gateway.conf" <<CONF
name = bench.example/log
data_dir = data
profile = training
log_level = warn
ambulance_address = 127.0.0.1
ambulance_port = 0
hospital_address = 127.0.0.1
hospital_port = 0
admin_address = 127.0.0.1
admin_port = 0
provider = api
provider_url = https://127.0.0.1:$(sed -n 's/^port=//p' "$D/simulator.out")
provider_ca = up/ca.crt
provider_cert = up/client.crt
provider_key = up/client.key
provider_simulator = yes
facility_code = 1310000000
card_ca = $D/cards/auth_ca.der
card_test_accepted = yes
password_memory_mib = 8
$(for side in ambulance hospital admin; do
    echo "${side}_cert = data/pki/server.crt"
    echo "${side}_key = data/pki/server.key"
    echo "${side}_ca = data/pki/ca.crt"
    echo "${side}_crl = data/pki/crl.pem"
done)
CONF
"$G" init --names localhost,127.0.0.1 --config "$D/gateway.conf" >"$D/init.log" 2>&1 ||
    fail "init"
begin gateway on_core 0 "$G" serve --config "$D/gateway.conf"
GATEWAY=$!
wait_line "$D/gateway.out" '^ready' 20 "the gateway is ready"
begin bare on_core 0 "$B/bench/bench_bare" "$D/data/pki/server.crt" "$D/data/pki/server.key" \
    "$D/data/pki/ca.crt"
BARE=$!
wait_line "$D/bare.out" '^port' 20 "the bare server is ready"
port() { sed -n "s/^listening $1 //p" "$D/gateway.out"; }
[ -z "${BENCH_WATCH:-}" ] || echo "gateway is process $GATEWAY"
(on_core 1 "$B/bench/bench_wire" --data "$D/data" --pid "$GATEWAY" \
    --ambulance "$(port ambulance)" --hospital "$(port hospital)" \
    --bare "$(sed -n 's/^port //p' "$D/bare.out")" --bare-pid "$BARE" \
    --card "$D/cards/card-01/auth.der" --devices "$DEVICES" --crews "${BENCH_CREWS:-256}" \
    --changes "${BENCH_CHANGES:-300}" --messages "${BENCH_EVENTS:-60000}" \
    --background "${BENCH_BACKGROUND:-150}") >"$D/wire.jsonl" || fail "the load"
sed "s/FDATASYNC/$SYNC/" "$D/wire.jsonl" >>"$ROWS"

# ---- pages: a touch, and an opening, as somebody at the screen has them ----
stop_programs
left_out() {
    say "pages left out: $1"
    printf '{"what":"pages: a touch, and an opening, in Chromium","floor":"–","ours":"%s",' \
        "left out: $1" >>"$ROWS"
    printf '"bar":"< 100 ms; p99 ≤ 20 ms","met":"–"}\n' >>"$ROWS"
}
ROUNDS=${BENCH_ROUNDS:-20}
if [ "$ROUNDS" -eq 0 ]; then
    left_out "BENCH_ROUNDS=0"
elif ! [ -x "${CHROMIUM:=/usr/bin/chromium}" ]; then
    left_out "no Chromium here (sh tests/setup.sh browser)"
elif ! [ -d tests/web/node_modules/playwright-core ]; then
    left_out "tests/web/node_modules is missing (sh tests/setup.sh test)"
else
    say "pages: $ROUNDS stories in Chromium"
    export CHROMIUM
    TMPDIR="$D" node tests/bench/pages.mjs "$ROUNDS" >>"$ROWS" 2>"$D/pages.err" || fail "the pages"
fi

# ---- the console: each kind of question of a long log ----
LOG=${BENCH_LOG:-1000000}
say "console: questions of a log of $LOG entries"
mkdir "$D/console"
(on_core 0 "$B/bench/bench_console" "$D/console" "$LOG") >"$D/console.txt" || fail "the console"
awk -v size="$LOG" '
    /^second pass/ { sub(/.*of CPU \(/, ""); pass = $0 + 0 }
    / cold .* then mean/ {
        for (i = 1; i < NF; i++) {
            if ($i == "cold" && $(i + 1) + 0 > cold) cold = $(i + 1) + 0
            if ($i == "mean" && $(i + 1) + 0 > mean) mean = $(i + 1) + 0
            if ($i == "max" && $(i + 1) + 0 > max) max = $(i + 1) + 0
        }
        kinds++
    }
    END {
        printf "{\"what\":\"console: a page of answers out of a log of %d entries, the worst of " \
            "%d kinds of question\",\"floor\":\"–\",", size, kinds
        printf "\"ours\":\"mean %.1f ms, max %.1f ms; first, files out of the cache, %.0f ms; " \
            "second pass %d entries per CPU second\",", mean, max, cold, pass
        printf "\"bar\":\"10 M stay quick\",\"met\":\"–\",\"id\":\"console\","
        printf "\"mean_ms\":%.2f,\"max_ms\":%.2f,\"cold_ms\":%.2f}\n", mean, max, cold
    }' "$D/console.txt" >>"$ROWS"
. tests/bench/table.sh
