// 21-tablet-parts_test.mjs — Job: the tablet's pure parts: unsent things, hospitals, steps, search.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dialled, phoneLink } from "../../ambulance_client/web/phone.js";
import { settle } from "../../ambulance_client/web/settle.js";
import { answerOf, boardOf, hospitalRows, inquiryBody, mayAsk, needsPhone }
  from "../../ambulance_client/web/asked.js";
import { folded, identityRows, search } from "../../ambulance_client/web/find.js";
import { casesOf, incidentsOf, pendingOf, placeOf, recordOf, talksOf, vitalsOf, wantCard }
  from "../../ambulance_client/web/pending.js";
import { errorText, groundBody, groundReady } from "../../ambulance_client/web/phrase.js";
import { dateText, recordBody, setTold } from "../../ambulance_client/web/record_form.js";
import { sentFor, shownValue, stepped, unseenSoon, viewSteps, vitalsBody }
  from "../../ambulance_client/web/steps.js";
import { fold, foldSent, newStore } from "../../client/web/store.js";

const AT = "2026-11-24T05:00:00.000Z", NOW = Date.parse(AT);
const notice = (id, event, body = {}) => ({ type: "notice", case: id, body: { event, at: AT,
                                                                              ...body } });
const opened = (id, incident, no, of) => notice(id, "case_opened", { content: { incident,
  incident_number: "372", patient_no: no, patients: of } });
const sent = (store, type, id, body, at = AT) => foldSent(store, { id: `M${store.sent.size}`, type,
  case: id, sent_at: at, body });

test("what has no receipt is pending, what was refused or told is not", () => {
  const store = newStore();
  for (const type of ["vitals", "talk", "eta", "crew_record"]) sent(store, type, "C", {});
  fold(store, { type: "receipt", re: "M0", body: { recorded_at: AT } });
  fold(store, { type: "refusal", re: "M1", body: { code: "ERR_X", final: true } });
  fold(store, { type: "refusal", re: "M3", body: { code: "ERR_BUSY", final: false } });
  assert.deepEqual(pendingOf(store, "C").map((m) => m.type), ["eta", "crew_record"]);
  assert.deepEqual(pendingOf(store, "other"), []);
});

test("practice stands behind live incidents, from the touch on; its card is asked for last", () => {
  const store = newStore();
  sent(store, "case_open", "D", { incident: "J", training: true });
  assert.equal(casesOf(store).get("D").shown.training, true, "before anybody has received it");
  fold(store, { ...opened("D", "J", 1, 1), training: true });
  fold(store, opened("C", "I", 1, 1));
  assert.equal(store.cases.get("D").shown.training, true);
  assert.deepEqual(incidentsOf(store).map((group) => [group.id, group.drill]),
                   [["I", false], ["J", true]]);
  assert.deepEqual(wantCard(store).map((one) => one.id), ["C", "D"]);
  store.hello = { profile: "training" };
  assert.deepEqual(incidentsOf(store).map((group) => group.drill), [false, false]);
});

test("a case that was opened while the line is cut is there at once, and only once", () => {
  const store = newStore();
  sent(store, "case_open", "C", { incident: "I", patient_no: 2, patients: 2 });
  assert.equal(casesOf(store).get("C").unsent, true);
  assert.equal(placeOf(store, casesOf(store).get("C")).no, 2);
  fold(store, opened("C", "I", 2, 2));
  assert.equal(casesOf(store).get("C").unsent, undefined);
});

test("patients of one incident stand together, in order", () => {
  const store = [opened("B", "I", 2, 2), opened("A", "I", 1, 2), opened("Z", "J", 1, 1)]
    .reduce(fold, newStore());
  const [newest, other] = incidentsOf(store);
  assert.deepEqual([newest.id, other.cases.map((c) => c.id)], ["J", ["A", "B"]]);
  assert.deepEqual(placeOf(store, store.cases.get("B")), { no: 2, of: 2 });
  fold(store, opened("D", "I", 3, 3));
  assert.deepEqual(placeOf(store, store.cases.get("A")), { no: 1, of: 3 }, "one came later");
  fold(store, notice("Z", "case_ended", { end: "death" }));
  assert.equal(incidentsOf(store)[0].id, "I", "what is over is last");
});

