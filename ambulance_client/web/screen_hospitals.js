// screen_hospitals.js — Job: hospitals: who can take the patient, asking, answers, destination.
import { ask } from "../../client/web/ask.js";
import { keysOf, word } from "../../client/web/codes.js";
import { chip, h, icon, say, urgency } from "../../client/web/dom.js";
import { clock, clockAgo, iso, now } from "../../client/web/time.js";
import { ulid } from "../../client/web/ulid.js";
import { hospitalName, hospitalRows, inquiryBody, mayAsk, needsPhone } from "./asked.js";
import { always } from "./dock.js";
import { groundBody, groundReady } from "./phrase.js";
import { recordOf, vitalsOf } from "./pending.js";
import { phoneLink } from "./phone.js";
import { languages, lifeChoices, newGround, saying } from "./screen_ground.js";

const picked = (t) => t.draft("picked", () => new Set());

// ---- one hospital ----

function status(row, facts) {
  if (!row.asked) return null;
  const { status: code, by_phone: phone, asked_at: at, phone_checked: checked } = row.asked;
  if (row.id === facts.destination) return chip("ok", say("is_destination"), "car");
  if (code === "accepted" && phone && checked === undefined) return chip("warn", say("phone_waits"),
                                                                        "phone");
  if (code === "accepted") return chip("ok", word("asked_status", code));
  if (code === "waiting") return h("span", { class: "c warn" }, icon("clock"),
    `${say("no_answer")} `, h("b", { "data-from": at }));
  return chip("plain", word("asked_status", code), "x");
}

const boards = { alive: ["info", "board_alive", "eye"], empty: ["warn", "board_empty", "warn"],
                 dead: ["warn", "board_dead", "off"], unknown: ["unk", "board_unknown", "unk"] };

// What it says in general would stand against what it has answered for this patient.
const answeredNow = (asked) => ["accepted", "declined"].includes(asked?.status);

function answered(row) {
  const { asked } = row;
  if (!asked) return null;
  const who = [row.who, row.role].filter(Boolean).join("・");
  const parts = [asked.answered_at && `${say("answer_at")} ${clockAgo(asked.answered_at)}`, who,
                 asked.status === "declined" && row.decline &&
                   `${say("reason")} ${word("decline", row.decline)}`, row.note,
                 asked.status === "waiting" && `${say("asked_at")} ${clockAgo(asked.asked_at)}`];
  const gone = ["declined", "cancelled", "elsewhere"].includes(asked.status);
  return h("p", {}, parts.filter(Boolean).join("・"), gone ? h("span", { class: "sub" },
    `　${say("content_gone")}`) : null);
}

async function byPhone(t, one, row) {
  await ask({ title: say("by_phone", row.name), text: say("by_phone_text"), ok: say("by_phone_ok"),
    fields: [{ name: "name", label: say("phone_name"), max: 120 },
             { name: "role", label: say("phone_role"), max: 120, needed: false }],
    act: async ({ name, role }) => {
      const { done } = t.shell.link.send("phone_acceptance", one.id, { hospital: row.id, name,
        at: iso(now()), ...(role ? { role } : {}) });
      if (!t.shell.store.line?.up) return null;   // kept, and sent when the line is back
      const answer = await done;
      return answer.type === "receipt" ? null : t.shell.mistakeText(answer.body);
    } });
}

function acts(t, one, facts, row, tick) {
  const list = [tick].filter(Boolean);
  const button = (key, name, act, kind = "b") => list.push(h("button", { class: kind,
    type: "button", "data-key": `${key}-${row.id}`, onclick: act }, icon(name), say(key)));
  if (row.asked?.status === "accepted" && row.id !== facts.destination && !facts.handed)
    button("choose", "go", () => {
      t.draft("dest", () => ({ hospital: null, reason: "", ...newGround() })).hospital = row.id;
      t.redraw();
    });
  if (row.asked?.status !== "accepted" && !facts.handed)
    button("by_phone_short", "phone", () => byPhone(t, one, row));
  if (row.asked && ["waiting", "accepted"].includes(row.asked.status) &&
      row.id !== facts.destination)
    button("cancel_ask", "x", () => t.send("inquiry_cancel", { hospital: row.id }, one.id),
           "b quiet");
  return list.length ? h("div", { class: "row even" }, list) : null;
}

