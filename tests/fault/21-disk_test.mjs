// 21-disk_test.mjs — Job: a disk that is really full (ENOSPC), a gateway killed on it, and a data
// folder that cannot be written at all.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { Refusal } from "../wire/lib/client.mjs";
import { world } from "../wire/lib/gateway.mjs";
import { timeText } from "../wire/lib/message.mjs";
import { Case } from "../wire/lib/story.mjs";
import { Disk } from "./lib/disk.mjs";
import { checkReceipts, checkedLog, runsOf } from "./lib/log.mjs";

const TRIES = 300;
const disk = Disk.make();
const skip = disk === null ? "a disk of its own needs root" : false;
const acked = new Map();
let g;
let main;

before(async () => {
  if (skip) return;
  g = await world({ upstream: false, place: disk.dir });
  main = await new Case(g.onCar).open();
});
after(async () => {
  await g?.end();
  disk?.end();
});

async function note(type, body) {
  const { id, entry } = await main.ask(type, body);
  acked.set(id, { type, entry });
}

// The store may still have room inside its own files: asks until that is used up.
async function untilRefused() {
  for (let i = 0; i < TRIES; i++) {
    const error = await note("crew_record", { notes: "満".repeat(900) })
      .then(() => null, (e) => e);
    if (error instanceof Refusal) return error;
    if (error) throw error;
  }
  throw new Error("the disk does not become full");
}

test("a full disk: refused as not stored, to be sent again", { skip }, async () => {
  disk.fill();
  const error = await untilRefused();
  assert.deepEqual([error.code, error.final], ["ERR_STORE", false]);
});

test("room again: work goes on without a restart", { skip }, async () => {
  disk.free();
  await note("vitals", { at: timeText(), pulse: 80 });
});

test("killed on a full disk: it starts when there is room, and what it told is there", { skip },
  async () => {
    disk.fill();
    await untilRefused();
    await g.stop("SIGKILL");
    disk.free();
    await g.start();
    await g.car.connect();
    await g.car.resume(g.onCar);
    await note("vitals", { at: timeText(), pulse: 81 });
  });

test("the log is whole and holds every receipt's message", { skip }, async () => {
  for (const device of g.devices) await device.close();
  assert.equal(await g.stop(), 0);
  checkReceipts(runsOf(await checkedLog(g)), g.car, acked);
});

test("a data folder that cannot be written: it does not start, and says so", { skip }, async () => {
  execFileSync("mount", ["-o", "remount,ro", disk.dir]);
  await assert.rejects(g.start(), /not started|cannot be opened/);
  execFileSync("mount", ["-o", "remount,rw", disk.dir]);
  await g.start();
  assert.equal(await g.stop(), 0);
});
