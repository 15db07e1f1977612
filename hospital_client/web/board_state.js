// board_state.js — Job: judge what the ER board shows: pure, no page, no clock of its own.
import { isDrill, liveFirst } from "../../client/web/practice.js";
import { headerOf, liveGrant, shortId, unseenSoon } from "../../client/web/store.js";

export const LOUD_MS = 60000;          // unanswered so long: louder, and the second board rings
export const AWAY_MS = 15 * 60000;     // nobody has touched the board: the crews are told
const SOON_MS = 10 * 60000, LAST_MS = 2 * 60000;

// A hospital knows only its own row.
export const askedOf = (one) => one.shown.asked[0];
export const contentOf = (one) => askedOf(one)?.content ?? {};
// What is said on the phone, the same at both ends.
export const spokenName = (one) => one.shown.opened?.spoken_name ?? contentOf(one).spoken_name ??
  shortId(one.id);
export const isWaiting = (one) => askedOf(one)?.status === "waiting" && !one.shown.ended_at;
// Where the crew was when it told the newest time, to stand behind it.
export const whereOf = (one) => (one.shown.eta?.place ? `　${one.shown.eta.place}` : "");
export const etaOf = (one) => one.shown.eta_at ?? contentOf(one).eta_at ?? null;
const endedAt = (one) => one.shown.confirmed_at ?? one.shown.handed_at ?? null;

// What of the crew's record may be shown of the complaint when the request's text is gone.
export function whoOf(one) {
  const asked = contentOf(one), record = one.shown.record ?? {};
  return { age: asked.age ?? record.age, sex: asked.sex ?? record.sex,
           complaint: asked.complaint ?? record.complaint,
           urgency: asked.urgency ?? record.urgency };
}

// ---- requests ----

// Oldest first; a live request stands before every practice one.
export function requests(store) {
  return [...store.cases.values()].filter(isWaiting).sort((a, b) => liveFirst(store)(a, b) ||
    Date.parse(askedOf(a).asked_at) - Date.parse(askedOf(b).asked_at));
}

// How a screen sounds now. MODE: "main", "second" (rings only after LOUD_MS) or "wall" (never).
// Practice has a tone of its own ("drill"), at the main board alone, and never gets louder.
export function ringing(store, now, mode = "main") {
  const first = requests(store)[0];
  if (!first || mode === "wall") return "silent";
  if (isDrill(store, first)) return mode === "second" ? "silent" : "drill";
  const late = now - Date.parse(askedOf(first).asked_at) >= LOUD_MS;
  if (late) return "loud";
  return mode === "second" ? "silent" : "soft";
}

// ---- the list ----

// Arrival first; who has no known arrival comes last, oldest first.
function byArrival(a, b) {
  const at = (one) => Date.parse(one.shown.arrived_at ?? etaOf(one) ?? "9999-12-31");
  return at(a) - at(b) ||
    Date.parse(a.shown.destination_at ?? 0) - Date.parse(b.shown.destination_at ?? 0) ||
    (a.id < b.id ? -1 : 1);
}

const TOLD = ["elsewhere", "cancelled", "taken_back", "contradicted", "ended"];
const glassOf = (one) => one.shown.grants.some((g) => g.break_glass && !g.revoke);

export function listOf(store, away = new Set()) {
  const all = [...store.cases.values()];
  const open = all.filter((one) => !one.shown.ended_at);
  const live = (one) => !isDrill(store, one);
  const here = open.filter((one) => one.shown.destination_here && !isWaiting(one));
  const glass = open.filter((one) => !one.shown.destination_here && glassOf(one));
  const told = open.filter((one) => !one.shown.destination_here && !one.shown.must_ack &&
    !glass.includes(one) && TOLD.includes(askedOf(one)?.status));
  const read = (one) => away.has(`${one.id}/${askedOf(one).status}`);
  const past = here.filter((one) => endedAt(one) && live(one));
  // Another hospital may still be chosen.
  const promised = open.filter((one) => !one.shown.destination_here && !glass.includes(one) &&
    askedOf(one)?.status === "accepted");
  return {
    asks: requests(store),
    coming: here.filter((one) => !endedAt(one) && live(one)).sort(byArrival),
    promised: promised.filter(live).sort(byArrival),
    // Practice stands apart, whatever its state: nobody counts it among who is coming.
    drills: [...here, ...promised].filter((one) => !live(one)).sort(byArrival),
    past: past.sort((a, b) => Date.parse(endedAt(b)) - Date.parse(endedAt(a))),
    mixups: all.filter((one) => one.shown.must_ack),
    glass, told: told.filter((one) => !read(one)), read: told.filter(read),
  };
}

// The crew has handed over, and nobody here has said so yet.
export const unconfirmed = (one) => Boolean(one.shown.destination_here && one.shown.handed_at &&
  !one.shown.confirmed_at);
export const isPast = (one) => Boolean(endedAt(one));
export const pastAt = endedAt;

