// 22-board-state_test.mjs — Job: what the ER board judges: list, ring, identity, clock, liveness.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, newStore } from "../../client/web/store.js";
import * as s from "../../hospital_client/web/board_state.js";

const T0 = Date.parse("2026-11-24T05:00:00.000Z");
const at = (seconds) => new Date(T0 + seconds * 1000).toISOString();
const notice = (store, id, event, body = {}, seconds = 0) => fold(store, { type: "notice",
  case: id, body: { event, at: at(seconds), hospital: "H", ...body } });
const asked = (store, id, seconds = 0, content = {}) => notice(store, id, "inquiry_asked",
  { inquiry: `Q${id}`, content: { complaint: "胸痛", ...content } }, seconds);
const accepted = (store, id) => notice(store, id, "answered", { answer: "accepted" }, 5);
const coming = (store, id, eta) => {
  asked(store, id);
  accepted(store, id);
  notice(store, id, "destination_set", {}, 6);
  if (eta) notice(store, id, "eta_told", { content: { eta_at: at(eta) } });
};
const granted = (store, id, more = {}) => notice(store, id, "grant_issued",
  { grant: "G", view: "V", until: at(86400), ...more }, 7);
const viewer = { person: "P", roles: ["er_board", "er_viewer"] };

test("a request rings, louder after a minute, and only then on the second board", () => {
  const store = newStore();
  assert.equal(s.ringing(store, T0), "silent");
  asked(store, "A");
  asked(store, "B", 50);
  for (const [seconds, mode, want] of [[1, "main", "soft"], [1, "second", "silent"],
    [59, "second", "silent"], [60, "second", "loud"], [60, "main", "loud"],
    [600, "wall", "silent"]])
    assert.equal(s.ringing(store, T0 + seconds * 1000, mode), want, `${seconds} ${mode}`);
  accepted(store, "A");
  assert.equal(s.ringing(store, T0 + 61000), "soft", "the other one is younger");
  notice(store, "B", "answered", { answer: "declined", decline: "no_bed" });
  assert.equal(s.ringing(store, T0 + 61000), "silent");
});

test("practice: behind every live request, in a tone of its own, in a list of its own", () => {
  const store = newStore();
  store.hello = { profile: "production" };
  const drill = (id) => fold(asked(store, id), { type: "notice", case: id,
    training: true, body: { event: "eta_told", at: at(0) } });
  const asks = () => s.requests(store).map((one) => one.id);
  drill("D");
  assert.equal(s.ringing(store, T0 + 1000), "drill");
  assert.equal(s.ringing(store, T0 + 3600000), "drill", "never louder");
  assert.equal(s.ringing(store, T0 + 3600000, "second"), "silent");
  asked(store, "L", 50);
  assert.deepEqual(asks(), ["L", "D"]);
  assert.equal(s.ringing(store, T0 + 51000), "soft", "as if there were no practice");
  for (const id of ["D", "L"]) {
    accepted(store, id);
    notice(store, id, "destination_set", {}, 60);
  }
  const ids = (rows) => rows.map((one) => one.id);
  const list = s.listOf(store);
  assert.deepEqual([ids(list.coming), ids(list.drills)], [["L"], ["D"]]);
  store.hello = { profile: "training" }; // all is practice: nothing stands apart
  assert.deepEqual([ids(s.listOf(store).coming), s.listOf(store).drills], [["D", "L"], []]);
});

