// 12-unhappy_test.mjs — Job: emergencies against the patient's word, swapped cards, every ending.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { world } from "./lib/gateway.mjs";
import { timeText } from "./lib/message.mjs";
import { Case, groundFor, refused } from "./lib/story.mjs";

let g;
let card;
let other;

before(async () => {
  g = await world({ cards: 40, settings: { break_glass_wait: "0s", provider_timeout: "1s" } });
  card = g.cards.find((one) => one.patient === 0);
  other = g.cards.find((one) => one.patient === 2);
});
after(() => g.end());

// A matched view of a case for which A is the destination, without a grant.
async function arriving(ground) {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.match();
  await c.inquire([g.orgA]);
  await c.answer(g.boxA);
  await c.destination(g.orgA, { ground });
  return c;
}
const breakGlass = (c) => g.atA.ask("break_glass", { reason: "到着、意識なし" }, { case: c.id });

test("break-glass: not before the face was compared and matched", async () => {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.inquire([g.orgA]);
  await g.boxA.notice("inquiry_asked", {}, { case: c.id });
  await refused(breakGlass(c), "ERR_NOT_MATCHED");
  await c.match("not_possible");
  await refused(breakGlass(c), "ERR_NOT_MATCHED");
});

test("break-glass: not for the hospital to which the patient said no", async () => {
  const c = await arriving(groundFor(g.orgA, { basis: "refused" }));
  await refused(breakGlass(c), "ERR_NOT_ALLOWED");
});

test("break-glass: what the patient hid from the hospital stays hidden", async () => {
  const c = await arriving(false);
  await c.ask("ground", groundFor(g.orgA, { hidden: ["medications"] }));
  await breakGlass(c);
  const { body } = await g.boxA.notice("break_glass", {}, { case: c.id });
  await refused(g.atA.open(c.id, body, ["medications"]), "ERR_OUT_OF_SCOPE");
});

test("break-glass: the patient's own ground takes its place, once given", async () => {
  const c = await arriving(false);
  await breakGlass(c);
  const emergency = await g.boxA.notice("break_glass", {}, { case: c.id });
  await c.destination(g.orgA);
  await g.boxA.notice("grant_revoked", { grant: emergency.body.grant }, { case: c.id });
  const sealed = await c.deliver(g.boxA);
  assert.notEqual(sealed.header.grant, emergency.body.grant);
  await g.atA.open(c.id, sealed.header, ["medications"]);
});

test("two acceptances: one is chosen, the other hears elsewhere and opens nothing", async () => {
  const c = await new Case(g.onCar).open();
  await c.inquire([g.orgA, g.orgB]);
  await c.answer(g.boxA);
  await c.answer(g.boxB);
  await c.destination(g.orgA, { ground: false });
  const ended = await g.boxB.notice("inquiry_ended", {}, { case: c.id });
  assert.equal(ended.body.asked, "elsewhere");
  await refused(c.destination(g.orgB), "ERR_NOT_ACCEPTED");
  await refused(g.atB.ask("record_read", {}, { case: c.id }), "ERR_NOT_DESTINATION");
});

test("two patients of one incident, cards swapped: found out by the face, and mended", async () => {
  const one = await new Case(g.onCar).open({ patient_no: 1, patients: 2 });
  const two = new Case(g.onCar);
  two.incident = one.incident;
  await two.open({ patient_no: 2, patients: 2 });
  await one.fetch(other);
  await one.match("not_matched");
  assert.equal((await one.notice("no_view")).body.no_view, "id_mismatch");
  await two.fetch(other);
  await two.match();
  await g.onCar.open(two.id, { view: two.view }, ["person"]);
  await refused(g.onCar.open(one.id, { view: one.view }, ["person"]), "ERR_VOID");
});

for (const reason of ["not_transported", "death", "opened_by_mistake", "training"])
  test(`the case ends: ${reason}`, async () => {
    const c = await new Case(g.onCar).open();
    await c.ask("case_end", { at: timeText(), reason });
    assert.equal((await c.notice("case_ended")).body.end, reason);
    await refused(c.ask("vitals", { at: timeText(), pulse: 80 }), "ERR_CASE_ENDED");
  });

const tell = (line) => new Promise((done) => {
  const socket = connect(`${g.dir}/upstream/control`);
  socket.once("data", (data) => { socket.end(); done(data.toString().trim()); });
  socket.write(`${line}\n`);
});

for (const oddity of ["broken-xml", "entity-bomb"])
  test(`a part of the answer that is hostile (${oddity}) is failed, not empty`, async () => {
    assert.equal(await tell(`oddity ${oddity}`), "ok");
    const c = await new Case(g.onCar).open();
    const sealed = await c.fetch(card);
    await c.match();
    await g.onCar.open(c.id, { view: c.view }, ["person", "medications"]);
    assert.equal(sealed.open("person").state, "present");
    assert.equal(sealed.open("medications").state, "failed");
  });

test("a source that is too slow is told as not reached; the case goes on", async () => {
  assert.equal(await tell("oddity slow"), "ok");
  const c = await new Case(g.onCar).open();
  await c.readCard(card);
  await c.ask("ground", groundFor());
  await c.ask("view_ask", { kind: "emergency_summary" });
  assert.equal((await c.notice("fetch_failed")).body.error, "ERR_UPSTREAM");
  assert.equal(await tell("oddity none"), "ok");
  await c.ask("vitals", { at: timeText(), pulse: 80 });
});
