// 10-kill_test.mjs — Job: kill -9 in the middle of work, again and again: nothing acknowledged is
// lost, nothing is there twice, no key left without its entry in the log; the log holds each time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { world } from "../wire/lib/gateway.mjs";
import { newId, timeText } from "../wire/lib/message.mjs";
import { Case } from "../wire/lib/story.mjs";
import { checkReceipts, checkedLog, runsOf } from "./lib/log.mjs";
import { Sender, pause, randomOf } from "./lib/sender.mjs";

const SEED = Number(process.env.FAULT_SEED ?? 20261124);
const KILLS = Number(process.env.FAULT_KILLS ?? 20);
const LIFE_MS = [50, 500]; // of a gateway, from the last device's reconnect
const START_KILLS = 0.4; // of the kills: the next one comes while the gateway starts
const START_MS = 40; // and within this time: it reads back what the last one left
const BURST = 15; // messages at once, into whose commits the kill comes
const BURST_MS = 12;
const MS_PER_MESSAGE = 100; // of each worker; the gateway takes 400 messages in 10 s of a device

const random = randomOf(SEED);
let g;
let main; // the case with a view at hospital A
let car, boxA, boxB; // the senders
let storming = true;
let startKills = 0; // that came before the gateway was ready
const work = [];
let events, runs;

before(async () => {
  g = await world({ cards: 4 });
  main = new Case(g.onCar);
  await main.untilDelivered(g.cards[0], g.boxA);
  [car, boxA, boxB] = [[g.car, g.onCar], [g.boxA, g.atA], [g.boxB, g.atB]]
    .map(([device, session]) => new Sender(device, session));
});
after(() => g.end());

// ---- who does what, all the time ----

function worker(act) {
  work.push((async () => {
    for (let i = 1; storming; i++) {
      await act(i);
      await pause(MS_PER_MESSAGE * (0.5 + random()));
    }
  })());
}

// The request's boxes answer as soon as they hear of it, wherever it reaches them.
function answering(box) {
  const answered = new Set();
  worker(async () => {
    for (const { case: case_, body } of box.notices.splice(0)) {
      if (body.event !== "inquiry_asked" || answered.has(body.inquiry)) continue;
      answered.add(body.inquiry);
      await box.deliver("answer", { inquiry: body.inquiry, result: "declined", reason: "no_bed" },
        { case: case_, codes: ["ERR_CASE_ENDED", "ERR_NOT_ASKED", "ERR_NO_SUCH_CASE"] });
    }
  });
}

// A case ends when the next one has been asked for: the boxes have had time to answer.
let older = null;
async function shortCase() {
  const id = newId();
  await car.deliver("case_open", { incident: newId() }, { case: id });
  await car.deliver("inquiry", { inquiry: newId(), hospitals: [g.orgA, g.orgB], age: 50,
    sex: "male", complaint: "転倒", urgency: "yellow" }, { case: id });
  if (older)
    await car.deliver("case_end", { reason: "opened_by_mistake", at: timeText() }, { case: older });
  older = id;
}

function begin() {
  const here = { case: main.id };
  worker((i) => car.deliver("vitals", { at: timeText(), pulse: 60 + i % 60 }, here));
  worker((i) => car.deliver("crew_record", { notes: `記録 ${i}`, age: 70 }, here));
  worker(() => shortCase());
  worker((i) => boxA.deliver("talk", { text: `病院 ${i}` }, here));
  // Between a restart and the tablet's handing up the view is nowhere.
  const { view, grant, sections: rows } = [...g.boxA.views.values()][0].header;
  const sections = rows.map(({ section }) => section);
  worker(() => boxA.deliver("open", { view, grant, sections },
    { ...here, codes: ["ERR_VIEW_LOST"] }));
  answering(boxA);
  answering(boxB);
}

// ---- death and return ----

function handUp() {
  const { header, pieces } = main.sealed;
  for (const { section } of header.sections)
    pieces.get(section).forEach((bytes, piece, all) => g.car.sendFrame("view_hand_up",
      { view: main.view, section, piece, pieces: all.length, bytes: bytes.toString("base64") },
      { case: main.id }));
}