test("the list: by arrival, unknown last; promised, past and told stand apart", () => {
  const store = newStore();
  coming(store, "late", 1800);
  coming(store, "soon", 240);
  coming(store, "unknown");
  coming(store, "past", 10);
  notice(store, "past", "handed_over", {}, 20);
  asked(store, "promised");
  accepted(store, "promised");
  asked(store, "gone");
  notice(store, "gone", "inquiry_ended", { asked: "elsewhere" });
  asked(store, "asks");
  const list = s.listOf(store);
  const ids = (rows) => rows.map((one) => one.id);
  assert.deepEqual(ids(list.coming), ["soon", "late", "unknown"]);
  assert.deepEqual([ids(list.promised), ids(list.past), ids(list.asks), ids(list.told)],
                   [["promised"], ["past"], ["asks"], ["gone"]]);
  assert.equal(s.contentOf(store.cases.get("gone")).complaint, undefined, "its content is gone");
  const read = s.listOf(store, new Set(["gone/elsewhere"]));
  assert.deepEqual([ids(read.told), ids(read.read)], [[], ["gone"]], "put away, and to be found");
  notice(store, "gone", "break_glass", { grant: "E", view: "V", until: at(3600) });
  const glass = () => s.listOf(store, new Set(["gone/elsewhere"]));
  assert.deepEqual([ids(glass().glass), ids(glass().read)], [["gone"], []]);
  notice(store, "gone", "grant_revoked", { grant: "E", revoke: "expired" });
  assert.deepEqual([ids(glass().glass), ids(glass().read)], [[], ["gone"]]);
});

test("a handed-over case stays until both sides have said it", () => {
  const store = newStore();
  coming(store, "A", 60);
  notice(store, "A", "handed_over", {}, 20);
  const past = () => s.listOf(store).past.map((one) => one.id);
  assert.deepEqual([past(), s.unconfirmed(store.cases.get("A"))], [["A"], true]);
  notice(store, "A", "handover_confirmed", {}, 30);
  assert.deepEqual([past(), s.unconfirmed(store.cases.get("A"))], [["A"], false]);
  notice(store, "A", "case_ended", { end: "handed_over" }, 30);
  assert.deepEqual([past(), s.listOf(store).coming], [[], []]);
});

test("the view's facts are never merged; unopened before the arrival is said", () => {
  const store = newStore();
  asked(store, "A");
  const one = store.cases.get("A");
  const state = (seconds) => s.viewState(one, T0 + seconds * 1000);
  accepted(store, "A");
  assert.equal(state(5), "undecided");
  notice(store, "A", "destination_set");
  notice(store, "A", "eta_told", { content: { eta_at: at(600) } });
  assert.equal(state(6), "none");
  granted(store, "A");
  assert.equal(state(8), "receiving");
  notice(store, "A", "delivered", { grant: "G" });
  assert.equal(state(299), "unseen");
  assert.equal(state(301), "unseen_late");
  notice(store, "A", "opened", { grant: "G", person_name: "佐伯", sections: ["medications"] });
  assert.equal(state(301), "viewing");
  notice(store, "A", "handover_confirmed");
  notice(store, "A", "grant_changed", { grant: "G", until: at(4000) });
  assert.equal(state(302), "closing");
  assert.equal(one.shown.grants[0].extended, undefined, "the hand-over shortens, nobody extended");
  notice(store, "A", "grant_changed", { grant: "G", until: at(9000) });
  assert.equal(one.shown.grants[0].extended, true);
  notice(store, "A", "grant_revoked", { grant: "G", revoke: "expired" });
  assert.equal(state(303), "over");
});

test("break-glass waits, and an objection ends it", () => {
  const store = newStore();
  coming(store, "A", 600);
  const one = store.cases.get("A");
  assert.equal(s.mayBreakGlass(one, viewer, T0), true);
  assert.equal(s.mayBreakGlass(one, { roles: ["er_board"] }, T0), false);
  notice(store, "A", "break_glass", { grant: "X", view: "V", until: at(9000), opens_at: at(60) });
  assert.equal(s.mayBreakGlass(one, viewer, T0), false);
  assert.equal(s.viewState(one, T0 + 59000), "glass_waits");
  notice(store, "A", "delivered", { grant: "X" });
  assert.equal(s.viewState(one, T0 + 61000), "unseen");
  notice(store, "A", "break_glass_objected", { grant: "X" });
  assert.equal(s.viewState(one, T0 + 61000), "objected");
});

test("told and card stay apart; what one side does not know is no difference", () => {
  const card = { name: "見本　和子", kana: "ミホン カズコ", sex: "female", birth_date: "1948-03-05" };
  assert.equal(s.compared({ name: "見本 和子", kana: "みほんかずこ" }, card), "same");
  assert.equal(s.compared({}, card), "unknown");
  assert.equal(s.compared({ name: "見本" }, null), "unknown");
  assert.deepEqual(s.differences({ name: "見本和江", sex: "unknown", birth_date: "1948-03-06" }, card),
                   ["name", "birth_date"]);
  assert.equal(s.compared({ sex: "male" }, card), "differs");
});

