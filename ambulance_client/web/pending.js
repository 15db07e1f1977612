// pending.js — Job: what this tablet has said and nobody has received yet, laid over what is known.

import { isDrill, liveFirst } from "../../client/web/practice.js";

// Messages without receipt and not refused, oldest first. CASE: of this case only.
export function pendingOf(store, caseId) {
  return [...store.sent.values()]
    .filter((one) => !one.recorded_at && !one.refused && !one.noticed_at)
    .map((one) => one.message)
    .filter((message) => caseId === undefined || message.case === caseId);
}

const emptyShown = () => ({ asked: [], grants: [], views: [], grounds: [], vitals: [] });

// All cases, those too that were opened while the line is cut.
export function casesOf(store) {
  const cases = new Map(store.cases);
  for (const message of pendingOf(store))
    if (message.type === "case_open" && !cases.has(message.case))
      cases.set(message.case, { id: message.case, texts: [], unsent: true,
                                made_at: message.sent_at,
                                shown: { ...emptyShown(), opened: message.body,
                                         training: message.body.training,
                                         incident: message.body.incident } });
  return cases;
}

// The record as this tablet last said it; `unsent`: nobody has it yet.
export function recordOf(store, one) {
  const waits = pendingOf(store, one.id).findLast((m) => m.type === "crew_record");
  return { record: waits?.body ?? one.shown.record ?? {}, unsent: Boolean(waits) };
}

export function vitalsOf(store, one) {
  const waits = pendingOf(store, one.id).filter((m) => m.type === "vitals")
    .map((m) => ({ content: m.body, unsent: true }));
  return [...one.shown.vitals, ...waits]
    .sort((a, b) => Date.parse(a.content?.at) - Date.parse(b.content?.at));
}

// Messages crew and hospital have written, newest first.
export function talksOf(store, one) {
  const said = one.texts.filter((t) => t.kind === "talk")
    .map((t) => ({ at: t.at, name: t.person_name, mine: t.own === true,
                   text: t.content?.text ?? "" }));
  const waits = pendingOf(store, one.id).filter((m) => m.type === "talk")
    .map((m) => ({ at: m.sent_at, name: store.person?.name, mine: true, text: m.body.text,
                   unsent: true }));
  return [...said, ...waits].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

// Incidents with their patients in order; practice stands behind all live ones, and among each what
// has ended is last.
export function incidentsOf(store) {
  const groups = new Map();
  for (const one of casesOf(store).values()) {
    const key = one.shown.incident ?? one.shown.opened?.incident ?? one.id;
    if (!groups.has(key)) groups.set(key, { id: key, number: undefined, cases: [] });
    const group = groups.get(key);
    group.number ??= one.shown.opened?.incident_number;
    group.cases.push(one);
  }
  const no = (one) => one.shown.opened?.patient_no ?? 1;
  for (const group of groups.values()) group.cases.sort((a, b) => no(a) - no(b));
  const over = (group) => group.cases.every((one) => one.shown.ended_at);
  for (const group of groups.values()) group.drill = isDrill(store, group.cases[0]);
  return [...groups.values()].sort((a, b) => a.drill - b.drill || over(a) - over(b) ||
    (a.id < b.id ? 1 : -1));
}

// 2人中1人目: {no, of}. A case without a count is the only one we know of.
export function placeOf(store, one) {
  const mates = incidentsOf(store).find((g) => g.cases.some((c) => c.id === one.id))?.cases ?? [];
  const of = Math.max(one.shown.opened?.patients ?? 1, mates.length);
  const told = one.shown.opened?.patient_no;
  return { no: told ?? Math.max(1, mates.findIndex((c) => c.id === one.id) + 1), of };
}

// Whose card can it be: cases of this tablet that have none yet, that is open, and not of others.
export function wantCard(store) {
  return [...casesOf(store).values()].sort(liveFirst(store)).filter((one) => !one.shown.ended_at &&
    !one.shown.handed_at && !one.shown.card_good && !one.shown.card_checking &&
    (!one.shown.device || one.shown.device === store.hello.device));
}