function burst() {
  const here = { case: main.id };
  for (let i = 0; i < BURST; i++) {
    work.push(car.deliver("vitals", { at: timeText(), spo2: 80 + i }, here));
    work.push(boxA.deliver("talk", { text: `同時 ${i}` }, here));
  }
}

// What the dead gateway left: every entry holds, and none that was told is missing.
async function verified() {
  const told = Math.max(...[car, boxA, boxB].flatMap(({ acked }) =>
    [...acked.values()].map(({ entry }) => entry)));
  const found = JSON.parse(await g.command("audit", "verify"));
  assert.equal(found.checked, found.size);
  assert.ok(found.size >= told, `entry ${told} was told, the log ends at ${found.size}`);
  assert.ok(found.checkpoint_size <= found.size);
}

async function killAtStart() {
  const started = g.start().then(() => true, () => false);
  await pause(random() * START_MS);
  assert.equal(await g.stop("SIGKILL"), "SIGKILL");
  if (!await started) startKills++;
  await verified();
}

async function killAndReturn() {
  burst();
  await pause(random() * BURST_MS);
  for (const sender of [car, boxA, boxB]) sender.down();
  assert.equal(await g.stop("SIGKILL"), "SIGKILL");
  await Promise.all([g.car, g.boxA, g.boxB].map((device) => device.whenClosed()));
  await verified();
  if (random() < START_KILLS) await killAtStart();
  await g.start();
  await Promise.all([car, boxA, boxB].map(async (sender) => {
    await sender.reconnect();
    if (sender === car) handUp();
    sender.up();
  }));
}

test(`${KILLS} kills under load (FAULT_SEED=${SEED}): every message comes through`, async (t) => {
  begin();
  for (let i = 0; i < KILLS; i++) {
    await pause(LIFE_MS[0] + random() * (LIFE_MS[1] - LIFE_MS[0]));
    await killAndReturn();
  }
  storming = false;
  await Promise.all(work);
  assert.deepEqual([...new Set([...car.wrong, ...boxA.wrong, ...boxB.wrong])], []);
  assert.ok(car.acked.size > 10 * KILLS && boxA.acked.size > 5 * KILLS, "that was a storm");
  assert.ok(boxB.acked.size > 0, "the second box has answered");
  t.diagnostic(`${car.acked.size} + ${boxA.acked.size} + ${boxB.acked.size} messages taken`);
  assert.ok(car.lost + boxA.lost + boxB.lost > KILLS, "lines were lost under messages");
  t.diagnostic(`${startKills} more kills while it started`);
  assert.ok(startKills > 0, "some kills came at the start");
});

test("numbered frames came to each device without gap or repetition, and all of them", async () => {
  for (const { device } of [car, boxA, boxB]) {
    await device.settle();
    device.inbox = [];
    assert.deepEqual(device.faults, []);
    device.numbers.forEach((n, at) => assert.equal(n, device.numbers[0] + at));
    const had = device.n;
    device.sendFrame("snapshot_ask", {});
    assert.equal((await device.expect({ type: "snapshot" })).body.n, had);
  }
});

test("log verified, rebuilt without differences, checked by foreign code", async () => {
  for (const { device } of [car, boxA, boxB]) await device.close();
  assert.equal(await g.stop(), 0);
  events = await checkedLog(g);
  runs = runsOf(events);
});

test("every acknowledged message is in the log exactly once, at the entry that its receipt said",
  () => {
    for (const { device, acked } of [car, boxA, boxB]) checkReceipts(runs, device, acked);
    for (const [key, rows] of runs) assert.equal(rows.length, 1, `${key} is there twice`);
  });

test("what was told is in the log where it was said to be", () => {
  for (const { notices } of [car, boxA, boxB])
    for (const { seq, body } of notices) {
      if (seq === undefined) continue;
      assert.equal(events[seq - 1].type, body.event);
      assert.equal(events[seq - 1].message, body.message);
    }
});

test("every key that left has its opening in the log; the view came back after the kills", () => {
  assert.ok(boxA.keys.length > 0, "there were keys");
  for (const { re, seq, session, body } of boxA.keys) {
    const opened = events[seq - 1];
    assert.deepEqual([opened.type, opened.message, opened.session, opened.grant],
      ["opened", re, session, body.grant]);
    for (const { section } of body.keys) assert.ok(opened.sections.includes(section));
  }
});
