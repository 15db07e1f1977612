// message.mjs — Job: ids, times and frames as PROTOCOL.md section 2 wants them.
import { randomBytes } from "node:crypto";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// 26 characters: 48 bits of milliseconds, 80 random bits.
export function newId(now = Date.now()) {
  let number = BigInt(now) << 80n | BigInt(`0x${randomBytes(10).toString("hex")}`);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = CROCKFORD[Number(number & 31n)] + text;
    number >>= 5n;
  }
  return text;
}

export const timeText = (ms = Date.now()) => new Date(ms).toISOString();

// The bytes that are sent, and sent again. What is undefined is left out.
export function requestOf(type, body, { id = newId(), session, case: case_, sentAt } = {}) {
  const frame = { type, id, session, case: case_, sent_at: sentAt ?? timeText(), body };
  return { id, text: JSON.stringify(frame) };
}

// Canonical JSON: members in byte order of their names, no spaces, integers, UTF-8 unescaped but
// for the quote, the backslash and control characters.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

// What is wrong with a frame of the gateway, or null.
export function frameFault(text) {
  const frame = JSON.parse(text);
  if (canonical(frame) !== text) return "not canonical JSON";
  if (Buffer.byteLength(text) > 65536) return "larger than 64 KiB";
  if (/:null\b/.test(text) && hasNull(frame)) return "a null";
  if (typeof frame.type !== "string") return "no type";
  return null;
}

function hasNull(value) {
  if (value === null) return true;
  return typeof value === "object" && Object.values(value).some(hasNull);
}
