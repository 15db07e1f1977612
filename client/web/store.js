// store.js — Job: fold frames into what this page knows: pure, no page, no clock, no socket.
//
// A case's `shown` is the body of its snapshot_case; notices keep it right between two snapshots.
// An event without a row changes nothing here: a newer gateway may know more.

export function newStore() {
  return { hello: {}, line: { up: false }, waiting: 0, person: null, card: null, people: [],
           cases: new Map(),
           hospitals: [], coming_hospitals: null, tablets: { rows: [], complete: false },
           headers: new Map(), sent: new Map(), refused: [], coming: null };
}

const viewKey = (body) => `${body.view}/${body.grant ?? ""}`;

function rowOf(list, key, id, make) {
  let row = list.find((one) => one[key] === id);
  if (!row && make && id) list.push(row = { [key]: id });
  return row;
}

function caseOf(store, id, make) {
  if (!id) return null;
  if (!store.cases.has(id) && make) store.cases.set(id, { id, shown: emptyShown(), texts: [] });
  return store.cases.get(id) ?? null;
}

const emptyShown = () => ({ asked: [], grants: [], views: [], grounds: [], vitals: [] });

const asked = (s, b, make) => rowOf(s.asked, "hospital", b.hospital, make) ??
  (b.hospital ? null : s.asked[0]);
const grant = (s, b, make) => rowOf(s.grants, "grant", b.grant, make) ?? {};
const view = (s, b) => rowOf(s.views, "view", b.view, true) ?? {};

// The hospital is no destination any more: what the crew's record said goes from the page.
function left(s, c) {
  s.destination_here = false;
  if (!c.keep) return;   // a crew's own record stays
  delete s.record;
  delete c.keep;
}

// The card was another person's: the right one may be read. Only a refusal that nothing has
// overtaken stays true of this patient.
function forgetCard(s) {
  s.grounds = s.grounds.filter((g, i) => g.basis === "refused" && !s.grounds.slice(i + 1)
    .some((later) => later.right === g.right && later.hospital === g.hospital));
  Object.assign(s, { card_good: false, card_checking: false });
  delete s.card_at;
}

