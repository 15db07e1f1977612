// asked.js — Job: hospitals as the crew needs them: who can be asked, what they answered.

// Name of who answered and why it was declined, where only the texts of a snapshot hold them.
export function answerOf(one, row) {
  const text = one.texts.findLast((t) => t.kind === (row.by_phone ? "phone_acceptance"
    : "answer") &&
    (row.by_phone ? t.content?.hospital === row.hospital || t.at === row.answered_at
      : t.content?.inquiry === row.inquiry && t.at === row.answered_at));
  return { who: row.answered_by ?? text?.content?.name ?? text?.person_name,
           decline: row.decline ?? text?.content?.reason, note: text?.content?.note,
           role: text?.content?.role };
}

// alive: somebody is at the board; empty: nobody is there; dead: the box is not on the line.
export const boardOf = (row) => (!row ? "unknown" : row.online !== true ? "dead"
  : row.people === true ? "alive" : "empty");

const ORDER = { accepted: 0, waiting: 1, contradicted: 2, taken_back: 2, declined: 3,
                cancelled: 4, elsewhere: 5, ended: 5 };

// One row per hospital: asked ones first, those that accepted before all.
export function hospitalRows(store, one) {
  const rows = one.shown.asked.map((asked) => {
    const known = store.hospitals.find((h) => h.org === asked.hospital);
    return { id: asked.hospital, name: known?.name ?? asked.hospital_name ?? asked.hospital,
             asked, known, board: boardOf(known), ...answerOf(one, asked) };
  });
  rows.sort((a, b) => (ORDER[a.asked.status] ?? 6) - (ORDER[b.asked.status] ?? 6));
  const others = store.hospitals.filter((h) => !rows.some((r) => r.id === h.org))
    .map((known) => ({ id: known.org, name: known.name, known, asked: null,
                       board: boardOf(known) }));
  const worth = (r) => (r.known.accepting === false ? 2 : r.board === "alive" ? 0 : 1);
  others.sort((a, b) => worth(a) - worth(b));
  return [...rows, ...others];
}

// May be asked now: never asked, or the last asking is over.
export const mayAsk = (row) => !row.asked ||
  ["declined", "cancelled", "contradicted", "taken_back", "elsewhere"].includes(row.asked.status);

// Nobody answers: nobody is there to, or it has been too long. NOW: ms.
export function needsPhone(row, now) {
  if (!row.asked) return row.board === "dead";
  if (row.asked.status !== "waiting") return false;
  return row.board === "dead" || row.board === "empty" ||
    now - Date.parse(row.asked.asked_at) > 180000;
}

export const hospitalName = (store, one, id) =>
  store.hospitals.find((h) => h.org === id)?.name ??
  one.shown.asked.find((a) => a.hospital === id)?.hospital_name ??
  one.shown.destination_name ?? "";

const FLAGS = ["dialysis", "anticoagulant", "infection", "pregnancy", "dnar", "psychiatric"];

// The body of an inquiry from what was observed and told: whitelisted, names nobody.
export function inquiryBody(record, vitals, draft, hospitals, id) {
  const body = { inquiry: id, hospitals, complaint: (draft.complaint ?? "").trim() };
  const text = (key, value) => { if (value?.trim()) body[key] = value.trim(); };
  if (draft.urgency) body.urgency = draft.urgency;
  const age = draft.age === undefined || draft.age === "" ? undefined : Number(draft.age);
  if (Number.isInteger(age) && age >= 0 && age <= 130) body.age = age;
  if (draft.sex) body.sex = draft.sex;
  text("mechanism", record.mechanism);
  text("note", draft.note);
  text("place", draft.place);
  if (record.onset_at) body.onset_at = record.onset_at;
  for (const flag of FLAGS) if (record[flag]?.state) body[flag] = record[flag].state;
  if (vitals) body.vitals = vitals;
  if (draft.eta_at) body.eta_at = draft.eta_at;
  text("spoken_name", draft.spoken_name);
  return body;
}
