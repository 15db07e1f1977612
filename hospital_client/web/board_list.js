// board_list.js — Job: who is coming, by arrival: countdown, urgency, and how far the view is.
import { word } from "../../client/web/codes.js";
import { chip, h, icon, say, stamp } from "../../client/web/dom.js";
import { vitalsLine } from "../../client/web/elements.js";
import { isDrill } from "../../client/web/practice.js";
import { lastVitals, liveGrant } from "../../client/web/store.js";
import { clock, clockAgo, now } from "../../client/web/time.js";
import { board, go, person, send, store } from "./board_desk.js";
import { request, urgencyOf, whoLine } from "./board_request.js";
import { accessClock, askedOf, contentOf, etaOf, isPast, listOf, mayBreakGlass, maySeeRecord,
         mayTakeBack, pastAt, phoneUnchecked, spokenName, unconfirmed, viewState, whereOf, whoOf,
         withoutContent } from "./board_state.js";

const line = (text) => h("span", {}, text);
const openers = (one) => {
  const last = one.openings?.at(-1);
  return last ? `${person() ? last.name ?? "" : ""} ${clock(last.at)}` : "";
};

const states = {
  undecided: (one) => [chip("unk", say("undecided"), "clock"),
    line(say("promised_at", clock(askedOf(one)?.answered_at)))],
  none: () => [chip("off", say("no_grant"), "card"), line(say("record_only"))],
  over: (one) => [chip("off", say("over"), "lock"),
    line(word("revoke_reason", one.shown.grants.at(-1).revoke ?? "expired"))],
  objected: () => [chip("off", say("objected"), "x")],
  glass_waits: (one) => [chip("warn", say("glass_waits"), "glass"),
    line(say("glass_opens", clock(one.shown.grants.at(-1).opens_at, true)))],
  receiving: (one) => [chip("unk", say("receiving"), "clock"),
    line(`${say("at_gateway")} ${clock(one.shown.grants.at(-1).issued_at, true)}`)],
  unseen: () => [chip("warn", say("unseen")), line(say("nobody_opened"))],
  unseen_late: () => [chip("warn", say("unseen")), h("b", {}, say("nobody_opened_late"))],
  viewing: (one) => [chip("info", say("viewing"), "eye"), line(openers(one))],
  closing: (one) => {
    const rest = accessClock(liveGrant(one.shown, now()), now());
    return [chip("info", say("closes_in", rest.minutes ?? "–"), "clock"),
      rest.until ? line(say("closes_at", clock(rest.until))) : null];
  },
};

export const stateNodes = (one) => states[viewState(one, now())](one);

function when(one) {
  if (isPast(one)) return `${clock(pastAt(one))} ${say("handed")}`;
  if (one.shown.arrived_at) return say("arrived_at", clock(one.shown.arrived_at));
  const eta = etaOf(one);
  return eta ? h("span", { "data-to": eta }) : say("eta_unknown");
}
function under(one) {
  const eta = etaOf(one);
  if (eta && !one.shown.arrived_at) return `${clock(eta)} ${say("eta")}${whereOf(one)}`;
  return one.shown.destination_at ? say("fixed_at", clockAgo(one.shown.destination_at)) : "";
}

function button(act, key, one, set = {}) {
  const copy = stamp("t-act", { text: say(key) }, { act, case: one.id });
  const element = copy.querySelector("button");
  element.dataset.act = act;
  element.dataset.case = one.id;
  element.dataset.key = `${act}-${one.id}`;
  element.className = set.kind ?? "b";
  element.querySelector("use").setAttribute("href", `#i-${set.icon ?? "go"}`);
  element.disabled = Boolean(set.disabled);
  if (set.label) element.setAttribute("aria-label", set.label);
  return element;
}
export { button };

function phone(one) {
  if (!phoneUnchecked(one) || board.mode === "wall") return null;
  return stamp("t-phone", { said: chip("warn", say("phone_said"), "phone") }, { case: one.id });
}

// The patient of another hospital's destination may stand before the door all the same.
function glass(one) {
  return mayBreakGlass(one, person(), now())
    ? button("break_glass", "break_glass", one, { kind: "b quiet", icon: "glass",
      label: `${say("break_glass")}：${spokenName(one)}` }) : null;
}

function acts(one) {
  if (board.mode === "wall") return null;
  const label = `${say("open")}：${spokenName(one)} ${whoLine(one)}`;
  const take = mayTakeBack(one) && !one.shown.destination_here
    ? button("take_back", "take_back", one, { kind: "b quiet", icon: "back" }) : null;
  if (!one.shown.destination_here && one.shown.grants.length === 0) return [take, glass(one)];
  return [button("open_case", "open", one, { icon: "lock", label, disabled: !person() }),
    person() ? null : h("span", { class: "sub" }, say("sign_in_first"))];
}

// On a live gateway practice bears its own colour; where all is practice the band says so.
const practiceChip = (one) => (one.shown.training
  ? chip(isDrill(store(), one) ? "drill" : "unk", say("training"), "info") : null);

