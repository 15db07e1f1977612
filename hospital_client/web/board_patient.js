// board_patient.js — Job: one patient: banner and what it rests on, trend, record, talk, clock.
import { word } from "../../client/web/codes.js";
import { chip, h, say, stamp, told } from "../../client/web/dom.js";
import { isDrill } from "../../client/web/practice.js";
import { liveGrant } from "../../client/web/store.js";
import { clock, clockAgo, dayClock, now } from "../../client/web/time.js";
import { board, caseShown, person, send, store } from "./board_desk.js";
import { button, stateNodes } from "./board_list.js";
import { urgencyOf } from "./board_request.js";
import { accessClock, bannerOf, compared, differences, etaOf, headerFor, isPast, mayBreakGlass,
         mayOpen, mayTakeBack, pastAt, spokenName, whereOf, whoOf } from "./board_state.js";
import { allergyParts, copyLine, drugNodes, proofParts, sectionParts } from "./board_view.js";

const TOLD = ["conditions", "medicines", "infection", "dialysis", "anticoagulant", "pregnancy",
              "dnar", "psychiatric"];
const TEXTS = ["complaint", "history", "mechanism", "suspected", "companion", "phone", "address",
               "last_meal", "adl", "notes"];
const IDENTITY = ["name", "kana", "sex", "birth_date"];

// ---- the banner ----

function ids(one) {
  const opened = one.shown.opened ?? {};
  const rows = [...(isDrill(store(), one) ? [[say("kind"), say("drill")]] : []),
    [say("case_no"), opened.incident_number
    ? `${opened.incident_number}${opened.patient_no ? `-${opened.patient_no}` : ""}`
    : one.id.slice(-6)], [say("spoken"), spokenName(one)]];
  if (opened.patients > 1)
    rows.push(["", say("nth", opened.patients, opened.patient_no ?? "–"), true]);
  return rows;
}

// Whose name may stand there: nobody's when covered; the word tells why it is absent.
export function bannerNode(one, covered) {
  const seals = board.shell.seals, at = now();
  const { card, record, who } = bannerOf(store(), seals, one, at);
  const waits = !one.shown.record && !card ? say(one.shown.destination_here ? "record_coming"
    : "not_destination") : undefined;
  const next = document.createElement("patient-banner");
  next.show(covered ? { absent: say("ended_show") } : { ...who, absent: waits }, ids(one));
  if (!covered)
    next.append(stamp("t-proof", proofParts(one.keep?.rests, Boolean(liveGrant(one.shown, at)),
                                            compared(record, card))));
  return next;
}

function differenceNote(one) {
  const { card, record } = bannerOf(store(), board.shell.seals, one, now());
  const fields = differences(record, card);
  if (fields.length === 0) return null;
  const value = (key, text) => (key === "sex" ? word("sex", text)
    : text ?? word("told", "not_asked"));
  return stamp("t-differs", { rows: IDENTITY.filter((key) => fields.includes(key)).map((key) =>
    h("tr", {}, h("th", { scope: "row" }, say(key)),
      h("td", {}, value(key, record[key])), h("td", {}, value(key, card[key])))) },
  { case: one.id });
}

// ---- cards ----

function trend(one) {
  const element = document.createElement("vitals-trend");
  element.show(one.shown.vitals);
  return one.shown.vitals.length ? element : h("p", { class: "sub" }, say("no_vitals"));
}

function toldRow(key, item) {
  const by = item.said_by && item.said_by !== "nobody" ? `（${word("said_by", item.said_by)}）` : "";
  return h("div", {}, h("dt", {}, say(key)), h("dd", {}, told(item.state, word("told", item.state)),
    ` ${item.text ?? ""}${by}`));
}

function record(one) {
  const r = one.shown.record;
  if (!r) return null;
  const rows = [...TEXTS.filter((key) => r[key]).map((key) => h("div", {}, h("dt", {}, say(key)),
    h("dd", {}, r[key]))), ...TOLD.filter((key) => r[key]).map((key) => toldRow(key, r[key]))];
  const treated = (r.treatments ?? []).map((t) => h("li", {}, `${clock(t.at)} ${t.act}`));
  const newer = one.shown.record_at && one.shown.record_read_at &&
    one.shown.record_at > one.shown.record_read_at;
  return stamp("t-record", { newer: newer ? button("open_case", "record_newer", one,
    { kind: "b", icon: "pen" }) : null, rows: rows.length ? rows : null,
    empty: rows.length ? null : say("record_empty"),
    treatments: treated.length ? h("ul", {}, treated) : null });
}

