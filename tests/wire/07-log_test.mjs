// 07-log_test.mjs — Job: clients as witnesses, offline receipts, and the exported log checked.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { readEntries } from "./lib/export.mjs";
import { world } from "./lib/gateway.mjs";
import { newId } from "./lib/message.mjs";
import { Case, refused } from "./lib/story.mjs";
import { checkReceipt } from "./lib/witness.mjs";
import { checkFolder } from "./log_check.mjs";

const run = promisify(execFile);
const hasSqlite = await run("sqlite3", ["-version"]).then(() => true, () => false);

let g;
let c;
let opened; // seq of the opening at hospital A
let kept; // a checkpoint that a hospital box kept before the restart

before(async () => {
  g = await world({ cards: 40 });
  c = new Case(g.onCar);
  const sealed = await c.untilDelivered(g.cards.find((one) => one.patient === 0), g.boxA);
  const keys = await g.atA.open(c.id, sealed.header, ["person", "medications"]);
  opened = keys.seq;
});
after(() => g.end());

const exported = (name) => join(g.dir, name);
const proofOf = async (device, entry) => {
  const id = newId();
  return (await device.again(id, JSON.stringify({ type: "proof_ask", id, body: { entry } }),
    ["proof"])).frame.body;
};

test("every delivery carried the newest checkpoint, consistent with the last", async () => {
  await g.boxA.settle();
  for (const device of [g.car, g.boxA]) {
    assert.ok(device.witness.notes >= 2, `${device.name}: ${device.witness.notes} checkpoints`);
    assert.ok(device.witness.kept.size > 10);
  }
  assert.ok(g.boxA.witness.kept.size >= opened, "the opening stands in what the box has seen");
});

test("the receipt of an opening verifies offline, with the log's key alone", async () => {
  const proof = await proofOf(g.boxA, opened);
  const entry = Buffer.from(proof.leaf, "base64");
  const { index, checkpoint } = checkReceipt(entry, proof.text, g.logKey);
  assert.ok(checkpoint.size > index);
  const leaf = JSON.parse(entry);
  assert.deepEqual([leaf.type, leaf.person, leaf.hospital, leaf.seq],
    ["opened", g.nurseA.id, g.orgA, opened]);
  assert.deepEqual(leaf.sections, ["person", "medications"]);
  const forged = Buffer.from(entry.toString().replace("medications", "medicationz"));
  assert.throws(() => checkReceipt(forged, proof.text, g.logKey), /does not fit/);
  const moved = proof.text.replace(`index ${index}`, `index ${index - 1}`);
  assert.throws(() => checkReceipt(entry, moved, g.logKey));
});

test("an organisation gets proofs of what concerns it, and of nothing else", async () => {
  await proofOf(g.car, opened);
  await refused(proofOf(g.boxB, opened), "ERR_NOT_FOUND");
  await refused(proofOf(g.boxA, 1000000), "ERR_NOT_FOUND");
});

test("after a restart the log goes on: a witness finds it consistent, whoever asks", async () => {
  kept = { ...g.boxA.witness.kept };
  const size = g.car.witness.kept.size;
  await g.stop("SIGKILL");
  await g.start();
  for (const device of [g.car, g.car2, g.boxA, g.boxB]) {
    await device.whenClosed();
    await device.connect();
  }
  await g.car.resume(g.onCar);
  await g.boxA.resume(g.atA);
  await c.ask("vitals", { at: new Date().toISOString(), pulse: 70 });
  await g.car.cut();
  await g.car.connect();
  await g.car.resume(g.onCar);
  assert.ok(g.car.witness.kept.size > size);
  assert.deepEqual(g.car.faults, []);
});

test("`audit verify` finds the log clean, beside the running gateway", async () => {
  const report = JSON.parse(await g.command("audit", "verify"));
  assert.equal(report.size, report.checked);
  assert.ok(report.payloads > 0 && report.shredded === 0);
});

test("`audit export` is a C2SP log folder that another program finds whole", async () => {
  await g.command("audit", "export", "--out", exported("log"));
  const result = checkFolder(exported("log"), { vkey: g.logKey });
  assert.deepEqual([result.ok, result.lines], [true, []]);
  const { stdout } = await run("node", [join(import.meta.dirname, "log_check.mjs"),
    exported("log"), "--vkey", g.logKey, "--origin", "wire.test/audit", "--kept",
    join(g.data, "checkpoint")]);
  assert.ok(stdout.length > 0);
});

// `audit verify --against`: its status and what it said.
async function against(path, ...more) {
  const end = await g.command("audit", "verify", "--against", path, ...more)
    .then((stdout) => ({ code: 0, stdout }), (error) => error);
  return { ...end, ...JSON.parse(end.stdout) };
}

test("`audit verify --against` finds the log as it was exported, or what is wrong", async () => {
  for (const path of [exported("log"), join(exported("log"), "events.jsonl")]) {
    const { code, against: found } = await against(path, "--checkpoint",
      join(exported("log"), "checkpoint"));
    assert.equal(code, 0);
    assert.equal(found.proved, found.entries);
    assert.deepEqual([found.first, found.changed, found.missing, found.inserted], [0, 0, 0, 0]);
  }
  writeFileSync(exported("nonsense"), "{}\n");
  const { code, stderr, against: found } = await against(exported("nonsense"));
  assert.deepEqual([code, found.line, found.entries], [3, 1, 0]);
  assert.match(stderr, /the export itself/);
});