const folds = {
  case_opened: (s, b) => { s.opened_at = b.at; s.opened = b.content; },
  record_changed: (s, b) => { s.record_at = b.at; if (b.content) s.record = b.content; },
  vitals_taken: (s, b) => { if (b.content) s.vitals.push({ content: b.content }); },
  card_check_asked: (s) => { s.card_checking = true; delete s.card_error; },
  card_read: (s, b) => { s.card_checking = false; s.card_good = true; s.card_at = b.at; },
  card_refused: (s, b) => { Object.assign(s, { card_checking: false, card_good: false,
                                               card_error: b.error }); },
  ground_recorded: (s, b) => { s.grounds.push({ person_name: b.person_name, ...(b.content ?? {}),
                                                at: b.at }); },
  consent_withdrawn: (s) => { for (const g of s.grounds) g.withdrawn = true; },
  fetch_asked: (s, b) => Object.assign(view(s, b), { asked_at: b.at, sections: b.sections }),
  view_fetched: (s, b) => {
    Object.assign(view(s, b), { fetched_at: b.at, until: b.until, held: true,
                                sections: b.sections });
    delete s.mixup;   // who opened the void view still has to say so: must_ack
  },
  fetch_failed: (s, b) => Object.assign(view(s, b), { error: b.error, ended: true }),
  view_ended: (s, b) => Object.assign(view(s, b), { ended: true, held: false }),
  identity_checked: (s, b) => {
    Object.assign(view(s, b), { match: b.match, match_at: b.at });
    if (b.match === "not_matched") forgetCard(s);
  },
  no_view: (s, b) => { s.no_view = b.no_view; s.no_view_at = b.at; },
  inquiry_asked: (s, b) => {
    const row = asked(s, b, true) ?? (s.asked[0] = {});
    Object.assign(row, { status: "waiting", asked_at: b.at, inquiry: b.inquiry, content: b.content,
                         hospital_name: b.hospital_name ?? row.hospital_name });
    delete row.answered_at;
  },
  inquiry_ended: (s, b, c) => {
    const row = asked(s, b);
    if (b.asked === "elsewhere") left(s, c);
    if (!row) return;
    row.status = b.asked ?? "ended";
    delete row.content;
  },
  answered: (s, b) => {
    const row = asked(s, b, true);
    if (!row) return;
    Object.assign(row, { status: b.answer, answered_at: b.at, by_phone: false,
                         answered_by: b.content?.name ?? b.person_name, decline: b.decline });
    if (b.answer !== "accepted") delete row.content;
  },
  phone_accepted: (s, b) => {
    const row = asked(s, b, true);
    if (!row) return;
    Object.assign(row, { status: "accepted", answered_at: b.at, by_phone: true,
                         answered_by: b.content?.name });
    delete row.phone_checked;
  },
  acceptance_checked: (s, b) => {
    const row = asked(s, b);
    if (!row) return;
    row.phone_checked = b.confirmed;
    if (b.confirmed === false) { row.status = "contradicted"; delete row.content; }
  },
  acceptance_withdrawn: (s, b, c) => {
    const row = asked(s, b);
    if (row) { row.status = "taken_back"; delete row.content; }
    left(s, c);
  },
  destination_set: (s, b) => {
    Object.assign(s, { destination: b.hospital, destination_here: true,
      destination_name: b.hospital_name ?? b.content?.not_connected, not_connected: !b.hospital,
      destination_at: b.at });
    delete s.arrived_at;
    if (b.opened) s.opened = b.opened;
  },
  eta_told: (s, b) => {
    if (b.content?.eta_at) Object.assign(s, { eta_at: b.content.eta_at, eta: b.content });
  },
  arrived: (s, b) => { s.arrived_at = b.until ?? b.at; },
  grant_issued: (s, b) => {
    Object.assign(grant(s, b, true), { hospital: b.hospital, view: b.view, sections: b.sections,
                                       issued_at: b.at, until: b.until });
    delete s.mixup;
  },
  break_glass: (s, b) => {
    folds.grant_issued(s, b);
    Object.assign(grant(s, b), { break_glass: true, opens_at: b.opens_at });
  },
  break_glass_objected: (s, b) => { grant(s, b).objected = true; },
  delivered: (s, b) => { grant(s, b).delivered_at = b.at; },
  opened: (s, b, c) => {
    const row = grant(s, b);
    row.opened_at ??= b.at;
    row.opened_by ??= b.person_name;
    c.openings = [...(c.openings ?? []),
                  { at: b.at, name: b.person_name, person: b.person, sections: b.sections }];
  },
  record_opened: (s, b) => { s.record_opened_at ??= b.at; },
  grant_revoked: (s, b, c) => {
    Object.assign(grant(s, b), { revoke: b.revoke ?? "expired", revoked_at: b.at });
    if (b.revoke === "destination_changed") left(s, c);
  },
  grant_changed: (s, b) => {
    if (!b.until) return;
    const row = grant(s, b);
    if (b.until > (row.until ?? b.until)) row.extended = true;   // the hand-over makes it shorter
    row.until = b.until;
  },
  taken_out: (s, b, c) => {
    c.taken = [...(c.taken ?? []), { at: b.at, name: b.person_name, how: b.how,
                                     sections: b.sections }];
  },
  mixup: (s, b) => {
    s.mixup = b.mixup;
    s.mixup_at = b.at;
    if (b.mixup === "wrong_patient") forgetCard(s);
    s.must_ack = s.must_ack || s.grants.some((g) => g.opened_at);
  },
  mixup_acked: (s, b, c, store) => {   // of a hospital: each of its openers has to read it
    if (store.hello?.program !== "hospital" || b.confirmed) s.must_ack = false;
  },
  takeover_offered: (s, b) => { s.offered_at = b.at; },
  taken_over: (s, b) => { s.device = b.device; delete s.offered_at; },
  handed_over: (s, b) => { s.handed_at = b.at; },
  handover_confirmed: (s, b) => { s.confirmed_at = b.at; },
  case_ended: (s, b) => {
    Object.assign(s, { ended_at: b.at, end: b.end });
    for (const a of s.asked) delete a.content;
  },
};
const makesCase = new Set(["case_opened", "inquiry_asked", "phone_accepted", "destination_set",
                           "grant_issued", "break_glass", "takeover_offered", "taken_over"]);
const texts = { answered: "answer", talked: "talk", phone_accepted: "phone_acceptance",
                handed_over: "handover", handover_confirmed: "handover_confirm", mixup: "mixup",
                break_glass: "break_glass", acceptance_withdrawn: "acceptance_withdraw" };

function foldNotice(store, frame) {
  const body = frame.body ?? {};
  const row = Object.hasOwn(folds, body.event) ? folds[body.event] : null;
  const known = caseOf(store, frame.case, makesCase.has(body.event));
  if (!known) return;
  if (frame.training) known.shown.training = true;   // whichever notice is heard first
  row?.(known.shown, body, known, store);
  if (Object.hasOwn(texts, body.event) && body.content)
    known.texts.push({ kind: texts[body.event], at: body.at, content: body.content,
                       person: body.person, person_name: body.person_name, own: body.own,
                       message: body.message });
  const header = store.headers.get(viewKey(body));
  if (header && body.event === "grant_changed" && body.until) header.until = body.until;
  const sent = store.sent.get(body.message);
  if (sent) sent.noticed_at = body.at;
}

// The pages of one list follow each other; until the last one is here the old list is true. A page
// out of its order belongs to a list whose beginning was lost: the next is whole.
function foldHospitals(store, { body }) {
  const { hospitals: rows = [], page = 1, pages = 1 } = body;
  const before = page === 1 ? { page: 0, rows: [] } : store.coming_hospitals;
  if (page !== (before?.page ?? -1) + 1) {
    store.coming_hospitals = null;
    return;
  }
  store.coming_hospitals = { page, rows: [...before.rows, ...rows] };
  if (page < pages) return;
  store.hospitals = store.coming_hospitals.rows;
  store.coming_hospitals = null;
}

