// view.mjs — Job: put sealed sections together and open them (PROTOCOL.md section 8).
import { createDecipheriv, createHash } from "node:crypto";
import { canonical } from "./message.mjs";

export const rightOf = ({ view, grant = "" }) => `${view}/${grant}`;

// One view under one right: header, pieces, sealed sections, keys.
export class SealedView {
  constructor(case_, header) {
    this.case = case_;
    this.header = header;
    this.pieces = new Map((header.sections ?? []).map((row) => [row.section, []]));
    this.keys = new Map();
    this.checked = new Map(); // sections that are whole
    this.gone = false;
  }

  addPiece({ section, piece, pieces, bytes }) {
    const row = this.row(section);
    if (!row || row.pieces !== pieces) throw new Error(`a piece of ${section} that does not fit`);
    this.pieces.get(section)[piece] = Buffer.from(bytes, "base64");
  }

  row(section) {
    return (this.header.sections ?? []).find((r) => r.section === section);
  }

  sealed(section) {
    if (this.checked.has(section)) return this.checked.get(section);
    const row = this.row(section);
    const parts = this.pieces.get(section);
    if (parts.filter(Boolean).length !== row.pieces) return null;
    const bytes = Buffer.concat(parts);
    if (bytes.length !== row.bytes) throw new Error(`${section}: wrong size`);
    const hash = createHash("sha256").update(bytes).digest("base64");
    if (hash !== row.hash) throw new Error(`${section}: wrong hash`);
    this.checked.set(section, bytes);
    return bytes;
  }

  get whole() {
    return !this.gone && [...this.pieces.keys()].every((section) => this.sealed(section) !== null);
  }

  addKeys(keys) {
    for (const { section, key } of keys) this.keys.set(section, Buffer.from(key, "base64"));
  }

  // { state, content, files } of a section whose key is here.
  open(section) {
    const key = this.keys.get(section);
    if (!key) throw new Error(`no key of ${section}`);
    return openSealed(this.sealed(section), key, this.header.view, section);
  }

  wipe() {
    this.gone = true;
    this.pieces.clear();
    this.checked.clear();
    this.keys.clear();
  }
}

// A sealed section's size says little about what is in it (section 8 of PROTOCOL.md).
const PAD = 4096;

export function openSealed(sealed, key, view, section) {
  const cipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
  cipher.setAAD(Buffer.from(`sakiyomi.v1/section/${view}/${section}`, "ascii"));
  cipher.setAuthTag(sealed.subarray(sealed.length - 16));
  const plain = Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
  if (plain.length % PAD !== 0) throw new Error(`${section}: ${plain.length} bytes tell something`);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(plain).replace(/ +$/, "");
  const value = JSON.parse(text);
  if (canonical(value) !== text) throw new Error(`${section}: not canonical JSON`);
  return value;
}
