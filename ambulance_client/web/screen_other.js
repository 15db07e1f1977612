// screen_other.js — Job: mix-up, withdrawal, take-over, endings, what is unsent, how it looks.
import { isEnglish, word } from "../../client/web/codes.js";
import { chip, h, icon, say } from "../../client/web/dom.js";
import { isDrill } from "../../client/web/practice.js";
import { clockAgo, iso, now } from "../../client/web/time.js";
import { always, back, nextButton } from "./dock.js";
import { pendingOf, placeOf } from "./pending.js";
import { grouped, openTakeover } from "./screen_takeover.js";
import { openCase } from "./screen_cases.js";
import { signCard } from "./screen_card.js";
import { downLink, lookChoices } from "./screen_people.js";

const card = (title, ...nodes) => h("section", { class: "card" }, h("h2", {}, say(title)),
  ...nodes);

function addPatient(t, one) {
  const place = placeOf(t.shell.store, one);
  t.go(openCase(t, { incident: one.shown.incident ?? one.shown.opened?.incident,
    number: one.shown.opened?.incident_number, no: place.of + 1, of: place.of + 1,
    drill: isDrill(t.shell.store, one) }));
}

export function drawOther(t, one, facts) {
  const go = (key, name, kind = "b first quiet left") => t.button(`o_${key}`, name,
    () => t.show(key), kind);
  const over = isDrill(t.shell.store, one) && !facts.handed
    ? t.button("practice_over", "lock", () => t.show("end"), "b first quiet left") : null;
  return { main: [h("h1", {}, say("nav_other")), card("this_case", h("div", { class: "rs" },
    facts.view || facts.grounded ? go("withdraw", "x") : null, go("mixup", "warn"),
    facts.handed ? null : [t.button("o_takeover", "car", () => openTakeover(t),
      "b first quiet left"), over ?? go("end", "lock")],
    t.button("add_patient", "plus", () => addPatient(t, one), "b first quiet left"),
    facts.cardGood && !facts.handed ? t.button("card_pin", "card", () => signCard(t, one),
      "b first quiet left") : null), h("p", { class: "sub" }, say("case_id_is")), h("p",
    { class: "idno" }, grouped(one.id))), card("this_tablet", h("div", { class: "rs" },
    go("unsent", "off"), t.button("to_cases", "back", () => t.go(null), "b first quiet left")),
  h("p", { class: "sub" }, say("tablet_id_is")), h("p", { class: "idno" },
    grouped(t.shell.store.hello.device))), lookChoices(t), downLink()],
  dock: [nextButton(t, facts), back(t), always(t, facts)] };
}

// ---- wrong patient, wrong hospital ----

// What the hospital said, or we: stays until a person has read it.
function mixupSaid(t, one, facts) {
  const seen = (screen) => {
    if (one.shown.must_ack) t.send("mixup_ack", {}, one.id);
    t.readMixup(one);
    t.shell.cover = null;
    t.go(one.id, screen);
  };
  return { key: "said", main: h("section", { class: "cover", role: "alert" },
    h("p", { class: "f-l" }, icon("warn"), ` ${word("mixup", facts.mixup)}`),
    h("h1", {}, word("cover", "mixup")), h("p", { class: "f-l" }, say("mixup_done")),
    t.mainButton(one.shown.must_ack ? "mixup_ack" : "understood", "ok", () => seen(null))),
  dock: [facts.mixup === "wrong_patient" && !facts.handed ? h("div", { class: "row even" },
    t.button("right_card", "card", () => seen("card")),
    t.button("add_patient", "plus", () => addPatient(t, one))) : null, always(t, facts)] };
}

