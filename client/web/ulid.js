// ulid.js — Job: make ids of messages, cases and requests.
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// 48 bits of milliseconds, 80 random bits, Crockford base32 (PROTOCOL.md, "id").
export function ulid(ms = Date.now(), random = crypto.getRandomValues(new Uint8Array(10))) {
  let text = "";
  let rest = ms;
  for (let i = 0; i < 10; i++) {
    text = LETTERS[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  let bits = 0, held = 0;
  for (const byte of random) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += LETTERS[(bits >> held) & 31];
    }
    bits &= (1 << held) - 1;
  }
  return text;
}
