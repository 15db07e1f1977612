// 23-console-log_test.mjs — Job: the browser's check of the log: what holds, and what may not.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { checkConsistency, checkInclusion, checkReceipt, fromBase64, hashesOf, LogFault,
         openCheckpoint, PageWitness, readKey, toBase64 } from "../../gateway/web/log_check.js";

const sha = (...parts) => parts.reduce((h, part) => h.update(part), createHash("sha256")).digest();
const leaf = (entry) => sha(Buffer.of(0), entry);
const node = (a, b) => sha(Buffer.of(1), a, b);
const split = (n) => { let k = 1; while (k * 2 < n) k *= 2; return k; };

// RFC 6962 section 2.1, by its own words: recursive, and nothing like what is tried here.
function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return node(root(leaves.slice(0, k)), root(leaves.slice(k)));
}
function path(m, leaves) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k ? [...path(m, leaves.slice(0, k)), root(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), root(leaves.slice(0, k))];
}
function consistency(m, leaves, whole = true) {
  if (m === leaves.length) return whole ? [] : [root(leaves)];
  const k = split(leaves.length);
  return m <= k ? [...consistency(m, leaves.slice(0, k), whole), root(leaves.slice(k))]
    : [...consistency(m - k, leaves.slice(k), false), root(leaves.slice(0, k))];
}

const entries = Array.from({ length: 70 }, (_, i) => Buffer.from(`entry ${i}`));
const leaves = entries.map(leaf);
const tree = (size) => ({ size, root: new Uint8Array(root(leaves.slice(0, size))) });
const bytes = (list) => list.map((one) => new Uint8Array(one));
const flip = (list, i) => list.map((one, j) =>
  (i === j ? one.map((b, k) => (k ? b : b ^ 1)) : one));
const faulty = (promise, what) => assert.rejects(promise,
  (error) => error instanceof LogFault, what);

test("inclusion holds for every entry of every size, and for no other", async () => {
  for (const size of [1, 2, 3, 7, 8, 9, 31, 64, 65, 70])
    for (let i = 0; i < size; i++) {
      const proof = bytes(path(i, leaves.slice(0, size)));
      await checkInclusion(entries[i], i, tree(size), proof);
      await faulty(checkInclusion(Buffer.from("forged"), i, tree(size), proof));
      if (size > 1) await faulty(checkInclusion(entries[i], i, tree(size), proof.slice(1)));
      await faulty(checkInclusion(entries[i], i, tree(size), [...proof, proof[0] ?? leaves[0]]));
      if (size > 2) await faulty(checkInclusion(entries[i], (i + 1) % size, tree(size), proof),
                                 `${i} of ${size} under another number`);
      for (let j = 0; j < proof.length; j++)
        await faulty(checkInclusion(entries[i], i, tree(size), flip(proof, j)));
    }
  await faulty(checkInclusion(entries[5], 5, tree(5), []), "beyond the end");
});

test("consistency holds between all sizes, and fails with any other root or hash", async () => {
  for (const old of [1, 2, 3, 4, 6, 8, 33, 64, 70])
    for (let size = old; size <= 70; size += size % 8 === 0 ? 1 : 3) {
      const proof = bytes(consistency(old, leaves.slice(0, size)));
      await checkConsistency(tree(old), tree(size), proof);
      const other = { size: old, root: new Uint8Array(32) };
      await faulty(checkConsistency(other, tree(size), proof), `${old} in ${size}`);
      for (let j = 0; j < proof.length; j++)
        await faulty(checkConsistency(tree(old), tree(size), flip(proof, j)));
    }
  await faulty(checkConsistency(tree(9), tree(8), []), "shorter");
  await faulty(checkConsistency(tree(3), tree(9), []), "no proof");
});

const NAME = "wire.test/audit";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const typed = Buffer.concat([Buffer.of(1), publicKey.export({ format: "der", type: "spki" })
  .subarray(-32)]);