test("the entries tell the story in order, and nothing that was found", () => {
  const entries = readEntries(exported("log"));
  entries.forEach((entry, i) => assert.equal(entry.seq, i + 1));
  const types = entries.filter((entry) => entry.case === c.id).map((entry) => entry.type);
  const story = ["case_opened", "card_check_asked", "card_read", "ground_recorded", "fetch_asked",
    "view_fetched", "identity_checked", "inquiry_asked", "answered", "destination_set",
    "ground_recorded", "grant_issued", "delivered", "opened"];
  let at = 0;
  for (const type of types) if (type === story[at]) at++;
  assert.equal(at, story.length, `missing ${story[at]} in ${types}`);
  const person = c.sealed.open("person").content;
  const text = entries.map((entry) => entry.bytes.toString("utf8")).join("\n");
  for (const word of [person.name, person.kana, person.birth_date, person.insured_number, "胸が痛い",
    g.nurseA.name, g.nurseA.login]) assert.ok(!text.includes(word), word);
  const aliases = new Set(entries.filter((e) => e.type === "opened").map((e) => e.alias));
  assert.equal(aliases.size, 1);
});

test("`audit prove` writes the same receipt for whoever has no device", async () => {
  const text = await g.command("audit", "prove", "--entry", String(opened));
  const entry = readEntries(exported("log"))[opened - 1].bytes;
  assert.equal(checkReceipt(entry, text, g.logKey).index, opened - 1);
});

test("an exported folder with one changed byte is found out, and the entry is named", async () => {
  await g.command("audit", "export", "--out", exported("bad"));
  const entries = readEntries(exported("bad"));
  const folder = exported("bad");
  const bundle = join(folder, "tile/entries", entries.length < 256
    ? `000.p/${entries.length}` : "000");
  const bytes = readFileSync(bundle);
  const at = bytes.indexOf(Buffer.from('"type":"opened"'));
  bytes[at + 9] ^= 1;
  writeFileSync(bundle, bytes);
  const result = await run("node", [join(import.meta.dirname, "log_check.mjs"), folder,
    "--vkey", g.logKey]).then(() => null, (error) => error);
  assert.equal(result?.code, 1);
  assert.match(result.stdout + result.stderr, new RegExp(`entry ${opened - 1}|${opened - 1}`));
});

test("the stored states are the fold of the journal", async () => {
  await g.stop("SIGTERM");
  const report = JSON.parse(await g.command("audit", "rebuild", "--compare"));
  assert.equal(report.differences, 0);
  assert.ok(report.events > 10 && report.aggregates > 5);
});

test("a month's key is listed, and not destroyed before the month is over", async () => {
  const lines = (await g.command("keys", "list")).trim().split("\n");
  const listed = lines.map((line) => JSON.parse(line));
  const month = new Date().toISOString().slice(0, 7);
  assert.ok(listed.some((row) => row.month === month), JSON.stringify(listed));
  for (const [wrong, why] of [[month, /not over/], ["2019-12", /no key/], ["2019-13", /YYYY-MM/]])
    await assert.rejects(g.command("keys", "destroy", "--month", wrong, "--by", "試験", "--reason",
      "試験"), why);
  const again = JSON.parse(await g.command("audit", "rebuild", "--compare"));
  assert.equal(again.differences + again.shredded, 0);
});

test("a database that was altered by hand is found out by `audit verify`, entry and all",
  { skip: hasSqlite ? false : "no sqlite3 program" }, async () => {
    const db = join(g.data, "journal.db");
    g.altered = true;
    assert.ok(existsSync(db));
    const { stdout: tables } = await run("sqlite3", [db, ".schema"]);
    const match = /CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?\s*\([^;]*?\bleaf\b/.exec(tables);
    assert.ok(match, tables);
    await run("sqlite3", [db, `UPDATE ${match[1]} SET leaf = CAST(replace(CAST(leaf AS TEXT), ` +
      `'"type":"opened"', '"type":"openee"') AS BLOB) WHERE seq = ${opened};`]);
    const error = await g.command("audit", "verify").then(() => null, (e) => e);
    assert.equal(error?.code, 3);
    assert.equal(JSON.parse(error.stdout).first, opened);
    const compared = await against(exported("log"));
    assert.equal(compared.code, 3);
    const { finding, first, type, changed, missing, inserted, proved } = compared.against;
    assert.deepEqual([finding, first, type, changed, missing, inserted],
      ["an entry was changed", opened, "opened", 1, 0, 0]);
    assert.ok(proved > opened);
    assert.match(compared.stderr, new RegExp(`記録 ${opened}（opened、20.*entry ${opened} `));
  });

test("a log that lost its newest entries is refused by a witness", () => {
  const older = { ...kept, size: kept.size + 100000 };
  assert.throws(() => {
    const witness = g.boxA.witness;
    witness.kept = older;
    witness.take({ note: readFileSync(join(g.data, "checkpoint"), "utf8"), old_size: older.size });
  }, /shorter/);
});