export function row(one, dark) {
  const past = isPast(one), s = one.shown, v = lastVitals(s) ?? contentOf(one).vitals;
  const marks = [practiceChip(one),
    unconfirmed(one) && chip("warn", say("unconfirmed"), "clock")].filter(Boolean);
  const copy = stamp("t-row", { when: when(one), eta: under(one), urgency: urgencyOf(one),
    who: dark ? say("content_gone") : whoLine(one),
    training: marks.length ? marks : null, name: spokenName(one),
    vitals: v && !dark ? `${vitalsLine(v)}（${clock(v.at)}）` : null,
    phone: phone(one), state: stateNodes(one), act: acts(one) });
  const item = copy.querySelector("li");
  item.dataset.key = `row-${one.id}`;
  item.classList.toggle("late", viewState(one, now()) === "unseen_late");
  item.classList.toggle("past", past);
  item.classList.toggle("drill", isDrill(store(), one));
  item.querySelector(".cd").classList.toggle("small", past || !etaOf(one));
  return copy;
}

function group(key, list, dark) {
  if (list.length === 0) return null;
  return stamp("t-group", { head: say(key, list.length), rows: list.map((one) => row(one, dark)) });
}

const mark = (one) => (isDrill(store(), one) ? `【${say("training")}】` : "");

function note(one) {
  const { status, asked_at: at } = askedOf(one), who = whoOf(one);
  const text = [`${mark(one)}${say(`note_${status}`)}`, at ? say("asked_at", clock(at)) : "",
    `${spokenName(one)}${who.age ? `（${who.age}${say("years")}）` : ""}`];
  const copy = stamp("t-note", { text: text.filter(Boolean).join("　"), act: glass(one) },
    { case: one.id });
  copy.querySelector(".note").classList.toggle("drill", isDrill(store(), one));
  if (board.away.has(`${one.id}/${status}`)) copy.querySelector("[data-act=put_away]").remove();
  return copy;
}

// Read and put away; who may open in an emergency finds it again.
function read(list) {
  const open = list.filter((one) => mayBreakGlass(one, person(), now()));
  return open.length ? stamp("t-group", { head: say("read", open.length), rows: open.map((one) =>
    h("li", {}, note(one))) }) : null;
}

function mixup(one) {
  return h("section", { "data-key": `mixup-${one.id}`,
    class: isDrill(store(), one) ? "note urgent drill" : "note urgent" }, icon("warn"),
    h("span", { class: "lv" }, say("mixup_head")),
    h("span", { class: "tx" }, `${mark(one)}${spokenName(one)}：${word("revoke_reason",
      "mixup")}`),
    button("open_case", "look_mixup", one, { icon: "warn", disabled: !person() }));
}

// Gateway gone for longer than the lease: who comes and when stays, what was said of them does not.
export function isDark() { return withoutContent(store().line, board.shell.leaseMs, now()); }

export function listNodes() {
  const list = listOf(store(), board.away), dark = isDark();
  const below = stamp("t-below", { taking: taking() });
  const copy = stamp("t-list", {
    asks: list.asks.length ? list.asks.map(request) : null,
    coming_head: say("coming", list.coming.length),
    order: person() ? say("order") : say("order_nobody"),
    nothing: list.asks.length + list.coming.length + list.promised.length + list.past.length +
      list.glass.length + list.drills.length ? null : say("nothing"),
    coming: list.coming.map((one) => row(one, dark)),
    promised: [group("glass_open", list.glass, dark), group("promised", list.promised, dark)],
    past: group("arrived", list.past, dark),
    drills: group("drill_list", list.drills, dark),
    notes: [...list.mixups.map(mixup), ...list.told.map(note), read(list.read)], below });
  copy.querySelector(".lay").classList.toggle("one", list.asks.length === 0);
  return [copy];
}

export function taking() {
  const told = store().board ?? {};
  const head = told.accepting === false ? chip("warn", say("not_taking"), "x")
    : told.accepting === true ? chip("ok", say("taking"), "ok") : chip("unk", say("taking_unset"));
  return [head, told.specialties ? h("span", { class: "sub" }, ` ${told.specialties}`) : null];
}

export function wallNodes() {
  const list = listOf(store(), board.away);
  return [stamp("t-wall", { asks: list.asks.map(request), head: say("coming", list.coming.length),
    rows: [...list.coming, ...list.past, ...list.drills].map((one) => row(one, isDark())) })];
}

export const listActs = {
  open_case: ({ case: id }) => {
    const one = store().cases.get(id);
    if (one.shown.destination_here && maySeeRecord(person()) && !one.shown.mixup)
      send("record_read", one);   // logged with the person
    go("patient", id);
  },
  phone_yes: ({ case: id }) => send("acceptance_check", store().cases.get(id),
    { confirmed: true, ...(person() ? { name: person().name } : {}) }),
  phone_no: ({ case: id }) => send("acceptance_check", store().cases.get(id),
    { confirmed: false, ...(person() ? { name: person().name } : {}) }),
  put_away: ({ case: id }) => {
    board.away.add(`${id}/${askedOf(store().cases.get(id))?.status}`);
    board.shell.draw();
  },
};
