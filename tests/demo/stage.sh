# stage.sh — Job: after the story, people and a case on its way for the pages; read by run.sh.

# A further person: the first password is changed, nobody stays signed in.
cast() { # NAME LOGIN ORG PERSON ROLES PLACE
    person "$2" "$3" "$4" "$5" "$6"
    sign_on "$1" "$2"
    n=$(once_more "$1" '"event":"signed_out"')
    to "$1" sign-out
    line "$1" '"event":"signed_out"' "$n" 10 "$2 has signed out"
}
say "the stage: more people, a second tablet, a workstation for the console, a case on its way"
cast ambulance kato "$HQ" 加藤次郎 paramedic "$AT_TABLET"
cast hospital-a ito "$HA" 伊藤さくら er_board,er_viewer "$AT_A"
# She works at both, and changes her first password at the tablet.
cast ambulance honda "$HQ" 本田直美 org_admin,paramedic "管理者 administrator: console"
(
    cd "$D/browser" &&
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=console \
            -keyout console.key -out console.csr &&
        gw pki issue --csr console.csr --kind admin --org "$HQ" --name console --out console.crt &&
        openssl pkcs12 -export -in console.crt -inkey console.key -name "Sakiyomi demo" \
            -passout pass:demo -out console.p12
) >>"$D/browser.log" 2>&1 || fail "a certificate for the console"

# The case can be taken over by a tablet that has no reader: nobody types there.
device tablet-2 sakiyomi-ambulance ambulance "$HQ" "$(port ambulance)" no 汐見3 しおみ3
: >"$D/tablet-2.in"
client tablet-2 sakiyomi-ambulance
ready tablet-2

hand() {
    DEMO_RUN=$D sh "$ROOT/tests/demo/hand.sh" "$@"
}
echo "B='$B'" >"$D/stage"

to hospital-a "board accepting 救急科"
to hospital-b "board accepting 救急科"

# A patient is on the way to hospital A, which holds the sealed view: nobody has opened it.
n=$(once_more ambulance '"notice":"case_opened"')
to ambulance "case open $TODAY-0374"
line ambulance '"notice":"case_opened"' "$n" 10 "the third case is open"
hand remove || fail "the reader has seen the card leave"
n=$(once_more ambulance '"notice":"card_read"')
to ambulance "card wait"
hand insert 3
line ambulance '"notice":"card_read"' "$n" 20 "the card is accepted"
hand remove || fail "the reader has seen the card leave"
to ambulance "record complaint=胸が痛い urgency=yellow suspected=急性冠症候群の疑い"
VITALS="pulse=104 systolic=148 diastolic=92 spo2=95 respiration=22 jcs=0 temperature=36.8"
to ambulance "vitals $VITALS"
n=$(once_more ambulance '"event":"view_complete"')
to ambulance "ground crew oral patient"
to ambulance view
line ambulance '"event":"view_complete"' "$n" 30 "the view is on the tablet"
n=$(once_more ambulance '"event":"opened"')
to ambulance "identity matched"
to ambulance "open all"
line ambulance '"event":"opened"' "$n" 10 "the crew sees the view"
n=$(once_more hospital-a '"event":"ring"')
to ambulance "inquiry $HA,$HB urgency=yellow complaint=胸が痛い"
line hospital-a '"event":"ring"' "$n" 10 "hospital A rings"
n=$(once_more ambulance '"notice":"answered"')
to hospital-a "answer $(case_of hospital-a) accept"
line ambulance '"notice":"answered"' "$n" 10 "hospital A has accepted"
n=$(once_more hospital-a '"event":"delivered_complete"')
to ambulance "destination $HA oral patient"
to ambulance "eta 12"
line hospital-a '"event":"delivered_complete"' "$n" 10 "hospital A holds the sealed view"

# ---- where things are ----
page_port() { # NAME
    sed -n 's/.*"event":"pages".*"port":\([0-9]*\).*/\1/p' "$D/$1.jsonl"
}
TABLET="http://localhost:$(page_port ambulance)/"
TABLET_2="http://localhost:$(page_port tablet-2)/"
BOARD_A="https://shiomi.localhost:$(page_port hospital-a)/"
BOARD_B="https://minato.localhost:$(page_port hospital-b)/"
CONSOLE="https://localhost:$(port admin)/"
# A Chromium that has both certificates and nothing else, where there are the tools to make it.
HOME_MADE=$D/browser/home
browser_home() {
    mkdir -p "$HOME_MADE/.pki/nssdb" &&
        certutil -d "sql:$HOME_MADE/.pki/nssdb" -N --empty-password &&
        certutil -d "sql:$HOME_MADE/.pki/nssdb" -A -t C,, -n "Sakiyomi demo CA" \
            -i "$D/browser/ca.crt" &&
        pk12util -d "sql:$HOME_MADE/.pki/nssdb" -i "$D/browser/console.p12" -W demo
}
READY_MADE=
if command -v certutil && command -v pk12util && browser_home; then
    READY_MADE="HOME=$HOME_MADE chromium $TABLET $BOARD_A $BOARD_B $CONSOLE"
