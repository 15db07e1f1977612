// steps.js — Job: how far a view and the crew's record have really got: times, each from a fact.

// [waiting, at the gateway, at the hospital, opened] of the view under GRANT.
// SENT: the message that fixed the destination, while it is still known here.
export function viewSteps(grant, sent) {
  if (!grant) return [sent?.message.sent_at ?? null, null, null, null];
  const stored = sent?.recorded_at ?? grant.issued_at;
  return [sent?.message.sent_at ?? grant.issued_at, stored ?? null, grant.delivered_at ?? null,
          grant.opened_at ?? null];
}

// Which message led to this grant: the newest destination with a ground for its hospital. Without a
// grant it still waits: what is at the gateway and gave no right led to none.
export function sentFor(store, caseId, grant) {
  return [...store.sent.values()].findLast((one) => one.message.case === caseId &&
    one.message.type === "destination" && one.message.body.ground &&
    one.message.body.ground.basis !== "refused" && !one.refused &&
    (grant ? one.message.body.hospital === grant.hospital : !one.recorded_at)) ?? null;
}

// Not opened 5 min before arrival: both sides must know. NOW: ms.
export function unseenSoon(shown, grant, now) {
  if (!grant || grant.opened_at || !shown.eta_at) return false;
  return Date.parse(shown.eta_at) - now < 5 * 60000;
}

// One number field: one step up or down. `from`: the value that the first touch begins with.
export const VITALS = {
  systolic: { min: 0, max: 350, small: 2, big: 10, from: 120 },
  diastolic: { min: 0, max: 350, small: 2, big: 10, from: 80 },
  pulse: { min: 0, max: 300, small: 2, big: 10, from: 80 },
  respiration: { min: 0, max: 120, small: 1, big: 5, from: 16 },
  spo2: { min: 0, max: 100, small: 1, big: 5, from: 97 },
  temperature: { min: 200, max: 450, small: 1, big: 5, from: 365, tenth: true },
  oxygen: { min: 0, max: 600, small: 5, big: 50, from: 0, tenth: true },
};
export const JCS = [0, 1, 2, 3, 10, 20, 30, 100, 200, 300];

// VALUE undefined: not taken yet; the first touch only puts LAST (or `from`) there.
export function stepped(key, value, delta, last) {
  const row = VITALS[key];
  if (value === undefined) return last ?? row.from;
  return Math.min(row.max, Math.max(row.min, value + delta));
}
export const shownValue = (key, value) => (value === undefined ? null
  : VITALS[key]?.tenth ? (value / 10).toFixed(1) : String(value));

// A vitals body, or null when nothing was taken.
export function vitalsBody(draft, at) {
  const taken = Object.entries(draft).filter(([, value]) => value !== undefined && value !== "");
  return taken.length === 0 ? null : { at, ...Object.fromEntries(taken) };
}
