# story.sh — Job: the story of the demo, told to the running programs; read by run.sh.

to() { # NAME COMMAND: one line typed into a program
    case $1 in
    ambulance) printf '%s\n' "$2" >&7 ;;
    hospital-a) printf '%s\n' "$2" >&8 ;;
    hospital-b) printf '%s\n' "$2" >&9 ;;
    esac
}
# The Nth line of a program's JSON lines that matches, as soon as it is there.
line() { # NAME PATTERN N SECONDS WHAT
    i=0
    until [ "$(grep -c -- "$2" "$D/$1.jsonl" 2>/dev/null)" -ge "$3" ]; do
        all_alive
        i=$((i + 1))
        [ "$i" -le $(($4 * 20)) ] || fail "$5 (waited $4 s)"
        sleep 0.05
    done
}
card() {
    "$B/tools/card-emulator" --tell "$D/card.ctl" "$@" >/dev/null || fail "card $*"
}

# How often a program has said it so far, and once more.
once_more() { # NAME PATTERN
    echo $(($(grep -c -- "$2" "$D/$1.jsonl") + 1))
}
# First sign-in: two factors, then the first password is changed.
sign_on() { # NAME LOGIN
    old=$(sed -n 's/^password //p' "$D/$2.secret")
    n=$(once_more "$1" '"event":"signed_in"')
    to "$1" "sign-in $2"
    to "$1" "$old"
    to "$1" "$("$B/tools/one_time_code" "$D/$2.secret")"
    line "$1" '"event":"signed_in"' "$n" 20 "$2 is signed in"
    n=$(once_more "$1" '"kind":"password_change"')
    to "$1" change-password
    to "$1" "$old"
    to "$1" "$PASSWORD"
    line "$1" '"kind":"password_change"' "$n" 20 "$2 has a password of their own"
    if grep '"kind":"password_change"' "$D/$1.jsonl" | grep -q '"err"'; then
        fail "the new password of $2 was refused"
    fi
}
say "three people sign on (two factors; first password changed)"
sign_on ambulance sato
sign_on hospital-a tanaka
sign_on hospital-b suzuki
to hospital-a "board people 救急科"
to hospital-b "board people 救急科"

TODAY=$(TZ=JST-9 date +%Y%m%d)
say "case 1: card, ground, view, identity, inquiry, destination A, change to B, hand-over"
to ambulance "case open $TODAY-0372"
line ambulance '"notice":"case_opened"' 1 10 "the case is open"
to ambulance "card wait"
card insert
line ambulance '"notice":"card_read"' 1 20 "the card is accepted"
to ambulance "ground crew oral patient"
line ambulance '"notice":"ground_recorded"' 1 10 "the ground is recorded"
to ambulance view
line ambulance '"event":"view_complete"' 1 30 "the view is on the tablet"
to ambulance "identity matched"
line ambulance '"notice":"identity_checked"' 1 10 "identity checked"
to ambulance "open all"
line ambulance '"event":"opened"' 1 10 "the crew sees the view"
to ambulance "inquiry $HA,$HB age=76 sex=male urgency=yellow complaint=胸痛"
line hospital-a '"event":"ring"' 1 10 "hospital A rings"
line hospital-b '"event":"ring"' 1 10 "hospital B rings"
case_of() {
    sed -n 's/.*"event":"ring".*"case":"\([^"]*\)".*/\1/p' "$D/$1.jsonl" | tail -n 1
}
CASE1=$(case_of hospital-a)
to hospital-a "answer $CASE1 accept"
to hospital-b "answer $CASE1 accept"
line ambulance '"notice":"answered"' 2 10 "both hospitals have answered"
to ambulance "destination $HA oral patient"
line hospital-a '"event":"delivered_complete"' 1 10 "hospital A holds the sealed view"
to hospital-a "open $CASE1 all"
line hospital-a '"event":"opened"' 1 10 "hospital A has opened it"
say "change of destination: hospital B, told 「他院に決定」 before, is asked again"
to ambulance "inquiry $HB age=76 sex=male urgency=red complaint=胸痛"
line hospital-b '"event":"ring"' 2 10 "hospital B rings again"
to hospital-b "answer $CASE1 accept"
line ambulance '"notice":"answered"' 3 10 "hospital B has accepted again"
to ambulance "destination $HB oral patient"
line hospital-a '"event":"covered"' 1 10 "hospital A is covered"
line hospital-b '"event":"delivered_complete"' 1 10 "hospital B holds the sealed view"
to hospital-b "open $CASE1 all"
line hospital-b '"event":"opened"' 1 10 "hospital B has opened it"
to ambulance handover
line ambulance '"notice":"handed_over"' 1 10 "the crew has handed over"
to hospital-b "handover $CASE1 鈴木医師"
line hospital-b '"notice":"handover_confirmed"' 1 10 "hospital B has confirmed"
card remove
line ambulance '"event":"card_out"' 1 10 "the reader has seen the card leave"

