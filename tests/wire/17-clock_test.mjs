// 17-clock_test.mjs — Job: the gateway's machine has its clock set by hours, to and fro, while
// rights live: they last as long as was promised, and the log's times never go back.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readEntries } from "./lib/export.mjs";
import { tool, world } from "./lib/gateway.mjs";
import { newId, timeText } from "./lib/message.mjs";
import { Case, groundFor, refused } from "./lib/story.mjs";

const HOUR = 3600000;
const WAIT_MS = 10000;
const dir = mkdtempSync(join(tmpdir(), "clock-"));
const file = join(dir, "shift");

let g;
let exports_ = 0;
let card;
let story; // its grant lives through everything
let right;

// The gateway's wall clock, alone in the world, is set this far from the true one.
function setClock(ms) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(ms));
  writeFileSync(file, bytes, { flag: "r+" });
}

// The gateway has looked at its clock since: it says so, once for each time.
let read = 0;
function noticed(pattern) {
  const { program } = g;
  return new Promise((done, fail) => {
    const end = (act, value) => {
      clearTimeout(timer);
      program.child.stderr.off("data", look);
      act(value);
    };
    const timer = setTimeout(() => end(fail, new Error(`${pattern} is not said`)), WAIT_MS);
    const look = () => {
      const match = pattern.exec(program.log.slice(read));
      if (!match) return;
      read += match.index + match[0].length;
      end(done);
    };
    program.child.stderr.on("data", look);
    look();
  });
}

before(async () => {
  writeFileSync(file, Buffer.alloc(8));
  g = await world({ cards: 4, env: { LD_PRELOAD: tool("wall-shift.so"), WALL_SHIFT_FILE: file },
    settings: { break_glass_wait: "2s" } });
  card = g.cards[0];
  story = new Case(g.onCar);
  right = (await story.untilDelivered(card, g.boxA)).header;
  await g.atA.open(story.id, right, ["person"]);
});
after(async () => {
  await g?.end();
  rmSync(dir, { recursive: true, force: true });
});

// A request of a nurse whom nobody has given a right: opens after two seconds, and not before.
async function breakGlass() {
  const c = await new Case(g.onCar).open();
  await c.fetch(card);
  await c.match();
  await c.inquire([g.orgA]);
  await g.boxA.notice("inquiry_asked", {}, { case: c.id });
  await g.atA.ask("break_glass", { reason: "到着、意識なし" }, { case: c.id });
  const { body } = await g.boxA.notice("break_glass", {}, { case: c.id });
  await c.received(g.boxA, body);
  return { c, body, opens: () => g.atA.open(c.id, body, ["person"]) };
}

// The waiting time, by a clock that may be a tenth too slow.
const GLASS_MS = 2000 * 10 / 9 + 50;
const glassTime = () => new Promise((done) => setTimeout(done, GLASS_MS));

async function stillLives() {
  await g.atA.open(story.id, right, ["medications"]);
  await g.boxA.settle();
  assert.ok(!g.boxA.has({ case: story.id, body: { event: "grant_revoked" } }));
  await story.ask("vitals", { at: timeText(), pulse: 80 });
  await g.boxA.notice("vitals_taken", {}, { case: story.id });
}

test("thirty hours forward: a grant of 24 hours and everybody's sessions live", async () => {
  setClock(30 * HOUR);
  await noticed(/the machine's clock was set: \+\d+ s/);
  await stillLives();
});

test("forward, while the crew may object: the waiting time is not over at once", async () => {
  setClock(0);
  const glass = await breakGlass();
  setClock(50 * HOUR);
  await refused(glass.opens(), "ERR_NOT_ALLOWED");
  await glass.c.ask("break_glass_object", { grant: glass.body.grant });
  await refused(glass.opens(), "ERR_NOT_ALLOWED");
});

test("back, while something waits: it does not wait for hours", async () => {
  const glass = await breakGlass();
  setClock(-20 * HOUR);
  await refused(glass.opens(), "ERR_NOT_ALLOWED");
  await glassTime();
  await glass.opens();
  await stillLives();
});

test("a new hand-over lasts the hour that was promised, whatever the clock says", async () => {
  setClock(0); // other machines' certificates are judged by it
  await noticed(/agree again/);
  const c = new Case(g.onCar);
  const own = (await c.untilDelivered(card, g.boxA)).header;
  await c.ask("handover", { at: timeText() });
  const { body } = await g.boxA.notice("grant_changed", {}, { case: c.id });
  assert.equal(Date.parse(body.until) - Date.parse(body.at), HOUR);
  assert.ok(Math.abs(Date.parse(body.at) - Date.now()) < HOUR / 60, "by a clock near the truth");
  setClock(9 * HOUR);
  await noticed(/clock was set/);
  await g.atA.open(c.id, own, ["person"]);
});

test("who signs in meanwhile is checked by the machine's clock: phones go by it", async () => {
  setClock(0);
  await noticed(/agree again/);
  const late = await g.person(g.hq, "late", "paramedic");
  await g.car2.signInFully(late);
});

async function log() {
  const folder = join(g.dir, `log${++exports_}`);
  await g.command("audit", "export", "--out", folder);
  return readEntries(folder);
}
const recorded = (entry) => Date.parse(entry.recorded_at ?? entry.at);
const back = (entries) => entries.filter((entry, i) =>
  i > 0 && recorded(entry) < recorded(entries[i - 1]));

async function everybody() {
  for (const [device, session] of [[g.car, g.onCar], [g.boxA, g.atA]]) {
    await device.connect();
    await device.resume(session);
  }
}

test("set back between two runs it is not believed: no right lasts longer; all lives on",
  async () => {
    await g.stop("SIGKILL");
    read = 0;
    setClock(-HOUR / 2);
    await g.start();
    await noticed(/the machine's clock was set: -1\d{3} s/);
    await everybody();
    const c = await new Case(g.onCar).open();
    await c.ask("ground", groundFor());
    await refused(c.ask("view_ask", { kind: "emergency_summary" }), "ERR_NO_CARD");
    await g.car.ask("case_open", { incident: newId() }, { case: newId() });
  });

test("no entry of the log is recorded before the one before it, over all these runs", async () => {
  for (const device of g.devices) await device.close();
  assert.equal(await g.stop("SIGTERM"), 0);
  const entries = await log();
  assert.ok(entries.length > 60);
  assert.deepEqual(back(entries), []);
});

test("somebody says that the clock is right: an entry of its own, and time goes on from there",
  async () => {
    const words = ["--by", "時計係", "--reason", "進んでいた時計を直した"];
    const error = await g.command("clock", "accept").then(() => null, (e) => e);
    assert.match(error.stderr, /--by .* and --reason/);
    const { behind_ms } = JSON.parse(await g.command("clock", "accept", ...words));
    assert.ok(Math.abs(behind_ms - HOUR / 2) < HOUR / 10, `${behind_ms} ms`);
    const again = await g.command("clock", "accept", ...words).then(() => null, (e) => e);
    assert.match(again.stderr, /not behind the log/);
    await g.start();
    await everybody();
    await g.car.ask("case_open", { incident: newId() }, { case: newId() });
    for (const device of g.devices) await device.close();
    assert.equal(await g.stop("SIGTERM"), 0);
    assert.doesNotMatch(g.program.log, /clock was set/);
    const [accepted, ...others] = back(await log());
    assert.deepEqual([accepted.type, others], ["clock_accepted", []]);
    assert.equal(Date.parse(accepted.until) - Date.parse(accepted.from), behind_ms);
    assert.ok(accepted.commitment);
  });
