// screen_card.js — Job: the card: what the reader says in plain words, whose card it is.
import { ask } from "../../client/web/ask.js";
import { isEnglish } from "../../client/web/codes.js";
import { h, icon, say } from "../../client/web/dom.js";
import { isDrill } from "../../client/web/practice.js";
import { clockAgo } from "../../client/web/time.js";
import { always, nextButton } from "./dock.js";
import { readCard, stopReading, whoseCard } from "./screen_cases.js";
import { nextOf } from "./next.js";
import { errorText } from "./phrase.js";
import { placeOf, wantCard } from "./pending.js";

const BAD = ["service_missing", "no_reader", "not_my_number", "old_card", "phone", "removed",
             "read_error", "blocked", "expired", "revoked", "unknown_issuer", "wrong_pin",
             "last_try"];

// The reader's own words; without a reader the case goes on.
function reader(t) {
  const { card } = t.shell.store;
  const state = card?.state ?? "none";
  const text = card ? (isEnglish() ? card.en : card.ja) : say("no_reader_news");
  const bad = BAD.includes(state);
  return h("section", { class: bad ? "note warn" : "note", role: "status" }, icon("card"),
    h("span", { class: "lv" }, say("reader")), h("span", { class: "tx big" }, text));
}

// A card that was taken for another patient has to be changed first.
const usedElsewhere = (t) => t.shell.store.card?.good && t.reading &&
  performance.now() - t.reading.at > 2500;

function waiting(t, one) {
  const place = placeOf(t.shell.store, one);
  return h("section", { class: "card now" },
    h("h1", { class: "f-xxl" }, say(isDrill(t.shell.store, one) ? "put_practice" : "put_card")),
    place.of > 1 ? h("p", { class: "big" }, say("card_for", say("nth", place.of, place.no))) : null,
    reader(t), usedElsewhere(t) ? h("p", { class: "note warn" }, icon("warn"),
      h("span", { class: "tx big" }, say("card_used"))) : null,
    h("p", {}, say("put_card_text")),
    t.button("stop_reading", "x", () => stopReading(t), "b first quiet wide"));
}

const mates = (t, one) => wantCard(t.shell.store).filter((c) => c.id !== one.id &&
  c.shown.incident === one.shown.incident);

function start(t, one, facts) {
  const place = placeOf(t.shell.store, one);
  return h("section", { class: "card now" },
    h("h1", { class: "f-xxl" }, say(isDrill(t.shell.store, one) ? "read_practice" : "read_card")),
    place.of > 1 ? h("p", { class: "big" }, say("card_for", say("nth", place.of, place.no))) : null,
    facts.cardError ? h("p", { class: "note warn" }, icon("warn"), h("span", { class: "tx big" },
      errorText(facts.cardError))) : null, reader(t),
    mates(t, one).length ? h("p", {}, say("card_other_hint")) : null);
}

function good(t, one, facts) {
  const next = nextOf(facts);
  return [h("section", { class: "note ok", role: "status" }, icon("card"),
    h("span", { class: "lv" }, say("done")), h("span", { class: "tx" }, h("b", { class: "big" },
      say("card_read")), ` ${clockAgo(one.shown.card_at)}`, h("br"), say("card_back"))),
  next === "ask" ? h("section", { class: "card now" }, h("h1", {}, say("ask_title")),
    facts.failed ? h("p", { class: "note warn" }, icon("warn"), h("span", { class: "tx big" },
      errorText(facts.failed))) : null, h("p", {}, say("ask_text"))) : null];
}

export function askView(t, one) {
  t.send("view_ask", { kind: "emergency_summary" }, one.id);
  t.go(one.id);
}

// What the card says to a PIN: the next word of the reader that is one.
const VERDICTS = ["signed", "wrong_pin", "last_try", "blocked", "pin_form", "removed", "empty",
                  "read_error", "no_reader", "service_missing"];
const verdict = (link) => new Promise((resolve) => {
  const hear = ({ detail: { type, body } }) => {
    if (type !== "local.card" || !VERDICTS.includes(body.state)) return;
    link.removeEventListener("frame", hear);
    resolve(body);
  };
  link.addEventListener("frame", hear);
});

// Rarely needed: the card's own PIN, typed by its holder. The last try is spent only knowingly.
export async function signCard(t, one) {
  let last = false;
  await ask({ title: say("card_pin"), text: say("card_pin_text"), ok: say("card_pin"), fields: [
    { name: "pin", label: say("card_pin_label"), type: "password", inputmode: "numeric", max: 4 }],
  act: async ({ pin }) => {
    const said = verdict(t.shell.link);
    const answer = await t.shell.link.local("local.card", { act: "sign", case: one.id, pin,
                                                            ...(last ? { last } : {}) });
    if (!answer.ok) return t.shell.mistakeText(answer);
    const card = await said;
    last = card.state === "last_try";
    return card.state === "signed" ? null
      : `${t.shell.mistakeText(card)}${last ? say("card_pin_spend") : ""}`;
  } });
}

export function drawCard(t, one, facts) {
  const reading = t.reading?.case === one.id;
  const next = nextOf(facts);
  const key = `${reading}/${facts.cardGood}/${facts.cardChecking}`;
  const main = facts.cardChecking ? h("section", { class: "card now" }, h("h1", {},
    say("card_checking")), h("p", {}, say("card_checking_text")))
    : reading ? waiting(t, one)
    : facts.cardGood ? good(t, one, facts) : [whoseCard(t, one.id), start(t, one, facts)];
  const go = facts.cardGood
    ? next === "ask" ? t.mainButton("ask_now", "find", () => askView(t, one))
      : nextButton(t, facts)
    : reading || facts.cardChecking ? null
    : t.mainButton(facts.cardError ? "read_again" : "read_now", "card", () => readCard(t, one));
  return { key, main, dock: [go, facts.view ? null : h("div", { class: "row even" },
    t.button("no_view", "go", () => t.show("noview"))), always(t, facts)] };
}