say "case 2: cardiac arrest: destination first, card and view under way"
to ambulance "case open $TODAY-0373"
line ambulance '"notice":"case_opened"' 2 10 "the second case is open"
to ambulance "inquiry $HB sex=female urgency=red complaint=心肺停止"
line hospital-b '"event":"ring"' 3 10 "hospital B rings for the second case"
CASE2=$(case_of hospital-b)
to hospital-b "answer $CASE2 accept"
line ambulance '"notice":"answered"' 4 10 "hospital B has accepted"
to ambulance "destination $HB no-ground"
line ambulance '"notice":"destination_set"' 3 10 "the destination is fixed"
card card "$D/cards/card-02"
to ambulance "card wait"
card insert
line ambulance '"notice":"card_read"' 2 20 "the card is accepted"
to ambulance "ground crew life cardiac_arrest unconscious"
to ambulance view
line ambulance '"event":"view_complete"' 2 30 "the view is on the tablet"
to ambulance "identity matched"
line ambulance '"notice":"identity_checked"' 2 10 "identity checked"
to ambulance "destination $HB life cardiac_arrest unconscious"
line hospital-b '"event":"delivered_complete"' 2 10 "hospital B holds the second view"

say "the log: verified, exported, one receipt checked offline"
ENTRY=$(sed -n 's/.*"event":"opened".*"entry":\([0-9]*\).*/\1/p' "$D/hospital-b.jsonl" | head -n 1)
to hospital-b "proof $ENTRY $D/opening.tlog-proof"
line hospital-b '"event":"proof"' 1 20 "the receipt of the opening is here and verifies"
LAST=$(sed -n 's/.*"notice":"[a-z_]*".*"seq":\([0-9]*\).*/\1/p' "$D/ambulance.jsonl" | tail -n 1)
i=0
SIGNED=0
until [ "$SIGNED" -ge "$LAST" ]; do # signed at most once a second: wait for the signature
    i=$((i + 1))
    [ "$i" -le 100 ] || fail "a checkpoint over entry $LAST"
    gw audit verify >"$D/verify.log" 2>&1 || fail "audit verify"
    SIGNED=$(sed -n 's/.*"checkpoint_size":\([0-9]*\).*/\1/p' "$D/verify.log")
    SIGNED=${SIGNED:-0}
    sleep 0.1
done
gw audit export --out "$D/export" >"$D/export.log" 2>&1 || fail "audit export"
all_alive
"$B/tools/demo_timeline" "$D" "$D/timeline.json" || fail "a step is missing"
mv "$D/timeline.json" "$B/demo/timeline.json" || fail "timeline.json"
sed 's/^/   /' "$D/verify.log"
echo
echo "   everything is in $D"
echo "   gateway: ambulances $(port ambulance), hospitals $(port hospital), admin $(port admin)"
echo "   log: $D/export   receipt: $D/opening.tlog-proof   timeline: $B/demo/timeline.json"
echo "ok demo: every step happened"
