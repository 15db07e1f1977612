// marker.mjs — Job: look for a planted text, in every spelling it could have, in files and memory.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync, readSync, readdirSync } from "node:fs";
import { join } from "node:path";

const CHUNK = 1 << 20;
const ADDRESS_MAX = 0x800000000000; // above it is the kernel's

// The part of a base64 text that does not depend on what stands around the bytes.
function base64At(bytes, before) {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  const first = Math.ceil(before * 8 / 6);
  const last = Math.floor((before + bytes.length) * 8 / 6);
  return text.slice(first, last);
}

// [name, bytes] of each spelling.
export function spellings(text) {
  const utf8 = Buffer.from(text);
  const cp932 = execFileSync("iconv", ["-f", "UTF-8", "-t", "CP932"], { input: text });
  const utf16le = Buffer.from(text, "utf16le");
  const utf16be = Buffer.from(utf16le).swap16();
  const plain = [["UTF-8", utf8], ["CP932", cp932], ["UTF-16LE", utf16le], ["UTF-16BE", utf16be]];
  const coded = plain.flatMap(([name, bytes]) => [
    [`${name} in hex`, bytes.toString("hex")],
    [`${name} in HEX`, bytes.toString("hex").toUpperCase()],
    ...[0, 1, 2].map((before) => [`${name} in base64, ${before}`, base64At(bytes, before)]),
    ...[0, 1, 2].map((before) => [`${name} in base64url, ${before}`,
      base64At(bytes, before).replaceAll("+", "-").replaceAll("/", "_")]),
  ]);
  const escaped = [...text].map((c) => c < "\x80" ? c
    : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  coded.push(["JSON escapes", escaped], ["percent", encodeURIComponent(text)]);
  return [...plain, ...coded.map(([name, s]) => [name, Buffer.from(s, "latin1")])];
}

// Names of the spellings that stand in BYTES.
export const findIn = (bytes, marks) => marks.filter(([, mark]) => bytes.indexOf(mark) >= 0)
  .map(([name]) => name);

// Every regular file below DIR: "path: spelling". A name can carry it as well as a content.
export function findInFiles(dir, marks) {
  return readdirSync(dir, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const found = findIn(Buffer.from(path), marks).map((name) => `${path} (its name): ${name}`);
    if (!entry.isFile()) return found;
    return [...found, ...findIn(readFileSync(path), marks).map((name) => `${path}: ${name}`)];
  });
}

// What stands in the writable memory of a running program; null where we may not look.
export function findInMemory(pid, marks) {
  let memory;
  try {
    memory = openSync(`/proc/${pid}/mem`, "r");
  } catch (error) {
    if (["EACCES", "EPERM"].includes(error.code)) return null;
    throw error;
  }
  const found = new Set();
  const overlap = Math.max(...marks.map(([, mark]) => mark.length));
  const bytes = Buffer.alloc(CHUNK + overlap);
  for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").trim().split("\n")) {
    const [, from, to, rights] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line);
    const end = parseInt(to, 16);
    if (!rights.startsWith("rw") || end > ADDRESS_MAX) continue;
    for (let at = parseInt(from, 16); at < end; at += CHUNK) {
      let size = 0;
      try {
        size = readSync(memory, bytes, 0, Math.min(bytes.length, end - at), at);
      } catch {
        continue; // a device's or a guard page
      }
      for (const name of findIn(bytes.subarray(0, size), marks)) found.add(name);
    }
  }
  closeSync(memory);
  return [...found];
}