test("a card is asked about for those who have none", () => {
  const store = [opened("A", "I", 1, 3), opened("B", "I", 2, 3), opened("D", "I", 3, 3),
    notice("A", "card_read"), notice("D", "taken_over", { device: "other" })]
    .reduce(fold, newStore());
  store.hello.device = "mine";
  assert.deepEqual(wantCard(store).map((c) => c.id), ["B"]);
});

test("record, vitals and messages show what is still waiting", () => {
  const store = fold(newStore(), opened("C", "I", 1, 1));
  fold(store, notice("C", "vitals_taken", { content: { at: "2026-11-24T04:50:00.000Z",
    pulse: 80 } }));
  fold(store, notice("C", "record_changed", { content: { complaint: "x" } }));
  fold(store, notice("C", "talked", { content: { text: "hospital" }, person: "P" }));
  sent(store, "vitals", "C", { at: AT, pulse: 90 });
  sent(store, "crew_record", "C", { complaint: "y" });
  sent(store, "talk", "C", { text: "mine" }, "2026-11-24T05:01:00.000Z");
  const one = store.cases.get("C");
  assert.deepEqual(vitalsOf(store, one).map((v) => [v.content.pulse, v.unsent]),
                   [[80, undefined], [90, true]]);
  assert.deepEqual(recordOf(store, one), { record: { complaint: "y" }, unsent: true });
  assert.deepEqual(talksOf(store, one).map((m) => [m.text, m.unsent === true]),
                   [["mine", true], ["hospital", false]]);
});

test("a board is alive, empty, dead or not known", () => {
  assert.equal(boardOf({ online: true, people: true }), "alive");
  assert.equal(boardOf({ online: true }), "empty");
  assert.equal(boardOf({ people: true }), "dead");
  assert.equal(boardOf(undefined), "unknown");
  assert.equal(needsPhone({ asked: null, board: "dead" }, NOW), true);
  assert.equal(needsPhone({ asked: null, board: "empty" }, NOW), false, "nobody was asked yet");
  const waits = (board, minutes) => needsPhone({ board, asked: { status: "waiting",
    asked_at: new Date(NOW - minutes * 60000).toISOString() } }, NOW);
  assert.deepEqual([waits("alive", 1), waits("alive", 4), waits("empty", 0)], [false, true, true]);
  assert.equal(needsPhone({ board: "dead", asked: { status: "accepted" } }, NOW), false);
});

test("hospitals: who accepted is first, names come from the list or the request", () => {
  const store = [opened("C", "I", 1, 1),
    notice("C", "inquiry_asked", { hospital: "H1", hospital_name: "一", inquiry: "Q" }),
    notice("C", "inquiry_asked", { hospital: "H2", hospital_name: "二", inquiry: "Q" }),
    notice("C", "answered", { hospital: "H2", answer: "accepted", content: { name: "大谷",
      inquiry: "Q" } }),
    { type: "hospitals", body: { hospitals: [{ org: "H1", name: "第一", online: true, people: true },
      { org: "H3", name: "第三" }, { org: "H4", name: "第四", online: true, people: true }] } }]
    .reduce(fold, newStore());
  const one = store.cases.get("C"), rows = hospitalRows(store, one);
  assert.deepEqual(rows.map((r) => r.name), ["二", "第一", "第四", "第三"]);
  assert.equal(rows[0].who, "大谷");
  assert.deepEqual(rows.map(mayAsk), [false, false, true, true]);
});

