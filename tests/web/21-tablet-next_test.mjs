// 21-tablet-next_test.mjs — Job: the tablet's judgement: where a case is, the one next thing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOf, nextOf, offersGrant, screenOf, stepsOf, STEPS }
  from "../../ambulance_client/web/next.js";
import { caseNames } from "../../ambulance_client/web/names.js";
import { fold, foldSent, newStore } from "../../client/web/store.js";

const AT = "2026-11-24T05:00:00.000Z", NOW = Date.parse("2026-11-24T05:10:00.000Z");
const CASE = "01JDD5S2R000000000000CASE1";
const notice = (event, body = {}) => ({ type: "notice", case: CASE,
                                        body: { event, at: AT, ...body } });
const opened = notice("case_opened", { content: { incident: "I", patient_no: 1, patients: 1 } });
const ground = (more = {}) => notice("ground_recorded", { content: { basis: "patient_oral",
  right: "crew_view", said_by: "patient", ...more } });
const fetched = [notice("fetch_asked", { view: "V" }), notice("view_fetched", { view: "V" })];
const matched = notice("identity_checked", { view: "V", match: "matched" });

function at(frames, pending = []) {
  const store = [opened, ...frames].reduce(fold, newStore());
  const one = store.cases.get(CASE);
  const facts = factsOf(one, { pending, now: NOW });
  return { one, facts, next: nextOf(facts) };
}
const next = (...frames) => at(frames).next;

test("from the card to the view, one thing after the other", () => {
  assert.equal(next(), "card");
  assert.equal(next(notice("card_check_asked")), "card_checking");
  assert.equal(next(notice("card_read")), "ground");
  assert.equal(next(notice("card_refused", { error: "ERR_CARD_EXPIRED" })), "card");
  assert.equal(next(notice("card_read"), ground()), "ask");
  assert.equal(next(notice("card_read"), ground(), fetched[0]), "fetching");
  assert.equal(next(notice("card_read"), ground(), ...fetched), "identity");
  assert.equal(next(notice("card_read"), ground(), ...fetched, matched), "inquiry");
});

test("the ground may come before the card, the hospital before both", () => {
  assert.equal(next(ground()), "card");
  assert.equal(next(ground(), notice("card_read")), "ask");
  assert.equal(next(notice("inquiry_asked", { hospital: "H" }),
                    notice("answered", { hospital: "H", answer: "accepted" }),
                    notice("destination_set", { hospital: "H" })), "arrive",
               "driving first is right, too");
});

test("without a view the case goes on", () => {
  assert.equal(next(notice("no_view", { no_view: "no_card" })), "inquiry");
  assert.equal(next(notice("card_read"), ground({ basis: "refused" })), "inquiry");
  assert.equal(next(notice("card_read"), ground(), notice("consent_withdrawn")), "inquiry");
  const { facts } = at([notice("no_view", { no_view: "urgent" }), notice("card_read"), ground(),
                        ...fetched]);
  assert.equal(nextOf(facts), "identity", "a card that is read later counts");
});

test("a failed fetch leads to another try, a lost view too", () => {
  const { facts, next: what } = at([notice("card_read"), ground(), fetched[0],
    notice("fetch_failed", { view: "V", error: "ERR_UPSTREAM" })]);
  assert.equal(what, "ask");
  assert.equal(facts.failed, "ERR_UPSTREAM");
  assert.equal(next(notice("card_read"), ground(), ...fetched, matched,
                    notice("view_ended", { view: "V", revoke: "view_lost" })), "ask");
});

test("not possible is an answer: asked no more, and nothing is opened", () => {
  const { facts, next: what } = at([notice("card_read"), ground(), ...fetched,
    notice("identity_checked", { view: "V", match: "not_possible" })]);
  assert.equal(what, "inquiry");
  assert.equal(facts.matched, false);
});

const asked = (hospital, answer) => [notice("inquiry_asked", { hospital }),
  ...(answer ? [notice("answered", { hospital, answer })] : [])];