function talk(one) {
  if (!one.shown.destination_here) return null;
  const waiting = [...store().sent.values()].filter((sent) => sent.message.type === "talk" &&
    sent.message.case === one.id && !sent.recorded_at && !sent.noticed_at && !sent.refused);
  const said = one.texts.filter((t) => t.kind === "talk").slice(-8).reverse();
  return stamp("t-talk", { list: [
    ...waiting.map(({ message }) => h("li", { "data-key": message.id },
      chip("unk", say("waits"), "clock"), h("p", {}, message.body.text))),
    ...said.map((t) => h("li", { "data-key": `${t.at}` }, h("b", {}, `${say(t.own
      ? "our_side" : "crew")} ${t.person_name ?? ""}`),
      ` ${clockAgo(t.at)}`, h("p", {}, t.content?.text ?? "")))] });
}

function glass(one, grant) {
  if (!grant?.break_glass) return null;
  const text = one.texts.findLast((t) => t.kind === "break_glass");
  return h("section", { class: "note warn" }, h("span", { class: "lv" }, say("glass_head")),
    h("span", { class: "tx" }, `${say("glass_is")}　${say("reason")}：${
      text?.content?.reason ?? ""}`),
    ...stateNodes(one));
}

function more(one, grant) {
  const at = now();
  const acts = [one.shown.mixup ? null : button("mixup", "mixup", one, { kind: "b quiet",
    icon: "warn" }), grant && mayOpen(person()) && !grant.extended && !grant.break_glass
    ? button("extend", "extend", one, { kind: "b quiet", icon: "clock" }) : null,
  mayTakeBack(one) ? button("take_back", "take_back", one, { kind: "b quiet", icon: "back" })
    : null,
  mayBreakGlass(one, person(), at) ? button("break_glass", "break_glass", one,
    { kind: "b quiet", icon: "glass" }) : null].filter(Boolean);
  return acts.length ? stamp("t-more", { acts }) : null;
}

export function patientNodes() {
  const one = caseShown(), s = one.shown, grant = liveGrant(s, now());
  const header = headerFor(store(), grant), eta = etaOf(one);
  const allergy = allergyParts(one, grant, header);
  return [stamp("t-patient", { warning: differenceNote(one), glass: glass(one, grant),
    allergy_state: allergy.state, allergy: allergy.nodes, copy: copyLine(header, grant),
    drugs: drugNodes(one, grant, header),
    head: [urgencyOf(one), ` ${whoOf(one).complaint ?? ""}`],
    when: isPast(one) ? `${clock(pastAt(one))} ${say("handed")}`
      : s.arrived_at ? say("arrived_at", clock(s.arrived_at))
      : eta ? h("span", { "data-to": eta }) : say("eta_unknown"),
    eta: eta && !isPast(one) && !s.arrived_at ? ` ${clock(eta)} ${say("eta")}${whereOf(one)}`
      : null,
    trend: trend(one),
    sections: sectionParts(one, grant, header), record: record(one), talk: talk(one),
    more: more(one, grant) })];
}

// ---- the clock of the right ----

const warnings = { soon: "ends_soon", last: "ends_last" };

export function footNodes() {
  const one = caseShown(), grant = liveGrant(one.shown, now());
  const rest = accessClock(grant, now());
  const key = warnings[rest.level];
  const opened = grant?.opened_at ? `${say("opened_at", clockAgo(grant.opened_at))}・` : "";
  const has = grant && board.shell.seals.has(grant.view, grant.grant);
  const until = rest.level === "none" ? say("record_only")
    : isPast(one) || grant.extended ? say("can_view", dayClock(rest.until))
      : say("can_view_handover");
  const latest = rest.until ? say("latest", dayClock(rest.until)) : "";
  return [stamp("t-foot", { until, warning: key ? chip("warn", say(key, rest.minutes)) : null,
    more: `${opened}${latest}${has ? say("taken_rule") : ""}` || null,
    acts: [button("to_list", "back", one, { kind: "b quiet", icon: "back" }),
      one.shown.confirmed_at || !one.shown.destination_here ? null : button("handover", "handover",
        one, { kind: "b quiet", icon: "ok" }),
      has ? button("take_out", "take_out", one, { kind: "b quiet", icon: "pen" }) : null,
      has ? button("close_view", "close_view", one, { kind: "b quiet", icon: "lock" })
        : null] })];
}

export const patientForms = {
  talk: (form) => {
    const input = form.querySelector("input"), text = input.value.trim();
    if (!text) return;
    send("talk", caseShown(), { text });
    input.value = "";
  },
};
