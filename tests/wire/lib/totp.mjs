// totp.mjs — Job: one-time codes (RFC 6238: SHA-1, 30 s, 6 digits).
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(text) {
  let bits = 0n;
  let count = 0;
  for (const letter of text) {
    bits = bits << 5n | BigInt(BASE32.indexOf(letter));
    count += 5;
  }
  bits >>= BigInt(count % 8);
  const size = Math.floor(count / 8);
  return Buffer.from(bits.toString(16).padStart(size * 2, "0"), "hex");
}

const STEP_MS = 30000;
export const stepOf = (ms = Date.now()) => Math.floor(ms / STEP_MS);

export function codeOf(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", base32(secret)).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

// A step is used once and the gateway takes -1 … +1: this step and the next, so two sign-ins within
// half a minute. The step before is left out: it might be too old on arrival.
export class Codes {
  constructor(secret) {
    this.secret = secret;
    this.used = 0;
  }

  // Who signs in a third time waits for the display to change, as people do: half a minute at most.
  async due() {
    while (this.used > stepOf()) await sleep(STEP_MS - Date.now() % STEP_MS);
  }

  next() {
    const now = stepOf();
    const step = Math.max(this.used + 1, now);
    if (step > now + 1) throw new Error("a third sign-in within a step: take another person");
    this.used = step;
    return codeOf(this.secret, step);
  }
}
