// 11-shred_test.mjs — Job: a month's key is destroyed, and the command is killed on the way: no key
// goes before the log says by whom and why; what was cut off is seen, and can be done again.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync }
  from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { tool, world } from "../wire/lib/gateway.mjs";
import { timeText } from "../wire/lib/message.mjs";
import { Case } from "../wire/lib/story.mjs";
import { checkedLog } from "./lib/log.mjs";

const NEXT_MONTH_MS = 32 * 24 * 3600000;
const BY = "鍵守 一郎";
const REASON = "保存期間を過ぎた";
const dir = mkdtempSync(join(tmpdir(), "shred-"));
const file = join(dir, "shift");

let g;
let c;
let month;
let entries; // of the log, before anything was destroyed

function setClock(ms) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(ms));
  writeFileSync(file, bytes);
}

before(async () => {
  setClock(0);
  g = await world({ upstream: false,
    env: { LD_PRELOAD: tool("wall-shift.so"), WALL_SHIFT_FILE: file } });
  c = await new Case(g.onCar).open();
  await c.ask("crew_record", { notes: "申し送り", age: 70 });
});
after(async () => {
  await g?.end();
  rmSync(dir, { recursive: true, force: true });
});

const words = ["--by", BY, "--reason", REASON];
const destroy = (...args) => g.command("keys", "destroy", ...args);
const failed = (...args) => destroy(...args).then(() => assert.fail("done"), (error) => error);
const listed = async () => (await g.command("keys", "list")).trim().split("\n")
  .map((line) => JSON.parse(line)).find((row) => row.month === month);
const key = () => existsSync(join(g.data, "keys", `kek-${month}.key`));
const compared = async () => JSON.parse(await g.command("audit", "rebuild", "--compare"));

test("an open case's month is refused, and nobody destroys without name and reason", async () => {
  await g.stop("SIGTERM");
  setClock(NEXT_MONTH_MS);
  month = readdirSync(join(g.data, "keys")).find((name) => name.startsWith("kek-")).slice(4, 11);
  assert.match((await failed("--month", month, ...words)).stderr, /has not ended/);
  setClock(0);
  await g.start();
  await g.car.connect();
  await g.car.resume(g.onCar);
  await c.ask("case_end", { at: timeText(), reason: "not_transported", note: "辞退" });
  await g.stop("SIGTERM");
  setClock(NEXT_MONTH_MS);
  for (const left of [[], ["--by", BY], ["--reason", REASON], ["--by", "", "--reason", REASON]])
    assert.match((await failed("--month", month, ...left)).stderr, /--by .* and --reason/);
  entries = await checkedLog(g);
  assert.ok(!entries.some(({ type }) => type === "key_destroy_asked"));
});

test("killed between entry and key: both stand, and the list says so", async () => {
  const { LD_PRELOAD } = g.env;
  g.env.LD_PRELOAD = `${LD_PRELOAD} ${tool("kill-at.so")}`;
  g.env.KILL_AT_FILE = `kek-${month}.destroyed.new`;
  assert.equal((await failed("--month", month, ...words)).signal, "SIGKILL");
  g.env.LD_PRELOAD = LD_PRELOAD;
  assert.ok(key());
  const log = await checkedLog(g);
  assert.equal(log.length, entries.length + 1);
  const { type, from, until, subject, commitment, person } = log.at(-1);
  assert.equal(type, "key_destroy_asked");
  assert.deepEqual([from, person], [`${month}-01T00:00:00.000Z`, undefined]);
  assert.equal(new Date(Date.parse(until) + 1).getUTCDate(), 1);
  assert.equal(new Date(until).toISOString().slice(0, 7), month);
  assert.ok(subject && commitment);
  assert.deepEqual(await listed(), { month, destroy_asked: true, by: BY, reason: REASON });
  const { differences, shredded } = await compared();
  assert.deepEqual([differences, shredded], [0, 0]);
});

test("a gateway that runs again neither finishes it nor hides it", async () => {
  await g.start();
  assert.deepEqual(await listed(), { month, destroy_asked: true, by: BY, reason: REASON });
  const busy = await failed("--month", month, ...words);
  assert.equal(busy.code, 1);
  await g.stop("SIGTERM");
  assert.ok(key());
});

test("another month waits until the one that was cut off is finished", async () => {
  assert.match((await failed("--month", "2019-12", ...words)).stderr, /that one first/);
});

test("done again: one more entry, the key gone, the case shredded; the log holds", async () => {
  assert.deepEqual(JSON.parse(await destroy("--month", month, ...words)),
    { ok: true, destroyed: month });
  assert.ok(!key());
  assert.equal(await listed(), undefined);
  const log = await checkedLog(g);
  assert.deepEqual(log.slice(entries.length).map(({ type }) => type),
    ["key_destroy_asked", "key_destroy_asked"]);
  const { differences, shredded } = await compared();
  assert.equal(differences, 0);
  assert.ok(shredded > 0);
  assert.match((await failed("--month", month, ...words)).stderr, /no key/);
  assert.equal((await checkedLog(g)).length, log.length);
});

test("name and reason are nowhere in the clear", () => {
  for (const name of readdirSync(g.data).filter((row) => row.startsWith("journal.db")))
    for (const text of [BY, REASON])
      assert.ok(!readFileSync(join(g.data, name)).includes(text), name);
});
