// 24-practice_test.mjs — Job: which case is practice beside live work, and which band says what.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bandOf, isDrill, liveFirst, practiceWords } from "../../client/web/practice.js";
import { fold, newStore } from "../../client/web/store.js";

const AT = "2026-11-24T05:00:00.000Z";
const heard = (event, training) => ({ type: "notice", case: "C", ...(training ? { training } : {}),
  body: { event, at: AT, hospital: "H" } });

test("whatever is heard first of a case tells that it is practice; nothing takes it back", () => {
  for (const event of ["inquiry_asked", "phone_accepted", "destination_set", "case_opened"]) {
    const store = [heard(event, true), heard("eta_told")].reduce(fold, newStore());
    assert.equal(isDrill(store, store.cases.get("C")), true, event);
    const live = [heard(event)].reduce(fold, newStore());
    assert.equal(isDrill(live, live.cases.get("C")), false, event);
  }
  const shown = { type: "snapshot_case", case: "C", training: true, body: { training: true } };
  assert.equal(isDrill({ hello: {} }, fold(newStore(), shown).cases.get("C")), true);
});

test("where all is practice no case stands beside live ones; live ones go first", () => {
  const one = { shown: { training: true } }, live = { shown: {} };
  assert.equal(isDrill({ hello: { profile: "training" } }, one), false);
  assert.deepEqual([one, live].sort(liveFirst({ hello: { profile: "trial" } })), [live, one]);
});

test("the band: practice is said whatever the profile; production alone needs none", () => {
  const bands = ["training", "trial", "production", undefined].map((profile) =>
    [bandOf(profile, false), bandOf(profile, true)]);
  assert.deepEqual(bands, [["practice", "drill"], ["trial", "drill"], [null, "drill"],
                           ["no_profile", "drill"]]);
  for (const key of bands.flat().filter(Boolean))
    for (const one of [key, `${key}_text`]) assert.equal(practiceWords[one].length, 2, one);
});
