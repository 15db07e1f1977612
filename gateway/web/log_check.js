// log_check.js — Job: signed notes, inclusion and consistency of the log, checked in this browser.
//
// PROTOCOL.md section 9; RFC 9162 section 2.1.3.2 and 2.1.4.2. WebCrypto alone: SHA-256
// everywhere, Ed25519 where the browser has it. Without Ed25519 `signature` is "unchecked", never
// true.

export class LogFault extends Error {}
function must(condition, text) {
  if (!condition) throw new LogFault(text);
}

const utf8 = (text) => new TextEncoder().encode(text);
export function fromBase64(text) {
  must(/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, "not base64");
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

async function sha256(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}
const leafHash = (entry) => sha256(Uint8Array.of(0), entry);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

// {name, id, key} of a C2SP vkey; key null: this browser has no Ed25519.
export async function readKey(vkey) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey);
  must(match, "not a verifier key");
  const typed = fromBase64(match[3]);
  must(typed.length === 33 && typed[0] === 1, "not an Ed25519 key");
  const id = (await sha256(utf8(`${match[1]}\n`), typed)).slice(0, 4);
  const hex = [...id].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  must(hex === match[2], "wrong key id");
  const key = await crypto.subtle.importKey("raw", typed.slice(1), "Ed25519", false, ["verify"])
    .catch(() => null);
  return { name: match[1], id, key };
}

async function signatureOf(text, lines, key) {
  for (const line of lines) {
    const match = /^— (\S+) (\S+)$/u.exec(line);
    if (!match || match[1] !== key.name) continue;
    const bytes = fromBase64(match[2]);
    if (!same(bytes.slice(0, 4), key.id)) continue;
    if (!key.key) return "unchecked";
    must(await crypto.subtle.verify("Ed25519", key.key, bytes.slice(4), utf8(text)),
         "the checkpoint's signature is wrong");
    return "checked";
  }
  throw new LogFault("the log's key has not signed this checkpoint");
}

// {origin, size, root, signature: "checked" or "unchecked", others: names of further signers}
export async function openCheckpoint(note, key) {
  const split = note.lastIndexOf("\n\n");
  must(split > 0, "not a signed note");
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2).split("\n").filter((line) => line !== "");
  const signature = await signatureOf(text, lines, key);
  const [origin, size, root] = text.split("\n");
  must(origin === key.name, "another log's origin");
  must(/^(0|[1-9]\d{0,15})$/.test(size), "not a size");
  must(fromBase64(root ?? "").length === 32, "not a root");
  const others = lines.map((line) => line.split(" ")[1]).filter((name) => name !== key.name);
  return { origin, size: Number(size), root: fromBase64(root), signature, others };
}

// RFC 9162 section 2.1.3.2. INDEX counts from 0.
export async function checkInclusion(entry, index, checkpoint, proof) {
  must(index < checkpoint.size, "not in this tree");
  let fn = index;
  let sn = checkpoint.size - 1;
  let hash = await leafHash(entry);
  for (const node of proof) {
    must(sn !== 0, "the proof is too long");
    if (fn % 2 === 1 || fn === sn) {
      hash = await nodeHash(node, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else hash = await nodeHash(hash, node);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  must(sn === 0 && same(hash, checkpoint.root), "the entry is not in the log as it was signed");
}

// RFC 9162 section 2.1.4.2: OLDER and NEWER are {size, root}.
export async function checkConsistency(older, newer, given) {
  must(older.size <= newer.size, "the log has become shorter");
  if (older.size === newer.size) {
    must(given.length === 0 && same(older.root, newer.root), "two roots of one size");
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
      fr = await nodeHash(node, fr);
      sr = await nodeHash(node, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else sr = await nodeHash(sr, node);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  must(sn === 0, "the proof is too short");
  must(same(fr, older.root), "what was there before is not what it was");
  must(same(sr, newer.root), "the proof does not lead to the new root");
}

export const hashesOf = (text) => (text ?? "").split("\n").filter((line) => line !== "")
  .map(fromBase64);

// An offline receipt (c2sp.org/tlog-proof@v1) of the entry whose bytes are LEAF.
export async function checkReceipt(leaf, text, key) {
  const split = text.indexOf("\n\n");
  const [head, index, ...hashes] = text.slice(0, split).split("\n");
  must(head === "c2sp.org/tlog-proof@v1", "not a tlog-proof");
  const number = /^index (0|[1-9]\d{0,15})$/.exec(index);
  must(number, "no index");
  const checkpoint = await openCheckpoint(text.slice(split + 2), key);
  await checkInclusion(leaf, Number(number[1]), checkpoint, hashes.map(fromBase64));
  return { index: Number(number[1]), checkpoint };
}

// Keeps the newest checkpoint that it has verified, for as long as this page lives. What does not
// fit is kept beside it, and never forgotten.
export class PageWitness {
  constructor() {
    this.kept = { size: 0, root: null, note: "" };
    this.fault = null; // {text, note, at}: the log contradicts itself
    this.at = null;
    this.turn = Promise.resolve();
  }

  trust(vkey) {
    this.vkey ??= vkey;
    if (this.vkey !== vkey) this.fault ??= { text: "the log's key has changed", note: vkey };
    this.key ??= readKey(vkey);
  }

  // One after the other: the second proof starts where the first one ended.
  take(body, at) {
    this.turn = this.turn.then(() => this.check(body, at)).catch((error) => {
      this.fault ??= { text: error.message, note: body.note, at };
    });
    return this.turn;
  }

  async check({ note, old_size: oldSize = 0, proof }, at) {
    must(this.key, "no key of the log");
    const newer = await openCheckpoint(note, await this.key);
    if (newer.size < this.kept.size) return; // another node may lag
    if (this.kept.size !== 0) {
      const known = newer.size === this.kept.size;
      must(known || oldSize === this.kept.size,
           `a proof from ${oldSize}, kept is ${this.kept.size}`);
      await checkConsistency(this.kept, newer, known ? [] : hashesOf(proof));
    }
    this.kept = { ...newer, note };
    this.at = at;
  }
}