test("hospitals: ask, wait, decide, drive, hand over", () => {
  const base = [notice("card_read"), ground(), ...fetched, matched];
  assert.equal(next(...base, ...asked("H")), "answers");
  assert.equal(next(...base, ...asked("H", "declined")), "inquiry");
  assert.equal(next(...base, ...asked("H"), ...asked("G", "accepted")), "destination");
  const fixed = [...base, ...asked("H", "accepted"), notice("destination_set", { hospital: "H" })];
  assert.equal(next(...fixed), "grant", "the view is offered with one tap");
  const given = [...fixed, ground({ right: "disclose_to", hospital: "H" }),
                 notice("grant_issued", { grant: "G1", hospital: "H", view: "V" })];
  assert.equal(next(...given), "arrive");
  assert.equal(next(...given, notice("eta_told", { content: { eta_at: AT } })), "arrive",
               "the time that was told is over: that is not being there");
  const there = notice("arrived", { until: AT });
  assert.equal(next(...given, there), "handover");
  assert.equal(next(...given, there, notice("destination_set", { hospital: "G" })), "grant",
               "taken on to another hospital: not there yet");
  assert.equal(next(...given, notice("handed_over")), "confirm_wait");
  assert.equal(next(...given, notice("handed_over"), notice("handover_confirmed")), "finished");
  assert.equal(next(...given, notice("case_ended", { end: "death" })), "over");
});

test("a refusal towards the hospital is not asked again; a change asks anew", () => {
  const base = [notice("card_read"), ground(), ...fetched, matched, ...asked("H", "accepted"),
                notice("destination_set", { hospital: "H" }),
                ground({ right: "disclose_to", hospital: "H", basis: "refused" })];
  assert.equal(offersGrant(at(base).facts), false);
  assert.equal(next(...base), "arrive");
  const changed = [...base, ...asked("G", "accepted"),
                   notice("destination_set", { hospital: "G" })];
  assert.equal(offersGrant(at(changed).facts), true);
  const phone = at([...base, notice("destination_set", { hospital_name: undefined })]);
  assert.equal(phone.facts.fixed, true, "a hospital that is not connected");
  assert.equal(offersGrant(phone.facts), false);
});

test("a grant of the old hospital is none of the new one", () => {
  const { facts } = at([notice("card_read"), ground(), ...fetched, matched,
    notice("destination_set", { hospital: "G" }),
    notice("grant_issued", { grant: "G1", hospital: "H", view: "V" })]);
  assert.equal(facts.grant, null);
});

test("steps say what was done, what is now, and what was gone without", () => {
  const state = (frames) => {
    const { one, facts } = at(frames);
    return Object.fromEntries(stepsOf(one, facts).map((row) => [row.key, row.state]));
  };
  const without = state([notice("no_view", { no_view: "no_card" })]);
  assert.deepEqual([without.opened, without.card, without.view, without.inquiry],
                   ["done", "skip", "skip", "now"]);
  const late = state([notice("destination_set", { hospital: "H" })]);
  assert.equal(late.destination, "done");
  assert.equal(late.card, "unk", "not done, and not given up");
  assert.deepEqual(Object.keys(without), STEPS);
});

test("every next thing has a screen, and the page has that screen", () => {
  const all = ["card", "card_checking", "ground", "ask", "fetching", "identity", "inquiry",
               "answers", "destination", "grant", "arrive", "handover", "confirm_wait",
               "finished", "over"];
  for (const one of all) assert.ok(caseNames.includes(screenOf(one)), one);
});

test("what is on its way counts as asked", () => {
  const { facts } = at([notice("card_read"), ground()], [{ type: "view_ask" }]);
  assert.equal(nextOf(facts), "fetching");
  const store = foldSent([opened].reduce(fold, newStore()), { id: "M", type: "view_ask",
                                                              case: CASE });
  assert.equal(store.sent.size, 1);
});
