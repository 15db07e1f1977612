// 05-grant_test.mjs — Job: destination, grant, delivery, opening; change, undo, hand-over.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { world } from "./lib/gateway.mjs";
import { requestOf, timeText } from "./lib/message.mjs";
import { Case, groundFor, refused } from "./lib/story.mjs";

let g;
let card;
let story; // the main case, told over several tests
let first; // what hospital A holds of it

before(async () => {
  g = await world({ cards: 40, settings: { grant_after_handover: "60s", break_glass_wait: "2s" } });
  card = g.cards.find((one) => one.patient === 0);
});
after(() => g.end());

const fetches = () => readFileSync(g.accessLog, "utf8").split("\n")
  .filter((line) => line.includes('"call":"fetch"')).length;

// A fresh case whose view lies at A.
async function delivered(crew = g.onCar, box = g.boxA) {
  const c = new Case(crew);
  const sealed = await c.untilDelivered(card, box);
  return { c, sealed, right: sealed.header };
}

// ---- the happy path ----

test("no acceptance, no destination; no ground of its own, no grant", async () => {
  story = await new Case(g.onCar).open();
  await story.fetch(card);
  await story.match();
  await refused(story.destination(g.orgA), "ERR_NOT_ACCEPTED");
  await story.inquire([g.orgA, g.orgB]);
  await refused(story.destination(g.orgA), "ERR_NOT_ACCEPTED");
  await story.answer(g.boxA);
  await refused(story.destination(g.orgA, { ground: groundFor(g.orgB) }), "ERR_BAD_FIELD");
  await refused(story.destination(g.orgA, { ground: groundFor() }), "ERR_BAD_FIELD");
  await refused(story.destination(g.orgA, { not_connected: "x" }), "ERR_BAD_FIELD");
  await story.destination(g.orgA, { ground: false });
  await g.boxA.notice("destination_set");
  await g.boxA.settle();
  assert.equal(g.boxA.has({ type: "view_header" }), undefined);
  await refused(story.destination(g.orgA, { ground: false }), "ERR_PROTOCOL");
});

test("with the ground the sealed view is there at once, and nobody has opened it", async () => {
  await story.destination(g.orgA);
  first = await story.deliver(g.boxA);
  assert.equal(first.header.fetched_at, story.sealed.header.fetched_at);
  assert.equal(first.header.simulator, true);
  const issued = await story.notice("grant_issued");
  assert.deepEqual([issued.body.hospital, issued.body.grant], [g.orgA, first.header.grant]);
  assert.ok(Date.parse(issued.body.until) > Date.now());
});

test("the same sealed bytes are at both ends: sameness is proved per section", () => {
  for (const { section, hash } of first.header.sections)
    assert.equal(story.sealed.row(section).hash, hash, section);
});

test("the box alone opens nothing; a person does, for that person's session only", async () => {
  const body = { view: story.view, grant: first.header.grant, sections: ["person"] };
  await refused(g.boxA.ask("open", body, { case: story.id }), "ERR_NO_SESSION");
  const board = await g.boxA.signInFully(await g.person(g.orgA, "clerk", "er_board"));
  await refused(board.ask("open", body, { case: story.id }), "ERR_NOT_ALLOWED");
  const keys = await g.atA.open(story.id, first.header, ["person", "medications"]);
  assert.equal(keys.session, g.atA.id);
  assert.equal(keys.body.grant, first.header.grant);
  assert.deepEqual(keys.body.keys.map((row) => row.section), ["person", "medications"]);
  assert.match(first.open("person").content.name, /^試験/);
  assert.equal(first.open("medications").state, "present");
  assert.throws(() => first.open("visits"), /no key/);
});

test("the tablet hears who opened what: no phone call is needed", async () => {
  const opened = await story.notice("opened", { hospital: g.orgA });
  assert.equal(opened.body.person_name, g.nurseA.name);
  assert.deepEqual(opened.body.sections, ["person", "medications"]);
  assert.ok(opened.n > 0 && opened.seq > 0);
});

