// 08-takeover_test.mjs — Job: another crew takes the case: by offer, or when its holder is silent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { world } from "./lib/gateway.mjs";
import { newId, timeText } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";

let g;
let c;
let sealed;

before(async () => {
  g = await world({ cards: 40 });
  g.hq2 = await g.org("headquarters", "隣の消防本部");
  g.far = await (await g.device("ambulance", g.hq2, "far")).connect();
  g.onFar = await g.far.signInFully(await g.person(g.hq2, "farcrew", "paramedic"));
  c = new Case(g.onCar);
  sealed = await c.untilDelivered(g.cards.find((one) => one.patient === 0), g.boxA);
});
after(() => g.end());

const vitals = () => ({ at: timeText(), pulse: 80 });
const shownTo = async (device) => {
  device.cases.clear();
  device.sendFrame("snapshot_ask", {});
  await device.expect({ type: "snapshot" });
  await device.settle();
  return device.cases.get(c.id);
};
// The view is on this tablet, and its person opens it.
async function opens(session) {
  const { device } = session;
  await device.expect({ type: "view_header", body: { view: c.view } });
  const own = device.view({ view: c.view });
  await device.wait(() => own.whole || null, "the pieces");
  await session.open(c.id, { view: c.view }, ["medications"]);
  assert.equal(own.open("medications").state, "present");
}

test("nobody takes what was not offered; nor offers what is not a tablet", async () => {
  await refused(g.onCar2.ask("takeover_accept", {}, { case: c.id }), "ERR_NO_SUCH_CASE");
  await refused(c.ask("takeover_offer", { device: g.boxA.id }), "ERR_NOT_FOUND");
  await refused(c.ask("takeover_offer", { device: newId() }), "ERR_NOT_FOUND");
  await refused(c.ask("takeover_offer", { device: g.car.id }), "ERR_NOT_FOUND");
});

// All pages, asked for by SESSION.
async function tablets(session) {
  const rows = [];
  let page = { after: undefined };
  do {
    const receipt = await session.ask("tablets_query", page.after ? { after: page.after } : {});
    const frame = await session.device.expect({ type: "tablets_page" });
    assert.equal(frame.re, receipt.id);
    assert.equal(frame.seq, receipt.entry);
    page = frame.body;
    rows.push(...page.rows ?? []);
  } while (!page.complete);
  return rows;
}

test("the tablets of the own headquarters: who is on them; of nobody else's", async () => {
  for (let i = 0; i < 17; i++) await g.device("ambulance", g.hq, `spare-${i}`);
  const lost = await g.device("ambulance", g.hq, "lost");
  await g.act("device", "revoke", "--id", lost.id);
  const rows = await tablets(g.onCar);
  assert.equal(rows.length, 19, "two pages, each tablet once, without the revoked one");
  assert.equal(new Set(rows.map((row) => row.device)).size, 19);
  const two = rows.find((row) => row.device === g.car2.id);
  assert.deepEqual([two.online, two.name, two.people.map((one) => one.name), two.cases],
    [true, "car2", [g.crew2.name], undefined]);
  const own = rows.find((row) => row.device === g.car.id);
  assert.equal(own.cases, undefined, "a holder that answers has to offer");
  assert.ok(!rows.some((row) => [g.far.id, g.boxA.id].includes(row.device)));
  assert.deepEqual((await tablets(g.onFar)).map((row) => row.device), [g.far.id]);
});

test("an offer shows the other crew that there is a case, and nobody's name", async () => {
  await c.ask("crew_record", { name: "鈴木 一子", name_source: "told", age: 70 });
  await c.ask("takeover_offer", { device: g.car2.id });
  await g.car2.notice("takeover_offered", {}, { case: c.id });
  const shown = await shownTo(g.car2);
  assert.equal(shown.incident, c.incident);
  assert.equal(shown.record, undefined);
  assert.equal(shown.grants, undefined);
  await refused(g.onCar2.ask("vitals", vitals(), { case: c.id }), "ERR_NO_SUCH_CASE");
  await c.ask("vitals", vitals()); // still ours
});