fi >>"$D/browser.log" 2>&1
begin page env DEMO_RUN="$D" "$B/tools/demo-page" "$ROOT/tests/demo/hand.sh"
wait_line "$D/page.out" '^port=' 10 "the demo's own page is there"
PAGE="http://localhost:$(sed -n 's/^port=//p' "$D/page.out")/"
cat >"$D/where" <<TEXT

   救急車の端末 tablet           $TABLET
   別の隊の端末 tablet 2         $TABLET_2
   救急外来 ER board A           $BOARD_A
   救急外来 ER board B           $BOARD_B
   管理画面 console              $CONSOLE
   デモの手元 card and codes     $PAGE

   ブラウザに取り込む認証局（このデモ限り） / authority for the browser, of this demo only
      $D/browser/ca.crt
   管理画面に要る端末証明書（パスワード demo） / the console's client certificate, password demo
      $D/browser/console.p12
   Chromium: 設定 > プライバシーとセキュリティ > セキュリティ > 証明書の管理
      （Settings > Privacy and security > Security > Manage certificates）で両方を取り込む。
   Firefox: 設定 > プライバシーとセキュリティ > 証明書を表示
      （Settings > Privacy & Security > View Certificates）で両方を取り込む。
   または、両方が入った使い捨ての Chromium / or a throw-away Chromium that has both
      ${READY_MADE:-（libnss3-tools があればここに出ます / shown here where libnss3-tools is installed）}
TEXT
ln -sfn "$D" "$B/demo/now"

# ---- tried once, when nobody is there to do it ----
answers() { # URL MORE...: the page is served, by whom the authority vouches for
    status=$("$B/tools/page_status" "$@") && [ "$status" = 200 ] || fail "$1 answers ${status:-}"
}
if [ -n "$ONCE" ]; then
    answers "$TABLET"
    answers "$TABLET_2"
    answers "$BOARD_A" "$D/browser/ca.crt"
    answers "$BOARD_B" "$D/browser/ca.crt"
    answers "$CONSOLE" "$D/browser/ca.crt" "$D/browser/console.crt" "$D/browser/console.key"
    answers "$PAGE"
    code=$(hand codes kato) || fail "a code for kato"
    n=$(once_more ambulance '"event":"signed_in"')
    to ambulance "sign-in kato"
    to ambulance "$PASSWORD"
    to ambulance "$code"
    line ambulance '"event":"signed_in"' "$n" 20 "kato signs in with the code that is shown"
    all_alive
    echo "ok demo: the pages answer, and the code shown signs a person in"
    exit 0
fi

# ---- what is typed here ----
# kill -9 of the gateway, and a new start at the same ports.
gateway() { # kill|start
    case $1 in
    kill)
        kill -KILL "$(cat "$D/gateway.pid")" 2>/dev/null
        RUNNING=$(printf '%s' "$RUNNING" | sed 's/[0-9]*:gateway//')
        ;;
    start)
        kill -0 "$(cat "$D/gateway.pid")" 2>/dev/null && return
        begin gateway "$G" serve --config "$D/gateway.conf"
        wait_line "$D/gateway.out" '^ready' 20 "the gateway is ready again"
        ;;
    *) echo "   gateway kill | gateway start" ;;
    esac
}
for side in ambulance hospital admin; do
    sed -i "s/^${side}_port = 0\$/${side}_port = $(port "$side")/" "$D/gateway.conf"
done
help() {
    hand help
    cat <<'TEXT'
   gateway WORD    ゲートウェイを落とす・起こす / kill (kill -9) or start: the line is cut, and back
   quit            終わる（Ctrl-Cも）/ end it all
   ほかの端末からは / from another terminal: sh tests/demo/hand.sh WORD...
TEXT
}
typed() { # WORD...
    case $1 in
    gateway) gateway "${2:-}" ;;
    quit) exit 0 ;;
    help) help ;;
    *) hand "$@" ;;
    esac
}
hand where
echo
hand codes
echo
help
# Which programs are no longer there is said once each, whoever ended them.
watch() {
    for one in $RUNNING; do
        kill -0 "${one%:*}" 2>/dev/null && continue
        echo "   ${one#*:} が終わりました / has ended: $D/${one#*:}.err"
        RUNNING=$(echo "$RUNNING" | sed "s/$one//")
    done
}
while printf '> ' && IFS= read -r words; do
    set -f
    set -- $words
    set +f
    watch
    [ $# -eq 0 ] || typed "$@"
done
echo
[ ! -t 0 ] || exit 0 # Ctrl-D, or the terminal is gone
echo "   Ctrl-C で終わります / Ctrl-C ends it."
begin idle sleep infinity
wait "$!"