test("after a reload the texts say who answered and why not", () => {
  const one = { texts: [{ kind: "answer", at: AT, content: { inquiry: "Q", reason: "no_bed",
                                                           name: "小川" } }] };
  assert.deepEqual(answerOf(one, { hospital: "H", inquiry: "Q", answered_at: AT }),
                   { who: "小川", decline: "no_bed", note: undefined, role: undefined });
});

test("an inquiry names nobody, whatever the record knows", () => {
  const record = { name: "見本 和子", kana: "ミホン", birth_date: "1948-03-05", address: "港町",
    phone: "1", mechanism: "転倒", dialysis: { state: "none", text: "x" }, onset_at: AT };
  const body = inquiryBody(record, { at: AT, pulse: 90 }, { complaint: " 胸痛 ", age: "78",
    sex: "female", urgency: "red", place: "", note: "冷汗" }, ["H"], "Q");
  assert.deepEqual(body, { inquiry: "Q", hospitals: ["H"], complaint: "胸痛", urgency: "red",
    age: 78, sex: "female", mechanism: "転倒", note: "冷汗", onset_at: AT, dialysis: "none",
    vitals: { at: AT, pulse: 90 } });
  assert.equal(inquiryBody({}, null, { complaint: "x", age: "1948" }, ["H"], "Q").age, undefined);
});

test("four facts of a delivery are never lit by one another", () => {
  const message = { message: { sent_at: AT, case: "C", type: "destination",
                               body: { hospital: "H", ground: {} } } };
  assert.deepEqual(viewSteps(null, message), [AT, null, null, null]);
  assert.deepEqual(viewSteps({ issued_at: AT, opened_at: AT }, null), [AT, AT, null, AT]);
  const store = newStore();
  sent(store, "destination", "C", { hospital: "H" });
  assert.equal(sentFor(store, "C", { hospital: "H" }), null, "without a ground nothing is sent");
  sent(store, "destination", "C", { hospital: "H", ground: { basis: "refused" } });
  assert.equal(sentFor(store, "C", null), null, "a refusal leads to no view there");
  sent(store, "destination", "C", { hospital: "H", ground: { basis: "patient_oral" } });
  assert.equal(sentFor(store, "C", null).message.id, "M2", "it waits");
  fold(store, { type: "receipt", re: "M2", body: { recorded_at: AT } });
  assert.equal(sentFor(store, "C", null), null, "recorded, and there was no view to give");
  assert.equal(sentFor(store, "C", { hospital: "H" }).recorded_at, AT);
  const shown = { eta_at: new Date(NOW + 4 * 60000).toISOString() };
  assert.equal(unseenSoon(shown, {}, NOW), true);
  assert.equal(unseenSoon(shown, { opened_at: AT }, NOW), false);
  assert.equal(unseenSoon({}, {}, NOW), false);
});

test("steppers: the first touch puts a value there, bounds hold, untouched is not taken", () => {
  assert.equal(stepped("pulse", undefined, 10, undefined), 80);
  assert.equal(stepped("pulse", undefined, 10, 112), 112);
  assert.equal(stepped("spo2", 99, 5), 100);
  assert.equal(stepped("respiration", 2, -5), 0);
  assert.equal(shownValue("temperature", 366), "36.6");
  assert.equal(shownValue("temperature", undefined), null);
  assert.equal(vitalsBody({ pulse: undefined }, AT), null);
  assert.deepEqual(vitalsBody({ pulse: 0, ecg: "" }, AT), { at: AT, pulse: 0 });
});

test("a ground says what was said; two reasons before life and body", () => {
  assert.deepEqual(groundReady({ answer: null }), [false, "choose_ground"]);
  assert.deepEqual(groundReady({ answer: "life", need: "shock" }), [false, "choose_obstacle"]);
  assert.deepEqual(groundReady({ answer: "life", need: "shock", obstacle: "confused" }),
                   [true, null]);
  assert.deepEqual(groundBody({ answer: "family", lang: "en", hidden: ["visits"] }, AT),
    { at: AT, right: "crew_view", hidden: ["visits"], basis: "patient_oral", said_by: "family",
      sentence: "2026-04", language: "en" });
  const refused = groundBody({ answer: "refused", hospital: "H", lang: "ja", hidden: [] }, AT);
  assert.deepEqual(refused, { at: AT, right: "disclose_to", hospital: "H", basis: "refused",
                              said_by: "patient" });
  assert.ok(errorText("ERR_NEW_ONE").includes("ERR_NEW_ONE"));
});

