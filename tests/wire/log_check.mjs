// log_check.mjs — Job: check an exported log folder with code that shares none with the gateway.
//
//   node tests/wire/log_check.mjs FOLDER [--vkey KEY-OR-FILE] [--origin NAME] [--kept FILE]...
//
// FOLDER holds `checkpoint`, `vkey` and `tile/...` exactly as C2SP tlog-tiles names them. Every
// tile is computed again from the entries, up to the root, and the signature is verified. Exit
// code 0: the log is whole; 1: it is not, and each finding is one line; 2: the command is wrong.
//
// A key that lies beside the log proves only that the folder fits together: give --vkey a key
// from elsewhere. --kept takes an older signed checkpoint that somebody else kept (a tablet, a
// hospital box, a neighbour); the log must still begin with the tree that it states.
//
// Plain Node.js (18 or later), no packages. It can also be imported: see checkFolder.
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const WIDTH = 256;
const HASH = 32;
const FINDINGS_MAX = 20; // a log that is wrong everywhere need not be listed

const sha256 = (...parts) => {
  const h = createHash("sha256");
  for (const part of parts) h.update(part);
  return h.digest();
};
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

class Finding extends Error {}
const refuse = (text) => {
  throw new Finding(text);
};

// Base64 in its one spelling; Buffer.from alone forgives nearly everything.
function base64(text, what) {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) refuse(`${what}: not base64`);
  return bytes;
}

// name+hex8+base64(type, key): what the id says must follow from the rest.
function parseVkey(text) {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text.trim());
  if (!match) refuse("vkey: not a verifier key");
  const [, name, id, coded] = match;
  const typed = base64(coded, "vkey");
  if (typed.length !== 1 + HASH || typed[0] !== 1) refuse("vkey: not an Ed25519 key");
  const expected = sha256(name, "\n", typed).subarray(0, 4).toString("hex");
  if (expected !== id) refuse(`vkey: its id is ${id} and should be ${expected}`);
  const x = typed.subarray(1).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return { name, id, key };
}

// A signed note: text, empty line, signature lines. Returns the text that the known key has signed.
function openNote(bytes, vkey, what) {
  const note = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  if (/[\0-\x09\x0b-\x1f]/.test(note)) refuse(`${what}: control characters`);
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n") || split + 2 >= note.length) {
    refuse(`${what}: not a signed note`);
  }
  const text = note.slice(0, split + 1);
  let signed = false;
  for (const line of note.slice(split + 2, -1).split("\n")) {
    const match = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line);
    if (!match) refuse(`${what}: a line that is no signature`);
    const signature = base64(match[2], what);
    if (signature.length < 5) refuse(`${what}: a signature that is too short`);
    if (match[1] !== vkey.name || signature.subarray(0, 4).toString("hex") !== vkey.id) continue;
    if (!verify(null, Buffer.from(text), vkey.key, signature.subarray(4))) {
      refuse(`${what}: the signature of ${vkey.name} is wrong`);
    }
    signed = true;
  }
  if (!signed) refuse(`${what}: not signed by ${vkey.name}+${vkey.id}`);
  return text;
}

function readCheckpoint(bytes, vkey, what) {
  const lines = openNote(bytes, vkey, what).split("\n");
  const [origin, size, root] = lines;
  if (lines.length < 4 || !origin || !/^(0|[1-9][0-9]{0,14})$/.test(size)) {
    refuse(`${what}: not a checkpoint`);
  }
  if (lines.slice(3, -1).includes("")) refuse(`${what}: an empty extension line`);
  const hash = base64(root, what);
  if (hash.length !== HASH) refuse(`${what}: not a checkpoint`);
  return { origin, size: Number(size), root: hash };
}

function tilePath(kind, index, width) {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g);
  const last = groups.pop();
  const name = ["tile", String(kind), ...groups.map((g) => `x${g}`), last].join("/");
  return width === WIDTH ? name : `${name}.p/${width}`;
}

// What may be read of a file, or null when it is missing, no plain file, or of another size.
function readExact(folder, name, size, findings) {
  const path = join(folder, name);
  if (!existsSync(path) || !lstatSync(path).isFile()) {
    findings.add(`${name}: missing`);
    return null;
  }
  const bytes = readFileSync(path);
  if (size === null || bytes.length === size) return bytes;
  findings.add(`${name}: ${bytes.length} bytes, should be ${size}`);
  return null;
}

// The entries of a bundle: two bytes of length, then that many.
function splitBundle(bytes, width) {
  const entries = [];
  let at = 0;
  while (entries.length < width && at + 2 <= bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) break;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return { entries, whole: entries.length === width && at === bytes.length };
}