test("another hospital opens nothing of it, even if it knows the ids", async () => {
  await refused(g.atB.open(story.id, first.header, ["person"]), "ERR_NOT_ALLOWED");
  await refused(g.boxB.ask("delivered", { view: story.view, grant: first.header.grant },
    { case: story.id }), "ERR_NOT_ALLOWED");
});

// ---- change of destination ----

test("change of destination: the old hospital is revoked first; the new one needs no second read",
  async () => {
    const before_ = fetches();
    await story.answer(g.boxB).catch(async () => { // it heard elsewhere: asked anew
      await story.inquire([g.orgB]);
      await story.answer(g.boxB);
    });
    const receipt = await story.destination(g.orgB);
    const at = await g.boxA.expect({ type: "notice", body: { event: "grant_revoked" } });
    assert.equal(at.n, undefined, "taking away does not wait for the disk");
    assert.ok(first.gone);
    const numbered = await g.boxA.notice("grant_revoked", { grant: first.header.grant });
    assert.equal(numbered.body.revoke, "destination_changed");
    const issued = await g.boxB.notice("grant_issued");
    assert.ok(numbered.seq < issued.seq);
    assert.ok(numbered.seq >= receipt.entry);
    const second = await story.received(g.boxB, issued.body);
    await g.atB.open(story.id, second.header, ["medications"]);
    assert.equal(second.open("medications").state, "present");
    await refused(g.atA.open(story.id, first.header, ["visits"]), "ERR_GRANT_ENDED");
    assert.equal(fetches(), before_);
    assert.equal(numbered.body.hospital, g.orgA);
    const told = JSON.stringify(g.boxA.inbox);
    assert.ok(!told.includes(g.orgB), "the old hospital does not learn of the new one");
  });

test("a hospital that is not on the gateway: everything else is revoked, no grant", async () => {
  await story.destination(undefined, { ground: false, not_connected: "県立外病院", reason: "満床" });
  await g.boxB.notice("grant_revoked");
  const set = await story.notice("destination_set", { hospital: undefined });
  assert.ok(set.body.content.not_connected, "the crew's other pages hear its name");
  assert.equal(set.body.grant, undefined);
  await refused(g.atB.ask("record_read", {}, { case: story.id }), "ERR_NOT_DESTINATION");
});

// ---- acceptance ----

test("an acceptance taken back revokes, and the crew hears why", async () => {
  const { c, right } = await delivered();
  await g.atA.open(c.id, right, ["person"]);
  await g.boxA.ask("acceptance_withdraw", { reason: "手術室が塞がった" }, { case: c.id });
  assert.equal((await c.notice("grant_revoked")).body.revoke, "acceptance_withdrawn");
  assert.equal((await c.notice("acceptance_withdrawn")).body.content.reason, "手術室が塞がった");
  await refused(g.atA.open(c.id, right, ["person"]), "ERR_GRANT_ENDED");
  await refused(c.destination(g.orgA), "ERR_NOT_ACCEPTED");
});

test("an acceptance by phone is marked so; contradicted, it revokes and alerts", async () => {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.match();
  await c.ask("phone_acceptance", { at: timeText(), hospital: g.orgA, name: "医師 乙",
    role: "当直医" });
  const heard = await g.boxA.notice("phone_accepted", {}, { case: c.id });
  assert.equal(heard.body.content.name, "医師 乙");
  await c.destination(g.orgA);
  const sealed = await c.deliver(g.boxA);
  await g.boxA.ask("acceptance_check", { confirmed: false, name: "医師 丙" }, { case: c.id });
  assert.equal((await c.notice("acceptance_checked")).body.confirmed, false);
  assert.equal((await g.boxA.notice("grant_revoked", {}, { case: c.id })).body.revoke,
    "contradicted");
  assert.ok(sealed.gone);
  await refused(g.boxA.ask("acceptance_check", { confirmed: true }, { case: c.id }),
    "ERR_NOT_ACCEPTED");
});