// One word for how far the view of a case is at this hospital; the facts are never merged.
export function viewState(one, now) {
  const s = one.shown, last = s.grants.at(-1);
  if (!s.destination_here && !last) return "undecided";
  if (!last) return "none";
  if (last.revoke || (last.until && Date.parse(last.until) <= now)) return "over";
  if (last.break_glass) {
    if (last.objected) return "objected";
    if (last.opens_at && Date.parse(last.opens_at) > now) return "glass_waits";
  }
  if (!last.delivered_at && !last.opened_at) return "receiving";
  if (!last.opened_at)
    return unseenSoon({ ...s, eta_at: etaOf(one) }, now) ? "unseen_late" : "unseen";
  return endedAt(one) ? "closing" : "viewing";
}

// An acceptance that the crew entered, and nobody here has said yes or no to.
export const phoneUnchecked = (one) => Boolean(askedOf(one)?.by_phone) &&
  askedOf(one).phone_checked === undefined && askedOf(one).status === "accepted";

// ---- who may do what: the gateway judges; the page does not offer what it would refuse ----

export const mayOpen = (person) => (person?.roles ?? []).includes("er_viewer");
export const maySeeRecord = (person) => (person?.roles ?? []).some((role) =>
  role === "er_board" || role === "er_viewer");

// Break-glass: asked or (once) the destination, and no right of our own that lives.
export function mayBreakGlass(one, person, now) {
  const s = one.shown;
  return mayOpen(person) && !s.mixup && !s.ended_at && !liveGrant(s, now) &&
    (s.destination_here || s.grants.length > 0 ||
      ["accepted", ...TOLD].includes(askedOf(one)?.status));
}

export const mayTakeBack = (one) => !one.shown.ended_at && !isPast(one) &&
  askedOf(one)?.status === "accepted";

// ---- identity: what was told and what the card says stay apart ----

const plain = (text) => (text ?? "").normalize("NFKC").replace(/\s/g, "")
  .replace(/[ぁ-ゖ]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60));
const SAME = { name: plain, kana: plain, sex: (v) => v ?? "", birth_date: (v) => v ?? "" };

// The fields in which the crew's record and the card differ. A field that one side does not know
// is no difference: unknown is not "different".
export function differences(record, card) {
  if (!record || !card) return [];
  return Object.keys(SAME).filter((key) => record[key] && card[key] && record[key] !== "unknown" &&
    SAME[key](record[key]) !== SAME[key](card[key]));
}

// "unknown" (nothing to compare), "same" or "differs".
export function compared(record, card) {
  if (!card || !Object.keys(SAME).some((key) => record?.[key] && card[key])) return "unknown";
  return differences(record, card).length > 0 ? "differs" : "same";
}

// Whose identity the banner shows: the card's before what was told.
export function bannerOf(store, seals, one, now) {
  const grant = liveGrant(one.shown, now);
  const card = grant ? seals.section(grant.view, grant.grant, "person")?.content ?? null : null;
  const record = one.shown.destination_here || grant ? one.shown.record ?? {} : {};
  return { card, record, who: card ?? record };
}

// ---- the clock of the right ----

export function accessClock(grant, now) {
  if (!grant?.until) return { level: grant ? "open" : "none" };
  const left = Date.parse(grant.until) - now;
  if (left <= 0) return { level: "over", until: grant.until };
  return { until: grant.until, minutes: Math.ceil(left / 60000), extended: Boolean(grant.extended),
           level: left <= LAST_MS ? "last" : left <= SOON_MS ? "soon" : "fine" };
}

// What of the view lies where: what leads, what can be opened, what cannot and why.
const LEADING = ["medications", "allergies"], IN_BANNER = "person";

export function sectionsOf(header) {
  const rows = (header?.sections ?? []).map((row) => row.section);
  const hidden = header?.hidden ?? [];
  const openable = header?.openable ?? rows;
  const names = [...new Set([...rows, ...hidden])];
  return {
    lead: LEADING.filter((name) => rows.includes(name) && !hidden.includes(name) &&
      openable.includes(name)),
    banner: rows.includes(IN_BANNER) && openable.includes(IN_BANNER) ? [IN_BANNER] : [],
    rest: names.filter((name) => !LEADING.includes(name) && name !== IN_BANNER)
      .map((name) => ({ name, hidden: hidden.includes(name),
                        closed: !openable.includes(name) && !hidden.includes(name) })),
    hiddenLead: LEADING.filter((name) => hidden.includes(name)),
  };
}

export const headerFor = (store, grant) => (grant
  ? headerOf(store, grant.view, grant.grant) : null);

// ---- liveness ----

// Whether somebody is at the board: touched within AWAY_MS, and not told otherwise by hand.
export const present = (touchedAt, now, leftByHand) => !leftByHand && touchedAt !== null &&
  now - touchedAt < AWAY_MS;

// ---- a board with its gateway gone: the list stays, what came with it does not ----

export const withoutContent = (line, leaseMs, now) => line?.up === false &&
  Boolean(line.since) && now - Date.parse(line.since) > leaseMs;
