// log_check.test.mjs — Job: see the log checker accept whole logs and name what was touched.
//
// Needs the tool make_log_folder; B is the build folder, as in the Makefile:
//   make tools && B=build node --test tests/wire/log_check.test.mjs
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPrivateKey, sign } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkFolder } from "./log_check.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const tool = join(process.env.B ?? join(here, "../../build"), "tools/make_log_folder");
const VKEY = "gw.example/audit+0bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const ROOT_1000 = "zWK6nxSVP6fH8XRgr2PQSMDff2lTfM/o/2biRE/4gGo=";
let top;
let copies = 0;

before(() => {
  top = mkdtempSync(join(tmpdir(), "log-check-"));
});
after(() => rmSync(top, { recursive: true, force: true }));

const made = new Map();
function whole(size) {
  if (!made.has(size)) {
    const folder = join(top, `whole-${size}`);
    execFileSync(tool, [folder, String(size)]);
    made.set(size, folder);
  }
  return made.get(size);
}

// A copy of the log of SIZE entries that a test may spoil.
function copy(size) {
  const folder = join(top, `copy-${++copies}`);
  cpSync(whole(size), folder, { recursive: true });
  return folder;
}

function edit(folder, name, change) {
  const path = join(folder, name);
  const bytes = readFileSync(path);
  writeFileSync(path, change(bytes) ?? bytes);
}

const flip = (at) => (bytes) => {
  bytes[at] ^= 1;
};
const check = (folder, options = {}) => checkFolder(folder, { vkey: VKEY, ...options });

// The attacker's side: the hashes and the log's own key (its seed is 00..1f).
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const leafOf = (text) => sha256(Buffer.of(0), Buffer.from(text));
const entryOf = (seq) => `{"seq":${seq},"ev":"view"}`;

function rootOf(leaves) {
  if (leaves.length === 1) return leaves[0];
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

function signedCheckpoint(size, root, origin = "gw.example/audit") {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const text = `${origin}\n${size}\n${root.toString("base64")}\n`;
  const id = Buffer.from("0bfd4942", "hex");
  const coded = Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString("base64");
  return `${text}\n\u2014 gw.example/audit ${coded}\n`;
}

const bundleOf = (entries) =>
  Buffer.concat(entries.flatMap((e) => [Buffer.of(e.length >> 8, e.length & 255), Buffer.from(e)]));

test("whole logs of every shape are accepted", () => {
  for (const size of [0, 1, 2, 255, 256, 257, 512, 768, 1000, 1023, 65536, 70000]) {
    const result = check(whole(size));
    assert.deepEqual(result.lines, [], `size ${size}`);
    assert.equal(result.ok, true);
    assert.equal(result.size, size);
  }
  assert.equal(check(whole(1000)).root, ROOT_1000);
});

test("our checkpoint is byte for byte what another signer makes", () => {
  const root = Buffer.from(ROOT_1000, "base64");
  assert.equal(readFileSync(join(whole(1000), "checkpoint"), "utf8"), signedCheckpoint(1000, root));
  const leaves = Array.from({ length: 1000 }, (_, i) => leafOf(entryOf(i)));
  assert.equal(rootOf(leaves).toString("base64"), ROOT_1000);
});

test("the first touched entry is named by its index", () => {
  for (const [size, name, at, entry] of [
    [1000, "tile/entries/000", 10, 0],
    [1000, "tile/entries/001", 2 + 23 * 7 + 2 * 7 + 8, 263],
    [70000, "tile/entries/273.p/112", 12, 69888],
  ]) {
    const folder = copy(size);
    edit(folder, name, flip(at));
    const result = check(folder);
    assert.equal(result.ok, false);
    assert.equal(result.firstEntry, entry);
    assert.match(result.lines.join("\n"), /the tiles do: entries were touched/);
  }
});

test("a touched tile is told from a touched entry", () => {
  const folder = copy(1000);
  edit(folder, "tile/0/002", flip(32 * 5));
  const result = check(folder);
  assert.equal(result.firstEntry, 512 + 5);
  assert.match(result.lines.join("\n"), /tiles were touched, not entries/);
  const upper = copy(70000);
  edit(upper, "tile/1/000", flip(32 * 3));
  assert.match(check(upper).lines.join("\n"), /entries 768 to 1023/);
});

test("a leaf forged in entry and tile alike does not reach the root", () => {
  for (const size of [768, 1000, 1023, 70000]) {
    for (const index of [300, size - 1]) {
      const folder = copy(size);
      const first = Math.floor(index / 256) * 256;
      const width = Math.min(256, size - first);
      const name = `${String(first / 256).padStart(3, "0")}${width < 256 ? `.p/${width}` : ""}`;
      const entries = Array.from({ length: width }, (_, i) => entryOf(first + i));
      entries[index - first] = '{"seq":0,"ev":"none"}';
      writeFileSync(join(folder, "tile/entries", name), bundleOf(entries));
      edit(folder, join("tile/0", name), (bytes) => {
        leafOf(entries[index - first]).copy(bytes, 32 * (index - first));
      });
      const result = check(folder);
      assert.equal(result.ok, false, `size ${size}, entry ${index}`);
      assert.match(result.lines.join("\n"), /do not give the signed root; nor do the tiles/);
    }
  }
});

test("truncation, missing files, swapped tiles and strangers are found", () => {
  const spoil = [
    (f) => edit(f, "tile/entries/001", (b) => b.subarray(0, b.length - 1)),
    (f) => edit(f, "tile/entries/003.p/232", (b) => Buffer.concat([b, Buffer.of(0)])),
    (f) => edit(f, "tile/0/000", (b) => b.subarray(0, b.length - 32)),
    (f) => rmSync(join(f, "tile/entries/002")),
    (f) => rmSync(join(f, "tile/1/000.p/3")),
    (f) => rmSync(join(f, "tile"), { recursive: true }),
    (f) => edit(f, "tile/0/000", () => readFileSync(join(f, "tile/0/001"))),
    (f) => edit(f, "tile/entries/000", () => readFileSync(join(f, "tile/entries/001"))),
    (f) => writeFileSync(join(f, "tile/0/004"), Buffer.alloc(8192)),
    (f) => writeFileSync(join(f, "tile/hidden"), "x"),
  ];
  for (const [row, how] of spoil.entries()) {
    const folder = copy(1000);
    how(folder);
    assert.equal(check(folder).ok, false, `row ${row}`);
  }
});

test("older partial tiles may stay, if they are the beginning of the newer", () => {
  const folder = copy(1000);
  const tile = readFileSync(join(folder, "tile/0/003.p/232"));
  mkdirSync(join(folder, "tile/0/000.p"));
  writeFileSync(join(folder, "tile/0/003.p/10"), tile.subarray(0, 320));
  const full = readFileSync(join(folder, "tile/0/000"));
  writeFileSync(join(folder, "tile/0/000.p/2"), full.subarray(0, 64));
  writeFileSync(join(folder, "tile/entries/003.p/1"), bundleOf([entryOf(768)]));
  assert.deepEqual(check(folder).lines, []);
  edit(folder, "tile/0/003.p/10", flip(0));
  assert.match(check(folder).lines.join("\n"), /003.p\/10: differs/);
});

test("no bit of the checkpoint can change", () => {
  const folder = copy(257);
  const bytes = readFileSync(join(folder, "checkpoint"));
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] ^= 1 << (bit & 7);
    writeFileSync(join(folder, "checkpoint"), changed);
    assert.equal(check(folder).ok, false, `bit ${bit}`);
  }
});

