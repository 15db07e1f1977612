#!/bin/sh
# run.sh — Job: the main job from end to end on this machine, everything real but the upstream.
#
# Starts: a private pcscd with a simulated reader and card (SIMULATOR), the eligibility SIMULATOR
# over mutual TLS, the gateway, one ambulance, two hospitals. Runs the story, proves the log, prints
# the timeline that demo_timeline computes from the records, then stays until Ctrl-C.
#   DEMO=once     ends by itself; status 0 only if every step happened
#   DEMO_SEED=N   chooses patient and data        DEMO_MARKER=TEXT  plants TEXT in the view
set -u
B=$(cd "${B:-build}" && pwd)
SEED=${DEMO_SEED:-1}
MARKER=${DEMO_MARKER:-}
ONCE=
if [ "${DEMO:-}" = once ] || [ -n "${DEMO_ONCE:-}" ]; then ONCE=1; fi
mkdir -p "$B/demo"
D=$(mktemp -d "$B/demo/run-XXXXXX") || exit 1
PIDS=
G="$B/bin/sakiyomi-gateway"

say() {
    echo "== $*"
}
stop_all() {
    for pid in $PIDS; do kill -TERM "$pid" 2>/dev/null; done
    for pid in $PIDS; do wait "$pid" 2>/dev/null; done
}
trap 'stop_all' EXIT
trap 'exit 130' INT TERM
fail() {
    echo "not ok demo: $*"
    echo "   what the programs said is in $D"
    exit 1
}
# Waits for a line in a file that some program writes: an observable fact, with a limit.
wait_line() { # FILE PATTERN SECONDS WHAT
    i=0
    until grep -q -- "$2" "$1" 2>/dev/null; do
        i=$((i + 1))
        [ "$i" -le $(($3 * 20)) ] || fail "$4 (waited $3 s)"
        sleep 0.05
    done
}
begin() { # NAME COMMAND...: in the background, its words in NAME.out and NAME.err
    name=$1
    shift
    "$@" >"$D/$name.out" 2>"$D/$name.err" &
    PIDS="$! $PIDS"
    eval "PID_$name=$!"
}
alive() {
    kill -0 "$1" 2>/dev/null || fail "$2 has ended"
}
id_of() {
    sed -n 's/.*"id":"\([^"]*\)".*/\1/p'
}

# ---- certificates of the upstream side: a throw-away authority ----
say "SIMULATOR: cards (test authority) and eligibility system"
# A card's patient is its serial modulo 40; the first ones are oddities (refusals, broken parts), so
# the seed chooses two of the ordinary ones.
H=$(printf '%s' "$SEED" | cksum | cut -d ' ' -f 1)
for i in 0 1; do
    printf '%X\n' $((((H % 100000) + 1) * 40 + 20 + (H + i * 7) % 20))
done >"$D/serials"
"$B/tools/make-cards" "$D/cards" --serials "$D/serials" --one-key >"$D/cards.log" 2>&1 ||
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
begin simulator "$B/tools/eligibility-simulator" --seed "$SEED" ${MARKER:+--marker "$MARKER"} \
    --port 0 --cert "$D/up/server.crt" --key "$D/up/server.key" --ca "$D/up/ca.crt" \
    --access-log "$D/simulator.jsonl"
wait_line "$D/simulator.out" '^ready' 20 "the eligibility simulator is ready"
UP=$(sed -n 's/^port=//p' "$D/simulator.out")

