// board_request.js — Job: a request that rings, and the answer: with nobody signed in, no identity.
import { keysOf, word } from "../../client/web/codes.js";
import { h, say, stamp, told, urgency } from "../../client/web/dom.js";
import { isDrill } from "../../client/web/practice.js";
import { clock, clockAgo, now } from "../../client/web/time.js";
import { board, person, send, store } from "./board_desk.js";
import { askedOf, LOUD_MS, ringing, spokenName, whoOf } from "./board_state.js";
import { soundState } from "./sound.js";

const FLAGS = ["dialysis", "anticoagulant", "infection", "pregnancy", "dnar", "psychiatric"];

export function whoLine(one) {
  const who = whoOf(one);
  const age = who.age !== undefined ? `${who.age}${say("years")}` : say("age_unknown");
  return `${age} ${word("sex", who.sex)}　${who.complaint ?? ""}`;
}
export const urgencyOf = (one) => {
  const code = whoOf(one).urgency;
  return urgency(code, word("urgency", code));
};

const VITALS = [["jcs", (v) => v.jcs], ["bp", (v) => v.systolic !== undefined ?
  `${v.systolic}/${v.diastolic ?? "–"}` : undefined], ["pulse", (v) => v.pulse],
["resp", (v) => v.respiration], ["spo2", (v) => v.spo2],
["temp", (v) => (v.temperature !== undefined ? (v.temperature / 10).toFixed(1) : undefined)]];

function vitals(v) {
  return [h("dl", { class: "vit" }, VITALS.map(([key, value]) => h("div", {},
    h("dt", {}, say(key)), value(v) === undefined ? h("dd", { class: "u0" }, say("not_taken"))
      : h("dd", {}, String(value(v)))))),
  v.at ? h("p", { class: "f-m" }, `${say("taken")} ${clockAgo(v.at)}${v.ecg ? `・${v.ecg}` : ""}`)
    : null];
}

function story(q) {
  return [q.onset_at && `${clockAgo(q.onset_at)} ${say("onset")}`, q.mechanism, q.note]
    .filter(Boolean).join(say("stop_mark"));
}

function way(q) {
  return [q.eta_at ? [h("b", { "data-to": q.eta_at }), `（${clock(q.eta_at)} ${say("eta")}）`]
    : h("b", {}, say("eta_unknown")), q.place ? `　${q.place}` : null].flat();
}

function hint(picked, drill) {
  return say(picked ? "decline_now" : drill ? "decline_drill" : "decline_first");
}

function answer(one) {
  const asked = askedOf(one), picked = board.picked.get(asked.inquiry), by = person();
  const data = { case: one.id };
  const copy = stamp("t-answer", { as: by ? say("answer_as", by.name) : say("answer_nobody"),
    hint: hint(picked, isDrill(store(), one)),
    reasons: keysOf("decline").map((reason) => {
      const row = stamp("t-reason", { text: word("decline", reason) }, { ...data, reason });
      const input = row.querySelector("input");
      input.name = `why-${one.id}`;
      input.toggleAttribute("checked", picked === reason);
      return row;
    }) }, data);
  copy.querySelector("[data-act=decline]").disabled = !picked;
  return copy;
}

// How it sounds now, in words: a silent request is said to be silent.
function rings(one) {
  if (board.mode === "wall") return null;   // it has no sound to be missed
  const level = ringing(store(), now(), board.mode), sound = soundState(new Date());
  if (!sound.on) return h("span", { class: "c warn" }, say("silent"));
  if (isDrill(store(), one)) return say(level === "drill" ? "ringing_drill" : "drill_waits");
  return say(level === "loud" ? "ringing_loud" : level === "silent" ? "rings_later" : "ringing");
}

export const requestTitle = (one) =>
  say(isDrill(store(), one) ? "drill_request" : "request");

export function request(one) {
  const asked = askedOf(one), q = asked.content ?? {};
  const since = h("span", { "data-from": asked.asked_at });
  const drill = isDrill(store(), one);
  const late = !drill && now() - Date.parse(asked.asked_at) >= LOUD_MS;
  const copy = stamp("t-request", { title: requestTitle(one), urgency: urgencyOf(one), since,
    rings: rings(one),
    who: whoLine(one), story: story(q) || null, vitals: vitals(q.vitals ?? {}),
    flags: FLAGS.filter((f) => q[f]).map((f) => h("div", {}, h("dt", {}, say(f)),
      h("dd", {}, told(q[f], word("told", q[f]))))),
    way: way(q), spoken: spokenName(one),
    answer: board.mode === "wall" ? null : answer(one) }, { case: one.id });
  const section = copy.querySelector("section");
  section.dataset.key = `ask-${asked.inquiry}`;
  section.classList.toggle("late", late);
  section.classList.toggle("drill", drill);
  section.setAttribute("aria-label", requestTitle(one));
  return copy;
}

const named = () => (person() ? { name: person().name } : {});

export const requestActs = {
  reason: ({ case: id, reason }) => {
    board.picked.set(askedOf(store().cases.get(id))?.inquiry, reason);
    board.shell.draw();
  },
  accept: ({ case: id }) => {
    const one = store().cases.get(id);
    send("answer", one, { inquiry: askedOf(one).inquiry, result: "accepted", ...named() });
  },
  decline: ({ case: id }) => {
    const one = store().cases.get(id), { inquiry } = askedOf(one);
    send("answer", one, { inquiry, result: "declined", reason: board.picked.get(inquiry),
                          ...named() });
  },
};
