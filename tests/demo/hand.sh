#!/bin/sh
# hand.sh — Job: what is done by hand at a running demo: addresses, codes, the card in the reader.
#
#   sh tests/demo/hand.sh WORD...     (help says which)      DEMO_RUN: another run than the last
cd "$(dirname "$0")/../.." || exit 1
D=${DEMO_RUN:-${B:-build}/demo/now}
. "$D/stage" || exit 1

where() {
    cat "$D/where"
}
# Each code counts once; which one was used last stands in the log.
codes() { # [LOGIN]
    "$B/bin/sakiyomi-gateway" audit export --config "$D/gateway.conf" --out "$D/export" \
        >"$D/export.log" 2>&1 && "$B/tools/demo_codes" "$D" "$@"
}
cards() {
    cat <<'TEXT'
    1  引き継いだ傷病者 / handed over         7  未登録 / not registered
    2  心停止の傷病者 / cardiac arrest        8  PDFだけの人 / nothing but PDF
    3  搬送中の傷病者 / on the way            9  本人が全部を拒否 / all refused at the source
    4  別の傷病者 / somebody else            10  失効したカード / revoked
    5  何も記録がない / nothing there        11  期限切れ / expired
    6  薬の提供に同意なし / no medicines     12  発行者が不明 / unknown issuer
    other  マイナンバーカードではない / no My Number card
TEXT
}
tell() { # SIMULATOR WORDS...: what it is told; its own words are printed
    simulator=$1
    shift
    "$B/tools/card-emulator" --tell "$D/$simulator.ctl" "$@" | grep -v '^ok$'
}
left() {
    grep -c '"event":"card_out"' "$D/ambulance.jsonl"
}
# The reader looks for a card several times a second: what is exchanged faster is not seen leaving.
take_out() {
    tell card stat | grep -q 'inserted 1' || return 0
    before=$(left)
    tell card remove
    i=0
    until [ "$(left)" -gt "$before" ]; do
        i=$((i + 1))
        [ "$i" -le 200 ] || { echo "   読取装置が気づきません / the reader does not notice"; return 1; }
        sleep 0.05
    done
}
# Another card in the reader leaves first, as a hand would do it.
insert() { # CARD
    case $1 in
    other) take_out && tell card kind none ;;
    [1-9] | 1[0-2])
        take_out && tell card kind jpki
        tell card card "$D/cards/card-$(printf %02d "$1")"
        ;;
    *) cards && return ;;
    esac
    tell card insert
}
help() {
    cat <<'TEXT'
   insert [N]      カードN（省略時4）を入れる・入れ替える / put card N (4) in, or exchange it
   remove          カードを抜く / take it out           cards   カードの一覧 / which cards
   tries N         カードの残り回数（0はロック）/ tries left on it (0: locked); its PIN is 1234
   system WORD     資格確認等システム / what goes wrong there: none slow half nonsense
                   wrong-patient broken-xml
   codes [LOGIN]   サインオンの一覧と確認コード / who may sign in, and the codes of now
   where           アドレス / addresses
TEXT
}
word=${1:-help}
[ $# -eq 0 ] || shift
case $word in
insert) insert "${1:-4}" ;;
remove) take_out ;;
tries) tell card tries "${1:-3}" ;;
system) tell system oddity "${1:-none}" ;;
cards | codes | where) "$word" "$@" ;;
*) help ;;
esac
