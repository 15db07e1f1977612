// sender.mjs — Job: a device that goes on over lost lines: same id, same bytes, until answered.
import { Refusal } from "../../wire/lib/client.mjs";
import { requestOf } from "../../wire/lib/message.mjs";

const RETRY_MS = [50, 1000];
const ACK_EVERY = 32;

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Numbers from a seed (mulberry32): the same seed, the same moments.
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let x = Math.imul(state ^ state >>> 15, 1 | state);
    x = x + Math.imul(x ^ x >>> 7, 61 | x) ^ x;
    return ((x ^ x >>> 14) >>> 0) / 4294967296;
  };
}

export class Sender {
  constructor(device, session) {
    Object.assign(this, { device, session });
    this.acked = new Map(); // id -> { type, entry }
    this.wrong = []; // refusals that should not have come
    this.notices = [];
    this.keys = [];
    this.lost = 0; // lines lost under a message
    this.listen();
    this.up();
  }

  // Notes what comes, and keeps the inbox short: only answers are looked for there.
  listen() {
    const { device } = this;
    const keep = device.keep.bind(device);
    device.keep = (frame) => {
      if (frame.type === "notice") this.notices.push(frame);
      if (frame.type === "section_keys") this.keys.push(frame);
      keep(frame);
      if (frame.n % ACK_EVERY === 0) device.sendFrame("ack", { n: frame.n });
      if (device.inbox.length > 200)
        device.inbox = device.inbox.filter((f) => ["receipt", "refusal"].includes(f.type));
    };
  }

  down() {
    if (this.isUp) this.online = new Promise((done) => { this.cameUp = done; });
    this.isUp = false;
  }

  up() {
    this.isUp = true;
    this.cameUp?.();
    this.online ??= Promise.resolve();
  }

  async reconnect() {
    await this.device.connect();
    if (this.session) await this.device.resume(this.session);
  }

  // One message until it is answered; true when it was taken. `codes`: final refusals that are no
  // fault.
  async deliver(type, body, { codes = [], ...more } = {}) {
    const { id, text } = requestOf(type, body, { session: this.session?.id, ...more });
    for (let wait = RETRY_MS[0]; ; wait = Math.min(wait * 2, RETRY_MS[1])) {
      await this.online;
      try {
        const { entry } = await this.device.again(id, text);
        this.acked.set(id, { type, entry });
        return true;
      } catch (error) {
        if (error instanceof Refusal && error.final) {
          if (!codes.includes(error.code)) this.wrong.push(`${type}: ${error.message}`);
          return false;
        }
        if (!(error instanceof Refusal) && !error.message.includes("line closed")) throw error;
        if (!(error instanceof Refusal)) this.lost++;
      }
      await pause(wait);
    }
  }
}
