#!/bin/sh
# run.sh — Job: the main job from end to end on this machine, everything real but the upstream.
#
# Starts: a private pcscd with a simulated reader and card (SIMULATOR), the eligibility SIMULATOR
# over mutual TLS, the gateway, one ambulance, two hospitals. story.sh runs the story, proves the
# log, prints the timeline that demo_timeline computes from the records. stage.sh then puts people
# and a case on its way before the pages of all three, and stays until Ctrl-C.
#   DEMO=once       ends by itself; status 0 only if every step happened
#   DEMO_SEED=WORD  chooses patient and data        DEMO_MARKER=TEXT  plants TEXT in the view
set -u
cd "$(dirname "$0")/../.." || exit 1
ROOT=$(pwd)
mkdir -p "${B:-build}/demo" || exit 1
B=$(cd "${B:-build}" && pwd)
SEED=${DEMO_SEED:-1}
MARKER=${DEMO_MARKER:-}
ONCE=
if [ "${DEMO:-}" = once ] || [ -n "${DEMO_ONCE:-}" ]; then ONCE=1; fi
D=$(mktemp -d "$B/demo/run-XXXXXX") || exit 1
# A socket's path has at most 107 bytes: where this folder is too deep, the run is elsewhere.
[ "$(printf %s "$D/reader/pcscd.comm" | wc -c)" -lt 100 ] ||
    { rmdir "$D" && D=$(mktemp -d); } || exit 1
rm -f "$B/demo/timeline.json" # of an earlier run: there is one when this story happened
PIDS=
RUNNING=
PASSWORD=Nagisa-47.kaze # of everybody here, once the first one is changed
G="$B/bin/sakiyomi-gateway"
echo "== folder of this run: $D"

say() {
    echo "== $*"
}
# All that was started ends: in order when it is asked, and at any rate.
living() {
    for pid in $PIDS; do kill -0 "$pid" 2>/dev/null && printf '%s ' "$pid"; done
}
stop_all() {
    trap '' HUP INT TERM
    for pid in $(living); do kill -TERM "$pid" 2>/dev/null; done
    i=0
    while [ "$i" -lt 100 ] && [ -n "$(living)" ]; do
        i=$((i + 1))
        sleep 0.1
    done
    for pid in $(living); do kill -KILL "$pid" 2>/dev/null; done
    wait
}
trap 'stop_all' EXIT
trap 'exit 130' HUP INT TERM
fail() {
    echo "not ok demo: $*"
    echo "   what the programs said is in $D"
    exit 1
}
# Waits for a line in a file that some program writes: an observable fact, with a limit.
wait_line() { # FILE PATTERN SECONDS WHAT
    i=0
    until grep -q -- "$2" "$1" 2>/dev/null; do
        all_alive
        i=$((i + 1))
        [ "$i" -le $(($3 * 20)) ] || fail "$4 (waited $3 s)"
        sleep 0.05
    done
}
started() { # NAME: the program just begun
    echo "$!" >"$D/$1.pid"
    PIDS="$! $PIDS"
    RUNNING="$!:$1 $RUNNING"
}
begin() { # NAME COMMAND...: in the background, its words in NAME.out and NAME.err
    name=$1
    shift
    "$@" >"$D/$name.out" 2>"$D/$name.err" &
    started "$name"
}
all_alive() {
    for one in $RUNNING; do
        kill -0 "${one%:*}" 2>/dev/null || fail "${one#*:} has ended"
    done
}
id_of() {
    sed -n 's/.*"id":"\([^"]*\)".*/\1/p'
}

# ---- the upstream side and what browsers trust: two throw-away authorities ----
authority() { # FOLDER NAME MORE...
    mkdir "$D/$1" && cd "$D/$1" || exit 1
    name=$2
    shift 2
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj "/CN=$name" "$@" -keyout ca.key -out ca.crt
}
certified() { # NAME USAGE ADDRESSES: key and certificate of the authority of this folder
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
        -keyout "$1.key" -out "$1.csr" || exit 1
    printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$3" "$2" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 \
        -extfile "$1.ext" -out "$1.crt" || exit 1
}
say "SIMULATOR: cards (test authority) and eligibility system"
# A card's patient is its serial modulo 40; the first ones are oddities (refusals, broken parts), so
# the seed chooses four of the ordinary ones: the story's two, and two for the stage. Those behind
# are for the stage alone, whoever wants to see what then happens.
H=$(printf '%s' "$SEED" | cksum | cut -d ' ' -f 1)
case $SEED in '' | *[!0-9]*) SEED=$H ;; esac
for patient in $((20 + H % 20)) $((20 + (H + 7) % 20)) $((20 + (H + 14) % 20)) \
    $((20 + (H + 21) % 20)) 5 6 7 8 14 17 18 19; do
    printf '%X\n' $(((H % 100000 + 1) * 40 + patient))
