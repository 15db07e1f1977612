// next.js — Job: where a case is, and the one next thing: pure, from what the page knows.
//
// Steps may be taken in any order; only two orders are fixed (no view without identity check and
// ground, no delivery without acceptance, destination and that hospital's own ground).
import { liveGrant, liveView } from "../../client/web/store.js";

const latest = (list, fits) => list.findLast(fits) ?? null;

// PENDING: messages of this case that have no receipt yet. NOW: ms.
export function factsOf(one, { pending = [], now }) {
  const s = one.shown;
  const view = liveView(s);
  const asking = latest(s.views, (v) => !v.ended && !v.fetched_at && !v.error);
  const last = s.views.at(-1) ?? null;
  const ground = latest(s.grounds, (g) => g.right === "crew_view");
  const there = s.destination
    ? latest(s.grounds, (g) => g.right === "disclose_to" && g.hospital === s.destination) : null;
  const grant = liveGrant(s, now);
  const waits = (type) => pending.some((m) => m.type === type);
  return {
    ended: Boolean(s.ended_at), handed: s.handed_at, confirmed: s.confirmed_at,
    cardGood: s.card_good === true, cardChecking: s.card_checking === true,
    cardError: s.card_error, ground, refused: ground?.basis === "refused" || ground?.withdrawn,
    grounded: Boolean(ground) && ground.basis !== "refused" && !ground.withdrawn,
    groundWaits: waits("ground"), view, matched: view?.match === "matched",
    asking: Boolean(asking) || waits("view_ask"),
    failed: last?.ended && last.error ? last.error : null,
    lost: view !== null && view.held === false,
    noView: s.no_view && !view && !(s.card_at > s.no_view_at) ? s.no_view : null,
    asked: s.asked, waiting: s.asked.filter((a) => a.status === "waiting"),
    accepted: s.asked.filter((a) => a.status === "accepted"),
    destination: s.destination ?? null, connected: Boolean(s.destination),
    fixed: Boolean(s.destination || s.not_connected), there,
    grant: grant && grant.hospital === s.destination ? grant : null,
    arrived: Boolean(s.arrived_at) || waits("arrived"),
    mixup: s.mixup ?? null, offered: s.offered_at ?? null,
  };
}

// The view could go to the destination, but nobody was asked for that yet.
export const offersGrant = (f) => f.connected && f.matched && !f.grant && !f.there && !f.handed;

// The one next thing; its name is the name of a button and of a screen.
export function nextOf(f) {
  if (f.ended) return "over";
  if (f.handed) return f.confirmed || !f.connected ? "finished" : "confirm_wait";
  if (f.view && !f.matched && f.view.match === undefined) return "identity";
  if (f.asking) return "fetching";
  if (offersGrant(f)) return "grant";
  if (f.fixed) return f.arrived ? "handover" : "arrive";
  if (!f.view && !f.noView && !f.refused) {
    if (f.cardChecking) return "card_checking";
    if (!f.cardGood) return "card";
    return f.grounded ? "ask" : "ground";
  }
  if (f.accepted.length > 0) return "destination";
  return f.waiting.length > 0 ? "answers" : "inquiry";
}

const HERE = { card: "card", card_checking: "card", ground: "ground", ask: "view",
               fetching: "view", identity: "view", inquiry: "inquiry", answers: "inquiry",
               destination: "destination", grant: "destination", arrive: "handover",
               handover: "handover", confirm_wait: "handover", finished: "handover" };

function doneAt(key, one, f) {
  const s = one.shown;
  switch (key) {
    case "opened": return s.opened_at ?? one.made_at;
    case "card": return f.cardGood ? s.card_at ?? true : null;
    case "ground": return f.ground ? f.ground.at ?? true : null;
    case "view": return f.matched ? f.view.match_at ?? f.view.fetched_at ?? true : null;
    case "inquiry": return s.asked[0]?.asked_at ?? s.asked[0]?.answered_at ?? null;
    case "destination": return f.fixed ? s.destination_at ?? true : null;
    default: return s.handed_at ?? null;
  }
}

export const STEPS = ["opened", "card", "ground", "view", "inquiry", "destination", "handover"];

// [{key, state: done|now|skip|unk, at}]; skip: gone on without it, with a reason of its own.
export function stepsOf(one, f) {
  const here = HERE[nextOf(f)];
  return STEPS.map((key) => {
    const at = doneAt(key, one, f);
    const without = ["card", "ground", "view"].includes(key) && !at && (f.noView || f.refused);
    const state = key === here && !(key === "handover" && at) ? "now"
      : at ? "done" : without ? "skip" : "unk";
    return { key, state, at: at === true ? null : at };
  });
}

// The screen that belongs to a next thing.
export const screenOf = (next) => ({ card: "card", card_checking: "card", ground: "ground",
  ask: "card", fetching: "identity", identity: "identity", inquiry: "hospitals",
  answers: "hospitals", destination: "hospitals", grant: "grant", arrive: "transport",
  handover: "transport", confirm_wait: "transport", finished: "transport",
  over: "transport" })[next];