# ---- the gateway ----
say "gateway: data folder, keys, authority"
cat >"$D/gateway.conf" <<EOF
name = demo.example/log
data_dir = data
profile = training
ambulance_address = 127.0.0.1
ambulance_port = 0
hospital_address = 127.0.0.1
hospital_port = 0
admin_address = 127.0.0.1
admin_port = 0
$(for side in ambulance hospital admin; do
    echo "${side}_cert = data/pki/server.crt"
    echo "${side}_key = data/pki/server.key"
    echo "${side}_ca = data/pki/ca.crt"
    echo "${side}_crl = data/pki/crl.pem"
done)
provider = api
provider_url = https://127.0.0.1:$UP
provider_ca = up/ca.crt
provider_cert = up/client.crt
provider_key = up/client.key
provider_simulator = yes
facility_code = 1310000000
card_ca = $D/cards/auth_ca.der
card_test_accepted = yes
EOF
gw() {
    "$G" "$@" --config "$D/gateway.conf"
}
gw init --names localhost,127.0.0.1 >"$D/init.log" 2>&1 || fail "init"
HQ=$(gw org add --kind headquarters --name 汐見消防本部 --code 0372 | id_of)
HA=$(gw org add --kind hospital --name 汐見総合病院 --code 1310000001 | id_of)
HB=$(gw org add --kind hospital --name 港南救命センター --code 1310000002 | id_of)
[ -n "$HQ" ] && [ -n "$HA" ] && [ -n "$HB" ] || fail "organisations"
echo "$HA $HB" >"$D/hospitals"
person() { # FILE ORG LOGIN NAME ROLES
    gw person add --org "$2" --login "$3" --name "$4" --roles "$5" --secrets "$D/$1" \
        >>"$D/people.log" 2>&1 || fail "person $3"
}
person crew.secret "$HQ" sato 佐藤花子 paramedic
person a.secret "$HA" tanaka 田中一郎 er_board,er_viewer
person b.secret "$HB" suzuki 鈴木次郎 er_board,er_viewer
begin gateway "$G" serve --config "$D/gateway.conf"
wait_line "$D/gateway.out" '^ready' 20 "the gateway is ready"
port() {
    sed -n "s/^listening $1 //p" "$D/gateway.out"
}

# ---- devices: each makes its own key; only the request travels ----
say "devices: keys made where they stay, certificates signed from requests"
device() { # NAME PROGRAM KIND ORG PORT
    mkdir -p "$D/$1"
    {
        [ "$3" = hospital ] && echo "box_name = $1"
        [ "$3" = ambulance ] && echo "tablet_name = $1"
        echo "gateway_address = 127.0.0.1"
        echo "gateway_port = $5"
        echo "server_name = localhost"
        echo "certificate = device.crt"
        echo "key = device.key"
        echo "ca = ca.crt"
        echo "state_dir = state"
    } >"$D/$1/client.conf"
    cp "$D/data/pki/ca.crt" "$D/$1/ca.crt"
    "$B/bin/$2" request --config "$D/$1/client.conf" --out "$D/$1/device.csr" \
        >"$D/$1/request.log" 2>&1 || fail "request of $1"
    gw pki issue --csr "$D/$1/device.csr" --kind "$3" --org "$4" --name "$1" \
        --out "$D/$1/device.crt" >>"$D/devices.log" 2>&1 || fail "certificate of $1"
}
device ambulance sakiyomi-ambulance ambulance "$HQ" "$(port ambulance)"
device hospital-a sakiyomi-hospital hospital "$HA" "$(port hospital)"
device hospital-b sakiyomi-hospital hospital "$HB" "$(port hospital)"

# ---- card reader, tablet, boxes ----
say "card reader: real pcscd, SIMULATOR card; one ambulance, two hospitals"
[ -d /run/pcscd ] || mkdir -p /run/pcscd 2>/dev/null || true
begin pcscd "$B/tools/pcscd-launch" "$D/reader" "$B/tools/ifd-unix.so"
begin card "$B/tools/card-emulator" --reader "unix:$D/reader/card.sock" --card "$D/cards/card-01" \
    --removed --control "$D/card.ctl"
# Commands come through a pipe that this script keeps open (descriptors 7, 8, 9).
for name in ambulance hospital-a hospital-b; do
    mkfifo "$D/$name.in"
    : >"$D/$name.jsonl"
done
exec 7<>"$D/ambulance.in" 8<>"$D/hospital-a.in" 9<>"$D/hospital-b.in"
client() { # NAME PROGRAM
    env PCSCLITE_CSOCK_NAME="$D/reader/pcscd.comm" "$B/bin/$2" run --config "$D/$1/client.conf" \
        --json "$D/$1.jsonl" --stdin-secrets <"$D/$1.in" >"$D/$1.out" 2>"$D/$1.err" 7<&- 8<&- 9<&- &
    PIDS="$! $PIDS"
}
client ambulance sakiyomi-ambulance
PID_ambulance=$!
client hospital-a sakiyomi-hospital
PID_a=$!
client hospital-b sakiyomi-hospital
PID_b=$!
for name in ambulance hospital-a hospital-b; do
    wait_line "$D/$name.jsonl" '"event":"ready"' 20 "$name is on the line"
done
. tests/demo/story.sh