test("another key, another log, a key that does not fit its id", () => {
  const folder = whole(257);
  const other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  assert.match(check(folder, { vkey: other }).lines.join(), /not signed by example.com/);
  assert.equal(check(folder, { vkey: VKEY.replace("0bfd", "0bfe") }).ok, false);
  assert.match(check(folder, { origin: "gw.example/audit/2" }).lines.join(), /is of the log/);
  assert.equal(checkFolder(folder).ownKey, true);
  assert.equal(checkFolder(folder).ok, true);
});

test("history rewritten and signed again is found by who kept a checkpoint", () => {
  const folder = copy(200);
  const entries = Array.from({ length: 200 }, (_, i) => entryOf(i === 5 ? 5000 : i));
  const leaves = entries.map(leafOf);
  writeFileSync(join(folder, "tile/entries/000.p/200"), bundleOf(entries));
  writeFileSync(join(folder, "tile/0/000.p/200"), Buffer.concat(leaves));
  writeFileSync(join(folder, "checkpoint"), signedCheckpoint(200, rootOf(leaves)));
  assert.equal(check(folder).ok, true); // by itself it is a whole log
  const kept = (size) => [[`kept-${size}`, readFileSync(join(whole(size), "checkpoint"))]];
  assert.match(check(folder, { kept: kept(100) }).lines.join(), /history was rewritten/);
  assert.equal(check(folder, { kept: kept(2) }).ok, true); // older than the change
  assert.equal(check(whole(200), { kept: kept(100) }).ok, true);
  assert.match(check(whole(100), { kept: kept(200) }).lines.join(), /shrunk/);
});

test("the command says so in its exit code", () => {
  const run = (...args) => spawnSync(process.execPath, [join(here, "log_check.mjs"), ...args]);
  const kept = join(whole(100), "checkpoint");
  assert.equal(run(whole(257), "--vkey", VKEY, "--kept", kept).status, 0);
  assert.equal(run(whole(257), "--vkey", join(whole(1), "vkey")).status, 0);
  const folder = copy(257);
  edit(folder, "tile/entries/001.p/1", flip(4));
  const result = run(folder);
  assert.equal(result.status, 1);
  assert.match(String(result.stdout), /first touched entry: 256\n/);
  assert.equal(run(join(top, "nowhere")).status, 1);
  assert.equal(run().status, 2);
  assert.equal(run(folder, "--kept", join(top, "nowhere")).status, 2);
});