test("an acceptance by phone, confirmed, stays", async () => {
  const c = await new Case(g.onCar).open();
  await c.ask("phone_acceptance", { at: timeText(), hospital: g.orgA, name: "医師 乙" });
  await g.boxA.ask("acceptance_check", { confirmed: true }, { case: c.id });
  assert.equal((await c.notice("acceptance_checked")).body.confirmed, true);
  await refused(g.boxA.ask("acceptance_check", { confirmed: false }, { case: c.id }),
    "ERR_PROTOCOL");
  await c.destination(g.orgA, { ground: false });
});

test("destination first (cardiac arrest): the view that comes later is granted with one act",
  async () => {
    const c = await new Case(g.onCar).open();
    await c.ask("phone_acceptance", { at: timeText(), hospital: g.orgA, name: "医師 乙" });
    const life = { basis: "life_body_no_consent", need: "cardiac_arrest", obstacle: "unconscious",
      said_by: "nobody" };
    await c.destination(g.orgA, { ground: groundFor(g.orgA, life) });
    await c.fetch(card, { ground: groundFor(undefined, life) });
    await c.match();
    await g.boxA.settle();
    assert.equal(g.boxA.has({ body: { event: "grant_issued" }, case: c.id }), undefined);
    await c.destination(g.orgA, { ground: groundFor(g.orgA, life) });
    const sealed = await c.deliver(g.boxA);
    await g.atA.open(c.id, sealed.header, ["medications"]);
  });

// ---- ground and scope ----

test("a section that the patient hides from the hospital does not reach it", async () => {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.match();
  await c.inquire([g.orgA]);
  await c.answer(g.boxA);
  await c.destination(g.orgA, { ground: groundFor(g.orgA, { hidden: ["medications"] }) });
  const sealed = await c.deliver(g.boxA);
  assert.ok(!sealed.header.sections.some((row) => row.section === "medications"));
  assert.deepEqual(sealed.header.hidden, ["medications"]);
  await refused(g.atA.open(c.id, sealed.header, ["medications"]), "ERR_OUT_OF_SCOPE");
});

test("fewer sections are granted when fewer are asked for", async () => {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.match();
  await c.inquire([g.orgA]);
  await c.answer(g.boxA);
  await c.destination(g.orgA, { sections: ["medications"] });
  const sealed = await c.deliver(g.boxA);
  assert.deepEqual(sealed.header.sections.map((row) => row.section), ["person", "medications"]);
});

test("a hospital refused by the patient becomes the destination without a view", async () => {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.match();
  await c.inquire([g.orgA]);
  await c.answer(g.boxA);
  await c.destination(g.orgA, { ground: groundFor(g.orgA, { basis: "refused" }) });
  await g.boxA.notice("destination_set", {}, { case: c.id });
  await g.boxA.settle();
  assert.equal(g.boxA.has({ body: { event: "grant_issued" }, case: c.id }), undefined);
});

test("a withdrawal revokes the hospital's grant, too", async () => {
  const { c, sealed, right } = await delivered();
  await c.ask("consent_withdraw");
  assert.equal((await g.boxA.notice("grant_revoked", {}, { case: c.id })).body.revoke,
    "consent_withdrawn");
  assert.ok(sealed.gone);
  await refused(g.atA.open(c.id, right, ["person"]), "ERR_GRANT_ENDED");
});

test("a grant that was revoked before anybody opened it disclosed nothing; a viewer may close",
  async () => {
    const { c, right } = await delivered();
    await g.atA.ask("close_view", { view: right.view, grant: right.grant }, { case: c.id });
    await c.notice("view_closed");
  });

// ---- undo ----