const keyId = sha(`${NAME}\n`, typed).subarray(0, 4);
const vkey = `${NAME}+${keyId.toString("hex")}+${typed.toString("base64")}`;
function noteOf(size, { name = NAME, origin = NAME, key = privateKey, id = keyId } = {}) {
  const text = `${origin}\n${size}\n${toBase64(tree(size).root)}\n`;
  const line = Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString("base64");
  return `${text}\n— ${name} ${line}\n`;
}

test("a checkpoint is taken with the log's own signature only", async () => {
  const key = await readKey(vkey);
  const good = await openCheckpoint(noteOf(9), key);
  assert.deepEqual([good.origin, good.size, good.signature], [NAME, 9, "checked"]);
  const other = generateKeyPairSync("ed25519").privateKey;
  for (const [bad, why] of [[noteOf(9, { key: other }), "another key"],
    [noteOf(9, { name: "other" }), "another name"], [noteOf(9, { origin: "other" }), "origin"],
    [noteOf(9, { id: Buffer.alloc(4) }), "key id"], [noteOf(9).replace("\n9\n", "\n8\n"), "size"],
    [noteOf(9).replace("\n\n", "\n"), "no signature"], ["", "empty"]])
    await faulty(openCheckpoint(bad, key), why);
  const two = `${noteOf(9)}— witness.example AAAA\n`;
  assert.deepEqual((await openCheckpoint(two, key)).others, ["witness.example"]);
});

test("a key that does not belong to its name is no key", async () => {
  await faulty(readKey(vkey.replace(NAME, "other")));
  await faulty(readKey(vkey.replace("+", "-")));
  await faulty(readKey(`${NAME}+00000000+${typed.toString("base64")}`));
});

test("without Ed25519 in the browser the signature is unchecked, and said so", async () => {
  const key = { ...await readKey(vkey), key: null };
  assert.equal((await openCheckpoint(noteOf(9), key)).signature, "unchecked");
  await faulty(openCheckpoint(noteOf(9, { id: Buffer.alloc(4) }), key));
});

test("an offline receipt proves its entry and no other", async () => {
  const proof = path(20, leaves.slice(0, 50)).map((hash) => `${hash.toString("base64")}\n`)
    .join("");
  const text = `c2sp.org/tlog-proof@v1\nindex 20\n${proof}\n${noteOf(50)}`;
  const key = await readKey(vkey);
  assert.equal((await checkReceipt(entries[20], text, key)).index, 20);
  await faulty(checkReceipt(entries[21], text, key));
  await faulty(checkReceipt(entries[20], text.replace("index 20", "index 21"), key));
  await faulty(checkReceipt(entries[20], text.replace("@v1", "@v2"), key));
});

test("the page's witness goes on from what it keeps; no contradiction is forgotten", async () => {
  const witness = new PageWitness();
  witness.trust(vkey);
  const body = (old, size, list = leaves) => ({ note: noteOf(size), old_size: old,
    proof: old ? consistency(old, list.slice(0, size)).map((h) => h.toString("base64"))
      .join("\n") : "" });
  await witness.take(body(0, 5), "t1");
  await witness.take(body(5, 40), "t2");
  assert.deepEqual([witness.kept.size, witness.at, witness.fault], [40, "t2", null]);
  await witness.take(body(5, 20), "t3");
  assert.deepEqual([witness.kept.size, witness.fault], [40, null], "an older one is no alarm");
  await witness.take({ ...body(40, 60), proof: "" }, "t4");
  assert.match(witness.fault.text, /proof/);
  assert.equal(witness.kept.size, 40, "never overwritten");
  await witness.take(body(40, 70), "t5");
  assert.ok(witness.fault, "a named person closes it, not the next checkpoint");
  witness.trust(`${vkey}x`);
  assert.ok(witness.fault);
});

test("base64 is strict", () => {
  for (const bad of ["a", "ab=c", "a b=", "ab", "====="])
    assert.throws(() => fromBase64(bad), LogFault, bad);
  assert.deepEqual(hashesOf("\n"), []);
});
