// 22-corrupt_test.mjs — Job: a store that was changed under the gateway: it is named, or the start
// is refused with a reason; never a crash, never a silent going on from an older state.
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Gateway } from "../wire/lib/gateway.mjs";
import { newId } from "../wire/lib/message.mjs";
import { randomOf } from "./lib/sender.mjs";

const SEED = Number(process.env.FAULT_SEED ?? 20261124);
const FLIPS = Number(process.env.FAULT_FLIPS ?? 12);
const CASES = 40;
const REFUSED = /the (journal|database|checkpoint).*ERR_CORRUPT|not started/;

let g;
let older, whole, killed; // copies of the data folder

const at = (file) => join(g.data, file);
const copy = (name) => {
  const to = join(g.dir, name);
  cpSync(g.data, to, { recursive: true, preserveTimestamps: true,
    filter: (from) => !from.endsWith(".sock") });
  return to;
};
const restore = (from) => {
  rmSync(g.data, { recursive: true });
  cpSync(from, g.data, { recursive: true, preserveTimestamps: true });
};

async function openCases(car, count) {
  for (let i = 0; i < count; i++)
    await car.ask("case_open", { incident: newId() }, { case: newId() });
}

before(async () => {
  g = new Gateway();
  g.altered = true;
  await g.init();
  await g.start();
  const car = await g.device("ambulance", await g.org("headquarters", "試験消防本部"), "car");
  await car.connect();
  await openCases(car, CASES);
  await car.close();
  await g.stop();
  older = copy("older");
  await g.start();
  await car.connect();
  await openCases(car, CASES);
  await g.stop("SIGKILL"); // the last cases stand in the write-ahead log only
  killed = copy("killed");
  await g.start();
  await g.stop();
  whole = copy("whole");
});
after(() => g.end());

// `audit verify`: its status and what it found.
async function verify() {
  try {
    return { code: 0, ...JSON.parse(await g.command("audit", "verify")) };
  } catch ({ code, signal, stdout, stderr }) {
    assert.ok(!signal, `audit verify died of ${signal}`);
    return { code, stderr, ...(stdout ? JSON.parse(stdout) : {}) };
  }
}

async function refusesToStart(pattern) {
  await assert.rejects(g.start(), pattern);
  assert.equal(await g.program.ended, 1);
}

function change(file, act) {
  const bytes = readFileSync(at(file));
  const was = Buffer.from(bytes);
  act(bytes);
  assert.ok(!bytes.equals(was));
  writeFileSync(at(file), bytes);
}

// The place of an entry's leaf in the database, found by its text.
function leafAt(bytes, seq) {
  const place = bytes.indexOf(`"seq":${seq},"`);
  assert.ok(place > 0);
  return place;
}

test("untouched: clean, and it starts", async () => {
  assert.equal((await verify()).code, 0);
  await g.start();
  assert.equal(await g.stop(), 0);
});

test("one digit of one entry: verify names it", async () => {
  for (const seq of [2, 17, 60]) {
    restore(whole);
    change("journal.db", (bytes) => {
      const place = bytes.lastIndexOf('"recorded_at":"20', leafAt(bytes, seq));
      bytes[place + 15] ^= 1;
    });
    const { code, first } = await verify();
    assert.deepEqual([code, first], [3, seq]);
  }
});

test("an older database under a newer checkpoint: refused", async () => {
  restore(older);
  cpSync(join(whole, "checkpoint"), at("checkpoint"));
  await refusesToStart(/ERR_CORRUPT/);
  assert.equal((await verify()).code, 3);
});

test("the checkpoint gone, empty, or somebody's: refused", async () => {
  const acts = [() => rmSync(at("checkpoint")), () => writeFileSync(at("checkpoint"), ""),
    () => change("checkpoint", (bytes) => { bytes[bytes.length - 20] ^= 1; })];
  for (const act of acts) {
    restore(whole);
    act();
    await refusesToStart(REFUSED);
  }
});

test("database gone, empty or cut: refused", async () => {
  const size = readFileSync(join(whole, "journal.db")).length;
  for (const act of [() => rmSync(at("journal.db")), () => truncateSync(at("journal.db"), 0),
    () => truncateSync(at("journal.db"), size / 2 & ~4095)]) {
    restore(whole);
    act();
    await refusesToStart(REFUSED);
  }
});

test("the write-ahead log cut or gone after a kill: what it lost is missed, refused", async () => {
  for (const act of [(file) => truncateSync(file, 4096), (file) => rmSync(file)]) {
    restore(killed);
    act(at("journal.db-wal"));
    await refusesToStart(/ERR_CORRUPT/);
  }
});

test(`bytes changed anywhere (FAULT_SEED=${SEED}): nothing crashes`, async (t) => {
  const random = randomOf(SEED);
  const ends = {};
  for (let i = 0; i < FLIPS; i++) {
    restore(whole);
    const file = ["journal.db", "journal.db", "journal.db", "journal.db-index"][i % 4];
    change(file, (bytes) => {
      const place = Math.floor(random() * bytes.length);
      for (let j = place; j < Math.min(place + 4, bytes.length); j++) bytes[j] ^= 0x55;
    });
    const { code } = await verify();
    assert.ok([0, 1, 3].includes(code), `verify ended with ${code}`);
    const started = await g.start().then(() => true, () => false);
    const end = await (started ? g.stop() : g.program.ended);
    assert.equal(end, started ? 0 : 1, `the gateway ended with ${end}\n${g.program.log}`);
    const kind = `verify ${code}, ${started ? "starts" : "refuses"}`;
    ends[kind] = (ends[kind] ?? 0) + 1;
  }
  t.diagnostic(JSON.stringify(ends));
});