// Kept from before a restart of the program: sealed, so only counted.
const earlierOf = (body) => (body.earlier ? { count: body.earlier, at: body.earlier_at } : null);

const frames = {
  "local.hello": (store, f) => Object.assign(store, { hello: f.body, line: f.body.line,
    waiting: f.body.waiting, earlier: earlierOf(f.body) }),
  "local.line": (store, f) => { store.line = f.body; },
  "local.waiting": (store, f) => Object.assign(store, { waiting: f.body.count,
                                                        earlier: earlierOf(f.body) }),
  "local.person": (store, f) => {
    store.person = f.body.person ? f.body : null;
    store.signedOut = f.body.person ? null : f.body.code ? f.body : null;
  },
  "local.people": (store, f) => { store.people = f.body.people ?? []; },
  "local.card": (store, f) => { store.card = f.body; },
  "local.cover": (store, f) => {
    if (f.body.reason === "lease" && !f.body.gone) return;   // may be uncovered: still there
    if (!f.body.view) store.headers.clear();
    else if (f.body.gone) store.headers.delete(viewKey(f.body));
  },
  "local.sent": (store, f) => { store.sent.set(f.body.message.id, { message: f.body.message }); },
  "local.said": (store, f) => caseOf(store, f.body.case, true)?.texts.push(f.body),
  snapshot: (store) => {
    store.coming = new Map();
    store.sent = new Map([...store.sent].filter(([, one]) => store.person &&
      (one.recorded_at || one.refused)));   // with nobody there no text of a message stays
    if (!store.person) store.refused = [];
    store.headers.clear();
    store.old = store.cases;
    store.cases = store.coming;
  },
  snapshot_case: (store, f) => {
    const old = store.old?.get(f.case);
    const keep = old?.keep?.person === store.person?.person ? old?.keep : undefined;
    const read = keep && f.body.destination_here && !f.body.record
      ? { record: keep.record, record_read_at: keep.read_at } : {};
    const mixup_at = f.body.mixup ? old?.shown.mixup_at : undefined;
    store.cases.set(f.case, { id: f.case, texts: [],
                              keep: f.body.destination_here ? keep : undefined,
                              shown: { ...emptyShown(), ...f.body, ...read, mixup_at,
                                       destination_name: f.body.destined?.not_connected },
                              openings: old?.openings, taken: old?.taken });
  },
  "local.end": (store) => { store.coming = null; store.old = null; },
  view_header: (store, f) => { store.headers.set(viewKey(f.body), { ...f.body, case: f.case }); },
  hospitals: foldHospitals,
  tablets_page: (store, f) => {
    store.tablets = { rows: [...store.tablets.rows, ...(f.body.rows ?? [])], after: f.body.after,
                      complete: f.body.complete === true };
  },
  record: (store, f) => {
    const known = caseOf(store, f.case);
    if (!known) return;
    const { record, vitals, ...rests } = f.body;
    Object.assign(known.shown, { record: record ?? {}, record_read_at: known.shown.record_at });
    known.keep = { rests, record: record ?? {}, read_at: known.shown.record_at,
                   person: store.person?.person };
    if (vitals) known.shown.vitals = vitals;
  },
  receipt: (store, f) => {
    const one = store.sent.get(f.re);
    if (one) one.recorded_at = f.body.recorded_at;
  },
  refusal: (store, f) => {
    const one = store.sent.get(f.re);
    if (one && f.body.final !== false) one.refused = f.body;
    store.refused.push({ ...f.body, message: one?.message });
  },
  notice: foldNotice,
};

// Folds one frame; gives the same store. Frames of a kind that we do not know change nothing.
export function fold(store, frame) {
  if (Object.hasOwn(frames, frame.type)) frames[frame.type](store, frame);
  return store;
}

export function foldSent(store, message) {
  if (message.type === "tablets_query" && !message.body.after)
    store.tablets = { rows: [], complete: false };   // asked anew
  store.sent.set(message.id, { message });
  return store;
}

// ---- what pages ask of a case ----

// The live view of the crew: newest one that has not ended.
export const liveView = (shown) => shown.views.findLast((v) => !v.ended && v.fetched_at) ?? null;
export const liveGrant = (shown, now) => shown.grants.findLast((g) => !g.revoke &&
  (!g.until || Date.parse(g.until) > now)) ?? null;
export const headerOf = (store, viewId, grantId) => store.headers.get(viewKey({ view: viewId,
                                                                                grant: grantId }));
// Five minutes before the arrival nobody there has opened what is there: both sides say so.
export const UNSEEN_MS = 5 * 60000;
export function unseenSoon(shown, now) {
  const grant = liveGrant(shown, now);
  const eta = Date.parse(shown.eta_at ?? "");
  return Boolean(grant && !grant.opened_at && eta - now < UNSEEN_MS && !shown.handed_at &&
                 !shown.confirmed_at);
}
export const lastVitals = (shown) => shown.vitals.at(-1)?.content ?? null;
export const shortId = (id) => id.slice(-6);