for (const [kind, who] of [["wrong_patient", "crew"], ["wrong_hospital", "hospital"]])
  test(`mix-up (${kind}, by the ${who}): all void; each opener must acknowledge`, async () => {
    const { c, sealed, right } = await delivered();
    await g.atA.open(c.id, right, ["person"]);
    const act = { kind, reason: "取り違え" };
    if (who === "crew") await c.ask("mixup", act);
    else await g.atA.ask("mixup", act, { case: c.id });
    await g.boxA.notice("grant_revoked", { revoke: "mixup" }, { case: c.id });
    assert.equal((await g.boxA.notice("mixup", {}, { case: c.id })).body.mixup, kind);
    await c.notice("mixup");
    assert.ok(sealed.gone && c.sealed.gone);
    await refused(g.atA.open(c.id, right, ["person"]), "ERR_VOID");
    await refused(g.onCar.open(c.id, { view: c.view }, ["person"]), "ERR_VOID");
    const shown = async () => {
      g.boxA.sendFrame("snapshot_ask", {});
      await g.boxA.expect({ type: "snapshot" });
      await g.boxA.settle();
      return g.boxA.cases.get(c.id);
    };
    assert.equal((await shown()).must_ack, true);
    await g.atA.ask("mixup_ack", {}, { case: c.id });
    assert.equal((await c.notice("mixup_acked")).body.event, "mixup_acked");
    const acked = await g.boxA.notice("mixup_acked", {}, { case: c.id });
    assert.equal(acked.body.confirmed, true); // nobody else here had opened it
    assert.equal((await shown()).must_ack, undefined);
    await refused(g.atA.ask("mixup_ack", {}, { case: c.id }), "ERR_PROTOCOL");
  });

test("after a wrong patient the right card in the same case; the void stays void", async () => {
  const { c, right } = await delivered();
  const old = c.view;
  await g.atA.open(c.id, right, ["person"]);
  await c.ask("mixup", { kind: "wrong_patient" });
  await refused(c.ask("view_ask", { kind: "emergency_summary" }), "ERR_NO_CARD");
  await c.fetch(g.cards.find((one) => one.patient === 5 && one.odd.length === 0));
  assert.notEqual(c.view, old);
  await c.match();
  await c.destination(g.orgA);
  const sealed = await c.deliver(g.boxA);
  await g.atA.open(c.id, sealed.header, ["person"]);
  await refused(g.atA.open(c.id, right, ["person"]), "ERR_VOID");
  await refused(g.onCar.open(c.id, { view: old }, ["person"]), "ERR_VOID");
  g.boxA.sendFrame("snapshot_ask", {});
  await g.boxA.expect({ type: "snapshot" });
  await g.boxA.settle();
  const { must_ack, mixup } = g.boxA.cases.get(c.id);
  assert.deepEqual([must_ack, mixup], [true, undefined], "who opened it has still to read it");
});

// ---- time ----

test("break-glass: forced reason, waiting time, the crew is told; then it opens", async () => {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.match();
  await refused(g.atA.ask("break_glass", { reason: "心停止" }, { case: c.id }),
    "ERR_NO_SUCH_CASE");
  await c.inquire([g.orgA]);
  await g.boxA.notice("inquiry_asked", {}, { case: c.id });
  await refused(g.atA.ask("break_glass", {}, { case: c.id }), "ERR_MISSING_FIELD");
  await g.atA.ask("break_glass", { reason: "到着、意識なし、家族不在" }, { case: c.id });
  const told = await c.notice("break_glass");
  assert.equal(told.body.person_name, g.nurseA.name);
  assert.equal(told.body.content.reason, "到着、意識なし、家族不在");
  const mine = await g.boxA.notice("break_glass", {}, { case: c.id });
  await refused(g.atA.open(c.id, mine.body, ["person"]), "ERR_NOT_ALLOWED");
  const sealed = await c.received(g.boxA, mine.body);
  const opens = Date.parse(mine.body.at) + 2000;
  await new Promise((done) => setTimeout(done, Math.max(0, opens - Date.now()) + 20));
  await g.atA.open(c.id, mine.body, ["person"]);
  assert.equal(sealed.open("person").state, "present");
  await refused(c.ask("break_glass_object", { grant: mine.body.grant }), "ERR_PROTOCOL");
});