test("the record: dates as people write them, unknown is not none, absent is absent", () => {
  assert.equal(dateText("１９４８年3月5日"), "1948-03-05");
  assert.equal(dateText("19480305"), "1948-03-05");
  assert.deepEqual(recordBody({ birth_date: "1948-02-31" }).wrong, ["birth_date"]);
  assert.deepEqual(recordBody({ age: "一" }).wrong, ["age"]);
  const draft = {};
  setTold(draft, "allergies", "present", AT);
  draft.allergies.text = "x";
  setTold(draft, "allergies", "unknown", AT);
  assert.deepEqual(recordBody({ ...draft, name: " 見本 ", kana: "", sex_source: "seen",
                                treatments: [] }).body,
    { allergies: { state: "unknown", at: AT }, name: "見本", name_source: "told" });
});

test("search finds in any width and kana; closed and absent sections are not looked through",
  () => {
  const opened = [["medications", { state: "present", content: { groups: [{ source: "dispensed",
    items: [{ name: "ワーファリン錠１ｍｇ", institution: { name: "見本薬局" } }] }] } }],
    ["person", { state: "present", content: { name: "わーふぁりん" } }], ["surgery",
      { state: "empty" }]];
  assert.equal(search(opened, "わーふぁ りん").length, 1);
  assert.equal(search(opened, "1mg")[0].source, "dispensed");
  assert.equal(search(opened, "  ").length, 0);
  assert.equal(folded("ﾜｰﾌｧﾘﾝ"), folded("わーふぁりん"));
});

test("told and card: only what both know can differ", () => {
  const differs = (told, card) => identityRows(told, card).filter((r) => r.differs)
    .map((r) => r.key);
  const card = { name: "見本　和子", kana: "ミホン　カズコ", birth_date: "1948-03-05", sex: "female" };
  assert.deepEqual(differs({}, card), []);
  assert.deepEqual(differs({ name: "見本和子", birth_date: "1948-03-05" }, card), []);
  assert.deepEqual(differs({ name: "みほん かずこ" }, card), [], "by ear it is the same");
  assert.deepEqual(differs({ name: "見本花子", sex: "male" }, card), ["name", "sex"]);
});

test("a case that leaves is said by its name; one that was only unknown comes back", () => {
  const where = { case: "C", screen: "vitals", name: "しおみ2・1234", left: null, gone: null };
  settle(where, new Map([["C", {}]]));
  assert.deepEqual([where.case, where.left], ["C", null], "it is there: nothing happens");
  settle(where, new Map());
  assert.deepEqual([where.case, where.left], [null, "しおみ2・1234"]);
  settle(where, new Map([["D", {}]]));
  assert.deepEqual([where.case, where.left], [null, "しおみ2・1234"], "until it is read");
  settle(where, new Map([["C", {}]]));
  assert.deepEqual([where.case, where.screen, where.left, where.gone],
                   ["C", "vitals", null, null], "the same screen of it");
  settle(where, new Map());
  Object.assign(where, { case: "D", screen: null, gone: null });   // gone to another one meanwhile
  settle(where, new Map([["C", {}], ["D", {}]]));
  assert.equal(where.case, "D", "nobody is called away from another case");
});

test("a number is dialled as digits; without one there is no link", () => {
  assert.equal(dialled("+81 (22) 000-0001"), "+81220000001");
  assert.equal(dialled(undefined), "");
  assert.equal(phoneLink({ hospitals: [{ org: "H", name: "x" }] }, "H"), null);
  assert.equal(phoneLink({ hospitals: [] }, "H"), null);
});