// The root of any number of hashes, taken level by level; an odd last one moves up as it is.
function rootOf(hashes) {
  let row = hashes;
  if (row.length === 0) return sha256();
  while (row.length > 1) {
    const next = [];
    for (let i = 0; i < row.length; i += 2) {
      next.push(i + 1 < row.length ? nodeHash(row[i], row[i + 1]) : row[i]);
    }
    row = next;
  }
  return row[0];
}

// Collects what is wrong, and which entry is the first that does not fit its tile.
class Findings {
  constructor() {
    this.lines = [];
    this.count = 0;
    this.firstEntry = null;
  }
  add(line) {
    this.count++;
    if (this.lines.length < FINDINGS_MAX) this.lines.push(line);
  }
  entry(index, line) {
    if (this.firstEntry === null || index < this.firstEntry) this.firstEntry = index;
    this.add(line);
  }
}

// Reads every entry bundle once; gives the leaf hashes. A place that cannot be read gives null.
function readLeaves(folder, size, findings, names) {
  const leaves = [];
  for (let first = 0; first < size; first += WIDTH) {
    const width = Math.min(WIDTH, size - first);
    const name = tilePath("entries", first / WIDTH, width);
    names.add(name);
    const bytes = readExact(folder, name, null, findings);
    const { entries, whole } = splitBundle(bytes ?? Buffer.alloc(0), width);
    for (let i = 0; i < width; i++) leaves.push(i < entries.length ? leafHash(entries[i]) : null);
    const bad = first + Math.min(entries.length, width - 1);
    if (!whole) findings.entry(bad, `${name}: damaged from entry ${bad} on`);
  }
  return leaves;
}

// Compares one level of tiles with the hashes computed from the entries; null was not computable.
function compareLevel(folder, level, hashes, findings, names) {
  for (let first = 0; first < hashes.length; first += WIDTH) {
    const width = Math.min(WIDTH, hashes.length - first);
    const name = tilePath(level, first / WIDTH, width);
    names.add(name);
    const tile = readExact(folder, name, width * HASH, findings);
    if (tile) compareTile(name, tile, level, hashes.slice(first, first + width), first, findings);
  }
}

function compareTile(name, tile, level, computed, first, findings) {
  for (let i = 0; i < computed.length; i++) {
    const stored = tile.subarray(i * HASH, (i + 1) * HASH);
    if (computed[i] === null || computed[i].equals(stored)) continue;
    const span = WIDTH ** level;
    const entry = (first + i) * span;
    if (level === 0) findings.entry(entry, `entry ${entry}: does not fit its hash in ${name}`);
    else findings.add(`entries ${entry} to ${entry + span - 1}: do not fit their hash in ${name}`);
  }
}

// The hashes of the next level: one for each full tile. A tile with a hole has no hash.
function levelAbove(hashes) {
  const above = [];
  for (let end = WIDTH; end <= hashes.length; end += WIDTH) {
    const tile = hashes.slice(end - WIDTH, end);
    above.push(tile.includes(null) ? null : rootOf(tile));
  }
  return above;
}

// Whether the stored tiles, by themselves, still give the signed root: then it is an entry that was
// touched, and not the tree.
function storedRoot(folder, size) {
  const leaves = [];
  for (let first = 0; first < size; first += WIDTH) {
    const width = Math.min(WIDTH, size - first);
    const name = tilePath(0, first / WIDTH, width);
    const tile = readExact(folder, name, width * HASH, new Findings());
    if (!tile) return null;
    for (let i = 0; i < width; i++) leaves.push(tile.subarray(i * HASH, (i + 1) * HASH));
  }
  return rootOf(leaves);
}

// Files below tile/ that the checkpoint does not ask for. Older partial tiles are legal; they must
// be the beginning of what replaced them. Anything else has no place in an export.
function checkStrangers(folder, names, findings) {
  const top = join(folder, "tile");
  if (!existsSync(top)) return;
  for (const item of readdirSync(top, { recursive: true, withFileTypes: true })) {
    if (item.isDirectory()) continue;
    const name = relative(folder, join(item.parentPath ?? item.path, item.name));
    if (!names.has(name)) checkStranger(folder, name, names, findings);
  }
}

const PARTIAL = /^(tile\/(?:entries|[0-9]{1,2})\/(?:x[0-9]{3}\/)*[0-9]{3})\.p\/([1-9][0-9]{0,2})$/;

function checkStranger(folder, name, names, findings) {
  const match = PARTIAL.exec(name);
  const current = match && [...partialNames(match[1])].find((n) => names.has(n));
  if (!current || !lstatSync(join(folder, name)).isFile()) {
    findings.add(`${name}: does not belong to this log`);
    return;
  }
  const old = readFileSync(join(folder, name));
  const width = Number(match[2]);
  const now = readExact(folder, current, null, new Findings()) ?? Buffer.alloc(0);
  const isBundle = name.startsWith("tile/entries/");
  const sized = isBundle ? splitBundle(old, width).whole : old.length === width * HASH;
  if (!sized || !old.equals(now.subarray(0, old.length))) {
    findings.add(`${name}: differs from ${current}`);
  }
}