test("accepted: the new tablet has case, view and keys; the grants stay", async () => {
  await g.onCar2.ask("takeover_accept", {}, { case: c.id });
  const taken = await g.car2.notice("taken_over", {}, { case: c.id });
  assert.equal(taken.body.person_name, g.crew2.name);
  const shown = await shownTo(g.car2);
  await opens(g.onCar2);
  assert.equal(shown.record.name, "鈴木 一子");
  assert.equal(shown.grants[0].grant, sealed.header.grant);
  assert.equal(shown.destination, g.orgA);
  await g.onCar2.ask("vitals", vitals(), { case: c.id });
  await g.atA.open(c.id, sealed.header, ["medications"]);
  await g.boxA.notice("taken_over", {}, { case: c.id });
});

test("the old tablet hears it, and has lost the case and the view", async () => {
  await c.notice("taken_over");
  await refused(c.ask("vitals", vitals()), "ERR_NO_SUCH_CASE");
  await refused(g.onCar.open(c.id, { view: c.view }, ["visits"]), "ERR_NO_SUCH_CASE");
  assert.equal(await shownTo(g.car), undefined);
});

test("a holder that answers must offer; a silent one is taken over with a reason", async () => {
  await refused(g.onCar.ask("takeover_claim", { reason: "端末故障" }, { case: c.id }),
    "ERR_NOT_ALLOWED");
  await g.car2.cut();
  const silent = (await tablets(g.onCar)).find((row) => row.device === g.car2.id);
  assert.deepEqual([silent.online, silent.people, silent.cases.map((one) => one.case)],
    [false, undefined, [c.id]]);
  assert.ok(!JSON.stringify(silent).includes("一子"), "which case it is, and nobody's name");
  await refused(g.onCar.ask("takeover_claim", {}, { case: c.id }), "ERR_MISSING_FIELD");
  await refused(g.onFar.ask("takeover_claim", { reason: "x" }, { case: c.id }),
    "ERR_NO_SUCH_CASE");
  await g.onCar.ask("takeover_claim", { reason: "端末故障" }, { case: c.id });
  g.car.views.clear();
  g.car.inbox = [];
  assert.equal((await shownTo(g.car)).record.name, "鈴木 一子");
  await opens(g.onCar);
});

test("the tablet that was dead learns it when it comes back", async () => {
  await g.car2.connect();
  await g.car2.resume(g.onCar2);
  await g.car2.notice("taken_over", {}, { case: c.id });
  await refused(g.onCar2.ask("vitals", vitals(), { case: c.id }), "ERR_NO_SUCH_CASE");
});

test("a crew of another headquarters takes it by offer: then it is theirs", async () => {
  await c.ask("takeover_offer", { device: g.far.id });
  await g.far.notice("takeover_offered", {}, { case: c.id });
  await g.onFar.ask("takeover_accept", {}, { case: c.id });
  await shownTo(g.far);
  await opens(g.onFar);
  await g.onFar.ask("vitals", vitals(), { case: c.id });
  await refused(g.onCar.ask("takeover_claim", { reason: "x" }, { case: c.id }),
    "ERR_NO_SUCH_CASE");
  await g.far.cut();
  await g.far.connect();
  await g.far.resume(g.onFar);
  assert.equal((await shownTo(g.far)).incident, c.incident);
  assert.equal(await shownTo(g.car), undefined);
});

test("after a restart the case is still the taker's", async () => {
  await g.stop("SIGKILL");
  await g.start();
  await g.far.whenClosed();
  await g.far.connect();
  await g.far.resume(g.onFar);
  assert.equal((await shownTo(g.far)).incident, c.incident);
  await g.onFar.ask("vitals", vitals(), { case: c.id });
});

test("a change of person at the tablet changes the actor, not the case", async () => {
  const other = await g.far.signInFully(await g.person(g.hq2, "second", "paramedic"));
  await other.ask("vitals", vitals(), { case: c.id });
});
