// witness.mjs — Job: signed notes, consistency and inclusion proofs (PROTOCOL.md section 9).
import { createHash, createPublicKey, verify } from "node:crypto";

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

function must(condition, text) {
  if (!condition) throw new Error(text);
}

function base64(text) {
  const bytes = Buffer.from(text, "base64");
  must(bytes.toString("base64") === text, `not base64: ${text}`);
  return bytes;
}

export function readKey(vkey) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey);
  must(match, "not a verifier key");
  const typed = base64(match[3]);
  must(typed.length === 33 && typed[0] === 1, "not an Ed25519 key");
  must(sha256(match[1], "\n", typed).subarray(0, 4).toString("hex") === match[2], "wrong key id");
  const x = typed.subarray(1).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return { name: match[1], id: match[2], key };
}

// { origin, size, root } of a checkpoint that `key` has signed.
export function openCheckpoint(note, key) {
  const split = note.indexOf("\n\n");
  must(split > 0, "not a note");
  const text = note.slice(0, split + 1);
  const good = note.slice(split + 2).split("\n").some((line) => {
    const match = /^— (\S+) (\S+)$/u.exec(line);
    const bytes = match ? base64(match[2]) : Buffer.alloc(0);
    return match && match[1] === key.name && bytes.subarray(0, 4).toString("hex") === key.id &&
      verify(null, Buffer.from(text), key.key, bytes.subarray(4));
  });
  must(good, "the checkpoint's signature is wrong");
  const [origin, size, root] = text.split("\n");
  must(origin === key.name, "another log's origin");
  must(/^(0|[1-9]\d*)$/.test(size), "not a size");
  return { origin, size: Number(size), root: base64(root) };
}

// RFC 9162 section 2.1.3.2.
export function checkInclusion(entry, index, checkpoint, proof) {
  must(index < checkpoint.size, "not in this tree");
  let fn = index;
  let sn = checkpoint.size - 1;
  let hash = leafHash(entry);
  for (const node of proof) {
    must(sn !== 0, "the proof is too long");
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(node, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else hash = nodeHash(hash, node);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  must(sn === 0 && hash.equals(checkpoint.root), "the inclusion proof does not fit");
}

// RFC 9162 section 2.1.4.2.
export function checkConsistency(older, newer, given) {
  must(older.size <= newer.size, "the log has become shorter");
  if (older.size === newer.size) {
    must(given.length === 0 && older.root.equals(newer.root), "two roots of one size");
    return;
  }
  if (older.size === 0) return;
  const proof = [...given];
  if (Number.isInteger(Math.log2(older.size))) proof.unshift(older.root);
  must(proof.length > 0, "no proof");
  let fn = older.size - 1;
  let sn = newer.size - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let fr = proof[0];
  let sr = proof[0];
  for (const node of proof.slice(1)) {
    must(sn !== 0, "the proof is too long");
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(node, fr);
      sr = nodeHash(node, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else sr = nodeHash(sr, node);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  must(sn === 0, "the proof is too short");
  must(fr.equals(older.root), "what was there before is not what it was");
  must(sr.equals(newer.root), "the proof does not lead to the new root");
}

// Keeps the newest checkpoint that it has verified; throws when the log does not go on from it.
export class Witness {
  constructor() {
    this.kept = { size: 0, root: sha256() };
    this.notes = 0;
  }

  trust(vkey) {
    must(!this.vkey || this.vkey === vkey, "the log's key has changed");
    this.vkey = vkey;
    this.key = readKey(vkey);
  }

  take({ note, old_size: oldSize = 0, proof = "" }) {
    const newer = openCheckpoint(note, this.key);
    const hashes = proof.split("\n").filter((line) => line !== "").map(base64);
    if (oldSize !== 0 || this.kept.size === 0) {
      must(oldSize === this.kept.size, `a proof from ${oldSize}, we keep ${this.kept.size}`);
      checkConsistency(this.kept, newer, hashes);
    } else must(false, `no proof from ${this.kept.size}`);
    this.kept = newer;
    this.notes++;
  }
}

// An offline receipt: { entry: Buffer, text } and the log's key, nothing else.
export function checkReceipt(entry, text, vkey) {
  const split = text.indexOf("\n\n");
  const [head, index, ...hashes] = text.slice(0, split).split("\n");
  must(head === "c2sp.org/tlog-proof@v1", "not a tlog-proof");
  const number = /^index (0|[1-9]\d*)$/.exec(index);
  must(number, "no index");
  const checkpoint = openCheckpoint(text.slice(split + 2), readKey(vkey));
  checkInclusion(entry, Number(number[1]), checkpoint, hashes.map(base64));
  return { index: Number(number[1]), checkpoint };
}