export function drawMixup(t, one, facts) {
  if (t.mixupUnread(one)) return mixupSaid(t, one, facts);
  const draft = t.draft("mixup");
  const pick = (kind, name) => h("label", { class: "pick" }, h("input", { type: "radio",
    name: "mixup", "data-key": `mix-${kind}`, checked: draft.kind === kind,
    onchange: () => { draft.kind = kind; t.redraw(); } }), icon(name), h("span", {},
  word("mixup", kind), h("small", {}, say(`${kind}_more`))));
  const send = () => {
    t.shell.seals.forget();
    t.send("mixup", { kind: draft.kind }, one.id);
    t.drop("mixup");
    t.redraw();
  };
  return { main: h("section", { class: "card now" }, h("h1", {}, say("nav_mixup")),
    h("p", { class: "big" }, say("mixup_text")), h("div", { class: "picks wide" },
      pick("wrong_patient", "person"), pick("wrong_hospital", "hospital"))), firm: true,
  dock: [h("button", { class: "b go main", type: "button", disabled: !draft.kind,
    "data-key": "mixup-send", onclick: send }, icon("warn"), say("mixup_send")),
  draft.kind ? null : h("p", {}, say("mixup_choose")), back(t)] };
}

export function drawWithdraw(t, one, facts) {
  const send = () => {
    t.shell.seals.forget();
    t.send("consent_withdraw", {}, one.id);
    t.go(one.id, "hospitals");
  };
  return { main: h("section", { class: "card now" }, h("h1", {}, say("o_withdraw")),
    h("p", { class: "big" }, say("withdraw_text")), h("p", {}, say("withdraw_more"))), firm: true,
  dock: [t.mainButton("withdraw_send", "x", send), back(t), facts.fixed ? null : null] };
}

// ---- endings ----

export function drawEnd(t, one, facts) {
  const drill = isDrill(t.shell.store, one);
  const draft = t.draft("end", () => (drill ? { reason: "training" } : {}));
  const pick = (code) => h("label", { class: "pick" }, h("input", { type: "radio", name: "end",
    "data-key": `end-${code}`, checked: draft.reason === code,
    onchange: () => { draft.reason = code; t.redraw(); } }), h("span", {}, word("case_end", code),
  h("small", {}, say(`end_${code}`))));
  const note = h("textarea", { id: "end-note", maxlength: 1000, "data-key": "end-note" });
  note.value = draft.note ?? "";
  note.addEventListener("input", () => { draft.note = note.value; });
  const send = () => {
    t.shell.seals.forget();
    t.send("case_end", { at: iso(now()), reason: draft.reason,
                         ...(draft.note?.trim() ? { note: draft.note.trim() } : {}) }, one.id);
    t.drop("end");
    t.go(null);
  };
  return { main: h("section", { class: "card now" }, h("h1", {}, say(drill ? "practice_over"
    : "o_end")), h("p", {}, say("end_text")), h("div", { class: "picks wide" },
  ["not_transported", "death",
    "opened_by_mistake", "training"].map(pick)), h("div", { class: "f" }, h("label",
    { for: "end-note" }, say("end_note")), note)), firm: true,
  dock: [h("button", { class: "b go main", type: "button", disabled: !draft.reason,
    "data-key": "end-send", onclick: send }, icon("lock"), draft.reason
    ? say("end_send", word("case_end", draft.reason)) : say("end_choose")), back(t),
  always(t, facts)] };
}

// ---- not sent yet ----

export function drawUnsent(t, one, facts) {
  const { store } = t.shell, list = pendingOf(store);
  const refused = [...store.sent.values()].filter((row) => row.refused);
  return { main: [h("h1", {}, say("o_unsent")), h("p", {}, say("unsent_n", store.waiting ?? 0)),
    store.earlier ? h("p", { class: "note" }, icon("lock"), h("span", { class: "tx big" },
      say("earlier_n", store.earlier.count, clockAgo(store.earlier.at)))) : null,
    h("section", { class: "card" }, list.length ? h("ul", { class: "rx" }, list.map((m) => h("li",
      {}, h("b", {}, say(`m_${m.type}`)), h("span", {}, clockAgo(m.sent_at)),
      chip("warn", say("unsent"), "off")))) : h("p", {}, say("nothing_unsent"))),
    refused.length ? h("section", { class: "card" }, h("h2", {}, say("refused_n")), h("ul",
      { class: "rx" }, refused.map((row) => h("li", {}, h("b", {}, say(`m_${row.message.type}`)),
      h("span", {}, isEnglish() ? row.refused.en : row.refused.ja))))) : null],
  dock: [nextButton(t, facts), back(t), always(t, facts)] };
}
