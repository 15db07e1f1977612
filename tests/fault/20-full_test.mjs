// 20-full_test.mjs — Job: the store cannot write: nothing is shown that is not logged, what is
// taken away is taken away at once, and work goes on by itself when it can write again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { world } from "../wire/lib/gateway.mjs";
import { requestOf, timeText } from "../wire/lib/message.mjs";
import { Case, groundFor, refused } from "../wire/lib/story.mjs";
import { allowWriting, forbidWriting } from "./lib/disk.mjs";
import { checkReceipts, checkedLog, runsOf } from "./lib/log.mjs";

let g;
let main;
let right; // { view, grant } of hospital A
let change; // the crew's message that changes the destination
let tookAway; // when it was sent first
let events;

before(async () => {
  g = await world({ cards: 4 });
  main = new Case(g.onCar);
  await main.open();
  await main.fetch(g.cards[0]);
  await main.match();
  await main.inquire([g.orgA]);
  await main.answer(g.boxA);
  await main.destination(g.orgA);
  right = (await main.deliver(g.boxA)).header;
  await g.atA.open(main.id, right, [right.sections[0].section]);
  await main.inquire([g.orgB]);
  await main.answer(g.boxB);
});
after(() => g.end());

const open = () => g.atA.ask("open", { ...rightOf(), sections: [right.sections[0].section] },
  { case: main.id });
const rightOf = () => ({ view: right.view, grant: right.grant });

test("messages are refused as not stored, to be sent again", async () => {
  forbidWriting(g.program.child.pid);
  const error = await refused(main.ask("vitals", { at: timeText(), pulse: 90 }), "ERR_STORE");
  assert.equal(error.final, false);
});

test("no opening without its entry: no key leaves", async () => {
  g.boxA.inbox = [];
  await refused(open(), "ERR_STORE");
  await g.boxA.settle();
  assert.equal(g.boxA.has({ type: "section_keys" }), undefined);
});

test("a change of destination covers the old hospital at once", async () => {
  tookAway = Date.now();
  change = requestOf("destination", { hospital: g.orgB, ground: groundFor(g.orgB) },
    { session: g.onCar.id, case: main.id });
  await refused(g.car.again(change.id, change.text), "ERR_STORE");
  const covered = await g.boxA.notice("grant_revoked", rightOf());
  assert.equal(covered.n, undefined);
  assert.equal(covered.seq, undefined);
  await refused(open(), "ERR_GRANT_ENDED");
  await g.boxB.settle();
  assert.equal(g.boxB.has({ type: "view_header" }), undefined, "no view without its grant's entry");
});

test("the old hospital does not get the view back by a new connection", async () => {
  await g.boxA.close();
  g.boxA.inbox = [];
  await g.boxA.connect();
  await g.boxA.resume(g.atA);
  const covered = await g.boxA.notice("grant_revoked", rightOf());
  assert.equal(covered.seq, undefined);
  g.boxA.sendFrame("snapshot_ask", {});
  await g.boxA.expect({ type: "snapshot" });
  await g.boxA.notice("grant_revoked", rightOf());
  await g.boxA.settle();
  assert.equal(g.boxA.has({ type: "view_header" }), undefined);
  await refused(open(), "ERR_GRANT_ENDED");
});

test("writing again: the revocation is logged, crew and hospital hear it, numbered", async () => {
    g.boxA.inbox = [];
    allowWriting(g.program.child.pid);
    const atA = await g.boxA.expect((f) => f.body?.event === "grant_revoked" && f.n !== undefined,
      "the numbered revocation at hospital A");
    assert.equal(atA.body.grant, right.grant);
    const atCar = await g.car.expect((f) => f.body?.event === "grant_revoked" && f.n !== undefined,
      "the numbered revocation at the tablet");
    assert.equal(atCar.seq, atA.seq);
  });

test("the same messages are taken now, without a restart; the new hospital opens", async () => {
    const receipt = await g.car.again(change.id, change.text);
    const sealed = await main.deliver(g.boxB);
    const { header } = sealed;
    await g.atB.open(main.id, header, [header.sections[0].section]);
    await main.ask("vitals", { at: timeText(), pulse: 91 });
    await refused(open(), "ERR_GRANT_ENDED");
    change.entry = receipt.entry;
  });

test("the log holds all of it, the revocation once, with its true time", async () => {
  for (const device of g.devices) await device.close();
  assert.equal(await g.stop(), 0);
  events = await checkedLog(g);
  const runs = runsOf(events);
  checkReceipts(runs, g.car, [[change.id, { type: "destination", entry: change.entry }]]);
  const revoked = events.filter((e) => e.type === "grant_revoked" && e.grant === right.grant);
  assert.equal(revoked.length, 1);
  const at = Date.parse(revoked[0].at);
  assert.ok(at >= tookAway - 1000 && at < tookAway + 1000, "when it was taken away");
  assert.ok(Date.parse(revoked[0].recorded_at) > at, "when the store took it");
  const opened = events.filter((e) => e.type === "opened" && e.grant === right.grant);
  assert.equal(opened.length, 1, "what was refused is not in the log");
});