test("the clock of the right warns before it ends", () => {
  const clock = (seconds) => s.accessClock({ until: at(3600) }, T0 + seconds * 1000);
  assert.deepEqual([clock(0), clock(3000), clock(3481), clock(3600)].map((c) => c.level),
                   ["fine", "soon", "last", "over"]);
  assert.equal(clock(3000).minutes, 10);
  assert.equal(s.accessClock(null, T0).level, "none");
});

test("sections: what leads, what is closed, what the patient does not want shown", () => {
  const row = (section) => ({ section });
  const list = s.sectionsOf({ sections: ["person", "medications", "surgery", "labs"].map(row),
    hidden: ["dialysis", "allergies"], openable: ["person", "medications", "surgery"] });
  assert.deepEqual(list.lead, ["medications"]);
  assert.deepEqual(list.banner, ["person"]);
  assert.deepEqual(list.hiddenLead, ["allergies"]);
  assert.deepEqual(list.rest, [{ name: "surgery", hidden: false, closed: false },
    { name: "labs", hidden: false, closed: true },
    { name: "dialysis", hidden: true, closed: false }]);
  assert.deepEqual(s.sectionsOf(null).rest, []);
});

test("who is at the board: touched lately, and not told otherwise by hand", () => {
  assert.equal(s.present(null, T0, false), false);
  assert.equal(s.present(T0, T0 + s.AWAY_MS - 1, false), true);
  assert.equal(s.present(T0, T0 + s.AWAY_MS, false), false);
  assert.equal(s.present(T0, T0, true), false);
});

test("gateway gone for longer than the lease: the list stays without content", () => {
  const line = { up: false, since: at(0) };
  assert.equal(s.withoutContent(line, 120000, T0 + 119000), false);
  assert.equal(s.withoutContent(line, 120000, T0 + 121000), true);
  assert.equal(s.withoutContent({ up: true, since: at(0) }, 120000, T0 + 121000), false);
});

test("a phone acceptance waits for the hospital's word; taking back ends with the arrival", () => {
  const store = newStore();
  notice(store, "A", "phone_accepted", { content: { name: "田中" } });
  const one = store.cases.get("A");
  assert.equal(s.phoneUnchecked(one), true);
  notice(store, "A", "acceptance_checked", { confirmed: true });
  assert.equal(s.phoneUnchecked(one), false);
  assert.equal(s.mayTakeBack(one), true);
  notice(store, "A", "destination_set");
  notice(store, "A", "handed_over");
  assert.equal(s.mayTakeBack(one), false);
});

test("the record is the person's who read it; it goes with the destination and the person", () => {
  const store = newStore();
  store.person = { person: "P" };
  coming(store, "A", 600);
  fold(store, { type: "record", case: "A", body: { record: { name: "見本" }, basis: "patient_oral",
    vitals: [{ content: { at: at(0), pulse: 90 } }] } });
  const shown = () => store.cases.get("A").shown;
  assert.equal(shown().record.name, "見本");
  assert.equal(store.cases.get("A").keep.rests.basis, "patient_oral");
  assert.equal(shown().vitals.length, 1);
  const again = (person) => {
    store.person = person;
    fold(store, { type: "snapshot", body: { n: 1, count: 1 } });
    fold(store, { type: "snapshot_case", case: "A", body: { destination_here: true } });
    fold(store, { type: "local.end", body: {} });
  };
  again({ person: "P" });
  assert.equal(shown().record.name, "見本", "a reconnect loses nothing");
  again(null);
  assert.equal(shown().record, undefined, "nobody signed in: no name");
  store.person = { person: "P" };
  fold(store, { type: "record", case: "A", body: { record: { name: "見本" } } });
  notice(store, "A", "inquiry_ended", { asked: "elsewhere" });
  assert.ok(!JSON.stringify([...store.cases]).includes("見本"), "no longer the destination");
});