function* partialNames(full) {
  yield full;
  for (let width = WIDTH - 1; width > 0; width--) yield `${full}.p/${width}`;
}

// Older checkpoints kept elsewhere: the log must still begin with each of their trees.
function checkKept(kept, vkey, now, leaves, findings) {
  for (const [name, bytes] of kept) {
    const old = readCheckpoint(bytes, vkey, name);
    const begin = leaves.slice(0, old.size);
    if (old.origin !== now.origin) {
      findings.add(`${name}: is of another log, ${old.origin}`);
    } else if (old.size > now.size) {
      findings.add(`${name}: states ${old.size} entries, the log has shrunk to ${now.size}`);
    } else if (begin.includes(null) || !rootOf(begin).equals(old.root)) {
      findings.add(`${name}: history was rewritten, the first ${old.size} entries are not its`);
    }
  }
}

function checkRoot(folder, now, leaves, findings) {
  const computed = leaves.includes(null) ? null : rootOf(leaves);
  if (computed && computed.equals(now.root)) {
    if (findings.count === 0) return;
    findings.add("the entries give the signed root: tiles were touched, not entries");
    return;
  }
  const stored = storedRoot(folder, now.size);
  const intact = stored && stored.equals(now.root);
  const tiles = intact ? "the tiles do: entries were touched" : "nor do the tiles";
  findings.add(`checkpoint: the entries do not give the signed root; ${tiles}`);
}

// options: vkey (text; default the folder's own), origin (default the key's name), kept (a list of
// [name, bytes]). Gives { ok, size, origin, root, lines, count, firstEntry, ownKey }; lines say
// what is wrong, count how many there were.
export function checkFolder(folder, options = {}) {
  const findings = new Findings();
  const result = { ok: false, size: 0, origin: "", root: "", ownKey: !options.vkey };
  try {
    const vkey = parseVkey(options.vkey ?? readFileSync(join(folder, "vkey"), "utf8"));
    const now = readCheckpoint(readFileSync(join(folder, "checkpoint")), vkey, "checkpoint");
    const origin = options.origin ?? vkey.name;
    if (now.origin !== origin) {
      findings.add(`checkpoint: is of the log ${now.origin}, not ${origin}`);
    }
    Object.assign(result, { ...now, root: now.root.toString("base64") });
    const names = new Set();
    const leaves = readLeaves(folder, now.size, findings, names);
    let row = leaves;
    for (let level = 0; row.length > 0; level++, row = levelAbove(row)) {
      compareLevel(folder, level, row, findings, names);
    }
    checkRoot(folder, now, leaves, findings);
    checkStrangers(folder, names, findings);
    checkKept(options.kept ?? [], vkey, now, leaves, findings);
  } catch (error) {
    findings.add(error instanceof Finding ? error.message : `cannot be read: ${error.message}`);
  }
  const { lines, count, firstEntry } = findings;
  return { ...result, ok: count === 0, lines, count, firstEntry };
}

function parseArguments(args) {
  const options = { kept: [] };
  const folders = [];
  while (args.length > 0) {
    const word = args.shift();
    if (word === "--vkey") {
      const value = args.shift() ?? "";
      options.vkey = existsSync(value) ? readFileSync(value, "utf8") : value;
    } else if (word === "--origin") options.origin = args.shift();
    else if (word === "--kept") {
      const file = args.shift() ?? "";
      options.kept.push([file, readFileSync(file)]);
    } else folders.push(word);
  }
  const [folder] = folders;
  return folders.length === 1 && !folder.startsWith("-") ? { folder, options } : null;
}

function main() {
  let given = null;
  try {
    given = parseArguments(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
  }
  if (!given) {
    console.error(
      "usage: log_check.mjs FOLDER [--vkey KEY-OR-FILE] [--origin NAME] [--kept FILE]...",
    );
    return 2;
  }
  const result = checkFolder(given.folder, given.options);
  for (const line of result.lines) console.log(line);
  const more = result.count - result.lines.length;
  if (more > 0) console.log(`... and ${more} more`);
  if (result.firstEntry !== null) console.log(`first touched entry: ${result.firstEntry}`);
  if (result.ownKey) console.log("the key came with the log: give --vkey a key from elsewhere");
  console.log(`${result.ok ? "OK" : "NOT OK"} ${result.origin} ${result.size} ${result.root}`);
  return result.ok ? 0 : 1;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = main();
}
