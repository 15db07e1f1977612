// link.js — Job: the one WebSocket between this page and its program; back-off, requests, answers.
import { ulid } from "./ulid.js";

const FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 10000;

export class Link extends EventTarget {
  constructor() {
    super();
    this.wait = FIRST_WAIT_MS;
    this.open = false;
    this.answers = new Map();   // id -> {resolve, message}
  }

  start() {
    this.connect();
    return this;
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/link`, "sakiyomi.page.v1");
    this.socket = socket;
    socket.onopen = () => { this.open = true; this.wait = FIRST_WAIT_MS; };
    socket.onmessage = (event) => this.heard(JSON.parse(event.data));
    socket.onclose = () => this.closed();
  }

  // A refused upgrade means that the program was restarted: a new cookie first.
  closed() {
    const was = this.open;
    this.open = false;
    if (was) this.dispatchEvent(new CustomEvent("cut"));
    const pause = this.wait * (1 - Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    setTimeout(async () => {
      if (!was) await fetch("/", { cache: "no-store" }).catch(() => null);
      this.connect();
    }, pause);
  }

  heard(frame) {
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
    const asked = frame.re && this.answers.get(frame.re);
    if (!asked || !["receipt", "refusal", "local.result"].includes(frame.type)) return;
    this.answers.delete(frame.re);
    asked(frame);
  }

  post(frame) {
    if (!this.open) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  // A request of the page to its program; resolves with the body of local.result.
  local(type, body = {}) {
    const id = ulid();
    return new Promise((resolve) => {
      this.answers.set(id, (frame) => resolve(frame.body));
      if (!this.post({ type, id, body })) {
        this.answers.delete(id);
        resolve({ ok: false, code: "ERR_IO", ja: "端末の中のプログラムにつながりません",
                  en: "the program of this device cannot be reached" });
      }
    });
  }

  // A message of PROTOCOL.md. Gives the id at once; `done` resolves with receipt or refusal.
  send(type, caseId, body = {}) {
    const message = { type, id: ulid(), sent_at: new Date().toISOString(), body };
    if (caseId) message.case = caseId;
    const done = new Promise((resolve) => this.answers.set(message.id, resolve));
    if (!this.post(message)) {
      this.heard({ type: "refusal", re: message.id, body: { code: "ERR_IO", final: false,
        ja: "端末の中のプログラムにつながりません。もう一度押してください",
        en: "the program of this device cannot be reached; press again" } });
      return { id: message.id, done };
    }
    this.dispatchEvent(new CustomEvent("sent", { detail: message }));
    return { id: message.id, done };
  }
}