function hospital(t, one, facts, row, chosen) {
  const board = boards[row.board], set = picked(t);
  const may = mayAsk(row) && !facts.handed;
  const tick = may ? h("label", { class: "pick" }, h("input", { type: "checkbox",
    "data-key": `pick-${row.id}`, checked: set.has(row.id), onchange: (event) => {
      if (event.target.checked) set.add(row.id);
      else set.delete(row.id);
      t.redraw();
    } }), say(row.asked ? "ask_again" : "ask_this")) : null;
  const number = phoneLink(t.shell.store, row.id);
  const phone = needsPhone(row, now()) ? h("div", { class: "note warn" }, icon("phone"), h("span",
    { class: "tx" }, h("b", { class: "say" }, say(row.board === "dead" ? "call_dead"
      : row.board === "empty" ? "call_empty" : "call_late")),
    number ? null : [h("br"), say("number_list")]), number) : null;
  return h("section", { class: `card hp${chosen ? " chosen" : ""}`, "aria-label": row.name },
    h("div", { class: "hd" }, h("h2", {}, row.name), h("span", { class: "row" },
      chosen ? chip("info", say("chosen"), "go") : null, status(row, facts),
      answeredNow(row.asked) ? null : row.known?.accepting === false
        ? chip("plain", say("not_accepting"), "x")
        : row.known?.accepting ? chip("ok", say("accepting")) : null,
      chip(board[0], say(board[1]), board[2]))),
    row.known?.specialties ? h("p", {}, row.known.specialties) : null, answered(row),
    row.known?.seen_at && row.board !== "alive" ? h("p", { class: "sub" },
      `${say("seen_at")} ${clockAgo(row.known.seen_at)}`) : null,
    phone ?? (row.board === "alive" ? null : number), acts(t, one, facts, row,
        tick));
}

// ---- what is asked ----

const etaAhead = (one) => (Date.parse(one.shown.eta_at ?? "") > now() ? one.shown.eta_at
  : undefined);
const MINUTES = [0, 5, 10, 15, 20, 30, 45]; // to the hospital, about; 0: not said

function requestDraft(t, one) {
  const { record } = recordOf(t.shell.store, one);
  return t.draft("request", () => ({ urgency: record.urgency, complaint: record.complaint ?? "",
    age: record.age ?? "", sex: record.sex, place: "", note: "", minutes: 0 }));
}

function request(t, one) {
  const draft = requestDraft(t, one), vitals = vitalsOf(t.shell.store, one).at(-1)?.content;
  const field = (name, max, type = "text") => {
    const input = h("input", { id: `q-${name}`, maxlength: max, type, autocomplete: "off",
      inputmode: name === "age" ? "numeric" : undefined, "data-key": `q-${name}`,
      value: String(draft[name] ?? "") });
    input.addEventListener("input", () => { draft[name] = input.value; });
    input.addEventListener("change", () => t.shell.draw());
    return h("div", { class: "f" }, h("label", { for: `q-${name}` }, say(`f_${name}`),
      name === "complaint" ? h("span", { class: "req" }, ` ※${say("needed")}`) : null), input);
  };
  const set = (name, code) => h("label", { class: "pick" }, h("input", { type: "radio",
    name: `q-${name}`, "data-key": `q-${name}-${code}`, checked: draft[name] === code,
    onchange: () => { draft[name] = code; t.redraw(); } }), name === "urgency"
    ? urgency(code, word("urgency", code)) : word(name, code));
  return h("section", { class: "card" }, h("div", { class: "hd" }, h("h2", {}, say("request")),
    h("span", { class: "sub" }, say("no_names"))),
  h("fieldset", {}, h("legend", {}, say("f_urgency")), h("div", { class: "picks" },
    keysOf("urgency").map((code) => set("urgency", code)))), field("complaint", 300),
  h("div", { class: "sides" }, h("fieldset", {}, h("legend", {}, say("f_sex")),
    h("div", { class: "picks" }, ["female", "male", "unknown"].map((code) => set("sex", code)))),
  field("age", 3)), h("fieldset", {}, h("legend", {}, say("eta_about")),
    h("div", { class: "picks" }, MINUTES.map((minutes) => h("label", { class: "pick" }, h("input",
      { type: "radio", name: "q-eta", "data-key": `q-eta-${minutes}`,
        checked: draft.minutes === minutes, onchange: () => { draft.minutes = minutes; t.redraw(); }
      }), minutes ? say("minutes_n", minutes) : etaAhead(one) ? clock(etaAhead(one))
        : say("eta_open"))))),
  h("div", { class: "sides" }, field("place", 60), field("note", 300)),
  h("p", { class: "sub" }, vitals ? say("with_vitals", clockAgo(vitals.at)) : say("no_vitals")));
}

function send(t, one, ids) {
  const draft = requestDraft(t, one);
  const said = draft.minutes ? iso(now() + draft.minutes * 60000) : undefined;
  if (said) t.send("eta", { eta_at: said }, one.id); // said with a request it is the case's
  const eta = said ?? etaAhead(one);
  const { record } = recordOf(t.shell.store, one);
  const vitals = vitalsOf(t.shell.store, one).at(-1)?.content;
  const body = inquiryBody(record, vitals, { ...draft, eta_at: eta,
    spoken_name: one.shown.opened?.spoken_name }, ids, ulid());
  t.send("inquiry", body, one.id).then((ok) => {
    if (ok) picked(t).clear();
    if (ok) draft.minutes = 0;
    t.redraw();
    scrollTo(0, 0);
  });
}

// ---- destination ----