test("break-glass: the crew objects in time, and it stays shut", async () => {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.match();
  await c.inquire([g.orgA]);
  await g.boxA.notice("inquiry_asked", {}, { case: c.id });
  await g.atA.ask("break_glass", { reason: "確認したい" }, { case: c.id });
  const told = await c.notice("break_glass");
  await c.ask("break_glass_object", { grant: told.body.grant });
  await g.boxA.notice("break_glass_objected", {}, { case: c.id });
  const opens = Date.parse(told.body.at) + 2000;
  await new Promise((done) => setTimeout(done, Math.max(0, opens - Date.now()) + 20));
  await refused(g.atA.open(c.id, told.body, ["person"]), "ERR_NOT_ALLOWED");
});

test("hand-over, two-sided: the crew's view ends, the hospital's clock starts; once more time",
  async () => {
    const { c, right } = await delivered();
    await g.atA.open(c.id, right, ["person"]);
    await refused(g.atA.ask("handover_confirm", { at: timeText() }, { case: c.id }),
      "ERR_MISSING_FIELD");
    await c.ask("arrived", {});
    const there = await g.boxA.notice("arrived", {}, { case: c.id });
    assert.ok(Math.abs(Date.parse(there.body.until) - Date.now()) < 60000);
    await refused(c.ask("arrived", {}), "ERR_PROTOCOL");
    await c.ask("handover", { at: timeText() });
    const handed = await g.boxA.notice("handed_over", {}, { case: c.id });
    assert.equal(handed.body.person_name, g.crew.name);
    const clock = await g.boxA.notice("grant_changed", {}, { case: c.id });
    const until = Date.parse(clock.body.until);
    assert.ok(Math.abs(until - Date.parse(handed.body.at) - 60000) < 1000);
    await g.atA.ask("handover_confirm", { at: timeText(), physician: "医師 丁" }, { case: c.id });
    assert.equal((await c.notice("handover_confirmed")).body.content.physician, "医師 丁");
    await refused(c.ask("handover", { at: timeText() }), "ERR_PROTOCOL");
    await refused(g.onCar.open(c.id, { view: c.view }, ["person"]), "ERR_GRANT_ENDED");
    await refused(c.destination(g.orgB), "ERR_CASE_ENDED");
    await g.atA.open(c.id, right, ["visits"]);
    await g.atA.ask("extend", { grant: right.grant, reason: "処置中" }, { case: c.id });
    const longer = await g.boxA.notice("grant_changed", {}, { case: c.id });
    assert.equal(Date.parse(longer.body.until), until + 60000);
    await refused(g.atA.ask("extend", { grant: right.grant, reason: "まだ" }, { case: c.id }),
      "ERR_PROTOCOL");
  });

test("one side alone starts the same clock", async () => {
  const { c } = await delivered();
  await g.atA.ask("handover_confirm", { at: timeText(), physician: "医師 丁" }, { case: c.id });
  const clock = await c.notice("grant_changed");
  assert.ok(Date.parse(clock.body.until) - Date.now() <= 60000);
});

test("the end of a case revokes what is open", async () => {
  const { c, sealed } = await delivered();
  await c.ask("case_end", { at: timeText(), reason: "death" });
  assert.equal((await g.boxA.notice("grant_revoked", {}, { case: c.id })).body.revoke,
    "case_ended");
  await g.boxA.notice("case_ended", {}, { case: c.id });
  assert.ok(sealed.gone);
});

test("open sent twice gives its receipt twice, and the keys once", async () => {
  const { c, sealed, right } = await delivered();
  const { id, text } = requestOf("open",
    { view: right.view, grant: right.grant, sections: ["visits"] },
    { session: g.atA.id, case: c.id });
  await g.boxA.again(id, text);
  await g.boxA.expect({ type: "section_keys", re: id });
  await g.boxA.again(id, text);
  await g.boxA.settle();
  assert.equal(g.boxA.has({ type: "section_keys", re: id }), undefined);
  assert.ok(sealed.open("visits"));
});