done >"$D/serials"
"$B/tools/make-cards" "$D/cards" --serials "$D/serials" --one-key --revoked 10 --expired 11 \
    --unknown-issuer 12 >"$D/cards.log" 2>&1 || fail "no cards"
(
    authority up "SIMULATOR CA" &&
        certified server serverAuth DNS:localhost,IP:127.0.0.1 &&
        certified client clientAuth DNS:localhost
) >"$D/up.log" 2>&1 || fail "no certificates for the simulator"
# It may speak for names of this machine only, and its key is gone: harmless in a browser.
(
    authority browser "Sakiyomi demo CA $(date +%F)" \
        -addext 'nameConstraints=critical,permitted;DNS:localhost' &&
        certified shiomi.localhost serverAuth DNS:shiomi.localhost &&
        certified minato.localhost serverAuth DNS:minato.localhost &&
        certified localhost serverAuth DNS:localhost &&
        rm ca.key
) >"$D/browser.log" 2>&1 || fail "no certificates for the pages"
begin simulator "$B/tools/eligibility-simulator" --seed "$SEED" ${MARKER:+--marker "$MARKER"} \
    --port 0 --cert "$D/up/server.crt" --key "$D/up/server.key" --ca "$D/up/ca.crt" \
    --access-log "$D/simulator.jsonl" --control "$D/system.ctl"
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
    server=data/pki/server
    [ "$side" = admin ] && server=browser/localhost
    echo "${side}_cert = $server.crt"
    echo "${side}_key = $server.key"
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
card_crl = $D/cards/crl.der
card_test_accepted = yes
console = $ROOT
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
person() { # LOGIN ORG NAME ROLES PLACE: a line of the table that demo_codes reads
    id=$(gw person add --org "$2" --login "$1" --name "$3" --roles "$4" \
        --secrets "$D/$1.secret" 2>>"$D/people.log" | id_of)
    [ -n "$id" ] || fail "person $1"
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$PASSWORD" "$id" "$1.secret" "$5" "$3" \
        >>"$D/people"
}
AT_TABLET="救急隊員 paramedic"
AT_A="汐見総合病院 ER A"
AT_B="港南救命センター ER B"
person sato "$HQ" 佐藤花子 paramedic "$AT_TABLET"
person tanaka "$HA" 田中一郎 er_board,er_viewer "$AT_A"
person suzuki "$HB" 鈴木次郎 er_board,er_viewer "$AT_B"
begin gateway "$G" serve --config "$D/gateway.conf"
wait_line "$D/gateway.out" '^ready' 20 "the gateway is ready"
port() {
    sed -n "s/^listening $1 //p" "$D/gateway.out"
}

# ---- devices: each makes its own key; only the request travels ----
say "devices: keys made where they stay, certificates signed from requests"
board() { # HOST TITLE: settings of a box whose pages are at https://HOST
    echo "box_name = $2"
    echo "pages_name = $1"
    echo "pages_address = 127.0.0.1"
    echo "pages_certificate = $D/browser/$1.crt"
    echo "pages_key = $D/browser/$1.key"
}
tablet() { # READER TITLE CREW
    echo "tablet_name = $2"
    echo "card_reader = $1"
    echo "crew_code = $3"
}
device() { # NAME PROGRAM KIND ORG PORT, then the words for tablet or board
    mkdir -p "$D/$1"
    {
        if [ "$3" = hospital ]; then board "$6" "$7"; else tablet "$6" "$7" "$8"; fi
        echo "pages = $ROOT"
        echo "pages_port = 0"
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
    gw pki issue --csr "$D/$1/device.csr" --kind "$3" --org "$4" --name "$7" \
        --out "$D/$1/device.crt" >>"$D/devices.log" 2>&1 || fail "certificate of $1"
}
device ambulance sakiyomi-ambulance ambulance "$HQ" "$(port ambulance)" yes 汐見2 しおみ2
device hospital-a sakiyomi-hospital hospital "$HA" "$(port hospital)" \
    shiomi.localhost 汐見ER
device hospital-b sakiyomi-hospital hospital "$HB" "$(port hospital)" \
    minato.localhost 港南ER

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
    started "$1"
}
ready() { # NAME
    wait_line "$D/$1.jsonl" '"event":"ready"' 20 "$1 is on the line"
}
client ambulance sakiyomi-ambulance
client hospital-a sakiyomi-hospital
client hospital-b sakiyomi-hospital
for name in ambulance hospital-a hospital-b; do
    ready "$name"
done
. tests/demo/story.sh
. tests/demo/stage.sh