const give = (t, draft, answer, icon_) => h("label", { class: "pick" }, h("input", { type: "radio",
  name: "give", "data-key": `d-${answer}`, checked: draft.answer === answer,
  onchange: () => { draft.answer = answer; t.redraw(); } }), icon(icon_), h("span", {},
say(`d_${answer}`), h("small", {}, say(`d_${answer}_more`))));

function fix(t, one, facts, draft) {
  const body = { hospital: draft.hospital };
  if (facts.matched && draft.answer !== "none")
    body.ground = groundBody(draft, iso(now()));
  if (facts.fixed) body.reason = say("change_reason");
  t.send("destination", body, one.id);
  t.drop("dest");
  t.show("transport");
}

// The lower part of the page: one irrevocable act with its own ground; answers stay in sight.
function destination(t, one, facts, draft) {
  const name = hospitalName(t.shell.store, one, draft.hospital), eta = one.shown.eta_at;
  const [ready, missing] = facts.matched ? groundReady(draft) : [true, null];
  const others = facts.asked.filter((a) => a.hospital !== draft.hospital &&
    ["waiting", "accepted"].includes(a.status)).length;
  return [h("div", { class: "hd row" }, h("h1", {}, say(facts.fixed ? "change_to" : "dest_to",
    name)),
    h("span", { class: "push" }, eta ? `${say("eta")} ${clock(eta)}` : "")),
  facts.matched ? [h("h2", { class: "f-m" }, say("may_show")), draft.answer === "life" ? null
    : [saying(t, draft, "give", name), languages(t, draft)], h("div", { class: "picks wide" },
      give(t, draft, "patient", "ok"),
      give(t, draft, "family", "person"), give(t, draft, "life", "warn"),
      give(t, draft, "refused", "x"), give(t, draft, "none", "clock"))]
    : h("p", {}, say("record_only")),
  h("button", { class: "b go main", type: "button", "data-key": "fix", disabled: !ready,
    onclick: () => fix(t, one, facts, draft) }, icon("ok"), say("fix", name)),
  ready ? null : h("p", { class: "big" }, say(missing)),
  h("div", { class: "row" }, h("p", { class: "sub grow" }, say(facts.fixed ? "change_text"
    : others ? "fix_text" : "fix_alone", others)), t.button("not_yet_fix", "back", () =>
      { t.drop("dest"); t.redraw(); }))];
}

async function notConnected(t, one) {
  await ask({ title: say("not_connected"), text: say("not_connected_text"),
    ok: say("not_connected_ok"), danger: true,
    fields: [{ name: "name", label: say("hospital_name"), max: 120 }],
    act: async ({ name }) => {
      const answer = await t.shell.link.send("destination", one.id, { not_connected: name }).done;
      if (answer.type !== "receipt") return t.shell.mistakeText(answer.body);
      t.show("transport");
      return null;
    } });
}

export function drawHospitals(t, one, facts) {
  const draft = t.draft("dest", () => ({ hospital: null, ...newGround() }));
  const rows = hospitalRows(t.shell.store, one);
  const chosen = rows.find((row) => row.id === draft.hospital && row.asked?.status === "accepted");
  const ids = [...picked(t)].filter((id) => rows.some((row) => row.id === id && mayAsk(row)));
  const asked = rows.filter((row) => row.asked), others = rows.filter((row) => !row.asked);
  const complaint = requestDraft(t, one).complaint?.trim();
  const dock = chosen ? destination(t, one, facts, draft) : [ids.length ? [
    h("button", { class: "b go main", type: "button", disabled: !complaint, "data-key": "ask",
      onclick: () => send(t, one, ids) }, icon("hospital"), say("ask_now_n", ids.length)),
    complaint ? null : h("p", {}, say("need_complaint"))]
    : h("p", { class: "big" }, say(facts.accepted.length && !facts.fixed ? "choose_hint"
      : facts.waiting.length ? "wait_hint" : "pick_hint")), always(t, facts)];
  return { key: `h${chosen ? draft.answer : ""}`, firm: Boolean(chosen), dock, main: [
    chosen && draft.answer === "life" && facts.matched ? h("section", { class: "card now" },
      h("p", {}, say("life_text")), lifeChoices(t, draft)) : null,
    asked.length ? h("div", { class: "row" }, h("h1", {}, say("asked_n", asked.length)),
      h("span", { class: "sub" }, say("names_not_sent"))) : h("h1", {}, say("nav_hospitals")),
    asked.map((row) => hospital(t, one, facts, row, row === chosen)),
    facts.handed || (asked.length && !ids.length) ? null : request(t, one),
    others.length ? h("h2", {}, say("others_n", others.length)) : null,
    others.map((row) => hospital(t, one, facts, row, false)),
    rows.length === 0 ? h("p", { class: "big" }, say("no_hospitals")) : null,
    facts.handed ? null : t.button("not_connected", "phone", () => notConnected(t, one),
                                   "b quiet wide")] };
}
